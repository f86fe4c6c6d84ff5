package richtext

import (
	"encoding/json"
	"html/template"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

var errTodo = errs.E(errs.Internal, "not written yet")

// Parse reads a document from its JSON and validates it. Its errors are
// errs.Invalid and name the place of the fault.
func Parse(data []byte) (Doc, error) { return Doc{}, errTodo }

// Validate reports the first breach of the schema or its limits.
func (d Doc) Validate() error { return nil }

// MarshalJSON writes the document in the form that Parse reads.
func (d Doc) MarshalJSON() ([]byte, error) { return json.Marshal(map[string]any{"type": "doc"}) }

// UnmarshalJSON is Parse.
func (d *Doc) UnmarshalJSON(data []byte) (err error) {
	*d, err = Parse(data)
	return err
}

// Equal reports whether both documents are the same, origins included.
func (d Doc) Equal(other Doc) bool { return false }

// Empty reports whether the document shows nothing: no text, no photo, video, embed.
func (d Doc) Empty() bool { return len(d.Content) == 0 }

// HTML renders the document for a page.
func (d Doc) HTML(r Renderer) template.HTML { return "" }

// ExportHTML renders the document as plain HTML for feeds, ninjs and other programs.
func (d Doc) ExportHTML() string { return "" }

// Text returns the text, blocks separated by a blank line.
func (d Doc) Text() string { return "" }

// Words counts the words of the text.
func (d Doc) Words() int { return 0 }

// A Heading is a crosshead and the fragment that leads to it.
type Heading struct{ Text, Anchor string }

// Outline lists the crossheads in order.
func (d Doc) Outline() []Heading { return nil }

// Origins lists the distinct origins of the blocks in order of first use.
func (d Doc) Origins() []Origin { return nil }

// Media lists the distinct photos and videos used, posters included, in order of first use.
func (d Doc) Media() []id.ID { return nil }

// WithOrigin returns the document with o as the origin of every block.
func (d Doc) WithOrigin(o Origin) Doc { return d }

// Dropped is something in foreign text that has no place in the model.
type Dropped struct {
	Name  string // the element, as "script"; "href" for a link that was refused
	Src   string // the address it pointed at, if it had one
	Count int    // how often this name with this address was dropped
}

// FromHTML parses foreign HTML or XHTML into a document whose blocks have the given origin.
func FromHTML(src string, o Origin) (Doc, []Dropped, error) { return Doc{}, nil, errTodo }

// FromMarkdown parses a comment's Markdown.
func FromMarkdown(src string) (Doc, error) { return Doc{}, errTodo }

// FromText makes a paragraph of each part of src between blank lines.
func FromText(src string, o Origin) (Doc, error) { return Doc{}, errTodo }

// Paragraph returns a paragraph holding s without marks.
func Paragraph(s string) Node { return Node{Type: TypeParagraph} }
