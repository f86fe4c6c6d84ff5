package story

import (
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/media"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/rule"
)

// routing is a newsroom with a rule that publishes whatever comes to World.
type routing struct {
	*Service
	t   *testing.T
	db  *sqldb.DB
	now *time.Time
}

func newRouting(t *testing.T, db *sqldb.DB, then rule.Then) *routing {
	s, now := newService(db)
	originals := &blob.Memory{}
	s.Media = media.New(db, originals, &blob.Memory{}, slog.New(slog.DiscardHandler))
	s.Media.Now = s.Now
	s.Wire = &wire.Service{DB: db, Blobs: originals, Now: s.Now, Log: slog.New(slog.DiscardHandler)}
	if _, err := s.Wire.SaveRule(t.Context(), account.System(), rule.Rule{Name: "All", Then: then}, true); err != nil {
		t.Fatal(err)
	}
	return &routing{s, t, db, now}
}

// work does the copy orders that are due, twice each, as a queue may.
func (r *routing) work() {
	r.t.Helper()
	ctx := r.t.Context()
	var due []string
	err := r.db.Update(ctx, func(tx *sqldb.Tx) (err error) {
		due, err = sqldb.All(ctx, tx, sqldb.Scalar[string], `DELETE FROM job WHERE kind = $1 AND due_ms <= $2 RETURNING payload`, wire.JobCopy, max(r.now.UnixMilli(), time.Now().UnixMilli()))
		return err
	})
	for _, payload := range slices.Concat(due, due) {
		if err == nil {
			err = r.copyJob(ctx, json.RawMessage(payload))
		}
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// only is the only story that there is.
func (r *routing) only() *Story {
	r.t.Helper()
	list, err := r.Drafts(r.t.Context(), editor, Filter{})
	if err != nil || len(list) != 1 {
		r.t.Fatalf("%d stories, %v", len(list), err)
	}
	st, err := r.Draft(r.t.Context(), editor, list[0].ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return st
}

func TestARulePublishesAndItsStoryFollows(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r, ctx := newRouting(t, db, rule.Then{Publish: true, Section: "world"}), t.Context()
		ingest(t, r.Service, "1", "usable", "")
		r.work()
		st := r.only()
		l, err := r.Live(ctx, st.ID)
		if err != nil || l.Version != 1 || l.WireCopy != "Northern Wire" || l.BylineLine != "Northern Wire" || l.Section != "world" || l.Lead == 0 {
			t.Fatalf("%+v, %v", l, err)
		}
		ingest(t, r.Service, "2", "usable", "")
		r.work() // the same words: no new version
		if l, err := r.Live(ctx, st.ID); err != nil || l.Version != 1 {
			t.Errorf("%+v, %v", l, err)
		}
		edited := r.only()
		edited.Headline = "Ferry sails"
		if _, err := r.Save(ctx, editor, st.ID, edited.Revision, edited.Content); err != nil {
			t.Fatal(err)
		}
		ingest(t, r.Service, "3", "usable", "2026-11-23T09:00:00Z")
		r.work()
		if st := r.only(); st.Headline != "Ferry sails" {
			t.Errorf("what an editor wrote became %q", st.Headline)
		}
		if l, err = r.Publish(ctx, editor, st.ID, r.only().Revision); err != nil || l.WireCopy != "" {
			t.Errorf("still marked as %q's copy, %v", l.WireCopy, err)
		}
	})
}

func TestARuleDoesNotPublishWhatIsNotFree(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r, ctx := newRouting(t, db, rule.Then{Publish: true, Section: "world"}), t.Context()
		*r.now = time.Now().UTC().Truncate(time.Millisecond)
		ends := r.now.Add(time.Hour)
		ingest(t, r.Service, "1", "usable", ends.Format(time.RFC3339Nano))
		r.work()
		st := r.only()
		if st.State != Draft {
			t.Fatalf("under embargo it is %s", st.State)
		}
		*r.now = ends.Add(time.Second)
		r.work()
		if l, err := r.Live(ctx, st.ID); err != nil || l.WireCopy != "Northern Wire" {
			t.Errorf("after the embargo: %+v, %v", l, err)
		}
		if err := r.Unpublish(ctx, editor, st.ID); err != nil {
			t.Fatal(err)
		}
		ingest(t, r.Service, "2", "usable", "")
		r.work()
		if st := r.only(); st.State != Unpublished {
			t.Errorf("what an editor took down is %s", st.State)
		}
	})
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := newRouting(t, db, rule.Then{Publish: true, Section: "world"})
		ingest(t, r.Service, "1", "withheld", "")
		r.work()
		if st := r.only(); st.State != Draft {
			t.Errorf("withheld it is %s", st.State)
		}
		ingest(t, r.Service, "2", "usable", "")
		r.work()
		if st := r.only(); st.State != Published {
			t.Errorf("freed it is %s", st.State)
		}
	})
}

func TestARuleDrafts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := newRouting(t, db, rule.Then{Draft: true})
		item := ingest(t, r.Service, "1", "usable", "")
		r.work()
		st := r.only()
		if st.State != Draft || st.Section != "business" || st.SavedBy != "Broadsheet" {
			t.Errorf("%+v", st)
		}
		if list, err := r.UsedIn(t.Context(), reporter, item); err != nil || len(list) != 1 {
			t.Errorf("used in %d stories, %v", len(list), err)
		}
		ingest(t, r.Service, "2", "canceled", "")
		r.work()
		if st := r.only(); st.State != Draft {
			t.Errorf("killed it is %s", st.State)
		}
	})
}
