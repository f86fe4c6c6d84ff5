package newsml1

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// value is a property's value, or what its reference stands for.
func (p *reader) value(n *tree.Node) string {
	v, ref := n.Attr("Value"), n.Attr("ValueRef")
	if t := p.topics[ref]; t != nil && v == "" {
		v = short(t.Name)
	}
	return cmp.Or(v, ref)
}

// properties reads a property and those inside it, by their names.
func (p *reader) properties(n *tree.Node, path string) []item.TextValue {
	name := path + n.Attr("FormalName")
	var found []item.TextValue
	if v := p.value(n); v != "" {
		found = append(found, item.TextValue{Path: name, Value: v})
	}
	for _, k := range n.All("Property") {
		found = append(found, p.properties(k, name+"/")...)
	}
	return found
}

// readProperty reads a property into the field that its name says, else into the details.
// The names are those that agencies have in common.
func (p *reader) readProperty(it *item.Item, n *tree.Node, path string) {
	if v := n.Attr("Value", "ValueRef"); path == "" && v != "" && len(n.All("Property")) == 0 {
		v = p.value(n)
		switch strings.ToLower(n.Attr("FormalName")) {
		case "keyword", "keywords":
			item.AddNew(&it.Keywords, item.Text{Value: v})
			return
		case "city", "country":
			p.located(it, strings.ToLower(n.Attr("FormalName")), v)
			return
		case "caption":
			it.AddDescription(v, "caption")
			return
		case "ednote", "editornote", "editorsnote":
			item.AddNew(&it.EdNotes, item.Text{Value: v})
			return
		}
	}
	it.Details = append(it.Details, p.properties(n, path)...)
}

// located reads where an item was made of two properties, as ANA-MPA writes it.
func (p *reader) located(it *item.Item, size, name string) {
	c := item.Concept{Name: name, Type: size}
	if len(it.Located) == 0 {
		it.Located = append(it.Located, c)
		return
	}
	first := &it.Located[0]
	if first.Type == "country" && size == "city" {
		first.Rel = "broader"
		c.Related = append(c.Related, *first)
		*first = c
		return
	}
	c.Rel = "broader"
	first.Related = append(first.Related, c)
}
