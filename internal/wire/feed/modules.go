package feed

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// modules are the short names of namespaces, by what their addresses contain. RSS's own
// elements have none, and neither have those of a prefix that nobody declared.
var modules = []struct{ in, name string }{
	{"search.yahoo.com/mrss", "media"},
	{"purl.org/dc/elements", "dc"},
	{"purl.org/dc/terms", "dcterms"},
	{"rss/1.0/modules/content", "content"},
	{"rss/1.0/modules/slash", "slash"},
	{"rss/1.0/modules/syndication", "sy"},
	{"wellformedweb.org", "wfw"},
	{"georss.org", "georss"},
	{"opengis.net/gml", "gml"},
	{"2003/01/geo", "geo"},
	{"www.w3.org/2005/Atom", "atom"},
	{"purl.org/atom/", "atom"},
	{"itunes.com/dtds", "itunes"},
	{"itunes.apple.com", "itunes"},
	{"prismstandard.org", "prism"},
	{"purl.org/syndication/thread", "thr"},
	{"creativeCommonsRssModule", "cc"},
	{"web.resource.org/cc", "cc"},
	{"creativecommons.org/ns", "cc"},
	{"1999/xhtml", "xhtml"},
	{"22-rdf-syntax-ns", "rdf"},
	{"purl.org/rss/1.0", ""},
	{"netscape.com/rdf", ""},
	{"backend.userland.com", ""},
	{"blogs.law.harvard.edu", ""},
}

// keyOf names an element: its name, with the short name of its module before it.
func keyOf(n *tree.Node) string {
	if n.Space == "" {
		return n.Name
	}
	if !strings.ContainsAny(n.Space, ":/") { // a prefix that stands for itself
		return n.Space + ":" + n.Name
	}
	for _, m := range modules {
		if strings.Contains(n.Space, m.in) {
			if m.name == "" {
				return n.Name
			}
			return m.name + ":" + n.Name
		}
	}
	return n.Space + " " + n.Name
}

// module reads an element of a module, which may stand in RSS and in Atom.
func (m *maker) module(k *tree.Node) {
	if m.person(k) || m.date(k) || m.place(k) || m.thread(k) {
		return
	}
	it := m.item
	switch keyOf(k) {
	case "content:encoded", "xhtml:body":
		m.content = passage{src: markupOf(k), base: below(m.base, k.Base())}
	case "dc:title", "itunes:title":
		if len(it.Headlines) == 0 {
			item.AddNew(&it.Headlines, item.Text{Value: plainOf(k)})
		}
	case "dc:description", "itunes:summary":
		if m.summary.src == "" {
			m.summary = passage{src: markupOf(k)}
		}
	case "itunes:subtitle", "dcterms:abstract":
		it.AddDescription(plainOf(k), k.Name)
	case "dc:subject":
		m.subject(plainOf(k), "", "")
	case "itunes:keywords", "prism:keyword":
		addWords(&it.Keywords, k.Words())
	case "dc:language", "dcterms:language":
		it.Language = k.Words()
	case "dc:identifier":
		it.AltIDs = append(it.AltIDs, item.AltID{Role: keyOf(k), Value: k.Words()})
	case "dc:type":
		item.AddConcept(&it.Genres, item.Concept{Name: plainOf(k)})
	case "dc:source", "dcterms:source":
		item.AddConcept(&it.InfoSources, item.Concept{Name: plainOf(k)})
	case "dc:rights", "dcterms:rights", "prism:copyright":
		m.right().Notice.Value = plainOf(k)
	case "dcterms:rightsHolder":
		m.right().Holder.Name = plainOf(k)
	case "cc:license", "dcterms:license":
		r := m.right()
		r.Links = append(r.Links, licenceOf(k))
	case "dc:relation", "dcterms:references":
		m.addLink("related", k.Words(), "")
	case "itunes:image":
		m.enclose(k.Attr("href", "url"), "", "", 0)
	case "atom:link":
		m.atomLink(k)
	}
}

// right is what is known of the entry's rights, to add to.
func (m *maker) right() *item.Rights {
	if len(m.item.Rights) == 0 {
		m.item.Rights = []item.Rights{{}}
	}
	return &m.item.Rights[0]
}

func licenceOf(k *tree.Node) item.Link {
	return item.Link{Rel: "license", Href: cmp.Or(k.Attr("resource", "href"), k.Words())}
}

func (m *maker) person(k *tree.Node) bool {
	it := m.item
	switch keyOf(k) {
	case "dc:creator", "itunes:author", "prism:byline":
		addPerson(&it.Creators, personOf(plainOf(k)))
	case "dc:contributor":
		addPerson(&it.Contributors, personOf(plainOf(k)))
	case "dc:publisher":
		it.Provider = item.Concept{Name: plainOf(k)}
	default:
		return false
	}
	return true
}

func (m *maker) date(k *tree.Node) bool {
	it := m.item
	switch keyOf(k) {
	case "dc:date":
		if it.FirstCreated.IsZero() {
			it.FirstCreated = item.ParseMailDate(k.Words())
		}
	case "dcterms:created":
		it.ContentCreated = item.ParseMailDate(k.Words())
	case "dcterms:issued", "atom:published", "prism:publicationDate":
		if it.FirstCreated.IsZero() {
			it.FirstCreated = item.ParseMailDate(k.Words())
		}
	case "dcterms:modified", "atom:updated", "prism:modificationDate":
		it.VersionCreated = item.ParseMailDate(k.Words())
	case "dcterms:available", "prism:embargoDate":
		it.Embargoed = item.ParseEmbargo(k.Words())
	case "prism:expirationDate":
		item.AddDate(&it.Expires, k.Words())
	case "dcterms:valid":
		m.valid(k.Words())
	default:
		return false
	}
	return true
}

// valid reads a time of use as Media RSS recommends it: "start=…; end=…; scheme=W3C-DTF".
func (m *maker) valid(s string) {
	if !strings.Contains(s, "=") {
		item.AddDate(&m.item.Expires, s)
		return
	}
	for part := range strings.SplitSeq(s, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(name) {
		case "start":
			m.item.Embargoed = item.ParseEmbargo(value)
		case "end":
			item.AddDate(&m.item.Expires, value)
		}
	}
}

// thread reads where an entry is discussed, and how much.
func (m *maker) thread(k *tree.Node) bool {
	switch keyOf(k) {
	case "slash:comments", "thr:total", "slash:hit_parade":
		m.item.Counts = append(m.item.Counts, item.TextValue{Path: keyOf(k), Value: k.Words()})
	case "wfw:commentRss", "wfw:commentRSS":
		m.addLink("replies", k.Words(), "application/rss+xml")
	case "wfw:comment":
		m.addLink("reply", k.Words(), "")
	default:
		return false
	}
	return true
}

// maxWords is how many keywords of one entry are read.
const maxWords = 500

func addWords(list *[]item.Text, words string) {
	for w := range strings.SplitSeq(words, ",") {
		if len(*list) < maxWords {
			item.AddNew(list, item.Text{Value: tree.Clean(oneLine(w))})
		}
	}
}
