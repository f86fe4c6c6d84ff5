// Package newsmlg2 reads NewsML-G2, IPTC's XML format: items of every kind, by themselves
// or in a news message. It writes news and packages as such a message.
package newsmlg2

import (
	"cmp"
	"context"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "newsml-g2"

// kinds are the kinds of NewsML-G2 items by their element. The last three are parts
// of an item that agencies' examples come as.
var kinds = map[string]item.Kind{
	"newsItem": item.News, "packageItem": item.Package, "conceptItem": item.Knowledge, "knowledgeItem": item.Knowledge,
	"planningItem": item.Planning, "catalogItem": item.Catalog, "contentMeta": item.News, "contentSet": item.News, "groupSet": item.Package,
}

// IsRoot reports whether a name is that of a root element of NewsML-G2.
func IsRoot(name string) bool { return name == "newsMessage" || kinds[name] != "" }

// A reader reads one NewsML-G2 item.
type reader struct {
	item     *item.Item
	catalog  catalog
	subjects []item.Concept
	events   []*item.Item // those among the item's concepts
	bodies   []*tree.Node // inlineXML and inlineData, read last: they need to know the item
	beside   string       // what our own writer put beside the standard; see extension
}

// Parse reads a NewsML-G2 file: one item, or a message with several.
func Parse(ctx context.Context, text []byte) ([]item.Item, error) {
	root, err := tree.ParseXML(text)
	if err != nil {
		return nil, err
	}
	if root.Name != "newsMessage" {
		return readItems(ctx, []*tree.Node{root}, nil)
	}
	long := root.One("header").Size() > tree.MaxShared
	message := readMessage(root.One("header"))
	sets := root.All("itemSet")
	if len(sets) == 0 {
		return nil, tree.Fault(root.Line, "the newsMessage has no itemSet")
	}
	var nodes []*tree.Node
	for _, set := range sets {
		for _, n := range set.Kids {
			if n.Name != "" {
				nodes = append(nodes, n)
			}
		}
	}
	items, err := readItems(ctx, nodes, message)
	// What the envelope says beyond the fields of a Message belongs to no item in it.
	for i := range items {
		if i > 0 && long {
			items[i].Message = nil
		}
	}
	if len(items) > 0 {
		items[0].Other = append(items[0].Other, item.Prefixed("newsMessage/header/", root.One("header").Rest())...)
	}
	return items, err
}

func readItems(ctx context.Context, nodes []*tree.Node, message *item.Message) ([]item.Item, error) {
	var items []item.Item
	for _, n := range nodes {
		if err := ctx.Err(); err != nil {
			return items, err
		}
		kind, ok := kinds[n.Name]
		if !ok {
			return items, tree.Fault(n.Line, "<%s> is not an item of NewsML-G2", n.Name)
		}
		if len(items) == tree.MaxItems {
			return items, tree.Fault(n.Line, "more than %d items in one file", tree.MaxItems)
		}
		p := &reader{item: &item.Item{Kind: kind, Format: Format, Line: n.Line, Message: message}}
		p.read(n)
		items = append(items, *p.item)
	}
	return items, nil
}

func (p *reader) read(n *tree.Node) {
	it := p.item
	it.URI, it.Version = n.Attr("guid"), n.Attr("version")
	it.Standard = item.Standard{Name: n.Attr("standard"), Version: n.Attr("standardversion"), Conformance: n.Attr("conformance")}
	it.Language = n.Lang()
	if n.Name == "contentMeta" || n.Name == "contentSet" || n.Name == "groupSet" {
		it.Warnings = append(it.Warnings, "only the "+n.Name+" of an item")
		n = &tree.Node{Name: "newsItem", Line: n.Line, Kids: []*tree.Node{n}}
	}
	if it.Message != nil {
		it.Priority = int(item.Number(it.Message.Priority))
	}
	p.readCatalogs(n)
	for _, k := range n.Kids {
		if read := sections[k.Name]; read != nil {
			read(p, k)
		}
	}
	if refs := n.All("itemRef", "groupRef"); len(refs) > 0 {
		p.readGroup(&tree.Node{Name: "group", Kids: refs}, "")
	}
	if it.PubStatus == "" {
		it.PubStatus = item.Usable // the standard's default
	}
	it.Type = strings.ToLower(item.LastPart(cmp.Or(it.ItemClass.Code, it.ItemClass.URI)))
	p.applyAssertions()
	it.Identify()
	p.readBodies()
	p.placeEvents()
	if it.Kind == item.Planning && it.Headline() == "" {
		it.Title = p.coverageTitle(n)
	}
	it.Other = append(it.Other, n.Rest()...)
	if p.beside == "" {
		return
	}
	if err := it.Restore([]byte(p.beside)); err != nil {
		_, why := errs.Of(err)
		it.Warnings = append(it.Warnings, why)
	}
}

// sections are the parts of an item that are read; the rest is kept by its path.
var sections = map[string]func(*reader, *tree.Node){
	"hopHistory":      (*reader).readHops,
	"rightsInfo":      (*reader).readRights,
	"itemMeta":        (*reader).readFields,
	"contentMeta":     (*reader).readFields,
	"partMeta":        (*reader).readPart,
	"assert":          func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Assertions, p.concept(n)) },
	"derivedFrom":     (*reader).readDerived,
	"contentSet":      (*reader).readContent,
	"groupSet":        (*reader).readGroups,
	"newsCoverageSet": (*reader).readCoverage,
	"concept":         (*reader).readConcept,
	"conceptSet": func(p *reader, n *tree.Node) {
		for _, k := range n.All("concept") {
			p.readConcept(k)
		}
	},
}

