package wire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/fetch"
	"broadsheet/internal/id"
	"broadsheet/internal/jobs"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

var (
	reporter = &account.Account{ID: 1, Name: "Ida", Role: account.Reporter, Confirmed: true}
	reader   = &account.Account{ID: 2, Name: "Rey", Role: account.Reader, Confirmed: true}
)

func newService(db *sqldb.DB) *wire.Service {
	return &wire.Service{DB: db, Blobs: &blob.Memory{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func ninjs(version, status, headline string) []byte {
	return fmt.Appendf(nil, `{"uri":"urn:x:1","type":"text","version":%q,"versioncreated":"2026-11-20T10:00:00Z","pubstatus":%q,
		"urgency":3,"headline":%q,"body_text":"Some words.","copyrightholder":"Wire A"}`, version, status, headline)
}

func ingest(t testing.TB, s *wire.Service, in wire.Incoming) []wire.Result {
	t.Helper()
	results, err := s.Ingest(t.Context(), account.System(), in)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestAKillWithoutNumberAndDateCounts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		ahead := time.Now().Add(time.Hour).UTC().Format(time.RFC3339) // by an agency's clock
		for _, step := range []struct {
			raw    string
			want   wire.Outcome
			status wire.Status
		}{
			{`{"uri":"urn:x:1","type":"text","version":"3","versioncreated":"` + ahead + `","headline":"A","body_text":"Some words."}`, wire.New, wire.Usable},
			{`{"uri":"urn:x:1","type":"text","pubstatus":"canceled"}`, wire.Updated, wire.Canceled},
			{`{"uri":"urn:x:1","type":"text","versioncreated":"2026-11-20T10:00:00Z","headline":"A, early","body_text":"Some words."}`, wire.Older, wire.Canceled},
			{`{"uri":"urn:x:1","type":"text","headline":"A again","body_text":"Some words."}`, wire.Updated, wire.Usable},
		} {
			got := ingest(t, s, wire.Incoming{File: "a.json", Raw: []byte(step.raw)})
			e, err := s.Entry(t.Context(), reporter, got[0].ID)
			if err != nil || got[0].Status != step.want || e.Status != step.status {
				t.Errorf("%s: %s, %s, %v; want %s, %s", step.raw, got[0].Status, e.Status, err, step.want, step.status)
			}
		}
	})
}

// A kill that was made after the current version counts, whatever number it has; what was
// made before it does not undo it.
func TestAKillCountsByWhenItWasMade(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		for _, step := range []struct {
			version, created, status string
			want                     wire.Outcome
			after                    wire.Status
		}{
			{"3", "2026-11-20T10:00:00Z", "usable", wire.New, wire.Usable},
			{"2", "2026-11-20T09:00:00Z", "canceled", wire.Older, wire.Usable},
			{"2", "2026-11-20T11:00:00Z", "canceled", wire.Updated, wire.Canceled},
			{"3", "2026-11-20T10:30:00Z", "usable", wire.Older, wire.Canceled},
			{"4", "2026-11-20T12:00:00Z", "usable", wire.Updated, wire.Usable},
		} {
			raw := fmt.Sprintf(`{"uri":"urn:x:1","type":"text","version":%q,"versioncreated":%q,"pubstatus":%q,"headline":"A"}`,
				step.version, step.created, step.status)
			got := ingest(t, s, wire.Incoming{File: "a.json", Raw: []byte(raw)})
			e, err := s.Entry(t.Context(), reporter, got[0].ID)
			if err != nil || got[0].Status != step.want || e.Status != step.after {
				t.Errorf("%+v: %s, %s, %v", step, got[0].Status, e.Status, err)
			}
		}
	})
}

// TestLargeFilesTakeTurns sends large files at once and cuts one off that waits.
func TestLargeFilesTakeTurns(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		done, err := wire.TakeLarge(t.Context(), wire.LargeFile)
		if err != nil {
			t.Fatal(err)
		}
		raw := ninjs("1", "usable", strings.Repeat("x", wire.LargeFile))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Ingest(ctx, account.System(), wire.Incoming{File: "a.json", Raw: raw}); !errors.Is(err, context.Canceled) {
			t.Errorf("two large files at once: %v", err)
		}
		if n, err := s.CountUnreadable(t.Context()); n != 0 || err != nil {
			t.Errorf("%d unreadable, %v", n, err)
		}
		ingest(t, s, wire.Incoming{File: "b.json", Raw: ninjs("2", "usable", "small")})
		done()
		ingest(t, s, wire.Incoming{File: "a.json", Raw: raw})
	})
}

