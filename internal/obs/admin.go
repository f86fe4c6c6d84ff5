package obs

import (
	"net/http"
	"net/http/pprof"
)

// NewAdmin returns the pages of the admin address. They tell everything to
// anybody who can reach them, so the address is the loopback unless an operator
// says otherwise. More pages may be added to the mux.
func NewAdmin(m *Metrics, h *Health) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	mux.HandleFunc("GET /healthz", h.Live)
	mux.HandleFunc("GET /readyz", h.Ready)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /{$}", index)
	return mux
}

func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Admin address</title>
<h1>Admin address</h1><ul>
<li><a href="/metrics">Metrics</a>
<li><a href="/readyz">Ready?</a>, <a href="/healthz">alive?</a>
<li><a href="/debug/pprof/">Profiles</a>
<li><a href="/mail">Mail that was not sent</a>, when no mail server is set
</ul>
`))
}
