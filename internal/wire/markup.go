package wire

import (
	"strings"

	"golang.org/x/net/html"
)

// A markupKind says what a tree of nodes is written as.
type markupKind int

const (
	asXML  markupKind = iota // as data: names and attributes kept, namespaces declared
	asHTML                   // for richtext.FromHTML
)

// voidElements have no end tag in HTML.
var voidElements = map[string]bool{"br": true, "hr": true, "img": true, "col": true, "source": true, "track": true, "wbr": true, "embed": true, "input": true}

// markup writes what is inside n and marks it as read.
func (n *node) markup(kind markupKind) string {
	var b strings.Builder
	for _, k := range n.kids {
		k.writeMarkup(&b, kind, n.space)
	}
	n.skip()
	return strings.TrimSpace(b.String())
}

func (n *node) writeMarkup(b *strings.Builder, kind markupKind, space string) {
	if n.name == "" {
		b.WriteString(html.EscapeString(n.text))
		return
	}
	b.WriteByte('<')
	b.WriteString(n.name)
	if kind == asXML && n.space != space {
		writeAttr(b, "xmlns", n.space)
	}
	for _, a := range n.attrs {
		if a.prefix != "xsi" {
			writeAttr(b, a.name, a.value)
		}
	}
	if len(n.kids) == 0 && (kind == asXML || voidElements[n.name]) {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, k := range n.kids {
		k.writeMarkup(b, kind, n.space)
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
