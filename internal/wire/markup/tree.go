package markup

import (
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// htmlRoots are the elements that a text may begin with to be HTML, whatever its
// namespace: agencies forget to declare it.
var htmlRoots = map[string]bool{
	"html": true, "div": true, "p": true, "section": true, "article": true, "span": true, "table": true,
	"ul": true, "ol": true, "blockquote": true, "figure": true, "h1": true, "h2": true, "h3": true, "main": true,
}

// nitfRoots are the elements of NITF that stand where a whole document should.
var nitfRoots = map[string]bool{"body.content": true, "block": true, "media": true, "media-caption": true, "hedline": true, "bq": true}

// ReadTree reads what stands in n, an element of another format that holds a text: NITF, or
// a part of it, HTML, or other data, which is kept as the XML that it is. Words beside
// elements that are no HTML stay unread.
func ReadTree(it *item.Item, b *item.Body, n *tree.Node) {
	for _, k := range n.Kids {
		switch {
		case k.Name == "":
		case k.Name == "nitf", k.Name == "body" && (k.One("body.content").Name != "" || k.One("body.head").Name != ""):
			setType(b, NITF)
			ReadNITF(it, b, k)
		case nitfRoots[k.Name]:
			setType(b, NITF)
			readNITFContent(it, b, n)
			return
		case htmlRoots[k.Name], k.Name == "body", strings.Contains(strings.ToLower(b.ContentType), "html"):
			SetHTML(it, b, AsHTML(n))
			return
		default:
			b.Value = AsXML(n)
			return
		}
	}
}

func setType(b *item.Body, contentType string) {
	if b.ContentType == "" {
		b.ContentType = contentType
	}
}
