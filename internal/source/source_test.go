package source_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/transport"
	"broadsheet/internal/wire/transport/transporttest"
)

var (
	admin    = &account.Account{ID: 1, Name: "Ada", Role: account.Admin, Confirmed: true}
	reporter = &account.Account{ID: 2, Name: "Ida", Role: account.Reporter, Confirmed: true}
)

// A clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newService(db *sqldb.DB) (*source.Service, *clock) {
	c := &clock{now: time.Now()}
	log := slog.New(slog.DiscardHandler)
	room := &wire.Service{DB: db, Blobs: &blob.Memory{}, Now: c.Now, Log: log}
	return &source.Service{DB: db, Wire: room, Accounts: account.New(db), Now: c.Now, Log: log}, c
}

func ninjs(uri, headline string) []byte {
	return fmt.Appendf(nil, `{"uri":%q,"type":"text","version":"1","versioncreated":"2026-11-20T10:00:00Z","headline":%q,"body_text":"Some words."}`, uri, headline)
}

func add(t *testing.T, s *source.Service, src source.Source) source.Source {
	t.Helper()
	added, _, err := s.Add(t.Context(), account.System(), src)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func poll(t *testing.T, s *source.Service) {
	t.Helper()
	if err := s.PollDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func named(t *testing.T, s *source.Service, name string) source.Source {
	t.Helper()
	src, err := s.ByName(t.Context(), reporter, name)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func headlines(t *testing.T, s *source.Service, service string) (all []string) {
	t.Helper()
	list, err := s.Wire.List(t.Context(), reporter, wire.Filter{Service: service})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		all = append(all, e.Headline)
	}
	return all
}

func TestFolderToTheDesk(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, clock := newService(db)
		dir := t.TempDir()
		drop := transporttest.Drop(dir)
		drop(t, "a.json", ninjs("urn:x:a", "First"))
		drop(t, "b.json", []byte(`{"uri": "urn:x:b", "headline": `))
		drop(t, "c.json", ninjs("urn:x:c", "Third"))
		add(t, s, source.Source{Name: "Agencia Austral", Kind: transport.Folder, Address: dir})
		poll(t, s)
		if got := headlines(t, s, "Agencia Austral"); len(got) != 2 {
			t.Errorf("the wire has %q, want the two files that can be read", got)
		}
		src := named(t, s, "Agencia Austral")
		if src.Files != 3 || src.Items != 2 || src.Errors != 1 || src.Error != "" || !src.Seen.Equal(clock.Now().UTC().Truncate(time.Millisecond)) {
			t.Errorf("counts: %+v", src)
		}
		for _, name := range []string{"processed/a.json", "failed/b.json", "processed/c.json"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
		waiting, err := s.Wire.ListUnreadable(t.Context(), reporter, false)
		if err != nil || len(waiting) != 1 || waiting[0].Name != "b.json" || waiting[0].Service != "Agencia Austral" || waiting[0].Reason == "" {
			t.Fatalf("unreadable: %+v, %v", waiting, err)
		}
		if _, err := s.Retry(t.Context(), admin, waiting[0].ID); !errors.Is(err, errs.Invalid) {
			t.Errorf("retry of what is broken: %v, want invalid", err)
		}
		if again, err := s.Wire.ListUnreadable(t.Context(), reporter, false); err != nil || len(again) != 1 || again[0].Tries != 2 {
			t.Errorf("after a retry: %+v, %v", again, err)
		}
		if src := named(t, s, "Agencia Austral"); src.Errors != 1 {
			t.Errorf("a retry counted as an error of the source: %d", src.Errors)
		}
	})
}

// A file that can be read after a fix leaves the list and is on the wire.
func TestRetryAfterAFix(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		raw := ninjs("urn:x:late", "Late")
		_, err := s.Wire.Ingest(t.Context(), admin, wire.Incoming{File: "late.json", Raw: raw, Note: func(_ context.Context, _ *sqldb.Tx, a wire.Arrival) error {
			if a.Fault == "" {
				return errs.E(errs.Invalid, "not understood yet")
			}
			return nil
		}})
		if !errors.Is(err, errs.Invalid) {
			t.Fatal(err)
		}
		if read, left, err := s.RetryAll(t.Context(), admin); read != 1 || left != 0 || err != nil {
			t.Errorf("RetryAll = %d read, %d left, %v", read, left, err)
		}
		if n, err := s.Wire.CountUnreadable(t.Context()); n != 0 || err != nil {
			t.Errorf("%d files wait, %v", n, err)
		}
		if got := headlines(t, s, ""); len(got) != 1 {
			t.Errorf("the wire has %q", got)
		}
		if _, _, err := s.RetryAll(t.Context(), reporter); !errors.Is(err, errs.Denied) {
			t.Errorf("a reporter retries: %v, want denied", err)
		}
	})
}

