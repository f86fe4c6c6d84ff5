package richtext

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// quote makes a quote of a blockquote. Inside another block, where there can be
// none, its paragraphs stand alone.
func (w *importer) quote(n *html.Node, st style) {
	if w.place != inDoc {
		w.children(n, st)
		return
	}
	w.cited = ""
	content := w.inside(inQuote, func() { w.children(n, st) })
	cited := w.cited
	w.cited = ""
	switch {
	case len(content) > 0:
		w.add(Node{Type: TypeQuote, Attrs: Attrs{Attribution: cited}, Content: content})
	case cited != "":
		w.add(Paragraph(cited))
	}
}

// cite takes in n if it says who is quoted in the quote around: a footer, a cite
// that nothing follows, NITF's credit.
func (w *importer) cite(n *html.Node, name string) bool {
	if w.place != inQuote || w.cited != "" {
		return false
	}
	switch name {
	case "footer", "credit":
	case "cite":
		if n.Parent == nil || elementOf(localName(n.Parent)) != quoteElement {
			return false
		}
	default:
		return false
	}
	text := trimDash(plainText(n))
	if text == "" || utf8.RuneCountInString(text) > maxAttribution || name == "cite" && textFollows(n) {
		return false
	}
	w.cited = text
	return true
}

// maxAttribution is the longest attribution that schema.json allows.
const maxAttribution = 300

// trimDash returns an attribution without the dash in front of it.
func trimDash(s string) string { return strings.TrimLeft(s, "–—―- \u00a0") }

func textFollows(n *html.Node) bool {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if plainText(s) != "" {
			return true
		}
	}
	return false
}

// figure takes in a figure: pictures with what is said about them, a quote with
// its attribution, or something else with a line about it.
func (w *importer) figure(n *html.Node, st style) {
	if w.inFigure {
		w.children(n, st)
		return
	}
	w.inFigure = true
	defer func() { w.inFigure = false }()
	about := find(n, func(c *html.Node) bool { return localName(c) == "figcaption" })
	if find(n, isMedia) != nil && find(n, isProse) == nil {
		w.pictures(n, about)
		return
	}
	before := len(*w.out)
	for c := range n.ChildNodes() {
		if c != about {
			w.node(c, st)
		}
	}
	w.flush()
	if about == nil || w.credited(before, trimDash(plainText(about))) {
		return
	}
	if about.Parent == n {
		w.children(about, st)
	}
}

// pictures takes in a figure of pictures. All its text is about them, and so it
// comes in with them or not at all.
func (w *importer) pictures(n, about *html.Node) {
	var credit line
	for c := range n.ChildNodes() {
		if c != about {
			collect(&credit, c)
		}
	}
	w.credit = string(credit.buf)
	if about != nil {
		w.caption = plainText(about)
	}
	for c := range n.Descendants() {
		if c.Type != html.ElementNode {
			continue
		}
		switch name := localName(c); elementOf(name) {
		case imageElement:
			w.image(c, name)
		case droppedElement:
			w.drop(c, name)
		default:
		}
	}
	w.caption, w.credit = "", ""
}

// credited makes who the attribution of the quote that is the only block since
// before, if it is one.
func (w *importer) credited(before int, who string) bool {
	made := (*w.out)[before:]
	if w.place != inDoc || len(made) != 1 || made[0].Type != TypeQuote || made[0].Attrs.Attribution != "" {
		return false
	}
	if who == "" || utf8.RuneCountInString(who) > maxAttribution {
		return false
	}
	made[0].Attrs.Attribution = who
	return true
}

// isProse reports whether an element of a figure is a text of its own.
func isProse(n *html.Node) bool {
	switch elementOf(localName(n)) {
	case quoteElement, tableElement, listElement, preElement, headingElement:
		return true
	default:
		return false
	}
}

// isMedia reports whether an element of a figure is what the caption is about,
// and not text.
func isMedia(n *html.Node) bool {
	name := localName(n)
	switch elementOf(name) {
	case imageElement:
		return true
	case droppedElement:
		return name != "script" && name != "style"
	default:
		return false
	}
}

