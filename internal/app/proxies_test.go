package app

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"broadsheet/internal/web"
)

func TestBelieveProxies(t *testing.T) {
	for _, tt := range []struct {
		name    string
		proxies []string
		peer    string
		header  []string
		want    string
	}{
		{"no proxies", nil, "10.0.0.1:99", []string{"203.0.113.7"}, "10.0.0.1"},
		{"no header", []string{"10.0.0.0/8"}, "10.0.0.1:99", nil, "10.0.0.1"},
		{"one proxy", []string{"10.0.0.0/8"}, "10.0.0.1:99", []string{"203.0.113.7"}, "203.0.113.7"},
		{"two proxies", []string{"10.0.0.0/8"}, "10.0.0.1:99", []string{"203.0.113.7, 10.0.0.2"}, "203.0.113.7"},
		{"a client that lies", []string{"10.0.0.1"}, "10.0.0.1:99", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		{"not a proxy", []string{"10.0.0.0/8"}, "203.0.113.9:99", []string{"203.0.113.7"}, "203.0.113.9"},
		{"nonsense", []string{"10.0.0.0/8"}, "10.0.0.1:99", []string{"unknown"}, "10.0.0.1"},
		{"IPv6", []string{"::1"}, "[::1]:99", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv4 in IPv6", []string{"10.0.0.0/8"}, "[::ffff:10.0.0.1]:99", []string{"203.0.113.7"}, "203.0.113.7"},
	} {
		var got string
		h := believeProxies(tt.proxies)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = web.ClientIP(r) }))
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-For"] = tt.header
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != tt.want {
			t.Errorf("%s: client is %s, want %s", tt.name, got, tt.want)
		}
	}
}
