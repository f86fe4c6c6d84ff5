package demo

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/section"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
)

// openRooms opens all rooms on an empty database.
func openRooms(t testing.TB, db *sqldb.DB) Rooms {
	t.Helper()
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	originals, err := blob.NewDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	renditions, err := blob.NewDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	photos := media.New(db, originals, renditions, log)
	incoming := &wire.Service{DB: db, Blobs: originals, Now: time.Now, Log: log}
	talk := &discussion.Service{DB: db, Zone: zone}
	stories := &story.Service{
		DB: db, Now: time.Now, Style: story.Style{House: "The Broadsheet"}, Sections: &section.Service{DB: db}, Media: photos,
		Wire: incoming, OnPublish: talk.Open, OnUnpublish: talk.Close,
	}
	incoming.OnChange = append(incoming.OnChange, stories.WireChanged)
	talk.Stories = func(ctx context.Context, tx *sqldb.Tx, s id.ID) error { return stories.Discussable(ctx, tx, s) }
	accounts := account.New(db)
	sources := &source.Service{DB: db, Wire: incoming, Accounts: accounts, Now: time.Now, Log: log}
	return Rooms{Accounts: accounts, Media: photos, Wire: incoming, Sources: sources, Folder: t.TempDir(), Stories: stories, Discussion: talk, Zone: zone, Log: log}
}

func TestFill(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		rooms := openRooms(t, db)
		if filled, err := Filled(t.Context(), rooms); filled || err != nil {
			t.Fatalf("filled is %t, %v before", filled, err)
		}
		if err := Fill(t.Context(), rooms); err != nil {
			t.Fatal(err)
		}
		if filled, err := Filled(t.Context(), rooms); !filled || err != nil {
			t.Fatalf("filled is %t, %v after", filled, err)
		}
		checkPages(t, rooms)
		checkLead(t, rooms)
		checkDesk(t, rooms)
		checkWire(t, rooms)
		checkOnce(t, rooms)
		checkCrowd(t, rooms)
	})
}

