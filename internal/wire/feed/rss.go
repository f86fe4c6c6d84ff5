package feed

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// readRSS reads a channel and returns its items, which stand beside it in RDF and inside
// of it in all other versions.
func (c *channel) readRSS(root *tree.Node) []*tree.Node {
	c.format = RSS
	c.standard = item.Standard{Name: "RSS", Version: root.Attr("version")}
	head := root.One("channel")
	if root.Name == "RDF" {
		c.standard.Version = "1.0"
		if strings.Contains(head.Space, "netscape") {
			c.standard.Version = "0.90"
		}
	}
	entries := append(head.All("item"), root.All("item")...)
	c.language = cmp.Or(root.Lang(), head.Lang())
	c.base = below(below(nil, root.Base()), head.Base())
	for _, k := range head.Kids {
		if k.Name != "" && k.Name != "item" {
			c.element(k)
		}
	}
	c.rest(head)
	return entries
}

// element reads what a channel says about itself. What stays unread goes to the message.
func (c *channel) element(k *tree.Node) {
	switch keyOf(k) {
	case "title":
		c.title = plainOf(k)
	case "link":
		c.link = resolve(c.base, k.Words())
	case "atom:link":
		c.atomLink(k)
	case "language", "dc:language":
		c.language = k.Words()
	case "copyright", "dc:rights", "media:copyright":
		c.rights.Notice.Value = cmp.Or(c.rights.Notice.Value, plainOf(k))
	case "cc:license":
		c.rights.Links = append(c.rights.Links, licenceOf(k))
	case "managingEditor", "dc:creator", "itunes:author":
		addPerson(&c.creators, personOf(k.Words()))
	case "dc:publisher":
		c.provider = item.Concept{Name: plainOf(k)}
	case "generator":
		c.software = append(c.software, item.Text{Value: k.Words()})
	case "lastBuildDate", "dc:date":
		c.message.Sent = item.ParseMailDate(k.Words())
	case "pubDate":
		if c.message.Sent.IsZero() {
			c.message.Sent = item.ParseMailDate(k.Words())
		}
	}
}

// rest keeps what nobody read of a feed's head, without its entries.
func (c *channel) rest(head *tree.Node) {
	own := *head
	own.Kids = nil
	for _, k := range head.Kids {
		if k.Name != "item" && k.Name != "entry" && k.Name != "items" {
			own.Kids = append(own.Kids, k)
		}
	}
	c.message.Details = append(c.message.Details, own.Rest()...)
}

// readRSS reads an item of RSS.
func (m *maker) readRSS(n *tree.Node) item.Item {
	m.item.Language = n.Lang()
	if n.Attr("about") != "" { // of RDF
		m.guid = n.Attr("about")
	}
	for _, k := range n.Kids {
		if k.Name != "" && !m.rssElement(k) {
			m.module(k)
		}
	}
	m.readMedia(n)
	m.item.Other = append(m.item.Other, n.Rest()...)
	return m.finish(m.guid)
}

// rssElement reads an element of RSS itself. It is not ok for one of a module.
func (m *maker) rssElement(k *tree.Node) bool {
	it := m.item
	switch keyOf(k) {
	case "title":
		item.AddNew(&it.Headlines, item.Text{Value: plainOf(k)})
	case "link":
		m.link = cmp.Or(m.link, resolve(m.base, k.Words()))
	case "description":
		m.summary = passage{src: markupOf(k), base: below(m.base, k.Base())}
	case "guid":
		m.guid = k.Words()
		if permalink := k.Attr("isPermaLink"); m.link == "" && permalink != "false" && isURI(m.guid) && strings.HasPrefix(m.guid, "http") {
			m.link = m.guid
		}
	case "pubDate":
		it.FirstCreated = item.ParseMailDate(k.Words())
	case "author":
		addPerson(&it.Creators, personOf(k.Words()))
	case "category":
		m.subject(plainOf(k), k.Attr("domain"), "")
	case "source":
		item.AddConcept(&it.InfoSources, item.Concept{Name: plainOf(k), URI: resolve(m.base, k.Attr("url"))})
	case "comments":
		m.addLink("replies", k.Words(), "text/html")
	case "enclosure":
		m.enclose(k.Attr("url"), k.Attr("type"), "", int64(item.Number(k.Attr("length"))))
	default:
		return false
	}
	return true
}

// markupOf is the markup in an element: as text, which is the rule, or as elements.
func markupOf(k *tree.Node) string {
	for _, inner := range k.Kids {
		if inner.Name != "" {
			return markup.AsHTML(k)
		}
	}
	return k.Verbatim()
}

// maxSubjects is how many categories of one entry are read as such.
const maxSubjects = 500

func (m *maker) subject(name, scheme, code string) {
	c := item.Concept{Name: name, Scheme: scheme, Code: code}
	if isURI(code) {
		c.URI = code
	}
	if name == "" && code == "" || len(m.item.Subjects) >= maxSubjects {
		return
	}
	for _, have := range m.item.Subjects {
		if have.Name == name && have.Code == code && have.Scheme == scheme {
			return
		}
	}
	m.item.Subjects = append(m.item.Subjects, c)
}
