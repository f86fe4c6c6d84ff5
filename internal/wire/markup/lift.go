package markup

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"broadsheet/internal/richtext"
)

// A Picture is a picture that stood inside foreign HTML.
type Picture struct {
	Src           string // as [Lift]'s resolve gave it
	Alt           string
	Caption       string // of the figure around it
	Credit        string // what the figure names as its source
	Title         string
	Width, Height int // as the page shows it; 0 when it does not say
}

// maxLifted is how many pictures are taken out of one text; the others are left to
// [SetHTML], which names them among what it drops.
const maxLifted = 200

// Lift takes the pictures out of foreign HTML, with the words that belong to them, and
// makes the addresses of its links absolute. resolve makes an address absolute; a
// picture for which it gives "" stays where it is, for [SetHTML] to drop. Pictures of one
// or two pixels, which count readers, stay too. HTML that cannot be read is returned as it is.
func Lift(src string, resolve func(string) string) (string, []Picture) {
	if !strings.Contains(src, "<") || len(src) > richtext.StoryLimits().Bytes {
		return src, nil // for SetHTML, which keeps the words of what is too long
	}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	roots, err := html.ParseFragment(strings.NewReader(src), body)
	if err != nil {
		return src, nil
	}
	for _, n := range roots {
		body.AppendChild(n)
	}
	l := lifter{resolve: resolve}
	l.children(body)
	if !l.changed {
		return src, nil
	}
	var b strings.Builder
	for n := range body.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return src, nil
		}
	}
	return b.String(), l.found
}

type lifter struct {
	resolve func(string) string
	found   []Picture
	changed bool
}

func (l *lifter) children(n *html.Node) {
	for k := n.FirstChild; k != nil; {
		next := k.NextSibling
		l.node(k)
		k = next
	}
}

func (l *lifter) node(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	switch {
	case n.DataAtom == atom.A:
		l.link(n)
	case n.DataAtom == atom.Img:
		if p, ok := l.picture(n); ok {
			l.take(n, p)
		}
		return
	case isFigure(n):
		if l.figure(n) {
			return
		}
	}
	around := n.DataAtom == atom.A || n.DataAtom == atom.Picture || n.DataAtom == atom.P
	had := len(l.found)
	l.children(n)
	if around && len(l.found) > had && isHollow(n) && n.Parent != nil {
		n.Parent.RemoveChild(n) // the link or paragraph around a picture
	}
}

func (l *lifter) take(n *html.Node, p Picture) {
	l.found, l.changed = append(l.found, p), true
	n.Parent.RemoveChild(n)
}

func (l *lifter) link(n *html.Node) {
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Key != "href" || strings.HasPrefix(a.Val, "#") {
			continue
		}
		if to := l.resolve(a.Val); to != "" && to != a.Val {
			a.Val, l.changed = to, true
		}
	}
}

// isFigure reports an element that holds a picture and its caption: HTML's own, or what
// WordPress wrote before there was one.
func isFigure(n *html.Node) bool {
	return n.DataAtom == atom.Figure || n.DataAtom == atom.Div && hasClass(n, "wp-caption")
}

// figure takes a figure's pictures with its words. It is not ok when there is no picture
// in it, or something else: a film, a table, a quotation.
func (l *lifter) figure(n *html.Node) bool {
	var images []*html.Node
	caption, credit := "", ""
	for k := range n.Descendants() {
		switch {
		case k.Type != html.ElementNode:
		case k.DataAtom == atom.Img:
			images = append(images, k)
		case k.DataAtom == atom.Figcaption || hasClass(k, "wp-caption-text"):
			caption, credit = captionOf(k)
		case k.DataAtom == atom.Table || k.DataAtom == atom.Blockquote || k.DataAtom == atom.Iframe || k.DataAtom == atom.Video:
			return false
		}
	}
	took := false
	for _, img := range images {
		p, ok := l.picture(img)
		if !ok {
			continue
		}
		p.Caption, p.Credit = caption, credit
		l.found, took = append(l.found, p), true
	}
	if !took {
		return false
	}
	l.changed = true
	n.Parent.RemoveChild(n)
	return true
}

// captionOf parts a figure's words from its credit, which stands in an element of its own.
func captionOf(n *html.Node) (caption, credit string) {
	var words, from strings.Builder
	var walk func(n *html.Node, to *strings.Builder)
	walk = func(n *html.Node, to *strings.Builder) {
		for k := range n.ChildNodes() {
			switch {
			case k.Type == html.TextNode:
				to.WriteString(k.Data)
			case k.DataAtom == atom.Cite || hasClass(k, "credit") || hasClass(k, "copyright"):
				walk(k, &from)
			default:
				walk(k, to)
				to.WriteByte(' ')
			}
		}
	}
	walk(n, &words)
	return oneLine(words.String()), oneLine(from.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// hasClass reports a class that is a word, or has it as a part: photo-credit for credit.
func hasClass(n *html.Node, word string) bool {
	for class := range strings.FieldsSeq(attrOf(n, "class")) {
		if class == word || strings.HasSuffix(class, "-"+word) || strings.HasSuffix(class, "_"+word) {
			return true
		}
	}
	return false
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// picture reads an img element. Pages that load late keep its address elsewhere.
func (l *lifter) picture(n *html.Node) (Picture, bool) {
	if len(l.found) >= maxLifted {
		return Picture{}, false
	}
	src := attrOf(n, "src")
	if src == "" || strings.HasPrefix(src, "data:") {
		for _, key := range []string{"data-src", "data-original", "data-lazy-src"} {
			if v := attrOf(n, key); v != "" {
				src = v
			}
		}
	}
	if best := largest(attrOf(n, "srcset")); best != "" {
		src = best
	}
	p := Picture{Alt: oneLine(attrOf(n, "alt")), Title: oneLine(attrOf(n, "title"))}
	p.Width, _ = strconv.Atoi(strings.TrimSuffix(attrOf(n, "width"), "px"))
	p.Height, _ = strconv.Atoi(strings.TrimSuffix(attrOf(n, "height"), "px"))
	if p.Width < 0 || p.Height < 0 {
		p.Width, p.Height = 0, 0
	}
	const counter = 2 // pixels
	if p.Width > 0 && p.Width <= counter || p.Height > 0 && p.Height <= counter || src == "" || strings.HasPrefix(strings.ToLower(src), "data:") {
		return Picture{}, false
	}
	p.Src = l.resolve(src)
	return p, p.Src != ""
}

// largest is the address with the greatest width in a srcset; "" where it gives none.
func largest(srcset string) string {
	best, width := "", 0
	for candidate := range strings.SplitSeq(srcset, ", ") {
		words := strings.Fields(candidate)
		if len(words) != 2 || !strings.HasSuffix(words[1], "w") {
			continue
		}
		if w, err := strconv.Atoi(strings.TrimSuffix(words[1], "w")); err == nil && w > width {
			best, width = words[0], w
		}
	}
	return best
}

// isHollow reports an element with nothing in it to read or see.
func isHollow(n *html.Node) bool {
	for k := range n.Descendants() {
		if k.Type == html.TextNode && strings.TrimSpace(k.Data) != "" || k.DataAtom == atom.Img || k.DataAtom == atom.Iframe || k.DataAtom == atom.Video {
			return false
		}
	}
	return true
}
