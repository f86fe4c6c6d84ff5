package newsmlg2

import (
	"cmp"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/nitf"
	"broadsheet/internal/wire/tree"
)

func (p *reader) readContent(n *tree.Node) {
	for _, k := range n.Kids {
		switch k.Name {
		case "inlineXML", "inlineData":
			if len(p.bodies) < tree.MaxContents { // what is more is kept by its path
				p.bodies = append(p.bodies, k)
			}
		case "remoteContent":
			p.item.Renditions = append(p.item.Renditions, readRendition(k))
		}
	}
}

func (p *reader) readBodies() {
	for _, n := range p.bodies {
		if n.Name == "inlineData" {
			p.readData(n)
			continue
		}
		p.readXML(n)
	}
}

func bodyOf(n *tree.Node) item.Body {
	b := item.Body{
		Role: item.LastPart(n.Attr("rendition", "renditionuri")), ContentType: n.Attr("contenttype"), Language: n.Lang(),
		WordCount: int(item.Number(n.Attr("wordcount"))), CharCount: int(item.Number(n.Attr("charcount"))),
	}
	return b
}

func (p *reader) addBody(b item.Body, n *tree.Node) {
	b.Details = append(b.Details, n.Rest()...)
	if b.Rich() || b.Value != "" || len(b.Details) > 0 {
		p.item.Bodies = append(p.item.Bodies, b)
		return
	}
	if b.ContentType != "" {
		p.item.Other = append(p.item.Other, item.TextValue{Path: "contentSet/" + n.Name + "/@contenttype", Value: b.ContentType})
	}
}

// readData reads inlineData: text, or bytes in base 64.
func (p *reader) readData(n *tree.Node) {
	b := bodyOf(n)
	value := n.Verbatim()
	if strings.HasSuffix(strings.ToLower(n.Attr("encoding", "encodinguri")), "base64") {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
		if err == nil && utf8.Valid(raw) {
			value = string(raw)
		}
	}
	markup.SetBody(p.item, &b, value)
	p.addBody(b, n)
}

// readXML reads inlineXML: events of NewsML-G2's own, or what package markup knows.
func (p *reader) readXML(n *tree.Node) {
	b := bodyOf(n)
	events := n.All("events", "event")
	for _, k := range events {
		p.readEvents(k)
	}
	if len(events) == 0 {
		for _, k := range n.All("nitf") {
			nitf.ReadHead(p.item, k)
		}
		markup.ReadTree(p.item, &b, n)
	}
	p.addBody(b, n)
}

func (p *reader) readEvents(n *tree.Node) {
	events := []*tree.Node{n}
	if n.Name == "events" {
		events = n.All("event")
	}
	for _, k := range events {
		e := p.eventOf(k)
		c := p.concept(k)
		c.Type = cmp.Or(c.Type, "cpnat:event")
		item.AddConcept(&p.item.Concepts, c)
		p.addEvent(e, c)
	}
}
