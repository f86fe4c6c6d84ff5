// Package richtext is the typed document that every text of the newsroom is
// made of: the body of a story, what a wire sent, a reader's comment.
//
// A document is never HTML. It is a tree of blocks (paragraph, crosshead,
// quote, list, photo, video, embed, table, rule) whose text carries marks
// (strong, em, link), in the JSON form of ProseMirror. The file schema.json is
// the only definition of that tree: this package reads it to validate, and the
// editor reads the same file to build its own schema.
//
// Foreign text comes in through [FromHTML], [FromMarkdown] and [FromText],
// which parse it into the model and report by name what does not fit. Text goes
// out through [Doc.HTML], [Doc.Text] and [Doc.ExportHTML], which escape every
// byte that they did not write themselves. So no foreign markup is ever stored
// or sent.
//
// Every block remembers its [Origin]; a block inside another one inherits the
// origin of the block around it.
package richtext

import "broadsheet/internal/id"

// A NodeType names a kind of node, as in schema.json.
type NodeType string

// The node types.
const (
	TypeParagraph NodeType = "paragraph"
	TypeCrosshead NodeType = "crosshead"
	TypeQuote     NodeType = "quote"
	TypeList      NodeType = "list"
	TypeListItem  NodeType = "list_item"
	TypePhoto     NodeType = "photo"
	TypeVideo     NodeType = "video"
	TypeEmbed     NodeType = "embed"
	TypeTable     NodeType = "table"
	TypeTableRow  NodeType = "table_row"
	TypeTableCell NodeType = "table_cell"
	TypeRule      NodeType = "rule"
	TypeText      NodeType = "text"
)

// A MarkType names a kind of mark, as in schema.json.
type MarkType string

// The mark types.
const (
	MarkLink   MarkType = "link"
	MarkStrong MarkType = "strong"
	MarkEm     MarkType = "em"
)

// A Doc is a document: a list of blocks. The zero Doc is an empty document.
// Documents are values; nothing in this package changes one in place.
type Doc struct {
	Content []Node
}

// A Node is a block, a part of a block (list item, table row and cell), or a
// run of text.
type Node struct {
	Type    NodeType
	Attrs   Attrs
	Content []Node
	Text    string // of a text node, never empty there
	Marks   []Mark // of a text node, in the order of the schema
}

// Attrs are the attributes of a node. Which of them a node may have is said by
// schema.json; the others are zero.
type Attrs struct {
	Origin      Origin // any block: where it came from
	Attribution string // quote: who said or wrote it
	Ordered     bool   // list
	Header      bool   // table_cell
	Colspan     int    // table_cell; 0 and 1 mean one column
	Rowspan     int    // table_cell; 0 and 1 mean one row
	Media       id.ID  // photo; video with files of our own
	Caption     string // photo: overrides the photo's own when not empty
	Credit      string // photo: overrides the photo's own when not empty
	URL         string // video without Media, embed: an http or https address
	Title       string // video, embed
	Provider    string // embed: the name of the site it comes from
	Poster      id.ID  // video: the photo shown until it plays
	Duration    int    // video: length in seconds, 0 when unknown
	Captions    string // video: address of a WebVTT file
}

// A Mark is something said about a run of text.
type Mark struct {
	Type MarkType
	Href string // link: an http, https or mailto address
}

// An OriginKind says what kind of source a block has.
type OriginKind string

// The kinds of origin.
const (
	OriginStaff  OriginKind = "staff"  // written here; ID is an account's
	OriginWire   OriginKind = "wire"   // from an agency; ID is a wire item's
	OriginImport OriginKind = "import" // brought over from another system; ID is its own
)

// An Origin is where a block or a photo came from. The zero Origin means that
// nobody knows.
type Origin struct {
	Kind OriginKind `json:"kind"`
	ID   string     `json:"id,omitempty"`
	Name string     `json:"name,omitempty"` // of the person or the agency, as printed
}

// IsZero reports whether the origin is unknown.
func (o Origin) IsZero() bool { return o == Origin{} }
