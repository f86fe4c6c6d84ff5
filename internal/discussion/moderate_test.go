package discussion

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func TestRemoveKeepsThePlaceOfAnsweredComments(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		a := r.say(person(1), 7, 0, "A")
		b := r.say(person(2), 7, a.ID, "B")
		c := r.say(person(3), 7, b.ID, "C")
		d := r.say(person(4), 7, 0, "D")
		remove := func(x *Comment) { t.Helper(); r.must(r.Remove(ctx, moderator, x.ID, "Insults a reader.")) }
		restore := func(x *Comment) { t.Helper(); r.must(r.Restore(ctx, moderator, x.ID, "Second thoughts.")) }
		check := func(when string, comments int, want ...*Comment) {
			t.Helper()
			var ids []id.ID
			for _, w := range want {
				ids = append(ids, w.ID)
			}
			if got, _ := r.outline(7, View{Sort: Oldest}); !slices.Equal(got, ids) {
				t.Errorf("%s: %v, want %v", when, got, ids)
			}
			if n := r.counts(7).Comments; n != comments {
				t.Errorf("%s: %d comments, want %d", when, n, comments)
			}
			r.checkFigures()
		}
		check("all", 4, a, b, c, d)
		remove(b)
		check("an answered one removed", 3, a, b, c, d)
		got, err := r.ByID(ctx, b.ID)
		if err != nil || got.State != Removed || got.Text != "" || got.AuthorName != "" || got.AuthorID != 0 || !got.Body.Empty() {
			t.Errorf("a removed comment shows %+v, %v", got, err)
		}
		remove(a)
		check("its parent too", 2, a, b, c, d)
		remove(c)
		check("and the last answer: the thread is gone", 1, d)
		restore(c)
		check("the last answer is back, with the places above it", 2, a, b, c, d)
		remove(c)
		restore(a)
		check("only the first", 2, a, d)
		restore(b)
		restore(c)
		check("all again", 4, a, b, c, d)

		wantKind(t, r.Restore(ctx, moderator, a.ID, "Again."), errs.Conflict)
		wantKind(t, r.Remove(ctx, moderator, a.ID, ""), errs.Invalid)
		wantKind(t, r.Remove(ctx, moderator, 12345, "No such."), errs.NotFound)
		wantKind(t, r.Remove(ctx, person(1), a.ID, "Mine."), errs.Denied)
		wantKind(t, r.Remove(ctx, nil, a.ID, "Nobody."), errs.Unauthenticated)
		wantKind(t, r.Moderate(ctx, moderator, a.ID, "burn", "x"), errs.Invalid)
		reporter := &account.Account{ID: 5, Role: account.Reporter, Confirmed: true}
		wantKind(t, r.Remove(ctx, reporter, a.ID, "Mine."), errs.Denied)

		remove(d)
		r.wait(time.Minute)
		_, err = r.Post(ctx, person(5), Draft{StoryID: 7, ParentID: d.ID, Markdown: "Too late."})
		wantKind(t, err, errs.Conflict)
		_, err = r.Vote(ctx, person(5), d.ID, true)
		wantKind(t, err, errs.Conflict)
	})
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestReportsAndCase(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		quiet := r.say(person(1), 7, 0, "Quiet.")
		bad := r.say(person(1), 7, 0, "Very bad.")
		worse := r.say(person(2), 7, 0, "Much worse.")
		last := r.say(person(2), 8, 0, "Also fine.")
		for range 2 {
			r.must(r.Report(ctx, person(3), bad.ID, Abusive, ""))
		}
		r.must(r.Report(ctx, person(3), worse.ID, Other, "It is about my neighbour."))
		r.must(r.Report(ctx, person(4), worse.ID, Illegal, ""))
		wantKind(t, r.Report(ctx, person(1), bad.ID, Spam, ""), errs.Denied)
		wantKind(t, r.Report(ctx, person(5), bad.ID, Other, ""), errs.Invalid)
		wantKind(t, r.Report(ctx, nil, bad.ID, Spam, ""), errs.Unauthenticated)

		r.queue(Filter{}, worse, bad, last, quiet)
		r.queue(Filter{Limit: 1}, worse, bad, last, quiet)
		r.queue(Filter{Waiting: true, Limit: 1}, worse, bad)
		r.queue(Filter{Reported: true}, worse, bad)
		r.queue(Filter{StoryID: 7, Limit: 2}, worse, bad, quiet)
		r.queue(Filter{AuthorID: person(1).ID}, bad, quiet)
		r.queue(Filter{States: []State{Removed}})
		_, err := r.Queue(ctx, person(1), Filter{})
		wantKind(t, err, errs.Denied)
		_, err = r.Queue(ctx, moderator, Filter{After: "rubbish"})
		wantKind(t, err, errs.Invalid)

		if got, err := r.ByID(ctx, worse.ID); err != nil || got.Reports != 0 {
			t.Errorf("a reader sees %d reports, %v", got.Reports, err)
		}
		r.must(r.Moderate(ctx, moderator, worse.ID, Dismiss, "Harsh, but an opinion."))
		r.must(r.Remove(ctx, moderator, bad.ID, "Insults a reader."))
		r.queue(Filter{Waiting: true})
		r.queue(Filter{States: []State{Removed}}, bad)
		file, err := r.Case(ctx, moderator, worse.ID)
		if err != nil || len(file.Reports) != 2 || file.Reports[0].Open || len(file.Rulings) != 1 ||
			file.Rulings[0].Action != Dismiss || file.Rulings[0].ModeratorName != "Mo" || file.Comment.Text != "Much worse." {
			t.Errorf("case = %+v, %v", file, err)
		}
		wantKind(t, r.Report(ctx, person(4), bad.ID, Spam, ""), errs.Conflict)
		r.must(r.Report(ctx, person(4), worse.ID, Spam, "Again.")) // once a person
		r.queue(Filter{Waiting: true})
	})
}

