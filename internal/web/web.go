// Package web is what the site, the desk and the API have in common: routes as
// tables, handlers that return errors and one place that answers them, sessions,
// live streams, and the middleware around it all.
package web

import (
	"cmp"
	"log/slog"
	"net/http"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
)

// A Handler is an http.Handler that returns what went wrong instead of
// answering it. It must not return an error after it has begun to answer.
type Handler func(w http.ResponseWriter, r *http.Request) error

// An ErrorPage answers a request that failed, for people or for programs.
type ErrorPage func(w http.ResponseWriter, r *http.Request, status int, message string)

// A Route says who may ask for what, and who answers.
type Route struct {
	Pattern    string             // as for http.ServeMux
	Permission account.Permission // empty: everybody may
	Handler    Handler
	Body       int64 // bytes that are read of a request's body; 0 for MaxBody
}

// MaxBody is how much is read of a request unless its route says otherwise, in
// bytes: any form of ours, many times over. A handler may take less.
const MaxBody = 1 << 20

// Register adds routes to mux. A route with a permission is answered only for
// those who have it; errors are answered by page.
func Register(mux *http.ServeMux, log *slog.Logger, page ErrorPage, routes []Route) {
	for _, r := range routes {
		mux.Handle(r.Pattern, Serve(log, page, guard(r)))
	}
}

func guard(route Route) Handler {
	limit := cmp.Or(route.Body, MaxBody)
	return func(w http.ResponseWriter, r *http.Request) error {
		if route.Permission != "" {
			if err := Account(r.Context()).Must(route.Permission); err != nil {
				return err
			}
		}
		if r.Body != http.NoBody {
			// FormValue leaves files of any size in the system's folder for
			// temporary ones, and reads them of a GET too.
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		return route.Handler(w, r)
	}
}

var statuses = map[errs.Kind]int{
	errs.Internal:        http.StatusInternalServerError,
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Denied:          http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Limited:         http.StatusTooManyRequests,
	errs.Gone:            http.StatusGone,
}

// Status returns the HTTP status that answers a kind of error.
func Status(k errs.Kind) int { return statuses[k] }

// Serve adapts h, answering its errors with page. Internal errors are logged
// here and nowhere else.
func Serve(log *slog.Logger, page ErrorPage, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil || r.Context().Err() != nil { // nobody is there to read an answer
			return
		}
		kind, message := errs.Of(err)
		if kind == errs.Internal {
			log.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
			message = "Something went wrong here. It has been logged."
		}
		if kind == errs.Limited {
			w.Header().Set("Retry-After", "30")
		}
		page(w, r, statuses[kind], message)
	})
}

// A Middleware wraps a handler.
type Middleware func(http.Handler) http.Handler

// Chain applies ms so that the first one sees the request first.
func Chain(h http.Handler, ms ...Middleware) http.Handler {
	for i := range ms {
		h = ms[len(ms)-1-i](h)
	}
	return h
}
