package wire

import (
	"cmp"
	"context"
	"strings"
)

// Ninjs is the format that items of this package have.
const Ninjs = "ninjs"

// ninjs reads one ninjs object of any version. Names are looked up without regard to
// case, because 1.x and 2.x write versioncreated and 3.x versionCreated; where 1.x
// has another name, or an object where later versions have an array, both are read.
type ninjs struct {
	item *Item
	v    *value
}

// parseNinjs reads a file: an object, an array of objects, or an object with a list of
// items, as programs' APIs give.
func parseNinjs(ctx context.Context, text []byte) ([]Item, error) {
	root, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	objects := []*value{root}
	if root.kind == '[' {
		objects = root.vals
	} else if !looksLikeNinjs(root) && root.has("items", "_items") {
		objects = root.list("items", "_items")
	}
	if len(objects) > MaxItems {
		return nil, fault(1, "more than %d items in one file", MaxItems)
	}
	var items []Item
	for i, v := range objects {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		line := lineAt(text, v.offset)
		if !looksLikeNinjs(v) {
			return nil, fault(line, "item %d is not ninjs: it has neither uri nor headline", i+1)
		}
		items = append(items, readNinjs(v, line, 0))
	}
	return items, nil
}

func looksLikeNinjs(v *value) bool {
	return v.kind == '{' && !v.has("$schema") && v.has("uri", "guid", "headline", "headlines", "bodies", "body_html", "body_text")
}

func readNinjs(v *value, line, depth int) Item {
	n := &ninjs{item: &Item{Kind: News, Format: Ninjs, Line: line}, v: v}
	n.readIdentity()
	n.readStatus()
	n.readWords()
	n.readConcepts()
	n.readMedia()
	n.readEvents()
	n.item.identify()
	n.readBodies()
	n.readAssociations(depth)
	n.item.Other = append(n.item.Other, v.rest()...)
	return *n.item
}

func (n *ninjs) readIdentity() {
	it, v := n.item, n.v
	it.URI = v.str("uri", "guid")
	it.Version = v.str("version")
	it.Type = strings.ToLower(v.str("type"))
	switch it.Type {
	case "composite":
		it.Kind = Package
	case "planning":
		it.Kind = Planning
	}
	it.Profile = v.str("profile")
	it.RepresentationType = v.str("representationtype")
	it.Language = v.str("language")
	if s := v.get("standard", "$standard"); s.kind == '{' {
		it.Standard = Standard{Name: s.str("name"), Version: s.str("version"), Schema: s.str("schema")}
	}
	for _, a := range v.list("altids") {
		if a.kind == '{' && a.has("value") {
			it.AltIDs = append(it.AltIDs, AltID{Role: a.str("role"), Value: a.str("value"), Environment: a.str("environment")})
			continue
		}
		for i, key := range a.keys { // 1.x: an object whose names are the roles
			if s := a.str(key); s != "" && a.vals[i].read {
				it.AltIDs = append(it.AltIDs, AltID{Role: key, Value: s})
			}
		}
	}
	for _, t := range v.list("trustindicators", "trustindicator") {
		l := Link{Rel: t.str("role"), Title: t.str("title"), Href: t.str("href")}
		if c := n.concept(t); l.Rel == "" {
			l.Rel = cmp.Or(c.URI, c.Code)
		}
		it.TrustIndicators = append(it.TrustIndicators, l)
	}
	for _, name := range []string{"mimetype", "charcount", "wordcount"} {
		if s := v.str(name); s != "" {
			it.Details = append(it.Details, TextValue{Path: name, Value: s})
		}
	}
}

func (n *ninjs) readStatus() {
	it, v := n.item, n.v
	it.FirstCreated = parseDate(v.str("firstcreated"))
	it.VersionCreated = parseDate(v.str("versioncreated"))
	it.ContentCreated = parseDate(v.str("contentcreated"))
	it.Embargoed = parseEmbargo(v.str("embargoeduntil", "embargoed"))
	addDate(&it.Expires, v.str("expires"))
	word := v.str("pubstatus")
	it.PubStatus = statusOf(word)
	if word != "" && word != string(it.PubStatus) {
		it.StatusCode = Concept{Literal: word}
	}
	it.Urgency = oneToNine(v.str("urgency"))
	it.Priority = oneToNine(v.str("priority"))
	for _, e := range v.list("ednote", "ednotes") {
		addTextValue(&it.EdNotes, e, "")
	}
	n.readRights()
}

