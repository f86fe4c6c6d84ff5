package ninjs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/item"
)

// standard31 is the standard that Ninjs writes.
var standard31 = &outStandard{Name: "ninjs", Version: "3.1", Schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}

// The out types are ninjs 3.1, field by field in its schema's order. Broadsheet is our
// only addition, and holds what ninjs has no field for.
type (
	outItem struct {
		Standard           *outStandard     `json:"standard,omitempty"`
		Name               string           `json:"name,omitempty"` // of an association
		Rel                string           `json:"rel,omitempty"`  // of an association
		URI                string           `json:"uri"`
		Type               string           `json:"type,omitempty"`
		RepresentationType string           `json:"representationType,omitempty"`
		Profile            string           `json:"profile,omitempty"`
		Version            string           `json:"version,omitempty"`
		FirstCreated       string           `json:"firstCreated,omitempty"`
		VersionCreated     string           `json:"versionCreated,omitempty"`
		ContentCreated     string           `json:"contentCreated,omitempty"`
		EmbargoedUntil     string           `json:"embargoedUntil,omitempty"`
		Expires            string           `json:"expires,omitempty"`
		PubStatus          item.Status      `json:"pubStatus,omitempty"`
		Urgency            int              `json:"urgency,omitempty"`
		CopyrightHolder    string           `json:"copyrightHolder,omitempty"`
		CopyrightNotice    string           `json:"copyrightNotice,omitempty"`
		UsageTerms         string           `json:"usageTerms,omitempty"`
		RightsInfo         *outRights       `json:"rightsInfo,omitempty"`
		EdNote             string           `json:"edNote,omitempty"`
		Language           string           `json:"language,omitempty"`
		Title              string           `json:"title,omitempty"`
		By                 string           `json:"by,omitempty"`
		Slugline           string           `json:"slugline,omitempty"`
		Located            string           `json:"located,omitempty"`
		Headlines          []outText        `json:"headlines,omitempty"`
		Descriptions       []outText        `json:"descriptions,omitempty"`
		Bodies             []outText        `json:"bodies,omitempty"`
		People             []outConcept     `json:"people,omitempty"`
		Organisations      []outConcept     `json:"organisations,omitempty"`
		Places             []outConcept     `json:"places,omitempty"`
		Subjects           []outConcept     `json:"subjects,omitempty"`
		Events             []outConcept     `json:"events,omitempty"`
		Objects            []outConcept     `json:"objects,omitempty"`
		Genres             []outConcept     `json:"genres,omitempty"`
		InfoSources        []outConcept     `json:"infoSources,omitempty"`
		DigitalSourceType  *outConcept      `json:"digitalSourceType,omitempty"`
		EventDetails       map[string]any   `json:"eventDetails,omitempty"`
		PlannedCoverage    []map[string]any `json:"plannedCoverage,omitempty"`
		Renditions         []outRendition   `json:"renditions,omitempty"`
		Associations       []outItem        `json:"associations,omitempty"`
		AltIDs             []outAltID       `json:"altIds,omitempty"`
		TrustIndicators    []outTrust       `json:"trustIndicators,omitempty"`
		Broadsheet         map[string]any   `json:"broadsheet,omitempty"`
	}
	outStandard struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Schema  string `json:"schema"`
	}
	outRights struct {
		LangID  string `json:"langId,omitempty"`
		Linked  string `json:"linkedRights,omitempty"`
		Encoded string `json:"encodedRights,omitempty"`
	}
	outText struct {
		Role        string `json:"role,omitempty"`
		ContentType string `json:"contentType,omitempty"`
		CharCount   int    `json:"charCount,omitempty"`
		WordCount   int    `json:"wordCount,omitempty"`
		Value       string `json:"value"`
	}
	outConcept struct {
		Name        string        `json:"name,omitempty"`
		Rel         string        `json:"rel,omitempty"`
		Role        string        `json:"role,omitempty"`
		URI         string        `json:"uri,omitempty"`
		Literal     string        `json:"literal,omitempty"`
		Creator     string        `json:"creator,omitempty"`
		Relevance   *int          `json:"relevance,omitempty"`
		Confidence  *int          `json:"confidence,omitempty"`
		Symbols     []item.Symbol `json:"symbols,omitempty"`
		ContactInfo []outContact  `json:"contactInfo,omitempty"`
		GeoJSON     any           `json:"geoJSON,omitempty"`
	}
	outContact struct {
		Type    string      `json:"type,omitempty"`
		Role    string      `json:"role,omitempty"`
		Lang    string      `json:"lang,omitempty"`
		Name    string      `json:"name,omitempty"`
		Value   string      `json:"value,omitempty"`
		Address *outAddress `json:"address,omitempty"`
	}
	outAddress struct {
		Lines      []string `json:"lines,omitempty"`
		Locality   string   `json:"locality,omitempty"`
		Area       string   `json:"area,omitempty"`
		PostalCode string   `json:"postalCode,omitempty"`
		Country    string   `json:"country,omitempty"`
	}
	outRendition struct {
		Name              string      `json:"name"`
		Href              string      `json:"href,omitempty"`
		ContentType       string      `json:"contentType,omitempty"`
		Title             string      `json:"title,omitempty"`
		Width             int         `json:"width,omitempty"`
		Height            int         `json:"height,omitempty"`
		SizeInBytes       int64       `json:"sizeInBytes,omitempty"`
		Duration          float64     `json:"duration,omitempty"`
		Format            string      `json:"format,omitempty"`
		AspectRatio       string      `json:"aspectRatio,omitempty"`
		VideoCodec        string      `json:"videoCodec,omitempty"`
		FrameRate         float64     `json:"frameRate,omitempty"`
		POI               *item.Point `json:"poi,omitempty"`
		TransportProtocol string      `json:"transportProtocol,omitempty"`
		ScanType          string      `json:"scanType,omitempty"`
		Bitrate           string      `json:"bitrate,omitempty"`
	}
	outAltID struct {
		Role  string `json:"role,omitempty"`
		Value string `json:"value"`
	}
	outTrust struct {
		Role  string `json:"role,omitempty"`
		Title string `json:"title,omitempty"`
		Href  string `json:"href,omitempty"`
	}
)

