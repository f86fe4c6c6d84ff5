package pagecache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/gzip"
)

func text(body string, tags ...string) Render {
	return func(context.Context) (Page, error) {
		return Page{Body: []byte(body), ContentType: "text/plain", Tags: tags}, nil
	}
}

func get(t *testing.T, c *Cache, key string, f Freshness, r Render) string {
	t.Helper()
	e, err := c.Get(t.Context(), key, f, r)
	if err != nil {
		t.Fatal(err)
	}
	return string(e.Bytes())
}

func TestRenderedOnceForEverybodyWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(1 << 20)
		var renders atomic.Int32
		slow := func(context.Context) (Page, error) { //nolint:unparam // a Render
			renders.Add(1)
			<-time.After(time.Second)
			return Page{Body: []byte("x")}, nil
		}
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { get(t, c, "k", Recent, slow) })
		}
		wg.Wait()
		if renders.Load() != 1 {
			t.Errorf("rendered %d times", renders.Load())
		}
	})
}

func TestPurgeByTag(t *testing.T) {
	c := New(1 << 20)
	get(t, c, "a", Recent, text("a1", "story:1", "ranking"))
	get(t, c, "b", Recent, text("b1", "story:2"))
	c.Purge("story:1")
	if got := get(t, c, "a", Recent, text("a2", "story:1")); got != "a2" {
		t.Errorf("after the purge a is %q", got)
	}
	if got := get(t, c, "b", Recent, text("b2")); got != "b1" {
		t.Errorf("b was purged with another's tag: %q", got)
	}
	c.PurgeAll()
	if got := get(t, c, "b", Recent, text("b2")); got != "b2" {
		t.Errorf("after PurgeAll b is %q", got)
	}
}

// A render that read the data before a purge must not be kept after it, nor
// given to anybody who asked after it.
func TestRenderBegunBeforeAPurge(t *testing.T) {
	for name, purge := range map[string]func(*Cache){
		"by tag":     func(c *Cache) { c.Purge("t") },
		"everything": func(c *Cache) { c.PurgeAll() },
		"forgotten": func(c *Cache) {
			c.Purge("t")
			for n := range 3 * maxRecent {
				c.Purge(fmt.Sprint("other", n))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := New(1 << 20)
				release := make(chan struct{})
				var before, after string
				var wg sync.WaitGroup
				wg.Go(func() {
					before = get(t, c, "k", Recent, func(context.Context) (Page, error) {
						<-release
						return Page{Body: []byte("old"), Tags: []string{"t"}}, nil
					})
				})
				synctest.Wait()
				purge(c)
				wg.Go(func() { after = get(t, c, "k", Recent, text("new", "t")) })
				synctest.Wait()
				close(release)
				wg.Wait()
				if before != "old" || after != "new" {
					t.Errorf("who asked before got %q, who asked after got %q", before, after)
				}
				if got := get(t, c, "k", Recent, text("newer", "t")); got != "new" {
					t.Errorf("kept is %q, want new", got)
				}
			})
		})
	}
}

func TestTouchedPagesKeepTheirPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(1 << 20)
		n := 0
		count := func(context.Context) (Page, error) {
			n++
			return Page{Body: fmt.Append(nil, n), Tags: []string{"t"}}, nil
		}
		get(t, c, "k", Recent, count)
		began := time.Now()
		for time.Since(began) < time.Second { // a comment and a reader every millisecond
			c.Touch("t")
			get(t, c, "k", Recent, count)
			<-time.After(time.Millisecond)
		}
		if n < 9 || n > 11 {
			t.Errorf("rendered %d times in a second, want about 10", n)
		}
		<-time.After(time.Second)
		c.Touch("t")
		was := n
		if got := get(t, c, "k", Fresh, count); got != strconv.Itoa(was+1) {
			t.Errorf("who must see the newest got %s, want %d", got, was+1)
		}
		c.Touch("t")
		began = time.Now()
		if got := get(t, c, "k", Recent, count); got != strconv.Itoa(was+1) {
			t.Errorf("who need not wait got %s", got)
		}
		if got := get(t, c, "k", Fresh, count); got != strconv.Itoa(was+2) || time.Since(began) > DefaultPace {
			t.Errorf("who must see the newest got %s after %v", got, time.Since(began))
		}
	})
}