func (n *ninjs) readRights() {
	v := n.v
	r := Rights{Notice: Text{Value: v.str("copyrightnotice")}}
	if s := v.str("copyrightholder"); s != "" {
		r.Holder = Concept{Name: s}
	}
	for _, t := range v.list("usageterms") {
		addTextValue(&r.UsageTerms, t, "")
	}
	if info := v.get("rightsinfo"); info.kind == '{' {
		r.LangID, r.Linked, r.Encoded = info.str("langid"), info.str("linkedrights"), info.str("encodedrights")
	}
	if !r.Holder.IsZero() || r.Notice.Value != "" || len(r.UsageTerms) > 0 || r.Linked+r.Encoded != "" {
		n.item.Rights = append(n.item.Rights, r)
	}
	for _, c := range v.list("creditline") {
		addTextValue(&n.item.Creditlines, c, "")
	}
}

// addTextValue reads a string, or an object with value and role.
func addTextValue(list *[]Text, v *value, role string) {
	t := Text{Role: role}
	if v.kind == '{' {
		t.Value, t.Role = v.str("value", "text"), cmp.Or(v.str("role"), role)
		t.ContentType, t.Language = v.str("contenttype"), v.str("language", "lang")
	} else {
		t.Value = strings.TrimSpace(v.text)
		v.read = true
	}
	if t.Value != "" {
		*list = append(*list, t)
	}
}

func (n *ninjs) readWords() {
	it, v := n.item, n.v
	it.Title = v.str("title")
	for _, h := range append(v.list("headlines"), v.list("headline")...) {
		addTextValue(&it.Headlines, h, "")
	}
	for i, key := range v.keys {
		if role, ok := strings.CutPrefix(strings.ToLower(key), "headline_"); ok {
			addTextValue(&it.Headlines, v.vals[i], role)
		}
	}
	for _, s := range v.list("slugline", "sluglines") {
		addTextValue(&it.Sluglines, s, "")
	}
	for _, s := range v.list("dateline", "datelines") {
		addTextValue(&it.Datelines, s, "")
	}
	for _, b := range append(v.list("by"), v.list("byline", "bylines")...) {
		addTextValue(&it.Bylines, b, "")
	}
	for _, k := range v.list("keywords", "keyword") {
		addTextValue(&it.Keywords, k, "")
	}
}

func (n *ninjs) readConcepts() {
	it := n.item
	for _, field := range []struct {
		to    *[]Concept
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
		for _, v := range n.v.list(field.names...) {
			add(field.to, n.concept(v))
		}
	}
	if p := n.v.list("provider", "source"); len(p) > 0 {
		it.Provider = n.concept(p[0])
	}
}

// concept reads a person, place, subject, ... of any version, or a bare name.
func (n *ninjs) concept(v *value) Concept {
	if v.kind == '"' {
		v.read = true
		return Concept{Name: strings.TrimSpace(v.text)}
	}
	c := Concept{
		Name: v.str("name"), URI: v.str("uri"), Literal: v.str("literal"), Code: v.str("code", "qcode"), Scheme: v.str("scheme"),
		Rel: v.str("rel"), Role: v.str("role"), Type: v.str("type"), Creator: v.str("creator"),
		Relevance: v.str("relevance"), Confidence: v.str("confidence"),
	}
	if c.URI == "" && c.Code != "" {
		c.URI = codeURI(c.Scheme, c.Code)
	}
	for _, k := range v.list("symbols") {
		c.Symbols = append(c.Symbols, Symbol{
			Exchange: k.str("exchange"), Type: k.str("symboltype"), Symbol: k.str("symbol", "ticker"),
		})
	}
	for _, k := range v.list("contactinfo") {
		c.Contact = append(c.Contact, readContact(k))
	}
	if g := v.get("geojson"); g.kind == '{' {
		c.GeoJSON = g.plain()
	}
	for i, key := range v.keys {
		if strings.HasPrefix(strings.ToLower(key), "geometry_") && c.GeoJSON == nil {
			c.GeoJSON = v.vals[i].plain()
			c.Details = append(c.Details, TextValue{Path: "geoJSON", Value: key})
		}
	}
	c.Details = append(c.Details, v.rest()...)
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

func readContact(v *value) Contact {
	c := Contact{Type: v.str("type"), Role: v.str("role"), Language: v.str("lang"), Name: v.str("name"), Value: v.str("value")}
	if a := v.get("address"); a.kind == '{' {
		for _, l := range a.list("lines") {
			l.read = true
			c.Lines = append(c.Lines, l.text)
		}
		c.Locality, c.Area = a.str("locality"), a.str("area")
		c.PostalCode, c.Country = a.str("postalcode"), a.str("country")
		c.Type = cmp.Or(c.Type, "address")
	}
	return c
}