// outTypes are the types that ninjs 3.1 allows.
var outTypes = []string{"text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"}

// forever is the end of an embargo that has none we can read.
const forever = "9999-12-31T23:59:59Z"

// Write writes the item as one line of ninjs 3.1. Bodies are our own HTML. What ninjs
// has no field for is in the one additional property "broadsheet", under the names of
// [item.Item]; without that property the line is valid ninjs 3.1.
func Write(it *item.Item) ([]byte, error) { return write(it, beside) }

// WriteStrict writes the item as one line of ninjs 3.1 and nothing else, as IPTC's schema has
// it, for receivers who check. What ninjs has no field for is told in one that it has:
// keywords as subjects, a dateline as the place, the credit as a source, the provider as
// the copyright holder. The rest is left out.
func WriteStrict(it *item.Item) ([]byte, error) {
	folded := fold(it)
	return write(&folded, strict)
}

// RelKeyword marks the subjects that are an item's keywords.
const RelKeyword = "keyword"

// fold returns the item with what ninjs has no field for in one that it has.
func fold(it *item.Item) item.Item {
	f := *it
	f.Subjects = slices.Clone(it.Subjects)
	for _, k := range it.Keywords {
		f.Subjects = append(f.Subjects, item.Concept{Name: k.Value, Rel: RelKeyword})
	}
	if len(it.Located) == 0 && len(it.Datelines) > 0 {
		f.Located = []item.Concept{{Name: it.Datelines[0].Value}}
	}
	if len(it.InfoSources) == 0 && len(it.Creditlines) > 0 {
		f.InfoSources = []item.Concept{{Name: it.Creditlines[0].Value}}
	}
	if len(it.Rights) == 0 && it.Provider.Name != "" {
		f.Rights = []item.Rights{{Holder: item.Concept{Name: it.Provider.Name}}}
	}
	f.Associations = slices.Clone(it.Associations)
	for i := range f.Associations {
		f.Associations[i].Item = fold(&f.Associations[i].Item)
	}
	return f
}

// extras says whether what ninjs has no field for stands beside it.
type extras bool

const (
	strict extras = false
	beside extras = true
)

func write(it *item.Item, x extras) ([]byte, error) {
	out, err := outOf(it, x)
	if err != nil {
		return nil, err
	}
	out.Standard = standard31
	return encode(out)
}

