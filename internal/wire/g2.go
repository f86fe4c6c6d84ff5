package wire

import (
	"cmp"
	"context"
	"strings"
)

// NewsMLG2 is the format that items of this package have.
const NewsMLG2 = "newsml-g2"

// g2Kinds are the kinds of NewsML-G2 items by their element. The last three are parts
// of an item that agencies' examples come as.
var g2Kinds = map[string]Kind{
	"newsItem": News, "packageItem": Package, "conceptItem": Knowledge, "knowledgeItem": Knowledge,
	"planningItem": Planning, "catalogItem": Catalog, "contentMeta": News, "contentSet": News, "groupSet": Package,
}

// isG2Root reports whether a file of the format can have a root element with a name.
func isG2Root(name string) bool { return name == "newsMessage" || g2Kinds[name] != "" }

// g2 reads one NewsML-G2 item.
type g2 struct {
	item     *Item
	catalog  catalog
	subjects []Concept
	bodies   []*node // inlineXML and inlineData, read last: they need to know the item
}

// parseG2 reads a NewsML-G2 file: one item, or a message with several.
func parseG2(ctx context.Context, text []byte) ([]Item, error) {
	root, err := parseXML(text)
	if err != nil {
		return nil, err
	}
	if root.name != "newsMessage" {
		return g2Items(ctx, []*node{root}, nil)
	}
	message := readMessage(root.one("header"))
	sets := root.all("itemSet")
	if len(sets) == 0 {
		return nil, fault(root.line, "the newsMessage has no itemSet")
	}
	var nodes []*node
	for _, set := range sets {
		for _, n := range set.kids {
			if n.name != "" {
				nodes = append(nodes, n)
			}
		}
	}
	items, err := g2Items(ctx, nodes, message)
	// What the envelope says beyond the fields of a Message belongs to no item in it.
	if len(items) > 0 {
		items[0].Other = append(items[0].Other, prefixed("newsMessage/header/", root.one("header").rest())...)
	}
	return items, err
}

func g2Items(ctx context.Context, nodes []*node, message *Message) ([]Item, error) {
	var items []Item
	for _, n := range nodes {
		if err := ctx.Err(); err != nil {
			return items, err
		}
		kind, ok := g2Kinds[n.name]
		if !ok {
			return items, fault(n.line, "<%s> is not an item of NewsML-G2", n.name)
		}
		if len(items) == MaxItems {
			return items, fault(n.line, "more than %d items in one file", MaxItems)
		}
		p := &g2{item: &Item{Kind: kind, Format: NewsMLG2, Line: n.line, Message: message}}
		p.read(n)
		items = append(items, *p.item)
	}
	return items, nil
}

func (p *g2) read(n *node) {
	it := p.item
	it.URI, it.Version = n.attr("guid"), n.attr("version")
	it.Standard = Standard{Name: n.attr("standard"), Version: n.attr("standardversion"), Conformance: n.attr("conformance")}
	it.Language = n.lang()
	if n.name == "contentMeta" || n.name == "contentSet" || n.name == "groupSet" {
		it.Warnings = append(it.Warnings, "only the "+n.name+" of an item")
		n = &node{name: "newsItem", line: n.line, kids: []*node{n}}
	}
	if it.Message != nil {
		it.Priority = int(number(it.Message.Priority))
	}
	p.readCatalogs(n)
	for _, k := range n.kids {
		if read := g2Sections[k.name]; read != nil {
			read(p, k)
		}
	}
	if refs := n.all("itemRef", "groupRef"); len(refs) > 0 {
		p.readGroup(&node{name: "group", kids: refs}, "")
	}
	if it.PubStatus == "" {
		it.PubStatus = Usable // the standard's default
	}
	it.Type = strings.ToLower(lastPart(cmp.Or(it.ItemClass.Code, it.ItemClass.URI)))
	p.applyAssertions()
	it.identify()
	p.readBodies()
	if it.Kind == Planning && it.Headline() == "" {
		it.Title = p.coverageTitle(n)
	}
	it.Other = append(it.Other, n.rest()...)
}

