// Package newsml1 reads NewsML 1.0 to 1.2, IPTC's XML format before NewsML-G2: items made of
// components inside components, each with metadata of its own.
//
// A component tree becomes one item with its text, and an association for each picture,
// film, sound or further text in it, whatever depth its agency puts them at.
package newsml1

import (
	"cmp"
	"context"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "newsml-1"

// IsRoot reports whether a name is that of a root element of NewsML 1.
func IsRoot(name string) bool { return name == "NewsML" || name == "NewsItem" }

// A reader reads a NewsML file.
type reader struct {
	message   *item.Message
	services  []item.Concept
	products  []item.Concept
	catalogs  []string
	language  string
	version   string
	topics    map[string]*item.Concept // by "#" and their Duid, and by their formal names
	sets      map[*tree.Node][]item.Concept
	shapes    map[*tree.Node]*shape
	fault     error
	firstOnly bool        // what belongs to all items is too long to be repeated with each
	nested    []item.Item // items inside the present one that are items of their own
}

// Parse reads a NewsML file, whose items may have others inside them.
func Parse(ctx context.Context, text []byte) ([]item.Item, error) {
	root, err := tree.ParseXML(text)
	if err != nil {
		return nil, err
	}
	p := &reader{
		language: short(root.Lang()), version: root.Attr("Version"), topics: map[string]*item.Concept{},
		sets: map[*tree.Node][]item.Concept{}, shapes: map[*tree.Node]*shape{},
	}
	p.readTopicSets(root)
	nodes := []*tree.Node{root}
	if root.Name == "NewsML" {
		p.readShared(root)
		nodes = root.All("NewsItem")
	}
	var items []item.Item
	for _, n := range nodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		it := p.readItem(n, 0)
		if p.firstOnly {
			p.message, p.services, p.products, p.catalogs = nil, nil, nil, nil
		}
		items = append(append(items, it), p.nested...)
		p.nested = nil
		if p.fault != nil {
			return nil, p.fault
		}
		if len(items) > tree.MaxItems {
			return nil, tree.Fault(n.Line, "more than %d items in one file", tree.MaxItems)
		}
	}
	if len(items) == 0 && len(p.sets) > 0 {
		items = append(items, p.topicItem(root))
	}
	if len(items) > 0 && root.Name == "NewsML" {
		// What belongs to the whole file goes with its first item.
		for _, set := range root.All("TopicSet") {
			items[0].Assertions = append(items[0].Assertions, p.sets[set]...)
		}
		items[0].Other = append(items[0].Other, root.Rest()...)
	}
	return items, nil
}

// topicItem is the item of a file that has only topics.
func (p *reader) topicItem(root *tree.Node) item.Item {
	it := item.Item{Kind: item.Knowledge, Format: Format, Line: root.Line, PubStatus: item.Usable, Catalogs: p.catalogs, Language: p.language}
	for _, set := range root.All("TopicSet") {
		it.Concepts = append(it.Concepts, p.sets[set]...)
		delete(p.sets, set)
	}
	return it
}

// maxShort is how long a role, a language or the name of a topic is that is repeated with
// all that it applies to, in bytes.
const maxShort = 500

// short is s unless it is too long to be repeated.
func short(s string) string {
	if len(s) > maxShort {
		return ""
	}
	return s
}

// readShared reads what belongs to all items of the file.
func (p *reader) readShared(root *tree.Node) {
	envelope := root.One("NewsEnvelope")
	size := envelope.Size()
	for _, k := range root.All("Catalog") {
		size += k.Size()
	}
	p.firstOnly = size > tree.MaxShared
	p.catalogs = readCatalogs(root)
	p.readEnvelope(envelope)
}

func (p *reader) readEnvelope(n *tree.Node) {
	if n.Name == "" {
		return
	}
	m := &item.Message{
		TransmitID: n.One("TransmissionId").Words(), Sent: item.ParseDate(n.One("DateAndTime").Words()),
		Priority: n.One("Priority").Attr("FormalName"),
	}
	for _, k := range n.One("SentFrom").All("Party") {
		m.Sender = cmp.Or(m.Sender, p.party(k).Label())
	}
	for _, k := range n.One("SentTo").All("Party") {
		m.Destinations = append(m.Destinations, item.Text{Value: p.party(k).Label()})
	}
	for _, k := range n.All("NewsService") {
		item.AddConcept(&p.services, p.concept(k))
	}
	for _, k := range n.All("NewsProduct") {
		c := p.concept(k)
		c.Role = "product"
		item.AddConcept(&p.products, c)
	}
	p.message = m
}

// maxInside is how deep items inside items become associations; deeper ones are items of
// their own.
const maxInside = 5