func TestVersions(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		for _, step := range []struct {
			version, status, headline string
			want                      wire.Outcome
			current                   string // headline afterwards
			released                  bool
		}{
			{"2", "usable", "two", wire.New, "two", true},
			{"2", "usable", "two", wire.Duplicate, "two", true},
			{"1", "usable", "one", wire.Older, "two", true},
			{"10", "usable", "ten", wire.Updated, "ten", true}, // a number, not a word
			{"2", "usable", "two", wire.Duplicate, "ten", true},
			{"10", "canceled", "killed", wire.Updated, "killed", false}, // a kill that did not count on
			{"10", "usable", "ten", wire.Duplicate, "killed", false},    // sent again by a slow line: stays killed
			{"11", "some-new-word", "odd", wire.Updated, "odd", false},
			{"12", "usable", "back", wire.Updated, "back", true},
		} {
			got := ingest(t, s, wire.Incoming{File: "a.json", Raw: ninjs(step.version, step.status, step.headline)})
			if len(got) != 1 || got[0].Status != step.want || got[0].Version != step.version || got[0].URI != "urn:x:1" {
				t.Fatalf("%+v: got %+v", step, got)
			}
			e, err := s.Entry(t.Context(), reporter, got[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if e.Headline != step.current || e.FreeAt(time.Now()) != step.released {
				t.Errorf("%+v: list shows %q, free %v", step, e.Headline, e.FreeAt(time.Now()))
			}
			it, err := s.Get(t.Context(), reporter, got[0].ID)
			if err != nil || it.Headline() != step.current {
				t.Errorf("%+v: Get = %v, %v", step, it, err)
			}
		}
		versions, err := s.Versions(t.Context(), reporter, wire.IDOf("urn:x:1"))
		if err != nil {
			t.Fatal(err)
		}
		if len(versions) != 6 || !versions[0].Current || versions[0].Version != "12" || versions[0].File != "a.json" {
			t.Errorf("versions = %+v", versions)
		}
		raw, err := s.Raw(t.Context(), reporter, wire.IDOf("urn:x:1"), versions[0].Arrived)
		if want := ninjs("12", "usable", "back"); err != nil || string(raw) != string(want) {
			t.Errorf("raw = %q, %v", raw, err)
		}
	})
}

func TestPermissions(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, ctx := newService(db), t.Context()
		for name, call := range map[string]func(by *account.Account) error{
			"Ingest": func(by *account.Account) error { _, err := s.Ingest(ctx, by, wire.Incoming{}); return err },
			"List":   func(by *account.Account) error { _, err := s.List(ctx, by, wire.Filter{}); return err },
			"Get":    func(by *account.Account) error { _, err := s.Get(ctx, by, 1); return err },
			"Entry":  func(by *account.Account) error { _, err := s.Entry(ctx, by, 1); return err },
			"Versions": func(by *account.Account) error {
				_, err := s.Versions(ctx, by, 1)
				return err
			},
			"GetVersion": func(by *account.Account) error { _, err := s.GetVersion(ctx, by, 1, 1); return err },
			"Raw":        func(by *account.Account) error { _, err := s.Raw(ctx, by, 1, 1); return err },
			"Services":   func(by *account.Account) error { _, err := s.Services(ctx, by); return err },
			"Photos":     func(by *account.Account) error { _, err := s.Photos(ctx, by, &wire.Item{}); return err },
		} {
			if err := call(nil); !errors.Is(err, errs.Unauthenticated) {
				t.Errorf("%s by nobody: %v", name, err)
			}
			if err := call(reader); !errors.Is(err, errs.Denied) {
				t.Errorf("%s by a reader: %v", name, err)
			}
		}
		if _, err := s.Ingest(ctx, reporter, wire.Incoming{}); !errors.Is(err, errs.Denied) {
			t.Errorf("Ingest by a reporter: %v", err)
		}
		if _, err := s.Get(ctx, reporter, 1); !errors.Is(err, errs.NotFound) {
			t.Errorf("Get of nothing: %v", err)
		}
	})
}