// fields are the fields of itemMeta and contentMeta, which agencies mix up.
var fields = map[string]func(*reader, *tree.Node){
	"itemClass":         func(p *reader, n *tree.Node) { p.item.ItemClass = p.concept(n) },
	"provider":          func(p *reader, n *tree.Node) { p.item.Provider = p.concept(n) },
	"service":           func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Services, p.concept(n)) },
	"versionCreated":    func(p *reader, n *tree.Node) { p.item.VersionCreated = item.ParseDate(n.Words()) },
	"firstCreated":      func(p *reader, n *tree.Node) { p.item.FirstCreated = item.ParseDate(n.Words()) },
	"contentCreated":    func(p *reader, n *tree.Node) { p.item.ContentCreated = item.ParseDate(n.Words()) },
	"contentModified":   func(p *reader, n *tree.Node) { p.item.ContentModified = item.ParseDate(n.Words()) },
	"embargoed":         func(p *reader, n *tree.Node) { p.item.Embargoed = parseEmbargo(n.Words()) },
	"expires":           func(p *reader, n *tree.Node) { item.AddDate(&p.item.Expires, n.Words()) },
	"pubStatus":         (*reader).readStatus,
	"deliverableOf":     func(p *reader, n *tree.Node) { p.item.Links = append(p.item.Links, withRel(readLink(n), n.Name)) },
	"contentWarning":    func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Signals, withRole(p.concept(n), n.Name)) },
	"signal":            func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Signals, p.concept(n)) },
	"role":              func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Signals, withRole(p.concept(n), "role")) },
	"edNote":            func(p *reader, n *tree.Node) { p.addText(&p.item.EdNotes, n) },
	"fileName":          func(p *reader, n *tree.Node) { p.item.FileName = n.Words() },
	"generator":         func(p *reader, n *tree.Node) { p.addText(&p.item.Generators, n) },
	"profile":           func(p *reader, n *tree.Node) { p.item.Profile = n.Words() },
	"title":             (*reader).readTitle,
	"link":              func(p *reader, n *tree.Node) { p.item.Links = append(p.item.Links, readLink(n)) },
	"instanceOf":        func(p *reader, n *tree.Node) { item.AddConcept(&p.item.InstanceOf, p.concept(n)) },
	"memberOf":          func(p *reader, n *tree.Node) { item.AddConcept(&p.item.InstanceOf, withRole(p.concept(n), "memberOf")) },
	"derivedFrom":       (*reader).readDerived,
	"urgency":           func(p *reader, n *tree.Node) { p.item.Urgency = item.OneToNine(n.Words()) },
	"icon":              func(p *reader, n *tree.Node) { p.item.Icons = append(p.item.Icons, readRendition(n)) },
	"digitalSourceType": func(p *reader, n *tree.Node) { item.AddConcept(&p.item.SourceTypes, p.concept(n)) },
	"located":           func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Located, p.concept(n)) },
	"infoSource":        func(p *reader, n *tree.Node) { item.AddConcept(&p.item.InfoSources, p.concept(n)) },
	"creator":           func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Creators, p.concept(n)) },
	"contributor":       func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Contributors, p.concept(n)) },
	"audience":          func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Audiences, p.concept(n)) },
	"exclAudience":      func(p *reader, n *tree.Node) { item.AddConcept(&p.item.ExclAudiences, p.concept(n)) },
	"altId":             func(p *reader, n *tree.Node) { p.item.AltIDs = append(p.item.AltIDs, readAltID(n)) },
	"language":          (*reader).readLanguage,
	"keyword":           func(p *reader, n *tree.Node) { p.addText(&p.item.Keywords, n) },
	"genre":             func(p *reader, n *tree.Node) { item.AddConcept(&p.item.Genres, p.concept(n)) },
	"subject":           func(p *reader, n *tree.Node) { item.AddConcept(&p.subjects, p.concept(n)) },
	"slugline":          func(p *reader, n *tree.Node) { p.addText(&p.item.Sluglines, n) },
	"headline":          func(p *reader, n *tree.Node) { p.addText(&p.item.Headlines, n) },
	"dateline":          func(p *reader, n *tree.Node) { p.addText(&p.item.Datelines, n) },
	"by":                func(p *reader, n *tree.Node) { p.addText(&p.item.Bylines, n) },
	"creditline":        func(p *reader, n *tree.Node) { p.addText(&p.item.Creditlines, n) },
	"description":       (*reader).readDescription,
	extension: func(p *reader, n *tree.Node) {
		if n.Space == extensionNamespace {
			p.beside = n.Verbatim()
		}
	},
}