func (p *reader) readItem(n *tree.Node, depth int) item.Item {
	it := &item.Item{
		Kind: item.News, Format: Format, Line: n.Line, Message: p.message, Language: cmp.Or(short(n.Lang()), p.language),
		Standard: item.Standard{Name: "NewsML", Version: p.version},
	}
	it.Services = append(append(it.Services, p.services...), p.products...)
	it.Catalogs = append(append(it.Catalogs, p.catalogs...), readCatalogs(n)...)
	if p.message != nil {
		it.Priority, it.Sequence = item.OneToNine(p.message.Priority), p.message.TransmitID
	}
	p.readIdentification(it, n.One("Identification"))
	p.readManagement(it, n.One("NewsManagement"))
	it.Identify()
	for _, set := range n.All("TopicSet") {
		it.Kind = item.Knowledge
		it.Concepts = append(it.Concepts, p.sets[set]...)
	}
	if len(n.All("Update")) > 0 {
		it.Warnings = append(it.Warnings, "it only says what changes in an earlier revision; the changes are kept by their paths")
	}
	if components := n.All("NewsComponent"); len(components) > 0 {
		p.readContent(it, components, depth)
	}
	it.Other = append(it.Other, n.Rest()...)
	return *it
}

// readContent reads the components of an item, of which there is one unless the agency
// does not keep to the standard.
func (p *reader) readContent(it *item.Item, components []*tree.Node, depth int) {
	whole := &tree.Node{Name: "NewsItem", Kids: components}
	if len(components) == 1 {
		whole = components[0]
	}
	s := p.shapeOf(whole)
	if s.text+s.captions+s.media > tree.MaxContents {
		p.fault = tree.Fault(whole.Line, "more than %d content items in one item", tree.MaxContents)
		return
	}
	switch {
	case s.text > 0 || s.media == 0 && s.captions > 0:
		it.Type = "text"
	case s.media > 0 && p.isUnit(whole):
		it.Type = s.kind
	case s.media > 0 || s.items > 0:
		it.Type = "composite"
	default:
		it.Type = "text"
	}
	if s.items > 0 && s.text == 0 {
		it.Kind = item.Package
	}
	c := &component{reader: p, item: it, depth: depth, onlyCaptions: s.text == 0 && s.media == 0}
	c.read(whole, place{root: true})
}

// readIdentification finds the item's name, and the others that it has.
func (p *reader) readIdentification(it *item.Item, n *tree.Node) {
	id := n.One("NewsIdentifier")
	revision := id.One("RevisionId")
	it.Version = revision.Words()
	for _, name := range []string{"PreviousRevision", "Update"} {
		if v := revision.Attr(name); v != "" {
			it.Details = append(it.Details, item.TextValue{Path: "RevisionId/@" + name, Value: v})
		}
	}
	provider, day, local := id.One("ProviderId").Words(), id.One("DateId").Words(), id.One("NewsItemId").Words()
	public := id.One("PublicIdentifier").Words()
	if len(public)+len(provider)+len(day)+len(local) > tree.MaxID {
		p.fault = tree.Fault(id.Line, "an identifier is longer than %d bytes", tree.MaxID)
		return
	}
	switch {
	case strings.Contains(public, ":") || public != "" && (provider == "" || local == ""):
		it.URI = withoutRevision(public, it.Version, revision.Attr("Update"))
	case provider != "" && local != "":
		it.URI = "urn:newsml:" + provider + ":" + day + ":" + strings.ReplaceAll(local, " ", "%20")
	}
	if public != "" && public != it.URI {
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "PublicIdentifier", Value: public})
	}
	// The parts by themselves name no item: agencies count anew every day.
	for _, part := range []item.TextValue{{Path: "ProviderId", Value: provider}, {Path: "DateId", Value: day}, {Path: "NewsItemId", Value: local}} {
		if part.Value != "" && !strings.Contains(it.URI, part.Value) {
			it.Details = append(it.Details, part)
		}
	}
	it.Provider = item.Concept{Name: provider}
	it.Title = n.One("NameLabel").Words()
	if s := n.One("DateLabel").Words(); s != "" {
		it.Details = append(it.Details, item.TextValue{Path: "DateLabel", Value: s})
	}
	for _, k := range n.All("Label") {
		t := item.Text{Value: k.One("LabelText").Words(), Role: p.concept(k.One("LabelType")).Code}
		item.AddNew(&it.Titles, t)
	}
}

// withoutRevision cuts the revision from a public identifier (RFC 3085), as all revisions of
// an item have the same URI.
func withoutRevision(public, version, update string) string {
	for _, suffix := range []string{":" + version + update, ":" + version} {
		if uri, ok := strings.CutSuffix(public, suffix); ok && version != "" && strings.Count(uri, ":") > 1 {
			return uri
		}
	}
	return public
}

// reference is the URI of an item that another one names, and the revision it means.
func reference(s string) (uri, version string) {
	i := strings.LastIndexByte(s, ':')
	if !strings.HasPrefix(s, "urn:newsml:") || strings.Count(s, ":") < 5 {
		return s, ""
	}
	if v := strings.TrimRight(s[i+1:], "ANU"); v != "" && strings.Trim(v, "0123456789") == "" {
		return s[:i], v
	}
	return s, ""
}
