package syndicate

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
)

const (
	onFeed       = 50                 // stories in a feed, and as many that were taken back
	rememberFor  = 7 * 24 * time.Hour // a story that was taken back stays in the feed
	watched      = 2000               // of the last that went out are asked whether they still are
	page         = 200
	maxSources   = 20 // agency items named in a story
	previewWidth = 1280
)

// A Service sends stories. It is safe for concurrent use.
type Service struct {
	DB       *sqldb.DB
	Now      func() time.Time
	Paper    func() Paper
	Stories  *story.Service
	Media    *media.Service
	Sections *section.Service
	Wire     *wire.Service // nil: the agencies' items in a story are not named
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// Feed returns the newest stories of a section or, with "", of the paper, then those that
// were taken back in the last days. Photos are those that are in it. Anyone may read it. An
// unknown section is errs.NotFound.
func (s *Service) Feed(ctx context.Context, slug string) (items []item.Item, photos []id.ID, err error) {
	defer errs.Wrap(&err, "feed of section %q", slug)
	if slug != "" {
		if _, err := s.Sections.Get(ctx, slug); err != nil {
			return nil, nil, err
		}
	}
	heads, err := s.Stories.Latest(ctx, slug, story.Cursor{}, onFeed)
	if err != nil {
		return nil, nil, err
	}
	editions, err := s.notice(ctx, heads)
	if err != nil {
		return nil, nil, err
	}
	if err := s.noticeWithdrawn(ctx, slug); err != nil {
		return nil, nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, nil, err
	}
	for i := range heads {
		e := editions[heads[i].ID]
		it, shows, err := s.item(ctx, &e, names)
		if notFree(err) {
			continue // it went meanwhile
		}
		if err != nil {
			return nil, nil, err
		}
		items, photos = append(items, it), append(photos, shows...)
	}
	gone, err := s.list(ctx, slug, stateWithdrawn, s.now().Add(-rememberFor), onFeed)
	for i := range gone {
		items = append(items, s.Paper().withdrawn(&gone[i]))
	}
	return items, photos, err
}

func (s *Service) names(ctx context.Context) (map[string]string, error) {
	list, err := s.Sections.List(ctx)
	names := map[string]string{}
	for _, sec := range list {
		names[sec.Slug] = sec.Name
	}
	return names, err
}

func (s *Service) list(ctx context.Context, slug, state string, since time.Time, limit int) (list []Edition, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = newest(ctx, tx, slug, state, since, limit)
		return err
	})
	return list, err
}

// notice returns the editions of stories that readers see, and makes new ones of those that
// changed since they last went out.
func (s *Service) notice(ctx context.Context, heads []story.Head) (map[id.ID]Edition, error) {
	known, err := s.known(ctx, heads)
	if err != nil {
		return nil, err
	}
	var fresh []Edition
	for i := range heads {
		h := &heads[i]
		if e, ok := known[h.ID]; !ok || !e.Out || e.Version != h.Version || e.Section != h.Section {
			fresh = append(fresh, Edition{Story: h.ID, Section: h.Section, Version: h.Version, Out: true, Changed: s.now()})
		}
	}
	return known, s.store(ctx, fresh, known)
}

func (s *Service) known(ctx context.Context, heads []story.Head) (map[id.ID]Edition, error) {
	ids := make([]id.ID, len(heads))
	for i := range heads {
		ids[i] = heads[i].ID
	}
	known := make(map[id.ID]Edition, len(heads))
	return known, s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err := byIDs(ctx, tx, ids)
		for _, e := range list {
			known[e.Story] = e
		}
		return err
	})
}

// store keeps editions and puts them as they are then into known.
func (s *Service) store(ctx context.Context, fresh []Edition, known map[id.ID]Edition) error {
	if len(fresh) == 0 {
		return nil
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		for _, e := range fresh {
			kept, err := store(ctx, tx, e)
			if err != nil {
				return err
			}
			known[e.Story] = kept
		}
		return nil
	})
}

// noticeWithdrawn finds which of the stories that went out last are not free any more.
func (s *Service) noticeWithdrawn(ctx context.Context, slug string) error {
	out, err := s.list(ctx, slug, stateOut, time.Time{}, watched)
	if err != nil {
		return err
	}
	return s.withdraw(ctx, out)
}

// withdraw makes an edition without content of each of the stories that readers do not see.
func (s *Service) withdraw(ctx context.Context, out []Edition) error {
	ids := make([]id.ID, 0, len(out))
	for _, e := range out {
		ids = append(ids, e.Story)
	}
	live, err := s.Stories.LiveByIDs(ctx, ids)
	if err != nil {
		return err
	}
	var gone []Edition
	for _, e := range out {
		if _, ok := live[e.Story]; !ok && e.Out {
			e.Out, e.Changed = false, s.now()
			gone = append(gone, e)
		}
	}
	return s.store(ctx, gone, map[id.ID]Edition{})
}

// item is the item of a story that readers see now, with its photographs.
func (s *Service) item(ctx context.Context, e *Edition, names map[string]string) (it item.Item, shows []id.ID, err error) {
	l, err := s.Stories.Live(ctx, e.Story)
	if err != nil {
		return it, nil, err
	}
	sources, err := s.sources(ctx, l.Body)
	if err != nil {
		return it, nil, err
	}
	photos, shows, err := s.photos(ctx, l)
	if err != nil {
		return it, nil, err
	}
	if err := s.noticePhotos(ctx, e, shows); err != nil {
		return it, nil, err
	}
	it = s.Paper().story(l, e, names[l.Section], sources)
	it.Associations = photos
	for _, photo := range e.Photos {
		if of, err := id.Parse(strings.TrimPrefix(photo, "-")); err == nil && photo[0] == '-' {
			it.Associations = append(it.Associations, item.Association{Name: "photo", Rel: relPhoto, Item: s.Paper().withdrawnPhoto(of, e)})
		}
	}
	return it, append(l.Body.Media(), l.Lead), nil
}

