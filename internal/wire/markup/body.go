// Package markup turns the markup that agencies send inside their items, HTML, XHTML and
// NITF, into typed documents of package richtext, and names what it drops.
package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"broadsheet/internal/errs"
	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// SetBody puts a text where its content type says that it belongs.
func SetBody(it *item.Item, b *item.Body, value string) {
	kind := strings.ToLower(b.ContentType)
	switch {
	case strings.Contains(kind, "html"):
		SetHTML(it, b, value)
	case IsNITF(kind) || strings.HasPrefix(value, "<nitf"):
		setNITF(it, b, value)
	default:
		b.Value = tree.Clean(value)
	}
}

// SetHTML parses foreign markup into the body's document. What the model has no place
// for is named among the item's warnings; addresses of what was dropped are kept.
func SetHTML(it *item.Item, b *item.Body, src string) {
	doc, dropped, err := richtext.FromHTML(src, it.Origin())
	if err != nil {
		_, why := errs.Of(err)
		it.Warnings = append(it.Warnings, "a body cannot be read as HTML, and only its words are kept. "+why)
		b.Value, b.ContentType = wordsOf(src), "text/plain"
		return
	}
	b.Doc = doc
	var names []string
	for _, d := range dropped {
		names = append(names, d.Name)
		if d.Src != "" {
			b.Details = append(b.Details, item.TextValue{Path: "dropped/" + d.Name, Value: d.Src})
		}
	}
	if len(names) == 0 {
		return
	}
	warning := "left out of the body: " + strings.Join(slices.Compact(names), ", ")
	if !slices.Contains(it.Warnings, warning) {
		it.Warnings = append(it.Warnings, warning)
	}
}

// wordsOf is the text between the tags of foreign markup.
func wordsOf(src string) string {
	z := html.NewTokenizer(strings.NewReader(src))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tree.Clean(strings.TrimSpace(b.String()))
		case html.TextToken:
			b.Write(z.Text())
		default:
			b.WriteByte(' ')
		}
	}
}