// queue reads the whole queue and compares it.
func (r *room) queue(f Filter, want ...*Comment) {
	r.t.Helper()
	var got, ids []id.ID
	for {
		page, err := r.Queue(r.t.Context(), moderator, f)
		r.must(err)
		for _, item := range page.Items {
			got = append(got, item.ID)
			if len(item.Open) != item.Reports {
				r.t.Errorf("comment %s: %d reports listed, %d counted", item.Text, len(item.Open), item.Reports)
			}
		}
		if page.Next == "" {
			break
		}
		f.After = page.Next
	}
	for _, w := range want {
		ids = append(ids, w.ID)
	}
	if !slices.Equal(got, ids) {
		r.t.Errorf("queue %+v: %v, want %v", f, got, ids)
	}
}

func TestReportsHaveAPace(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		r.Pace = &Pace{Reports: 2}
		for n := range 3 {
			c := r.say(person(1), 7, 0, "Remark "+string(rune('a'+n)))
			err := r.Report(ctx, person(2), c.ID, Spam, "")
			if n < 2 {
				r.must(err)
			} else {
				wantKind(t, err, errs.Limited)
			}
		}
	})
}

// A comment is answered and removed at the same moment: either the answer is
// refused, or the removed comment keeps its place above it.
func TestRemoveWhileReplying(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		r.Pace = &Pace{}
		for n := range int64(15) {
			root := r.say(person(1), 7, 0, "Root.")
			c := r.say(person(2), 7, root.ID, "Reply.")
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := r.Remove(ctx, moderator, c.ID, "Now."); err != nil {
					t.Error(err)
				}
			})
			for m := range 3 * n % 5 {
				wg.Go(func() {
					_, err := r.Post(ctx, person(10+m), Draft{StoryID: 7, ParentID: c.ID, Markdown: "An answer."})
					if err != nil && !errors.Is(err, errs.Conflict) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			r.checkFigures()
		}
	})
}

