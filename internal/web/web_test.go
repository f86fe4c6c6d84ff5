package web_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/web"
)

func page(w http.ResponseWriter, _ *http.Request, status int, message string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, message)
}

func TestRoutesAnswerErrorsInOnePlace(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	mux := http.NewServeMux()
	fail := func(err error) web.Handler { return func(http.ResponseWriter, *http.Request) error { return err } }
	web.Register(mux, quiet, page, []web.Route{
		{Pattern: "GET /missing", Handler: fail(errs.E(errs.NotFound, "no story"))},
		{Pattern: "GET /secret", Handler: fail(errors.New("password is hunter2"))},
		{Pattern: "GET /desk", Permission: account.WireRead, Handler: fail(errs.E(errs.Conflict, "got in"))},
		{Pattern: "GET /panic", Handler: func(http.ResponseWriter, *http.Request) error { panic("secret") }},
	})
	observed := 0
	h := web.Chain(mux, web.Requests(quiet, func(string, string, int, time.Duration) { observed++ }), web.SecurityHeaders)
	for _, test := range []struct {
		path   string
		as     *account.Account
		status int
		body   string
	}{
		{"/missing", nil, 404, "no story"},
		{"/secret", nil, 500, "Something went wrong"},
		{"/desk", nil, 401, "Sign in"},
		{"/desk", &account.Account{Role: account.Reader}, 403, "Your role"},
		{"/desk", &account.Account{Role: account.Editor}, 409, "got in"},
		{"/panic", nil, 500, "logged as"},
	} {
		r := httptest.NewRequestWithContext(web.WithAccount(t.Context(), test.as), http.MethodGet, test.path, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%s: %d %q, want %d %q", test.path, w.Code, w.Body, test.status, test.body)
		}
		if w.Header().Get(web.RequestIDHeader) == "" || w.Header().Get("X-Content-Type-Options") == "" {
			t.Errorf("%s: headers are missing: %v", test.path, w.Header())
		}
	}
	if observed != 6 {
		t.Errorf("observed %d requests, want 6", observed)
	}
}

// A body is read up to the limit of its route, however a handler reads it.
func TestBodiesAreLimited(t *testing.T) {
	mux := http.NewServeMux()
	var field string
	read := func(_ http.ResponseWriter, r *http.Request) error {
		field = r.FormValue("field")
		return nil
	}
	web.Register(mux, slog.New(slog.DiscardHandler), page, []web.Route{
		{Pattern: "/form", Handler: read},
		{Pattern: "/files", Handler: read, Body: 4 << 20},
		{Pattern: "/desk", Handler: read, Permission: account.StoryWrite},
		{Pattern: "/desk/files", Handler: read, Permission: account.StoryWrite, Body: 4 << 20},
	})
	for path, want := range map[string]string{"/form": "", "/files": "whole", "/desk": "", "/desk/files": "whole"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			file, err := form.CreateFormFile("file", "large")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Write(make([]byte, 2*web.MaxBody)); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(form.WriteField("field", "whole"), form.Close()); err != nil {
				t.Fatal(err)
			}
			editor := web.WithAccount(t.Context(), &account.Account{Role: account.Editor})
			r := httptest.NewRequestWithContext(editor, method, path, &body)
			r.Header.Set("Content-Type", form.FormDataContentType())
			field = "not called"
			mux.ServeHTTP(httptest.NewRecorder(), r)
			if field != want {
				t.Errorf("%s %s: the field is %q, want %q", method, path, field, want)
			}
		}
	}
}

// Whoever observes requests hears the route of those who are signed in, too.
func TestSessionsKeepTheRoute(t *testing.T) {
	db := sqltest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	accounts := account.New(db)
	p := account.Person{Email: "ed@example.org", Name: "Ed", Role: account.Editor, Password: "correct horse battery"}
	if _, err := accounts.Add(t.Context(), account.System(), p); err != nil {
		t.Fatal(err)
	}
	_, session, err := accounts.SignIn(t.Context(), p.Email, p.Password, "ip")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stories/{id}", func(http.ResponseWriter, *http.Request) {})
	route := ""
	observe := func(r, _ string, _ int, _ time.Duration) { route = r }
	h := web.Chain(mux, web.Requests(slog.New(slog.DiscardHandler), observe),
		web.Sessions(accounts, func(_ context.Context, err error) { t.Error(err) }))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/stories/1", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-session", Value: session})
	h.ServeHTTP(httptest.NewRecorder(), r)
	if route != "GET /stories/{id}" {
		t.Errorf("the route is %q", route)
	}
}

