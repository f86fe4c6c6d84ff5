package richtext

import (
	"html/template"
	"slices"
	"strconv"
)

// HTML renders the document for a page. Every byte of markup is written here or
// by the functions of r; all text is escaped, and every address has been checked
// when the document was made and is checked again. Blocks without any text are
// left out.
//
// A quote with an attribution is a figure with a figcaption; a list item or
// table cell with one paragraph holds its text directly.
func (d Doc) HTML(r Renderer) template.HTML { //nolint:forbidigo // this is the package that may
	size := 0
	d.All(func(n *Node) bool { size += len(n.Text) + 16; return true })
	return template.HTML(d.AppendHTML(make([]byte, 0, size+size/4), r)) //nolint:forbidigo,gosec // all of it is escaped here
}

// AppendHTML appends to b what [Doc.HTML] returns.
func (d Doc) AppendHTML(b []byte, r Renderer) []byte {
	w := writer{r: &r, b: b, links: model().hrefSchemes}
	for i := range d.Content {
		before := len(w.b)
		w.block(&d.Content[i])
		if len(w.b) > before {
			w.b = append(w.b, '\n')
		}
	}
	return w.b
}

// A Renderer turns a document into HTML. A nil function leaves its block out
// of the page, so a zero Renderer gives the text alone.
type Renderer struct {
	Photo   func(Node) template.HTML //nolint:forbidigo // this is the package that may
	Video   func(Node) template.HTML //nolint:forbidigo // this is the package that may
	Embed   func(Node) template.HTML //nolint:forbidigo // this is the package that may
	LinkRel string                   // rel of every link, as "ugc nofollow" for readers' comments
}

// ExportHTML renders the document for other programs, as a feed or ninjs: the
// same HTML as a page has, with videos and embeds as links and without photos.
// To show photos too, give [Doc.HTML] the [ExportRenderer] with Photo set.
func (d Doc) ExportHTML() string { return string(d.HTML(ExportRenderer())) }

// ExportRenderer returns the Renderer of [Doc.ExportHTML].
func ExportRenderer() Renderer {
	link := func(n Node) template.HTML { //nolint:forbidigo // this is the package that may
		if n.Attrs.URL == "" {
			return ""
		}
		label := n.Attrs.Title
		if label == "" {
			label = n.Attrs.URL
		}
		w := writer{r: &Renderer{}, links: model().hrefSchemes}
		text := Node{Type: TypeText, Text: label, Marks: []Mark{{Type: MarkLink, Href: n.Attrs.URL}}}
		w.block(&Node{Type: TypeParagraph, Content: []Node{text}})
		return template.HTML(w.b) //nolint:forbidigo,gosec // the writer has escaped it
	}
	return Renderer{Video: link, Embed: link}
}

// A writer appends HTML to b.
type writer struct {
	r     *Renderer
	b     []byte
	links []string // schemes that a link may have
}

