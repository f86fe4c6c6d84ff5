package site

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
)

// BenchmarkStoryHit asks for a kept story page, and for the same bytes from a
// bare net/http handler, over two real connections in turn. hit/bare is 1 when
// they are as fast.
func BenchmarkStoryHit(b *testing.B) {
	n := newSQLite(b)
	l := n.publish("A story of some length")
	n.fill(b, l.ID, 30)
	rec := httptest.NewRecorder()
	req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, l.Path(), nil)
	req.Header.Set("Accept-Encoding", "gzip")
	if err := n.paper(rec, req); err != nil {
		b.Fatal(err)
	}
	body, header := rec.Body.Bytes(), rec.Header()
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		maps.Copy(h, header)
		w.Write(body)
	})
	ours := web.Serve(n.log, n.ErrorPage, n.paper)
	conns := []*conn{connect(b, bare), connect(b, ours)}
	took := make([]time.Duration, 2)
	for i := 0; b.Loop(); i++ {
		first := i / 100 % 2
		took[first] += conns[first].get(b, l.Path())
		took[1-first] += conns[1-first].get(b, l.Path())
	}
	b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "hit/bare")
	b.ReportMetric(float64(len(body)), "page-bytes")
}

// BenchmarkPageAfterComment is what the next reader's page costs after a comment,
// against rendering the whole page anew.
func BenchmarkPageAfterComment(b *testing.B) {
	n := newSQLite(b)
	l := n.publish("A story of some length")
	n.fill(b, l.ID, 30)
	render := func(b *testing.B) {
		b.Helper()
		page, err := n.storyPage(b.Context(), l.ID)
		if err != nil {
			b.Fatal(err)
		}
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, 6)
		z.Write(page.Body)
		z.Close()
	}
	b.Run("parts", func(b *testing.B) {
		for b.Loop() {
			n.cache.Purge(tagDiscussion(l.ID))
			render(b)
		}
	})
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			n.cache.PurgeAll()
			render(b)
		}
	})
}

// fill posts comments by as many readers.
func (n *newsroom) fill(b *testing.B, story id.ID, comments int) {
	b.Helper()
	var parent id.ID
	for i := range comments {
		by := &account.Account{ID: id.New(), Name: "Reader " + strconv.Itoa(i), Role: account.Reader, Confirmed: true}
		c, err := n.Discussions.Post(b.Context(), by, discussion.Draft{
			StoryID: story, ParentID: parent, Markdown: fmt.Sprintf("Thought %d of *many*, about the harbour and the ministers, the fog, and what was said of it on day %d.", i, i*7919%100),
		})
		if err != nil {
			b.Fatal(err)
		}
		switch i % 3 {
		case 0:
			parent = c.ID
		case 2:
			parent = 0
		}
	}
}

type conn struct {
	net.Conn
	r *bufio.Reader
}

func connect(b *testing.B, h http.Handler) *conn {
	b.Helper()
	srv := httptest.NewServer(h)
	b.Cleanup(srv.Close)
	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return &conn{c, bufio.NewReader(c)}
}

func (c *conn) get(b *testing.B, path string) time.Duration {
	b.Helper()
	began := time.Now()
	if _, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"); err != nil {
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
