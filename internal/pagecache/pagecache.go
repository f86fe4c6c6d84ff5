// Package pagecache keeps finished pages, and parts of pages, in memory.
//
// A page is rendered once for everybody who waits for it and then served as
// the bytes it was sent as: plain, gzip, and Brotli once it has proved to
// last. It is kept until one of its tags is purged. A purge holds against
// renders that began before it: what they made is never shown to anybody who
// asked after it.
//
// There are two kinds of purge. [Cache.Purge] drops a page at once: for what
// must not be seen any more. [Cache.Touch] says that a page is no longer the
// newest: it is rendered again, but not more often than its pace allows, and
// until then readers get what there is. A reader who has just changed something
// asks with Fresh and waits for the new one.
package pagecache

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// DefaultPace is how often a page is rendered again while it keeps changing.
	DefaultPace = 100 * time.Millisecond

	renderTimeout = 10 * time.Second
	maxRecent     = 4096 // purges remembered for renders that run meanwhile
	sampled       = 16   // pages compared to find one to drop
)

// A Page is what a render makes.
type Page struct {
	Body        []byte
	ContentType string
	Header      map[string]string // further headers, canonical names
	Tags        []string          // a purge of any of them concerns this page
	Until       time.Time         // from when it is not right any more; zero for never
	Pace        time.Duration     // zero means DefaultPace
}

// Render makes a page. Its context is not that of any one request.
type Render func(context.Context) (Page, error)

// Freshness says how new a page must be.
type Freshness bool

// Anything else than Fresh may be served a page that is a pace old.
const (
	Recent Freshness = false
	Fresh  Freshness = true
)

// Cache keeps pages. Its methods may be called at once.
type Cache struct {
	// Now is the clock that a page's Until is compared with; nil means time.Now.
	Now func() time.Time

	max int64

	mu      sync.RWMutex
	entries map[string]*Entry
	tags    map[string]map[*Entry]struct{}
	flights map[string]*flight
	seq     uint64  // of the last purge
	recent  []purge // oldest first, consecutive
	bytes   atomic.Int64

	encoding sync.Mutex // held while a page is made smaller in the background

	counters
}

type purge struct {
	seq  uint64
	tag  string
	hard bool
}

type flight struct {
	began      uint64    // seq when the render began
	moment     time.Time // by the cache's clock, when it began
	done       chan struct{}
	entry      *Entry
	err        error
	hard, soft uint64 // seq of the first purge that concerns it, 0 for none
}

// New returns a cache that keeps about maxBytes of pages.
func New(maxBytes int64) *Cache {
	return &Cache{max: maxBytes, entries: map[string]*Entry{}, tags: map[string]map[*Entry]struct{}{}, flights: map[string]*flight{}}
}

// Get returns the page kept under key, rendering it if need be.
func (c *Cache) Get(ctx context.Context, key string, f Freshness, render Render) (*Entry, error) {
	e, arrived := c.kept(key, f)
	if e != nil {
		return e, nil
	}
	came := c.now()
	for {
		fl := c.join(key, f, render) //nolint:contextcheck // a render is for all who wait, not for whom it began
		select {
		case <-fl.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if fl.hard != 0 && fl.hard <= arrived || f == Fresh && fl.soft != 0 && fl.soft <= arrived {
			continue // it was already out of date when we asked
		}
		if fl.err == nil && fl.moment.Before(came) && fl.entry.over(came) {
			continue // it was begun before a moment that had passed when we asked
		}
		return fl.entry, fl.err
	}
}

// Kept returns the page kept under key if it is new enough, else nil.
func (c *Cache) Kept(key string, f Freshness) *Entry {
	e, _ := c.kept(key, f)
	return e
}

func (c *Cache) kept(key string, f Freshness) (e *Entry, seq uint64) {
	c.mu.RLock()
	e, seq = c.entries[key], c.seq
	c.mu.RUnlock()
	if !e.serves(c.now(), f) {
		return nil, seq
	}
	e.used.Store(time.Now().UnixNano())
	c.hits.Add(1)
	return e, seq
}

// serves reports whether a kept page is new enough.
func (e *Entry) serves(now time.Time, f Freshness) bool {
	switch {
	case e == nil || e.over(now):
		return false
	case !e.stale.Load():
		return true
	}
	return f == Recent && time.Since(e.born) < e.pace
}

// over reports whether the page is not right any more at a moment.
func (e *Entry) over(now time.Time) bool { return !e.until.IsZero() && !now.Before(e.until) }

func (c *Cache) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// join returns the render of key that is under way, or begins one.
func (c *Cache) join(key string, f Freshness, render Render) *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	if fl, ok := c.flights[key]; ok {
		return fl
	}
	fl := &flight{began: c.seq, done: make(chan struct{})}
	e := c.entries[key]
	if e.serves(c.now(), f) { // somebody finished it between our look and our lock
		fl.entry = e
		close(fl.done)
		return fl
	}
	var wait time.Duration
	if e != nil && e.stale.Load() {
		wait = max(0, e.pace-time.Since(e.born))
	}
	c.flights[key] = fl
	go c.fly(key, fl, wait, render)
	return fl
}

