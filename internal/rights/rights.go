// Package rights reads what agencies write about the use of their texts and photos,
// and says what of it a program can act upon.
//
// Usage terms are words for people: "Editorial use only. Germany out. Not after 31
// December 2026." [Parse] understands the phrases that agencies use most, in English,
// German, French and Spanish. It is careful in one direction: a clause is understood as
// a whole or not at all, so that "no archive restrictions" is never read as "no
// archive". What is not understood stays text, in [Terms.Left], for a person to read.
package rights

import (
	"slices"
	"strings"
	"time"
)

// MaxText is how much of the terms is read, in bytes. What is beyond stays text.
const MaxText = 16 << 10

// maxClause is the longest clause that is looked at, in bytes: no agency's phrases are
// longer, and prose is not to be searched word by word.
const maxClause = 500

// A Right is one thing that terms ask for or forbid.
type Right string

// The rights, in the words in which the desk is told.
const (
	CreditRequired  Right = "credit required"
	EditorialOnly   Right = "editorial use only"
	OneTime         Right = "one-time use"
	OnlineOnly      Right = "online only"
	PrintOnly       Right = "print only"
	NoOnline        Right = "not online"
	NoArchive       Right = "no archive"
	NoSocial        Right = "no social media"
	NoSales         Right = "no resale"
	NoAdvertising   Right = "no advertising"
	NoAlteration    Right = "no alteration"
	NoTelevision    Right = "not on television"
	NoMobile        Right = "not on mobile"
	SubscribersOnly Right = "subscribers only"
	Territory       Right = "territory"
	Until           Right = "until"
	Within          Right = "within days"
)

// A Phrase is a right with the words that gave it.
type Phrase struct {
	Right Right  `json:"right"`
	Words string `json:"words"`
}

// Terms are usage terms as far as they were understood. The zero Terms ask for nothing.
type Terms struct {
	Only   []string  `json:"only,omitempty"`   // may be used in these territories alone: names in English
	Except []string  `json:"except,omitempty"` // may not be used in these
	Until  time.Time `json:"until,omitzero"`   // the first moment at which it may not be used any more
	Days   int       `json:"days,omitempty"`   // may be used so many days from when it was sent; 0: no such limit
	Credit string    `json:"credit,omitempty"` // how the credit must read, where the terms say it

	Understood []Phrase `json:"understood,omitempty"`
	Left       string   `json:"left,omitempty"` // what was not understood, a clause a line
}

// Has reports whether the terms say so.
func (t *Terms) Has(r Right) bool {
	for _, p := range t.Understood {
		if p.Right == r {
			return true
		}
	}
	return false
}

// Expires returns from when something that was sent at a time may not be used any more;
// zero if the terms set no end.
func (t *Terms) Expires(sent time.Time) time.Time {
	end := t.Until
	if t.Days > 0 && !sent.IsZero() {
		if after := sent.AddDate(0, 0, t.Days); end.IsZero() || after.Before(end) {
			end = after
		}
	}
	return end
}

// Parse reads terms; each text may hold several clauses. It keeps nothing between calls.
func Parse(texts ...string) Terms {
	var t Terms
	var left []string
	room := MaxText
	for _, text := range texts {
		rest := ""
		if len(text) > room {
			cut := strings.ToValidUTF8(text[:room], "")
			text, rest = cut, text[room:]
		}
		room -= len(text)
		for _, clause := range clauses(text) {
			if !t.read(clause) {
				left = append(left, clause)
			}
		}
		if rest = strings.TrimSpace(strings.ToValidUTF8(rest, "")); rest != "" {
			left = append(left, rest)
		}
	}
	t.Left = strings.Join(left, "\n")
	return t
}

// read takes in a clause if all of it is understood.
func (t *Terms) read(clause string) bool {
	after := *t
	after.Understood = append([]Phrase(nil), t.Understood...)
	rest := clause
	if len(rest) > maxClause {
		return false
	}
	for rest = skipFiller(rest); rest != ""; rest = skipFiller(rest) {
		words, ok := after.phrase(rest)
		if !ok {
			return false
		}
		rest = rest[len(words):]
	}
	*t = after
	return true
}

// phrase takes the phrase at the beginning of s and returns its words. Of several the
// longest counts.
func (t *Terms) phrase(s string) (words string, ok bool) {
	var best *rule
	var found []string
	for i := range rules {
		r := &rules[i]
		m := r.pattern.FindStringSubmatch(s)
		if m == nil || len(m[0]) <= len(words) || !ends(s[len(m[0]):]) {
			continue
		}
		if r.take != nil && !r.take(&Terms{}, m[1:]) {
			continue
		}
		if r.right == CreditRequired && r.take != nil && startsPhrase(strings.TrimLeft(m[1], " ,:;-–—")) {
			continue // "mandatory credit, no sales" names nobody
		}
		best, found, words = r, m[1:], m[0]
	}
	if best == nil {
		return "", false
	}
	if best.take != nil {
		best.take(t, found)
	}
	t.note(best.right, strings.TrimSpace(words))
	return words, true
}

func (t *Terms) note(r Right, words string) {
	for _, p := range t.Understood {
		if p.Right == r && strings.EqualFold(p.Words, words) {
			return
		}
	}
	t.Understood = append(t.Understood, Phrase{r, words})
}

// String is the terms in a line for a person: what was understood, in our words.
func (t *Terms) String() string {
	var parts []string
	for _, p := range t.Understood {
		text := string(p.Right)
		if p.Right == Territory || p.Right == Until || p.Right == Within {
			continue // said below
		}
		if p.Right == CreditRequired && t.Credit != "" {
			text = "credit “" + t.Credit + "” required"
		}
		parts = appendNew(parts, text)
	}
	if len(t.Only) > 0 {
		parts = append(parts, "only in "+strings.Join(t.Only, ", "))
	}
	if len(t.Except) > 0 {
		parts = append(parts, "not in "+strings.Join(t.Except, ", "))
	}
	if !t.Until.IsZero() {
		parts = append(parts, "until "+t.Until.Add(-time.Minute).UTC().Format("2 January 2006"))
	}
	if t.Days > 0 {
		parts = append(parts, "within "+plural(t.Days))
	}
	return strings.Join(parts, ", ")
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