// noticePhotos makes a new edition when other photographs are free than went out with the
// story before, and brings e up to it.
func (s *Service) noticePhotos(ctx context.Context, e *Edition, shows []id.ID) error {
	var now []string
	for _, photo := range e.Photos {
		of := strings.TrimPrefix(photo, "-")
		if !slices.ContainsFunc(shows, func(m id.ID) bool { return m.String() == of }) {
			of = "-" + of
		}
		now = append(now, of)
	}
	for _, m := range shows {
		if !slices.Contains(now, m.String()) {
			now = append(now, m.String())
		}
	}
	if slices.Equal(now, e.Photos) {
		return nil
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		err := setPhotos(ctx, tx, e, now, s.now())
		if err == nil {
			*e, err = byID(ctx, tx, e.Story)
		}
		return err
	})
}

// sources are the URIs of the agencies' items that a text was made from.
func (s *Service) sources(ctx context.Context, d richtext.Doc) (uris []string, err error) {
	for _, o := range d.Origins() {
		of, err := id.Parse(o.ID)
		if s.Wire == nil || o.Kind != richtext.OriginWire || err != nil || len(uris) == maxSources {
			continue // an origin may name no more than an agency
		}
		it, err := s.Wire.Get(ctx, account.System(), of)
		if errors.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		uris = append(uris, it.URI)
	}
	return uris, nil
}

// photos are the photographs of a story that readers may see now: the lead, then the others
// as they come in the text.
func (s *Service) photos(ctx context.Context, l *story.Live) (list []item.Association, shows []id.ID, err error) {
	type place struct {
		of              id.ID
		caption, credit string
	}
	places := []place{{of: l.Lead}}
	l.Body.All(func(n *richtext.Node) bool {
		if n.Type == richtext.TypePhoto {
			places = append(places, place{n.Attrs.Media, n.Attrs.Caption, n.Attrs.Credit})
		}
		return true
	})
	photos, err := s.Media.ByIDs(ctx, append(l.Body.Media(), l.Lead))
	if err != nil {
		return nil, nil, err
	}
	for _, p := range places {
		m := photos[p.of]
		if m == nil || slices.Contains(shows, p.of) {
			continue
		}
		files, err := s.files(ctx, m)
		if err != nil {
			return nil, nil, err
		}
		if len(files) == 0 {
			continue // not free
		}
		shows = append(shows, p.of)
		name := "photo"
		if p.of == l.Lead {
			name = "lead photo"
		}
		list = append(list, item.Association{Name: name, Rel: relPhoto, Item: s.Paper().photo(m, files, p.caption, p.credit)})
	}
	return list, shows, nil
}

// relPhoto is what a photograph is to its story.
const relPhoto = "illustration"

// files are the renditions of a photograph that go out: the largest, one for a page, and the
// smallest. There are none while readers may not see it.
func (s *Service) files(ctx context.Context, m *media.Photo) (files []file, err error) {
	widths := m.Widths()
	wanted := []struct {
		name  string
		width int
	}{{"highRes", widths[len(widths)-1]}, {"preview", fitting(widths, previewWidth)}, {"thumbnail", widths[0]}}
	last := 0
	for _, w := range wanted {
		if w.width == last {
			continue
		}
		last = w.width
		f, err := s.Media.Rendition(ctx, m.ID, w.width)
		if notFree(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: w.name, width: w.width, height: m.HeightAt(w.width), size: f.Size, mime: f.MIME})
		if err := f.Content.Close(); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// notFree reports whether something is not there for readers, or not any more.
func notFree(err error) bool { return errors.Is(err, errs.NotFound) || errors.Is(err, errs.Gone) }

// fitting is the first of the rising widths that is at least so wide, or the last.
func fitting(widths []int, width int) int {
	for _, w := range widths {
		if w >= width {
			return w
		}
	}
	return widths[len(widths)-1]
}

// Encode writes items as one file of a format, as a feed has them. An empty feed of NewsML-G2
// is a package of nothing, because a message must have an item.
func (s *Service) Encode(items []item.Item, f Format, of string) ([]byte, error) {
	if f == NewsML {
		if len(items) == 0 {
			items = []item.Item{s.nothing(of)}
		}
		return newsmlg2.Write(items, newsmlg2.Header{Sent: newestOf(items), Sender: s.Paper().Host()})
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range items {
		if i > 0 {
			b.WriteString(",\n")
		}
		text, err := ninjs.WriteStrict(&items[i])
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	b.WriteString("]\n")
	return b.Bytes(), nil
}

// nothing is the package that an empty feed has.
func (s *Service) nothing(of string) item.Item {
	it := s.Paper().envelope("tag:"+s.Paper().Host()+",2026:feed:"+of, "composite", item.Usable)
	it.Kind, it.Version = item.Package, "1"
	it.Groups = []item.Group{{ID: "stories", Role: "group:main", Root: true}}
	return it
}

// newestOf is when the last of the items changed: what is sent is the same as long as
// nothing changes.
func newestOf(items []item.Item) (t time.Time) {
	for i := range items {
		if c := items[i].VersionCreated.Time; c.After(t) {
			t = c
		}
	}
	return t
}

func (s *Service) after(ctx context.Context, last id.ID) (list []Edition, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = after(ctx, tx, last, page)
		return err
	})
	return list, err
}
