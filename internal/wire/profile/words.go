package profile

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A matcher looks for wording. Words in capitals only match capitals, others any case; "#"
// stands for a number, a space for any white space. Most lines have none of the words, so
// it asks for their first letter before all else.
type matcher struct {
	byFirst map[rune][]word // by the first letter in small
}

type word struct {
	text string // in small letters where fold is set
	fold bool
	open bool // ends in a letter or digit, so that none may follow
}

func newMatcher(words []string) (*matcher, error) {
	m := &matcher{byFirst: map[rune][]word{}}
	for _, text := range words {
		if strings.TrimSpace(text) == "" || len(text) > maxShape {
			return nil, errors.New("words and begin must not be empty, nor their words")
		}
		last, _ := utf8.DecodeLastRuneInString(text)
		w := word{text: text, fold: strings.ContainsFunc(text, unicode.IsLower), open: isWord(last) || last == '#'}
		if w.fold {
			w.text = strings.ToLower(text)
		}
		first, _ := utf8.DecodeRuneInString(text)
		if first == '#' {
			for digit := '0'; digit <= '9'; digit++ {
				m.byFirst[digit] = append(m.byFirst[digit], w)
			}
			continue
		}
		m.byFirst[unicode.ToLower(first)] = append(m.byFirst[unicode.ToLower(first)], w)
	}
	if len(m.byFirst) == 0 {
		return nil, errors.New("words and begin must not be empty, nor their words")
	}
	return m, nil
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isSpace(r rune) bool { return unicode.IsSpace(r) || r == '\u00a0' }

// at calls try with the length of each of the words that s begins with, until it returns true.
func (m *matcher) at(s string, try func(n int, w word) bool) bool {
	first, _ := utf8.DecodeRuneInString(s)
	for _, w := range m.byFirst[unicode.ToLower(first)] {
		if n := w.match(s); n > 0 && try(n, w) {
			return true
		}
	}
	return false
}

// match is how much of the beginning of s the word is, 0 for none of it.
func (w *word) match(s string) int {
	rest := s
	for _, want := range w.text {
		switch want {
		case ' ':
			trimmed := strings.TrimLeftFunc(rest, isSpace)
			if len(trimmed) == len(rest) {
				return 0
			}
			rest = trimmed
		case '#':
			digits := strings.TrimLeft(rest[:min(len(rest), maxDigits)], "0123456789")
			n := min(len(rest), maxDigits) - len(digits)
			if n == 0 {
				return 0
			}
			rest = rest[n:]
		default:
			have, size := utf8.DecodeRuneInString(rest)
			if have != want && (!w.fold || unicode.ToLower(have) != want) {
				return 0
			}
			rest = rest[size:]
		}
	}
	return len(s) - len(rest)
}

// maxDigits is how long a number in a wording is.
const maxDigits = 4

// whole reports whether s is one of the words, from end to end.
func (m *matcher) whole(s string) bool {
	return m.at(s, func(n int, _ word) bool { return n == len(s) })
}

// The marks that may stand before a wording, and those that make it a label.
const (
	marksBefore = "([*#/+=–—-"
	opening     = "([*/+=–—-"
	closing     = ")]*/+=:–—-"
)

// begins returns the beginning of s up to the end of one of the words, which only marks may
// stand before and no letter or digit behind. It is "" when there is none.
func (m *matcher) begins(s string) string {
	start := strings.TrimLeftFunc(s, func(r rune) bool { return isSpace(r) || strings.ContainsRune(marksBefore, r) })
	found := ""
	m.at(start, func(n int, w word) bool {
		if next, _ := utf8.DecodeRuneInString(start[n:]); w.open && n < len(start) && isWord(next) {
			return false
		}
		found = s[:len(s)-len(start)+n]
		return true
	})
	return found
}

// label returns the label that a line begins with and the line without it: "URGENT: …",
// "(LEAD) …", "UPDATE 2-…".
func (m *matcher) label(line string) (label, rest string, ok bool) {
	inside := strings.TrimLeft(line, opening)
	marked := len(inside) < len(line)
	start := strings.TrimLeftFunc(inside, isSpace)
	m.at(start, func(n int, _ word) bool {
		behind := strings.TrimLeftFunc(start[n:], isSpace)
		after := strings.TrimLeft(behind, ":/–—_")
		switch {
		case marked:
			after = strings.TrimLeft(behind, closing)
		case len(after) < len(behind):
		case strings.HasPrefix(behind, "..."):
			after = behind[len("..."):]
		default:
			after = strings.TrimLeft(behind, "-")
		}
		if len(after) == len(behind) {
			return false
		}
		label, rest, ok = start[:n], strings.TrimLeftFunc(after, isSpace), true
		return true
	})
	if !ok {
		return "", line, false
	}
	return label, rest, true
}
