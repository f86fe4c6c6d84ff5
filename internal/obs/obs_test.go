package obs_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/obs"
)

func TestLoggerCarriesRequestID(t *testing.T) {
	ctx := obs.WithRequestID(t.Context(), "r-17")
	for _, tt := range []struct{ format, want string }{
		{"text", `level=INFO msg=published desk=night story=3 request=r-17`},
		{"json", `"msg":"published","desk":"night","story":3,"request":"r-17"}`},
	} {
		var b strings.Builder
		log := obs.NewLogger(&b, "info", tt.format).With("desk", "night")
		log.DebugContext(ctx, "too quiet")
		log.InfoContext(ctx, "published", "story", 3)
		if got := strings.TrimSpace(b.String()); !strings.HasSuffix(got, tt.want) || strings.Contains(got, "quiet") {
			t.Errorf("%s: %s, want …%s", tt.format, got, tt.want)
		}
		log.InfoContext(context.Background(), "alone")
		if strings.Count(b.String(), "r-17") != 1 {
			t.Errorf("%s: a line outside the request has its ID: %s", tt.format, &b)
		}
	}
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func TestMetrics(t *testing.T) {
	m := obs.NewMetrics()
	m.ObserveRequest("GET /{section}", "GET", 200, 3*time.Millisecond)
	m.ObserveRequest("", "BREW", 404, time.Second)
	m.Gauge("streams", "Open streams.", func() float64 { return 4 })
	m.Counter("cache_hits_total", "Hits.", func() float64 { return 9 })
	_, body := get(t, obs.NewAdmin(m, new(obs.Health)), "/metrics")
	for _, want := range []string{
		`broadsheet_http_request_seconds_count{method="GET",route="GET /{section}",status="2xx"} 1`,
		`broadsheet_http_request_seconds_count{method="other",route="none",status="4xx"} 1`,
		"broadsheet_streams 4", "broadsheet_cache_hits_total 9", "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

func TestHealth(t *testing.T) {
	broken := errors.New("postgres://desk:hunter2@db refused")
	var check error
	h := &obs.Health{Check: func(context.Context) error { return check }}
	admin := obs.NewAdmin(obs.NewMetrics(), h)
	for _, tt := range []struct {
		name  string
		ready bool
		check error
		want  int
	}{
		{"starting", false, nil, 503},
		{"serving", true, nil, 200},
		{"database gone", true, broken, 503},
		{"stopping", false, nil, 503},
	} {
		h.SetReady(tt.ready)
		check = tt.check
		code, body := get(t, admin, "/readyz")
		if code != tt.want || strings.Contains(body, "hunter2") {
			t.Errorf("%s: /readyz = %d %q, want %d", tt.name, code, body, tt.want)
		}
		if code, _ := get(t, admin, "/healthz"); code != 200 {
			t.Errorf("%s: /healthz = %d", tt.name, code)
		}
	}
}

func TestAdminPages(t *testing.T) {
	admin := obs.NewAdmin(obs.NewMetrics(), new(obs.Health))
	for path, want := range map[string]int{"/": 200, "/debug/pprof/": 200, "/debug/pprof/heap": 200, "/nothing": 404} {
		if code, _ := get(t, admin, path); code != want {
			t.Errorf("%s = %d, want %d", path, code, want)
		}
	}
}

func TestABrowserAsksByAddressOnly(t *testing.T) {
	h := obs.NotByName(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, test := range []struct {
		host, fetchSite string
		want            int
	}{
		{"127.0.0.1:8081", "none", 204},
		{"[::1]:8081", "same-origin", 204},
		{"localhost:8081", "none", 204},
		{"evil.example:8081", "same-origin", 421},
		{"evil.example", "none", 421},
		{"paper:8081", "", 204}, // a program
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/mail", nil)
		r.Host = test.host
		if test.fetchSite != "" {
			r.Header.Set("Sec-Fetch-Site", test.fetchSite)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s, Sec-Fetch-Site %q: %d, want %d", test.host, test.fetchSite, w.Code, test.want)
		}
	}
}

func TestGroup(t *testing.T) {
	m := obs.NewMetrics()
	m.Group("source", []obs.Family{{Name: "source_files_total", Help: "Files.", Counter: true}, {Name: "source_quiet", Help: "Quiet."}},
		func() map[string][]float64 { return map[string][]float64{"Northern Wire": {3, 1}, `a "b"`: {0, 0}} })
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`broadsheet_source_files_total{source="Northern Wire"} 3`, `broadsheet_source_quiet{source="Northern Wire"} 1`,
		`broadsheet_source_quiet{source="a \"b\""} 0`, "# TYPE broadsheet_source_files_total counter",
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("no %q in the metrics", line)
		}
	}
}
