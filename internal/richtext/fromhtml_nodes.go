package richtext

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// localName returns the name of an element without the prefix of a namespace of
// text. Word's own prefixes stay, because its o:p is no paragraph.
func localName(n *html.Node) string {
	if n.Type != html.ElementNode {
		return ""
	}
	if prefix, name, ok := strings.Cut(n.Data, ":"); ok {
		switch prefix {
		case "html", "xhtml", "xh", "h", "nitf":
			return name
		}
	}
	return n.Data
}

func attr(n *html.Node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}

// find returns the first element below n that match accepts, or nil.
func find(n *html.Node, match func(*html.Node) bool) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && match(c) {
			return c
		}
	}
	return nil
}

// source returns the address that a dropped element points at, or "".
func source(n *html.Node) string {
	src := strings.TrimSpace(attr(n, "src"))
	if src == "" || strings.HasPrefix(src, "data:") { // a place holder, until a script loads the picture
		if later := strings.TrimSpace(attr(n, "data-src")); later != "" {
			return later
		}
	}
	if src != "" {
		return src
	}
	for _, name := range []string{"data", "source", "href", "action"} {
		if v := strings.TrimSpace(attr(n, name)); v != "" {
			return v
		}
	}
	switch localName(n) {
	case "video", "audio", "media", "object":
		if c := find(n, func(c *html.Node) bool { return attr(c, "src") != "" || attr(c, "source") != "" }); c != nil {
			return source(c)
		}
	}
	return ""
}

// maxPlain is the length, in bytes, after which plainText has seen enough.
const maxPlain = 4*maxCaption + 4

// plainText returns the text of a node in one line, without what is dropped. It
// breaks off when that gets longer than any attribute can be.
func plainText(n *html.Node) string {
	var l line
	collect(&l, n)
	return string(l.buf)
}

func collect(l *line, n *html.Node) {
	if n.Type == html.TextNode {
		l.add(n.Data, style{})
		return
	}
	if len(l.buf) > maxPlain {
		return
	}
	what := elementOf(localName(n))
	if what == droppedElement || what == furnitureElement || n.Type == html.CommentNode || isHidden(n) {
		return
	}
	apart := what == blockElement || what == breakElement || what == headingElement || what == listElement || what == tableElement
	if apart {
		l.add(" ", style{})
	}
	for c := range n.ChildNodes() {
		collect(l, c)
	}
	if apart {
		l.add(" ", style{})
	}
}

// cut returns at most limit characters of s.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:limit-1])) + "…"
}
