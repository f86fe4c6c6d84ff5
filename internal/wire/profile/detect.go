package profile

import (
	"strings"

	"broadsheet/internal/wire/item"
)

// How much each way of detecting counts. One that is certain outweighs all mentions.
const (
	byName    = 5
	byURI     = 4
	bySource  = 3
	byMention = 2
)

// beginning is how much of a text is looked at for mentions, in bytes.
const beginning = 400

// For is the profile of an item: the one with the name that its source has, else the one
// that the item shows itself to be of, else the generic one. It is never nil.
func (s *Set) For(id string, it *item.Item) *Profile {
	if p := s.byID[id]; p != nil {
		return p
	}
	seen := sightOf(it)
	best, score := s.byID[Generic], 0
	for _, id := range s.ids {
		if p := s.byID[id]; p.score(&seen) > score {
			best, score = p, p.score(&seen)
		}
	}
	return best
}

// A sight is what an item shows of its agency, in lower case.
type sight struct {
	names   map[string]bool
	uris    []string
	sources map[string]bool
	start   string // in its own case
}

func sightOf(it *item.Item) sight {
	v := sight{names: map[string]bool{}, sources: map[string]bool{}}
	addName := func(names ...string) {
		for _, n := range names {
			if n = strings.ToLower(strings.TrimSpace(n)); n != "" {
				v.names[n] = true
			}
		}
	}
	addConcept := func(c item.Concept) { addName(c.Name, c.Literal, c.Code, c.Word()) }
	addConcept(it.Provider)
	for _, list := range [][]item.Concept{it.InfoSources, it.Services} {
		for _, c := range list[:min(len(list), maxWords)] {
			addConcept(c)
		}
	}
	for _, t := range it.Creditlines[:min(len(it.Creditlines), maxAbove)] {
		addName(t.Value)
	}
	for _, r := range it.Rights[:min(len(it.Rights), maxAbove)] {
		addConcept(r.Holder)
	}
	v.uris = append([]string{it.URI, it.Provider.URI, it.Profile}, it.Catalogs[:min(len(it.Catalogs), maxWords)]...)
	for _, c := range it.Subjects[:min(len(it.Subjects), maxWords)] {
		v.uris = append(v.uris, c.URI, c.Scheme, c.Code)
	}
	for _, c := range it.Services {
		v.sources[strings.ToLower(c.Code)] = true
	}
	if isText(it) {
		words := plainOf(it)
		v.start = words[:min(len(words), beginning)]
	}
	return v
}

func (p *Profile) score(v *sight) int {
	score := 0
	for _, n := range p.Detect.Names {
		if v.names[strings.ToLower(n)] {
			score = byName
		}
	}
	if p.hasURI(v) {
		score += byURI
	}
	for _, s := range p.Detect.Sources {
		if v.sources[strings.ToLower(s)] {
			score += bySource
			break
		}
	}
	for _, m := range p.Detect.Mentions {
		if strings.Contains(v.start, m) {
			return score + byMention
		}
	}
	return score
}

func (p *Profile) hasURI(v *sight) bool {
	for _, prefix := range p.Detect.URIs {
		for _, uri := range v.uris {
			if _, after, aliased := strings.Cut(uri, "="); strings.HasPrefix(uri, prefix) || aliased && strings.HasPrefix(after, prefix) {
				return true
			}
		}
	}
	return false
}
