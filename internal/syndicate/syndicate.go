// Package syndicate gives the paper's stories to others: to papers, portals and archives that
// take them in as we take in an agency's.
//
// A published story becomes an item as an agency would send it, with its photographs in
// it, and goes out as NewsML-G2 or ninjs 3.1. What is not free is not sent: stories come
// through the public functions of package story, photographs through those of package
// media. What was sent and is not free any more goes out once more, as canceled and with
// nothing in it, so that receivers take it down.
package syndicate

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/story"
	"broadsheet/internal/wire/item"
)

// A Format is what stories are sent as.
type Format string

// The formats.
const (
	NewsML Format = "newsml-g2" // IPTC NewsML-G2 2.35, a newsMessage
	Ninjs  Format = "ninjs"     // IPTC ninjs 3.1, an array of objects
)

// A Paper is who sends.
type Paper struct {
	Name     string
	URL      string // absolute, without a slash at the end
	Language string // BCP 47
}

// Host is the paper's name on the network.
func (p Paper) Host() string {
	u, err := url.Parse(p.URL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// URI is the name of something of the paper for as long as it exists: a tag URI (RFC 4151)
// of its host and the year in which the thing was made.
func (p Paper) URI(kind string, of id.ID) string {
	return "tag:" + p.Host() + "," + strconv.Itoa(of.Time().Year()) + ":" + kind + ":" + of.String()
}

// An Edition is a story as receivers get it, at one of the times that they got it.
type Edition struct {
	Story   id.ID
	Section string // slug
	Version int    // of the story
	Number  int    // counts what receivers got of the story, from 1
	Out     bool   // false: it was taken back
	Changed time.Time
	Photos  []string // IDs of those that ever went out with it, with - before one that was taken back
}

// IPTC's vocabularies that stories are described by.
const (
	natures  = "http://cv.iptc.org/newscodes/ninature/"
	statuses = "http://cv.iptc.org/newscodes/pubstatusg2/"
	rendered = "rnd:" // http://cv.iptc.org/newscodes/rendition/
)

func codeOf(prefix, scheme, code string) item.Concept {
	return item.Concept{Code: prefix + code, URI: scheme + code, Scheme: scheme}
}

// envelope is what every item of the paper says, whatever it is.
func (p Paper) envelope(uri, kind string, status item.Status) item.Item {
	it := item.Item{
		URI: uri, Kind: item.News, Type: kind, PubStatus: status, ItemClass: codeOf("ninat:", natures, kind),
		StatusCode: codeOf("stat:", statuses, string(status)), Provider: item.Concept{Name: p.Name, URI: p.URL + "/"},
	}
	it.Identify()
	return it
}

// withdrawn is the item of a story that was taken back: it says no more than that.
func (p Paper) withdrawn(e *Edition) item.Item {
	it := p.envelope(p.URI("story", e.Story), "text", item.Canceled)
	it.Version, it.VersionCreated = strconv.Itoa(e.Number), item.Date{Time: e.Changed}
	return it
}

// withdrawnPhoto is the item of a photograph that was taken back.
func (p Paper) withdrawnPhoto(photo id.ID, e *Edition) item.Item {
	it := p.envelope(p.URI("photo", photo), "picture", item.Canceled)
	it.VersionCreated = item.Date{Time: e.Changed}
	return it
}

// story is the item of a story. sectionName is as readers see it; sources are the URIs of the
// agencies' items that its text was made from.
func (p Paper) story(l *story.Live, e *Edition, sectionName string, sources []string) item.Item {
	it := p.envelope(p.URI("story", l.ID), "text", item.Usable)
	it.Version, it.VersionCreated = strconv.Itoa(e.Number), item.Date{Time: e.Changed}
	it.FirstCreated, it.ContentModified = item.Date{Time: l.FirstPublished}, item.Date{Time: l.Updated}
	it.ContentCreated = it.FirstCreated
	it.Language = p.Language
	if l.Language != "" {
		it.Language = l.Language
	}
	it.Languages = []item.Concept{{Code: it.Language}}
	it.Headlines, it.Sluglines, it.Bylines = line(l.Headline), line(l.Slug), line(l.BylineLine)
	it.Datelines, it.Creditlines = line(l.Dateline), line(l.ContributorLine)
	if l.Dateline != "" {
		it.Located = []item.Concept{{Name: l.Dateline}}
	}
	if l.Standfirst != "" {
		it.Descriptions = []item.Body{{Role: "drol:summary", Value: l.Standfirst}}
	}
	for _, name := range l.Byline {
		it.Creators = append(it.Creators, item.Concept{Name: name})
	}
	for _, s := range l.Sources {
		if s.Wire {
			it.InfoSources = append(it.InfoSources, item.Concept{Name: s.Name})
		}
	}
	for _, t := range l.Topics {
		it.Keywords = append(it.Keywords, item.Text{Value: t})
	}
	it.Subjects = []item.Concept{{
		Name: sectionName, Code: "section:" + l.Section, Scheme: p.URL + "/", URI: p.URL + "/" + l.Section,
	}}
	it.Rights = []item.Rights{{
		Holder: item.Concept{Name: p.Name, URI: p.URL + "/"},
		Notice: item.Text{Value: "© " + strconv.Itoa(l.FirstPublished.Year()) + " " + p.Name},
	}}
	for _, uri := range sources {
		it.Links = append(it.Links, item.Link{Rel: item.RelDerived, URI: uri})
	}
	if doc := exported(l.Body, it.Origin()); len(doc.Content) > 0 {
		it.Bodies = []item.Body{{ContentType: "application/xhtml+xml", WordCount: doc.Words(), Doc: doc}}
	}
	it.Renditions = []item.Rendition{rendition("web", p.URL+l.Path(), "text/html")}
	return it
}

func line(s string) []item.Text {
	if s == "" {
		return nil
	}
	return []item.Text{{Value: s}}
}

func rendition(name, href, contentType string) item.Rendition {
	return item.Rendition{
		Name: name, Href: href, ContentType: contentType, Details: []item.TextValue{{Path: "@rendition", Value: rendered + name}},
	}
}

// exported is a story's text as HTML can say it: photographs are items of their own, films and
// embeds are links.
func exported(d richtext.Doc, o richtext.Origin) richtext.Doc {
	doc, _, err := richtext.FromHTML(d.ExportHTML(), o)
	if err != nil {
		return richtext.Doc{} // only what is longer than a story may be
	}
	return doc
}

// A file is a rendition of a photograph that readers may have now.
type file struct {
	name          string
	width, height int
	size          int64
	mime          string
}

// photo is the item of a photograph. caption and credit are those of the place where it
// stands in a story, "" for its own.
func (p Paper) photo(m *media.Photo, files []file, caption, credit string) item.Item {
	it := p.envelope(p.URI("photo", m.ID), "picture", item.Usable)
	it.Version, it.VersionCreated = strconv.FormatInt(m.Version, 10), item.Date{Time: m.Created}
	it.Headlines, it.Bylines, it.Creditlines = line(m.Title), line(m.Photographer), line(m.CreditLine())
	if credit != "" {
		it.Creditlines = line(credit)
	}
	if caption == "" {
		caption = m.Caption
	}
	if caption != "" {
		it.Descriptions = append(it.Descriptions, item.Body{Role: "drol:caption", Value: caption})
	}
	if m.Alt != "" {
		it.Descriptions = append(it.Descriptions, item.Body{Role: "broadsheet:altText", Value: m.Alt})
	}
	if m.Photographer != "" {
		it.Creators = []item.Concept{{Name: m.Photographer, Role: "crol:photographer"}}
	}
	for _, name := range []string{m.Credit, m.Source, m.Distributor} {
		if name != "" && !slices.ContainsFunc(it.InfoSources, func(c item.Concept) bool { return c.Name == name }) {
			it.InfoSources = append(it.InfoSources, item.Concept{Name: name})
		}
	}
	if m.Copyright != "" || m.UsageTerms != "" {
		r := item.Rights{Notice: item.Text{Value: m.Copyright}}
		r.UsageTerms = line(m.UsageTerms)
		it.Rights = []item.Rights{r}
	}
	if !m.Taken.IsZero() {
		it.ContentCreated = item.Date{Time: m.Taken}
	}
	for _, f := range files {
		r := rendition(f.name, p.URL+m.Path(f.width), f.mime)
		r.Width, r.Height, r.SizeInBytes = f.width, f.height, f.size
		it.Renditions = append(it.Renditions, r)
	}
	return it
}
