package newsmlg2

import (
	"cmp"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

func readMessage(h *tree.Node) *item.Message {
	m := &item.Message{
		Sent: item.ParseDate(h.One("sent").Words()), Sender: h.One("sender").Words(),
		TransmitID: h.One("transmitId").Words(), Priority: h.One("priority").Words(), Origin: h.One("origin").Words(),
	}
	for _, k := range h.All("channel") {
		if s := k.Words(); s != "" {
			m.Channels = append(m.Channels, s)
		}
	}
	for _, k := range h.All("destination") {
		m.Destinations = append(m.Destinations, item.Text{Value: k.Words(), Role: k.Attr("role", "roleuri")})
	}
	for _, k := range h.All("timestamp") {
		m.Timestamps = append(m.Timestamps, item.Text{Value: k.Words(), Role: k.Attr("role", "roleuri")})
	}
	p := &reader{item: &item.Item{}, catalog: catalog{iptc: true}}
	for _, k := range h.All("signal") {
		item.AddConcept(&m.Signals, p.concept(k))
	}
	return m
}

func (p *reader) readHops(n *tree.Node) {
	for _, h := range n.All("hop") {
		hop := item.Hop{Seq: h.Attr("seq"), Time: item.ParseDate(h.Attr("timestamp")), Party: p.concept(h.One("party"))}
		for _, a := range h.All("action") {
			target := a.Attr("target", "targeturi")
			c := p.concept(a)
			c.Role = cmp.Or(c.Role, target)
			hop.Actions = append(hop.Actions, c)
		}
		p.item.Hops = append(p.item.Hops, hop)
	}
}

func (p *reader) readRights(n *tree.Node) {
	var r item.Rights
	r.LangID = n.Attr("langid")
	for i, k := range n.All("copyrightHolder", "rightsHolder") {
		c := p.concept(k)
		if i == 0 {
			r.Holder = c
			continue
		}
		r.Holder.Related = append(r.Holder.Related, withRole(c, k.Name))
	}
	for i, k := range n.All("copyrightNotice") {
		t := p.text(k)
		t.Source = k.Attr("href")
		if i == 0 {
			r.Notice = t
			continue
		}
		r.UsageTerms = append(r.UsageTerms, withTextRole(t, "copyrightNotice"))
	}
	for _, k := range n.All("usageTerms") {
		t := p.text(k)
		t.Source = k.Attr("href")
		if t.Value+t.Source != "" {
			r.UsageTerms = append(r.UsageTerms, t)
		}
	}
	for _, k := range n.All("link") {
		r.Links = append(r.Links, readLink(k))
	}
	for _, k := range n.All("rightsExpressionXML", "rightsExpressionData") {
		r.LangID = cmp.Or(r.LangID, k.Attr("langid"))
		if k.Name == "rightsExpressionData" {
			r.Encoded = k.Verbatim()
			continue
		}
		r.Encoded = markup.AsXML(k)
	}
	r.Details = n.Rest()
	p.item.Rights = append(p.item.Rights, r)
}

func withTextRole(t item.Text, role string) item.Text {
	t.Role = cmp.Or(t.Role, role)
	return t
}

func readLink(n *tree.Node) item.Link {
	l := item.Link{
		Rel: n.Attr("rel", "reluri"), Href: n.Attr("href"), URI: n.Attr("residref", "guidref"), Version: n.Attr("version"),
		ContentType: n.Attr("contenttype"), Title: n.One("title").Words(),
	}
	l.Details = n.Rest()
	return l
}

func readAltID(n *tree.Node) item.AltID {
	return item.AltID{
		Role: n.Attr("type", "typeuri", "role"), Environment: n.Attr("environment"),
		Value: cmp.Or(n.Words(), n.Attr("id")),
	}
}

func readRendition(n *tree.Node) item.Rendition {
	code := n.Attr("rendition", "renditionuri")
	r := item.Rendition{
		Name: item.LastPart(code), Href: n.Attr("href"), ResidRef: n.Attr("residref"), ContentType: n.Attr("contenttype"),
		Title: n.One("title").Words(), Width: int(item.Number(n.Attr("width"))), Height: int(item.Number(n.Attr("height"))),
		SizeInBytes: int64(item.Number(n.Attr("size"))), Duration: n.Attr("duration"), DurationUnit: n.Attr("durationunit"),
		Format: n.Attr("format"), AspectRatio: n.Attr("videoaspectratio", "imageaspectratio"), VideoCodec: n.Attr("videocodec"),
		FrameRate: n.Attr("videoframerate", "videoavgframerate"), Bitrate: n.Attr("audiobitrate", "videoavgbitrate"),
		Orientation: int(item.Number(n.Attr("orientation"))), LayoutOrientation: n.Attr("layoutorientation", "layoutorientationuri"),
		ColourSpace: n.Attr("colourspace", "colourspaceuri"),
	}
	for _, k := range n.All("altId") {
		r.AltIDs = append(r.AltIDs, readAltID(k))
	}
	if code != r.Name {
		r.Details = append(r.Details, item.TextValue{Path: "@rendition", Value: code})
	}
	r.Details = append(r.Details, n.Rest()...)
	return r
}

func (p *reader) readPart(n *tree.Node) {
	part := item.Part{ID: n.Attr("partid"), Seq: n.Attr("seq")}
	if t := n.One("timeDelim"); t.Name != "" {
		part.Start, part.End = t.Attr("start"), t.Attr("end")
		part.Unit, part.Rendition = t.Attr("timeunit"), t.Attr("renditionref")
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "icon":
			part.Icons = append(part.Icons, readRendition(k))
		case "language":
			c := item.Concept{Code: k.Attr("tag"), Role: k.Attr("role", "roleuri")}
			item.AddConcept(&part.Languages, c)
		case "headline":
			p.addText(&part.Headlines, k)
		case "description":
			p.addText(&part.Descriptions, k)
		}
	}
	part.Details = n.Rest()
	p.item.Parts = append(p.item.Parts, part)
}

