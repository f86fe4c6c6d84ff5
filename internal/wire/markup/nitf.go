package markup

import (
	"cmp"
	"path"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// NITF is the content type of NITF.
const NITF = "application/nitf+xml"

// IsNITF reports whether a content type is NITF.
func IsNITF(contentType string) bool { return strings.Contains(contentType, "nitf") }

// setNITF reads NITF that came as a string.
func setNITF(it *item.Item, b *item.Body, src string) {
	root, err := tree.ParseXML([]byte(src))
	if err != nil {
		it.Warnings = append(it.Warnings, "a body cannot be read as NITF, and only its words are kept: "+err.Error())
		b.Value, b.ContentType = wordsOf(src), "text/plain"
		return
	}
	ReadNITF(it, b, root)
	b.Details = append(b.Details, item.Prefixed("nitf/", root.Rest())...)
}

// ReadNITF reads the body of an NITF document, whose element or whose <body> is n, into
// b. What the item says already comes first; NITF's own headline, byline and so on are
// added where they say something new, media become associations and names concepts. Its
// header is left unread, for the caller to read or to keep by its paths.
func ReadNITF(it *item.Item, b *item.Body, n *tree.Node) {
	body := n
	if n.Name == "nitf" {
		body = n.One("body")
	}
	head := body.One("body.head")
	for _, k := range head.One("hedline").Kids {
		if k.Name == "hl1" || k.Name == "hl2" {
			item.AddNew(&it.Headlines, item.Text{Value: k.Words(), Role: roleUnlessFirst(it.Headlines, k.Name)})
		}
	}
	for _, k := range head.All("byline") {
		item.AddNew(&it.Bylines, item.Text{Value: k.Words()})
	}
	for _, k := range head.All("dateline") {
		item.AddNew(&it.Datelines, item.Text{Value: k.Words()})
	}
	for _, k := range head.All("distributor") {
		item.AddNew(&it.Creditlines, item.Text{Value: k.Words(), Role: k.Name})
	}
	for _, k := range head.All("note") {
		item.AddNew(&it.EdNotes, item.Text{Value: k.Words()})
	}
	for _, k := range head.All("abstract") {
		it.AddDescription(k.Words(), k.Name)
	}
	for _, k := range body.One("body.end").All("tagline", "bibliography") {
		it.AddDescription(k.Words(), k.Name)
	}
	w := &nitfWriter{item: it}
	content := body.One("body.content")
	w.blocks(content)
	content.Skip() // what is left are attributes for layout
	if src := strings.TrimSpace(w.b.String()); src != "" {
		SetHTML(it, b, src)
	}
}

func roleUnlessFirst(have []item.Text, role string) string {
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
	item *item.Item
	b    strings.Builder
	seen map[string]bool // names, and names with codes, that are concepts of the item already
}

func (w *nitfWriter) blocks(n *tree.Node) {
	for _, k := range n.Kids {
		w.element(k)
	}
}

func (w *nitfWriter) element(n *tree.Node) {
	if n.Name == "" {
		n.Read = true
		w.b.WriteString(html.EscapeString(n.Text))
		return
	}
	if n.Name == "media" {
		w.media(n)
		return
	}
	w.mention(n)
	tag := nitfTags[n.Name]
	if n.Name == "em" && strings.Contains(n.Attr("class"), "bold") {
		tag = "strong"
	}
	if tag == "" {
		w.blocks(n)
		return
	}
	w.b.WriteByte('<')
	w.b.WriteString(tag)
	for _, name := range []string{"href", "colspan", "rowspan"} {
		if v := n.Attr(name); v != "" {
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
func (w *nitfWriter) mention(n *tree.Node) {
	var to *[]item.Concept
	switch n.Name {
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
	c := item.Concept{Name: n.Peek(), Rel: "mentions", Scheme: n.Attr("idsrc", "code-source"), Code: n.Attr("value", "location-code")}
	if k := n.One("alt-code"); c.Code == "" && k.Name != "" {
		c.Scheme, c.Code = k.Attr("idsrc"), k.Attr("value")
	}
	if w.seen == nil {
		w.seen = map[string]bool{}
		for _, list := range []*[]item.Concept{&w.item.People, &w.item.Organisations, &w.item.Places, &w.item.Events, &w.item.Objects} {
			for _, have := range *list {
				w.seen[have.Name] = true
			}
		}
	}
	if key := c.Name + "\x00" + c.Code; !w.seen[key] && (c.Code != "" || !w.seen[c.Name]) {
		w.seen[key], w.seen[c.Name] = true, true
		item.AddConcept(to, c)
	}
}

// media makes an item of a picture or film inside the text.
func (w *nitfWriter) media(n *tree.Node) {
	kind := map[string]string{"image": "picture", "photo": "picture", "video": "video", "audio": "audio"}[strings.ToLower(n.Attr("media-type"))]
	it := item.Item{Kind: item.News, Format: w.item.Format, Line: n.Line, Type: cmp.Or(kind, "picture"), PubStatus: w.item.PubStatus, Embargoed: w.item.Embargoed}
	for _, k := range n.All("media-reference") {
		r := item.Rendition{
			Href: k.Attr("source", "data-location"), Name: k.Attr("name"), ContentType: k.Attr("mime-type"),
			Width: int(item.Number(k.Attr("width"))), Height: int(item.Number(k.Attr("height"))),
		}
		r.Name = cmp.Or(r.Name, "main")
		if alt := k.Attr("alternate-text"); alt != "" {
			it.Descriptions = append(it.Descriptions, item.Body{Role: "altText", Value: alt})
		}
		if r.Href != "" {
			it.Renditions = append(it.Renditions, r)
		}
	}
	for _, k := range n.All("media-caption") {
		if s := k.Words(); s != "" {
			it.Descriptions = append(it.Descriptions, item.Body{Role: "caption", Value: s})
		}
	}
	for _, k := range n.All("media-producer") {
		item.AddNew(&it.Bylines, item.Text{Value: k.Words()})
	}
	if len(it.Renditions) == 0 && len(it.Descriptions) == 0 {
		return
	}
	name := "media" + strconv.Itoa(len(w.item.Associations)+1)
	it.URI = w.item.URI + "#" + name
	if len(it.Renditions) > 0 {
		it.FileName = path.Base(it.Renditions[0].Href)
	}
	it.Identify()
	w.item.Associations = append(w.item.Associations, item.Association{Name: name, Item: it})
}
