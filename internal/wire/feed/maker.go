package feed

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// A maker makes an item of an entry, whatever kind of feed it stands in.
type maker struct {
	*channel
	item    *item.Item
	base    *url.URL // of the entry's addresses
	link    string   // the entry's own page, absolute
	content passage  // its text
	summary passage
	media   shelf
	guid    string
}

// A passage is a text of an entry: markup, or plain words.
type passage struct {
	src         string
	contentType string // "" for HTML, as RSS means it
	base        *url.URL
}

func newMaker(c *channel, line int, base *url.URL) *maker {
	m := &maker{channel: c, item: c.newItem(line), base: base}
	m.media.format = c.format
	return m
}

// setTexts makes the item's body and description. A summary without a text beside it
// is both: feeds that send one passage send what they have.
func (m *maker) setTexts() {
	if m.link != "" {
		m.item.Links = append([]item.Link{{Rel: "alternate", Href: m.link}}, m.item.Links...)
	}
	body := m.content
	if body.src == "" {
		body = m.summary
	}
	if m.summary.src != "" {
		words := m.summary.src
		if m.summary.contentType != "text/plain" {
			words = plain(words)
		}
		m.item.AddDescription(tree.Clean(oneLine(words)), "summary")
	}
	if body.src == "" {
		return
	}
	b := item.Body{ContentType: body.contentType}
	if b.ContentType == "" {
		b.ContentType = "text/html"
	}
	if b.ContentType == "text/html" && !strings.ContainsAny(body.src, "<&") {
		b.ContentType = "text/plain" // HTML without any markup
	}
	if strings.Contains(b.ContentType, "html") {
		base := body.base
		if base == nil {
			base = m.base
		}
		src, pictures := markup.Lift(body.src, func(href string) string { return resolve(base, href) })
		for _, p := range pictures {
			m.media.fromText(p)
		}
		markup.SetHTML(m.item, &b, src)
	} else {
		markup.SetBody(m.item, &b, body.src)
	}
	if b.Rich() || b.Value != "" {
		m.item.Bodies = append(m.item.Bodies, b)
	}
}

// attach puts the pictures, films and sounds that were found to the item.
func (m *maker) attach() { m.media.attach(m.item) }

func (m *maker) addLink(rel, href, contentType string) {
	if href = resolve(m.base, href); href != "" {
		m.item.Links = append(m.item.Links, item.Link{Rel: rel, Href: href, ContentType: contentType})
	}
}

// maxPeople is how many people of one entry are read.
const maxPeople = 200

// addPerson adds who made the entry.
func addPerson(list *[]item.Concept, c item.Concept) {
	if len(*list) >= maxPeople {
		return
	}
	for _, have := range *list {
		if have.Name == c.Name && have.Role == c.Role {
			return
		}
	}
	item.AddConcept(list, c)
}

// personOf reads RSS's "mail (name)", "name <mail>" or a bare name.
func personOf(s string) item.Concept {
	name, mail := oneLine(s), ""
	for _, ends := range []string{"()", "<>"} {
		before, after, ok := strings.Cut(name, ends[:1])
		if !ok || !strings.HasSuffix(after, ends[1:]) {
			continue
		}
		before, after = strings.TrimSpace(before), strings.TrimSuffix(after, ends[1:])
		switch {
		case strings.Contains(before, "@"):
			name, mail = after, before
		case strings.Contains(after, "@"):
			name, mail = before, after
		}
		break
	}
	if mail == "" && strings.Contains(name, "@") && !strings.Contains(name, " ") {
		mail = name
	}
	c := item.Concept{Name: name}
	if mail != "" {
		c.Contact = []item.Contact{{Type: "email", Value: mail}}
	}
	return c
}

// plain is the words of a title or summary that may be HTML.
func plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return oneLine(s)
	}
	z := html.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	skip := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return oneLine(b.String())
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "script", "style":
				skip = string(name)
			case "b", "i", "em", "strong", "a", "span", "q", "sup", "sub", "cite", "abbr", "u", "small":
			default:
				b.WriteByte(' ')
			}
		case html.EndTagToken:
			switch name, _ := z.TagName(); string(name) {
			case skip:
				skip = ""
			case "p", "div", "li", "h1", "h2", "h3", "h4", "td":
				b.WriteByte(' ')
			}
		default:
			b.WriteByte(' ')
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// plainOf reads the words of an element that may be HTML inside.
func plainOf(n *tree.Node) string { return tree.Clean(plain(n.Words())) }