func TestBrokenSourcesStopNobody(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, clock := newService(db)
		busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		defer busy.Close()
		private := []string{"127.0.0.1"}
		add(t, s, source.Source{Name: "busy", Kind: transport.Pull, Address: busy.URL, Private: private})
		add(t, s, source.Source{Name: "nobody there", Kind: transport.FTP, Address: "ftp://127.0.0.1:1/", Private: private})
		add(t, s, source.Source{Name: "no folder", Kind: transport.Folder, Address: "/nowhere/at/all"})
		add(t, s, source.Source{Name: "not allowed", Kind: transport.Pull, Address: busy.URL})
		good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(ninjs("urn:x:1", "News")) }))
		defer good.Close()
		add(t, s, source.Source{Name: "good", Kind: transport.Pull, Address: good.URL, Private: private})
		paused := add(t, s, source.Source{Name: "paused", Kind: transport.Pull, Address: good.URL, Private: private})
		if err := s.SetState(t.Context(), admin, paused.ID, source.Paused); err != nil {
			t.Fatal(err)
		}
		poll(t, s)
		if got := headlines(t, s, "good"); len(got) != 1 {
			t.Errorf("the good source gave %q", got)
		}
		now := clock.Now()
		if src := named(t, s, "busy"); src.Failures != 1 || src.Next.Sub(now) < 59*time.Minute {
			t.Errorf("a server that asks for an hour is asked again in %s", src.Next.Sub(now))
		}
		if src := named(t, s, "not allowed"); !strings.Contains(src.Error, "not public") {
			t.Errorf("a private address: %q", src.Error)
		}
		if src := named(t, s, "no folder"); !strings.Contains(src.Error, "no such file or directory") || src.Errors != 1 {
			t.Errorf("no folder: %q", src.Error)
		}
		if src := named(t, s, "paused"); !src.Polled.IsZero() || src.Failures != 0 {
			t.Errorf("a paused source was polled: %+v", src)
		}
		if n, err := s.Troubled(t.Context()); n != 4 || err != nil {
			t.Errorf("%d sources are troubled, %v; want 4", n, err)
		}
	})
}

// Two servers on one database: each source is polled by one at a time, and a poll whose
// source was paused ends without a trace.
func TestOneAtATime(t *testing.T) {
	sqltest.Two(t, func(t *testing.T, a, b *sqldb.DB) {
		one, clock := newService(a)
		two, _ := newService(b)
		two.Now, two.Wire.Now = clock.Now, clock.Now
		asked, answer := make(chan bool, 10), make(chan bool)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked <- true
			<-answer
			_, _ = w.Write(ninjs("urn:x:1", "News"))
		}))
		defer srv.Close()
		src := add(t, one, source.Source{Name: "slow", Kind: transport.Pull, Address: srv.URL, Private: []string{"127.0.0.1"}})
		done := make(chan error)
		go func() { done <- one.PollDue(t.Context()) }()
		<-asked
		poll(t, two) // finds nothing that is due
		if len(asked) > 0 {
			t.Error("a source was polled by two servers at once")
		}
		if err := two.SetState(t.Context(), admin, src.ID, source.Paused); err != nil {
			t.Fatal(err)
		}
		close(answer)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got := headlines(t, one, ""); len(got) != 0 {
			t.Errorf("a paused source gave %q", got)
		}
		if err := one.SetState(t.Context(), admin, src.ID, source.Active); err != nil {
			t.Fatal(err)
		}
		poll(t, two)
		if got := headlines(t, one, ""); len(got) != 1 {
			t.Errorf("the source that was resumed gave %q", got)
		}
	})
}

