package discussion

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func idOf(n int64) id.ID { return id.ID(n) }

// A room is a discussion service with a clock that moves when told to.
type room struct {
	*Service
	t  testing.TB
	mu sync.Mutex
	at time.Time
}

func newRoom(t testing.TB, db *sqldb.DB) *room {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	r := &room{t: t, at: time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)}
	r.Service = &Service{
		DB: db, Zone: zone,
		Now: func() time.Time { r.mu.Lock(); defer r.mu.Unlock(); return r.at },
		Stories: func(_ context.Context, _ *sqldb.Tx, story id.ID) error {
			if story >= 900 {
				return errs.E(errs.NotFound, "There is no such story.")
			}
			return nil
		},
	}
	return r
}

func (r *room) wait(d time.Duration) { r.mu.Lock(); defer r.mu.Unlock(); r.at = r.at.Add(d) }

func person(n int64) *account.Account {
	return &account.Account{ID: id.ID(1000 + n), Name: fmt.Sprintf("Reader %d", n), Role: account.Reader, Confirmed: true}
}

var moderator = &account.Account{ID: 77, Name: "Mo", Role: account.Moderator, Confirmed: true}

// say posts a comment a minute after the one before it.
func (r *room) say(by *account.Account, story, parent id.ID, text string) *Comment {
	r.t.Helper()
	r.wait(time.Minute)
	c, err := r.Post(r.t.Context(), by, Draft{StoryID: story, ParentID: parent, Markdown: text})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *room) counts(story id.ID) Counts {
	r.t.Helper()
	all, err := r.Summary(r.t.Context(), []id.ID{story})
	if err != nil {
		r.t.Fatal(err)
	}
	return all[story]
}

func wantKind(t testing.TB, err error, want errs.Kind) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error is %v, want the kind %v", err, want)
	}
	if _, message := errs.Of(err); message == "" {
		t.Errorf("%v says nothing to the person", err)
	}
}

func TestPost(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		first := r.say(person(1), 7, 0, "Peace is *made* by people.")
		reply := r.say(person(2), 7, first.ID, "By which ones?")
		got, err := r.ByID(ctx, reply.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.ParentID != first.ID || got.RootID != first.ID || got.Depth != 1 || got.AuthorName != "Reader 2" ||
			got.Text != "By which ones?" || got.State != Live || got.Staff || !got.Posted.Equal(reply.Posted) {
			t.Errorf("the reply is %+v", got)
		}
		if got, err = r.ByID(ctx, first.ID); err != nil || got.Children != 1 || got.Replies != 1 || got.Text != "Peace is made by people." {
			t.Errorf("the first comment is %+v, %v", got, err)
		}
		if n := r.counts(7); n != (Counts{Comments: 2, Open: true}) {
			t.Errorf("counts = %+v", n)
		}
		r.wait(time.Minute)
		for _, test := range []struct {
			name string
			by   *account.Account
			d    Draft
			want errs.Kind
		}{
			{"nobody", nil, Draft{StoryID: 7, Markdown: "Hello"}, errs.Unauthenticated},
			{"not confirmed", &account.Account{ID: 5, Role: account.Reader}, Draft{StoryID: 7, Markdown: "Hello"}, errs.Denied},
			{"nothing", person(3), Draft{StoryID: 7}, errs.Invalid},
			{"no such story", person(3), Draft{StoryID: 999, Markdown: "Hello"}, errs.NotFound},
			{"no such parent", person(3), Draft{StoryID: 7, ParentID: 12345, Markdown: "Hello"}, errs.Conflict},
			{"a parent under another story", person(3), Draft{StoryID: 8, ParentID: first.ID, Markdown: "Hello"}, errs.Conflict},
			{"the same again", person(2), Draft{StoryID: 7, ParentID: first.ID, Markdown: "By which ones??"}, errs.Limited},
		} {
			t.Run(test.name, func(t *testing.T) {
				_, err := r.Post(ctx, test.by, test.d)
				wantKind(t, err, test.want)
			})
		}
		if n := r.counts(7).Comments; n != 2 {
			t.Errorf("%d comments after refusals, want 2", n)
		}
		if got, err = r.ByID(ctx, first.ID); err != nil || got.Children != 1 {
			t.Errorf("children = %d after refusals, want 1", got.Children)
		}
	})
}

