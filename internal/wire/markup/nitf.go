package markup

import (
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
// header is left unread, for the caller to read or to keep by its paths; so is what marked-up
// words say beyond themselves, as the date that a <chron> stands for.
func ReadNITF(it *item.Item, b *item.Body, n *tree.Node) {
	body := n
	if n.Name == "nitf" {
		body = n.One("body")
	}
	readNITFHead(it, body.One("body.head"))
	for _, k := range body.One("body.end").All("tagline", "bibliography") {
		it.AddDescription(lines(k), k.Name)
	}
	readNITFContent(it, b, body.One("body.content"))
}

// readNITFContent reads the text itself, which stands in content.
func readNITFContent(it *item.Item, b *item.Body, content *tree.Node) {
	w := &nitfWriter{item: it}
	skipLayout(content)
	w.blocks(content)
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
	"nitf-table": "", "nitf-table-metadata": "", "custom-table": "", "datasource": "p", "abstract": "", "distributor": "p",
	"tagline": "p", "bibliography": "p", "rights": "p", "key-list": "",
}

// layout are attributes that say how a word looks on the agency's own page.
var layout = []string{"class", "id", "style", "lede", "align", "valign", "width", "height", "border", "char", "charoff"}

func skipLayout(n *tree.Node) {
	if len(n.Attrs) > 0 {
		for _, name := range layout {
			n.Attr(name)
		}
	}
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
	skipLayout(n)
	tag := nitfTags[n.Name]
	if n.Name == "em" && strings.Contains(n.Attr("class"), "bold") { // AP's and others' way to say so
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
