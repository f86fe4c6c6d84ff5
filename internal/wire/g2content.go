package wire

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"broadsheet/internal/errs"
	"broadsheet/internal/richtext"
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
			p.readNITF(&b, k)
		case k.name == "events" || k.name == "event":
			p.readEvents(k)
		case htmlRoots[k.name]:
			setHTML(p.item, &b, n.markup(asHTML))
		default:
			b.Value = n.markup(asXML)
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
		c.Type = firstOf(c.Type, "cpnat:event")
		add(&p.item.Concepts, c)
	}
}

// setBody puts a text where its content type says that it belongs.
func setBody(it *Item, b *Body, value string) {
	kind := strings.ToLower(b.ContentType)
	switch {
	case strings.Contains(kind, "html"):
		setHTML(it, b, value)
	case isNITF(kind) || strings.HasPrefix(value, "<nitf"):
		setNITF(it, b, value)
	default:
		b.Value = cleanText(value)
	}
}

// setHTML parses foreign markup into the body's document. What the model has no place
// for is named among the item's warnings; addresses of what was dropped are kept.
func setHTML(it *Item, b *Body, src string) {
	doc, dropped, err := richtext.FromHTML(src, it.Origin())
	if err != nil {
		_, why := errs.Of(err)
		it.Warnings = append(it.Warnings, "a body cannot be read as HTML, and only its words are kept. "+why)
		b.Value, b.ContentType = wordsOf(src), "text/plain"
		return
	}
	b.Doc = doc
	var names []string
	for _, d := range dropped {
		names = append(names, d.Name)
		if d.Src != "" {
			b.Details = append(b.Details, TextValue{Path: "dropped/" + d.Name, Value: d.Src})
		}
	}
	if len(names) == 0 {
		return
	}
	warning := "left out of the body: " + strings.Join(slices.Compact(names), ", ")
	if !slices.Contains(it.Warnings, warning) {
		it.Warnings = append(it.Warnings, warning)
	}
}

// wordsOf is the text between the tags of foreign markup.
func wordsOf(src string) string {
	z := html.NewTokenizer(strings.NewReader(src))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return cleanText(strings.TrimSpace(b.String()))
		case html.TextToken:
			b.Write(z.Text())
		default:
			b.WriteByte(' ')
		}
	}
}

// cleanText removes the control characters that no text should have and that a
// database refuses.
func cleanText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}
