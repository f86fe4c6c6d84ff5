// Package bus tells everybody in the program, and everybody whose page is open,
// what has changed.
//
// An event is a row written in the same transaction as the change itself, so
// there is never one without the other, and a reader whose connection was lost
// can ask for what was missed. Subscribers hear of it after the commit: at once
// in the process that made the change, within [pollEvery] in another process on
// the same database.
package bus

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const (
	pollEvery = 250 * time.Millisecond
	keep      = 48 * time.Hour  // for replay; older events are removed
	overlap   = 5 * time.Second // transactions of several processes may commit in another order than their IDs
	maxPoll   = 10_000
	signalKey = "bus"
)

// An Event says that something changed. It carries IDs and counts, never
// content: who hears it reads what may be shown at that moment.
type Event struct {
	ID    id.ID
	Topic string // what it concerns, as "story:ID", "wire" or "ranking"
	Kind  string // what happened, as "comment.posted"
	Data  json.RawMessage
}

// At is when the event happened.
func (e Event) At() time.Time { return e.ID.Time() }

// Publish records an event in the transaction of the change that it tells of.
func Publish(ctx context.Context, tx *sqldb.Tx, topic, kind string, data any) (err error) {
	defer errs.Wrap(&err, "publish %s", kind)
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	e := Event{ID: id.New(), Topic: topic, Kind: kind, Data: text}
	if _, err := sqldb.Exec(ctx, tx, `
		INSERT INTO event (id, topic, kind, data) VALUES ($1, $2, $3, $4)`,
		e.ID, e.Topic, e.Kind, string(e.Data)); err != nil {
		return err
	}
	tx.Signal(signalKey, e)
	return nil
}

// A Bus hands committed events to subscribers.
type Bus struct {
	db  *sqldb.DB
	log *slog.Logger

	mu          sync.Mutex
	subscribers []*subscriber
	seen        map[id.ID]bool // delivered within the overlap
}

type subscriber struct{ fn func(Event) }

// New returns the bus of a database. There is one for each DB.
func New(db *sqldb.DB, log *slog.Logger) *Bus {
	b := &Bus{db: db, log: log, seen: map[id.ID]bool{}}
	db.OnCommit(signalKey, func(values []any) {
		for _, v := range values {
			b.deliver(v.(Event))
		}
	})
	return b
}

// Subscribe calls fn with every event from now on, one at a time, until cancel is
// called. A commit waits for fn, so it must be quick: note the event, wake somebody.
func (b *Bus) Subscribe(fn func(Event)) (cancel func()) {
	s := &subscriber{fn}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subscribers = append(slices.Clip(b.subscribers), s)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.subscribers = slices.DeleteFunc(slices.Clone(b.subscribers), func(x *subscriber) bool { return x == s })
	}
}

func (b *Bus) deliver(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen[e.ID] {
		return
	}
	b.seen[e.ID] = true
	for _, s := range b.subscribers {
		s.fn(e)
	}
}

// Run hears what other processes publish and removes old events, until ctx ends.
func (b *Bus) Run(ctx context.Context) {
	poll, clean := time.NewTicker(pollEvery), time.NewTicker(time.Hour)
	defer poll.Stop()
	defer clean.Stop()
	start := time.Now()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			err = b.poll(ctx, start)
		case <-clean.C:
			err = b.clean(ctx)
		}
		if err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "events are late", "err", err)
		}
	}
}

func (b *Bus) poll(ctx context.Context, start time.Time) error {
	from := id.First(latest(time.Now().Add(-overlap), start))
	elsewhere, err := b.db.ChangedElsewhere(ctx)
	if elsewhere {
		var events []Event
		err = b.db.View(ctx, func(tx *sqldb.Tx) (err error) {
			events, err = sqldb.All(ctx, tx, scan, `
				SELECT `+columns+` FROM event WHERE id >= $1 ORDER BY id LIMIT $2`, from, maxPoll)
			return err
		})
		for _, e := range events {
			b.deliver(e)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for k := range b.seen {
		if k < from {
			delete(b.seen, k)
		}
	}
	return err
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (b *Bus) clean(ctx context.Context) error {
	return b.db.Update(ctx, func(tx *sqldb.Tx) error {
		_, err := sqldb.Exec(ctx, tx, `DELETE FROM event WHERE id < $1`, id.First(time.Now().Add(-keep)))
		return err
	})
}

const columns = `id, topic, kind, data`

func scan(r sqldb.Row) (e Event, err error) {
	var data string
	err = r.Scan(&e.ID, &e.Topic, &e.Kind, &data)
	e.Data = json.RawMessage(data)
	return e, err
}

// Since returns the events on any of topics after the one with the given ID, in
// order. Complete is false if there were more than limit, or if after is older
// than what is kept: then who asks should load everything anew. An event may
// come again that was delivered shortly before after; receivers expect that.
func (b *Bus) Since(ctx context.Context, topics []string, after id.ID, limit int) (list []Event, complete bool, err error) {
	defer errs.Wrap(&err, "events since %s", after)
	if time.Since(after.Time()) > keep {
		return nil, false, nil
	}
	if b.db.Dialect() == sqldb.Postgres {
		after = id.First(after.Time().Add(-overlap))
	}
	err = b.db.View(ctx, func(tx *sqldb.Tx) error {
		for _, topic := range topics {
			part, err := sqldb.All(ctx, tx, scan, `
				SELECT `+columns+` FROM event WHERE topic = $1 AND id > $2 ORDER BY id LIMIT $3`, topic, after, limit+1)
			if err != nil {
				return err
			}
			list = append(list, part...)
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	if len(list) > limit {
		return list[:limit], false, err
	}
	return list, true, err
}