func TestMessageWithPhoto(t *testing.T) {
	raw, err := os.ReadFile("parse/testdata/strait.xml")
	if err != nil {
		t.Fatal(err)
	}
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, ctx := newService(db), t.Context()
		var asked []string
		beside := func(href string) (io.ReadCloser, error) {
			asked = append(asked, href)
			if href == "pictures/kestrel.jpg" {
				return io.NopCloser(strings.NewReader("jpeg bytes")), nil
			}
			return nil, os.ErrNotExist
		}
		got := ingest(t, s, wire.Incoming{Service: "Meridian feed", File: "strait.xml", Raw: raw, Beside: beside})
		if len(got) != 2 || got[0].Status != wire.New || got[1].Type != "picture" {
			t.Fatalf("results = %+v", got)
		}
		if want := "[pictures/kestrel.jpg pictures/kestrel-small.jpg]"; fmt.Sprint(asked) != want {
			t.Errorf("asked for %v, want %v", asked, want)
		}
		it, err := s.Get(ctx, reporter, got[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		photos, err := s.Photos(ctx, reporter, it)
		if err != nil || len(photos) != 1 {
			t.Fatalf("photos = %+v, %v", photos, err)
		}
		p := photos[0]
		for _, c := range []struct{ what, got, want string }{
			{"title", p.Title, "The ferry Kestrel"},
			{"caption", p.Caption, "The ferry Kestrel leaves Port Tallin."},
			{"photographer", p.Photographer, "Lena Ruiz"},
			{"credit", p.Credit, "Ruiz/Meridian"},
			{"distributor", p.Distributor, "Meridian Pictures"},
			{"copyright", p.Copyright, "Copyright 2026 Meridian Pictures"},
			{"terms", p.UsageTerms, "Editorial use only"},
			{"file", p.Filename, "kestrel.jpg"},
			{"problem", p.Problem, ""},
			{"origin", p.Origin.ID, got[1].ID.String()},
		} {
			if c.got != c.want {
				t.Errorf("%s = %q, want %q", c.what, c.got, c.want)
			}
		}
		f, err := p.Open(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if b, err := io.ReadAll(f); err != nil || string(b) != "jpeg bytes" {
			t.Errorf("bytes = %q, %v", b, err)
		}
		before, after := time.Date(2026, 11, 20, 17, 59, 59, 0, time.UTC), time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
		if it.FreeAt(before) || !it.FreeAt(after) {
			t.Errorf("embargo: free before %v, after %v", it.FreeAt(before), it.FreeAt(after))
		}
		rel, err := s.Releases(ctx, []id.ID{got[0].ID, 5})
		if err != nil || len(rel) != 1 || rel[got[0].ID].FreeAt(before) || !rel[got[0].ID].FreeAt(after) {
			t.Errorf("releases = %v, %v", rel, err)
		}
		if again := ingest(t, s, wire.Incoming{Service: "Meridian feed", File: "copy.xml", Raw: raw}); again[0].Status != wire.Duplicate || again[1].Status != wire.Duplicate {
			t.Errorf("the same file again: %+v", again)
		}
		// Another envelope around the same items says nothing new.
		other := strings.Replace(string(raw), "meridian-000417", "meridian-000999", 1)
		if again := ingest(t, s, wire.Incoming{File: "other.xml", Raw: []byte(other)}); again[0].Status != wire.Duplicate {
			t.Errorf("the same item in another envelope: %+v", again)
		}
	})
}

func TestPhotoOfThePackage(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		pack := `<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:p" version="1"><itemMeta><itemClass qcode="ninat:composite"/></itemMeta>
			<groupSet root="G"><group id="G"><itemRef residref="urn:t"/><itemRef residref="urn:f"/></group></groupSet></packageItem>`
		text := `{"uri":"urn:t","type":"text","headline":"T"}`
		photo := `{"uri":"urn:f","type":"picture","headline":"F","renditions":{"main":{"href":"f.jpg","width":10}}}`
		for _, raw := range []string{text, pack, photo} { // the package may come before what is in it
			ingest(t, s, wire.Incoming{File: "x", Raw: []byte(raw)})
		}
		it, err := s.Get(t.Context(), reporter, wire.IDOf("urn:t"))
		if err != nil {
			t.Fatal(err)
		}
		photos, err := s.Photos(t.Context(), reporter, it)
		if err != nil || len(photos) != 1 || photos[0].URI != "urn:f" || photos[0].Problem == "" {
			t.Errorf("photos = %+v, %v", photos, err)
		}
	})
}

