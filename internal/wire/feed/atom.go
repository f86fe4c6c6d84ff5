package feed

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// readAtom reads what a feed says about itself and returns its entries. An entry may be
// a document of its own (RFC 4287, section 2).
func (c *channel) readAtom(root *tree.Node) []*tree.Node {
	c.format = Atom
	c.standard = item.Standard{Name: "Atom", Version: cmp.Or(root.Attr("version"), "1.0")}
	c.language = root.Lang()
	c.base = below(nil, root.Base())
	if root.Name == "entry" {
		return []*tree.Node{root}
	}
	for _, k := range root.Kids {
		switch bare(k) {
		case "title":
			c.title = atomPlain(k)
		case "link":
			c.atomLink(k)
		case "author":
			addPerson(&c.creators, atomPerson(k))
		case "rights", "copyright":
			c.rights.Notice.Value = atomPlain(k)
		case "dc:rights":
			c.rights.Notice.Value = cmp.Or(c.rights.Notice.Value, plainOf(k))
		case "cc:license":
			c.rights.Links = append(c.rights.Links, licenceOf(k))
		case "updated", "modified":
			c.message.Sent = item.ParseMailDate(k.Words())
		case "generator":
			c.software = append(c.software, item.Text{Value: k.Words(), Source: k.Attr("version", "uri", "url")})
		}
	}
	c.rest(root)
	return root.All("entry")
}

// bare names an element of Atom without its module, which every version has an own one of.
func bare(k *tree.Node) string { return strings.TrimPrefix(keyOf(k), "atom:") }

func (c *channel) atomLink(k *tree.Node) {
	href := k.Attr("href")
	switch rel := k.Attr("rel"); rel {
	case "", "alternate":
		if c.link == "" {
			c.link = resolve(c.base, href)
		}
	case "self":
		if c.base == nil {
			c.base = below(nil, href)
		}
	default:
		c.message.Details = append(c.message.Details, item.TextValue{Path: "link/" + rel, Value: href})
	}
}

// readAtom reads an entry.
func (m *maker) readAtom(n *tree.Node) item.Item {
	m.item.Language = n.Lang()
	for _, k := range n.Kids {
		if k.Name != "" && !m.atomElement(k) {
			m.module(k)
		}
	}
	m.readMedia(n)
	m.item.Other = append(m.item.Other, n.Rest()...)
	return m.finish(m.guid)
}

func (m *maker) atomElement(k *tree.Node) bool {
	it := m.item
	switch bare(k) {
	case "id":
		m.guid = k.Words()
	case "title":
		item.AddNew(&it.Headlines, item.Text{Value: atomPlain(k), Language: k.Lang()})
	case "summary":
		m.summary = m.atomText(k)
	case "content":
		m.atomContent(k)
	case "author":
		addPerson(&it.Creators, atomPerson(k))
	case "contributor":
		addPerson(&it.Contributors, atomPerson(k))
	case "category":
		term := k.Attr("term")
		m.subject(cmp.Or(k.Attr("label"), term, plainOf(k)), k.Attr("scheme"), term)
	case "link":
		m.atomLink(k)
	case "rights", "copyright":
		m.right().Notice.Value = atomPlain(k)
	case "published", "issued":
		it.FirstCreated = item.ParseMailDate(k.Words())
	case "created":
		it.ContentCreated = item.ParseMailDate(k.Words())
	case "updated", "modified":
		it.VersionCreated = item.ParseMailDate(k.Words())
	case "source":
		m.atomSource(k)
	default:
		return false
	}
	return true
}

// atomSource reads the feed that an entry was first in. Its rights are the entry's.
func (m *maker) atomSource(k *tree.Node) {
	c := item.Concept{Name: atomPlain(k.One("title")), URI: k.One("id").Words()}
	for _, l := range k.All("link") {
		if rel := l.Attr("rel"); rel == "" || rel == "alternate" {
			c.Details = append(c.Details, item.TextValue{Path: "link", Value: resolve(m.base, l.Attr("href"))})
		}
	}
	for _, a := range k.All("author") {
		item.AddConcept(&c.Related, atomPerson(a))
	}
	if r := k.One("rights"); r.Name != "" && len(m.item.Rights) == 0 {
		m.right().Notice.Value = atomPlain(r)
	}
	item.AddConcept(&m.item.InfoSources, c)
}

