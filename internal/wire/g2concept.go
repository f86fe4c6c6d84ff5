package wire

import (
	"cmp"
	"slices"
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
func (p *g2) concept(n *node) Concept { return p.conceptAt(n, 0) }

// maxRelated is how deep broader concepts of broader concepts are read; what is
// deeper is kept by its path.
const maxRelated = 8

func (p *g2) conceptAt(n *node, depth int) Concept {
	c := Concept{
		Code: n.attr("qcode"), URI: n.attr("uri"), Literal: n.attr("literal"),
		Type: n.attr("type", "typeuri"), Role: n.attr("role", "roleuri"), Rel: n.attr("rel", "reluri"),
		Creator: n.attr("creator", "creatoruri"), Relevance: n.attr("relevance"), Confidence: n.attr("confidence"),
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
		for _, k := range n.all(relations...) {
			r := p.conceptAt(k, depth+1)
			if r.Rel == "" || k.name == "facetConcept" {
				r.Details = withValue(r.Details, "@rel", r.Rel)
				r.Rel = k.name
			}
			if k.name == "type" && c.Type == "" {
				c.Type = cmp.Or(r.Code, r.URI)
			}
			c.Related = append(c.Related, r)
		}
	}
	for _, d := range n.all(detailsOf...) {
		p.conceptDetails(&c, d, depth)
	}
	c.Details = append(c.Details, n.rest()...)
	return c
}

func withValue(values []TextValue, path, value string) []TextValue {
	if value == "" {
		return values
	}
	return append(values, TextValue{Path: path, Value: value})
}

func (p *g2) conceptNames(c *Concept, n *node) {
	for _, k := range n.all("name") {
		t := p.text(k)
		if t.Value != "" {
			c.Names = append(c.Names, t)
		}
	}
	c.Name = inLanguage(c.Names, p.item.Language)
	if len(c.Names) == 1 && c.Names[0] == (Text{Value: c.Name}) {
		c.Names = nil
	}
	for _, k := range n.all("definition", "note") {
		t := p.text(k)
		if t.Role == "" {
			t.Role = k.name
		}
		if t.Value != "" {
			c.Notes = append(c.Notes, t)
		}
	}
}

func (p *g2) conceptDetails(c *Concept, d *node, depth int) {
	if depth < maxRelated {
		for _, k := range d.all(relations...) {
			r := p.conceptAt(k, depth+1)
			r.Rel = k.name
			c.Related = append(c.Related, r)
		}
	}
	if pos := d.one("position"); pos.attr("latitude") != "" && c.Position == nil {
		c.Position = &Position{Latitude: pos.attr("latitude"), Longitude: pos.attr("longitude"), Altitude: pos.attr("altitude")}
	}
	for _, k := range d.all("hasInstrument") {
		c.Symbols = append(c.Symbols, Symbol{Exchange: k.attr("market", "marketuri"), Type: k.attr("type", "typeuri"), Symbol: k.attr("symbol")})
	}
	c.Contact = append(c.Contact, p.contacts(d)...)
	for _, v := range d.rest() {
		c.Details = append(c.Details, TextValue{Path: d.name + "/" + v.Path, Value: v.Value})
	}
}

// contacts reads contactInfo, and the address that a point of interest has without one.
func (p *g2) contacts(d *node) []Contact {
	var found []Contact
	for _, info := range append(d.all("contactInfo"), d) {
		for _, k := range info.all("email", "phone", "fax", "im", "web", "note") {
			if info == d {
				break
			}
			t := p.text(k)
			found = append(found, Contact{Type: k.name, Role: t.Role, Language: t.Language, Value: t.Value})
		}
		for _, k := range info.all("address") {
			found = append(found, p.address(k))
		}
	}
	return slices.DeleteFunc(found, func(c Contact) bool {
		return c.Value == "" && len(c.Lines) == 0 && c.Locality+c.Area+c.Country+c.PostalCode == ""
	})
}

func (p *g2) address(n *node) Contact {
	c := Contact{Type: "address", Role: n.attr("role", "roleuri"), Language: n.lang()}
	for _, k := range n.all("line") {
		if s := k.words(); s != "" {
			c.Lines = append(c.Lines, s)
		}
	}
	// The codes of these places stay unread here and so go to the concept's details.
	for _, part := range []struct {
		name string
		to   *string
	}{{"locality", &c.Locality}, {"area", &c.Area}, {"country", &c.Country}} {
		if k := n.one(part.name); k.name != "" {
			*part.to = k.one("name").words()
		}
	}
	c.PostalCode = n.one("postalCode").words()
	return c
}

// text reads a label: its words, role and language.
func (p *g2) text(n *node) Text {
	t := Text{Value: n.words(), Role: n.attr("role", "roleuri"), Language: n.lang(), ContentType: n.attr("contenttype")}
	return t
}

// keysOf are what a concept is known by: mentions that share one are of the same concept.
func keysOf(c *Concept) []string {
	var keys []string
	for _, k := range []struct{ kind, value string }{{"code:", c.Code}, {"uri:", c.URI}, {"literal:", c.Literal}} {
		if k.value != "" {
			keys = append(keys, k.kind+k.value)
		}
	}
	return keys
}

// complete takes from a fuller description what the concept itself does not say.
func complete(c, from *Concept) {
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
}
