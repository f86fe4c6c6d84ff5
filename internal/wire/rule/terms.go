package rule

import (
	"strconv"
	"strings"

	"broadsheet/internal/search"
	"broadsheet/internal/wire/item"
)

// Terms of items in the wire's index that have no value.
const (
	WithPhotos  = "photos"
	WithEmbargo = "embargo" // also one that is over
	Hidden      = "hidden"  // dropped, or not for us
)

// maxTerms bounds the terms of one item: some agencies send a thousand codes.
const maxTerms = 400

// Service is the term of the feed that an item came by.
func Service(name string) string { return "service " + search.Fold(name) }

// Type is the term of an item's type.
func Type(name string) string { return "type " + search.Fold(name) }

// Subject is the term of what an item is about, by name or code.
func Subject(nameOrCode string) string { return "subject " + search.Fold(nameOrCode) }

// Place is the term of where something happened, by name or code.
func Place(nameOrCode string) string { return "place " + search.Fold(nameOrCode) }

// Language is the term of a language tag, or of its first part.
func Language(tag string) string { return "language " + search.Fold(tag) }

// Status is the term of what may be done with an item.
func Status(s item.Status) string { return "status " + string(s) }

// Tag is the term of a tag.
func Tag(tag string) string { return "tag " + search.Fold(tag) }

// UpToUrgency are the terms of the urgencies from 1 to limit.
func UpToUrgency(limit int) []string {
	var list []string
	for u := 1; u <= limit; u++ {
		list = append(list, urgency(u))
	}
	return list
}

func urgency(u int) string { return "urgency " + strconv.Itoa(u) }

// Terms are what an item can be filtered by, apart from what may change without a new
// version: its status, its tags, and whether it is hidden.
func Terms(it *item.Item, service string, photos int) []string {
	terms := []string{Service(service)}
	if it.Type != "" {
		terms = append(terms, Type(it.Type))
	}
	if it.Urgency > 0 {
		terms = append(terms, urgency(it.Urgency))
	}
	if photos > 0 {
		terms = append(terms, WithPhotos)
	}
	if !it.Embargoed.IsZero() {
		terms = append(terms, WithEmbargo)
	}
	if it.Language != "" {
		terms = append(terms, Language(it.Language))
		if first, _, more := strings.Cut(it.Language, "-"); more {
			terms = append(terms, Language(first))
		}
	}
	terms = concepts(terms, Place, it.Places, it.Located)
	terms = concepts(terms, Subject, it.Subjects)
	return terms[:min(len(terms), maxTerms)]
}

// concepts adds each concept by its name, its code and the end of its code.
func concepts(terms []string, term func(string) string, lists ...[]item.Concept) []string {
	seen := map[string]bool{}
	add := func(v string) {
		if t := term(v); v != "" && !seen[t] {
			seen[t] = true
			terms = append(terms, t)
		}
	}
	for _, list := range lists {
		for i := range list {
			c := &list[i]
			add(c.Name)
			add(c.Literal)
			add(c.Code)
			add(c.Code[strings.LastIndexAny(c.Code, ":/")+1:])
			add(c.URI[strings.LastIndexAny(c.URI, ":/")+1:])
		}
	}
	return terms
}
