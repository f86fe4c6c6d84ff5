package richtext

import (
	"html/template"
	"strings"
)

// A Change is what happened to some words from one text to another.
type Change int8

// The changes.
const (
	Keep Change = iota
	Delete
	Insert
)

// An Edit is a run of words that was kept, taken out or put in. Package compare finds them.
type Edit struct {
	Change Change
	Text   string
}

// Edits are what makes one text of another, in order.
type Edits []Edit

// HTML renders edits for a page: what was taken out as del, what was put in as ins,
// with the ends of lines as they are in the text.
func (edits Edits) HTML() template.HTML { //nolint:forbidigo // this is the package that may
	var b []byte
	for _, e := range edits {
		open, end := "", ""
		switch e.Change {
		case Delete:
			open, end = "<del>", "</del>"
		case Insert:
			open, end = "<ins>", "</ins>"
		case Keep:
		}
		b = append(b, open...)
		for i, line := range strings.Split(e.Text, "\n") {
			if i > 0 {
				b = append(b, "<br>"...)
			}
			b = appendEscaped(b, line)
		}
		b = append(b, end...)
	}
	return template.HTML(b) //nolint:forbidigo,gosec // all of it is escaped here
}
