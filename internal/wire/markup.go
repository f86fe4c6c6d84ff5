package wire

import (
	"strings"

	"golang.org/x/net/html"
)

// A dialect is what a tree of nodes is written as.
type dialect int

const (
	xmlData dialect = iota
	htmlText
)

// voidElements have no end tag in HTML.
var voidElements = map[string]bool{"br": true, "hr": true, "img": true, "col": true, "source": true, "track": true, "wbr": true, "embed": true, "input": true}

// asXML writes what is inside n as data, with names and attributes kept and namespaces
// declared, and marks it as read.
func asXML(n *node) string { return write(n, xmlData) }

// asHTML writes what is inside n for [richtext.FromHTML] and marks it as read.
func asHTML(n *node) string { return write(n, htmlText) }

func write(n *node, as dialect) string {
	var b strings.Builder
	for _, k := range n.kids {
		writeNode(&b, k, as, n.space)
	}
	n.skip()
	return strings.TrimSpace(b.String())
}

func writeNode(b *strings.Builder, n *node, as dialect, space string) {
	if n.name == "" {
		b.WriteString(html.EscapeString(n.text))
		return
	}
	b.WriteByte('<')
	b.WriteString(n.name)
	if as == xmlData && n.space != space {
		writeAttr(b, "xmlns", n.space)
	}
	for _, a := range n.attrs {
		if a.prefix != "xsi" {
			writeAttr(b, a.name, a.value)
		}
	}
	if len(n.kids) == 0 && (as == xmlData || voidElements[n.name]) {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, k := range n.kids {
		writeNode(b, k, as, n.space)
	}
	b.WriteString("</")
	b.WriteString(n.name)
	b.WriteByte('>')
}

func writeAttr(b *strings.Builder, name, value string) {
	b.WriteByte(' ')
	b.WriteString(name)
	b.WriteString(`="`)
	b.WriteString(html.EscapeString(value))
	b.WriteByte('"')
}
