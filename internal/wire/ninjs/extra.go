package ninjs

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
)

// extra returns what the item says and ninjs cannot, under the names of Item's own
// JSON. A list is repeated in full when any member of it says more than ninjs can, so
// that one place has it all.
func extra(it *item.Item, o *outItem) (map[string]any, error) {
	x := *it
	dropPlain(&x, o)
	dropConcepts(&x)
	x.Associations, x.EventDetails, x.PlannedCoverage = nil, nil, nil
	raw, err := json.Marshal(&x)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	for _, key := range []string{"uri", "pubStatus"} { // never empty, so never left out by themselves
		delete(m, key)
	}
	return m, nil
}

// dropPlain empties what ninjs says as well.
func dropPlain(it *item.Item, o *outItem) {
	it.Version, it.Profile, it.Language, it.Urgency = "", "", "", 0
	if it.Type == o.Type {
		it.Type = ""
	}
	if it.RepresentationType == o.RepresentationType {
		it.RepresentationType = ""
	}
	for _, d := range []*item.Date{&it.FirstCreated, &it.VersionCreated, &it.ContentCreated, &it.Embargoed} {
		if d.Text == "" {
			*d = item.Date{}
		}
	}
	if len(it.Expires) == 1 && it.Expires[0].Text == "" {
		it.Expires = nil
	}
	it.Title = ""
	if len(it.Titles) == 1 && it.Titles[0] == (item.Text{Value: o.Title}) {
		it.Titles = nil
	}
	for _, list := range []*[]item.Text{&it.Sluglines, &it.EdNotes, &it.Bylines} {
		if len(*list) == 1 && (*list)[0] == (item.Text{Value: (*list)[0].Value}) {
			*list = nil
		}
	}
	if !slices.ContainsFunc(it.Headlines, func(t item.Text) bool { return t.Language+t.Source != "" }) {
		it.Headlines = nil
	}
	if !slices.ContainsFunc(it.AltIDs, func(a item.AltID) bool { return a.Environment != "" }) {
		it.AltIDs = nil
	}
	if !slices.ContainsFunc(it.TrustIndicators, func(l item.Link) bool { return l.URI+l.Version+l.ContentType != "" || len(l.Details) > 0 }) {
		it.TrustIndicators = nil
	}
	if len(it.Rights) == 1 && isPlainRights(it.Rights[0]) {
		it.Rights = nil
	}
	if !slices.ContainsFunc(it.Renditions, moreOfRendition) {
		it.Renditions = nil
	}
	it.Bodies, it.Descriptions = restOfBodies(it.Bodies), restOfBodies(it.Descriptions)
}

func isPlainRights(r item.Rights) bool {
	if moreOfConcept(r.Holder, conceptFields{}) || r.Holder.URI+r.Holder.Code != "" || len(r.Links) > 0 || len(r.Details) > 0 || r.Linked != "" && r.Encoded != "" {
		return false
	}
	return r.Notice == (item.Text{Value: r.Notice.Value}) && len(r.UsageTerms) < 2 &&
		!slices.ContainsFunc(r.UsageTerms, func(t item.Text) bool { return t != (item.Text{Value: t.Value}) })
}

// moreOfRendition reports whether the rendition says more than ninjs has fields for.
func moreOfRendition(r item.Rendition) bool {
	o := outRenditionOf(&r)
	return r.Name != o.Name || r.ResidRef+r.DurationUnit+r.LayoutOrientation+r.ColourSpace != "" || r.Orientation != 0 ||
		len(r.AltIDs) > 0 || len(r.Details) > 0 || r.ScanType != o.ScanType ||
		r.Duration != "" && r.Duration != trimNumber(o.Duration) || r.FrameRate != "" && r.FrameRate != trimNumber(o.FrameRate)
}

func trimNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// restOfBodies is what ninjs cannot say about bodies, in their order, or nil.
func restOfBodies(bodies []item.Body) []item.Body {
	rest := make([]item.Body, len(bodies))
	found := false
	for i := range bodies {
		b := &bodies[i]
		rest[i] = item.Body{Language: b.Language, Details: b.Details}
		if (b.Rich() || strings.HasPrefix(b.ContentType, "text/plain")) && b.ContentType != "text/html" {
			rest[i].ContentType = b.ContentType // as the agency sent it; ninjs has that of our HTML
		}
		found = found || rest[i].Language+rest[i].ContentType != "" || len(rest[i].Details) > 0
	}
	if !found {
		return nil
	}
	return rest
}

// dropConcepts empties the lists of concepts that ninjs says completely.
func dropConcepts(it *item.Item) {
	for _, f := range []struct {
		list *[]item.Concept
		has  conceptFields
	}{
		{&it.People, conceptFields{rel: true, contact: true}},
		{&it.Organisations, conceptFields{rel: true, contact: true, symbols: true}},
		{&it.Places, conceptFields{rel: true, contact: true, geo: true}},
		{&it.Subjects, conceptFields{rel: true, tagged: true}},
		{&it.Events, conceptFields{rel: true}},
		{&it.Objects, conceptFields{rel: true}},
		{&it.Genres, conceptFields{}},
		{&it.InfoSources, conceptFields{role: true, contact: true}},
	} {
		if !slices.ContainsFunc(*f.list, func(c item.Concept) bool { return moreOfConcept(c, f.has) }) {
			*f.list = nil
		}
	}
	if len(it.SourceTypes) == 1 && !moreOfConcept(it.SourceTypes[0], conceptFields{}) {
		it.SourceTypes = nil
	}
	if len(it.Located) == 1 && it.Located[0].Label() == it.Located[0].Name && !moreOfConcept(it.Located[0], conceptFields{}) && it.Located[0].URI+it.Located[0].Code == "" {
		it.Located = nil
	}
}

// moreOfConcept reports whether the concept says more than ninjs has fields for in a list.
func moreOfConcept(c item.Concept, has conceptFields) bool {
	if len(c.Names) > 0 || len(c.Notes) > 0 || len(c.Related) > 0 || len(c.Details) > 0 || c.Type != "" || c.Literal != "" && c.Code != "" {
		return true
	}
	if c.Scheme != "" && !strings.HasPrefix(c.URI, c.Scheme) && !strings.HasPrefix(c.Code, c.Scheme+":") {
		return true
	}
	return !has.rel && c.Rel != "" || !has.role && c.Role != "" || !has.contact && len(c.Contact) > 0 ||
		!has.symbols && len(c.Symbols) > 0 || !has.geo && c.GeoJSON != nil || c.Position != nil ||
		!has.tagged && c.Creator+c.Relevance+c.Confidence != "" ||
		c.Relevance != "" && percent(c.Relevance) == nil || c.Confidence != "" && percent(c.Confidence) == nil
}
