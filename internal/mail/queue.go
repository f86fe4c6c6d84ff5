package mail

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/jobs"
	"broadsheet/internal/sqldb"
)

// JobKind is the kind of the jobs that Enqueue makes.
const JobKind = "mail"

// Enqueue sends m if and when tx is committed.
func Enqueue(ctx context.Context, tx *sqldb.Tx, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	if m.ID == "" {
		m.ID = id.New().String() + "@broadsheet"
	}
	return jobs.Enqueue(ctx, tx, JobKind, m)
}

// Deliver returns what does the jobs of JobKind: it hands them to s. A message
// that is refused for good is logged and given up.
func Deliver(s Sender, log *slog.Logger) jobs.Func {
	return func(ctx context.Context, payload json.RawMessage) error {
		var m Message
		if err := json.Unmarshal(payload, &m); err != nil {
			return err
		}
		err := s.Send(ctx, m)
		if errors.Is(err, errs.Invalid) {
			log.ErrorContext(ctx, "mail refused for good", "message", m.ID, "err", err)
			return nil
		}
		return err
	}
}
