// Package ninjs reads ninjs, IPTC's JSON format, of every version, and writes any item as
// ninjs 3.1.
package ninjs

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "ninjs"

// A reader reads one ninjs object of any version. Names are looked up without regard to
// case, because 1.x and 2.x write versioncreated and 3.x versionCreated; where 1.x
// has another name, or an object where later versions have an array, both are read.
type reader struct {
	item *item.Item
	v    *tree.Value
}

// lists are the names under which programs' APIs give their items: a search's answer, the
// Local Democracy Reporting Service's, AP's.
var lists = []string{"items", "_items", "item"}

// Parse reads a file: an object, an array of objects, or an object with a list of
// items, as programs' APIs give.
func Parse(ctx context.Context, text []byte) ([]item.Item, error) {
	root, err := tree.ParseJSON(text)
	if err != nil {
		return nil, err
	}
	objects := []*tree.Value{root}
	if root.Kind == '[' {
		objects = root.Vals
	} else if !looksLikeNinjs(root) {
		objects = inside(root)
	}
	if len(objects) > tree.MaxItems {
		return nil, tree.Fault(1, "more than %d items in one file", tree.MaxItems)
	}
	var items []item.Item
	for i, v := range objects {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		line := tree.LineAt(text, v.Offset)
		if !looksLikeNinjs(v) {
			return nil, tree.Fault(line, "item %d is not ninjs: it has neither uri nor headline", i+1)
		}
		items = append(items, readItem(v, line, 0))
	}
	return items, nil
}

// inside are the items in an answer of a program: those of its list, which may be in an
// object "data", and of which each may be in an object "item". It is root itself where
// there is no list.
func inside(root *tree.Value) []*tree.Value {
	if data := root.Get("data"); data.Kind == '{' && data.Has(lists...) {
		root = data
	}
	if !root.Has(lists...) {
		return []*tree.Value{root}
	}
	objects := root.List(lists...)
	for i, v := range objects {
		if inner := v.Get("item"); v.Kind == '{' && !looksLikeNinjs(v) && inner.Kind == '{' {
			objects[i] = inner
		}
	}
	return objects
}

func looksLikeNinjs(v *tree.Value) bool {
	return v.Kind == '{' && !v.Has("$schema") && v.Has("uri", "guid", "headline", "headlines", "bodies", "body_html", "body_text")
}

func readItem(v *tree.Value, line, depth int) item.Item {
	n := &reader{item: &item.Item{Kind: item.News, Format: Format, Line: line}, v: v}
	n.readIdentity()
	n.readStatus()
	n.readWords()
	n.readConcepts()
	n.readMedia()
	n.readEvents()
	n.item.Identify()
	n.readBodies()
	n.readAssociations(depth)
	n.restore()
	n.item.Other = append(n.item.Other, v.Rest()...)
	return *n.item
}

// restore reads our own addition to ninjs; see [Write].
func (n *reader) restore() {
	v := n.v.Get("broadsheet")
	if v.Kind != '{' {
		return
	}
	raw, err := json.Marshal(v.Plain())
	if err == nil {
		err = n.item.Restore(raw)
	}
	if err != nil {
		_, why := errs.Of(err)
		n.item.Warnings = append(n.item.Warnings, why)
	}
}

