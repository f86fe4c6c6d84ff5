package wire

import (
	"cmp"
	"strings"
)

// A class is where a subject belongs.
type class string

// The classes, by the last part of an agency's type code.
const (
	classPerson       class = "person"
	classOrganisation class = "organisation"
	classPlace        class = "geoarea"
	classPOI          class = "poi"
	classEvent        class = "event"
	classObject       class = "object"
)

// classOf finds the class of a concept. cptType is Reuters' list, where 5 is places.
func classOf(c Concept) class {
	if strings.EqualFold(c.Type, "cptType:5") {
		return classPlace
	}
	types := []string{c.Type}
	for _, r := range c.Related {
		if r.Rel == "type" {
			types = append(types, cmp.Or(r.Code, r.URI))
		}
	}
	for _, t := range types {
		if !strings.HasPrefix(t, "cpnat:") && !strings.Contains(t, "/cpnature/") {
			continue
		}
		switch k := class(strings.ToLower(lastPart(t))); k {
		case classPerson, classOrganisation, classPlace, classPOI, classEvent, classObject:
			return k
		}
	}
	return ""
}
