package wire

import (
	"cmp"
)

func readMessage(h *node) *Message {
	m := &Message{
		Sent: parseDate(h.one("sent").words()), Sender: h.one("sender").words(),
		TransmitID: h.one("transmitId").words(), Priority: h.one("priority").words(), Origin: h.one("origin").words(),
	}
	for _, k := range h.all("channel") {
		if s := k.words(); s != "" {
			m.Channels = append(m.Channels, s)
		}
	}
	for _, k := range h.all("destination") {
		m.Destinations = append(m.Destinations, Text{Value: k.words(), Role: k.attr("role", "roleuri")})
	}
	for _, k := range h.all("timestamp") {
		m.Timestamps = append(m.Timestamps, Text{Value: k.words(), Role: k.attr("role", "roleuri")})
	}
	p := &g2{item: &Item{}, catalog: catalog{iptc: true}}
	for _, k := range h.all("signal") {
		add(&m.Signals, p.concept(k))
	}
	return m
}

func (p *g2) readHops(n *node) {
	for _, h := range n.all("hop") {
		hop := Hop{Seq: h.attr("seq"), Time: parseDate(h.attr("timestamp")), Party: p.concept(h.one("party"))}
		for _, a := range h.all("action") {
			target := a.attr("target", "targeturi")
			c := p.concept(a)
			c.Role = cmp.Or(c.Role, target)
			hop.Actions = append(hop.Actions, c)
		}
		p.item.Hops = append(p.item.Hops, hop)
	}
}

func (p *g2) readRights(n *node) {
	var r Rights
	r.LangID = n.attr("langid")
	for i, k := range n.all("copyrightHolder", "rightsHolder") {
		c := p.concept(k)
		if i == 0 {
			r.Holder = c
			continue
		}
		r.Holder.Related = append(r.Holder.Related, withRole(c, k.name))
	}
	for i, k := range n.all("copyrightNotice") {
		t := p.text(k)
		t.Source = k.attr("href")
		if i == 0 {
			r.Notice = t
			continue
		}
		r.UsageTerms = append(r.UsageTerms, withTextRole(t, "copyrightNotice"))
	}
	for _, k := range n.all("usageTerms") {
		t := p.text(k)
		t.Source = k.attr("href")
		if t.Value+t.Source != "" {
			r.UsageTerms = append(r.UsageTerms, t)
		}
	}
	for _, k := range n.all("link") {
		r.Links = append(r.Links, readLink(k))
	}
	for _, k := range n.all("rightsExpressionXML", "rightsExpressionData") {
		r.LangID = cmp.Or(r.LangID, k.attr("langid"))
		if k.name == "rightsExpressionData" {
			r.Encoded = k.verbatim()
			continue
		}
		r.Encoded = asXML(k)
	}
	r.Details = n.rest()
	p.item.Rights = append(p.item.Rights, r)
}

func withTextRole(t Text, role string) Text {
	t.Role = cmp.Or(t.Role, role)
	return t
}

func readLink(n *node) Link {
	l := Link{
		Rel: n.attr("rel", "reluri"), Href: n.attr("href"), URI: n.attr("residref", "guidref"), Version: n.attr("version"),
		ContentType: n.attr("contenttype"), Title: n.one("title").words(),
	}
	l.Details = n.rest()
	return l
}

func readAltID(n *node) AltID {
	return AltID{
		Role: n.attr("type", "typeuri", "role"), Environment: n.attr("environment"),
		Value: cmp.Or(n.words(), n.attr("id")),
	}
}

func readRendition(n *node) Rendition {
	code := n.attr("rendition", "renditionuri")
	r := Rendition{
		Name: lastPart(code), Href: n.attr("href"), ResidRef: n.attr("residref"), ContentType: n.attr("contenttype"),
		Title: n.one("title").words(), Width: int(number(n.attr("width"))), Height: int(number(n.attr("height"))),
		SizeInBytes: int64(number(n.attr("size"))), Duration: n.attr("duration"), DurationUnit: n.attr("durationunit"),
		Format: n.attr("format"), AspectRatio: n.attr("videoaspectratio", "imageaspectratio"), VideoCodec: n.attr("videocodec"),
		FrameRate: n.attr("videoframerate", "videoavgframerate"), Bitrate: n.attr("audiobitrate", "videoavgbitrate"),
		Orientation: int(number(n.attr("orientation"))), LayoutOrientation: n.attr("layoutorientation", "layoutorientationuri"),
		ColourSpace: n.attr("colourspace", "colourspaceuri"),
	}
	for _, k := range n.all("altId") {
		r.AltIDs = append(r.AltIDs, readAltID(k))
	}
	if code != r.Name {
		r.Details = append(r.Details, TextValue{Path: "@rendition", Value: code})
	}
	r.Details = append(r.Details, n.rest()...)
	return r
}

func (p *g2) readPart(n *node) {
	part := Part{ID: n.attr("partid"), Seq: n.attr("seq")}
	if t := n.one("timeDelim"); t.name != "" {
		part.Start, part.End = t.attr("start"), t.attr("end")
		part.Unit, part.Rendition = t.attr("timeunit"), t.attr("renditionref")
	}
	for _, k := range n.kids {
		switch k.name {
		case "icon":
			part.Icons = append(part.Icons, readRendition(k))
		case "language":
			c := Concept{Code: k.attr("tag"), Role: k.attr("role", "roleuri")}
			add(&part.Languages, c)
		case "headline":
			p.addText(&part.Headlines, k)
		case "description":
			p.addText(&part.Descriptions, k)
		}
	}
	part.Details = n.rest()
	p.item.Parts = append(p.item.Parts, part)
}

func (p *g2) readGroups(n *node) {
	root := n.attr("root")
	for _, k := range n.all("group") {
		p.readGroup(k, root)
	}
}

func (p *g2) readGroup(n *node, root string) {
	g := Group{ID: n.attr("id"), Role: n.attr("role", "roleuri"), Mode: n.attr("mode", "modeuri")}
	g.Root = g.ID == root
	for _, k := range n.kids {
		switch k.name {
		case "title", "name", "note":
			p.addText(&g.Titles, k)
		case "groupRef":
			g.Groups = append(g.Groups, k.attr("idref"))
		case "itemRef", "conceptRef":
			g.Members = append(g.Members, p.readMember(k))
		}
	}
	p.item.Groups = append(p.item.Groups, g)
}

func (p *g2) readMember(n *node) Member {
	m := Member{
		Rank: n.attr("rank"), ItemClass: p.concept(n.one("itemClass")), Provider: p.concept(n.one("provider")),
		Width: int(number(n.attr("width"))), Height: int(number(n.attr("height"))), SizeInBytes: int64(number(n.attr("size"))),
	}
	if k := n.one("pubStatus"); k.name != "" {
		m.StatusCode = p.concept(k)
		m.PubStatus = statusOf(m.StatusCode.word())
	}
	for _, k := range n.kids {
		switch k.name {
		case "genre":
			add(&m.Genres, p.concept(k))
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
func (p *g2) readConcept(n *node) {
	id := n.one("conceptId")
	code, uri := id.attr("qcode"), id.attr("uri")
	c := p.concept(n)
	c.Code, c.URI = cmp.Or(c.Code, code), cmp.Or(c.URI, uri)
	if resolved, scheme := p.catalog.resolve(c.Code); c.URI == "" || c.Scheme == "" {
		c.URI, c.Scheme = cmp.Or(c.URI, resolved), scheme
	}
	add(&p.item.Concepts, c)
}
