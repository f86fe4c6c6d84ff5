// Package sqldb opens the newsroom's database and runs queries on it.
//
// The same query text runs on SQLite and PostgreSQL. Queries are written in the
// subset that both accept: $1 placeholders, RETURNING, ON CONFLICT, CTEs,
// window functions and row values. Times are BIGINT milliseconds, identifiers
// come from package id, and JSON that must round-trip exactly is TEXT.
// What cannot be written portably goes through a method of [Tx] (see dialect.go).
//
// What [DB.Update] has answered with nil is on the disk: SQLite runs with
// synchronous=FULL, and the updates of callers that wait at the same time are
// committed together, so that a flush is paid once for all of them (sqlite.go).
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"broadsheet/internal/errs"
)

// maxPostgresConns bounds the connections to PostgreSQL, whose default limit is 100 for everybody.
const maxPostgresConns = 32

// A DB is a database handle. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	pool    *sql.DB // all of PostgreSQL's connections, the migrations' on SQLite
	lite    *lite   // nil on PostgreSQL

	mu       sync.RWMutex
	onCommit map[string]func([]any)
}

// Open opens the database at url, which is "sqlite:PATH" or "postgres://...".
func Open(ctx context.Context, url string) (_ *DB, err error) {
	defer errs.Wrap(&err, "open database")
	db := &DB{onCommit: map[string]func([]any){}}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if err := db.openLite(ctx, path); err != nil {
			return nil, damaged(path, err)
		}
		return db, nil
	}
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errs.E(errs.Invalid, "the database must be given as sqlite:PATH or postgres://…")
	}
	db.dialect = Postgres
	if db.pool, err = sql.Open("pgx", url); err != nil {
		return nil, err
	}
	db.pool.SetMaxOpenConns(maxPostgresConns)
	db.pool.SetMaxIdleConns(maxPostgresConns)
	if err := db.pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.pool.Close())
	}
	return db, nil
}

// Dialect tells which database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Close waits for running updates and closes the database.
func (db *DB) Close() error {
	if db.lite != nil {
		return errors.Join(db.lite.close(), db.pool.Close())
	}
	return db.pool.Close()
}

// OnCommit sets the function that hears, after a commit, all values that its
// transactions gave to [Tx.Signal] under key, in order. On SQLite the calls come
// in the order of the commits, one at a time, before Update returns: fn must be quick.
func (db *DB) OnCommit(key string, fn func(values []any)) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.onCommit[key] = fn
}

func (db *DB) announce(signals []signal) {
	if len(signals) == 0 {
		return
	}
	byKey := map[string][]any{}
	for _, s := range signals {
		byKey[s.key] = append(byKey[s.key], s.value)
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	for key, values := range byKey {
		if fn := db.onCommit[key]; fn != nil {
			fn(values)
		}
	}
}

// querier is a transaction or a connection that is in one.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type signal struct {
	key   string
	value any
}

// A Tx is a transaction. It is only valid inside the function it was passed to.
type Tx struct {
	Dialect
	q       querier
	signals []signal
	after   []func()
}

// Signal passes value to the function registered with [DB.OnCommit] under key, if
// and when the transaction is committed.
func (tx *Tx) Signal(key string, value any) { tx.signals = append(tx.signals, signal{key, value}) }

// AfterCommit calls fn after the commit, before Update returns; never after an error.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// View runs fn in a read-only transaction that sees one moment of the database.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	if db.lite != nil {
		return db.lite.view(ctx, fn)
	}
	_, err := db.run(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, fn)
	return err
}

// Update runs fn in a read-write transaction. If the database asks for it, fn
// is run again, so it must not have effects outside the transaction. fn must
// be short and must not call View or Update: on SQLite others wait for it.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if db.lite != nil {
		return db.lite.update(ctx, fn)
	}
	var err error
	for wait := 5 * time.Millisecond; wait < time.Second; wait *= 3 {
		var tx *Tx
		tx, err = db.run(ctx, nil, fn)
		if err == nil {
			db.announce(tx.signals)
			for _, fn := range tx.after {
				fn()
			}
			return nil
		}
		if !db.dialect.retryable(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
	return err
}

func (db *DB) run(ctx context.Context, opts *sql.TxOptions, fn func(*Tx) error) (*Tx, error) {
	t, err := db.pool.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer t.Rollback() // a no-op after Commit
	tx := &Tx{Dialect: db.dialect, q: t}
	if err := fn(tx); err != nil {
		return nil, err
	}
	return tx, t.Commit()
}

// ChangedElsewhere reports whether another process has written to the database
// since it was last asked. On PostgreSQL that is not known, and assumed.
func (db *DB) ChangedElsewhere(ctx context.Context) (bool, error) {
	if db.lite == nil {
		return true, nil
	}
	var version int64
	err := db.Update(ctx, func(tx *Tx) (err error) {
		version, err = One(ctx, tx, Scalar[int64], `PRAGMA data_version`)
		return err
	})
	if err != nil {
		return false, err
	}
	return db.lite.version.Swap(version) != version, nil
}

// A Row is the current row of a result. Both *sql.Row and *sql.Rows are Rows.
type Row interface{ Scan(dest ...any) error }

// One returns the only row of query. If there is none, the error is errs.NotFound.
func One[T any](ctx context.Context, tx *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	v, err := scan(tx.q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, &errs.Error{Kind: errs.NotFound, Message: "not found", Err: err}
	}
	return v, tx.classify(err)
}

// All returns every row of query. Queries that can return many rows have a LIMIT.
func All[T any](ctx context.Context, tx *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, tx.classify(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, tx.classify(rows.Err())
}

// Exec runs a statement and returns the number of rows it changed.
func Exec(ctx context.Context, tx *Tx, query string, args ...any) (int64, error) {
	res, err := tx.q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, tx.classify(err)
	}
	return res.RowsAffected()
}

// Scalar scans a row of one column.
func Scalar[T any](r Row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// Plan returns the database's plan for query, one step a line, for tests of hot queries.
func Plan(ctx context.Context, tx *Tx, query string, args ...any) (string, error) {
	lines, err := All(ctx, tx, func(r Row) (string, error) {
		if tx.Dialect == Postgres {
			return Scalar[string](r)
		}
		var id, parent, unused int
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, tx.pick("EXPLAIN QUERY PLAN ", "EXPLAIN ")+query, args...)
	return strings.Join(lines, "\n"), err
}

func (tx *Tx) classify(err error) error {
	switch {
	case err == nil:
		return nil
	case tx.unique(err):
		return &errs.Error{Kind: errs.Conflict, Message: "already exists", Err: err}
	case tx.notText(err):
		return &errs.Error{Kind: errs.Invalid, Message: "That has characters that are not text. Type it again without them.", Err: err}
	}
	return fmt.Errorf("%s: %w", tx.Dialect, err)
}
