package newsmlg2

import (
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
)

// A shape says which attributes and elements a concept may have in a place, as the
// standard's types do: it is a sum of these.
type shape uint

const (
	literal shape = 1 << iota // a free-text identifier, and a type
	role                      // a refinement of the property
	notes                     // definition and note
	related                   // sameAs, broader, narrower, related
	tagged                    // confidence, relevance
)

// The types of the standard by the names that its elements share.
const (
	named    shape = 0                         // QualPropType
	flexible       = literal                   // FlexPropType
	defined        = literal | notes | related // Flex1PropType
	party          = defined                   // FlexPartyPropType
	author         = defined | role            // FlexAuthorPropType, Flex1PartyPropType
	rated          = defined | tagged          // Flex1ConceptPropType, AudienceType
)

func (w *writing) concepts(name string, list []item.Concept, s shape) {
	for i := range list {
		w.concept(name, &list[i], s)
	}
}

// concept writes as much of a concept as has a place in the element. An empty one is
// left out.
func (w *writing) concept(name string, c *item.Concept, s shape) {
	if c.IsZero() {
		return
	}
	attrs := w.identity(c, s)
	if s&role != 0 {
		attr, value := code("role", c.Role)
		attrs = append(attrs, attr, value)
	}
	if s&tagged != 0 {
		attrs = append(attrs, "confidence", percent(c.Confidence), "relevance", percent(c.Relevance))
	}
	w.start(name, attrs...)
	w.names(c)
	if s&notes != 0 {
		w.notes(c.Notes)
	}
	if s&related != 0 {
		w.relations(c.Related)
	}
	w.end()
}

// identity returns the attributes that say which concept it is.
func (w *writing) identity(c *item.Concept, s shape) []string {
	qcode, uri := "", c.URI
	if attr, value := code("qcode", c.Code); attr == "qcode" && value != "" {
		qcode = c.Code
		prefix, rest, _ := strings.Cut(c.Code, ":")
		if c.URI == c.Scheme+rest && ncName.MatchString(prefix) && w.knows(prefix, c.Scheme) {
			uri = ""
		}
	}
	creator, creatorValue := code("creator", c.Creator)
	attrs := []string{"qcode", qcode, "uri", uri, creator, creatorValue}
	if s&literal != 0 {
		kind, value := code("type", c.Type)
		attrs = append(attrs, "literal", oneLine(c.Literal), kind, value)
	}
	return attrs
}

func (w *writing) names(c *item.Concept) {
	if len(c.Names) == 0 && c.Name != "" {
		w.text("name", oneLine(c.Name))
	}
	w.labels("name", c.Names)
}

func (w *writing) notes(list []item.Text) {
	for _, t := range list {
		name := "note"
		if t.Role == "definition" {
			name = t.Role
		}
		if t.Role == name {
			t.Role = ""
		}
		w.block(name, &t, "")
	}
}

// relations writes what a concept has to do with others, one step far.
func (w *writing) relations(list []item.Concept) {
	for i := range list {
		c := &list[i]
		attrs := w.identity(c, literal)
		switch c.Rel {
		case "sameAs", "broader", "narrower", "related":
			w.start(c.Rel, attrs...)
		default:
			attr, value := code("rel", c.Rel)
			if value == "" {
				continue
			}
			w.start("related", append(attrs, attr, value)...)
		}
		w.names(c)
		w.end()
	}
}

// percent is a whole number from 0 to 100, or nothing.
func percent(s string) string {
	if v, err := strconv.Atoi(s); err != nil || v < 0 || v > 100 {
		return ""
	}
	return s
}
