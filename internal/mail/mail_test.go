package mail_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/jobs"
	"broadsheet/internal/mail"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func TestEnqueueDelivers(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var box mail.Box
		log := slog.New(slog.DiscardHandler)
		queue := jobs.New(db, log)
		queue.Handle(mail.JobKind, mail.Deliver(&box, log))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			queue.Run(ctx)
		}()
		defer func() {
			stop()
			<-done
		}()

		rollback := errors.New("no")
		enqueue := func(to string, result error) {
			t.Helper()
			err := db.Update(ctx, func(tx *sqldb.Tx) error {
				if err := mail.Enqueue(ctx, tx, mail.Message{To: to, Subject: "Confirm", Text: "…"}); err != nil {
					return err
				}
				return result
			})
			if !errors.Is(err, result) {
				t.Fatal(err)
			}
		}
		enqueue("rolled@back.example", rollback)
		enqueue("reader@example.org", nil)
		wait, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		m, err := box.Wait(wait, "reader@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject != "Confirm" || m.ID == "" {
			t.Errorf("got %+v", m)
		}
		if got := box.Messages(); len(got) != 1 {
			t.Errorf("the box holds %d messages, want 1: what was rolled back is not sent", len(got))
		}
	})
}

func TestBadMessagesAreRefused(t *testing.T) {
	good := mail.Message{To: "a@b.example", Subject: "s", Text: "t"}
	if err := new(mail.Box).Send(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*mail.Message){
		"no address":        func(m *mail.Message) { m.To = "" },
		"second header":     func(m *mail.Message) { m.Subject = "s\r\nBcc: c@d.example" },
		"header in address": func(m *mail.Message) { m.To = "a@b.example\r\nBcc: c@d.example" },
		"no subject":        func(m *mail.Message) { m.Subject = "" },
		"no text":           func(m *mail.Message) { m.Text = "" },
		"long address":      func(m *mail.Message) { m.To = strings.Repeat("a", 300) + "@b.example" },
		"large":             func(m *mail.Message) { m.Text = strings.Repeat("a", 2<<20) },
	} {
		m := good
		change(&m)
		if err := new(mail.Box).Send(t.Context(), m); !errors.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, want an invalid error", name, err)
		}
	}
}

func TestDeliverGivesUpOnRefusedMail(t *testing.T) {
	deliver := mail.Deliver(sender(func() error { return errs.E(errs.Invalid, "no such mailbox") }), slog.New(slog.DiscardHandler))
	if err := deliver(t.Context(), []byte(`{"to":"a@b.example"}`)); err != nil {
		t.Errorf("a refused mail would be tried again: %v", err)
	}
	deliver = mail.Deliver(sender(func() error { return errors.New("connection refused") }), slog.New(slog.DiscardHandler))
	if err := deliver(t.Context(), []byte(`{"to":"a@b.example"}`)); err == nil {
		t.Error("a mail that failed would not be tried again")
	}
}

type sender func() error

func (f sender) Send(context.Context, mail.Message) error { return f() }

func TestBoxForgetsTheOldest(t *testing.T) {
	box := mail.Box{Keep: 2}
	for _, subject := range []string{"one", "two", "three"} {
		if err := box.Send(t.Context(), mail.Message{To: "a@b.example", Subject: subject, Text: "t"}); err != nil {
			t.Fatal(err)
		}
	}
	got := box.Messages()
	if len(got) != 2 || got[0].Subject != "three" || got[1].Subject != "two" {
		t.Errorf("box holds %+v", got)
	}
}
