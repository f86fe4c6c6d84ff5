package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/internal/app"
	"broadsheet/internal/config"
	"broadsheet/internal/errs"
	"broadsheet/internal/jobs"
	"broadsheet/internal/mail"
	"broadsheet/internal/sqldb"
)

func testConfig(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load(config.Sources{Flags: map[string]string{
		"data": t.TempDir(), "listen": "127.0.0.1:0", "admin": "127.0.0.1:0",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func newApp(t *testing.T, cfg *config.Config) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// run runs a until stop is called, which waits for Run to return.
func run(t *testing.T, a *app.App) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
		if status, _ := get(t, "http://"+a.Addr()+"/readyz"); status == http.StatusOK {
			return stop
		}
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	// A connection that stays open would be waited for.
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestDrainFinishesJobs(t *testing.T) {
	a := newApp(t, testConfig(t))
	begun, finished := make(chan struct{}), atomic.Bool{}
	proceed := make(chan struct{})
	a.Jobs.Handle("slow", func(context.Context, json.RawMessage) error {
		close(begun)
		<-proceed
		finished.Store(true)
		return nil
	})
	stop := run(t, a)
	if err := a.DB.Update(t.Context(), func(tx *sqldb.Tx) error { return jobs.Enqueue(t.Context(), tx, "slow", 1) }); err != nil {
		t.Fatal(err)
	}
	<-begun
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		stop()
	}()
	for status := 0; status != http.StatusServiceUnavailable; { // the operator's address tells until the end
		status, _ = get(t, "http://"+a.AdminAddr()+"/readyz")
	}
	select {
	case <-stopped:
		t.Error("the program stopped while a job was running")
	default:
	}
	close(proceed)
	<-stopped
	if !finished.Load() {
		t.Error("the job was not finished")
	}
	if status, _ := get(t, "http://"+a.Addr()+"/readyz"); status != 0 {
		t.Errorf("the address still answers, with %d", status)
	}
}

func TestDrainGivesUpInTime(t *testing.T) {
	cfg := testConfig(t)
	cfg.Server.Drain = time.Millisecond
	a := newApp(t, cfg)
	begun, proceed := make(chan struct{}), make(chan struct{})
	a.Jobs.Handle("stuck", func(context.Context, json.RawMessage) error {
		close(begun)
		<-proceed
		return nil
	})
	stop := run(t, a)
	if err := a.DB.Update(t.Context(), func(tx *sqldb.Tx) error { return jobs.Enqueue(t.Context(), tx, "stuck", 1) }); err != nil {
		t.Fatal(err)
	}
	<-begun
	stop()
	close(proceed)
}

func TestOneServerAFolder(t *testing.T) {
	cfg := testConfig(t)
	first := newApp(t, cfg)
	_, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if !errors.Is(err, errs.Conflict) || !strings.Contains(err.Error(), cfg.Data) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("a second server on the folder: %v; want a conflict that names the folder and the process", err)
	}
	n, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("a command beside the server: %v", err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if _, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler)); !errors.Is(err, errs.Conflict) {
		t.Errorf("the command took the server's lock with it: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	newApp(t, cfg)
}

func TestCommandBesideAnOlderServer(t *testing.T) {
	cfg := testConfig(t)
	a := newApp(t, cfg)
	if err := a.DB.Update(t.Context(), func(tx *sqldb.Tx) error { // as a server that does not know the last migration leaves it
		_, err := sqldb.Exec(t.Context(), tx, `DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if !errors.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "older Broadsheet") {
		t.Errorf("a newer command beside an older server: %v; want a conflict that says so", err)
	}
}

func TestLostDatabase(t *testing.T) {
	cfg := testConfig(t)
	a := newApp(t, cfg)
	if _, _, err := a.Blobs.Put(t.Context(), strings.NewReader("a photograph")); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(cfg.Data, "broadsheet.db")
	if err := os.Rename(database, database+".away"); err != nil {
		t.Fatal(err)
	}
	_, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if !errors.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "broadsheet.db back") {
		t.Errorf("a folder with media and no database: %v; want a conflict that says what to do", err)
	}
	if err := os.Rename(database+".away", database); err != nil {
		t.Fatal(err)
	}
	newApp(t, cfg)
}

func TestOperatorsPages(t *testing.T) {
	a := newApp(t, testConfig(t))
	run(t, a)
	m := mail.Message{To: "reader@example.org", Subject: "Confirm <now>", Text: "Open https://paper.example/account/confirm?token=a&b=c please"}
	if err := a.DB.Update(t.Context(), func(tx *sqldb.Tx) error { return mail.Enqueue(t.Context(), tx, m) }); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Box.Wait(t.Context(), m.To); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want string }{
		{"/mail", `<a href="https://paper.example/account/confirm?token=a&amp;b=c">`},
		{"/mail", "Confirm &lt;now&gt;"},
		{"/metrics", "broadsheet_jobs_due "},
		{"/metrics", "broadsheet_live_streams 0"},
		{"/metrics", `broadsheet_http_request_seconds_count{method="GET",route="GET /readyz",status="2xx"}`},
		{"/readyz", "ok"},
		{"/debug/pprof/", "heap"},
	} {
		if status, body := get(t, "http://"+a.AdminAddr()+tt.path); status != http.StatusOK || !strings.Contains(body, tt.want) {
			t.Errorf("%s = %d, lacks %q", tt.path, status, tt.want)
		}
		if tt.path == "/readyz" {
			continue
		}
		if status, _ := get(t, "http://"+a.Addr()+tt.path); status != http.StatusNotFound {
			t.Errorf("%s is answered with %d on the public address", tt.path, status)
		}
	}
}

func TestFirstAdminLink(t *testing.T) {
	a := newApp(t, testConfig(t))
	link, err := a.FirstAdminLink(t.Context())
	if err != nil || !strings.HasPrefix(link, "http://"+a.Addr()+"/desk/first-admin?token=") {
		t.Errorf("FirstAdminLink() = %q, %v; want one at the real port", link, err)
	}
}

func TestBadAddress(t *testing.T) {
	cfg := testConfig(t)
	first := newApp(t, cfg)
	other := testConfig(t)
	other.Admin = first.Addr()
	_, err := app.New(t.Context(), other, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "--admin") {
		t.Errorf("a taken address: %v", err)
	}
	other.Admin = "127.0.0.1:0"
	newApp(t, other) // nothing was left open
}
