package wire

import (
	"cmp"
	"path"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

const nitfType = "application/nitf+xml"

func isNITF(contentType string) bool { return strings.Contains(contentType, "nitf") }

// setNITF reads NITF that came as a string.
func setNITF(it *Item, b *Body, src string) {
	root, err := parseXML([]byte(src))
	if err != nil {
		it.Warnings = append(it.Warnings, "a body cannot be read as NITF, and only its words are kept: "+err.Error())
		b.Value, b.ContentType = wordsOf(src), "text/plain"
		return
	}
	readNITF(it, b, root)
	b.Details = append(b.Details, prefixed("nitf/", root.rest())...)
}

// readNITF reads NITF inside another format. The outer item's metadata comes first;
// NITF's own headline, byline and so on are added where they say something new, and
// its header is kept by its paths.
func readNITF(it *Item, b *Body, n *node) {
	body := n
	if n.name == "nitf" {
		body = n.one("body")
	}
	head := body.one("body.head")
	for _, k := range head.one("hedline").kids {
		if k.name == "hl1" || k.name == "hl2" {
			addNew(&it.Headlines, Text{Value: k.words(), Role: roleUnlessFirst(it.Headlines, k.name)})
		}
	}
	for _, k := range head.all("byline") {
		addNew(&it.Bylines, Text{Value: k.words()})
	}
	for _, k := range head.all("dateline") {
		addNew(&it.Datelines, Text{Value: k.words()})
	}
	for _, k := range head.all("distributor") {
		addNew(&it.Creditlines, Text{Value: k.words(), Role: k.name})
	}
	for _, k := range head.all("note") {
		addNew(&it.EdNotes, Text{Value: k.words()})
	}
	for _, k := range head.all("abstract") {
		it.addDescription(k.words(), k.name)
	}
	for _, k := range body.one("body.end").all("tagline", "bibliography") {
		it.addDescription(k.words(), k.name)
	}
	w := &nitfWriter{item: it}
	content := body.one("body.content")
	w.blocks(content)
	content.skip() // what is left are attributes for layout
	if src := strings.TrimSpace(w.b.String()); src != "" {
		setHTML(it, b, src)
	}
}

func roleUnlessFirst(have []Text, role string) string {
	if len(have) == 0 && role == "hl1" {
		return ""
	}
	return role
}

// nitfTags are the elements of NITF and the HTML they become. "" keeps what is inside.
var nitfTags = map[string]string{
	"p": "p", "block": "", "hl1": "h2", "hl2": "h3", "hedline": "", "bq": "blockquote", "ul": "ul", "ol": "ol", "li": "li",
	"dl": "ul", "dt": "li", "dd": "li", "table": "table", "tr": "tr", "td": "td", "th": "th", "thead": "thead",
	"tbody": "tbody", "tfoot": "tfoot", "caption": "caption", "hr": "hr", "br": "br", "pre": "pre", "a": "a",
	"em": "em", "strong": "strong", "sub": "sub", "sup": "sup", "q": "q", "credit": "cite", "fn": "p", "note": "p",
	"person": "", "org": "", "location": "", "city": "", "region": "", "state": "", "country": "", "sublocation": "",
	"chron": "", "copyrite": "", "event": "", "function": "", "money": "", "num": "", "frac": "", "object.title": "",
	"postaddr": "p", "virtloc": "", "alt-code": "", "classifier": "", "name.given": "", "name.family": "", "lang": "",
	"pronounce": "", "byttl": "", "byline": "p", "dateline": "p", "copyrite.year": "", "copyrite.holder": "",
	"nitf-table": "", "nitf-table-metadata": "", "custom-table": "", "datasource": "p",
}

// A nitfWriter turns NITF's body into HTML for richtext, and takes out what HTML has
// no place for: media become associations, marked-up names become concepts.
type nitfWriter struct {
	item *Item
	b    strings.Builder
	seen map[string]bool // names, and names with codes, that are concepts of the item already
}

func (w *nitfWriter) blocks(n *node) {
	for _, k := range n.kids {
		w.element(k)
	}
}

func (w *nitfWriter) element(n *node) {
	if n.name == "" {
		n.read = true
		w.b.WriteString(html.EscapeString(n.text))
		return
	}
	if n.name == "media" {
		w.media(n)
		return
	}
	w.mention(n)
	tag := nitfTags[n.name]
	if n.name == "em" && strings.Contains(n.attr("class"), "bold") {
		tag = "strong"
	}
	if tag == "" {
		w.blocks(n)
		return
	}
	w.b.WriteByte('<')
	w.b.WriteString(tag)
	for _, name := range []string{"href", "colspan", "rowspan"} {
		if v := n.attr(name); v != "" {
			writeAttr(&w.b, name, v)
		}
	}
	w.b.WriteByte('>')
	if voidElements[tag] {
		return
	}
	w.blocks(n)
	w.b.WriteString("</" + tag + ">")
}

// mention makes a concept of a name that is marked up in the text.
func (w *nitfWriter) mention(n *node) {
	var to *[]Concept
	switch n.name {
	case "person":
		to = &w.item.People
	case "org":
		to = &w.item.Organisations
	case "location":
		to = &w.item.Places
	case "event":
		to = &w.item.Events
	case "object.title":
		to = &w.item.Objects
	default:
		return
	}
	c := Concept{Name: n.peek(), Rel: "mentions", Scheme: n.attr("idsrc", "code-source"), Code: n.attr("value", "location-code")}
	if k := n.one("alt-code"); c.Code == "" && k.name != "" {
		c.Scheme, c.Code = k.attr("idsrc"), k.attr("value")
	}
	if w.seen == nil {
		w.seen = map[string]bool{}
		for _, list := range []*[]Concept{&w.item.People, &w.item.Organisations, &w.item.Places, &w.item.Events, &w.item.Objects} {
			for _, have := range *list {
				w.seen[have.Name] = true
			}
		}
	}
	if key := c.Name + "\x00" + c.Code; !w.seen[key] && (c.Code != "" || !w.seen[c.Name]) {
		w.seen[key], w.seen[c.Name] = true, true
		add(to, c)
	}
}

// media makes an item of a picture or film inside the text.
func (w *nitfWriter) media(n *node) {
	kind := map[string]string{"image": "picture", "photo": "picture", "video": "video", "audio": "audio"}[strings.ToLower(n.attr("media-type"))]
	it := Item{Kind: News, Format: w.item.Format, Line: n.line, Type: cmp.Or(kind, "picture"), PubStatus: w.item.PubStatus, Embargoed: w.item.Embargoed}
	for _, k := range n.all("media-reference") {
		r := Rendition{
			Href: k.attr("source", "data-location"), Name: k.attr("name"), ContentType: k.attr("mime-type"),
			Width: int(number(k.attr("width"))), Height: int(number(k.attr("height"))),
		}
		r.Name = cmp.Or(r.Name, "main")
		if alt := k.attr("alternate-text"); alt != "" {
			it.Descriptions = append(it.Descriptions, Body{Role: "altText", Value: alt})
		}
		if r.Href != "" {
			it.Renditions = append(it.Renditions, r)
		}
	}
	for _, k := range n.all("media-caption") {
		if s := k.words(); s != "" {
			it.Descriptions = append(it.Descriptions, Body{Role: "caption", Value: s})
		}
	}
	for _, k := range n.all("media-producer") {
		addNew(&it.Bylines, Text{Value: k.words()})
	}
	if len(it.Renditions) == 0 && len(it.Descriptions) == 0 {
		return
	}
	name := "media" + strconv.Itoa(len(w.item.Associations)+1)
	it.URI = w.item.URI + "#" + name
	if len(it.Renditions) > 0 {
		it.FileName = path.Base(it.Renditions[0].Href)
	}
	it.identify()
	w.item.Associations = append(w.item.Associations, Association{Name: name, Item: it})
}
