package site

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/story"
)

// How much stands on a list, and how often a list is renewed while the figures
// beside its headlines move.
const (
	onFront       = 60
	onSection     = 20
	inRiver       = 4
	besideRanking = 2
	beside        = 4 // the lead: stories, one with a picture counting as two
	lookAhead     = 4 // stories, for one with a picture
	listPace      = time.Second
	tagLists      = "lists" // front, sections and feeds: a story came, changed or went
	tagRanking    = "ranking"
)

func tagStory(story id.ID) string      { return "story:" + story.String() }
func tagDiscussion(story id.ID) string { return "discussion:" + story.String() }
func tagMedia(photo id.ID) string      { return "media:" + photo.String() }

// A shelf is what lists need to know beside the heads of their stories.
type shelf struct {
	photos map[id.ID]*media.Photo // that readers may see
	counts map[id.ID]discussion.Counts
	tags   []string
}

func (s *Site) shelf(ctx context.Context, heads []story.Head) (*shelf, error) {
	sh := &shelf{tags: []string{tagLists}}
	var stories, photos []id.ID
	for i := range heads {
		stories = append(stories, heads[i].ID)
		sh.tags = append(sh.tags, tagDiscussion(heads[i].ID))
		if lead := heads[i].Lead; lead != 0 {
			photos = append(photos, lead)
			sh.tags = append(sh.tags, tagMedia(lead))
		}
	}
	var err error
	if sh.counts, err = s.Discussions.Summary(ctx, stories); err != nil {
		return nil, err
	}
	pictures, err := s.pictures(ctx, photos)
	sh.photos = pictures.free
	return sh, err
}

// item is a story as a list shows it; sizes are its picture's, "" for none.
func (s *Site) item(h *story.Head, sh *shelf, level int, sizes string) Item {
	n := sh.counts[h.ID]
	it := Item{
		ID: h.ID.String(), Path: h.Path(), Section: h.Section, Headline: h.Headline, Standfirst: h.Standfirst,
		Published: s.clock.Short(h.FirstPublished, s.now()), Votes: n.Votes, Comments: n.Comments, Level: level,
	}
	if p := sh.photos[h.Lead]; p != nil && sizes != "" {
		it.Picture = picture(p, 640, sizes)
	}
	return it
}

// picture is a photo whose plain src is at least as wide as width.
func picture(p *media.Photo, width int, sizes string) *Picture {
	return &Picture{
		Src: p.Path(width), Srcset: p.Srcset(), Sizes: sizes, Alt: p.Alt, Width: p.Width, Height: p.Height,
		Title: p.Title, Caption: p.Caption, Credit: p.CreditLine(),
	}
}

func (s *Site) front(w http.ResponseWriter, r *http.Request) error {
	return s.cache.Serve(w, r, "/", freshness(r), func(ctx context.Context) (pagecache.Page, error) {
		f, err := s.frame(ctx, "front", "/", "")
		if err != nil {
			return pagecache.Page{}, err
		}
		f.Tagline, f.Description = s.config.Tagline, s.config.Tagline
		heads, err := s.Stories.Latest(ctx, "", story.Cursor{}, onFront)
		if err != nil {
			return pagecache.Page{}, err
		}
		sh, err := s.shelf(ctx, heads)
		if err != nil {
			return pagecache.Page{}, err
		}
		return s.list(ctx, "front", s.frontPage(f, heads, sh), sh.tags)
	})
}

// frontPage gives the lead and the places beside it to the newest stories, and
// every section a river of what is left. For the lead and the first of a river,
// one of the next few stories that has a picture may go before a newer one that
// has none.
func (s *Site) frontPage(f Frame, heads []story.Head, sh *shelf) FrontPage {
	p := FrontPage{Frame: f, Ranking: slotRanking}
	names, rest := map[string]string{}, map[string][]story.Head{}
	for _, sec := range f.Sections {
		names[sec.Slug] = sec.Name
	}
	if len(heads) > 0 {
		var h story.Head
		h, heads = sh.illustrated(heads)
		it := s.item(&h, sh, 2, "(min-width:76rem) 784px, (min-width:64rem) 64vw, 100vw")
		it.Label = names[h.Section]
		if it.Picture != nil {
			it.Picture.Eager = true
		}
		p.Lead = &it
	}
	for room := beside; room > 0 && len(heads) > 0; heads = heads[1:] {
		it := s.item(&heads[0], sh, 2, "(min-width:64rem) 352px, (min-width:37.5rem) 50vw, 100vw")
		it.Label = names[heads[0].Section]
		p.Seconds = append(p.Seconds, it)
		if room--; it.Picture != nil {
			room--
		}
	}
	for _, h := range heads {
		rest[h.Section] = append(rest[h.Section], h)
	}
	for _, sec := range f.Sections {
		if len(rest[sec.Slug]) == 0 {
			continue
		}
		p.Rivers = append(p.Rivers, s.river(sec, rest[sec.Slug], sh))
	}
	if len(p.Rivers) > besideRanking {
		p.Rivers, p.Pairs = p.Rivers[:besideRanking], p.Rivers[besideRanking:]
	}
	return p
}

