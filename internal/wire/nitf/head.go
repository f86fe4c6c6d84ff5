package nitf

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// ReadHead reads the header of a NITF document, whose element is n, into the item. What
// the item says already comes first: of a document inside an item only what is new is
// taken, and an embargo or a kill is never lifted.
func ReadHead(it *item.Item, n *tree.Node) docID {
	head := n.One("head")
	if title := head.One("title").Words(); title != "" {
		if it.Title == "" {
			it.Title = title
		} else {
			item.AddNew(&it.Titles, item.Text{Value: title})
		}
	}
	for _, k := range head.All("meta") {
		readMeta(it, k)
	}
	for _, k := range head.All("tobject") {
		readSubjects(it, k)
	}
	var id docID
	for _, k := range head.All("docdata") {
		d := &docdata{item: it}
		d.read(k)
		if d.id.id != "" {
			id = d.id
		}
	}
	if it.URI != "" && id.id != "" {
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "doc-id", Value: id.id})
	}
	for _, k := range head.All("revision-history") {
		it.Hops = append(it.Hops, hop(k))
	}
	if it.PubStatus == "" {
		it.PubStatus = item.Usable // the standard's default
	}
	return id
}

// hop reads who changed what and when.
func hop(n *tree.Node) item.Hop {
	h := item.Hop{Time: item.ParseDate(n.Attr("norm")), Party: item.Concept{Name: n.Attr("name")}}
	item.AddConcept(&h.Actions, item.Concept{Code: n.Attr("function"), Name: n.Attr("comment")})
	return h
}

// readSubjects reads <tobject>: what kind of news it is, and what it is about.
func readSubjects(it *item.Item, n *tree.Node) {
	if s := n.Attr("tobject.type"); s != "" {
		item.AddNewConcept(&it.Genres, item.Concept{Name: s, Role: "tobject.type"})
	}
	for _, k := range n.All("tobject.property") {
		item.AddNewConcept(&it.Genres, item.Concept{Name: k.Attr("tobject.property.type")})
	}
	for _, k := range n.All("tobject.subject") {
		code := k.Attr("tobject.subject.refnum")
		c := item.SubjectCode(cmp.Or(code, k.Attr("tobject.subject.code")),
			k.Attr("tobject.subject.type"), k.Attr("tobject.subject.matter"), k.Attr("tobject.subject.detail"))
		if maker := k.Attr("tobject.subject.ipr"); c.Scheme == "" {
			c.Scheme = maker
		}
		c.Details = k.Rest()
		item.AddNewConcept(&it.Subjects, c)
	}
}

// readMeta reads a <meta>. The names that begin with anpa come from ANPA 1312, AP's and
// others' older format, and are what NITF's users agree on; what is not known is kept in the
// details under its name.
func readMeta(it *item.Item, n *tree.Node) {
	name, value := n.Attr("name", "http-equiv"), n.Attr("content")
	if value == "" {
		return
	}
	switch strings.ToLower(name) {
	case "anpa-keyword", "slug", "slugline":
		slug, take, _ := strings.Cut(value, ",")
		item.AddNew(&it.Sluglines, item.Text{Value: strings.TrimSpace(slug)})
		it.TakeKey = cmp.Or(it.TakeKey, strings.TrimSpace(take))
	case "anpa-sequence":
		it.Sequence = cmp.Or(it.Sequence, value)
	case "anpa-category":
		item.AddNewConcept(&it.Categories, item.Concept{Code: value})
	case "anpa-format":
		it.Formatted = it.Formatted || value == "t"
		it.Details = append(it.Details, item.TextValue{Path: name, Value: value})
	case "anpa-wordcount":
		it.Details = append(it.Details, item.TextValue{Path: "wordcount", Value: value})
	case "aap-priority", "priority":
		if it.Priority = cmp.Or(it.Priority, item.OneToNine(value)); it.Priority == 0 {
			it.Details = append(it.Details, item.TextValue{Path: name, Value: value})
		}
	case "aap-source", "source":
		item.AddNewConcept(&it.InfoSources, item.Concept{Name: value})
	case "aap-place", "place":
		item.AddNewConcept(&it.Places, item.Concept{Name: value})
	case "author", "creator":
		item.AddNewConcept(&it.Creators, item.Concept{Name: value})
	case "editor":
		item.AddNewConcept(&it.Contributors, item.Concept{Name: value, Role: "editor"})
	case "publisher", "provider":
		it.Provider.Name = cmp.Or(it.Provider.Name, value)
	case "generator":
		it.Generators = append(it.Generators, item.Text{Value: value})
	case "description":
		it.AddDescription(value, "")
	case "keywords", "news_keywords":
		for word := range strings.SplitSeq(value, ",") {
			item.AddNew(&it.Keywords, item.Text{Value: strings.TrimSpace(word)})
		}
	case "copyright":
		it.Rights = append(it.Rights, item.Rights{Notice: item.Text{Value: value}})
	default:
		it.Details = append(it.Details, item.TextValue{Path: name, Value: value})
	}
}

// named reads an element of <identified-content>.
func named(it *item.Item, n *tree.Node) {
	c, class, ok := markup.NITFName(n)
	switch {
	case ok:
		c.Name = n.Words()
		if n.Name == "location" { // with its parts' names in order of size
			c = markup.NITFPlace(n)
		}
	case n.Name == "classifier":
		c = item.Concept{Name: n.Words(), Code: n.Attr("value"), Scheme: n.Attr("idsrc"), Type: n.Attr("type")}
	case n.Name == "function":
		c = item.Concept{Name: n.Words(), Code: n.Attr("value"), Scheme: n.Attr("idsrc"), Type: n.Name}
	default:
		return // kept by its path
	}
	n.Words()
	c.Rel = "about"
	c.Details = append(c.Details, n.Rest()...)
	item.AddNewConcept(markup.ListOf(it, class), c)
}
