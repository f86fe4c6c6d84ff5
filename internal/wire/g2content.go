package wire

import (
	"cmp"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

func (p *g2) readContent(n *node) {
	for _, k := range n.kids {
		switch k.name {
		case "inlineXML", "inlineData":
			p.bodies = append(p.bodies, k)
		case "remoteContent":
			p.item.Renditions = append(p.item.Renditions, readRendition(k))
		}
	}
}

func (p *g2) readBodies() {
	for _, n := range p.bodies {
		if n.name == "inlineData" {
			p.readData(n)
			continue
		}
		p.readXML(n)
	}
}

func g2Body(n *node) Body {
	b := Body{
		Role: lastPart(n.attr("rendition", "renditionuri")), ContentType: n.attr("contenttype"), Language: n.lang(),
		WordCount: int(number(n.attr("wordcount"))), CharCount: int(number(n.attr("charcount"))),
	}
	return b
}

func (p *g2) addBody(b Body, n *node) {
	b.Details = append(b.Details, n.rest()...)
	if b.Rich() || b.Value != "" || len(b.Details) > 0 {
		p.item.Bodies = append(p.item.Bodies, b)
		return
	}
	if b.ContentType != "" {
		p.item.Other = append(p.item.Other, TextValue{Path: "contentSet/" + n.name + "/@contenttype", Value: b.ContentType})
	}
}

// readData reads inlineData: text, or bytes in base 64.
func (p *g2) readData(n *node) {
	b := g2Body(n)
	value := n.verbatim()
	if strings.HasSuffix(strings.ToLower(n.attr("encoding", "encodinguri")), "base64") {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
		if err == nil && utf8.Valid(raw) {
			value = string(raw)
		}
	}
	setBody(p.item, &b, value)
	p.addBody(b, n)
}

// htmlRoots are the elements that inlineXML may begin with to be HTML, whatever its
// namespace: agencies forget to declare it.
var htmlRoots = map[string]bool{
	"html": true, "body": true, "div": true, "p": true, "section": true, "article": true, "span": true, "table": true,
	"ul": true, "ol": true, "blockquote": true, "figure": true, "h1": true, "h2": true, "h3": true, "main": true,
}

// readXML reads inlineXML: XHTML, NITF, events of NewsML-G2's own, or other data.
func (p *g2) readXML(n *node) {
	b := g2Body(n)
	for _, k := range n.kids {
		switch {
		case k.name == "":
		case k.name == "nitf":
			if b.ContentType == "" {
				b.ContentType = nitfType
			}
			readNITF(p.item, &b, k)
		case k.name == "events" || k.name == "event":
			p.readEvents(k)
		case htmlRoots[k.name]:
			setHTML(p.item, &b, asHTML(n))
		default:
			b.Value = asXML(n)
		}
	}
	p.addBody(b, n)
}

func (p *g2) readEvents(n *node) {
	events := []*node{n}
	if n.name == "events" {
		events = n.all("event")
	}
	for _, k := range events {
		c := p.concept(k)
		c.Type = cmp.Or(c.Type, "cpnat:event")
		add(&p.item.Concepts, c)
	}
}