func TestGoneQuiet(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, clock := newService(db)
		clock.now = time.Date(2026, 9, 7, 8, 54, 0, 0, time.UTC)
		src, token, err := s.Add(t.Context(), admin, source.Source{Name: "Northern Wire", Kind: transport.Push})
		if err != nil || token == "" {
			t.Fatalf("a source that pushes: token %q, %v", token, err)
		}
		by, err := s.Accounts.ByToken(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		send := func(n int) {
			t.Helper()
			if _, err := s.Push(t.Context(), by, wire.Incoming{File: "push", Raw: ninjs(fmt.Sprintf("urn:x:%d", n), "News")}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 8 * 24 * 6 { // a file an hour for eight days, looked at every ten minutes
			if i%6 == 0 {
				send(i)
			}
			if err := s.Look(t.Context()); err != nil {
				t.Fatal(err)
			}
			clock.pass(10 * time.Minute)
		}
		if src := named(t, s, src.Name); !src.Quiet.IsZero() || src.Files != 8*24 {
			t.Fatalf("after eight days: quiet %v, %d files", src.Quiet, src.Files)
		}
		hours := 0.0
		for ; named(t, s, src.Name).Quiet.IsZero() && hours < 48; hours += 1. / 6 {
			if err := s.Look(t.Context()); err != nil {
				t.Fatal(err)
			}
			clock.pass(10 * time.Minute)
		}
		if hours > 6 {
			t.Errorf("an hourly source is called quiet after %.1f hours", hours)
		}
		if n, err := s.Troubled(t.Context()); n != 1 || err != nil {
			t.Errorf("%d sources are troubled, %v", n, err)
		}
		send(-1)
		if src := named(t, s, src.Name); !src.Quiet.IsZero() {
			t.Error("it is quiet still when it has sent")
		}
	})
}

func TestPushIsIdempotent(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		src, token, err := s.Add(t.Context(), admin, source.Source{Name: "Meridian", Kind: transport.Push})
		if err != nil {
			t.Fatal(err)
		}
		by, err := s.Accounts.ByToken(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := s.Push(t.Context(), by, wire.Incoming{File: "a.json", Raw: ninjs("urn:x:1", "News")}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Push(t.Context(), by, wire.Incoming{File: "b.json", Raw: []byte("nonsense")}); !errors.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
		}
		got := named(t, s, src.Name)
		if got.Files != 2 || got.Items != 1 || got.Errors != 1 || len(headlines(t, s, "Meridian")) != 1 {
			t.Errorf("pushed three times: %d files, %d items, %d errors; want 2, 1, 1", got.Files, got.Items, got.Errors)
		}
		if err := s.SetState(t.Context(), admin, src.ID, source.Paused); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Push(t.Context(), by, wire.Incoming{File: "a.json", Raw: ninjs("urn:x:2", "News")}); !errors.Is(err, errs.Conflict) {
			t.Errorf("push to a paused source: %v, want conflict", err)
		}
	})
}

func TestWhoMay(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		good := source.Source{Name: "x", Kind: transport.Pull, Address: "https://agency.example/feed"}
		for _, test := range []struct {
			by     *account.Account
			change func(*source.Source)
			want   errs.Kind
		}{
			{nil, nil, errs.Unauthenticated},
			{reporter, nil, errs.Denied},
			{admin, func(src *source.Source) { src.Kind, src.Address = transport.Folder, "/tmp" }, errs.Denied},
			{admin, func(src *source.Source) { src.Private = []string{"10.0.0.1"} }, errs.Denied},
			{admin, func(src *source.Source) { src.Address = "https://me:secret@agency.example/" }, errs.Invalid},
			{admin, func(src *source.Source) { src.Address = "file:///etc/passwd" }, errs.Invalid},
			{admin, func(src *source.Source) { src.Name = " " }, errs.Invalid},
			{admin, func(src *source.Source) { src.Every = time.Second }, errs.Invalid},
			{admin, func(src *source.Source) { src.After = transport.Move }, errs.Invalid},
		} {
			src := good
			if test.change != nil {
				test.change(&src)
			}
			if _, _, err := s.Add(t.Context(), test.by, src); !errors.Is(err, test.want) {
				t.Errorf("%+v: %v, want %v", src, err, test.want)
			}
		}
		if _, _, err := s.Add(t.Context(), admin, good); err != nil {
			t.Error(err)
		}
		if _, _, err := s.Add(t.Context(), admin, good); !errors.Is(err, errs.Conflict) {
			t.Errorf("the same name twice: %v, want conflict", err)
		}
	})
}

