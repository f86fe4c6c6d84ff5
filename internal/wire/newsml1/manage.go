package newsml1

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// readManagement reads what may be done with the item, and what it hangs together with.
func (p *reader) readManagement(it *item.Item, n *tree.Node) {
	it.ItemClass = p.concept(n.One("NewsItemType"))
	it.FirstCreated = item.ParseDate(n.One("FirstCreated").Words())
	it.VersionCreated = item.ParseDate(n.One("ThisRevisionCreated").Words())
	it.Urgency = item.OneToNine(n.One("Urgency").Attr("FormalName"))
	p.readStatus(it, n)
	if k := n.One("RevisionHistory"); k.Name != "" {
		it.Links = append(it.Links, item.Link{Rel: "revisionHistory", Href: k.Attr("Href")})
	}
	for _, k := range n.All("DerivedFrom") {
		uri, version := reference(k.Attr("NewsItem"))
		c := item.Concept{URI: uri, Name: k.Words()}
		if version != "" {
			c.Details = append(c.Details, item.TextValue{Path: "version", Value: version})
		}
		c.Details = append(c.Details, k.Rest()...)
		item.AddConcept(&it.DerivedFrom, c)
	}
	for _, k := range n.All("AssociatedWith") {
		l := item.Link{Rel: cmp.Or(k.Attr("FormalName"), "associatedWith"), Title: k.Words()}
		l.URI, l.Version = reference(k.Attr("NewsItem"))
		l.Details = k.Rest()
		it.Links = append(it.Links, l)
	}
	for _, k := range n.All("Instruction") {
		c := p.concept(k)
		c.Role = "instruction"
		c.Details = append(c.Details, k.Rest()...) // what happens to which revision
		item.AddConcept(&it.Signals, c)
	}
	for _, k := range n.All("Property") {
		p.readProperty(it, k, "")
	}
}

// indefinite is the text of an embargo without an end.
const indefinite = "until further notice"

// readStatus reads the status, and what it will be when. An item that is held and will be
// usable at a time is embargoed until then; one that is usable and will be anything else
// expires then.
func (p *reader) readStatus(it *item.Item, n *tree.Node) {
	word := n.One("Status").Attr("FormalName")
	it.PubStatus = item.StatusOf(word)
	var embargo item.Date
	for _, k := range n.All("StatusWillChange") {
		future := k.One("FutureStatus").Attr("FormalName")
		at := k.One("DateAndTime").Words()
		becomes := item.StatusOf(future)
		switch {
		case future == "" && at == "":
			continue
		case becomes == item.Usable && it.PubStatus == item.Withheld:
			embargo = item.ParseEmbargo(cmp.Or(at, indefinite))
		case becomes != item.Usable && it.PubStatus == item.Usable:
			item.AddDate(&it.Expires, at)
		}
		it.Details = append(it.Details, item.TextValue{Path: "StatusWillChange/" + future, Value: at})
	}
	switch {
	case !embargo.IsZero():
		it.PubStatus, it.Embargoed = item.Usable, embargo
	case strings.EqualFold(word, "embargoed"):
		it.Embargoed = item.Date{Text: indefinite}
	}
	if !strings.EqualFold(word, string(it.PubStatus)) {
		it.StatusCode = p.concept(n.One("Status"))
	}
}