func (w *writer) block(n *Node) {
	switch n.Type {
	case TypeParagraph:
		w.element("p", n)
	case TypeCrosshead:
		w.element("h2", n)
	case TypeQuote:
		w.quote(n)
	case TypeList:
		w.list(n)
	case TypeTable:
		w.table(n)
	case TypeRule:
		w.raw("<hr>")
	case TypePhoto:
		w.call(w.r.Photo, n)
	case TypeVideo:
		w.call(w.r.Video, n)
	case TypeEmbed:
		w.call(w.r.Embed, n)
	default: // written by the block around it
	}
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

func (w *writer) call(render func(Node) template.HTML, n *Node) { //nolint:forbidigo // this is the package that may
	if render != nil {
		w.raw(string(render(*n)))
	}
}

// element writes a block of text, unless it is empty.
func (w *writer) element(tag string, n *Node) {
	if len(n.Content) == 0 {
		return
	}
	w.b = append(append(append(w.b, '<'), tag...), '>')
	w.text(n.Content)
	w.b = append(append(append(w.b, '<', '/'), tag...), '>')
}

func (w *writer) quote(n *Node) {
	start := len(w.b)
	if n.Attrs.Attribution != "" {
		w.raw("<figure>")
	}
	w.raw("<blockquote>")
	empty := len(w.b)
	for i := range n.Content {
		w.block(&n.Content[i])
	}
	if len(w.b) == empty {
		w.b = w.b[:start]
		return
	}
	w.raw("</blockquote>")
	if n.Attrs.Attribution != "" {
		w.raw("<figcaption>")
		w.b = appendEscaped(w.b, n.Attrs.Attribution)
		w.raw("</figcaption></figure>")
	}
}

func (w *writer) list(n *Node) {
	tag := "ul>"
	if n.Attrs.Ordered {
		tag = "ol>"
	}
	w.raw("<")
	w.raw(tag)
	for i := range n.Content {
		w.raw("<li>")
		w.inside(n.Content[i].Content)
		w.raw("</li>")
	}
	w.raw("</")
	w.raw(tag)
}

// inside writes the content of a list item or table cell. Its first paragraph
// needs no element of its own when no other one follows.
func (w *writer) inside(content []Node) {
	paragraphs := 0
	for i := range content {
		if content[i].Type == TypeParagraph && len(content[i].Content) > 0 {
			paragraphs++
		}
	}
	for i := range content {
		if i == 0 && paragraphs == 1 && content[0].Type == TypeParagraph {
			w.text(content[0].Content)
			continue
		}
		w.block(&content[i])
	}
}

// table writes the rows at the top that are all headers as the table's head.
func (w *writer) table(n *Node) {
	head := 0
	for head < len(n.Content) && allHeaders(&n.Content[head]) {
		head++
	}
	w.raw("<table>")
	if head > 0 {
		w.raw("<thead>")
		w.rows(n.Content[:head], `th scope="col"`)
		w.raw("</thead>")
	}
	if head < len(n.Content) {
		w.raw("<tbody>")
		w.rows(n.Content[head:], `th scope="row"`)
		w.raw("</tbody>")
	}
	w.raw("</table>")
}

func allHeaders(row *Node) bool {
	for i := range row.Content {
		if !row.Content[i].Attrs.Header {
			return false
		}
	}
	return true
}

func (w *writer) rows(rows []Node, th string) {
	for r := range rows {
		w.raw("<tr>")
		for c := range rows[r].Content {
			cell := &rows[r].Content[c]
			open, end := "td", "</td>"
			if cell.Attrs.Header {
				open, end = th, "</th>"
			}
			w.b = append(append(w.b, '<'), open...)
			w.span(" colspan=", cell.Attrs.Colspan)
			w.span(" rowspan=", cell.Attrs.Rowspan)
			w.b = append(w.b, '>')
			w.inside(cell.Content)
			w.raw(end)
		}
		w.raw("</tr>")
	}
}

func (w *writer) span(name string, n int) {
	if n > 1 {
		w.raw(name)
		w.b = append(strconv.AppendInt(append(w.b, '"'), int64(n), 10), '"')
	}
}

// text writes runs of text. A mark that goes on from one run to the next stays
// open, so that a link with a strong word in it is one link.
func (w *writer) text(runs []Node) {
	var open []Mark
	for i := range runs {
		marks := runs[i].Marks
		same := 0
		for same < len(open) && same < len(marks) && open[same] == marks[same] {
			same++
		}
		w.closeMarks(open[same:])
		for _, m := range marks[same:] {
			w.openMark(m)
		}
		open = marks
		w.b = appendEscaped(w.b, runs[i].Text)
	}
	w.closeMarks(open)
}

func (w *writer) openMark(m Mark) {
	switch m.Type {
	case MarkStrong:
		w.raw("<strong>")
	case MarkEm:
		w.raw("<em>")
	case MarkLink:
		w.raw("<a")
		if safeURL(m.Href, w.links) {
			w.raw(" href=")
			w.b = appendQuoted(w.b, m.Href)
			if w.r.LinkRel != "" {
				w.raw(" rel=")
				w.b = appendQuoted(w.b, w.r.LinkRel)
			}
		}
		w.raw(">")
	}
}

func (w *writer) closeMarks(marks []Mark) {
	for _, m := range slices.Backward(marks) {
		switch m.Type {
		case MarkStrong:
			w.raw("</strong>")
		case MarkEm:
			w.raw("</em>")
		case MarkLink:
			w.raw("</a>")
		}
	}
}

// appendEscaped appends s so that it is text between tags, in HTML and in XML.
func appendEscaped(b []byte, s string) []byte { return escape(b, s, 0) }

// appendQuoted appends s between double quotes, as the value of an attribute.
func appendQuoted(b []byte, s string) []byte {
	return append(escape(append(b, '"'), s, '"'), '"')
}

// escape appends s with the characters that mean something in markup, and with
// quote, as entities. Characters that neither HTML nor XML allows become U+FFFD.
func escape(b []byte, s string, quote byte) []byte {
	from := 0
	for i := range len(s) {
		var with string
		switch c := s[i]; {
		case c == '&':
			with = "&amp;"
		case c == '<':
			with = "&lt;"
		case c == '>':
			with = "&gt;"
		case c == quote && c != 0:
			with = "&#34;"
		case isControl(c):
			with = "\uFFFD"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), with...)
		from = i + 1
	}
	return append(b, s[from:]...)
}
