package richtext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/internal/id"
)

// Equal reports whether both documents are the same, origins included. An empty
// document equals one that has a single empty paragraph.
func (d Doc) Equal(other Doc) bool {
	blank := []Node{{Type: TypeParagraph}}
	a, b := d.Content, other.Content
	if len(a) == 0 {
		a = blank
	}
	if len(b) == 0 {
		b = blank
	}
	return slices.EqualFunc(a, b, Node.Equal)
}

// Equal reports whether both nodes and all that is in them are the same.
func (n Node) Equal(other Node) bool {
	return n.Type == other.Type && n.Text == other.Text && n.Attrs == other.Attrs &&
		slices.Equal(n.Marks, other.Marks) && slices.EqualFunc(n.Content, other.Content, Node.Equal)
}

// All calls visit for each node, before those inside it, until it returns false.
// It is for reading: visit must not change the node.
func (d Doc) All(visit func(*Node) bool) { walk(d.Content, visit) }

func walk(nodes []Node, visit func(*Node) bool) bool {
	for i := range nodes {
		if !visit(&nodes[i]) || !walk(nodes[i].Content, visit) {
			return false
		}
	}
	return true
}

// Empty reports whether the document shows nothing: it has no text, and no
// photo, video, embed or rule.
func (d Doc) Empty() bool {
	empty := true
	d.All(func(n *Node) bool {
		switch n.Type {
		case TypePhoto, TypeVideo, TypeEmbed, TypeRule:
			empty = false
		case TypeText:
			empty = strings.TrimSpace(n.Text) == ""
		case TypeQuote:
			empty = n.Attrs.Attribution == ""
		default:
		}
		return empty
	})
	return empty
}

// Text returns the text alone. A blank line parts the blocks; list items and
// rows of a table have a line each, and a tab parts the cells of a row. The
// attribution of a quote is its last line. Captions are not part of it.
func (d Doc) Text() string { return string(appendParts(nil, d.Content, "\n\n")) }

// appendParts appends the texts of nodes with sep between those that are not empty.
func appendParts(b []byte, nodes []Node, sep string) []byte {
	start := len(b)
	for i := range nodes {
		before := len(b)
		if before > start {
			b = append(b, sep...)
		}
		from := len(b)
		if b = appendText(b, &nodes[i]); len(b) == from {
			b = b[:before]
		}
	}
	return b
}

func appendText(b []byte, n *Node) []byte {
	switch n.Type {
	case TypeText:
		return append(b, n.Text...)
	case TypeTableRow: // empty cells count: they keep the columns apart
		for i := range n.Content {
			if i > 0 {
				b = append(b, '\t')
			}
			b = appendText(b, &n.Content[i])
		}
		return b
	case TypeTableCell:
		return appendParts(b, n.Content, " ")
	case TypeParagraph, TypeCrosshead:
		return appendParts(b, n.Content, "")
	case TypeQuote:
		start := len(b)
		b = appendParts(b, n.Content, "\n\n")
		if len(b) > start && n.Attrs.Attribution != "" {
			b = append(b, '\n')
		}
		return append(b, n.Attrs.Attribution...)
	default:
		return appendParts(b, n.Content, "\n")
	}
}

// Words counts the words of the text: runs between white space that hold a
// letter or a digit.
func (d Doc) Words() int {
	c := wordCounter{}
	c.nodes(d.Content)
	return c.words
}

type wordCounter struct {
	words int
	in    bool // the current run is counted
}

func (c *wordCounter) nodes(nodes []Node) {
	for i := range nodes {
		n := &nodes[i]
		if n.Type == TypeText {
			c.text(n.Text)
			continue
		}
		c.in = false
		c.nodes(n.Content)
		c.in = false
		c.text(n.Attrs.Attribution)
	}
}

func (c *wordCounter) text(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			c.in = false
		case !c.in && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			c.in = true
			c.words++
		}
	}
}

// Excerpt returns the beginning of the paragraphs' text in one line of at most
// limit characters, cut between words and marked with an ellipsis.
func (d Doc) Excerpt(limit int) string {
	var b []byte
	d.All(func(n *Node) bool {
		if n.Type == TypeParagraph {
			b = append(appendText(b, n), ' ')
		}
		return len(b) <= 4*limit
	})
	text := strings.Join(strings.Fields(string(b)), " ")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	end := 0 // the byte after which limit-1 characters are full
	for range max(limit-1, 0) {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if text[end] != ' ' {
		if space := strings.LastIndexByte(text[:end], ' '); space > 0 {
			end = space
		}
	}
	return strings.TrimRightFunc(text[:end], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-", r) }) + "…"
}

// A Heading is a crosshead of a document.
type Heading struct {
	Text  string
	Block int // its place in Doc.Content
}

// Outline lists the crossheads in order.
func (d Doc) Outline() (headings []Heading) {
	for i := range d.Content {
		if n := &d.Content[i]; n.Type == TypeCrosshead && len(n.Content) > 0 {
			headings = append(headings, Heading{string(appendText(nil, n)), i})
		}
	}
	return headings
}

// Origins lists the distinct origins of the blocks in order of their first use.
func (d Doc) Origins() (origins []Origin) {
	d.All(func(n *Node) bool {
		if o := n.Attrs.Origin; !o.IsZero() && !slices.Contains(origins, o) {
			origins = append(origins, o)
		}
		return true
	})
	return origins
}

// Media lists the distinct photos and videos that the document shows, posters
// of videos included, in order of their first use.
func (d Doc) Media() (media []id.ID) {
	d.All(func(n *Node) bool {
		for _, m := range [...]id.ID{n.Attrs.Media, n.Attrs.Poster} {
			if m != 0 && !slices.Contains(media, m) {
				media = append(media, m)
			}
		}
		return true
	})
	return media
}

// WithOrigin returns a copy of the document in which every block has the origin
// o and no other.
func (d Doc) WithOrigin(o Origin) Doc {
	nodes := copyWithoutOrigin(d.Content)
	for i := range nodes {
		nodes[i].Attrs.Origin = o
	}
	return Doc{nodes}
}

// WithMissingOrigin returns a copy of the document in which each block that has
// no origin has o: what staff wrote between the paragraphs of an agency.
func (d Doc) WithMissingOrigin(o Origin) Doc {
	nodes := slices.Clone(d.Content)
	for i := range nodes {
		if nodes[i].Attrs.Origin.IsZero() {
			nodes[i].Attrs.Origin = o
		}
	}
	return Doc{nodes}
}

func copyWithoutOrigin(nodes []Node) []Node {
	nodes = slices.Clone(nodes)
	for i := range nodes {
		nodes[i].Attrs.Origin = Origin{}
		if len(nodes[i].Content) > 0 && nodes[i].Content[0].Type != TypeText {
			nodes[i].Content = copyWithoutOrigin(nodes[i].Content)
		}
	}
	return nodes
}

// Paragraph returns a paragraph that holds s without marks, or nothing.
func Paragraph(s string) Node {
	n := Node{Type: TypeParagraph}
	if s != "" {
		n.Content = []Node{{Type: TypeText, Text: s}}
	}
	return n
}