func (n *reader) readIdentity() {
	it, v := n.item, n.v
	it.URI = v.Str("uri", "guid")
	it.Version = v.Str("version")
	it.Type = strings.ToLower(v.Str("type"))
	switch it.Type {
	case "composite":
		it.Kind = item.Package
	case "planning":
		it.Kind = item.Planning
	}
	it.Profile = v.Str("profile")
	it.RepresentationType = v.Str("representationtype")
	it.Language = v.Str("language")
	if s := v.Get("standard", "$standard"); s.Kind == '{' {
		it.Standard = item.Standard{Name: s.Str("name"), Version: s.Str("version"), Schema: s.Str("schema")}
	}
	for _, a := range v.List("altids") {
		if a.Kind == '{' && a.Has("value") {
			it.AltIDs = append(it.AltIDs, item.AltID{Role: a.Str("role"), Value: a.Str("value"), Environment: a.Str("environment")})
			continue
		}
		for i, key := range a.Keys { // 1.x: an object whose names are the roles
			if s := a.Str(key); s != "" && a.Vals[i].Read {
				it.AltIDs = append(it.AltIDs, item.AltID{Role: key, Value: s})
			}
		}
	}
	for _, t := range v.List("trustindicators", "trustindicator") {
		l := item.Link{Rel: t.Str("role"), Title: t.Str("title"), Href: t.Str("href")}
		if c := n.concept(t); l.Rel == "" {
			l.Rel = cmp.Or(c.URI, c.Code)
		}
		it.TrustIndicators = append(it.TrustIndicators, l)
	}
	for _, name := range []string{"mimetype", "charcount", "wordcount"} {
		if s := v.Str(name); s != "" {
			it.Details = append(it.Details, item.TextValue{Path: name, Value: s})
		}
	}
}

func (n *reader) readStatus() {
	it, v := n.item, n.v
	it.FirstCreated = item.ParseDate(v.Str("firstcreated"))
	it.VersionCreated = item.ParseDate(v.Str("versioncreated"))
	it.ContentCreated = item.ParseDate(v.Str("contentcreated"))
	it.Embargoed = item.ParseEmbargo(v.Str("embargoeduntil", "embargoed"))
	item.AddDate(&it.Expires, v.Str("expires"))
	word := v.Str("pubstatus")
	it.PubStatus = item.StatusOf(word)
	if word != "" && word != string(it.PubStatus) {
		it.StatusCode = item.Concept{Literal: word}
	}
	it.Urgency = item.OneToNine(v.Str("urgency"))
	it.Priority = item.OneToNine(v.Str("priority"))
	for _, e := range v.List("ednote", "ednotes") {
		addTextValue(&it.EdNotes, e, "")
	}
	n.readRights()
}

func (n *reader) readRights() {
	v := n.v
	r := item.Rights{Notice: item.Text{Value: v.Str("copyrightnotice")}}
	if s := v.Str("copyrightholder"); s != "" {
		r.Holder = item.Concept{Name: s}
	}
	for _, t := range v.List("usageterms") {
		addTextValue(&r.UsageTerms, t, "")
	}
	if info := v.Get("rightsinfo"); info.Kind == '{' {
		r.LangID, r.Linked, r.Encoded = info.Str("langid"), info.Str("linkedrights"), info.Str("encodedrights")
	}
	if !r.Holder.IsZero() || r.Notice.Value != "" || len(r.UsageTerms) > 0 || r.Linked+r.Encoded != "" {
		n.item.Rights = append(n.item.Rights, r)
	}
	for _, c := range v.List("creditline") {
		addTextValue(&n.item.Creditlines, c, "")
	}
}

// addTextValue reads a string, or an object with value and role.
func addTextValue(list *[]item.Text, v *tree.Value, role string) {
	t := item.Text{Role: role}
	if v.Kind == '{' {
		t.Value, t.Role = v.Str("value", "text"), cmp.Or(v.Str("role"), role)
		t.ContentType, t.Language = v.Str("contenttype"), v.Str("language", "lang")
	} else {
		t.Value = strings.TrimSpace(v.Text)
		v.Read = true
	}
	if t.Value != "" {
		*list = append(*list, t)
	}
}

func (n *reader) readWords() {
	it, v := n.item, n.v
	it.Title = v.Str("title")
	for _, h := range append(v.List("headlines"), v.List("headline")...) {
		addTextValue(&it.Headlines, h, "")
	}
	for i, key := range v.Keys {
		if role, ok := strings.CutPrefix(strings.ToLower(key), "headline_"); ok {
			addTextValue(&it.Headlines, v.Vals[i], role)
		}
	}
	for _, s := range v.List("slugline", "sluglines") {
		addTextValue(&it.Sluglines, s, "")
	}
	for _, s := range v.List("dateline", "datelines") {
		addTextValue(&it.Datelines, s, "")
	}
	for _, b := range append(v.List("by"), v.List("byline", "bylines")...) {
		addTextValue(&it.Bylines, b, "")
	}
	for _, k := range v.List("keywords", "keyword") {
		addTextValue(&it.Keywords, k, "")
	}
}

