package newsml1

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// readTopicSets reads all topics of the file first, as they say what its codes mean.
func (p *reader) readTopicSets(root *tree.Node) {
	root.Walk(func(n *tree.Node) {
		if n.Name != "TopicSet" {
			return
		}
		list := []item.Concept{}
		for _, k := range n.All("Topic") {
			list = append(list, p.topic(k))
		}
		p.sets[n] = list
		for i, k := range n.All("Topic") {
			for _, key := range append([]string{list[i].Code}, topicKeys(k)...) {
				if key != "" && p.topics[key] == nil {
					p.topics[key] = &list[i]
				}
			}
		}
	})
}

func topicKeys(n *tree.Node) []string {
	var keys []string
	if id := n.Attr("Duid"); id != "" {
		keys = append(keys, "#"+id)
	}
	for _, k := range n.All("FormalName") {
		keys = append(keys, k.Words())
	}
	return keys
}

// topic reads what an agency says about something that its codes name.
func (p *reader) topic(n *tree.Node) item.Concept {
	c := item.Concept{URI: n.Attr("Details")}
	for i, k := range n.All("TopicType") {
		if i == 0 {
			c.Type = k.Attr("FormalName")
		}
	}
	for _, k := range n.All("FormalName") {
		name := item.Concept{Code: k.Words(), Scheme: k.Attr("Scheme"), Rel: "sameAs"}
		if c.Code == "" {
			c.Code, c.Scheme = name.Code, name.Scheme
			continue
		}
		item.AddConcept(&c.Related, name)
	}
	for _, k := range n.All("Description") {
		item.AddNew(&c.Names, item.Text{Value: k.Words(), Language: k.Lang(), Role: k.Attr("Variant")})
	}
	c.Name = cmp.Or(item.InLanguage(c.Names, p.language), c.Code)
	if len(c.Names) == 1 && c.Names[0] == (item.Text{Value: c.Name}) {
		c.Names = nil
	}
	for _, k := range n.All("Property") {
		c.Details = append(c.Details, p.properties(k, "")...)
	}
	if id := n.Attr("Duid"); id != "" {
		c.Details = append(c.Details, item.TextValue{Path: "@Duid", Value: id})
	}
	c.Details = append(c.Details, n.Rest()...)
	return c
}

// concept reads an element whose FormalName is a code of a vocabulary. Its name is what the
// file's own topics say; else none is known. What else it says is left unread.
func (p *reader) concept(n *tree.Node) item.Concept {
	c := item.Concept{Code: n.Attr("FormalName"), Scheme: n.Attr("Vocabulary")}
	if scheme := n.Attr("Scheme"); c.Scheme == "" {
		c.Scheme = scheme
	} else if scheme != "" {
		c.Details = append(c.Details, item.TextValue{Path: "@Scheme", Value: scheme})
	}
	ref := n.Attr("Topic")
	if t := p.topics[cmp.Or(ref, c.Code)]; t != nil {
		c.Name, c.Type, c.URI = short(t.Name), short(t.Type), short(t.URI)
		c.Code = cmp.Or(c.Code, short(t.Code))
	} else if ref != "" {
		c.URI = ref
	}
	c.Creator, c.Confidence = n.Attr("AssignedBy"), n.Attr("Confidence")
	return c
}

// party reads a person or organisation, whose formal name is nearly always its name.
func (p *reader) party(n *tree.Node) item.Concept {
	c := p.concept(n)
	if c.Name == "" {
		c.Name = c.Code
		if c.Scheme == "" {
			c.Code = ""
		}
	}
	for _, k := range n.All("Property") {
		c.Details = append(c.Details, p.properties(k, "")...)
	}
	c.Details = append(c.Details, n.Rest()...)
	return c
}

// classOf is where a topic belongs, by its type.
func classOf(c item.Concept) item.Class {
	switch t := strings.ToLower(item.LastPart(c.Type)); t {
	case "person", "people":
		return item.ClassPerson
	case "organisation", "organization", "company":
		return item.ClassOrganisation
	case "location", "place", "country", "city", "geography":
		return item.ClassPlace
	case "event":
		return item.ClassEvent
	case "object", "product":
		return item.ClassObject
	}
	return ""
}

// readCatalogs lists the catalogs directly inside n: where they are, and which vocabulary
// is meant where.
func readCatalogs(n *tree.Node) []string {
	var found []string
	for _, c := range n.All("Catalog") {
		if href := c.Attr("Href"); href != "" {
			found = append(found, href)
		}
		for _, r := range c.All("Resource") {
			name := r.One("Urn").Words()
			for _, k := range r.All("Url") {
				name = cmp.Or(name, k.Words())
			}
			uses := r.All("DefaultVocabularyFor")
			for _, k := range uses {
				found = append(found, k.Attr("Context")+"="+name)
			}
			if len(uses) == 0 && name != "" {
				found = append(found, name)
			}
		}
	}
	return found
}
