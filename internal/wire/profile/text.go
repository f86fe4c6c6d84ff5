package profile

import (
	"regexp"
	"slices"
	"strings"

	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/item"
)

// A text is a body of an item as blocks that can be taken out: those of its document, or
// the paragraphs of plain text.
type text struct {
	body    *item.Body
	blocks  []string
	nodes   []richtext.Node // of a document, as many as blocks
	changed bool
}

var blank = regexp.MustCompile(`\r?\n[ \t]*\r?\n\s*`)

func textOf(b *item.Body) *text {
	t := &text{body: b}
	if !b.Rich() {
		t.blocks = blank.Split(strings.TrimSpace(b.Value), -1)
		return t
	}
	t.nodes = slices.Clone(b.Doc.Content)
	for i := range t.nodes {
		t.blocks = append(t.blocks, richtext.Doc{Content: t.nodes[i : i+1]}.Text())
	}
	return t
}

// store gives the body what is left.
func (t *text) store() {
	switch {
	case !t.changed:
	case t.body.Rich():
		t.body.Doc = richtext.Doc{Content: t.nodes}
	default:
		t.body.Value = strings.Join(t.blocks, "\n\n")
	}
}

// isWords reports whether a block has no more to it than its words: a photo, say, is
// never taken out.
func (t *text) isWords(i int) bool {
	if t.nodes == nil {
		return true
	}
	switch t.nodes[i].Type {
	case richtext.TypeParagraph, richtext.TypeCrosshead, richtext.TypeList, richtext.TypeQuote:
		return true
	default:
		return false
	}
}

// cut takes out the blocks from i to before j and returns their words.
func (t *text) cut(i, j int) string {
	words := strings.Join(t.blocks[i:j], "\n")
	t.blocks = slices.Delete(t.blocks, i, j)
	if t.nodes != nil {
		t.nodes = slices.Delete(t.nodes, i, j)
	}
	t.changed = true
	return words
}

// cutPrefix takes the first n bytes from block i, which goes on behind them.
func (t *text) cutPrefix(i, n int) {
	t.changed = true
	t.blocks[i] = t.blocks[i][n:]
	if t.nodes == nil {
		return
	}
	runs := slices.Clone(t.nodes[i].Content)
	for len(runs) > 0 && n > 0 {
		if n < len(runs[0].Text) {
			runs[0].Text = runs[0].Text[n:]
			break
		}
		n -= len(runs[0].Text)
		runs = runs[1:]
	}
	t.nodes[i].Content = runs
}

// first is the first block with words, -1 when there is none among the first few.
func (t *text) first() int {
	for i := range min(len(t.blocks), maxAbove) {
		if strings.TrimSpace(t.blocks[i]) != "" && t.isWords(i) {
			return i
		}
	}
	return -1
}

// maxAbove is how many blocks at the beginning of a text may be something else than it.
const maxAbove = 6
