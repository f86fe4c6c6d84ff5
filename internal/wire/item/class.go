package item

import (
	"cmp"
	"strings"
)

// A Class is where a subject belongs.
type Class string

// The classes, by the last part of an agency's type code.
const (
	ClassPerson       Class = "person"
	ClassOrganisation Class = "organisation"
	ClassPlace        Class = "geoarea"
	ClassPOI          Class = "poi"
	ClassEvent        Class = "event"
	ClassObject       Class = "object"
)

// ClassOf finds the class of a concept. cptType is Reuters' list, where 5 is places.
func ClassOf(c Concept) Class {
	if strings.EqualFold(c.Type, "cptType:5") {
		return ClassPlace
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
		switch k := Class(strings.ToLower(LastPart(t))); k {
		case ClassPerson, ClassOrganisation, ClassPlace, ClassPOI, ClassEvent, ClassObject:
			return k
		}
	}
	return ""
}