func checkPages(t *testing.T, rooms Rooms) {
	t.Helper()
	heads, err := rooms.Stories.Latest(t.Context(), "", story.Cursor{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(heads) < 42 {
		t.Errorf("%d stories, want 42", len(heads))
	}
	days, ids := map[string]bool{}, []id.ID{}
	for i := range heads {
		days[heads[i].FirstPublished.In(rooms.Zone).Format(time.DateOnly)] = true
		ids = append(ids, heads[i].ID)
	}
	if len(days) < 4 {
		t.Errorf("the stories are of %d days, want several", len(days))
	}
	counts, err := rooms.Discussion.Summary(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	middle := 0
	for _, c := range counts {
		if c.Comments >= 5 && c.Comments <= 50 {
			middle++
		}
	}
	if middle < 12 {
		t.Errorf("%d discussions of 5 to 50 comments, want 12", middle)
	}
	ranking, err := rooms.Discussion.MostActive(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	if len(ranking) != 4 || ranking[0].Comments != 500 || ranking[0].Votes < 300 {
		t.Errorf("the ranking is %+v, want the lead story with 500 comments first", ranking)
	}
}

// The lead story has what the starting page has at its top and its end.
func checkLead(t *testing.T, rooms Rooms) {
	t.Helper()
	heads, err := rooms.Stories.Latest(t.Context(), "world", story.Cursor{}, 1)
	if err != nil || len(heads) == 0 {
		t.Fatal(err)
	}
	live, err := rooms.Stories.Live(t.Context(), heads[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if live.Slug != leadSlug || live.BylineLine != "The Broadsheet and news services" || live.Version != 2 {
		t.Errorf("lead story: %q by %q, version %d", live.Slug, live.BylineLine, live.Version)
	}
	if want := "Meridian Press Service and Northern Wire contributed to this report."; live.ContributorLine != want {
		t.Errorf("contributors: %q, want %q", live.ContributorLine, want)
	}
	photo, err := rooms.Media.Get(t.Context(), live.Lead)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Hermann Luyken / Wikimedia Commons via Meridian Press Service"; photo.CreditLine() != want {
		t.Errorf("credit: %q, want %q", photo.CreditLine(), want)
	}
	if photo.Alt == "" || photo.Title != "The palace and the lake" {
		t.Errorf("photo: title %q, alt %q", photo.Title, photo.Alt)
	}
	page, err := rooms.Discussion.Threads(t.Context(), live.ID, discussion.View{})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]bool{}
	for i := range page.Comments {
		if text := page.Comments[i].Text; texts[text] {
			t.Errorf("twice on the first page: %s", text)
		} else {
			texts[text] = true
		}
	}
}

func checkDesk(t *testing.T, rooms Rooms) {
	t.Helper()
	by := account.System()
	for _, service := range agencies() {
		list, err := rooms.Wire.List(t.Context(), by, wire.Filter{Service: service.name})
		if err != nil || len(list) == 0 {
			t.Errorf("%s: %d items, %v", service.name, len(list), err)
		}
		for i := range list {
			if list[i].Type == "picture" && list[i].Photos == 0 {
				t.Errorf("%s: no photo in %q", service.name, list[i].Headline)
			}
		}
	}
	drafts, err := rooms.Stories.Drafts(t.Context(), by, story.Filter{State: story.Draft})
	if err != nil || len(drafts) != 5 {
		t.Errorf("%d drafts, %v; want 5", len(drafts), err)
	}
	queue, err := rooms.Discussion.Queue(t.Context(), by, discussion.Filter{Waiting: true})
	if err != nil || len(queue.Items) != 7 {
		t.Errorf("%d wait for moderators, %v; want 7", len(queue.Items), err)
	}
	for _, s := range SignIns() {
		a, _, err := rooms.Accounts.SignIn(t.Context(), s.Email, Password, "192.0.2.1")
		if err != nil || a.Role != s.Role {
			t.Errorf("%s cannot sign in: %v", s.Email, err)
		}
	}
}

// The readers add to several discussions.
func checkCrowd(t *testing.T, rooms Rooms) {
	t.Helper()
	c, err := gatherCrowd(t.Context(), rooms)
	if err != nil {
		t.Fatal(err)
	}
	ids := []id.ID{}
	for i := range c.heads {
		ids = append(ids, c.heads[i].ID)
	}
	before, err := rooms.Discussion.Summary(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for range 60 {
		if err := c.move(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	after, err := rooms.Discussion.Summary(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	moved, comments, votes := 0, 0, 0
	for _, story := range ids {
		comments += after[story].Comments - before[story].Comments
		votes += after[story].Votes - before[story].Votes
		if after[story] != before[story] {
			moved++
		}
	}
	if moved < 3 || comments == 0 || votes == 0 {
		t.Errorf("60 steps made %d comments and %d votes under %d stories", comments, votes, moved)
	}
}

func TestLiveNeedsAFullNewsroom(t *testing.T) {
	rooms := openRooms(t, sqltest.Open(t, "sqlite:"+t.TempDir()+"/live.db"))
	if err := Live(t.Context(), rooms); !errors.Is(err, errs.NotFound) {
		t.Errorf("error is %v, want errs.NotFound", err)
	}
}

// The wire that moves begins again when all has been sent, with new items.
func TestTicker(t *testing.T) {
	rooms := openRooms(t, sqltest.Open(t, "sqlite:"+t.TempDir()+"/wire.db"))
	n, err := newNewsroom(rooms, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	round, err := n.desk.round(n.start)
	if err != nil {
		t.Fatal(err)
	}
	send := n.ticker()
	for range round {
		if err := send(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	list, err := rooms.Wire.List(t.Context(), account.System(), wire.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	uris, takes := map[string]bool{}, 0
	for _, p := range round {
		uris[p.URI] = true
	}
	for i := range list {
		takes += list[i].Versions
	}
	if len(list) != len(uris) || takes != len(round) {
		t.Errorf("%d items in %d takes, want %d in %d", len(list), takes, len(uris), len(round))
	}
}