func TestErrorsAndPanicsAreNotKept(t *testing.T) {
	c := New(1 << 20)
	want := errors.New("no such story")
	if _, err := c.Get(t.Context(), "k", Recent, func(context.Context) (Page, error) { return Page{}, want }); !errors.Is(err, want) {
		t.Errorf("error is %v", err)
	}
	if _, err := c.Get(t.Context(), "k", Recent, func(context.Context) (Page, error) { panic("template") }); err == nil || !strings.Contains(err.Error(), "template") {
		t.Errorf("error of a panic is %v", err)
	}
	if got := get(t, c, "k", Recent, text("fine")); got != "fine" {
		t.Errorf("afterwards: %q", got)
	}
}

func TestPagesEndByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(1 << 20)
		get(t, c, "k", Recent, func(context.Context) (Page, error) {
			return Page{Body: []byte("monday"), Until: time.Now().Add(time.Hour)}, nil
		})
		<-time.After(59 * time.Minute)
		if got := get(t, c, "k", Recent, text("tuesday")); got != "monday" {
			t.Errorf("too early: %q", got)
		}
		<-time.After(2 * time.Minute)
		if got := get(t, c, "k", Recent, text("tuesday")); got != "tuesday" {
			t.Errorf("too late: %q", got)
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	c := New(100 << 10)
	body := strings.Repeat("x", 8<<10)
	for n := range 200 {
		get(t, c, strconv.Itoa(n), Recent, text(body, "all", fmt.Sprint("tag", n)))
		get(t, c, "0", Recent, text(body, "all"))
	}
	s := c.Stats()
	if s.Bytes > 100<<10 || s.Pages > 12 || s.Evictions < 150 {
		t.Errorf("%+v", s)
	}
	if len(c.tags) > 13 {
		t.Errorf("%d tags are left of %d pages", len(c.tags), s.Pages)
	}
	c.PurgeAll()
	if s := c.Stats(); s.Bytes != 0 || s.Pages != 0 || len(c.tags) != 0 {
		t.Errorf("after PurgeAll: %+v, %d tags", s, len(c.tags))
	}
}

func serve(t *testing.T, c *Cache, method string, header map[string]string, render Render) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	if err := c.Serve(w, r, "k", Recent, render); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestServe(t *testing.T) {
	c := New(1 << 20)
	body := strings.Repeat("the quick brown fox ", 200)
	render := text(body)
	plain := serve(t, c, "GET", nil, render)
	packed := serve(t, c, "GET", map[string]string{"Accept-Encoding": "deflate, gzip;q=0.8"}, render)
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]io.Reader{"plain": plain.Body, "gzip": z} {
		if got, err := io.ReadAll(r); err != nil || string(got) != body {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if a, b := plain.Header().Get("Etag"), packed.Header().Get("Etag"); a == b || strings.HasPrefix(a, "W/") {
		t.Errorf("two forms need two strong ETags: %s, %s", a, b)
	}
	tests := []struct {
		accept, match string
		status        int
	}{
		{"gzip", packed.Header().Get("Etag"), 304},
		{"", packed.Header().Get("Etag"), 200}, // another form
		{"", `"other", W/` + plain.Header().Get("Etag"), 304},
		{"gzip;q=0", plain.Header().Get("Etag"), 304},
		{"gzip; q=0.0", plain.Header().Get("Etag"), 304},
		{"gzip;q=0.00", plain.Header().Get("Etag"), 304},
		{"gzip;q=0.001", packed.Header().Get("Etag"), 304},
		{"", "*", 304},
		{"", `"other"`, 200},
	}
	for _, tt := range tests {
		res := serve(t, c, "GET", map[string]string{"Accept-Encoding": tt.accept, "If-None-Match": tt.match}, render)
		if res.Code != tt.status || res.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("accepting %q with %q: %d %v", tt.accept, tt.match, res.Code, res.Header())
		}
	}
	head := serve(t, c, "HEAD", nil, render)
	if n, err := io.Copy(io.Discard, head.Body); n != 0 || err != nil || head.Header().Get("Content-Length") != strconv.Itoa(len(body)) {
		t.Errorf("HEAD: %d bytes, %v", n, head.Header())
	}
}

func TestBrotliForPagesThatLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(1 << 20)
		render := text(strings.Repeat("the quick brown fox ", 200))
		accept := map[string]string{"Accept-Encoding": "gzip, br"}
		for range lastingHits {
			if res := serve(t, c, "GET", accept, render); res.Header().Get("Content-Encoding") != "gzip" {
				t.Fatalf("a young page came as %q", res.Header().Get("Content-Encoding"))
			}
		}
		<-time.After(lastingAge + time.Second)
		synctest.Wait()
		if res := serve(t, c, "GET", accept, render); res.Header().Get("Content-Encoding") != "br" {
			t.Errorf("a page that lasts came as %q", res.Header().Get("Content-Encoding"))
		}
		sizes := c.Stats().Bytes
		c.PurgeAll()
		if left := c.Stats().Bytes; left != 0 {
			t.Errorf("%d of %d bytes are not accounted for", left, sizes)
		}
	})
}

// Whoever asks after a purge has returned sees at least what was purged for.
func TestConcurrentUse(t *testing.T) {
	const keys = 20
	c := New(64 << 10)
	var wrote, purged [keys]atomic.Int64
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 2000 {
				k := (n*7 + g) % keys
				tag := fmt.Sprint("t", k)
				if (n+g)%5 == 0 {
					v := wrote[k].Add(1)
					c.Purge(tag)
					for old := purged[k].Load(); old < v && !purged[k].CompareAndSwap(old, v); old = purged[k].Load() {
					}
				}
				least := purged[k].Load()
				e, err := c.Get(t.Context(), strconv.Itoa(k), Recent, func(context.Context) (Page, error) {
					v := wrote[k].Load()
					return Page{Body: fmt.Appendf(nil, "%2000d", v), Tags: []string{tag}}, nil
				})
				if err != nil {
					t.Error(err)
					return
				}
				got, err := strconv.ParseInt(strings.TrimSpace(string(e.Bytes())), 10, 64)
				if err != nil || got < least {
					t.Errorf("got version %d after %d was purged for (%v)", got, least, err)
				}
			}
		})
	}
	wg.Wait()
	if s := c.Stats(); s.Bytes > 64<<10 {
		t.Errorf("%+v", s)
	}
}

// A page ends exactly at its Until, also for who joins a render that began before it.
func TestUntilIsExact(t *testing.T) {
	begin := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	var clock atomic.Int64
	now := func() time.Time { return begin.Add(time.Duration(clock.Load())) }
	c := New(1 << 20)
	c.Now = now
	renders := 0
	entered, proceed := make(chan struct{}, 1), make(chan struct{})
	render := func(context.Context) (Page, error) { //nolint:unparam // is a Render
		renders++
		p := Page{Body: []byte(now().Format(time.StampMilli)), Until: begin.Add(time.Second)}
		if !now().Before(p.Until) {
			p.Until = time.Time{}
		}
		if renders == 1 {
			entered <- struct{}{}
			<-proceed
		}
		return p, nil
	}
	first := make(chan string)
	go func() {
		e, err := c.Get(t.Context(), "k", Recent, render)
		if err != nil {
			t.Error(err)
		}
		first <- string(e.Bytes())
	}()
	<-entered
	clock.Store(int64(time.Second)) // it ends while it is made
	second := make(chan string)
	go func() {
		e, err := c.Get(t.Context(), "k", Recent, render)
		if err != nil {
			t.Error(err)
		}
		second <- string(e.Bytes())
	}()
	close(proceed)
	if got, want := <-first, "Nov 26 09:00:00.000"; got != want {
		t.Errorf("who asked before its end gets %q, want %q", got, want)
	}
	if got, want := <-second, "Nov 26 09:00:01.000"; got != want {
		t.Errorf("who asked at its end gets %q, want %q", got, want)
	}
}
