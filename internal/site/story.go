package site

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/richtext"
	"broadsheet/internal/rights"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
)

const (
	textSizes   = "(min-width:40rem) 576px, 100vw" // of a picture as wide as the text
	socialWidth = 1280
	idLength    = 13
	maxSummary  = 240 // characters of a description
)

var errNoPage = errs.E(errs.NotFound, "There is no page at this address. It may be mistyped, or the story may have been taken down.")

// storyID reads the ID at the end of a story's address.
func storyID(slug string) (id.ID, error) {
	if len(slug) < idLength {
		return 0, errNoPage
	}
	story, err := id.Parse(slug[len(slug)-idLength:])
	if err != nil {
		return 0, errNoPage
	}
	return story, nil
}

// story answers with a story. Its page is three parts: what the desk made, the
// discussion, and the ranking. Each is kept by itself, so that a comment costs
// no more than the discussion.
func (s *Site) story(w http.ResponseWriter, r *http.Request, slug string) error {
	// Only right addresses are kept.
	if e := s.cache.Kept(r.URL.Path, freshness(r)); e != nil {
		e.Write(w, r)
		return nil
	}
	story, err := storyID(slug)
	if err != nil {
		return err
	}
	// What came before the ID is for people: an old slug leads to the new one.
	article, err := s.article(r.Context(), story)
	if err != nil {
		return err
	}
	if path := article.path(); path != r.URL.Path {
		http.Redirect(w, r, path, http.StatusMovedPermanently) //nolint:gosec // the story's own address
		return nil
	}
	return s.cache.Serve(w, r, r.URL.Path, freshness(r), func(ctx context.Context) (pagecache.Page, error) {
		return s.storyPage(ctx, story)
	})
}

// An article is the kept part of a page that the desk made. Its address stands
// in its first line, where [article.path] finds it.
type article struct{ *pagecache.Entry }

func (a article) path() string {
	path, _, _ := bytes.Cut(a.Bytes(), []byte("\n"))
	return string(path)
}

func (a article) html() []byte {
	_, html, _ := bytes.Cut(a.Bytes(), []byte("\n"))
	return html
}

func (s *Site) article(ctx context.Context, story id.ID) (article, error) {
	e, err := s.cache.Get(ctx, "part:story:"+story.String(), pagecache.Recent, func(ctx context.Context) (pagecache.Page, error) {
		return s.renderArticle(ctx, story)
	})
	return article{e}, err
}

func (s *Site) storyPage(ctx context.Context, story id.ID) (pagecache.Page, error) {
	art, err := s.article(ctx, story)
	if err != nil {
		return pagecache.Page{}, err
	}
	talk, err := s.discussionPart(ctx, story, art.path())
	if err != nil {
		return pagecache.Page{}, err
	}
	ranking, err := s.ranking(ctx)
	if err != nil {
		return pagecache.Page{}, err
	}
	number, html, _ := bytes.Cut(talk.Bytes(), []byte("\n"))
	body := fill(art.html(), map[string][]byte{slotRanking: ranking, slotDiscussion: html, slotNumber: number})
	return s.html(body, append(art.Tags(), tagDiscussion(story), tagRanking)...), nil
}

func (s *Site) renderArticle(ctx context.Context, story id.ID) (pagecache.Page, error) {
	l, err := s.Stories.Live(ctx, story)
	if err != nil {
		return pagecache.Page{}, err
	}
	photos, err := s.pictures(ctx, append(l.Body.Media(), l.Lead))
	if err != nil {
		return pagecache.Page{}, err
	}
	p, err := s.storyView(ctx, l, photos)
	if err != nil {
		return pagecache.Page{}, err
	}
	body, err := s.look.render("story", p)
	if err != nil {
		return pagecache.Page{}, err
	}
	body = bytes.Replace(body, []byte(`"`+slotNumber+`"`), []byte(slotNumber), 1) // a number has no quotes
	page := s.html(append([]byte(l.Path()+"\n"), body...), tagStory(story))
	page.Tags = append(page.Tags, photos.tags()...)
	return page, nil
}

// Preview answers with a story as its page would be, for the desk. Nothing of it
// is kept.
func (s *Site) Preview(w http.ResponseWriter, r *http.Request, l *story.Live) error {
	photos, err := s.pictures(r.Context(), append(l.Body.Media(), l.Lead))
	if err != nil {
		return err
	}
	p, err := s.storyView(r.Context(), l, photos)
	if err != nil {
		return err
	}
	p.Comments, p.Discussion, p.Ranking = "0", "", ""
	p.Canonical, p.Live, p.Social, p.Article = "", "", nil, nil
	return s.answer(w, http.StatusOK, "story", p)
}

