package site

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/story"
)

// A gate is the only way from this package to finished pages. Whatever it keeps is right
// until the next moment at which a story or a photo becomes free or stops being so, and
// not a millisecond longer. What changes by an event is purged by [Site.follow].
type gate struct {
	cache   *pagecache.Cache
	stories *story.Service
	now     func() time.Time
}

// Get returns the page or part kept under key, rendering it if need be.
func (g *gate) Get(ctx context.Context, key string, f pagecache.Freshness, render pagecache.Render) (*pagecache.Entry, error) {
	return g.cache.Get(ctx, key, f, g.timed(render))
}

// Serve answers a request with the page kept under key.
func (g *gate) Serve(w http.ResponseWriter, r *http.Request, key string, f pagecache.Freshness, render pagecache.Render) error {
	return g.cache.Serve(w, r, key, f, g.timed(render))
}

// Kept returns the page kept under key if there is one, else nil.
func (g *gate) Kept(key string, f pagecache.Freshness) *pagecache.Entry { return g.cache.Kept(key, f) }

// Purge, Touch and PurgeAll are those of the cache.
func (g *gate) Purge(tags ...string) { g.cache.Purge(tags...) }
func (g *gate) Touch(tags ...string) { g.cache.Touch(tags...) }
func (g *gate) PurgeAll()            { g.cache.PurgeAll() }

// timed asks for the next change before anything is read for the page: what changes
// while it is rendered ends it at once.
func (g *gate) timed(render pagecache.Render) pagecache.Render {
	return func(ctx context.Context) (pagecache.Page, error) {
		next, err := g.stories.NextChange(ctx, g.now())
		if err != nil {
			return pagecache.Page{}, err
		}
		p, err := render(ctx)
		if !next.IsZero() && (p.Until.IsZero() || next.Before(p.Until)) {
			p.Until = next
		}
		return p, err
	}
}

// visible returns nil if readers may see a story now, else what they are told.
func (s *Site) visible(ctx context.Context, story id.ID) error {
	_, err := s.article(ctx, story)
	return err
}

// pictures are the photos of a page: those that readers may see, and those in whose
// place something else stands.
type pictures struct {
	free map[id.ID]*media.Photo
	gone map[id.ID]*GonePhoto
}

// pictures sorts photos by whether readers may see them now.
func (s *Site) pictures(ctx context.Context, ids []id.ID) (pictures, error) {
	all, err := s.Media.ByIDs(ctx, ids)
	p := pictures{free: all, gone: map[id.ID]*GonePhoto{}}
	now := s.now()
	for photo, it := range all {
		standing := it.At(now)
		if standing == media.Free {
			continue
		}
		delete(all, photo)
		// Of a photo that has expired the words may stay. What is under embargo or was
		// killed may be told by its caption.
		p.gone[photo] = &GonePhoto{}
		if standing == media.Expired {
			p.gone[photo] = &GonePhoto{Expired: true, Caption: it.Caption, Credit: it.CreditLine()}
		}
	}
	return p, err
}

// tags are those of a page that shows the pictures, or would.
func (p pictures) tags() (tags []string) {
	for photo := range p.free {
		tags = append(tags, tagMedia(photo))
	}
	for photo := range p.gone {
		tags = append(tags, tagMedia(photo))
	}
	return tags
}

// keepFor says how long others may keep a rendition.
func keepFor(f *media.File, now time.Time, versioned bool) string {
	switch left := f.Until.Sub(now); {
	case f.Until.IsZero() && versioned:
		return "public, max-age=31536000, immutable"
	case !versioned && (f.Until.IsZero() || left > unversionedLife):
		return "public, max-age=300"
	case left > oneYear:
		return "public, max-age=31536000"
	default:
		return "public, max-age=" + strconv.Itoa(int(left/time.Second)) + ", must-revalidate"
	}
}

const (
	unversionedLife = 5 * time.Minute
	oneYear         = 365 * 24 * time.Hour
)
