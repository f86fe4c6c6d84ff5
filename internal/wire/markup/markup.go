package markup

import (
	"strings"

	"golang.org/x/net/html"

	"broadsheet/internal/wire/tree"
)

// A dialect is what a tree of nodes is written as.
type dialect int

const (
	xmlData dialect = iota
	htmlText
)

// voidElements have no end tag in HTML.
var voidElements = map[string]bool{"br": true, "hr": true, "img": true, "col": true, "source": true, "track": true, "wbr": true, "embed": true, "input": true}

// AsXML writes what is inside n as data, with names and attributes kept and namespaces
// declared, and marks it as read.
func AsXML(n *tree.Node) string { return write(n, xmlData) }

// AsHTML writes what is inside n for [richtext.FromHTML] and marks it as read.
func AsHTML(n *tree.Node) string { return write(n, htmlText) }

func write(n *tree.Node, as dialect) string {
	var b strings.Builder
	for _, k := range n.Kids {
		writeNode(&b, k, as, n.Space)
	}
	n.Skip()
	return strings.TrimSpace(b.String())
}

func writeNode(b *strings.Builder, n *tree.Node, as dialect, space string) {
	if n.Name == "" {
		b.WriteString(html.EscapeString(n.Text))
		return
	}
	b.WriteByte('<')
	b.WriteString(n.Name)
	if as == xmlData && n.Space != space {
		writeAttr(b, "xmlns", n.Space)
	}
	for _, a := range n.Attrs {
		if a.Prefix != "xsi" {
			writeAttr(b, a.Name, a.Value)
		}
	}
	if len(n.Kids) == 0 && (as == xmlData || voidElements[n.Name]) {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, k := range n.Kids {
		writeNode(b, k, as, n.Space)
	}
	b.WriteString("</")
	b.WriteString(n.Name)
	b.WriteByte('>')
}

func writeAttr(b *strings.Builder, name, value string) {
	b.WriteByte(' ')
	b.WriteString(name)
	b.WriteString(`="`)
	b.WriteString(html.EscapeString(value))
	b.WriteByte('"')
}
