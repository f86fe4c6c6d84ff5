package story

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

var (
	editor   = &account.Account{ID: 1, Name: "Ed", Role: account.Editor}
	reporter = &account.Account{ID: 2, Name: "Rita", Role: account.Reporter}
	reader   = &account.Account{ID: 3, Name: "Ray", Role: account.Reader}
)

func newService(db *sqldb.DB) (*Service, *time.Time) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	photos := media.New(db, &blob.Memory{}, &blob.Memory{}, slog.New(slog.DiscardHandler))
	s := &Service{DB: db, Style: Style{House: "The Broadsheet"}, Sections: &section.Service{DB: db}, Media: photos}
	s.Now = func() time.Time { return now }
	return s, &now
}

func content(headline string) Content {
	return Content{
		Headline: headline, Standfirst: "What it is about.", Section: "world",
		Body: richtext.Doc{Content: []richtext.Node{richtext.Paragraph("The first paragraph."), richtext.Paragraph("The second.")}},
	}
}

func TestDraftToPageAndBack(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, now := newService(db)
		opened := map[string]int{}
		s.OnPublish = func(_ context.Context, _ *sqldb.Tx, story id.ID) error { opened["publish"]++; return nil }
		s.OnUnpublish = func(_ context.Context, _ *sqldb.Tx, story id.ID) error { opened["unpublish"]++; return nil }
		if _, err := s.Create(ctx, reader, content("No")); !errors.Is(err, errs.Denied) {
			t.Errorf("a reader creates: %v", err)
		}
		st, err := s.Create(ctx, reporter, content("Ministers meet"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Live(ctx, st.ID); !errors.Is(err, errs.NotFound) {
			t.Errorf("a draft is live: %v", err)
		}
		if got, want := st.Body.Origins(), (richtext.Origin{Kind: richtext.OriginStaff, ID: reporter.ID.String(), Name: "Rita"}); len(got) != 1 || got[0] != want {
			t.Errorf("origins of what Rita wrote: %v", got)
		}
		if _, err := s.Publish(ctx, reporter, st.ID, 1); !errors.Is(err, errs.Denied) {
			t.Errorf("a reporter publishes: %v", err)
		}
		first := *now
		if _, err := s.Publish(ctx, editor, st.ID, 1); err != nil {
			t.Fatal(err)
		}
		c := content("Ministers met")
		c.Section, c.Byline = "politics", []string{"Rita Book"}
		*now = now.Add(time.Hour)
		if _, err := s.Save(ctx, reporter, st.ID, 1, c); err != nil {
			t.Fatal(err)
		}
		if l, err := s.Live(ctx, st.ID); err != nil || l.Headline != "Ministers meet" || l.Section != "world" {
			t.Errorf("saving a draft changed the page: %+v, %v", l, err)
		}
		if _, err := s.Publish(ctx, editor, st.ID, 1); !errors.Is(err, errs.Conflict) {
			t.Errorf("publishing what nobody saw: %v", err)
		}
		l, err := s.Publish(ctx, editor, st.ID, 2)
		if err != nil {
			t.Fatal(err)
		}
		if l.Version != 2 || !l.FirstPublished.Equal(first) || !l.Updated.Equal(*now) || l.BylineLine != "By Rita Book" ||
			l.Path() != "/politics/ministers-met-"+st.ID.String() {
			t.Errorf("second version: %+v", l.Head)
		}
		again, err := s.Live(ctx, st.ID)
		if err != nil || again.Headline != l.Headline || !again.Body.Equal(l.Body) || !again.Updated.Equal(l.Updated) {
			t.Errorf("Live = %+v, %v", again, err)
		}
		if list, err := s.Latest(ctx, "world", Cursor{}, 10); err != nil || len(list) != 0 {
			t.Errorf("still in its old section: %v, %v", list, err)
		}
		if list, err := s.Latest(ctx, "politics", Cursor{}, 10); err != nil || len(list) != 1 || list[0].Headline != "Ministers met" {
			t.Errorf("Latest = %v, %v", list, err)
		}
		if err := s.Unpublish(ctx, editor, st.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Live(ctx, st.ID); !errors.Is(err, errs.NotFound) {
			t.Errorf("unpublished and still live: %v", err)
		}
		if heads, err := s.LiveByIDs(ctx, []id.ID{st.ID}); err != nil || len(heads) != 0 {
			t.Errorf("LiveByIDs = %v, %v", heads, err)
		}
		if err := s.Unpublish(ctx, editor, st.ID); !errors.Is(err, errs.Conflict) {
			t.Errorf("unpublishing twice: %v", err)
		}
		if list, err := s.Versions(ctx, reporter, st.ID); err != nil || len(list) != 2 || list[1].Head.Headline != "Ministers meet" {
			t.Errorf("Versions = %v, %v", list, err)
		}
		if opened["publish"] != 2 || opened["unpublish"] != 1 {
			t.Errorf("other rooms heard %v", opened)
		}
	})
}

func TestChecks(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, _ := newService(db)
		st, err := s.Create(ctx, reporter, Content{Section: "horoscopes", Lead: 99})
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Check(ctx, reporter, st.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range list {
			got = append(got, p.Field+":"+strconv.FormatBool(p.Blocks))
		}
		if want := "headline:true body:true section:true standfirst:false photo:true"; strings.Join(got, " ") != want {
			t.Errorf("problems %v, want %v", got, want)
		}
		if _, err := s.Publish(ctx, editor, st.ID, 1); !errors.Is(err, errs.Invalid) {
			t.Errorf("Publish: %v", err)
		}
		if _, err := s.Save(ctx, reporter, st.ID, 1, content(strings.Repeat("long ", 100))); !errors.Is(err, errs.Invalid) {
			t.Errorf("a headline that is too long: %v", err)
		}
	})
}

