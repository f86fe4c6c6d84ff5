package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"broadsheet/internal/bus"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func publish(ctx context.Context, db *sqldb.DB, topic, kind string, fail error) error {
	return db.Update(ctx, func(tx *sqldb.Tx) error {
		if err := bus.Publish(ctx, tx, topic, kind, map[string]int{"n": 1}); err != nil {
			return err
		}
		return fail
	})
}

func TestEventsFollowTheCommit(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		b := bus.New(db, slog.New(slog.DiscardHandler))
		var heard []bus.Event
		cancel := b.Subscribe(func(e bus.Event) { heard = append(heard, e) })
		no := errors.New("no")
		for _, step := range []struct {
			topic, kind string
			fail        error
		}{{"a", "one", nil}, {"a", "undone", no}, {"b", "two", nil}, {"a", "three", nil}} {
			if err := publish(ctx, db, step.topic, step.kind, step.fail); !errors.Is(err, step.fail) {
				t.Fatal(err)
			}
		}
		cancel()
		if err := publish(ctx, db, "a", "after", nil); err != nil {
			t.Fatal(err)
		}
		if len(heard) != 3 || heard[0].Kind != "one" || heard[1].Kind != "two" || heard[2].Kind != "three" {
			t.Fatalf("heard %v", heard)
		}
		start := id.First(heard[0].At()) // PostgreSQL replays some that were seen; from the start, both say the same
		list, complete, err := b.Since(ctx, []string{"a"}, start, 10)
		if err != nil || !complete || len(list) != 3 || list[2].Kind != "after" || string(list[0].Data) != `{"n":1}` {
			t.Errorf("Since = %v, %v, %v", list, complete, err)
		}
		if list, complete, err = b.Since(ctx, []string{"a", "b"}, start, 2); err != nil || complete || len(list) != 2 || list[1].Kind != "two" {
			t.Errorf("Since with a small limit = %v, %v, %v", list, complete, err)
		}
		if _, complete, err = b.Since(ctx, []string{"a"}, 1, 10); err != nil || complete {
			t.Errorf("Since long ago: complete = %v, %v", complete, err)
		}
	})
}

// Two processes on one database: each hears what the other publishes.
func TestAnotherProcessIsHeard(t *testing.T) {
	sqltest.Two(t, func(t *testing.T, here, there *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		b := bus.New(here, slog.New(slog.DiscardHandler))
		heard := make(chan bus.Event, 10)
		b.Subscribe(func(e bus.Event) { heard <- e })
		done := make(chan struct{})
		go func() { defer close(done); b.Run(ctx) }()
		if err := publish(ctx, there, "a", "there", nil); err != nil {
			t.Fatal(err)
		}
		if e := <-heard; e.Kind != "there" {
			t.Errorf("heard %v", e)
		}
		if err := publish(ctx, here, "a", "here", nil); err != nil {
			t.Fatal(err)
		}
		if err := publish(ctx, there, "a", "there again", nil); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"here", "there again"} { // and neither twice
			if e := <-heard; e.Kind != want {
				t.Errorf("heard %q, want %q", e.Kind, want)
			}
		}
		cancel()
		<-done
	})
}