func (m *maker) atomLink(k *tree.Node) {
	href, rel, kind, title := k.Attr("href"), k.Attr("rel"), k.Attr("type"), k.Attr("title")
	base := below(m.base, k.Base())
	switch rel {
	case "", "alternate":
		if m.link == "" && (kind == "" || strings.Contains(kind, "html")) {
			m.link = resolve(base, href)
			return
		}
	case "enclosure":
		size := int64(item.Number(k.Attr("length")))
		m.enclose(resolve(base, href), kind, title, size)
		return
	}
	if n := k.Attr("count"); n != "" { // RFC 4685
		m.item.Counts = append(m.item.Counts, item.TextValue{Path: "thr:count", Value: n})
	}
	l := item.Link{Rel: cmp.Or(rel, "alternate"), Href: resolve(base, href), ContentType: kind, Title: title, Details: attrsOf(k, "hreflang", "updated")}
	if l.Href != "" {
		m.item.Links = append(m.item.Links, l)
	}
}

func atomPerson(k *tree.Node) item.Concept {
	c := item.Concept{Name: tree.Clean(k.One("name").Words()), URI: k.One("uri").Words()}
	if c.URI == "" {
		c.URI = k.One("url").Words()
	}
	if mail := k.One("email").Words(); mail != "" {
		c.Contact = []item.Contact{{Type: "email", Value: mail}}
	}
	if c.Name == "" && c.URI == "" && len(c.Contact) == 0 {
		c.Name = plainOf(k) // what is not allowed and is sent
	}
	return c
}

// atomContent reads an entry's text, which may be somewhere else.
func (m *maker) atomContent(k *tree.Node) {
	if src := k.Attr("src"); src != "" {
		if m.enclose(resolve(below(m.base, k.Base()), src), k.Attr("type"), "", 0) == nil {
			m.addLink("content", src, k.Attr("type"))
		}
		return
	}
	if p := m.atomText(k); p.src != "" && m.content.src == "" {
		m.content = p
	}
	if lang := k.Lang(); lang != "" {
		m.item.Language = cmp.Or(m.item.Language, lang)
	}
}

// atomText reads a text construct: in 1.0 type says text, html or xhtml; in 0.3 type is a
// content type, and mode says how it is written.
func (m *maker) atomText(k *tree.Node) passage {
	return textOf(k, below(m.base, k.Base()))
}

func textOf(k *tree.Node, base *url.URL) passage {
	kind, mode := strings.ToLower(k.Attr("type")), k.Attr("mode")
	p := passage{contentType: "text/html", base: base}
	switch {
	case mode == "base64":
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(k.Verbatim()), ""))
		if err == nil {
			text, _ := tree.Decode(raw, "")
			p.src = string(text)
		}
		if !strings.Contains(kind, "html") {
			p.contentType = "text/plain"
		}
	case kind == "xhtml" || strings.Contains(kind, "xhtml") && mode != "escaped" || mode == "xml" || hasElements(k):
		p.src = markup.AsHTML(k)
	case kind == "" || kind == "text" || kind == "text/plain":
		p.src, p.contentType = k.Verbatim(), "text/plain"
		if mode == "escaped" {
			p.contentType = "text/html"
		}
	case strings.Contains(kind, "html"):
		p.src = k.Verbatim()
	default:
		p.src, p.contentType = k.Verbatim(), kind
	}
	return p
}

func hasElements(k *tree.Node) bool {
	for _, inner := range k.Kids {
		if inner.Name != "" {
			return true
		}
	}
	return false
}

// atomPlain is the words of a text construct.
func atomPlain(k *tree.Node) string {
	p := textOf(k, nil)
	if p.contentType == "text/plain" {
		return tree.Clean(oneLine(p.src))
	}
	return tree.Clean(plain(p.src))
}