// g2Sections are the parts of an item that are read; the rest is kept by its path.
var g2Sections = map[string]func(*g2, *node){
	"hopHistory":  (*g2).readHops,
	"rightsInfo":  (*g2).readRights,
	"itemMeta":    (*g2).readFields,
	"contentMeta": (*g2).readFields,
	"partMeta":    (*g2).readPart,
	"assert":      func(p *g2, n *node) { add(&p.item.Assertions, p.concept(n)) },
	"derivedFrom": func(p *g2, n *node) { add(&p.item.DerivedFrom, p.concept(n)) },
	"contentSet":  (*g2).readContent,
	"groupSet":    (*g2).readGroups,
	"concept":     (*g2).readConcept,
	"conceptSet": func(p *g2, n *node) {
		for _, k := range n.all("concept") {
			p.readConcept(k)
		}
	},
}

// g2Fields are the fields of itemMeta and contentMeta, which agencies mix up.
var g2Fields = map[string]func(*g2, *node){
	"itemClass":         func(p *g2, n *node) { p.item.ItemClass = p.concept(n) },
	"provider":          func(p *g2, n *node) { p.item.Provider = p.concept(n) },
	"service":           func(p *g2, n *node) { add(&p.item.Services, p.concept(n)) },
	"versionCreated":    func(p *g2, n *node) { p.item.VersionCreated = parseDate(n.words()) },
	"firstCreated":      func(p *g2, n *node) { p.item.FirstCreated = parseDate(n.words()) },
	"contentCreated":    func(p *g2, n *node) { p.item.ContentCreated = parseDate(n.words()) },
	"contentModified":   func(p *g2, n *node) { p.item.ContentModified = parseDate(n.words()) },
	"embargoed":         func(p *g2, n *node) { p.item.Embargoed = g2Embargo(n.words()) },
	"expires":           func(p *g2, n *node) { addDate(&p.item.Expires, n.words()) },
	"pubStatus":         (*g2).readStatus,
	"signal":            func(p *g2, n *node) { add(&p.item.Signals, p.concept(n)) },
	"role":              func(p *g2, n *node) { add(&p.item.Signals, withRole(p.concept(n), "role")) },
	"edNote":            func(p *g2, n *node) { p.addText(&p.item.EdNotes, n) },
	"fileName":          func(p *g2, n *node) { p.item.FileName = n.words() },
	"generator":         func(p *g2, n *node) { p.addText(&p.item.Generators, n) },
	"profile":           func(p *g2, n *node) { p.item.Profile = n.words() },
	"title":             (*g2).readTitle,
	"link":              func(p *g2, n *node) { p.item.Links = append(p.item.Links, readLink(n)) },
	"instanceOf":        func(p *g2, n *node) { add(&p.item.InstanceOf, p.concept(n)) },
	"memberOf":          func(p *g2, n *node) { add(&p.item.InstanceOf, withRole(p.concept(n), "memberOf")) },
	"derivedFrom":       func(p *g2, n *node) { add(&p.item.DerivedFrom, p.concept(n)) },
	"urgency":           func(p *g2, n *node) { p.item.Urgency = oneToNine(n.words()) },
	"icon":              func(p *g2, n *node) { p.item.Icons = append(p.item.Icons, readRendition(n)) },
	"digitalSourceType": func(p *g2, n *node) { add(&p.item.SourceTypes, p.concept(n)) },
	"located":           func(p *g2, n *node) { add(&p.item.Located, p.concept(n)) },
	"infoSource":        func(p *g2, n *node) { add(&p.item.InfoSources, p.concept(n)) },
	"creator":           func(p *g2, n *node) { add(&p.item.Creators, p.concept(n)) },
	"contributor":       func(p *g2, n *node) { add(&p.item.Contributors, p.concept(n)) },
	"audience":          func(p *g2, n *node) { add(&p.item.Audiences, p.concept(n)) },
	"exclAudience":      func(p *g2, n *node) { add(&p.item.ExclAudiences, p.concept(n)) },
	"altId":             func(p *g2, n *node) { p.item.AltIDs = append(p.item.AltIDs, readAltID(n)) },
	"language":          (*g2).readLanguage,
	"keyword":           func(p *g2, n *node) { p.addText(&p.item.Keywords, n) },
	"genre":             func(p *g2, n *node) { add(&p.item.Genres, p.concept(n)) },
	"subject":           func(p *g2, n *node) { add(&p.subjects, p.concept(n)) },
	"slugline":          func(p *g2, n *node) { p.addText(&p.item.Sluglines, n) },
	"headline":          func(p *g2, n *node) { p.addText(&p.item.Headlines, n) },
	"dateline":          func(p *g2, n *node) { p.addText(&p.item.Datelines, n) },
	"by":                func(p *g2, n *node) { p.addText(&p.item.Bylines, n) },
	"creditline":        func(p *g2, n *node) { p.addText(&p.item.Creditlines, n) },
	"description":       (*g2).readDescription,
}