func TestList(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		for i := range 25 {
			raw := fmt.Sprintf(`{"uri":"urn:%d","type":"text","urgency":%d,"headline":"Número %d of 100%%","body_text":"Under_score Straße",
				"language":"en-GB","place":[{"name":"Port Ellery"}],"subject":[{"name":%q,"code":"x:%d"}],"copyrightholder":"P"}`,
				i, i%9+1, i, []string{"Fees", "Harbours", "Tides"}[(i+1)%3], i%3)
			ingest(t, s, wire.Incoming{Service: []string{"Alpha", "Beta"}[i%2], File: "x.json", Raw: []byte(raw)})
		}
		ingest(t, s, wire.Incoming{File: "k.xml", Raw: []byte(`<conceptItem guid="urn:c" version="1"><concept><name>Number</name></concept></conceptItem>`)})
		count := func(f wire.Filter) (n int) {
			for {
				page, err := s.List(t.Context(), reporter, f)
				if err != nil {
					t.Fatal(err)
				}
				for i, e := range page {
					if f.After != 0 && e.Arrived >= f.After || i > 0 && e.Arrived >= page[i-1].Arrived {
						t.Errorf("%v is not in the order of arrival", e.Headline)
					}
				}
				n += len(page)
				if len(page) == 0 {
					return n
				}
				f.After = page[len(page)-1].Arrived
			}
		}
		for _, test := range []struct {
			name string
			f    wire.Filter
			want int
		}{
			{"plans and knowledge", wire.Filter{Show: wire.ShowLibrary}, 1},
			{"knowledge by a part of its name", wire.Filter{Show: wire.ShowLibrary, Words: "Num"}, 1},
			{"knowledge that is not there", wire.Filter{Show: wire.ShowLibrary, Words: "100%"}, 0},
			{"knowledge of another type", wire.Filter{Show: wire.ShowLibrary, Type: "event"}, 0},
			{"all, without the concept", wire.Filter{Limit: 7}, 25},
			{"service", wire.Filter{Service: "Beta", Limit: 5}, 12},
			{"urgency", wire.Filter{UrgencyMax: 2}, 6},
			{"words", wire.Filter{Words: "NÚMERO 24"}, 1},
			{"beginning of a word, in the body", wire.Filter{Words: "stras"}, 25},
			{"inside of a word", wire.Filter{Words: "trasse"}, 0},
			{"words nowhere", wire.Filter{Words: "nowhere "}, 0},
			{"a phrase, without", wire.Filter{Words: `"of 100" -24`}, 24},
			{"type", wire.Filter{Type: "picture"}, 0},
			{"words and service", wire.Filter{Words: "straße ", Service: "Alpha", Limit: 4}, 13},
			{"subject", wire.Filter{Subject: "harbours"}, 9},
			{"subject by its code", wire.Filter{Subject: "x:1", Limit: 2}, 8},
			{"place", wire.Filter{Place: "port ellery"}, 25},
			{"language", wire.Filter{Language: "en"}, 25},
			{"other language", wire.Filter{Language: "de"}, 0},
			{"status", wire.Filter{Status: "usable"}, 25},
			{"killed", wire.Filter{Status: "canceled"}, 0},
			{"embargo", wire.Filter{Status: wire.StatusEmbargo}, 0},
			{"photos", wire.Filter{Photos: true}, 0},
			{"not for us", wire.Filter{Show: wire.ShowHidden}, 0},
			{"everything", wire.Filter{Show: wire.ShowAll}, 25},
			{"today", wire.Filter{Since: time.Now().UTC().Format(time.DateOnly), Limit: 7}, 25},
			{"until yesterday", wire.Filter{Until: time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)}, 0},
		} {
			if got := count(test.f); got != test.want {
				t.Errorf("%s: %d, want %d", test.name, got, test.want)
			}
		}
		sources, err := s.Services(t.Context(), reporter)
		if err != nil || len(sources) != 2 || sources[0].Name != "Alpha" || sources[0].Items != 13 || sources[1].Items != 12 {
			t.Errorf("services = %+v, %v", sources, err)
		}
	})
}

func TestBadFileChangesNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		_, err := s.Ingest(t.Context(), account.System(), wire.Incoming{File: "bad.json", Raw: []byte("[{\"uri\":\"urn:a\"},\n7]")})
		kind, message := errs.Of(err)
		if want := "bad.json:2: item 2 is not ninjs: it has neither uri nor headline"; kind != errs.Invalid || message != want {
			t.Errorf("error %v of kind %v with message %q, want %q", err, kind, message, want)
		}
		if list, err := s.List(t.Context(), reporter, wire.Filter{}); err != nil || len(list) != 0 {
			t.Errorf("list = %v, %v", list, err)
		}
	})
}

func TestPictureIsFetched(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/big.jpg" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		_, _ = io.WriteString(w, "big")
	}))
	t.Cleanup(srv.Close) // the tests below run after this function
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		s.Fetch = fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
		q := jobs.New(db, s.Log)
		s.Handle(q)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { q.Run(ctx); close(done) }()
		raw := fmt.Sprintf(`{"uri":"urn:f","type":"picture","renditions":[{"name":"s","href":"%[1]s/small.jpg","width":10},{"name":"b","href":"%[1]s/big.jpg","width":99}]}`, srv.URL)
		got := ingest(t, s, wire.Incoming{File: "f.json", Raw: []byte(raw)})
		it, err := s.Get(ctx, reporter, got[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		deadline := time.After(10 * time.Second)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			photos, err := s.Photos(ctx, reporter, it)
			if err != nil || len(photos) != 1 {
				t.Fatalf("photos = %+v, %v", photos, err)
			}
			if photos[0].Key == blob.KeyOf([]byte("big")) {
				break
			}
			if want := "it is being fetched from the agency"; photos[0].Problem != want {
				t.Errorf("problem = %q, want %q", photos[0].Problem, want)
			}
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatal("the picture was not fetched")
			}
		}
		stop()
		<-done
	})
}

func TestListPlans(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			if tx.Dialect == sqldb.Postgres { // an empty table is always scanned, unless that is dear
				if _, err := sqldb.Exec(t.Context(), tx, "SET LOCAL enable_seqscan = off"); err != nil {
					return err
				}
				if _, err := sqldb.Exec(t.Context(), tx, "SET LOCAL enable_sort = off"); err != nil {
					return err
				}
			}
			plan, err := sqldb.Plan(t.Context(), tx, wire.NewestSQL, 0, 100, 50)
			if !strings.Contains(plan, "wire_shown") || strings.Contains(strings.ToLower(plan), "sort") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("plan of the list:\n%s", plan)
			}
			if err != nil {
				return err
			}
			plan, err = sqldb.Plan(t.Context(), tx, wire.LibrarySQL, 0, 100, "", "%", 50)
			if !strings.Contains(plan, "wire_library") || strings.Contains(strings.ToLower(plan), "sort") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("plan of the library's list:\n%s", plan)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestResultAsJSON(t *testing.T) {
	got, err := json.Marshal(wire.Result{ID: 1, URI: "u", Status: wire.New, Headline: "H"})
	if want := `{"id":"0000000000001","uri":"u","status":"new","headline":"H"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestIngestAtOnce(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		const lines, items = 6, 10
		outcomes := make(chan wire.Outcome, lines*items)
		var wg sync.WaitGroup
		for line := range lines { // the same items by several lines, in another order each
			wg.Go(func() {
				var list []string
				for i := range items {
					list = append(list, fmt.Sprintf(`{"uri":"urn:%d","type":"text","headline":"H"}`, (i*(line+1)+line)%items))
				}
				results, err := s.Ingest(t.Context(), account.System(), wire.Incoming{
					Service: fmt.Sprint("line ", line%2), File: "x", Raw: []byte("[" + strings.Join(list, ",\n") + "]"),
				})
				if err != nil {
					t.Error(err)
				}
				for _, r := range results {
					outcomes <- r.Status
				}
			})
		}
		wg.Wait()
		close(outcomes)
		count := map[wire.Outcome]int{}
		for o := range outcomes {
			count[o]++
		}
		list, err := s.List(t.Context(), reporter, wire.Filter{})
		if err != nil || len(list) != count[wire.New] || count[wire.Updated]+count[wire.Older] != 0 {
			t.Errorf("%d in the list, %v, outcomes %v", len(list), err, count)
		}
		sources, err := s.Services(t.Context(), reporter)
		total := 0
		for _, src := range sources {
			total += src.Items
		}
		if err != nil || total != len(list) {
			t.Errorf("services count %d items, want %d, %v", total, len(list), err)
		}
	})
}
