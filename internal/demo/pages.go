package demo

import (
	"bytes"
	"context"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/story"
)

// A page is a published story.
type page struct {
	block     *block
	id        id.ID
	published time.Time
	comments  int // how many it is to get
	votes     int
}

// develop takes in the photographs that the stories show, apart from those that come
// by wire.
func (n *newsroom) develop(ctx context.Context) error {
	blocks, err := readStories(content())
	if err != nil {
		return err
	}
	var keys []string
	for i := range blocks {
		keys = append(keys, blocks[i].photos()...)
	}
	slices.Sort(keys)
	var mu sync.Mutex
	return spread(ctx, developAtOnce, slices.Compact(keys), func(ctx context.Context, key string) error {
		raw, err := fs.ReadFile(content(), "photos/"+key+".jpg")
		if err != nil {
			return err
		}
		p, err := n.Media.Upload(ctx, account.System(), bytes.NewReader(raw), key+".jpg", richtext.Origin{Kind: richtext.OriginStaff, Name: "Picture desk"})
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		n.photos[key] = p.ID
		return nil
	})
}

// developAtOnce is how many photographs are decoded at the same time.
const developAtOnce = 3

// photos lists the photographs that a story shows, by key.
func (b *block) photos() (keys []string) {
	if lead := b.get("lead"); lead != "" && b.get("via") == "" {
		keys = append(keys, lead)
	}
	for _, p := range b.body {
		switch parts := fields(p.lines[0], 3); {
		case strings.HasPrefix(p.lines[0], "!photo "):
			keys = append(keys, parts[0])
		case strings.HasPrefix(p.lines[0], "!video "):
			keys = append(keys, parts[1])
		}
	}
	return keys
}

