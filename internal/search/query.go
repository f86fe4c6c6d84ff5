package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// minPrefix is how many characters the last word has at least, to be completed: one
// letter begins a word of every text.
const minPrefix = 2

// Words are what somebody looks for. The zero Words are in every text.
type Words struct{ clauses []clause }

// A clause is a word or a phrase that must be there, or must not.
type clause struct {
	words   []string // one after the other
	prefix  bool     // the last of them may go on
	without bool
}

// Empty reports whether nothing is looked for.
func (w Words) Empty() bool { return len(w.clauses) == 0 }

// Exact returns the same words, the last of which is not completed any more: for a rule
// or a saved search, which nobody is still typing.
func (w Words) Exact() Words {
	exact := Words{clauses: make([]clause, len(w.clauses))}
	copy(exact.clauses, w.clauses)
	for i := range exact.clauses {
		c := &exact.clauses[i]
		if r, _ := utf8.DecodeRuneInString(c.words[len(c.words)-1]); !unicode.IsOneOf(pairs, r) {
			c.prefix = false
		}
	}
	return exact
}

// Parse reads what somebody typed: words that must all occur, in any order; “several in
// quotes” one after the other; -without. What is written together, as PORT-ELLERY/BERTH,
// must stand together. The last word may be the beginning of one, unless a space or a
// quote follows it. Any text is a query; what has no words in it is the zero Words.
func Parse(typed string) Words {
	var w Words
	for rest := strings.TrimLeftFunc(typed, unicode.IsSpace); rest != "" && len(w.clauses) < MaxClauses; rest = strings.TrimLeftFunc(rest, unicode.IsSpace) {
		without := false
		if after, ok := strings.CutPrefix(rest, "-"); ok && after != "" {
			if r, _ := utf8.DecodeRuneInString(after); wordRune(r) || isQuote(r) {
				rest, without = after, true
			}
		}
		var piece string
		quoted := false
		if r, size := utf8.DecodeRuneInString(rest); isQuote(r) {
			quoted = true
			piece, rest = untilQuote(rest[size:])
		} else if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
			piece, rest = rest[:i], rest[i:]
		} else {
			piece, rest = rest, ""
		}
		typing := rest == "" && !quoted && !without
		w.clauses = append(w.clauses, clauses(piece, without, typing)...)
	}
	w.clauses = w.clauses[:min(len(w.clauses), MaxClauses)]
	return w
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„«»`, r) }

// untilQuote cuts at the closing quote, or takes everything.
func untilQuote(s string) (inside, rest string) {
	i := strings.IndexFunc(s, isQuote)
	if i < 0 {
		return s, ""
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[:i], s[i+size:]
}

// clauses are what a piece asks for: one phrase of all its words. A character alone is
// the beginning of a pair, and a phrase only at its end, so it is a clause of its own.
func clauses(piece string, without, typing bool) []clause {
	var list []clause
	var phrase []string
	prefix := false
	end := func() {
		if len(phrase) > 0 {
			list = append(list, clause{words: phrase, prefix: prefix, without: without})
		}
		phrase, prefix = nil, false
	}
	split(fold(piece), func(t token, _ bool) {
		if prefix || len(phrase) >= MaxPhrase {
			end()
		}
		word := cut(t.text)
		switch {
		case !t.run:
			phrase = append(phrase, word)
		case utf8.RuneCountInString(t.text) == 1:
			phrase, prefix = append(phrase, t.text), true
		default:
			end() // pairs go on after the end of the run, with its last character
			list = append(list, clause{words: pairsOf(t.text)[:min(utf8.RuneCountInString(t.text)-1, MaxPhrase)], without: without})
		}
	})
	if typing && len(phrase) > 0 && !prefix && utf8.RuneCountInString(phrase[len(phrase)-1]) >= minPrefix {
		prefix = true
	}
	end()
	return list
}
