// Package compare tells what is different between two documents: two takes of an
// agency's story, two versions of ours.
//
// First the blocks are aligned, then the words of those that changed. Both are found
// with the algorithm of E. Myers, "An O(ND) difference algorithm and its variations"
// (1986), which finds the fewest changes. Its cost grows with the differences, not with
// the length, and is bounded: what differs in more than maxChanges places is taken as
// replaced whole.
package compare

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/internal/richtext"
)

// A State is what became of a block.
type State string

// The states of a block.
const (
	Same    State = "same"
	Changed State = "changed"
	Added   State = "added"
	Removed State = "removed"
)

// A Row is a block in both documents, or in one of them. Old and New are nil where it
// is not.
type Row struct {
	State State
	Old   *richtext.Node
	New   *richtext.Node
	OldAt int // place in the old document; -1 when it is not there
	NewAt int
}

// Limits of the work.
const (
	maxChanges = 500 // differences that are looked for; time and memory are less than this squared
	maxTokens  = 20_000
	maxText    = 400 << 10 // bytes
	alike      = 0.35      // share of words from which two blocks are one that was changed
	maxPairs   = 400       // blocks whose likeness is measured between two that are the same
)

// Blocks aligns the blocks of two documents. Blocks that are not the same but have
// words in common are one that was changed. Where a block came from makes no difference.
func Blocks(before, after richtext.Doc) []Row {
	a, b := before.Content, after.Content
	ka, kb := keys(a), keys(b)
	var rows []Row
	i, j := 0, 0
	for _, m := range matches(ka, kb) {
		rows = append(rows, gap(a, b, i, m.a, j, m.b)...)
		rows = append(rows, Row{State: Same, Old: &a[m.a], New: &b[m.b], OldAt: m.a, NewAt: m.b})
		i, j = m.a+1, m.b+1
	}
	return append(rows, gap(a, b, i, len(a), j, len(b))...)
}

// gap pairs what is between two blocks that are the same, in order.
func gap(a, b []richtext.Node, i, iEnd, j, jEnd int) (rows []Row) {
	wordsA, wordsB := wordSets(a[i:iEnd]), wordSets(b[j:jEnd])
	measured := 0
	for x := i; x < iEnd; x++ {
		pair := -1
		for y := j; y < jEnd && measured < maxPairs; y++ {
			measured++
			if a[x].Type == b[y].Type && share(wordsA[x-i], wordsB[y-(jEnd-len(wordsB))]) >= alike {
				pair = y
				break
			}
		}
		if pair < 0 {
			rows = append(rows, Row{State: Removed, Old: &a[x], OldAt: x, NewAt: -1})
			continue
		}
		for ; j < pair; j++ {
			rows = append(rows, Row{State: Added, New: &b[j], OldAt: -1, NewAt: j})
		}
		rows = append(rows, Row{State: Changed, Old: &a[x], New: &b[pair], OldAt: x, NewAt: pair})
		j = pair + 1
	}
	for ; j < jEnd; j++ {
		rows = append(rows, Row{State: Added, New: &b[j], OldAt: -1, NewAt: j})
	}
	return rows
}

// Words tells what makes one text of another. The texts of the edits that are not
// inserted are the old text, of those that are not deleted the new one.
func Words(before, after string) richtext.Edits {
	var a, b []string
	if len(before)+len(after) <= maxText {
		a, b = Tokens(before), Tokens(after)
	}
	if a == nil && b == nil || len(a)+len(b) > maxTokens {
		return tidy(richtext.Edits{{Change: richtext.Delete, Text: before}, {Change: richtext.Insert, Text: after}})
	}
	var edits richtext.Edits
	i, j := 0, 0
	put := func(c richtext.Change, tokens []string) {
		if len(tokens) > 0 {
			edits = append(edits, richtext.Edit{Change: c, Text: strings.Join(tokens, "")})
		}
	}
	for _, m := range matches(a, b) {
		put(richtext.Delete, a[i:m.a])
		put(richtext.Insert, b[j:m.b])
		put(richtext.Keep, a[m.a:m.a+1])
		i, j = m.a+1, m.b+1
	}
	put(richtext.Delete, a[i:])
	put(richtext.Insert, b[j:])
	return tidy(edits)
}

// tidy joins edits of one kind, and a space that is alone between two changes with them.
func tidy(edits richtext.Edits) richtext.Edits {
	var out richtext.Edits
	var deleted, inserted strings.Builder
	flush := func() {
		if deleted.Len() > 0 {
			out = append(out, richtext.Edit{Change: richtext.Delete, Text: deleted.String()})
		}
		if inserted.Len() > 0 {
			out = append(out, richtext.Edit{Change: richtext.Insert, Text: inserted.String()})
		}
		deleted.Reset()
		inserted.Reset()
	}
	for n, e := range edits {
		switch {
		case e.Text == "":
		case e.Change == richtext.Delete:
			deleted.WriteString(e.Text)
		case e.Change == richtext.Insert:
			inserted.WriteString(e.Text)
		case strings.TrimSpace(e.Text) == "" && deleted.Len() > 0 && inserted.Len() > 0 && n+1 < len(edits) && edits[n+1].Change != richtext.Keep:
			deleted.WriteString(e.Text)
			inserted.WriteString(e.Text)
		default:
			flush()
			if last := len(out) - 1; last >= 0 && out[last].Change == richtext.Keep {
				out[last].Text += e.Text
			} else {
				out = append(out, e)
			}
		}
	}
	flush()
	return out
}

// Tokens parts a text into words, numbers, punctuation marks and runs of white space.
// Together they are the text again.
func Tokens(s string) []string {
	var list []string
	for len(s) > 0 {
		n := tokenEnd(s)
		list = append(list, s[:n])
		s = s[n:]
	}
	return list
}

type class int8

const (
	word class = iota
	space
	mark
)

func classOf(r rune) class {
	switch {
	case unicode.IsSpace(r):
		return space
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.M, r):
		return word
	}
	return mark
}

// tokenEnd finds the end of the first token. "5.9", "it's" and "co-operate" are one word.
func tokenEnd(s string) int {
	first, n := utf8.DecodeRuneInString(s)
	c := classOf(first)
	if c == mark {
		return n
	}
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if classOf(r) != c {
			if c != word || !strings.ContainsRune(".,'’-", r) {
				break
			}
			next, _ := utf8.DecodeRuneInString(s[n+size:])
			if classOf(next) != word || next == utf8.RuneError {
				break
			}
		}
		n += size
	}
	return n
}

// wordSets are the different words of each block, sorted.
func wordSets(blocks []richtext.Node) [][]string {
	list := make([][]string, len(blocks))
	for i := range blocks {
		var words []string
		text := richtext.Doc{Content: blocks[i : i+1]}.Text()
		for _, t := range Tokens(text[:min(len(text), maxBlockText)]) {
			if classOf(firstRune(t)) == word {
				words = append(words, strings.ToLower(t))
			}
		}
		slices.Sort(words)
		list[i] = slices.Compact(words)
	}
	return list
}

// maxBlockText is how much of a block is read to find the one that it became, in bytes.
const maxBlockText = 8 << 10

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// share is how much of the smaller set is in the other: a paragraph that was cut or
// lengthened is still the same one.
func share(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i], b[j]); {
		case c == 0:
			both, i, j = both+1, i+1, j+1
		case c < 0:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(min(len(a), len(b)))
}
