package richtext

// A place is what a builder is inside of: it says which blocks can be made there.
type place uint8

const (
	inDoc   place = iota // every block
	inQuote              // paragraphs and lists
	inItem               // paragraphs and lists
	inCell               // paragraphs
)

// maxLists is how deep lists are kept inside lists; deeper ones become
// paragraphs. Each takes two levels of the document, and paragraphs one.
const maxLists = 6

// A builder puts a document together from a stream of text and blocks.
type builder struct {
	out   *[]Node
	place place
	line  line     // the text of the block that is being put together
	kind  NodeType // of that block: paragraph or crosshead
	lists int      // how many lists are around
	later []Node   // found inside a block, to be put after it
	made  int      // how many blocks there are, about
}

// flush ends the block that is being put together.
func (b *builder) flush() {
	if runs := b.line.take(); len(runs) > 0 {
		*b.out = append(*b.out, Node{Type: b.kind, Content: runs})
		b.made++
	}
	if b.place == inDoc && len(b.later) > 0 {
		*b.out = append(*b.out, b.later...)
		b.later = nil
	}
}

// add appends a finished block.
func (b *builder) add(n Node) {
	*b.out = append(*b.out, n)
	b.made++
	b.flush()
}

// inside runs walk at another place, and returns the blocks that it made.
func (b *builder) inside(p place, walk func()) (made []Node) {
	b.flush()
	out, around, kind := b.out, b.place, b.kind
	b.out, b.place, b.kind = &made, p, TypeParagraph
	walk()
	b.flush()
	b.out, b.place, b.kind = out, around, kind
	return made
}

// item makes a list item, which must begin with a paragraph.
func item(content []Node) Node {
	if content[0].Type != TypeParagraph {
		content = append([]Node{{Type: TypeParagraph}}, content...)
	}
	return Node{Type: TypeListItem, Content: content}
}