func (c *Cache) fly(key string, fl *flight, wait time.Duration, render Render) {
	ctx, cancel := context.WithTimeout(context.Background(), renderTimeout)
	defer cancel()
	if wait > 0 {
		pause := time.NewTimer(wait)
		<-pause.C
		c.mu.Lock()
		fl.began = c.seq // what was purged while we waited is taken in
		c.mu.Unlock()
	}
	born := time.Now()
	fl.moment = c.now()
	page, err := safely(ctx, render)
	c.renders.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(fl.done)
	delete(c.flights, key)
	if err != nil {
		fl.err = err
		c.drop(c.entries[key])
		return
	}
	e := newEntry(c, key, page, born)
	fl.entry = e
	fl.hard, fl.soft = c.since(fl.began, page.Tags)
	c.drop(c.entries[key])
	if fl.hard != 0 {
		return
	}
	e.stale.Store(fl.soft != 0)
	c.keep(e)
}

// safely runs render and returns a panic as an error.
func safely(ctx context.Context, render Render) (_ Page, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while rendering: %v\n%s", p, debug.Stack())
		}
	}()
	return render(ctx)
}

// since returns the first purges after seq that concern tags.
func (c *Cache) since(seq uint64, tags []string) (hard, soft uint64) {
	if c.seq == seq {
		return 0, 0
	}
	if len(c.recent) == 0 || c.recent[0].seq > seq+1 {
		return seq + 1, seq + 1 // more happened than is remembered
	}
	for _, p := range c.recent[seq+1-c.recent[0].seq:] {
		for _, tag := range tags {
			if tag != p.tag {
				continue
			}
			if p.hard && hard == 0 {
				hard = p.seq
			}
			if soft == 0 {
				soft = p.seq
			}
		}
	}
	return hard, soft
}

// Purge drops every page that has one of the tags.
func (c *Cache) Purge(tags ...string) { c.mark(tags, true) }

// Touch has every page that has one of the tags rendered again when it is next
// asked for, at its pace.
func (c *Cache) Touch(tags ...string) { c.mark(tags, false) }

func (c *Cache) mark(tags []string, hard bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, tag := range tags {
		c.seq++
		c.purges.Add(1)
		c.recent = append(c.recent, purge{c.seq, tag, hard})
		for e := range c.tags[tag] {
			if hard {
				c.drop(e)
			} else {
				e.stale.Store(true)
			}
		}
	}
	if len(c.recent) > 2*maxRecent {
		c.recent = append(c.recent[:0], c.recent[len(c.recent)-maxRecent:]...)
	}
}

// PurgeAll drops everything.
func (c *Cache) PurgeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq += 2 // a gap: renders under way cannot tell what they missed
	c.recent = nil
	for _, e := range c.entries {
		c.drop(e)
	}
}

func (c *Cache) keep(e *Entry) {
	c.entries[e.key] = e
	for _, tag := range e.tags {
		if c.tags[tag] == nil {
			c.tags[tag] = map[*Entry]struct{}{}
		}
		c.tags[tag][e] = struct{}{}
	}
	e.kept = true
	c.bytes.Add(e.size.Load())
	for c.bytes.Load() > c.max && len(c.entries) > 1 {
		c.evict(e)
	}
}

// evict drops the page that was not used for the longest time among a few
// taken at random: nearly as good as the oldest of all, and no list to keep.
func (c *Cache) evict(spare *Entry) {
	var oldest *Entry
	seen := 0
	for _, e := range c.entries {
		if e == spare {
			continue
		}
		if oldest == nil || e.used.Load() < oldest.used.Load() {
			oldest = e
		}
		if seen++; seen == sampled {
			break
		}
	}
	c.evictions.Add(1)
	c.drop(oldest)
}

func (c *Cache) drop(e *Entry) {
	if e == nil || !e.kept {
		return
	}
	e.kept = false
	delete(c.entries, e.key)
	for _, tag := range e.tags {
		delete(c.tags[tag], e)
		if len(c.tags[tag]) == 0 {
			delete(c.tags, tag)
		}
	}
	c.bytes.Add(-e.size.Load())
}

// grown adds to the size of a page that is kept.
func (c *Cache) grown(e *Entry, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.size.Add(n)
	if e.kept {
		c.bytes.Add(n)
	}
}

type counters struct {
	hits, renders, notModified, purges, evictions atomic.Int64
}

// Stats are counts since the start, and what is kept now.
type Stats struct {
	Hits, Renders, NotModified, Purges, Evictions int64
	Pages                                         int
	Bytes                                         int64
}

// Stats returns the cache's counts.
func (c *Cache) Stats() Stats {
	c.mu.RLock()
	pages := len(c.entries)
	c.mu.RUnlock()
	return Stats{
		Hits: c.hits.Load(), Renders: c.renders.Load(), NotModified: c.notModified.Load(),
		Purges: c.purges.Load(), Evictions: c.evictions.Load(), Pages: pages, Bytes: c.bytes.Load(),
	}
}