func encode(out *outItem) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func outOf(it *item.Item, x extras) (*outItem, error) {
	o := &outItem{
		URI: it.URI, Profile: it.Profile, Version: it.Version, FirstCreated: fullDate(it.FirstCreated),
		VersionCreated: fullDate(it.VersionCreated), ContentCreated: fullDate(it.ContentCreated),
		PubStatus: it.PubStatus, Urgency: it.Urgency, EdNote: item.Joined(it.EdNotes), Language: it.Language, Title: it.Title,
		By: it.Byline(), Slugline: it.Slugline(), EventDetails: it.EventDetails, PlannedCoverage: it.PlannedCoverage,
	}
	switch {
	case slices.Contains(outTypes, it.Type):
		o.Type = it.Type
	case it.Kind == item.Planning:
		o.Type = "planning"
	case len(it.Concepts) > 0 && item.ClassOf(it.Concepts[0]) == item.ClassEvent:
		o.Type = "event"
	}
	if it.RepresentationType == "full" || it.RepresentationType == "partial" {
		o.RepresentationType = it.RepresentationType
	}
	if len(it.Located) > 0 {
		o.Located = it.Located[0].Label()
	}
	o.setDates(it)
	o.setRights(it)
	o.setTexts(it)
	o.setConcepts(it)
	for i := range it.Renditions {
		o.Renditions = append(o.Renditions, outRenditionOf(&it.Renditions[i]))
	}
	for _, a := range it.AltIDs {
		o.AltIDs = append(o.AltIDs, outAltID{Role: a.Role, Value: a.Value})
	}
	for _, t := range it.TrustIndicators {
		o.TrustIndicators = append(o.TrustIndicators, outTrust{Role: t.Rel, Title: t.Title, Href: t.Href})
	}
	for i := range it.Associations {
		a := &it.Associations[i]
		inner, err := outOf(&a.Item, x)
		if err != nil {
			return nil, err
		}
		inner.Name, inner.Rel = a.Name, a.Rel
		o.Associations = append(o.Associations, *inner)
	}
	if x == strict {
		return o, nil
	}
	var err error
	o.Broadsheet, err = extra(it, o)
	return o, err
}

func fullDate(d item.Date) string {
	if d.Text != "" || d.Time.IsZero() {
		return ""
	}
	return d.Time.Format(time.RFC3339Nano)
}

func (o *outItem) setDates(it *item.Item) {
	if !it.Embargoed.IsZero() {
		o.EmbargoedUntil = forever
		if !it.Embargoed.Time.IsZero() {
			o.EmbargoedUntil = it.Embargoed.Time.Format(time.RFC3339Nano)
		}
	}
	var last time.Time
	for _, d := range it.Expires {
		if d.Time.After(last) {
			last = d.Time
		}
	}
	if !last.IsZero() {
		o.Expires = last.Format(time.RFC3339Nano)
	}
}

func (o *outItem) setRights(it *item.Item) {
	var terms []string
	for _, r := range it.Rights {
		o.CopyrightHolder = cmp.Or(o.CopyrightHolder, r.Holder.Label())
		o.CopyrightNotice = cmp.Or(o.CopyrightNotice, r.Notice.Value)
		if s := item.Joined(r.UsageTerms); s != "" {
			terms = append(terms, s)
		}
		if o.RightsInfo != nil {
			continue
		}
		if r.Linked != "" {
			o.RightsInfo = &outRights{LangID: r.LangID, Linked: r.Linked}
		} else if r.Encoded != "" {
			o.RightsInfo = &outRights{LangID: r.LangID, Encoded: r.Encoded}
		}
	}
	o.UsageTerms = strings.Join(terms, "\n")
}

func (o *outItem) setTexts(it *item.Item) {
	for _, h := range it.Headlines {
		o.Headlines = append(o.Headlines, outText{Role: h.Role, ContentType: h.ContentType, Value: h.Value})
	}
	for i := range it.Descriptions {
		o.Descriptions = append(o.Descriptions, outTextOf(&it.Descriptions[i]))
	}
	for i := range it.Bodies {
		o.Bodies = append(o.Bodies, outBodyOf(&it.Bodies[i]))
	}
}

func outTextOf(b *item.Body) outText {
	t := outText{Role: b.Role, ContentType: b.ContentType, CharCount: b.CharCount, WordCount: b.WordCount, Value: b.Value}
	if b.Rich() {
		t.ContentType, t.Value = "text/html", b.Doc.ExportHTML()
	}
	return t
}