// illustrated takes from heads the first story with a picture among the newest,
// or else the newest, and returns it and the others.
func (sh *shelf) illustrated(heads []story.Head) (story.Head, []story.Head) {
	at := 0
	for i := range heads[:min(len(heads), lookAhead)] {
		if sh.photos[heads[i].Lead] != nil {
			at = i
			break
		}
	}
	return heads[at], slices.Concat(heads[:at], heads[at+1:])
}

func (s *Site) river(sec SectionLink, heads []story.Head, sh *shelf) River {
	r := River{Slug: sec.Slug, Name: sec.Name}
	h, heads := sh.illustrated(heads)
	first := s.item(&h, sh, 3, "(min-width:64rem) 376px, (min-width:37.5rem) 50vw, 100vw")
	r.First = &first
	for i := range heads[:min(len(heads), inRiver)] {
		it := s.item(&heads[i], sh, 3, "")
		it.Standfirst = ""
		r.More = append(r.More, it)
	}
	return r
}

func (s *Site) section(w http.ResponseWriter, r *http.Request, slug string) error {
	before := r.URL.Query().Get("before")
	key := "/" + slug
	if before != "" {
		key += "?before=" + before
	}
	cursor, err := parseCursor(before)
	if err != nil {
		return err
	}
	return s.cache.Serve(w, r, key, freshness(r), func(ctx context.Context) (pagecache.Page, error) {
		sec, err := s.Sections.Get(ctx, slug)
		if err != nil {
			return pagecache.Page{}, err
		}
		f, err := s.frame(ctx, "small section", key, sec.Name)
		if err != nil {
			return pagecache.Page{}, err
		}
		f.inSection(slug)
		f.feeds("/" + slug)
		f.Description = sec.Name + ": the newest stories of " + s.config.Name + "."
		heads, err := s.Stories.Latest(ctx, slug, cursor, onSection+1)
		if err != nil {
			return pagecache.Page{}, err
		}
		p := SectionPage{Frame: f, Name: sec.Name, Newer: before != "", Ranking: slotRanking}
		if len(heads) > onSection {
			heads = heads[:onSection]
			last := heads[onSection-1]
			p.Older = "/" + slug + "?before=" + formatCursor(story.Cursor{Time: last.FirstPublished, ID: last.ID})
		}
		sh, err := s.shelf(ctx, heads)
		if err != nil {
			return pagecache.Page{}, err
		}
		for i := range heads {
			sizes := "(min-width:37.5rem) 224px, 100vw"
			if i == 0 {
				sizes = "(min-width:76rem) 784px, 100vw"
			}
			p.Items = append(p.Items, s.item(&heads[i], sh, 2, sizes))
		}
		if len(p.Items) > 0 && p.Items[0].Picture != nil {
			p.Items[0].Picture.Eager = true
		}
		return s.list(ctx, "section", p, sh.tags)
	})
}

// list finishes a page of headlines.
func (s *Site) list(ctx context.Context, name string, data any, tags []string) (pagecache.Page, error) {
	body, err := s.look.render(name, data)
	if err != nil {
		return pagecache.Page{}, err
	}
	ranking, err := s.ranking(ctx)
	if err != nil {
		return pagecache.Page{}, err
	}
	page := s.html(fill(body, map[string][]byte{slotRanking: ranking}), append(tags, tagRanking)...)
	page.Pace = listPace
	return page, nil
}

func formatCursor(c story.Cursor) string {
	return strconv.FormatInt(c.Time.UnixMilli(), 36) + "-" + c.ID.String()
}

func parseCursor(text string) (c story.Cursor, err error) {
	if text == "" {
		return c, nil
	}
	at, last, _ := strings.Cut(text, "-")
	ms, err := strconv.ParseInt(at, 36, 64)
	if err == nil {
		c.ID, err = id.Parse(last)
	}
	if err != nil {
		return c, errs.E(errs.NotFound, "There is no such page of this section. Begin at its newest stories.")
	}
	c.Time = time.UnixMilli(ms)
	return c, nil
}