func (s *Site) storyView(ctx context.Context, l *story.Live, photos pictures) (StoryPage, error) {
	f, err := s.frame(ctx, "small", l.Path(), l.Headline)
	if err != nil {
		return StoryPage{}, err
	}
	f.inSection(l.Section)
	if l.Language != "" {
		f.Lang, f.Dir = l.Language, direction(l.Language)
	}
	f.Live = "/live/story/" + l.ID.String()
	f.Description = l.Standfirst
	if f.Description == "" {
		f.Description = summary(l.Body.Text(), maxSummary)
	}
	p := StoryPage{
		ID: l.ID.String(), Path: l.Path(), Headline: l.Headline, Standfirst: l.Standfirst, Byline: l.BylineLine, WireCopy: l.WireCopy,
		Published: s.clock.Moment(l.FirstPublished), Contributor: l.ContributorLine,
		Comments: slotNumber, Discussion: slotDiscussion, Ranking: slotRanking,
		Body: withDateline(l.Body, l.Dateline).HTML(s.renderer(photos)),
	}
	for _, sec := range f.Sections {
		if sec.Current {
			p.Label = sec.Name
		}
	}
	if l.Version > 1 && l.Updated.Sub(l.FirstPublished) >= time.Second {
		updated := s.clock.Moment(l.Updated)
		p.Updated = &updated
	}
	if lead := photos.free[l.Lead]; lead != nil {
		p.Lead = picture(lead, socialWidth, textSizes)
		p.Lead.Eager = true
	}
	p.LeadGone = photos.gone[l.Lead]
	p.Topics = l.Topics
	s.describe(&f, l, photos.free, p.Label)
	p.Frame = f
	return p, nil
}

// withDateline sets the dateline before the first words of the text.
func withDateline(d richtext.Doc, dateline string) richtext.Doc {
	if dateline == "" || len(d.Content) == 0 || d.Content[0].Type != richtext.TypeParagraph {
		return d
	}
	first := d.Content[0]
	mark := richtext.Node{Type: richtext.TypeText, Text: dateline + " — ", Marks: []richtext.Mark{{Type: richtext.MarkStrong}}}
	first.Content = append([]richtext.Node{mark}, first.Content...)
	return richtext.Doc{Content: append([]richtext.Node{first}, d.Content[1:]...)}
}

// renderer draws the blocks that are more than text. A block whose photo is not in
// the library is left out; where readers may not see it, its words stand instead, if they may.
func (s *Site) renderer(photos pictures) richtext.Renderer {
	return richtext.Renderer{
		Photo: func(n richtext.Node) template.HTML { //nolint:forbidigo // made by a template
			if gone := photos.gone[n.Attrs.Media]; gone != nil {
				return s.block("photo-gone", gone.with(n.Attrs.Caption, n.Attrs.Credit))
			}
			photo := photos.free[n.Attrs.Media]
			if photo == nil {
				return ""
			}
			p := picture(photo, 960, textSizes)
			if n.Attrs.Caption != "" {
				p.Caption = n.Attrs.Caption
			}
			if n.Attrs.Credit != "" {
				p.Credit = n.Attrs.Credit
			}
			return s.block("photo", p)
		},
		Video: func(n richtext.Node) template.HTML { //nolint:forbidigo // made by a template
			v := Video{URL: n.Attrs.URL, Title: n.Attrs.Title, Captions: n.Attrs.Captions, Length: length(n.Attrs.Duration)}
			v.Player, v.Provider = player(n.Attrs.URL)
			if poster := photos.free[n.Attrs.Poster]; poster != nil {
				v.Poster = picture(poster, 640, textSizes)
				v.Poster.Alt = "" // the title beside it says what it is
			}
			return s.block("video", v)
		},
		Embed: func(n richtext.Node) template.HTML { //nolint:forbidigo // made by a template
			v := Video{URL: n.Attrs.URL, Title: n.Attrs.Title, Provider: n.Attrs.Provider}
			frame, host := player(n.Attrs.URL)
			v.Player = frame
			if v.Provider == "" {
				v.Provider = host
			}
			if v.Title == "" {
				v.Title = v.Provider
			}
			return s.block("embed", v)
		},
	}
}

// block renders a template inside a text. Templates escape what they are given.
func (s *Site) block(name string, data any) template.HTML { //nolint:forbidigo // made by a template
	out, err := s.look.render(name, data)
	if err != nil {
		s.log.Error("a block cannot be shown", "err", err)
		return ""
	}
	return template.HTML(out) //nolint:forbidigo,gosec // made by a template
}