// Two people save from the same revision: nothing of either is lost.
func TestBothVersionsAreKept(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, _ := newService(db)
		st, err := s.Create(ctx, reporter, content("Start"))
		if err != nil {
			t.Fatal(err)
		}
		const writers = 8
		results := make([]*SaveResult, writers)
		var wg sync.WaitGroup
		for n := range writers {
			wg.Go(func() {
				var err error
				if results[n], err = s.Save(ctx, reporter, st.ID, 1, content("By writer "+strconv.Itoa(n))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		found := map[string]bool{}
		conflicts := 0
		for _, r := range results {
			if r.Conflict != nil {
				conflicts++
				if r.Revision != 2 || r.Conflict.SavedBy != "Rita" {
					t.Errorf("conflict %+v", r)
				}
			}
		}
		if conflicts != writers-1 {
			t.Errorf("%d conflicts, want %d", conflicts, writers-1)
		}
		st, err = s.Draft(ctx, reporter, st.ID)
		if err != nil {
			t.Fatal(err)
		}
		found[st.Headline] = true
		list, err := s.Copies(ctx, reporter, st.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			found[c.Content.Headline] = true
		}
		if len(found) != writers || found["Start"] {
			t.Errorf("kept %v", found)
		}
		if r, err := s.Save(ctx, reporter, st.ID, 1, st.Content); err != nil || r.Conflict != nil || r.Revision != 2 {
			t.Errorf("the same content again: %+v, %v", r, err)
		}
		if err := s.SettleCopy(ctx, reporter, st.ID, list[0].ID); err != nil {
			t.Error(err)
		}
		if rest, err := s.Copies(ctx, reporter, st.ID); err != nil || len(rest) != writers-2 {
			t.Errorf("%d copies left, %v", len(rest), err)
		}
	})
}

func TestLists(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, now := newService(db)
		for n := range 7 {
			*now = now.Add(time.Duration(n%2) * time.Minute) // some share a time
			who := reporter
			if n == 3 {
				who = editor
			}
			st, err := s.Create(ctx, who, content("Story 100% "+strconv.Itoa(n)))
			if err != nil {
				t.Fatal(err)
			}
			if n > 1 {
				if _, err := s.Publish(ctx, editor, st.ID, 1); err != nil {
					t.Fatal(err)
				}
			}
		}
		var got []string
		for after := (Cursor{}); ; {
			page, err := s.Latest(ctx, "", after, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, h := range page {
				got = append(got, h.Headline[len(h.Headline)-1:])
			}
			after = Cursor{page[len(page)-1].FirstPublished, page[len(page)-1].ID}
		}
		if len(got) != 5 {
			t.Errorf("latest = %v", got)
		}
		for _, test := range []struct {
			f    Filter
			want int
		}{
			{Filter{}, 7},
			{Filter{Limit: 3}, 3},
			{Filter{State: Draft}, 2},
			{Filter{Mine: true}, 6},
			{Filter{Words: "story 100% 4"}, 1},
			{Filter{Words: "_"}, 0},
			{Filter{Words: "STORY", State: Published, Mine: true}, 4},
		} {
			if list, err := s.Drafts(ctx, reporter, test.f); err != nil || len(list) != test.want {
				t.Errorf("%+v: %d stories, %v; want %d", test.f, len(list), err, test.want)
			}
		}
	})
}

// The lists of the site walk an index and stop: their cost does not grow with the archive.
func TestGateReadsAFewRows(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			if tx.Dialect == sqldb.Postgres { // with an empty table it would scan
				if _, err := sqldb.Exec(t.Context(), tx, `SET LOCAL enable_seqscan = off`); err != nil {
					return err
				}
			}
			for query, indexes := range map[string][]string{
				nextQuery: {"story_from", "story_until"}, usesOfItemQuery: {"story_use"},
			} {
				plan, err := sqldb.Plan(t.Context(), tx, query, []any{1, 1}[:strings.Count(query, "$2")+1]...)
				if err != nil {
					return err
				}
				for _, index := range indexes {
					if !strings.Contains(plan, index) || tx.Dialect == sqldb.SQLite && strings.Contains(plan, "SCAN story_use") {
						t.Errorf("does not use %s:\n%s", index, plan)
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestHotQueriesUseTheirIndex(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			if tx.Dialect == sqldb.Postgres { // with an empty table it would scan
				if _, err := sqldb.Exec(t.Context(), tx, `SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off`); err != nil {
					return err
				}
			}
			for query, index := range map[string]string{latestQuery: "story_live", sectionQuery: "story_section_live"} {
				args := []any{1, 1, 1, 10}
				if strings.Contains(query, "$5") {
					args = append(args, "world")
				}
				plan, err := sqldb.Plan(t.Context(), tx, query, args...)
				if err != nil {
					return err
				}
				if tx.Dialect == sqldb.Postgres { // the planner knows no rows to choose between the two by
					index = "Index Scan using story_"
				}
				if !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort ") {
					t.Errorf("does not use %s:\n%s", index, plan)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