func TestAnotherSiteCannotPost(t *testing.T) {
	h := web.SameOrigin(page)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for site, want := range map[string]int{"same-origin": 204, "none": 204, "cross-site": 403, "same-site": 403} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Sec-Fetch-Site %s: %d, want %d", site, w.Code, want)
		}
	}
}

// liveServer serves the topic "t", each event as its kind.
func liveServer(t *testing.T) (*sqldb.DB, *httptest.Server, chan struct{}) {
	t.Helper()
	return liveServerWith(t, 0)
}

func liveServerWith(t *testing.T, writeTimeout time.Duration) (*sqldb.DB, *httptest.Server, chan struct{}) {
	t.Helper()
	db := sqltest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	stop := make(chan struct{})
	live := &web.Live{Bus: bus.New(db, slog.New(slog.DiscardHandler)), Stop: stop}
	srv := httptest.NewUnstartedServer(web.Serve(slog.New(slog.DiscardHandler), page, func(w http.ResponseWriter, r *http.Request) error {
		return live.Stream(w, r, []string{"t"}, func(_ context.Context, e bus.Event) (web.Message, error) {
			return web.Message{Event: e.Kind, Data: e.Data}, nil
		})
	}))
	srv.Config.WriteTimeout = writeTimeout
	srv.Start()
	t.Cleanup(srv.Close)
	return db, srv, stop
}

func publish(t *testing.T, db *sqldb.DB, topic, kind string) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		return bus.Publish(t.Context(), tx, topic, kind, map[string]string{"line": "a\nb"})
	}); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, url, after string) *bufio.Scanner {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	sc := bufio.NewScanner(res.Body)
	next(t, sc, "retry: ")
	return sc
}

// next reads up to the line that starts with prefix, and returns what follows it.
func next(t *testing.T, sc *bufio.Scanner, prefix string) string {
	t.Helper()
	for sc.Scan() {
		if rest, ok := strings.CutPrefix(sc.Text(), prefix); ok {
			return rest
		}
	}
	t.Fatalf("the stream ended before %q: %v", prefix, sc.Err())
	return ""
}

func TestStreamReplaysWhatWasMissed(t *testing.T) {
	db, srv, stop := liveServer(t)
	first := connect(t, srv.URL, "")
	publish(t, db, "t", "one")
	publish(t, db, "other", "not mine")
	publish(t, db, "t", "two")
	seen := next(t, first, "id: ")
	if kind := next(t, first, "event: "); kind != "one" {
		t.Errorf("first event is %q", kind)
	}
	if kind := next(t, first, "event: "); kind != "two" {
		t.Errorf("second event is %q", kind)
	}
	publish(t, db, "t", "three")
	again := connect(t, srv.URL, seen)
	for _, want := range []string{"two", "three"} {
		if kind := next(t, again, "event: "); kind != want {
			t.Errorf("replayed %q, want %q", kind, want)
		}
	}
	for n := range 300 {
		publish(t, db, "t", fmt.Sprint("n", n))
	}
	if kind := next(t, connect(t, srv.URL, seen), "event: "); kind != web.Reload {
		t.Errorf("after too many events the first is %q, want %q", kind, web.Reload)
	}
	close(stop)
	for first.Scan() { // ends when the program does
	}
	if err := first.Err(); err != nil {
		t.Error(err)
	}
}

// The server's limit is for answers that end.
func TestStreamOutlivesTheWriteTimeout(t *testing.T) {
	const limit = 50 * time.Millisecond
	db, srv, _ := liveServerWith(t, limit)
	page := connect(t, srv.URL, "")
	<-time.After(3 * limit)
	publish(t, db, "t", "late")
	if kind := next(t, page, "event: "); kind != "late" {
		t.Errorf("the event is %q", kind)
	}
}

func TestStreamRefusesAWrongEventID(t *testing.T) {
	_, srv, _ := liveServer(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"?after=nonsense", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestKeptPagesAreForThoseWithoutNameOrQuestion(t *testing.T) {
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "made") })
	h := web.KeptPages(func(path string) func(http.ResponseWriter, *http.Request) {
		if path != "/kept" {
			return nil
		}
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "kept") }
	})(next)
	for _, test := range []struct{ method, url, cookie, want string }{
		{"GET", "/kept", "", "kept"},
		{"GET", "/other", "", "made"},
		{"GET", "/kept?before=x", "", "made"},
		{"GET", "/kept", "signed_in=1", "made"},
		{"POST", "/kept", "", "made"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), test.method, test.url, nil)
		if test.cookie != "" {
			r.Header.Set("Cookie", test.cookie)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Body.String() != test.want {
			t.Errorf("%+v: %q", test, w.Body)
		}
		if test.want == "kept" && w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("a kept page lacks its security headers: %v", w.Header())
		}
	}
}