func (n *reader) readConcepts() {
	it := n.item
	for _, field := range []struct {
		to    *[]item.Concept
		names []string
	}{
		{&it.People, []string{"people", "person"}},
		{&it.Organisations, []string{"organisations", "organisation"}},
		{&it.Places, []string{"places", "place"}},
		{&it.Subjects, []string{"subjects", "subject"}},
		{&it.Events, []string{"events", "event"}},
		{&it.Objects, []string{"objects", "object"}},
		{&it.InfoSources, []string{"infosources", "infosource"}},
		{&it.Genres, []string{"genres", "genre"}},
		{&it.Located, []string{"located"}},
		{&it.SourceTypes, []string{"digitalsourcetype"}},
		{&it.Services, []string{"services", "service"}},
		{&it.Creators, []string{"authors", "creators"}},
		{&it.Signals, []string{"signals", "signal"}},
		{&it.Audiences, []string{"audiences"}},
	} {
		for _, v := range n.v.List(field.names...) {
			item.AddConcept(field.to, n.concept(v))
		}
	}
	if p := n.v.List("provider", "source"); len(p) > 0 {
		it.Provider = n.concept(p[0])
	}
}

// concept reads a person, place, subject, ... of any version, or a bare name.
func (n *reader) concept(v *tree.Value) item.Concept {
	if v.Kind == '"' {
		v.Read = true
		return item.Concept{Name: strings.TrimSpace(v.Text)}
	}
	c := item.Concept{
		Name: v.Str("name"), URI: v.Str("uri"), Literal: v.Str("literal"), Code: v.Str("code", "qcode"), Scheme: v.Str("scheme"),
		Rel: v.Str("rel"), Role: v.Str("role"), Type: v.Str("type"), Creator: v.Str("creator"),
		Relevance: v.Str("relevance"), Confidence: v.Str("confidence"),
	}
	if c.URI == "" && c.Code != "" {
		c.URI = codeURI(c.Scheme, c.Code)
	}
	for _, k := range v.List("symbols") {
		c.Symbols = append(c.Symbols, item.Symbol{
			Exchange: k.Str("exchange"), Type: k.Str("symboltype"), Symbol: k.Str("symbol", "ticker"),
		})
	}
	for _, k := range v.List("contactinfo") {
		c.Contact = append(c.Contact, readContact(k))
	}
	if g := v.Get("geojson"); g.Kind == '{' {
		c.GeoJSON = g.Plain()
	}
	for i, key := range v.Keys {
		if strings.HasPrefix(strings.ToLower(key), "geometry_") && c.GeoJSON == nil {
			c.GeoJSON = v.Vals[i].Plain()
			c.Details = append(c.Details, item.TextValue{Path: "geoJSON", Value: key})
		}
	}
	c.Details = append(c.Details, v.Rest()...)
	return c
}

// codeURI is what 1.x's scheme and code are in later versions.
func codeURI(scheme, code string) string {
	switch {
	case strings.Contains(code, "://") || strings.HasPrefix(code, "urn:"):
		return code
	case scheme == "":
		return ""
	case strings.HasSuffix(scheme, "/") || strings.HasSuffix(scheme, "#"):
		return scheme + code
	}
	return scheme + "/" + code
}

func readContact(v *tree.Value) item.Contact {
	c := item.Contact{Type: v.Str("type"), Role: v.Str("role"), Language: v.Str("lang"), Name: v.Str("name"), Value: v.Str("value")}
	if a := v.Get("address"); a.Kind == '{' {
		for _, l := range a.List("lines") {
			l.Read = true
			c.Lines = append(c.Lines, l.Text)
		}
		c.Locality, c.Area = a.Str("locality"), a.Str("area")
		c.PostalCode, c.Country = a.Str("postalcode"), a.Str("country")
		c.Type = cmp.Or(c.Type, "address")
	}
	return c
}
