package obs

import (
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
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

// NotByName refuses browsers that ask by a name other than localhost. A web site
// can make a browser ask an address of ours under a name of its own (DNS
// rebinding) and then read what is answered; under an IP address it cannot.
// Programs such as Prometheus send no Sec-Fetch headers and may use any name.
func NotByName(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if r.Header.Get("Sec-Fetch-Site") != "" && host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
			http.Error(w, "In a browser, open this by its IP address or as localhost.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
