package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"broadsheet/internal/jobs"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func enqueue(t *testing.T, db *sqldb.DB, fail error, kinds ...string) {
	t.Helper()
	ctx := t.Context()
	if err := db.Update(ctx, func(tx *sqldb.Tx) error {
		for _, kind := range kinds {
			if err := jobs.Enqueue(ctx, tx, kind, kind); err != nil {
				return err
			}
		}
		return fail
	}); !errors.Is(err, fail) {
		t.Fatal(err)
	}
}

func TestQueue(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		q := jobs.New(db, slog.New(slog.DiscardHandler))
		var tries atomic.Int64
		done := make(chan string, 100)
		q.Handle("good", func(_ context.Context, p json.RawMessage) error { done <- string(p); return nil })
		q.Handle("shaky", func(_ context.Context, p json.RawMessage) error {
			switch tries.Add(1) {
			case 1:
				return errors.New("not yet")
			case 2:
				panic("worse")
			}
			done <- string(p)
			return nil
		})
		enqueue(t, db, nil, "good", "shaky")
		enqueue(t, db, errors.New("undone"), "good")

		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { defer close(stopped); q.Run(ctx) }()
		enqueue(t, db, nil, "good", "good")
		got := map[string]int{}
		for range 4 {
			got[<-done]++
		}
		if got[`"good"`] != 3 || got[`"shaky"`] != 1 || tries.Load() != 3 {
			t.Errorf("done %v after %d tries", got, tries.Load())
		}
		cancel()
		<-stopped
		due, dead, err := q.Counts(t.Context())
		if due != 0 || dead != 0 || err != nil {
			t.Errorf("left: %d due, %d dead, %v", due, dead, err)
		}
	})
}