// describe tells other programs what the page is: Open Graph and schema.org.
func (s *Site) describe(f *Frame, l *story.Live, photos map[id.ID]*media.Photo, label string) {
	f.Social = &Social{
		Type: "article", Title: l.Headline, Description: f.Description, URL: f.Canonical,
		Published: stamp(l.FirstPublished), Modified: stamp(l.Updated),
	}
	a := &NewsArticle{
		Context: "https://schema.org", Type: "NewsArticle", Headline: l.Headline, Description: l.Standfirst,
		URL: f.Canonical, MainEntity: f.Canonical, Published: stamp(l.FirstPublished), Modified: stamp(l.Updated),
		Language: f.Lang, Section: label, Words: l.Body.Words(), Comments: slotNumber, Free: true,
		DiscussionURL: f.Canonical + "#discussion",
		Publisher:     Party{Type: "NewsMediaOrganization", Name: s.config.Name, URL: s.config.URL + "/"},
	}
	if lead := photos[l.Lead]; lead != nil {
		if terms := lead.Rights(); !terms.Has(rights.NoSocial) {
			width := fitting(lead, socialWidth)
			f.Social.Image, f.Social.ImageAlt = s.config.URL+lead.Path(socialWidth), lead.Alt
			f.Social.ImageWidth, f.Social.ImageHeight = width, lead.HeightAt(width)
		}
		a.Image = append(a.Image, s.imageObject(lead))
	}
	for _, name := range l.Byline {
		a.Author = append(a.Author, Party{Type: "Person", Name: name})
	}
	if len(a.Author) == 0 {
		a.Author = []Party{{Type: "NewsMediaOrganization", Name: s.config.Name, URL: s.config.URL + "/"}}
	}
	for _, src := range l.Sources {
		if src.Wire {
			a.Contributor = append(a.Contributor, Party{Type: "Organization", Name: src.Name})
		}
	}
	f.Article = a
}

func (s *Site) imageObject(p *media.Photo) ImageObject {
	width := fitting(p, socialWidth)
	o := ImageObject{
		Type: "ImageObject", URL: s.config.URL + p.Path(socialWidth), Width: width, Height: p.HeightAt(width),
		Caption: p.Caption, Credit: p.CreditLine(), Copyright: p.Copyright,
	}
	if p.Photographer != "" {
		o.Creator = &Party{Type: "Person", Name: p.Photographer}
	}
	return o
}

// fitting is the width of the rendition that Path(width) leads to.
func fitting(p *media.Photo, width int) int {
	widths := p.Widths()
	for _, w := range widths {
		if w >= width {
			return w
		}
	}
	if len(widths) == 0 {
		return p.Width
	}
	return widths[len(widths)-1]
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// photo answers with a rendition of a photograph. Its address changes when the
// photograph is edited, so it is kept for ever.
func (s *Site) photo(w http.ResponseWriter, r *http.Request) error {
	photo, err := id.Parse(r.PathValue("photo"))
	if err != nil {
		return errNoPage
	}
	width, err := widthOf(r.PathValue("file"))
	if err != nil {
		return err
	}
	f, public, err := s.rendition(r.Context(), photo, width)
	if err != nil {
		return err
	}
	defer func() { _ = f.Content.Close() }() // it was only read
	h := w.Header()
	h.Set("Content-Type", f.MIME)
	h.Set("Etag", f.ETag)
	h.Set("Cache-Control", "private, no-store")
	if public {
		h.Set("Cache-Control", keepFor(f, s.now(), strings.Contains(r.URL.RawQuery, "v=")))
	}
	http.ServeContent(w, r, "", f.Modified, f.Content)
	return nil
}

// rendition returns a photograph as readers may have it, if a published story shows
// it; to the staff who work with photographs it returns every one, not for others.
func (s *Site) rendition(ctx context.Context, photo id.ID, width int) (f *media.File, public bool, err error) {
	shown, err := s.Stories.ShowsPhoto(ctx, photo)
	if err != nil {
		return nil, false, err
	}
	f, err = s.Media.Rendition(ctx, photo, width)
	if err == nil && shown {
		return f, true, nil
	}
	if err == nil {
		err = errors.Join(errNoPage, f.Content.Close())
	}
	refused := err // gone for good, whether a story shows it still or not; else there is no such page
	if errors.Is(err, errs.NotFound) {
		refused = errNoPage
	}
	by := web.Account(ctx)
	if !by.May(account.MediaEdit) {
		return nil, false, refused
	}
	f, err = s.Media.Preview(ctx, by, photo, width)
	return f, false, err
}