// outBodyOf is outTextOf, with plain text too as our HTML: a reader of bodies meets one form.
func outBodyOf(b *item.Body) outText {
	t := outTextOf(b)
	if b.Rich() || b.Value == "" || !item.IsPlain(b.ContentType) {
		return t
	}
	if doc, err := richtext.FromText(b.Value, richtext.Origin{}); err == nil {
		t.ContentType, t.Value = "text/html", doc.ExportHTML()
	}
	return t
}

func (o *outItem) setConcepts(it *item.Item) {
	for _, f := range []struct {
		from []item.Concept
		to   *[]outConcept
		has  conceptFields
	}{
		{it.People, &o.People, conceptFields{rel: true, contact: true}},
		{it.Organisations, &o.Organisations, conceptFields{rel: true, contact: true, symbols: true}},
		{it.Places, &o.Places, conceptFields{rel: true, contact: true, geo: true}},
		{it.Subjects, &o.Subjects, conceptFields{rel: true, tagged: true}},
		{it.Events, &o.Events, conceptFields{rel: true}},
		{it.Objects, &o.Objects, conceptFields{rel: true}},
		{it.Genres, &o.Genres, conceptFields{}},
		{it.InfoSources, &o.InfoSources, conceptFields{role: true, contact: true}},
	} {
		for i := range f.from {
			*f.to = append(*f.to, outConceptOf(&f.from[i], f.has))
		}
	}
	if len(it.SourceTypes) > 0 {
		c := outConceptOf(&it.SourceTypes[0], conceptFields{})
		o.DigitalSourceType = &c
	}
}

// conceptFields are what ninjs allows in one of its lists beyond name, uri and literal.
type conceptFields struct{ rel, role, contact, symbols, geo, tagged bool }

func outConceptOf(c *item.Concept, has conceptFields) outConcept {
	o := outConcept{Name: c.Name, URI: c.URI, Literal: cmp.Or(c.Literal, c.Code)}
	if has.rel {
		o.Rel = c.Rel
	}
	if has.role {
		o.Role = c.Role
	}
	if has.tagged {
		o.Creator, o.Relevance, o.Confidence = c.Creator, percent(c.Relevance), percent(c.Confidence)
	}
	if has.symbols {
		o.Symbols = c.Symbols
	}
	if has.contact {
		for _, k := range c.Contact {
			o.ContactInfo = append(o.ContactInfo, outContactOf(&k))
		}
	}
	if has.geo {
		o.GeoJSON = c.GeoJSON
		if c.GeoJSON == nil && c.Position != nil {
			o.GeoJSON = geoJSON(c.Position)
		}
	}
	return o
}

func percent(s string) *int {
	v, err := strconv.Atoi(s)
	if err != nil || v < 0 || v > 100 {
		return nil
	}
	return &v
}

func geoJSON(p *item.Position) any {
	lat, err1 := strconv.ParseFloat(p.Latitude, 64)
	long, err2 := strconv.ParseFloat(p.Longitude, 64)
	if err1 != nil || err2 != nil || lat < -90 || lat > 90 || long < -180 || long > 180 {
		return nil
	}
	return map[string]any{"type": "Point", "coordinates": []float64{long, lat}}
}

func outContactOf(c *item.Contact) outContact {
	o := outContact{Type: c.Type, Role: c.Role, Lang: c.Language, Name: c.Name, Value: c.Value}
	if c.Value == "" {
		o.Address = &outAddress{Lines: c.Lines, Locality: c.Locality, Area: c.Area, PostalCode: c.PostalCode, Country: c.Country}
	}
	return o
}

func outRenditionOf(r *item.Rendition) outRendition {
	o := outRendition{
		Name: cmp.Or(r.Name, "main"), Href: r.Href, ContentType: r.ContentType, Title: r.Title, Width: r.Width,
		Height: r.Height, SizeInBytes: r.SizeInBytes, Duration: r.Seconds(), Format: r.Format, AspectRatio: r.AspectRatio,
		VideoCodec: r.VideoCodec, FrameRate: item.Number(r.FrameRate), POI: r.PointOfInterest,
		TransportProtocol: r.TransportProtocol, Bitrate: r.Bitrate,
	}
	if r.ScanType == "progressive" || r.ScanType == "interlaced" {
		o.ScanType = r.ScanType
	}
	return o
}
