package obs

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

const checkTimeout = 2 * time.Second

// Health answers whether the program lives and whether it wants requests.
// The zero Health is not ready.
type Health struct {
	// Check returns an error if something that every request needs is
	// missing, such as the database. It may be nil.
	Check func(context.Context) error

	ready atomic.Bool
}

// SetReady says whether requests are wanted. A program that starts or stops
// does not want any.
func (h *Health) SetReady(ready bool) { h.ready.Store(ready) }

// Live answers /healthz: 200 as long as the program can answer at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, "ok")
}

// Ready answers /readyz: 200, or 503 if requests should go elsewhere. It says
// why in general words only, since anybody may ask.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	if !h.ready.Load() {
		answer(w, http.StatusServiceUnavailable, "starting or stopping")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	if h.Check != nil && h.Check(ctx) != nil {
		answer(w, http.StatusServiceUnavailable, "database does not answer")
		return
	}
	answer(w, http.StatusOK, "ok")
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