// Two moderators decide at once: one of them is told.
func TestTwoModerators(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		c := r.say(person(1), 7, 0, "Hm.")
		var wg sync.WaitGroup
		errors := make([]error, 4)
		for i := range errors {
			wg.Go(func() { errors[i] = r.Remove(ctx, moderator, c.ID, "No.") })
		}
		wg.Wait()
		failed := 0
		for _, err := range errors {
			if err != nil {
				wantKind(t, err, errs.Conflict)
				failed++
			}
		}
		if failed != 3 {
			t.Errorf("%d were told, want 3", failed)
		}
		r.checkFigures()
	})
}

type published struct {
	topic, kind string
	change      Change
}

func (r *room) events() (list []published) {
	r.t.Helper()
	ctx := r.t.Context()
	r.must(r.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		list, err = sqldb.All(ctx, tx, func(row sqldb.Row) (p published, err error) {
			var data string
			if err := row.Scan(&p.topic, &p.kind, &data); err != nil {
				return p, err
			}
			return p, json.Unmarshal([]byte(data), &p.change)
		}, `SELECT topic, kind, data FROM event ORDER BY id`)
		return err
	}))
	return list
}

func TestEvents(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		a := r.say(person(1), 7, 0, "First.")
		b := r.say(person(2), 7, a.ID, "Second.")
		_, err := r.Vote(ctx, person(3), b.ID, true)
		r.must(err)
		_, err = r.VoteStory(ctx, person(3), 7, true)
		r.must(err)
		r.must(r.Report(ctx, person(3), b.ID, Spam, ""))
		r.must(r.Remove(ctx, moderator, b.ID, "Spam."))
		r.must(r.Restore(ctx, moderator, b.ID, "Not spam."))
		story := Topic(7)
		want := []published{
			{story, KindPosted, Change{Story: 7, Comment: a.ID, Root: a.ID, Comments: 1}},
			{story, KindPosted, Change{Story: 7, Comment: b.ID, Parent: a.ID, Root: a.ID, Comments: 2}},
			{story, KindVoted, Change{Story: 7, Comment: b.ID, Parent: a.ID, Root: a.ID, CommentVotes: 1, Comments: 2, Votes: 1}},
			{story, KindStory, Change{Story: 7, Comments: 2, Votes: 2, Own: 1}},
			{"moderation", KindReported, Change{Story: 7, Comment: b.ID, Root: a.ID}},
			{story, KindRemoved, Change{Story: 7, Comment: b.ID, Parent: a.ID, Root: a.ID, CommentVotes: 1, Comments: 1, Votes: 1, Own: 1}},
			{story, KindRestored, Change{Story: 7, Comment: b.ID, Parent: a.ID, Root: a.ID, CommentVotes: 1, Comments: 2, Votes: 2, Own: 1}},
		}
		ranking := 0
		got := slices.DeleteFunc(r.events(), func(p published) bool {
			if p.topic == "ranking" {
				ranking++
			}
			return p.topic == "ranking"
		})
		if !slices.Equal(got, want) {
			t.Errorf("events\n%+v\nwant\n%+v", got, want)
		}
		if ranking != 6 {
			t.Errorf("%d events of the ranking, want one for each but the report", ranking)
		}
		// Twenty discussions in which more is going on: the ranking's pages no longer show this one.
		r.wait(24 * time.Hour)
		for n := range int64(TopRanked) {
			r.say(person(50+n), id.ID(100+n), 0, "Busy here.")
		}
		before := len(r.events())
		r.wait(-24 * time.Hour)
		r.say(person(9), 7, 0, "Quiet here.")
		if after := r.events()[before:]; len(after) != 1 || after[0].kind != KindPosted {
			t.Errorf("a change far down the ranking: %+v", after)
		}
	})
}