func TestSecretsAreNotPrinted(t *testing.T) {
	src := source.Source{Name: "x", Secret: "hunter2"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("added", "source", src, "secret", src.Secret)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %q", src, src, src, src.Secret, src.Secret), log.String()} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("a secret was printed: %s", text)
		}
	}
}

// The whole way from a real FTP server through a line that is cut again and again:
// every item is on the wire, once, and the counts are right.
func TestCutLineToTheDesk(t *testing.T) {
	dir, port, proxy := transporttest.VSFTPD(t, "")
	drop := transporttest.Drop(filepath.Join(dir, "in"))
	const files = 12
	for i := range files {
		drop(t, fmt.Sprintf("%02d.json", i), ninjs(fmt.Sprintf("urn:x:%d", i), strings.Repeat("News. ", 100)))
	}
	drop(t, "06-broken.json", []byte("{"))
	s, clock := newService(sqltest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")))
	add(t, s, source.Source{
		Name: "Austral", Kind: transport.FTP, Address: "ftp://127.0.0.1:" + port + "/in", After: transport.Move, Private: []string{"127.0.0.1"},
	})
	cut := 0
	for n := int64(100); n < 20_000; n = n*5/4 + 37 {
		proxy.After(n)
		poll(t, s)
		if named(t, s, "Austral").Failures > 0 {
			cut++
		}
		clock.pass(2 * time.Hour)
	}
	proxy.Heal()
	poll(t, s)
	src := named(t, s, "Austral")
	if got := headlines(t, s, "Austral"); len(got) != files || src.Files != files+1 || src.Items != files || src.Error != "" {
		t.Errorf("%d items are listed, %d files and %d items counted, error %q; want %d items of %d files", len(got), src.Files, src.Items, src.Error, files, files+1)
	}
	if n, err := s.Wire.CountUnreadable(t.Context()); n != 1 || err != nil {
		t.Errorf("%d files wait to be read, %v; want one", n, err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "in", "*.json"))
	moved, other := filepath.Glob(filepath.Join(dir, "in", "processed", "*.json"))
	if err := errors.Join(err, other); err != nil || len(left) != 0 || len(moved) != files {
		t.Errorf("%d files are left, %d moved, %v", len(left), len(moved), err)
	}
	t.Logf("%d polls were cut", cut)
}

func TestRun(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		dir := t.TempDir()
		transporttest.Drop(dir)(t, "a.json", ninjs("urn:x:a", "First"))
		heard := make(chan string, 100)
		defer bus.New(db, s.Log).Subscribe(func(e bus.Event) { heard <- e.Kind })()
		add(t, s, source.Source{Name: "Austral", Kind: transport.Folder, Address: dir})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan bool)
		go func() { s.Run(ctx); close(ended) }()
		for kind := range heard {
			if kind == wire.EventItem {
				break
			}
		}
		stop()
		<-ended
		if got := headlines(t, s, "Austral"); len(got) != 1 {
			t.Errorf("the wire has %q", got)
		}
	})
}

// A server that was killed while it polled has left its claim; the next one does not wait
// until that runs out.
func TestCutOffPollIsBegunAgain(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "news.db")
	one, clock := newService(sqltest.Open(t, path))
	two, _ := newService(sqltest.Open(t, path))
	two.Now, two.Wire.Now = clock.Now, clock.Now
	asked, answer := make(chan bool, 10), make(chan bool)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- true
		<-answer
		_, _ = w.Write(ninjs("urn:x:1", "News"))
	}))
	defer srv.Close()
	add(t, one, source.Source{Name: "slow", Kind: transport.Pull, Address: srv.URL, Private: []string{"127.0.0.1"}})
	cut, done := make(chan error), make(chan bool)
	go func() { cut <- one.PollDue(t.Context()) }()
	<-asked
	ctx, stop := context.WithCancel(t.Context())
	go func() { two.Run(ctx); close(done) }()
	<-asked
	close(answer)
	if err := <-cut; err != nil {
		t.Fatal(err)
	}
	stop()
	<-done
}
