package pagecache

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// story is about as long, and as hard to compress, as a story page.
func story() []byte {
	words := strings.Fields("the of and to in that was for on with as his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know")
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for n := range 220 {
		fmt.Fprintf(&b, `<li class="thread" id="c-%x"><p class="cmeta"><b>Reader %d</b> <time datetime="2026-03-31T%02d:%02d:00Z">`, r.Uint64(), r.IntN(900), r.IntN(24), r.IntN(60))
		for range 25 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		fmt.Fprintf(&b, "</p></li>%d\n", n)
	}
	return b.Bytes()
}

// BenchmarkHit compares a hit with a bare net/http handler that writes the same
// bytes, over real connections, both in one run, taking turns so that neither
// has the quieter machine. It reports hit/bare: 1 is as fast.
func BenchmarkHit(b *testing.B) {
	c := New(64 << 20)
	body := story()
	render := func(context.Context) (Page, error) { //nolint:unparam // a Render
		return Page{Body: body, ContentType: "text/html; charset=utf-8", Header: map[string]string{"Content-Security-Policy": "default-src 'none'"}}, nil
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzipLevel)
	_, _ = z.Write(body)
	_ = z.Close()
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Encoding", "gzip")
		h.Set("Cache-Control", "public, no-cache")
		h.Set("Vary", "Accept-Encoding")
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("Etag", `"0123456789abcdef-gz"`)
		h.Set("Content-Length", strconv.Itoa(packed.Len()))
		w.Write(packed.Bytes())
	})
	cached := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.Serve(w, r, r.URL.Path, Recent, render); err != nil {
			b.Error(err)
		}
	})
	clients := []*client{dial(b, bare), dial(b, cached)}
	took := make([]time.Duration, 2)
	const turn = 200
	for n := 0; b.Loop(); n++ {
		which := n / turn % 2
		took[which] += clients[which].get(b)
		took[1-which] += clients[1-which].get(b)
	}
	b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "hit/bare")
	b.ReportMetric(float64(b.N)/took[1].Seconds(), "hits/s")
}

type client struct {
	conn net.Conn
	r    *bufio.Reader
}

func dial(b *testing.B, h http.Handler) *client {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go srv.Serve(l)
	b.Cleanup(func() { srv.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	return &client{conn, bufio.NewReader(conn)}
}

func (c *client) get(b *testing.B) time.Duration {
	began := time.Now()
	if _, err := io.WriteString(c.conn, "GET /world/story HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"); err != nil {
		b.Fatal(err)
	}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// BenchmarkWrite is the hit alone, without a connection: its allocations.
func BenchmarkWrite(b *testing.B) {
	c := New(64 << 20)
	body := story()
	render := func(context.Context) (Page, error) { return Page{Body: body, ContentType: "text/html"}, nil }
	r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "/world/story", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	w := &discard{h: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Serve(w, r, r.URL.Path, Recent, render); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{ h http.Header }

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkEncode is what the levels in entry.go were chosen by.
func BenchmarkEncode(b *testing.B) {
	body := story()
	for _, level := range []int{1, 4, 6, 9} {
		b.Run(fmt.Sprint("gzip", level), func(b *testing.B) {
			z, _ := gzip.NewWriterLevel(nil, level)
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				z.Reset(&out)
				z.Write(body)
				z.Close()
			}
			b.ReportMetric(float64(out.Len())/float64(len(body)), "ratio")
		})
	}
	for _, level := range []int{2, 5, 9, 11} {
		b.Run(fmt.Sprint("brotli", level), func(b *testing.B) {
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				z := brotli.NewWriterLevel(&out, level)
				z.Write(body)
				z.Close()
			}
			b.ReportMetric(float64(out.Len())/float64(len(body)), "ratio")
		})
	}
}
