// Package jobs runs what must happen after a change: mail, fetching, rendering.
//
// A job is a row written in the same transaction as the change, so it happens if
// and only if the change did; it is tried again, later and later, until it
// succeeds, and one that failed for days is kept as dead for a person to see.
// A job may run twice (the process may die between its work and the note of it).
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const (
	workers     = 4
	lease       = 5 * time.Minute // after which a job of a process that died is tried again
	pollEvery   = 2 * time.Second // for jobs of other processes and for retries
	maxAttempts = 20
	maxBackoff  = 6 * time.Hour
	signalKey   = "jobs"
)

// Enqueue adds a job of a kind, to run as soon as tx is committed.
func Enqueue(ctx context.Context, tx *sqldb.Tx, kind string, payload any) (err error) {
	return EnqueueAt(ctx, tx, time.Now(), kind, payload)
}

// EnqueueAt adds a job that runs at a given time or, if the program is not running then, later.
func EnqueueAt(ctx context.Context, tx *sqldb.Tx, due time.Time, kind string, payload any) (err error) {
	defer errs.Wrap(&err, "enqueue %s", kind)
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	if _, err := sqldb.Exec(ctx, tx, `
		INSERT INTO job (id, kind, payload, state, due_ms, attempts, last_error)
		VALUES ($1, $2, $3, 'due', $4, 0, '')`, id.New(), kind, string(text), due.UnixMilli()); err != nil {
		return err
	}
	tx.Signal(signalKey, kind)
	return nil
}

// A Func does a job. An error makes it run again later.
type Func func(ctx context.Context, payload json.RawMessage) error

// A Queue runs jobs.
type Queue struct {
	db   *sqldb.DB
	log  *slog.Logger
	wake chan struct{}
	idle sync.Mutex // guards claiming, so that workers do not take the same job on SQLite

	mu    sync.RWMutex
	funcs map[string]Func
}

// New returns the queue of a database. There is one for each DB.
func New(db *sqldb.DB, log *slog.Logger) *Queue {
	q := &Queue{db: db, log: log, wake: make(chan struct{}, workers), funcs: map[string]Func{}}
	db.OnCommit(signalKey, func(values []any) {
		for range values {
			q.signal()
		}
	})
	return q
}

func (q *Queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Handle sets what does the jobs of a kind. It must be set before Run.
func (q *Queue) Handle(kind string, fn Func) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.funcs[kind] = fn
}

// Run does jobs until ctx ends, and returns when those that had begun are done.
// A job's own context does not end with ctx.
func (q *Queue) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			tick := time.NewTicker(pollEvery)
			defer tick.Stop()
			for {
				q.drain(ctx)
				select {
				case <-ctx.Done():
					return
				case <-q.wake:
				case <-tick.C:
				}
			}
		})
	}
	wg.Wait()
}

func (q *Queue) drain(ctx context.Context) {
	for ctx.Err() == nil {
		j, err := q.claim(ctx)
		if err != nil {
			q.log.ErrorContext(ctx, "jobs cannot be read", "err", err)
			return
		}
		if j == nil {
			return
		}
		q.do(context.WithoutCancel(ctx), j)
	}
}

type job struct {
	id       id.ID
	kind     string
	payload  string
	attempts int64
}

func scan(r sqldb.Row) (j *job, err error) {
	j = &job{}
	return j, r.Scan(&j.id, &j.kind, &j.payload, &j.attempts)
}

const dueQuery = `SELECT id FROM job WHERE state = 'due' AND due_ms <= $1 ORDER BY due_ms, id LIMIT 1`

// claim takes the first due job and moves it lease into the future, or returns nil.
func (q *Queue) claim(ctx context.Context) (*job, error) {
	q.idle.Lock()
	defer q.idle.Unlock()
	now := time.Now()
	var due []id.ID
	if err := q.db.View(ctx, func(tx *sqldb.Tx) (err error) { // most often there is nothing, and reading is cheap
		due, err = sqldb.All(ctx, tx, sqldb.Scalar[id.ID], dueQuery, now.UnixMilli())
		return err
	}); err != nil || len(due) == 0 {
		return nil, err
	}
	var jobs []*job
	err := q.db.Update(ctx, func(tx *sqldb.Tx) (err error) {
		jobs, err = sqldb.All(ctx, tx, scan, `
			UPDATE job SET due_ms = $2, attempts = attempts + 1
			WHERE id = (`+dueQuery+tx.SkipLocked()+`)
			RETURNING id, kind, payload, attempts`, now.UnixMilli(), now.Add(lease).UnixMilli())
		return err
	})
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	return jobs[0], nil
}

func (q *Queue) do(ctx context.Context, j *job) {
	failure := q.call(ctx, j)
	if failure != nil {
		q.log.WarnContext(ctx, "job failed", "kind", j.kind, "job", j.id, "attempt", j.attempts, "err", failure)
	}
	if err := q.db.Update(ctx, func(tx *sqldb.Tx) (err error) {
		switch {
		case failure == nil:
			_, err = sqldb.Exec(ctx, tx, `DELETE FROM job WHERE id = $1`, j.id)
		case j.attempts >= maxAttempts:
			_, err = sqldb.Exec(ctx, tx, `UPDATE job SET state = 'dead', last_error = $2 WHERE id = $1`, j.id, failure.Error())
		default:
			_, err = sqldb.Exec(ctx, tx, `UPDATE job SET due_ms = $2, last_error = $3 WHERE id = $1`,
				j.id, time.Now().Add(backoff(j.attempts)).UnixMilli(), failure.Error())
		}
		return err
	}); err != nil {
		q.log.ErrorContext(ctx, "job cannot be settled, it will run again", "kind", j.kind, "job", j.id, "err", err)
	}
}

func (q *Queue) call(ctx context.Context, j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	q.mu.RLock()
	fn := q.funcs[j.kind]
	q.mu.RUnlock()
	if fn == nil {
		return fmt.Errorf("nothing handles jobs of kind %q", j.kind)
	}
	return fn(ctx, json.RawMessage(j.payload))
}

// backoff is 1 s doubling with every attempt, give or take a quarter.
func backoff(attempts int64) time.Duration {
	d := min(time.Second<<min(attempts-1, 30), maxBackoff)
	return d*3/4 + rand.N(d/2) //nolint:gosec // spreads load, guards nothing
}

// Counts returns how many jobs wait and how many are dead.
func (q *Queue) Counts(ctx context.Context) (due, dead int64, err error) {
	err = q.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		const query = `SELECT COUNT(*) FROM job WHERE state = $1`
		if due, err = sqldb.One(ctx, tx, sqldb.Scalar[int64], query, "due"); err != nil {
			return err
		}
		dead, err = sqldb.One(ctx, tx, sqldb.Scalar[int64], query, "dead")
		return err
	})
	return due, dead, err
}