func TestPostIsIdempotent(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		d := Draft{StoryID: 7, Markdown: "Once is enough.", Key: "abc"}
		var wg sync.WaitGroup
		got := make([]id.ID, 8)
		for i := range got {
			wg.Go(func() {
				c, err := r.Post(ctx, person(1), d)
				if err != nil {
					t.Error(err)
					return
				}
				got[i] = c.ID
			})
		}
		wg.Wait()
		r.wait(48 * time.Hour)
		late, err := r.Post(ctx, person(1), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range append(got, late.ID) {
			if g != got[0] || g == 0 {
				t.Errorf("comments %v and %s, want one", got, late.ID)
				break
			}
		}
		if n := r.counts(7).Comments; n != 1 {
			t.Errorf("%d comments, want 1", n)
		}
		if other, err := r.Post(ctx, person(2), d); err != nil || other.ID == got[0] {
			t.Errorf("another person's key: %v, %v", other, err)
		}
	})
}

// A page without script has no keys. A second click on its button is still one comment.
func TestSecondClick(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		d := Draft{StoryID: 7, Markdown: "Send."}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := r.Post(ctx, person(1), d); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		r.wait(5 * time.Second)
		if _, err := r.Post(ctx, person(1), d); err != nil {
			t.Error(err)
		}
		if n := r.counts(7).Comments; n != 1 {
			t.Errorf("%d comments, want 1", n)
		}
		r.wait(time.Minute)
		_, err := r.Post(ctx, person(1), d)
		wantKind(t, err, errs.Limited)
	})
}

// A person who sends many comments at the same moment gets one of them posted,
// on a database with many writers too.
func TestPaceHoldsAtOnce(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				_, err := r.Post(ctx, person(1), Draft{StoryID: id.ID(1 + i), Markdown: fmt.Sprintf("Remark number %d, unlike others %d", i, i*i*i), Key: strconv.Itoa(i)})
				if err != nil && !errors.Is(err, errs.Limited) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		total := 0
		for story := range id.ID(13) {
			total += r.counts(story).Comments
		}
		if total != 1 {
			t.Errorf("%d comments posted, want 1", total)
		}
	})
}

