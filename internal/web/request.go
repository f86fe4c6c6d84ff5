package web

import (
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/obs"
)

// RequestIDHeader carries the request's ID in the answer, so that a person can name it.
const RequestIDHeader = "X-Request-Id"

// Observer hears of every answered request: its route pattern, status and time.
type Observer func(route, method string, status int, took time.Duration)

// Requests gives each request an ID, logs and observes its answer, and turns a
// panic into an answer and a log entry.
func Requests(log *slog.Logger, observe Observer) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rid := id.New().String()
			w.Header().Set(RequestIDHeader, rid)
			r = r.WithContext(obs.WithRequestID(r.Context(), rid))
			rec := &recorder{ResponseWriter: w, status: http.StatusOK}
			began := time.Now()
			defer func() { //nolint:contextcheck // r has the context
				if p := recover(); p != nil {
					if p == http.ErrAbortHandler { //nolint:errorlint // the documented way to compare a panic value
						panic(p)
					}
					log.ErrorContext(r.Context(), "panic", "panic", p, "stack", string(debug.Stack()))
					if !rec.wrote {
						http.Error(rec, "Something went wrong here. It has been logged as "+rid+".", http.StatusInternalServerError)
					}
				}
				took := time.Since(began)
				observe(r.Pattern, r.Method, rec.status, took)
				if rec.status >= http.StatusInternalServerError || log.Enabled(r.Context(), slog.LevelDebug) {
					log.InfoContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "status", rec.status, "took", took)
				}
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// SecurityHeaders are set on every answer; a page adds its own Content-Security-Policy.
func SecurityHeaders(next http.Handler) http.Handler {
	header := securityHeader()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), header) // the values are shared by all answers: Set replaces them, nothing adds to them
		next.ServeHTTP(w, r)
	})
}

func securityHeader() http.Header {
	return http.Header{
		"X-Content-Type-Options":     {"nosniff"},
		"Referrer-Policy":            {"strict-origin-when-cross-origin"},
		"X-Frame-Options":            {"DENY"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
		"Permissions-Policy":         {"camera=(), geolocation=(), microphone=()"},
	}
}

// KeptPages answers with a page that lookup has kept, before anything else is
// asked: it needs no request ID, nobody's name and no route. Only requests without
// cookies and without a query come here, which are nearly all of them.
func KeptPages(lookup func(path string) func(http.ResponseWriter, *http.Request)) Middleware {
	return func(next http.Handler) http.Handler {
		header := securityHeader()
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.URL.RawQuery == "" && len(r.Header["Cookie"]) == 0 {
				if write := lookup(r.URL.Path); write != nil {
					maps.Copy(w.Header(), header)
					write(w, r)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// SameOrigin refuses what another site makes a visitor's browser send (CSRF), by
// the browser's own Sec-Fetch-Site and Origin headers, so forms need no tokens.
func SameOrigin(page ErrorPage) Middleware {
	return func(next http.Handler) http.Handler {
		p := http.NewCrossOriginProtection()
		p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			page(w, r, http.StatusForbidden, "This was sent from another site. Open the page here and try again.")
		}))
		return p.Handler(next)
	}
}

// ClientIP returns the address of who asks, without its port. Behind a proxy that
// is the proxy's.
func ClientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