func (p *reader) readGroups(n *tree.Node) {
	root := n.Attr("root")
	for _, k := range n.All("group") {
		p.readGroup(k, root)
	}
}

func (p *reader) readGroup(n *tree.Node, root string) {
	g := item.Group{ID: n.Attr("id"), Role: n.Attr("role", "roleuri"), Mode: n.Attr("mode", "modeuri")}
	g.Root = g.ID == root
	for _, k := range n.Kids {
		switch k.Name {
		case "title", "name", "note":
			p.addText(&g.Titles, k)
		case "groupRef":
			g.Groups = append(g.Groups, k.Attr("idref"))
		case "itemRef", "conceptRef":
			g.Members = append(g.Members, p.readMember(k))
		}
	}
	p.item.Groups = append(p.item.Groups, g)
}

func (p *reader) readMember(n *tree.Node) item.Member {
	m := item.Member{
		Rank: n.Attr("rank"), ItemClass: p.concept(n.One("itemClass")), Provider: p.concept(n.One("provider")),
		Width: int(item.Number(n.Attr("width"))), Height: int(item.Number(n.Attr("height"))), SizeInBytes: int64(item.Number(n.Attr("size"))),
	}
	if k := n.One("pubStatus"); k.Name != "" {
		m.StatusCode = p.concept(k)
		m.PubStatus = item.StatusOf(m.StatusCode.Word())
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "genre":
			item.AddConcept(&m.Genres, p.concept(k))
		case "headline":
			p.addText(&m.Headlines, k)
		case "description":
			p.addText(&m.Descriptions, k)
		}
	}
	m.Link = readLink(n)
	return m
}

// readConcept reads the subject matter of a concept item.
func (p *reader) readConcept(n *tree.Node) {
	id := n.One("conceptId")
	code, uri := id.Attr("qcode"), id.Attr("uri")
	e := p.eventOf(n)
	c := p.concept(n)
	c.Code, c.URI = cmp.Or(c.Code, code), cmp.Or(c.URI, uri)
	if resolved, scheme := p.catalog.resolve(c.Code); c.URI == "" || c.Scheme == "" {
		c.URI, c.Scheme = cmp.Or(c.URI, resolved), scheme
	}
	item.AddConcept(&p.item.Concepts, c)
	p.addEvent(e, c)
}

// eventOf reads the event that a concept is, nil if it is none. It comes before the concept,
// which keeps what is left.
func (p *reader) eventOf(n *tree.Node) *item.Item {
	if n.One("eventDetails").Name == "" {
		return nil
	}
	return p.readEvent(n)
}

// addEvent gives an event the names of its concept.
func (p *reader) addEvent(e *item.Item, c item.Concept) {
	if e == nil {
		return
	}
	e.URI = c.URI
	if c.Name != "" {
		e.Headlines = []item.Text{{Value: c.Name}}
	}
	if len(c.Names) > 0 {
		e.Headlines = c.Names
	}
	for _, t := range c.Notes {
		e.AddDescription(t.Value, t.Role)
	}
	p.events = append(p.events, e)
}
