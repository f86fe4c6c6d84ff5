package story

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

func TestAStoryWhoseWireHasMovedOnSaysSo(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, now := newService(db)
		originals := &blob.Memory{}
		s.Media = media.New(db, originals, &blob.Memory{}, slog.New(slog.DiscardHandler))
		s.Wire = &wire.Service{DB: db, Blobs: originals, Now: s.Now, Log: slog.New(slog.DiscardHandler)}
		first := ingest(t, s, "1", "usable", "")
		st, _, err := s.FromWire(ctx, editor, first)
		if err != nil {
			t.Fatal(err)
		}
		moved := func() []Move {
			t.Helper()
			list, err := s.Moved(ctx, editor, st.ID)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := moved(); len(list) != 0 {
			t.Errorf("moved at once: %+v", list)
		}
		*now = now.Add(time.Minute)
		ingest(t, s, "2", "usable", "")
		list := moved()
		if len(list) != 1 || list[0].Item != first || list[0].Now.Item != first || list[0].Now.Agency != "Northern Wire" || list[0].Version == list[0].Now.Version {
			t.Fatalf("%+v", list)
		}
		if err := s.AnswerMove(ctx, &account.Account{Role: account.Reader}, st.ID, first, list[0].Now.Version, LookedAt); !errors.Is(err, errs.Denied) {
			t.Errorf("a reader answered: %v", err)
		}
		if err := s.AnswerMove(ctx, editor, st.ID, first, list[0].Now.Version, LookedAt); err != nil {
			t.Fatal(err)
		}
		if list := moved(); len(list) != 0 {
			t.Errorf("seen and shown again: %+v", list)
		}
		*now = now.Add(time.Minute)
		ingest(t, s, "3", "usable", "")
		list = moved()
		if len(list) != 1 || list[0].Seen == 0 {
			t.Fatalf("%+v", list)
		}
		if err := s.AnswerMove(ctx, editor, st.ID, first, list[0].Now.Version, TakenOver); err != nil {
			t.Fatal(err)
		}
		uses, err := s.Uses(ctx, editor, first)
		if err != nil || len(uses) != 1 || uses[0].Version != list[0].Now.Version || uses[0].Story != st.ID {
			t.Errorf("%+v %v", uses, err)
		}
		all, err := s.MovedOf(ctx, editor, []id.ID{st.ID})
		if err != nil || len(all[st.ID]) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		if err := s.AnswerMove(ctx, editor, st.ID, id.New(), list[0].Now.Version, LookedAt); !errors.Is(err, errs.NotFound) {
			t.Errorf("answered for an item that was not used: %v", err)
		}
	})
}
