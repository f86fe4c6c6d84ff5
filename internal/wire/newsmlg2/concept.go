package newsmlg2

import (
	"cmp"
	"slices"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// relations are the elements that say what a concept has to do with another.
var relations = []string{
	"broader", "narrower", "sameAs", "related", "mainConcept", "facetConcept", "bag", "bit", "type", "hasGeoArea",
	"affiliation", "founder", "operation",
}

// detailsOf are the elements that hold what is particular to a kind of concept.
var detailsOf = []string{"personDetails", "organisationDetails", "geoAreaDetails", "POIDetails", "objectDetails", "creativeWorkDetails"}

// concept reads any NewsML-G2 element that names a concept. What has no field is kept
// in the concept's details, so nothing below n remains unread.
func (p *reader) concept(n *tree.Node) item.Concept { return p.conceptAt(n, 0) }

// maxRelated is how deep broader concepts of broader concepts are read; what is
// deeper is kept by its path.
const maxRelated = 8

func (p *reader) conceptAt(n *tree.Node, depth int) item.Concept {
	c := item.Concept{
		Code: n.Attr("qcode"), URI: n.Attr("uri"), Literal: n.Attr("literal"),
		Type: n.Attr("type", "typeuri"), Role: n.Attr("role", "roleuri"), Rel: n.Attr("rel", "reluri"),
		Creator: n.Attr("creator", "creatoruri"), Relevance: n.Attr("relevance"), Confidence: n.Attr("confidence"),
	}
	if c.Code != "" {
		uri, scheme := p.catalog.resolve(c.Code)
		c.Scheme = scheme
		if c.URI == "" {
			c.URI = uri
		}
	}
	p.conceptNames(&c, n)
	if depth < maxRelated {
		for _, k := range n.All(relations...) {
			r := p.conceptAt(k, depth+1)
			if r.Rel == "" || k.Name == "facetConcept" {
				r.Details = withValue(r.Details, "@rel", r.Rel)
				r.Rel = k.Name
			}
			if k.Name == "type" && c.Type == "" {
				c.Type = cmp.Or(r.Code, r.URI)
			}
			c.Related = append(c.Related, r)
		}
	}
	for _, d := range n.All(detailsOf...) {
		p.conceptDetails(&c, d, depth)
	}
	c.Details = append(c.Details, n.Rest()...)
	return c
}

func withValue(values []item.TextValue, path, value string) []item.TextValue {
	if value == "" {
		return values
	}
	return append(values, item.TextValue{Path: path, Value: value})
}

func (p *reader) conceptNames(c *item.Concept, n *tree.Node) {
	for _, k := range n.All("name") {
		t := p.text(k)
		if t.Value != "" {
			c.Names = append(c.Names, t)
		}
	}
	c.Name = item.InLanguage(c.Names, p.item.Language)
	if len(c.Names) == 1 && c.Names[0] == (item.Text{Value: c.Name}) {
		c.Names = nil
	}
	for _, k := range n.All("definition", "note") {
		t := p.text(k)
		if t.Role == "" {
			t.Role = k.Name
		}
		if t.Value != "" {
			c.Notes = append(c.Notes, t)
		}
	}
}

func (p *reader) conceptDetails(c *item.Concept, d *tree.Node, depth int) {
	if depth < maxRelated {
		for _, k := range d.All(relations...) {
			r := p.conceptAt(k, depth+1)
			r.Rel = k.Name
			c.Related = append(c.Related, r)
		}
	}
	if pos := d.One("position"); pos.Attr("latitude") != "" && c.Position == nil {
		c.Position = &item.Position{Latitude: pos.Attr("latitude"), Longitude: pos.Attr("longitude"), Altitude: pos.Attr("altitude")}
	}
	for _, k := range d.All("hasInstrument") {
		c.Symbols = append(c.Symbols, item.Symbol{Exchange: k.Attr("market", "marketuri"), Type: k.Attr("type", "typeuri"), Symbol: k.Attr("symbol")})
	}
	c.Contact = append(c.Contact, p.contacts(d)...)
	for _, v := range d.Rest() {
		c.Details = append(c.Details, item.TextValue{Path: d.Name + "/" + v.Path, Value: v.Value})
	}
}

// contacts reads contactInfo, and the address that a point of interest has without one.
func (p *reader) contacts(d *tree.Node) []item.Contact {
	var found []item.Contact
	for _, info := range append(d.All("contactInfo"), d) {
		for _, k := range info.All("email", "phone", "fax", "im", "web", "note") {
			if info == d {
				break
			}
			t := p.text(k)
			found = append(found, item.Contact{Type: k.Name, Role: t.Role, Language: t.Language, Value: t.Value})
		}
		for _, k := range info.All("address") {
			found = append(found, p.address(k))
		}
	}
	return slices.DeleteFunc(found, func(c item.Contact) bool {
		return c.Value == "" && len(c.Lines) == 0 && c.Locality+c.Area+c.Country+c.PostalCode == ""
	})
}

func (p *reader) address(n *tree.Node) item.Contact {
	c := item.Contact{Type: "address", Role: n.Attr("role", "roleuri"), Language: n.Lang()}
	for _, k := range n.All("line") {
		if s := k.Words(); s != "" {
			c.Lines = append(c.Lines, s)
		}
	}
	// The codes of these places stay unread here and so go to the concept's details.
	for _, part := range []struct {
		name string
		to   *string
	}{{"locality", &c.Locality}, {"area", &c.Area}, {"country", &c.Country}} {
		if k := n.One(part.name); k.Name != "" {
			*part.to = k.One("name").Words()
		}
	}
	c.PostalCode = n.One("postalCode").Words()
	return c
}

// text reads a label: its words, role and language.
func (p *reader) text(n *tree.Node) item.Text {
	t := item.Text{Value: n.Words(), Role: n.Attr("role", "roleuri"), Language: n.Lang(), ContentType: n.Attr("contenttype")}
	return t
}

// keysOf are what a concept is known by: mentions that share one are of the same concept.
func keysOf(c *item.Concept) []string {
	var keys []string
	for _, k := range []struct{ kind, value string }{{"code:", c.Code}, {"uri:", c.URI}, {"literal:", c.Literal}} {
		if k.value != "" {
			keys = append(keys, k.kind+k.value)
		}
	}
	return keys
}

func isBroader(c item.Concept) bool { return c.Rel == "broader" }

// complete takes from a fuller description what the concept itself does not say.
func complete(c, from *item.Concept) {
	c.Name = cmp.Or(c.Name, from.Name)
	if c.Position == nil {
		c.Position = from.Position
	}
	if len(c.Symbols) == 0 {
		c.Symbols = from.Symbols
	}
	if len(c.Contact) == 0 {
		c.Contact = from.Contact
	}
	if !slices.ContainsFunc(c.Related, isBroader) {
		for _, r := range from.Related {
			if isBroader(r) {
				c.Related = append(c.Related, r)
			}
		}
	}
}
