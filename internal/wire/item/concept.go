package item

import "cmp"

// A Concept is a person, a place, a subject, a role, ...: anything that may come
// from a controlled vocabulary.
type Concept struct {
	Name       string      `json:"name,omitempty"`   // the first, or the one in the item's language
	URI        string      `json:"uri,omitempty"`    // resolved through the catalog
	Code       string      `json:"code,omitempty"`   // as sent: a QCode, or a code in Scheme
	Scheme     string      `json:"scheme,omitempty"` // the vocabulary: its URI, or its prefix where that is unknown
	Literal    string      `json:"literal,omitempty"`
	Type       string      `json:"type,omitempty"` // cpnat:person, ...
	Role       string      `json:"role,omitempty"`
	Rel        string      `json:"rel,omitempty"` // to what holds it: about, broader, sameAs, ...
	Names      []Text      `json:"names,omitempty"`
	Notes      []Text      `json:"notes,omitempty"`     // definitions, notes, biographies
	Creator    string      `json:"creator,omitempty"`   // who or what tagged it
	Relevance  string      `json:"relevance,omitempty"` // percent
	Confidence string      `json:"confidence,omitempty"`
	Position   *Position   `json:"position,omitempty"`
	Symbols    []Symbol    `json:"symbols,omitempty"`
	Contact    []Contact   `json:"contact,omitempty"`
	Related    []Concept   `json:"related,omitempty"` // broader, narrower, sameAs, facets, ... by Rel
	Details    []TextValue `json:"details,omitempty"` // everything else, by its path below the concept
	GeoJSON    any         `json:"geoJSON,omitempty"`
}

// IsZero reports whether the concept says nothing.
func (c Concept) IsZero() bool {
	return c.Name == "" && c.URI == "" && c.Code == "" && c.Literal == "" && c.Role == "" && c.Type == "" &&
		len(c.Names) == 0 && len(c.Related) == 0 && len(c.Details) == 0 && len(c.Contact) == 0
}

// Label is the best short text for a concept.
func (c Concept) Label() string {
	for _, s := range []string{c.Name, c.Literal, c.Code, c.URI} {
		if s != "" {
			return s
		}
	}
	return ""
}

// A Position is a point on the Earth, in the agency's own digits.
type Position struct {
	Latitude  string `json:"latitude"`
	Longitude string `json:"longitude"`
	Altitude  string `json:"altitude,omitempty"`
}

// A Symbol is a company's name at an exchange.
type Symbol struct {
	Exchange string `json:"exchange,omitempty"`
	Type     string `json:"symbolType,omitempty"`
	Symbol   string `json:"symbol,omitempty"`
}

// A Contact is a way to reach a person or place: Value, or the address.
type Contact struct {
	Type       string   `json:"type,omitempty"` // email, phone, web, address, ...
	Role       string   `json:"role,omitempty"`
	Language   string   `json:"lang,omitempty"`
	Name       string   `json:"name,omitempty"`
	Value      string   `json:"value,omitempty"`
	Lines      []string `json:"lines,omitempty"`
	Locality   string   `json:"locality,omitempty"`
	Area       string   `json:"area,omitempty"`
	PostalCode string   `json:"postalCode,omitempty"`
	Country    string   `json:"country,omitempty"`
}

// Word is the last part of a code.
func (c Concept) Word() string { return LastPart(cmp.Or(c.Code, c.URI, c.Literal, c.Name)) }
