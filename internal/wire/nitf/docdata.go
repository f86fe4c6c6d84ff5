package nitf

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// A docdata reads the part of a NITF header that says what may be done with a document.
type docdata struct {
	item    *item.Item
	id      docID
	release string // date.release
}

// docdataFields are the elements of <docdata>.
var docdataFields = map[string]func(*docdata, *tree.Node){
	"doc-id": func(d *docdata, n *tree.Node) { d.id = docID{n.Attr("id-string"), n.Attr("regsrc")} },
	"urgency": func(d *docdata, n *tree.Node) {
		d.item.Urgency = cmp.Or(d.item.Urgency, item.OneToNine(n.Attr("ed-urg")))
	},
	"date.issue": (*docdata).issue,
	"date.release": func(d *docdata, n *tree.Node) {
		d.release = date(n)
	},
	"date.expire": func(d *docdata, n *tree.Node) { item.AddDate(&d.item.Expires, date(n)) },
	"doc-scope": func(d *docdata, n *tree.Node) {
		item.AddNewConcept(&d.item.Audiences, item.Concept{Name: n.Attr("scope"), Code: n.Attr("value")})
	},
	"fixture": func(d *docdata, n *tree.Node) { d.item.Fixture = cmp.Or(d.item.Fixture, n.Attr("fix-id")) },
	"series":  func(d *docdata, n *tree.Node) { markup.AddSeries(d.item, n) },
	"ed-msg": func(d *docdata, n *tree.Node) {
		item.AddNew(&d.item.EdNotes, item.Text{Value: n.Attr("info"), Role: n.Attr("msg-type")})
	},
	"du-key": func(d *docdata, n *tree.Node) {
		key := item.DUKey{Key: n.Attr("key"), Generation: n.Attr("generation"), Part: n.Attr("part"), Version: n.Attr("version")}
		if key != (item.DUKey{}) && d.item.DUKey == nil {
			d.item.DUKey = &key
		}
	},
	"correction":    (*docdata).correction,
	"doc.copyright": (*docdata).copyright,
	"doc.rights":    (*docdata).rights,
	"evloc":         (*docdata).place,
	"del-list": func(d *docdata, n *tree.Node) {
		for _, k := range n.All("from-src") {
			d.item.Hops = append(d.item.Hops, item.Hop{Seq: k.Attr("level-number"), Party: item.Concept{Name: k.Attr("src-name")}})
		}
	},
	"key-list": func(d *docdata, n *tree.Node) {
		for _, k := range n.All("keyword") {
			item.AddNew(&d.item.Keywords, item.Text{Value: cmp.Or(k.Attr("key"), k.Words())})
		}
	},
	"identified-content": func(d *docdata, n *tree.Node) {
		for _, k := range n.Kids {
			named(d.item, k)
		}
	},
}

func (d *docdata) read(n *tree.Node) {
	for _, k := range n.Kids {
		if read := docdataFields[k.Name]; read != nil {
			read(d, k)
		}
	}
	d.status(n)
	d.links(n)
}

func date(n *tree.Node) string { return cmp.Or(n.Attr("norm"), n.Words()) }

func (d *docdata) issue(n *tree.Node) {
	at := item.ParseDate(date(n))
	for _, to := range []*item.Date{&d.item.FirstCreated, &d.item.VersionCreated} {
		if to.IsZero() {
			*to = at
		}
	}
}

// indefinite is the text of an embargo without an end.
const indefinite = "until further notice"

// status reads the word for what may be done with the document, with the date that it
// is released. A usable document that is released on a day is free from its beginning; an
// embargoed one is held until the day is over.
func (d *docdata) status(n *tree.Node) {
	word := n.Attr("management-status")
	embargoed := strings.EqualFold(word, "embargoed")
	status := item.StatusOf(word)
	if embargoed && d.release != "" {
		status = item.Usable
	}
	if was := d.item.PubStatus; was == "" || was == item.Usable || status == item.Canceled {
		d.item.PubStatus = status
	}
	if word != "" && !strings.EqualFold(word, string(status)) && d.item.StatusCode.IsZero() {
		d.item.StatusCode = item.Concept{Literal: word}
	}
	d.item.Embargoed = stricter(d.item.Embargoed, d.embargo(embargoed))
}