// list makes a list. Where there can be none, its items are paragraphs.
func (w *importer) list(n *html.Node, st style) {
	if items := w.items(n, st); len(items) > 0 {
		w.add(Node{Type: TypeList, Attrs: Attrs{Ordered: localName(n) == "ol"}, Content: items})
	}
}

func (w *importer) items(n *html.Node, st style) (items []Node) {
	if w.place == inCell || w.lists >= maxLists {
		w.children(n, st)
		return nil
	}
	w.lists++
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		beside := elementOf(localName(c)) == listElement
		content := w.inside(inItem, func() {
			if localName(c) == "li" {
				w.children(c, cssStyle(c, st))
				return
			}
			w.node(c, st)
			for c.NextSibling != nil && !standsAlone(c) && !standsAlone(c.NextSibling) {
				c = c.NextSibling
				w.node(c, st)
			}
		})
		last := len(items) - 1
		switch {
		case len(content) == 0:
		case beside && last >= 0: // a list that belongs to the item before it
			items[last].Content = append(items[last].Content, content...)
		default:
			items = append(items, item(content))
		}
	}
	w.lists--
	return items
}

// standsAlone reports whether a child of a list is not part of a run of stray text.
func standsAlone(n *html.Node) bool {
	name := localName(n)
	return name == "li" || elementOf(name) == listElement
}

// table makes a table. What only arranges things on a page is taken apart.
func (w *importer) table(n *html.Node, st style) {
	if w.place != inDoc || isLayout(n) {
		w.children(n, st)
		return
	}
	if caption := find(n, func(c *html.Node) bool { return localName(c) == "caption" }); caption != nil {
		w.children(caption, st)
		w.flush()
	}
	var rows []Node
	w.rows(n, st, &rows)
	table := Node{Type: TypeTable, Content: rows}
	if len(rows) > 0 && strings.TrimSpace(string(appendText(nil, &table))) != "" {
		w.add(table)
	}
	w.flush()
}

// isLayout reports whether a table has no rows of data: it says so, has one
// cell, or has other tables in it.
func isLayout(n *html.Node) bool {
	if role := attr(n, "role"); role == "presentation" || role == "none" {
		return true
	}
	cells := 0
	nested := find(n, func(c *html.Node) bool {
		if isCell(c) {
			cells++
		}
		return localName(c) == "table"
	})
	return nested != nil || cells < 2
}

func isCell(n *html.Node) bool { return localName(n) == "td" || localName(n) == "th" }

// rows appends the rows in n, through its head, body and foot.
func (w *importer) rows(n *html.Node, st style, rows *[]Node) {
	for c := range n.ChildNodes() {
		switch {
		case c.Type != html.ElementNode || localName(c) == "caption":
		case localName(c) != "tr":
			w.rows(c, st, rows)
		default:
			if cells := w.cells(c, cssStyle(c, st)); len(cells) > 0 {
				*rows = append(*rows, Node{Type: TypeTableRow, Content: cells})
			}
		}
	}
}

func (w *importer) cells(row *html.Node, st style) (cells []Node) {
	for c := range row.ChildNodes() {
		if c.Type != html.ElementNode || !isCell(c) {
			continue
		}
		if w.made++; w.made > w.limits.Blocks {
			break
		}
		content := w.inside(inCell, func() { w.children(c, cssStyle(c, st)) })
		if len(content) == 0 {
			content = []Node{{Type: TypeParagraph}}
		}
		cells = append(cells, Node{Type: TypeTableCell, Content: content, Attrs: Attrs{
			Header:  localName(c) == "th",
			Colspan: span(attr(c, "colspan"), maxColspan),
			Rowspan: span(attr(c, "rowspan"), maxRowspan),
		}})
	}
	return cells
}

// The widest and highest cells that schema.json allows.
const (
	maxColspan = 50
	maxRowspan = 200
)

// span reads a colspan or rowspan; one is the default, which is written as zero.
func span(s string, limit int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 2 {
		return 0
	}
	return min(n, limit)
}