func (p *reader) readFields(n *tree.Node) {
	for _, k := range n.Kids {
		if read := fields[k.Name]; read != nil {
			read(p, k)
		}
	}
}

func withRole(c item.Concept, role string) item.Concept {
	c.Role = cmp.Or(c.Role, role)
	return c
}

func withRel(l item.Link, rel string) item.Link {
	l.Rel = cmp.Or(l.Rel, rel)
	return l
}

// readDerived reads what the item was made of: an item of its agency, or a concept.
func (p *reader) readDerived(n *tree.Node) {
	uri := n.Attr("residref")
	c := p.concept(n)
	c.URI = cmp.Or(c.URI, uri)
	item.AddConcept(&p.item.DerivedFrom, c)
}

func (p *reader) addText(list *[]item.Text, n *tree.Node) {
	t := p.text(n)
	t.Source = n.Attr("versioninfo")
	if t.Value != "" {
		*list = append(*list, t)
	}
}

func (p *reader) readTitle(n *tree.Node) {
	p.addText(&p.item.Titles, n)
	if p.item.Title == "" {
		p.item.Title = item.InLanguage(p.item.Titles, p.item.Language)
	}
}

func (p *reader) readStatus(n *tree.Node) {
	p.item.StatusCode = p.concept(n)
	p.item.PubStatus = item.StatusOf(p.item.StatusCode.Word())
}

// indefinite is the text of an embargo that an empty element stands for.
const indefinite = "until further notice"

func parseEmbargo(s string) item.Date {
	if s == "" {
		return item.Date{Text: indefinite}
	}
	return item.ParseEmbargo(s)
}

func (p *reader) readLanguage(n *tree.Node) {
	c := item.Concept{Code: n.Attr("tag")}
	rest := p.concept(n)
	rest.Code, rest.Scheme = cmp.Or(c.Code, rest.Code), ""
	if len(p.item.Languages) == 0 && c.Code != "" {
		if old := p.item.Language; old != "" && old != c.Code { // that of the metadata
			p.item.Details = append(p.item.Details, item.TextValue{Path: "@xml:lang", Value: old})
		}
		p.item.Language = c.Code
	}
	item.AddConcept(&p.item.Languages, rest)
}

func (p *reader) readDescription(n *tree.Node) {
	if t := p.text(n); t.Value != "" {
		p.item.Descriptions = append(p.item.Descriptions, item.Body{Role: t.Role, Language: t.Language, ContentType: t.ContentType, Value: t.Value})
	}
}

// readCatalogs comes before all else: it says what the codes mean.
func (p *reader) readCatalogs(n *tree.Node) {
	p.catalog.iptc = true
	for _, k := range n.All("catalogRef") {
		href := k.Attr("href")
		p.item.Catalogs = append(p.item.Catalogs, href)
	}
	if len(p.item.Catalogs) > 0 {
		p.catalog.iptc = strings.Contains(strings.Join(p.item.Catalogs, " "), "IPTC-G2-Standards")
	}
	if p.item.Message != nil {
		p.catalog.iptc = true
	}
	p.catalog.own = map[string]string{}
	for _, c := range n.All("catalog") {
		for _, s := range c.All("scheme") {
			if alias, uri := s.Attr("alias"), s.Attr("uri"); alias != "" && uri != "" {
				p.catalog.own[alias] = uri
				p.item.Catalogs = append(p.item.Catalogs, alias+"="+uri)
			}
		}
	}
}

// applyAssertions puts subjects where they belong by what the agency says about them.
func (p *reader) applyAssertions() {
	about := map[string]*item.Concept{} // the first assertion about each concept
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
		switch item.ClassOf(known) {
		case item.ClassPerson:
			item.AddConcept(&p.item.People, *s)
		case item.ClassOrganisation:
			item.AddConcept(&p.item.Organisations, *s)
		case item.ClassPlace, item.ClassPOI:
			item.AddConcept(&p.item.Places, *s)
		case item.ClassEvent:
			item.AddConcept(&p.item.Events, *s)
		case item.ClassObject:
			item.AddConcept(&p.item.Objects, *s)
		default:
			item.AddConcept(&p.item.Subjects, *s)
		}
	}
}

// coverageTitle finds a name for a planning item that has none: the headline of the
// first planned piece, else the note about it.
func (p *reader) coverageTitle(n *tree.Node) string {
	var title string
	n.Walk(func(k *tree.Node) {
		if title == "" && (k.Name == "headline" || k.Name == "edNote") {
			title = k.Peek()
		}
	})
	return title
}
