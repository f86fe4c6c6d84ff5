package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A word is a run of letters, digits and the marks on them, folded. A run of characters
// of a script that is written without spaces between words has no words to see; it is
// kept as its overlapping pairs, and the last character alone: 国会議員 as 国会 会議 議員 員.
// A query of two characters or more is then a phrase of pairs, and one of a single
// character the beginning of a pair. (Trigrams, which SQLite has built in, cannot find
// the two characters that most Chinese words have.)

// pairs are the scripts that are kept as pairs. Hangul has spaces, but its words carry
// their particles with them, and a reader looks for them without.
var pairs = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// letters that Unicode does not take apart, and that a desk types without their strokes.
var plain = map[rune]string{
	'ø': "o", 'đ': "d", 'ł': "l", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ĸ': "k",
}

// accent reports whether a mark is one that words are found without: Latin, Greek and
// Cyrillic accents, Hebrew points, Arabic vowels. In other scripts marks are letters.
func accent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 && r != 0x5be || r >= 0x64b && r <= 0x65f || r == 0x670 || r == 0x640
}

// fold brings what a reader takes for the same letters together.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	folded := cases.Fold().String(norm.NFKD.String(s)) // one Caser a call: they are not safe to share
	var b strings.Builder
	b.Grow(len(folded))
	for _, r := range folded {
		switch p, ok := plain[r]; {
		case ok:
			b.WriteString(p)
		case accent(r) || unicode.Is(unicode.Cf, r): // soft hyphens, joiners
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String()) // Hangul and kana whole again
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// A token is a word, or a run of characters without spaces.
type token struct {
	text string
	run  bool // to be kept as pairs
}

// split parts folded text into tokens and calls yield for each; broken is set on the
// first after the end of a line, which no phrase reaches across.
func split(folded string, yield func(t token, broken bool)) {
	start, kind, broken := -1, false, false
	end := func(at int) {
		if start >= 0 {
			yield(token{folded[start:at], kind}, broken)
			start, broken = -1, false
		}
	}
	for i, r := range folded {
		if !wordRune(r) {
			end(i)
			broken = broken || r == '\n'
			continue
		}
		run := r >= 0xe00 && unicode.IsOneOf(pairs, r)
		if start >= 0 && run != kind && !unicode.IsMark(r) {
			end(i)
		}
		if start < 0 {
			start, kind = i, run
		}
	}
	end(len(folded))
}

// pairsOf are the overlapping pairs of a run.
func pairsOf(run string) []string {
	chars := []rune(run)
	list := make([]string, 0, len(chars))
	for i := range len(chars) - 1 {
		list = append(list, string(chars[i:i+2]))
	}
	return list
}

// cut shortens a word that is longer than any that somebody types.
func cut(word string) string {
	if len(word) <= MaxWord {
		return word
	}
	n := 0
	for i := range word {
		if n == MaxWord {
			return word[:i]
		}
		n++
	}
	return word
}

// A Text is a document's words and where they stand.
type Text struct {
	words  []string // in order; "" where a line ends
	places map[string][]int
}

// NewText reads the words of a text.
func NewText(s string) *Text {
	t := &Text{places: map[string][]int{}}
	put := func(w string) {
		t.places[w] = append(t.places[w], len(t.words))
		t.words = append(t.words, w)
	}
	if len(s) > MaxText {
		s = strings.ToValidUTF8(s[:MaxText], "")
	}
	split(fold(s), func(tok token, broken bool) {
		if broken && len(t.words) > 0 {
			t.words = append(t.words, "")
		}
		if !tok.run {
			put(cut(tok.text))
			return
		}
		for _, p := range pairsOf(tok.text) {
			put(p)
		}
		_, last := utf8.DecodeLastRuneInString(tok.text)
		put(tok.text[len(tok.text)-last:])
	})
	return t
}

// Has reports whether a search with these words would find the text.
func (t *Text) Has(w Words) bool {
	for i := range w.clauses {
		if t.hasClause(&w.clauses[i]) == w.clauses[i].without {
			return false
		}
	}
	return true
}

func (t *Text) hasClause(c *clause) bool {
	if len(c.words) == 1 && c.prefix {
		if len(t.places[c.words[0]]) > 0 {
			return true
		}
		for w := range t.places {
			if strings.HasPrefix(w, c.words[0]) {
				return true
			}
		}
		return false
	}
	for _, at := range t.places[c.words[0]] {
		if t.standsAt(c, at) {
			return true
		}
	}
	return false
}

func (t *Text) standsAt(c *clause, at int) bool {
	if at+len(c.words) > len(t.words) {
		return false
	}
	last := len(c.words) - 1
	for i, w := range c.words {
		have := t.words[at+i]
		if have != w && (i != last || !c.prefix || !strings.HasPrefix(have, w)) {
			return false
		}
	}
	return true
}

// Has reports whether a search for q would find a document with these words and terms,
// whatever its Order is.
func (q *Query) Has(t *Text, terms map[string]bool) bool {
	for _, term := range q.All {
		if !terms[term] {
			return false
		}
	}
	for _, term := range q.None {
		if terms[term] {
			return false
		}
	}
	for _, list := range q.Any {
		if !slices.ContainsFunc(list, func(term string) bool { return terms[term] }) {
			return false
		}
	}
	return t.Has(q.Words)
}

// Fold brings together what a reader takes for the same: upper and lower case, letters
// with and without accents, any number of spaces.
func Fold(s string) string { return strings.Join(strings.Fields(fold(s)), " ") }
