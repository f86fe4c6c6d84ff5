package media

import (
	"bytes"
	"encoding/xml"
	"html"
	"slices"
	"strings"
	"time"
)

// Namespaces of XMP.
const (
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsXML       = "http://www.w3.org/XML/1998/namespace"
	nsDC        = "http://purl.org/dc/elements/1.1/"
	nsPhotoshop = "http://ns.adobe.com/photoshop/1.0/"
	nsRights    = "http://ns.adobe.com/xap/1.0/rights/"
	nsXMP       = "http://ns.adobe.com/xap/1.0/"
	nsEXIF      = "http://ns.adobe.com/exif/1.0/"
	nsCore      = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
	nsExt       = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
	nsPLUS      = "http://ns.useplus.org/ldf/xmp/1.0/"
	nsPRISM     = "http://prismstandard.org/namespaces/basic/2.0/"
)

const (
	maxXMPDepth = 16
	maxXMPNodes = 20_000
)

// An xmpValue is a value of a property: text, perhaps in a named language, or a
// structure of further properties.
type xmpValue struct {
	lang, text string
	fields     xmpFields
}

// xmpFields are properties by name. Alternatives, sequences and bags are lists
// of values; everything else is one.
type xmpFields map[xml.Name][]xmpValue

// An xmpNode is an element of the packet.
type xmpNode struct {
	name  xml.Name
	attrs []xml.Attr
	text  strings.Builder
	kids  []*xmpNode
}

// parseXMP reads an XMP packet. What comes before the first fault of a broken
// one is kept.
func parseXMP(packet []byte) xmpFields {
	root := &xmpNode{}
	stack := []*xmpNode{root}
	dec := xml.NewDecoder(bytes.NewReader(packet))
	dec.Strict = false
	for nodes := 0; nodes < maxXMPNodes && len(stack) <= maxXMPDepth; {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			nodes++
			top := stack[len(stack)-1]
			kid := &xmpNode{name: tok.Name, attrs: slices.Clone(tok.Attr)}
			top.kids = append(top.kids, kid)
			stack = append(stack, kid)
		case xml.EndElement:
			stack = stack[:max(1, len(stack)-1)]
		case xml.CharData:
			stack[len(stack)-1].text.Write(tok)
		}
	}
	all := xmpFields{}
	root.descriptions(all)
	return all
}

// descriptions adds the properties of every rdf:Description that is not itself
// a value of a property.
func (n *xmpNode) descriptions(into xmpFields) {
	for _, kid := range n.kids {
		if kid.name == (xml.Name{Space: nsRDF, Local: "Description"}) {
			kid.properties(into)
		} else {
			kid.descriptions(into)
		}
	}
}

// properties adds what is said in attributes and elements of n.
func (n *xmpNode) properties(into xmpFields) {
	for _, a := range n.attrs {
		if a.Name.Space != nsRDF && a.Name.Space != nsXML && a.Name.Space != "xmlns" && a.Name.Space != "" {
			into[a.Name] = append(into[a.Name], xmpValue{text: a.Value})
		}
	}
	for _, kid := range n.kids {
		if kid.name.Space != nsRDF {
			into[kid.name] = append(into[kid.name], kid.values()...)
		}
	}
}

// values reads the four ways in which RDF writes a value: a list, a structure
// in an inner rdf:Description, a structure without one, and text.
func (n *xmpNode) values() []xmpValue {
	var list []xmpValue
	inner := xmpFields{}
	for _, kid := range n.kids {
		switch kid.name {
		case xml.Name{Space: nsRDF, Local: "Alt"}, xml.Name{Space: nsRDF, Local: "Seq"}, xml.Name{Space: nsRDF, Local: "Bag"}:
			for _, li := range kid.kids {
				list = append(list, li.values()...)
			}
		case xml.Name{Space: nsRDF, Local: "Description"}:
			kid.properties(inner)
		}
	}
	if list != nil {
		return list
	}
	n.properties(inner)
	v := xmpValue{text: strings.TrimSpace(n.text.String())}
	if len(inner) > 0 {
		v = xmpValue{fields: inner}
	}
	for _, a := range n.attrs {
		switch a.Name {
		case xml.Name{Space: nsXML, Local: "lang"}:
			v.lang = strings.ToLower(a.Value)
		case xml.Name{Space: nsRDF, Local: "resource"}:
			v.text = a.Value
		}
	}
	return []xmpValue{v}
}

func xmlName(space, local string) xml.Name { return xml.Name{Space: space, Local: local} }

// text returns a property's text: of several languages the default, else the
// first that has any.
func (f xmpFields) text(space, local string) string {
	var first string
	for _, v := range f[xml.Name{Space: space, Local: local}] {
		if v.lang == "x-default" && v.text != "" {
			return v.text
		}
		if first == "" {
			first = v.text
		}
	}
	return first
}

// list returns the texts of a property that is a list.
func (f xmpFields) list(space, local string) []string {
	var all []string
	for _, v := range f[xml.Name{Space: space, Local: local}] {
		if v.text != "" {
			all = append(all, v.text)
		}
	}
	return all
}

// inside returns the text of a field of the first structure in a property.
func (f xmpFields) inside(space, local, field string) string {
	for _, v := range f[xml.Name{Space: space, Local: local}] {
		if s := v.fields.text(space, field); s != "" {
			return s
		}
	}
	return ""
}

// time reads a date in XMP's profile of ISO 8601, which may stop anywhere after
// the year. Without a zone it is taken as UTC.
func (f xmpFields) time(space, local string) time.Time {
	s := f.text(space, local)
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly, "2006-01", "2006",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// writeXMP writes what a published photograph says about itself, as the body of
// an APP1 segment.
func writeXMP(m *Metadata) []byte {
	b := []byte(signatureXMP + `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>` +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description rdf:about=""` +
		` xmlns:dc="` + nsDC + `" xmlns:photoshop="` + nsPhotoshop + `" xmlns:xmpRights="` + nsRights + `" xmlns:Iptc4xmpCore="` + nsCore + `">`)
	put := func(name, open, value, end string) {
		if value != "" {
			b = append(b, "<"+name+">"+open+html.EscapeString(value)+end+"</"+name+">"...)
		}
	}
	const (
		alt, altEnd = `<rdf:Alt><rdf:li xml:lang="x-default">`, `</rdf:li></rdf:Alt>`
		seq, seqEnd = `<rdf:Seq><rdf:li>`, `</rdf:li></rdf:Seq>`
	)
	put("dc:title", alt, m.Title, altEnd)
	put("dc:description", alt, m.Caption, altEnd)
	put("dc:creator", seq, m.Photographer, seqEnd)
	put("dc:rights", alt, m.Copyright, altEnd)
	put("photoshop:Headline", "", m.Title, "")
	put("photoshop:Credit", "", m.organisation(), "")
	put("photoshop:Source", "", m.Source, "")
	put("photoshop:City", "", m.City, "")
	put("photoshop:Country", "", m.Country, "")
	if !m.Taken.IsZero() {
		put("photoshop:DateCreated", "", m.Taken.UTC().Format(time.RFC3339), "")
	}
	if m.Copyright != "" {
		put("xmpRights:Marked", "", "True", "")
	}
	put("xmpRights:UsageTerms", alt, m.UsageTerms, altEnd)
	put("Iptc4xmpCore:AltTextAccessibility", alt, m.Alt, altEnd)
	put("Iptc4xmpCore:ExtDescrAccessibility", alt, m.ExtendedDescription, altEnd)
	return append(b, `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`...)
}
