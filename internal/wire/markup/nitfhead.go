package markup

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// readNITFHead reads what stands above the text: headlines, bylines, datelines, notes.
func readNITFHead(it *item.Item, head *tree.Node) {
	for _, k := range head.One("hedline").Kids {
		if k.Name == "hl1" || k.Name == "hl2" {
			item.AddNew(&it.Headlines, item.Text{Value: lines(k), Role: roleUnlessFirst(it.Headlines, k.Name)})
		}
	}
	for _, k := range head.All("byline") {
		readByline(it, k)
	}
	for _, k := range head.All("dateline") {
		for _, place := range k.All("location") {
			if len(it.Located) == 0 {
				item.AddConcept(&it.Located, NITFPlace(place))
			}
		}
		item.AddNew(&it.Datelines, item.Text{Value: k.Words()})
	}
	for _, k := range head.All("distributor") {
		item.AddNew(&it.Creditlines, item.Text{Value: k.Words(), Role: k.Name})
	}
	for _, k := range head.All("note") {
		role := k.Attr("noteclass")
		if k.Attr("type") == "npa" { // not a publishable advisory
			role = strings.TrimSpace(role + " private")
		}
		item.AddNew(&it.EdNotes, item.Text{Value: lines(k), Role: role})
	}
	for _, k := range head.All("abstract") {
		it.AddDescription(lines(k), k.Name)
	}
	for _, k := range head.All("series") {
		AddSeries(it, k)
	}
	for _, k := range head.All("rights") {
		r := item.Rights{Holder: item.Concept{Name: k.One("rights.owner").Words()}}
		if s := k.Words(); s != "" {
			r.UsageTerms = []item.Text{{Value: s}}
		}
		r.Details = k.Rest()
		it.Rights = append(it.Rights, r)
	}
}

// readByline reads "By <person>Ada Vance</person><byttl>Staff Writer</byttl>": the line,
// and the people it names with their titles.
func readByline(it *item.Item, n *tree.Node) {
	var title string
	for _, k := range n.All("byttl") {
		title = cmp.Or(title, k.Words())
	}
	for _, k := range n.All("person") {
		c := item.Concept{Name: k.Peek(), Role: title, Scheme: k.Attr("idsrc"), Code: k.Attr("value")}
		if !has(it.Creators, c.Name) {
			item.AddConcept(&it.Creators, c)
		}
	}
	item.AddNew(&it.Bylines, item.Text{Value: parted(n, "byttl", ", ")})
}

func has(list []item.Concept, name string) bool {
	for i := max(0, len(list)-maxSeen); i < len(list); i++ {
		if list[i].Name == name {
			return true
		}
	}
	return false
}

// AddSeries reads NITF's <series>.
func AddSeries(it *item.Item, n *tree.Node) {
	s := item.Series{
		Name: cmp.Or(n.Attr("series.name"), n.Words()), Part: int(item.Number(n.Attr("series.part"))),
		Total: int(item.Number(n.Attr("series.totalpart"))),
	}
	if s != (item.Series{}) {
		it.Series = append(it.Series, s)
	}
}

// NITFPlace reads a <location>, which may be parted into city, state and country, each
// with codes: the smallest of them, with those around it as broader places.
func NITFPlace(n *tree.Node) item.Concept {
	code, scheme := n.Attr("location-code"), n.Attr("code-source")
	var places []item.Concept
	for _, part := range []struct{ name, code string }{
		{"sublocation", "location-code"}, {"city", "city-code"}, {"region", "region-code"}, {"state", "state-code"}, {"country", "iso-cc"},
	} {
		for _, k := range n.All(part.name) {
			c := item.Concept{Name: k.Peek(), Code: k.Attr(part.code), Scheme: k.Attr("code-source"), Type: part.name}
			if part.code == "iso-cc" && c.Code != "" {
				c.Scheme = cmp.Or(c.Scheme, "iso3166-1")
			}
			item.AddConcept(&places, c)
		}
	}
	var c item.Concept
	if len(places) > 0 {
		c = places[0]
		for _, around := range places[1:] {
			around.Rel = "broader"
			c.Related = append(c.Related, around)
		}
	}
	c.Name = cmp.Or(c.Name, n.Peek())
	if c.Code == "" {
		c.Code, c.Scheme = code, scheme
	}
	c.Type = ""
	return c
}

// parted is the words of n, with what stands in elements of a name set apart.
func parted(n *tree.Node, name, mark string) string {
	var parts []string
	var b strings.Builder
	end := func() {
		if s := strings.Join(strings.Fields(b.String()), " "); s != "" {
			parts = append(parts, s)
		}
		b.Reset()
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "":
			k.Read = true
			b.WriteString(k.Text)
		case name:
			end()
			b.WriteString(k.Words())
			end()
		case "br":
			b.WriteByte(' ')
		default:
			b.WriteString(k.Words())
		}
	}
	end()
	return strings.Join(parts, mark)
}

// lines is the words of n, a line each paragraph.
func lines(n *tree.Node) string { return parted(n, "p", "\n") }