func TestVotes(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		c := r.say(person(1), 7, 0, "Vote for me.")
		var wg sync.WaitGroup
		for n := range int64(12) { // each of six people twice at once
			wg.Go(func() {
				if _, err := r.Vote(ctx, person(10+n/2), c.ID, true); err != nil {
					t.Error(err)
				}
				if _, err := r.VoteStory(ctx, person(10+n/2), 7, true); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := r.counts(7); n != (Counts{Comments: 1, Votes: 12, Own: 6, Open: true}) {
			t.Errorf("counts = %+v, want 6 votes for the comment and 6 for the discussion", n)
		}
		for range 2 { // the second changes nothing
			if n, err := r.Vote(ctx, person(10), c.ID, false); err != nil || n != 5 {
				t.Errorf("taken back: %d, %v; want 5", n, err)
			}
			if n, err := r.VoteStory(ctx, person(10), 7, false); err != nil || n.Own != 5 {
				t.Errorf("taken back: %+v, %v; want 5", n, err)
			}
		}
		_, err := r.Vote(ctx, person(1), c.ID, true)
		wantKind(t, err, errs.Denied)
		_, err = r.Vote(ctx, nil, c.ID, true)
		wantKind(t, err, errs.Unauthenticated)
		_, err = r.Vote(ctx, person(9), 12345, true)
		wantKind(t, err, errs.NotFound)
		_, err = r.VoteStory(ctx, person(9), 999, true)
		wantKind(t, err, errs.NotFound)

		own, err := r.OwnVotes(ctx, person(11), 7)
		if err != nil || !own.Discussion || len(own.Comments) != 1 || own.Comments[0] != c.ID {
			t.Errorf("own votes = %+v, %v", own, err)
		}
		if own, err = r.OwnVotes(ctx, person(10), 7); err != nil || own.Discussion || len(own.Comments) != 0 {
			t.Errorf("own votes after taking back = %+v, %v", own, err)
		}
	})
}

func TestOpenAndClose(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		update := func(fn func(context.Context, *sqldb.Tx, id.ID) error) {
			t.Helper()
			if err := db.Update(ctx, func(tx *sqldb.Tx) error { return fn(ctx, tx, 950) }); err != nil {
				t.Fatal(err)
			}
		}
		update(r.Open) // 950 is a story that Stories does not know
		c := r.say(person(1), 950, 0, "Hello.")
		ranked := func() int {
			list, err := r.MostActive(ctx, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if ranked() != 1 {
			t.Error("the discussion is not ranked")
		}
		update(r.Close)
		update(r.Close)
		if ranked() != 0 {
			t.Error("the discussion of an unpublished story is ranked")
		}
		r.wait(time.Minute)
		_, err := r.Post(ctx, person(1), Draft{StoryID: 950, Markdown: "Still here?"})
		wantKind(t, err, errs.NotFound)
		_, err = r.ByID(ctx, c.ID)
		wantKind(t, err, errs.NotFound)
		_, err = r.Threads(ctx, 950, View{})
		wantKind(t, err, errs.NotFound)

		update(r.Open)
		if ranked() != 1 || r.counts(950) != (Counts{Comments: 1, Open: true}) {
			t.Error("publishing again did not bring the discussion back")
		}
		wantKind(t, r.Pause(ctx, person(1), 950, "x"), errs.Denied)
		wantKind(t, r.Pause(ctx, moderator, 950, " "), errs.Invalid)
		if err := r.Pause(ctx, moderator, 950, "Out of hand."); err != nil {
			t.Fatal(err)
		}
		wantKind(t, r.Pause(ctx, moderator, 950, "Again."), errs.Conflict)
		update(r.Open) // an update of the story does not end the pause
		_, err = r.Post(ctx, person(2), Draft{StoryID: 950, Markdown: "May I?"})
		wantKind(t, err, errs.Conflict)
		_, err = r.Vote(ctx, person(2), c.ID, true)
		wantKind(t, err, errs.Conflict)
		if page, err := r.Threads(ctx, 950, View{}); err != nil || len(page.Comments) != 1 || page.Open {
			t.Errorf("a paused discussion reads %+v, %v", page, err)
		}
		r.wait(time.Minute)
		if err := r.Resume(ctx, moderator, 950, "Calm again."); err != nil {
			t.Fatal(err)
		}
		r.say(person(2), 950, 0, "May I now?")
		list, err := r.Rulings(ctx, moderator, 950)
		if err != nil || len(list) != 2 || list[0].Action != Resume || list[1].Reason != "Out of hand." {
			t.Errorf("rulings = %+v, %v", list, err)
		}
	})
}

func TestHeldComments(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		r.Check = func(_ context.Context, _ *account.Account, c *Comment) (string, error) {
			if strings.Contains(c.Text, "http") {
				return "has a link", nil
			}
			return "", nil
		}
		root := r.say(person(1), 7, 0, "An open question.")
		held := r.say(person(2), 7, root.ID, "See http://example.org for it.")
		if held.State != Held {
			t.Fatalf("state = %s", held.State)
		}
		if n := r.counts(7).Comments; n != 1 {
			t.Errorf("%d comments counted, want 1", n)
		}
		_, err := r.ByID(ctx, held.ID)
		wantKind(t, err, errs.NotFound)
		_, err = r.Vote(ctx, person(3), held.ID, true)
		wantKind(t, err, errs.NotFound)
		wantKind(t, r.Report(ctx, person(3), held.ID, Spam, ""), errs.NotFound)
		page, err := r.Queue(ctx, moderator, Filter{Waiting: true})
		if err != nil || len(page.Items) != 1 || page.Items[0].HeldFor != "has a link" {
			t.Fatalf("queue = %+v, %v", page, err)
		}
		if n, err := r.Waiting(ctx, moderator); err != nil || n != 1 {
			t.Errorf("waiting = %d, %v", n, err)
		}
		if err := r.Moderate(ctx, moderator, held.ID, Approve, "Fine link."); err != nil {
			t.Fatal(err)
		}
		if n := r.counts(7).Comments; n != 2 {
			t.Errorf("%d comments after approval, want 2", n)
		}
		r.checkFigures()
		if err := r.Moderate(ctx, moderator, held.ID, Hold, "Let me look again."); err != nil {
			t.Fatal(err)
		}
		r.checkFigures()
	})
}

// Staff are held to no pace, so two of their comments may get the same slot by
// chance. The second one takes another.
func TestSlotTakenByChance(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		var first id.ID
		for n := range 3 {
			p := post{draft: Draft{StoryID: 7, Markdown: fmt.Sprintf("Remark %d", n), Key: strconv.Itoa(n)}}
			if err := r.compose(ctx, moderator, &p); err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				first = p.ID
			}
			p.ID = first + idOf(int64(n)<<slotBits) // slots are made of the other bits
			p.RootID = p.ID
			if err := db.Update(ctx, func(tx *sqldb.Tx) error { _, err := r.post(ctx, tx, p); return err }); err != nil {
				t.Fatalf("comment %d: %v", n, err)
			}
		}
		if n := r.counts(7).Comments; n != 3 {
			t.Errorf("%d comments, want 3", n)
		}
	})
}