// takePictures takes in the photographs that came by wire and lead a story.
func (n *newsroom) takePictures(ctx context.Context) error {
	blocks, err := readStories(content())
	if err != nil {
		return err
	}
	for i := range blocks {
		key := blocks[i].get("via")
		if key == "" {
			continue
		}
		if err := n.takePicture(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (n *newsroom) takePicture(ctx context.Context, key string) error {
	by := account.System()
	it, err := n.Wire.Get(ctx, by, n.items[key].id)
	if err != nil {
		return err
	}
	found, err := n.Wire.Photos(ctx, by, it)
	if err != nil {
		return err
	}
	if len(found) == 0 || found[0].Key == "" {
		return errs.E(errs.NotFound, "the wire copy %q has no picture", key)
	}
	a := &found[0]
	p, err := n.Media.Import(ctx, by, media.Incoming{
		Original: a.Key, Filename: a.Filename, Origin: a.Origin,
		Metadata: media.Metadata{
			Title: a.Title, Caption: a.Caption, Alt: a.Alt, Photographer: a.Photographer, Credit: a.Credit,
			Source: a.Source, Distributor: a.Distributor, Copyright: a.Copyright, UsageTerms: a.UsageTerms,
		},
	})
	if err != nil {
		return err
	}
	n.viaMu.Lock()
	defer n.viaMu.Unlock()
	n.via[key] = p.ID
	return nil
}

// publish writes, publishes and updates all stories.
func (n *newsroom) publish(ctx context.Context) error {
	blocks, err := readStories(content())
	if err != nil {
		return err
	}
	n.pages = make([]page, len(blocks))
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	err = spread(ctx, atOnce, order, func(ctx context.Context, i int) error {
		n.pages[i].block = &blocks[i]
		return n.publishOne(ctx, &n.pages[i])
	})
	if err != nil {
		return err
	}
	return n.draft(ctx)
}

func (n *newsroom) publishOne(ctx context.Context, p *page) error {
	if err := p.read(n.start); err != nil {
		return err
	}
	updated, err := p.block.duration("updated")
	if err != nil {
		return err
	}
	c, err := n.write(ctx, p)
	if err != nil {
		return err
	}
	first := c
	if updated > 0 { // the first version is shorter, and not yet polished
		first.Body.Content = c.Body.Content[:len(c.Body.Content)*3/5]
	}
	desk := n.storiesAt(p.published)
	by := n.author(&c)
	st, err := desk.Create(ctx, by, first)
	if err != nil {
		return err
	}
	p.id = st.ID
	if _, err := desk.Publish(ctx, n.editor, st.ID, st.Revision); err != nil || updated == 0 {
		return err
	}
	desk = n.storiesAt(n.start.Add(-updated))
	saved, err := desk.Save(ctx, by, st.ID, st.Revision, c)
	if err != nil {
		return err
	}
	_, err = desk.Publish(ctx, n.editor, st.ID, saved.Revision)
	return err
}

// read reads the numbers of a story's head.
func (p *page) read(start time.Time) error {
	age, err := p.block.duration("published")
	if err != nil {
		return err
	}
	p.published = start.Add(-age).Truncate(time.Millisecond)
	for name, number := range map[string]*int{"comments": &p.comments, "votes": &p.votes} {
		if *number, err = strconv.Atoi(p.block.get(name)); err != nil {
			return p.block.fault(p.block.line, "%s: %q is not a number", name, p.block.get(name))
		}
	}
	return nil
}

// write makes a story's content, and gives its lead photo the caption of the day.
func (n *newsroom) write(ctx context.Context, p *page) (story.Content, error) {
	b := p.block
	c := story.Content{
		Headline: b.get("headline"), Standfirst: b.get("standfirst"), Dateline: b.get("dateline"), Section: b.get("section"),
		Slug: b.get("slug"), Language: b.get("language"),
	}
	author, _, _ := strings.Cut(b.get("byline"), "|")
	if author = strings.TrimSpace(author); n.known(author) {
		c.Byline = []string{author}
	}
	words := dayWords(p.published.In(n.Zone))
	by := n.author(&c)
	var err error
	c.Body, err = (&composer{
		block: b, words: words,
		staff:  richtext.Origin{Kind: richtext.OriginStaff, ID: by.ID.String(), Name: by.Name},
		origin: func(key string) (richtext.Origin, bool) { it, ok := n.items[key]; return it.origin, ok },
		photo:  func(key string) (id.ID, bool) { v, ok := n.photos[key]; return v, ok },
	}).compose()
	if err != nil || b.get("lead") == "" {
		return c, err
	}
	c.Lead = n.photos[b.get("lead")]
	if via := b.get("via"); via != "" {
		c.Lead = n.via[via]
	}
	return c, n.caption(ctx, c.Lead, b.get("title"), words.Replace(b.get("caption")))
}

// caption gives a photo the words that go with its story.
func (n *newsroom) caption(ctx context.Context, photo id.ID, title, caption string) error {
	p, err := n.Media.Get(ctx, photo)
	if err != nil {
		return err
	}
	if title != "" {
		p.Title = title
	}
	p.Caption = caption
	_, err = n.Media.Edit(ctx, account.System(), *p)
	return err
}

func (n *newsroom) known(name string) bool {
	for _, a := range n.staff {
		if a.Name == name {
			return true
		}
	}
	return false
}

// author is who writes a story: the first of its byline, else the editor.
func (n *newsroom) author(c *story.Content) *account.Account {
	for _, a := range n.staff {
		if len(c.Byline) > 0 && a.Name == c.Byline[0] {
			return a
		}
	}
	return n.editor
}

// storiesAt is the story room at a moment in the past.
func (n *newsroom) storiesAt(t time.Time) *story.Service {
	service := *n.Stories
	service.Now = func() time.Time { return t }
	return &service
}

// draft begins stories that are not published, as the desk always has some.
func (n *newsroom) draft(ctx context.Context) error {
	for i, key := range []string{"mps-tunnel", "aa-coffee", "nw-moose", "mps-borania-pledge-1", "mps-yacht"} {
		desk := n.storiesAt(n.start.Add(-time.Duration(20+85*i) * time.Minute))
		if _, _, err := desk.FromWire(ctx, n.staff["ingrid"], n.items[key].id); err != nil {
			return err
		}
	}
	return nil
}
