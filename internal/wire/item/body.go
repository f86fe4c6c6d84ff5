package item

import (
	"strings"

	"broadsheet/internal/richtext"
)

// A Body is a text of an item: its story, a caption, a summary. Marked-up text is
// parsed into Doc; plain text is kept in Value; so is anything else an agency puts
// inside (a calendar entry, sports results), as data that is never sent as markup.
type Body struct {
	Role        string       `json:"role,omitempty"`
	ContentType string       `json:"contentType,omitempty"` // as sent
	Language    string       `json:"language,omitempty"`
	CharCount   int          `json:"charCount,omitempty"`
	WordCount   int          `json:"wordCount,omitempty"`
	Doc         richtext.Doc `json:"doc,omitzero"`
	Value       string       `json:"value,omitempty"`
	Details     []TextValue  `json:"details,omitempty"`
}

// Rich reports whether the body is a typed document.
func (b *Body) Rich() bool { return len(b.Doc.Content) > 0 }

// Plain is the body's words without markup.
func (b *Body) Plain() string {
	if b.Rich() {
		return b.Doc.Text()
	}
	return b.Value
}

// Story is the item's text as a document: the best of its bodies, marked-up text
// before plain. It is empty when the item has no text.
func (it *Item) Story() richtext.Doc {
	for i := range it.Bodies {
		if it.Bodies[i].Rich() {
			return it.Bodies[i].Doc
		}
	}
	for i := range it.Bodies {
		if b := &it.Bodies[i]; b.Value != "" && IsPlain(b.ContentType) {
			if doc, err := richtext.FromText(b.Value, it.Origin()); err == nil {
				return doc
			}
		}
	}
	return richtext.Doc{}
}

// Origin is what blocks and photos taken from the item carry with them.
func (it *Item) Origin() richtext.Origin {
	return richtext.Origin{Kind: richtext.OriginWire, ID: it.ID.String(), Name: it.ProviderName()}
}

// SettleOrigins gives every block of the item's documents the item as its origin. Who gives an
// item its URI or its provider calls it afterwards.
func (it *Item) SettleOrigins() {
	for _, list := range [][]Body{it.Bodies, it.Descriptions} {
		for i := range list {
			if b := &list[i]; b.Rich() {
				b.Doc = b.Doc.WithOrigin(it.Origin())
			}
		}
	}
}

// Caption is the words that describe the item: its caption, else its first
// description. Of a picture, film or sound, whose body can only be a caption, it is
// the body when there is nothing else.
func (it *Item) Caption() string {
	for i := range it.Descriptions {
		if strings.HasSuffix(strings.ToLower(it.Descriptions[i].Role), "caption") {
			return it.Descriptions[i].Plain()
		}
	}
	for i := range it.Descriptions {
		if s := it.Descriptions[i].Plain(); s != "" {
			return s
		}
	}
	switch it.Type {
	case "picture", "graphic", "video", "audio":
		return it.Story().Text()
	}
	return ""
}

// IsPlain reports whether a content type, or none, is of plain text.
func IsPlain(contentType string) bool {
	return contentType == "" || strings.HasPrefix(strings.ToLower(contentType), "text/plain")
}
