package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/errs"
)

func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

func TestGet(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/photo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = io.WriteString(w, "bytes")
	})
	mux.HandleFunc("/long", func(w http.ResponseWriter, r *http.Request) {
		for range 100 { // flushed, so that no length is known beforehand
			_, _ = io.WriteString(w, strings.Repeat("x", 100))
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/declared", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "9000") })
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.Handle("/once", http.RedirectHandler("/photo", http.StatusFound))
	mux.Handle("/ftp", http.RedirectHandler("ftp://example.com/x", http.StatusFound))
	mux.HandleFunc("/busy", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	srv := httptest.NewServer(mux)
	defer srv.Close()
	c := New(Options{MaxBytes: 1000, Timeout: 500 * time.Millisecond, MaxRedirects: 3, Allow: loopback()})

	for _, test := range []struct {
		path string
		body string
		kind errs.Kind // when body is ""
		says string
	}{
		{"/photo", "bytes", 0, ""},
		{"/once", "bytes", 0, ""},
		{"/long", "", errs.Invalid, "larger than"},
		{"/declared", "", errs.Invalid, "larger than"},
		{"/loop", "", errs.Invalid, "redirects more than 3 times"},
		{"/ftp", "", errs.Invalid, "neither http nor https"},
		{"/missing", "", errs.NotFound, "no such file"},
		{"/busy", "", errs.Internal, "503"},
		{"/slow", "", errs.Internal, "in time"},
	} {
		t.Run(test.path, func(t *testing.T) {
			got, err := get(t, c, srv.URL+test.path)
			if test.body != "" {
				if err != nil || got != test.body {
					t.Fatalf("got %q, %v, want %q", got, err, test.body)
				}
				return
			}
			if err == nil {
				t.Fatalf("got %d bytes, want an error", len(got))
			}
			if kind, _ := errs.Of(err); kind != test.kind || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v of kind %v, want kind %v saying %q", err, kind, test.kind, test.says)
			}
		})
	}
}

func get(t *testing.T, c *Client, url string) (string, error) {
	t.Helper()
	resp, err := c.Get(t.Context(), url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	asked := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer srv.Close()
	c := New(Options{})
	port := srv.URL[strings.LastIndex(srv.URL, ":"):]
	for _, url := range []string{srv.URL, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port} {
		if _, err := get(t, c, url); !errors.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, want errs.Invalid", url, err)
		}
	}
	if asked {
		t.Error("the server was asked")
	}
	for _, url := range []string{"file:///etc/passwd", "/etc/passwd", "gopher://example.com", "http://", ""} {
		if _, err := c.Get(t.Context(), url); !errors.Is(err, errs.Invalid) {
			t.Errorf("%q: %v, want errs.Invalid", url, err)
		}
	}
}

func TestGuard(t *testing.T) {
	g := &Dialer{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1": true, "10.1.2.3": true, "10.2.2.3": false, "192.168.0.1": false,
		"172.16.0.1": false, "169.254.169.254": false, "127.0.0.1": false, "::1": false, "fe80::1": false,
		"fd00::1": false, "0.0.0.0": false, "100.64.0.1": false, "224.0.0.1": false, "64:ff9b::7f00:1": false,
		"255.255.255.255": false, "2002:7f00:1::": false,
	} {
		if got := g.allowed(netip.MustParseAddr(addr)); got != want {
			t.Errorf("allowed(%s) = %v, want %v", addr, got, want)
		}
	}
}

func TestPrivateHostByName(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			_, port, _ := strings.Cut(r.Host, ":")
			http.Redirect(w, r, "http://localhost:"+port+"/", http.StatusFound)
		}
	}))
	defer srv.Close()
	c := New(Options{AllowHosts: []string{"127.0.0.1"}})
	if _, err := get(t, c, srv.URL+"/"); err != nil {
		t.Errorf("a host that is allowed by name: %v", err)
	}
	if _, err := get(t, c, srv.URL+"/away"); !errors.Is(err, errs.Invalid) {
		t.Errorf("a redirect to a private host that is not: %v, want invalid", err)
	}
}

func TestConditions(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/busy":
			w.Header().Set("Retry-After", "90")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/same":
			w.WriteHeader(http.StatusNotModified)
		}
	}))
	defer srv.Close()
	c := New(Options{Allow: loopback()})
	_, err := c.Get(t.Context(), srv.URL+"/busy")
	if busy, ok := errors.AsType[*Busy](err); !ok || busy.After != 90*time.Second {
		t.Errorf("a busy server: %#v", err)
	}
	if _, err := c.Get(t.Context(), srv.URL+"/same"); !errors.Is(err, errs.Invalid) {
		t.Errorf("304 without a condition: %v, want invalid", err)
	}
	resp, err := c.Ask(t.Context(), srv.URL+"/same", http.Header{"If-None-Match": {`"x"`}})
	if err != nil || !resp.Unchanged {
		t.Fatalf("304 to a condition: %+v, %v", resp, err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0, "99999999": maxRetryAfter,
		"Thu, 26 Nov 2026 12:01:00 GMT": time.Minute, "Thu, 26 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", value, got, want)
		}
	}
}
