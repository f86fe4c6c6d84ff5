package richtext

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// FromHTML parses foreign HTML, XHTML or the text part of NITF into a document
// whose blocks have the given origin. All text stays, with its strong, em and
// link marks; what has no place in the model is left out and listed by name. The
// document is within [StoryLimits], or the error is errs.Invalid.
//
// Pictures are left out too; an [Importer] can keep them.
func FromHTML(src string, o Origin) (Doc, []Dropped, error) { return Importer{Origin: o}.HTML(src) }

// Dropped is something in foreign text that has no place in the model.
type Dropped struct {
	Name  string // the element, as "script"; "href" for the address of a link, whose text stays
	Src   string // the address it pointed at, at most 200 bytes of it, if it had one
	Count int    // how often this name with this address was dropped
}

// An Image is a picture in foreign HTML.
type Image struct {
	Src, Alt string
	Caption  string // of the figure around it
	Credit   string // what the figure says besides
}

// An Importer turns foreign HTML into documents.
type Importer struct {
	Origin Origin // of every block

	// Photo returns the media ID of a picture that the newsroom has. A picture
	// for which it returns false is dropped; so are all when Photo is nil.
	Photo func(Image) (id.ID, bool)
}

// HTML does what [FromHTML] does.
func (im Importer) HTML(src string) (Doc, []Dropped, error) {
	limits := StoryLimits()
	if len(src) > limits.Bytes {
		return Doc{}, nil, tooLong(limits.Bytes, len(src))
	}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	roots, err := html.ParseFragment(strings.NewReader(asHTML(src)), body)
	if err != nil {
		return Doc{}, nil, &errs.Error{Kind: errs.Invalid, Message: "The HTML cannot be read: its elements are nested too deeply.", Err: err}
	}
	var doc Doc
	w := importer{photo: im.Photo, limits: limits, builder: builder{out: &doc.Content, kind: TypeParagraph}}
	for _, n := range roots {
		w.node(n, style{})
	}
	w.flush()
	for i := range doc.Content {
		doc.Content[i].Attrs.Origin = im.Origin
	}
	return doc, w.drops.list, doc.Validate()
}

// An importer walks foreign nodes and builds blocks of them.
type importer struct {
	builder
	photo    func(Image) (id.ID, bool)
	limits   Limits
	drops    drops
	pre      bool   // line feeds end a paragraph
	inFigure bool   // figures in a figure are nothing special
	caption  string // of the figure around
	credit   string // what else is said in that figure
	cited    string // the attribution found in the quote around
	word     wordList
}

func (w *importer) children(n *html.Node, st style) {
	for c := range n.ChildNodes() {
		w.node(c, st)
	}
}

func (w *importer) node(n *html.Node, st style) {
	if w.made > w.limits.Blocks {
		return // validation will say so; the rest would only cost
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data, st)
	case html.ElementNode:
		w.element(n, st)
	default: // comments and the like
	}
}

func (w *importer) text(s string, st style) {
	if w.kind == TypeCrosshead {
		st.strong = false
	}
	if !w.pre {
		w.line.add(s, st)
		return
	}
	for i, part := range strings.Split(s, "\n") {
		if i > 0 {
			w.flush()
		}
		w.line.add(part, st)
	}
}

func (w *importer) element(n *html.Node, st style) {
	name := localName(n)
	if isHidden(n) {
		w.drop(n, name)
		return
	}
	st = cssStyle(n, st)
	switch elementOf(name) {
	case inlineElement:
		w.inline(n, st)
	case strongElement:
		st.strong = st.strong || !isUnstyled(n, "font-weight")
		w.children(n, st)
	case emElement:
		w.em(n, st)
	case linkElement:
		w.children(n, w.link(n, st))
	case quotedElement:
		w.quoted(n, st)
	case breakElement:
		w.lineBreak()
	case imageElement:
		w.image(n, name)
	case droppedElement:
		w.drop(n, name)
	case furnitureElement:
	default:
		w.block(n, name, st)
	}
}

// block takes in an element that ends the block before it.
func (w *importer) block(n *html.Node, name string, st style) {
	w.flush()
	switch elementOf(name) {
	case headingElement:
		w.heading(n, st)
	case quoteElement:
		w.quote(n, st)
	case listElement:
		w.list(n, st)
	case tableElement:
		w.table(n, st)
	case figureElement:
		w.figure(n, st)
	case ruleElement:
		if w.place == inDoc {
			w.add(Node{Type: TypeRule})
		}
	case preElement:
		around := w.pre
		w.pre = true
		w.children(n, st)
		w.flush()
		w.pre = around
	default:
		w.plainBlock(n, name, st)
	}
	w.flush()
}

