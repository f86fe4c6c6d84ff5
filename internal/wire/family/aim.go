package family

import (
	"slices"
	"strings"

	"broadsheet/internal/id"
)

// Aim finds what a kill or correction that is an item of its own is about, among the
// takes of its family: takes of its agency that came before it. What it names by link
// or identifier is it. Else the lead that it names by number; else the take whose
// headline it repeats; else, for a kill, every text of the story, since what must not
// be used is better taken down once too often, and for a correction the newest one.
// A kill does not reach pictures unless it names them.
func Aim(by *Take, takes []Take) []id.ID {
	itself := slices.ContainsFunc(takes, func(t Take) bool { return t.Item == by.Item && !t.Sign.Orders() })
	if !by.Sign.Orders() || itself { // a newer version that takes back or corrects its own item is about that
		return nil
	}
	named, texts := reached(by, takes)
	if len(named) == 0 {
		named = texts
		for _, fits := range []func(*Take) bool{
			func(t *Take) bool { return t.Sign.Base == by.Sign.Base },
			func(t *Take) bool { return t.Sign.Slug == by.Sign.Slug },
			func(t *Take) bool {
				return by.Sign.Number > 0 && t.Sign.Role == Lead && t.Sign.Number == by.Sign.Number
			},
			func(t *Take) bool { return sameTitle(t.Sign.Title, by.Sign.Title) },
		} {
			named = narrow(named, fits)
		}
		if by.Sign.Role == Correction && len(named) > 0 {
			named = []*Take{newest(named)}
		}
	}
	var ids []id.ID
	for _, t := range named {
		if !slices.Contains(ids, t.Item) {
			ids = append(ids, t.Item)
		}
	}
	return ids
}

// Orders reports whether the take says something about other items: a kill or a correction.
func (s *Sign) Orders() bool { return s.Role == Kill || s.Role == Correction }

// reached are the takes that by names, and the texts that it may be about.
func reached(by *Take, takes []Take) (named, texts []*Take) {
	for i := range takes {
		t := &takes[i]
		if t.Item == by.Item || t.Sign.Agency != by.Sign.Agency || t.Sent.After(by.Sent) {
			continue
		}
		if slices.Contains(by.Targets, t.Item) {
			named = append(named, t)
		}
		if t.Sign.Role.main() || t.Sign.Role == Part || t.Sign.Role == Sidebar {
			texts = append(texts, t)
		}
	}
	return named, texts
}

// narrow keeps those that fit, or all when none does.
func narrow(list []*Take, fits func(*Take) bool) []*Take {
	var kept []*Take
	for _, t := range list {
		if fits(t) {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return list
	}
	return kept
}

func newest(list []*Take) *Take {
	return slices.MaxFunc(list, func(a, b *Take) int { return a.Sent.Compare(b.Sent) })
}

// sameTitle reports whether one headline says the other again.
func sameTitle(a, b string) bool {
	return a != "" && b != "" && (a == b || len(b) > minTitle && strings.Contains(a, b) || len(a) > minTitle && strings.Contains(b, a))
}

// minTitle is how long a headline must be to be recognised inside another one, in bytes.
const minTitle = 20
