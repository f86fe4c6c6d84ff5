package pagecache

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// Levels and thresholds, by measurement (BenchmarkEncode): gzip 6 costs a story
// page a millisecond and can be paid at once. Brotli 5 saves another twentieth
// but costs four times as much, so it is for pages that last; beyond 5 the cost
// grows eightfold for a fiftieth.
const (
	gzipLevel   = 6
	brotliLevel = 5
	lastingAge  = 2 * time.Second
	lastingHits = 8
	minCompress = 512
)

// An Entry is a page that was rendered.
type Entry struct {
	cache *Cache
	key   string
	tags  []string
	born  time.Time
	until time.Time
	pace  time.Duration

	stale atomic.Bool
	used  atomic.Int64
	size  atomic.Int64
	kept  bool // guarded by Cache.mu

	header map[string][]string
	hash   string
	plain  form
	once   sync.Once
	gzip   *form // nil when it does not pay
	brotli atomic.Pointer[form]
	asked  atomic.Int32 // for Brotli
}

// A form is the bytes of a page in one encoding, with the headers that say so.
type form struct {
	body                   []byte
	etag, encoding, length []string
}

func newEntry(c *Cache, key string, p Page, born time.Time) *Entry {
	sum := sha256.Sum256(p.Body)
	e := &Entry{
		cache: c, key: key, tags: p.Tags, born: born, until: p.Until, pace: p.Pace,
		header: map[string][]string{}, hash: base64.RawURLEncoding.EncodeToString(sum[:12]),
	}
	if e.pace == 0 {
		e.pace = DefaultPace
	}
	if p.ContentType != "" {
		e.header["Content-Type"] = []string{p.ContentType}
	}
	e.header["Cache-Control"] = []string{"public, no-cache"} // keep it, but ask whether it is still right
	e.header["Vary"] = []string{"Accept-Encoding"}
	for name, value := range p.Header {
		e.header[name] = []string{value}
	}
	e.plain = e.form(p.Body, "", "")
	e.used.Store(born.UnixNano())
	e.size.Store(int64(len(p.Body) + len(key) + 1024))
	return e
}

func (e *Entry) form(body []byte, encoding, suffix string) form {
	f := form{body: body, etag: []string{`"` + e.hash + suffix + `"`}, length: []string{strconv.Itoa(len(body))}}
	if encoding != "" {
		f.encoding = []string{encoding}
	}
	return f
}

// Bytes returns the page as it was rendered. They must not be changed.
func (e *Entry) Bytes() []byte { return e.plain.body }

// Tags returns the page's tags. They must not be changed.
func (e *Entry) Tags() []string { return slices.Clip(e.tags) }

// Serve answers a request with the page kept under key, rendering it if need
// be. It returns the error of the render.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, key string, f Freshness, render Render) error {
	e, err := c.Get(r.Context(), key, f, render)
	if err != nil {
		return err
	}
	e.Write(w, r)
	return nil
}

// Write answers a GET or HEAD with the page.
func (e *Entry) Write(w http.ResponseWriter, r *http.Request) {
	f := e.choose(r.Header["Accept-Encoding"])
	h := w.Header()
	maps.Copy(h, e.header)
	h["Etag"] = f.etag
	if match := r.Header["If-None-Match"]; len(match) > 0 && matches(match, f.etag[0]) {
		e.cache.notModified.Add(1)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if f.encoding != nil {
		h["Content-Encoding"] = f.encoding
	}
	h["Content-Length"] = f.length
	if r.Method != http.MethodHead {
		w.Write(f.body)
	}
}

// choose returns the smallest form of the page that the reader's program takes.
func (e *Entry) choose(accepted []string) *form {
	var gz, br bool
	for _, line := range accepted {
		gz = gz || accepts(line, "gzip")
		br = br || accepts(line, "br")
	}
	if br {
		if f := e.brotli.Load(); f != nil {
			return f
		}
		if e.asked.Load() < lastingHits && e.asked.Add(1) == lastingHits {
			e.lasting()
		}
	}
	if gz {
		e.once.Do(e.compress)
		if e.gzip != nil {
			return e.gzip
		}
	}
	return &e.plain
}

// accepts reports whether an Accept-Encoding header takes an encoding.
func accepts(line, encoding string) bool {
	for line != "" {
		var item string
		item, line, _ = strings.Cut(line, ",")
		name, q, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			return !strings.HasPrefix(strings.TrimSpace(q), "q=0") || strings.ContainsAny(q, "123456789")
		}
	}
	return false
}

// matches reports whether an If-None-Match header names etag.
func matches(lines []string, etag string) bool {
	for _, line := range lines {
		for line != "" {
			var item string
			item, line, _ = strings.Cut(line, ",")
			item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
			if item == etag || item == "*" {
				return true
			}
		}
	}
	return false
}

func (e *Entry) compress() {
	if len(e.plain.body) < minCompress {
		return
	}
	var out bytes.Buffer
	z := gzipWriters.Get().(*gzip.Writer) // the pool holds nothing else
	defer gzipWriters.Put(z)
	z.Reset(&out)
	if _, err := z.Write(e.plain.body); err != nil {
		return // into memory: cannot be
	}
	if err := z.Close(); err != nil {
		return
	}
	f := e.form(bytes.Clone(out.Bytes()), "gzip", "-gz")
	e.gzip = &f
	e.cache.grown(e, int64(len(f.body)))
}

var gzipWriters = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		panic(err) // a wrong level
	}
	return z
}}

// lasting has the page encoded as Brotli in the background if it is still the
// newest when it is old enough.
func (e *Entry) lasting() {
	time.AfterFunc(max(0, lastingAge-time.Since(e.born)), func() {
		e.cache.mu.RLock()
		kept := e.kept
		e.cache.mu.RUnlock()
		if !kept || e.stale.Load() || len(e.plain.body) < minCompress {
			return
		}
		e.cache.encoding.Lock() // one at a time: readers come first
		defer e.cache.encoding.Unlock()
		var out bytes.Buffer
		z := brotli.NewWriterLevel(&out, brotliLevel)
		if _, err := z.Write(e.plain.body); err != nil {
			return
		}
		if err := z.Close(); err != nil {
			return
		}
		f := e.form(bytes.Clone(out.Bytes()), "br", "-br")
		e.brotli.Store(&f)
		e.cache.grown(e, int64(len(f.body)))
	})
}