// plainBlock takes in an element that only parts its content from what is around it.
func (w *importer) plainBlock(n *html.Node, name string, st style) {
	if w.cite(n, name) {
		return
	}
	if w.place == inDoc && w.wordItem(n, st) {
		return
	}
	w.children(n, st)
}

// inline takes in an element that only its text matters of.
func (w *importer) inline(n *html.Node, st style) {
	if isListMarker(n) {
		return
	}
	w.children(n, st)
}

func (w *importer) em(n *html.Node, st style) {
	if w.cite(n, localName(n)) {
		return
	}
	st.em = st.em || !isUnstyled(n, "font-style")
	w.children(n, st)
}

// lineBreak ends a paragraph: the model has no lines inside of one. In a
// crosshead it is a space.
func (w *importer) lineBreak() {
	if w.kind == TypeCrosshead {
		w.line.add(" ", style{})
		return
	}
	w.flush()
}

func (w *importer) quoted(n *html.Node, st style) {
	text := plainText(n)
	marked := text == "" || strings.ContainsAny(text[:1], `"'`) || strings.HasPrefix(text, "“") || strings.HasPrefix(text, "‘")
	if !marked {
		w.text("“", st)
	}
	w.children(n, st)
	if !marked {
		w.text("”", st)
	}
}

// heading makes a crosshead where there can be one.
func (w *importer) heading(n *html.Node, st style) {
	if w.place == inDoc {
		w.kind = TypeCrosshead
	}
	w.children(n, st)
	w.flush()
	w.kind = TypeParagraph
}

// link returns st with the address of n, if it is one that may stand on a page.
func (w *importer) link(n *html.Node, st style) style {
	href := cleanHref(attr(n, "href"))
	switch {
	case href == "" || strings.HasPrefix(href, "#"):
	case len(href) <= model().maxHref && safeURL(href, model().hrefSchemes):
		st.href = href
	default:
		w.drops.add("href", href)
	}
	return st
}

// cleanHref returns an address as browsers read it: without white space around
// it and line feeds in it, other spaces escaped, and absolute if it begins with //.
func cleanHref(href string) string {
	href = strings.Trim(href, " \t\r\n\f\u00a0")
	if strings.ContainsAny(href, " \t\r\n\f\"<>\\`") {
		href = hrefReplacer().Replace(href)
	}
	if strings.HasPrefix(href, "//") {
		return "https:" + href
	}
	return href
}

func hrefReplacer() *strings.Replacer {
	return strings.NewReplacer("\t", "", "\r", "", "\n", "", "\f", "", " ", "%20", `"`, "%22", "<", "%3C", ">", "%3E", `\`, "/", "`", "%60")
}

// image makes a photo of a picture that the newsroom has.
func (w *importer) image(n *html.Node, name string) {
	img := Image{Src: source(n), Alt: plain(attr(n, "alt")), Caption: cut(w.caption, maxCaption), Credit: cut(w.credit, maxCredit)}
	if w.photo != nil {
		if media, ok := w.photo(img); ok && media > 0 {
			photo := Node{Type: TypePhoto, Attrs: Attrs{Media: media, Caption: img.Caption, Credit: img.Credit}}
			w.later = append(w.later, photo)
			if w.line.empty() {
				w.flush()
			}
			return
		}
	}
	w.drop(n, name)
}

// The longest caption and credit of a photo that schema.json allows.
const (
	maxCaption = 2000
	maxCredit  = 300
)

func (w *importer) drop(n *html.Node, name string) { w.drops.add(name, source(n)) }

// drops counts what was left out.
type drops struct{ list []Dropped }

const (
	maxDrops   = 100 // different ones that are listed
	maxDropSrc = 200
)

func (d *drops) add(name, src string) {
	if scheme, _, ok := strings.Cut(src, ","); ok && strings.HasPrefix(src, "data:") {
		src = scheme // not the data themselves
	}
	src = strings.ToValidUTF8(src[:min(len(src), maxDropSrc)], "")
	i := slices.IndexFunc(d.list, func(old Dropped) bool { return old.Name == name && old.Src == src })
	switch {
	case i >= 0:
		d.list[i].Count++
	case len(d.list) < maxDrops:
		d.list = append(d.list, Dropped{name, src, 1})
	}
}