func (p *g2) readFields(n *node) {
	for _, k := range n.kids {
		if read := g2Fields[k.name]; read != nil {
			read(p, k)
		}
	}
}

func withRole(c Concept, role string) Concept {
	c.Role = cmp.Or(c.Role, role)
	return c
}

func (p *g2) addText(list *[]Text, n *node) {
	t := p.text(n)
	t.Source = n.attr("versioninfo")
	if t.Value != "" {
		*list = append(*list, t)
	}
}

func (p *g2) readTitle(n *node) {
	p.addText(&p.item.Titles, n)
	if p.item.Title == "" {
		p.item.Title = inLanguage(p.item.Titles, p.item.Language)
	}
}

func (p *g2) readStatus(n *node) {
	p.item.StatusCode = p.concept(n)
	p.item.PubStatus = statusOf(p.item.StatusCode.word())
}

// indefinite is the text of an embargo that an empty element stands for.
const indefinite = "until further notice"

func g2Embargo(s string) Date {
	if s == "" {
		return Date{Text: indefinite}
	}
	return parseEmbargo(s)
}

func (p *g2) readLanguage(n *node) {
	c := Concept{Code: n.attr("tag")}
	rest := p.concept(n)
	rest.Code, rest.Scheme = cmp.Or(c.Code, rest.Code), ""
	if len(p.item.Languages) == 0 && c.Code != "" {
		if old := p.item.Language; old != "" && old != c.Code { // that of the metadata
			p.item.Details = append(p.item.Details, TextValue{Path: "@xml:lang", Value: old})
		}
		p.item.Language = c.Code
	}
	add(&p.item.Languages, rest)
}

func (p *g2) readDescription(n *node) {
	if t := p.text(n); t.Value != "" {
		p.item.Descriptions = append(p.item.Descriptions, Body{Role: t.Role, Language: t.Language, ContentType: t.ContentType, Value: t.Value})
	}
}

// readCatalogs comes before all else: it says what the codes mean.
func (p *g2) readCatalogs(n *node) {
	p.catalog.iptc = true
	for _, k := range n.all("catalogRef") {
		href := k.attr("href")
		p.item.Catalogs = append(p.item.Catalogs, href)
	}
	if len(p.item.Catalogs) > 0 {
		p.catalog.iptc = strings.Contains(strings.Join(p.item.Catalogs, " "), "IPTC-G2-Standards")
	}
	if p.item.Message != nil {
		p.catalog.iptc = true
	}
	p.catalog.own = map[string]string{}
	for _, c := range n.all("catalog") {
		for _, s := range c.all("scheme") {
			if alias, uri := s.attr("alias"), s.attr("uri"); alias != "" && uri != "" {
				p.catalog.own[alias] = uri
				p.item.Catalogs = append(p.item.Catalogs, alias+"="+uri)
			}
		}
	}
}

// applyAssertions puts subjects where they belong by what the agency says about them.
func (p *g2) applyAssertions() {
	about := map[string]*Concept{} // the first assertion about each concept
	for i := range p.item.Assertions {
		a := &p.item.Assertions[i]
		for _, key := range keysOf(a) {
			if about[key] == nil {
				about[key] = a
			}
		}
	}
	for i := range p.subjects {
		s := &p.subjects[i]
		known := *s
		for _, key := range keysOf(s) {
			if a := about[key]; a != nil {
				known.Related = append(known.Related, a.Related...)
				complete(s, a)
				break
			}
		}
		switch classOf(known) {
		case classPerson:
			add(&p.item.People, *s)
		case classOrganisation:
			add(&p.item.Organisations, *s)
		case classPlace, classPOI:
			add(&p.item.Places, *s)
		case classEvent:
			add(&p.item.Events, *s)
		case classObject:
			add(&p.item.Objects, *s)
		default:
			add(&p.item.Subjects, *s)
		}
	}
}

// coverageTitle finds a name for a planning item that has none: the headline of the
// first planned piece, else the note about it.
func (p *g2) coverageTitle(n *node) string {
	var title string
	n.walk(func(k *node) {
		if title == "" && (k.name == "headline" || k.name == "edNote") {
			title = k.peek()
		}
	})
	return title
}