// links finds the other documents that this one says something about: that it corrects
// them, or what is to be done with them.
func (d *docdata) links(n *tree.Node) {
	if other := n.Attr("management-doc-idref"); other != "" {
		l := item.Link{Rel: "management-" + n.Attr("management-idref-status"), URI: docID{other, d.id.source}.asURI()}
		if l.URI != other {
			l.Title = other
		}
		d.item.Links = append(d.item.Links, l)
	}
	if c := d.item.Correction; c != nil {
		if uri := (docID{c.ID, cmp.Or(c.Source, d.id.source)}).asURI(); uri != "" {
			d.item.Links = append(d.item.Links, item.Link{Rel: "corrects", URI: uri})
		}
	}
}

func (d *docdata) embargo(declared bool) item.Date {
	switch {
	case declared && d.release == "":
		return item.Date{Text: indefinite}
	case declared:
		return item.ParseEmbargo(d.release)
	case d.release == "":
		return item.Date{}
	}
	free := item.ParseDate(d.release)
	if free.Time.IsZero() || free.Text != "" && len(free.Text) > len("2006-01-02") {
		return item.ParseEmbargo(d.release) // no day, or a time without a zone
	}
	if !free.Time.After(d.item.VersionCreated.Time) {
		d.item.Details = append(d.item.Details, item.TextValue{Path: "date.release", Value: d.release})
		return item.Date{} // no embargo: it was released when it was issued
	}
	return free
}

// stricter returns the embargo that ends later.
func stricter(a, b item.Date) item.Date {
	switch {
	case a.IsZero():
		return b
	case b.IsZero(), a.Time.IsZero(): // a has no end
		return a
	case b.Time.IsZero(), b.Time.After(a.Time):
		return b
	}
	return a
}

func (d *docdata) correction(n *tree.Node) {
	c := item.Correction{Info: n.Attr("info"), ID: n.Attr("id-string"), Source: n.Attr("regsrc")}
	if c == (item.Correction{}) || d.item.Correction != nil {
		return
	}
	d.item.Correction = &c
	item.AddNewConcept(&d.item.Signals, item.Concept{
		Code: "sig:correction", URI: "http://cv.iptc.org/newscodes/signal/correction", Scheme: "http://cv.iptc.org/newscodes/signal/",
	})
}

// maxCompared is how many statements of rights before it one is compared with.
const maxCompared = 50

func (d *docdata) copyright(n *tree.Node) {
	holder := n.Attr("holder")
	for _, r := range d.item.Rights[max(0, len(d.item.Rights)-maxCompared):] {
		if holder != "" && r.Holder.Name == holder {
			return
		}
	}
	r := item.Rights{Holder: item.Concept{Name: holder}}
	r.Details = n.Rest()
	if holder != "" || len(r.Details) > 0 {
		d.item.Rights = append(d.item.Rights, r)
	}
}

func (d *docdata) rights(n *tree.Node) {
	r := item.Rights{Holder: item.Concept{Name: n.Attr("owner")}}
	for _, name := range []string{"limitations", "geography"} {
		if s := n.Attr(name); s != "" {
			r.UsageTerms = append(r.UsageTerms, item.Text{Value: s, Role: name})
		}
	}
	for _, part := range []struct{ name, role, before string }{{"startdate", "startDate", "From "}, {"enddate", "endDate", "Until "}} {
		if s := n.Attr(part.name); s != "" {
			r.UsageTerms = append(r.UsageTerms, item.Text{Value: part.before + s, Role: part.role})
		}
	}
	r.Details = n.Rest()
	if r.Holder.Name != "" || len(r.UsageTerms) > 0 || len(r.Details) > 0 {
		d.item.Rights = append(d.item.Rights, r)
	}
}

// place reads <evloc>, where something happened.
func (d *docdata) place(n *tree.Node) {
	var c item.Concept
	for _, part := range []struct{ name, value, code string }{
		{"city", n.Attr("city"), ""}, {"county", n.Attr("county-dist"), ""}, {"state", n.Attr("state-prov"), ""}, {"country", "", n.Attr("iso-cc")},
	} {
		p := item.Concept{Name: cmp.Or(part.value, part.code), Code: part.code}
		if part.code != "" {
			p.Scheme = "iso3166-1"
		}
		switch {
		case p.IsZero():
		case c.IsZero():
			c = p
		default:
			p.Rel = "broader"
			c.Related = append(c.Related, p)
		}
	}
	c.Rel = "eventLocation"
	if c.Name != "" {
		item.AddNewConcept(&d.item.Places, c)
	}
}
