package ninjs

import (
	"cmp"
	"sort"
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

func (n *reader) readMedia() {
	named(n.v.Get("renditions"), func(name string, v *tree.Value) {
		if v.Kind == '{' {
			n.item.Renditions = append(n.item.Renditions, renditionOf(name, v))
		}
	})
}

// named calls fn for each member of a list that 1.x writes as an object by name and
// later versions as an array with names inside.
func named(list *tree.Value, fn func(name string, v *tree.Value)) {
	switch list.Kind {
	case '[':
		for i, k := range list.Vals {
			name := k.Str("name")
			fn(cmp.Or(name, strconv.Itoa(i+1)), k)
		}
	case '{':
		for i, k := range list.Vals {
			fn(list.Keys[i], k)
		}
	}
}

func renditionOf(name string, v *tree.Value) item.Rendition {
	r := item.Rendition{
		Name: name, Href: v.Str("href"), ContentType: v.Str("contenttype", "mimetype"), Title: v.Str("title"),
		Width: int(item.Number(v.Str("width"))), Height: int(item.Number(v.Str("height"))), SizeInBytes: int64(item.Number(v.Str("sizeinbytes"))),
		Duration: v.Str("duration"), Format: v.Str("format"), AspectRatio: v.Str("aspectratio"), VideoCodec: v.Str("videocodec"),
		FrameRate: v.Str("framerate"), ScanType: v.Str("scantype"), Bitrate: v.Str("bitrate"),
		TransportProtocol: v.Str("transportprotocol"),
	}
	if poi := v.Get("poi"); poi.Kind == '{' {
		r.PointOfInterest = &item.Point{X: int(item.Number(poi.Str("x"))), Y: int(item.Number(poi.Str("y")))}
	}
	r.Details = v.Rest()
	return r
}

func (n *reader) readEvents() {
	if d := n.v.Get("eventdetails"); d.Kind == '{' {
		n.item.EventDetails, _ = d.Plain().(map[string]any)
	}
	for _, c := range n.v.List("plannedcoverage") {
		if m, ok := c.Plain().(map[string]any); ok {
			n.item.PlannedCoverage = append(n.item.PlannedCoverage, m)
		}
	}
}

func (n *reader) readBodies() {
	for _, b := range n.v.List("bodies") {
		n.addBody(&n.item.Bodies, b, "", "")
	}
	for _, b := range n.v.List("descriptions") {
		n.addBody(&n.item.Descriptions, b, "", "")
	}
	type flat struct {
		role string
		v    *tree.Value
		to   *[]item.Body
	}
	var found []flat
	for i, key := range n.v.Keys {
		key = strings.ToLower(key)
		if role, ok := strings.CutPrefix(key, "body_"); ok {
			found = append(found, flat{role, n.v.Vals[i], &n.item.Bodies})
		}
		if role, ok := strings.CutPrefix(key, "description_"); ok {
			found = append(found, flat{role, n.v.Vals[i], &n.item.Descriptions})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].role < found[j].role })
	for _, f := range found {
		n.addBody(f.to, f.v, f.role, flatType(f.role, f.v.Text))
	}
}

// flatType is the content type of 1.x's body_… and description_…, where the name says
// what it is, or nothing does.
func flatType(role, value string) string {
	for _, word := range []string{"html", "richtext"} {
		if strings.Contains(role, word) {
			return "text/html"
		}
	}
	if markup.IsNITF(role) {
		return markup.NITF
	}
	if s := strings.TrimSpace(value); role != "text" && strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		return "text/html"
	}
	return "text/plain"
}

func (n *reader) addBody(list *[]item.Body, v *tree.Value, role, contentType string) {
	b := item.Body{Role: role, ContentType: contentType}
	src := v.Text
	v.Read = true
	if v.Kind == '{' {
		b.Role, b.ContentType = cmp.Or(v.Str("role"), role), cmp.Or(v.Str("contenttype", "mimetype"), contentType)
		b.Language = v.Str("language", "lang")
		b.CharCount, b.WordCount = int(item.Number(v.Str("charcount"))), int(item.Number(v.Str("wordcount")))
		src = v.Str("value")
		b.Details = v.Rest()
	}
	kind := b.ContentType
	if kind == "" || strings.HasPrefix(kind, "body_") || strings.HasPrefix(kind, "description_") {
		kind = flatType(strings.TrimPrefix(kind, "body_")+b.Role, src)
	}
	declared := b.ContentType
	b.ContentType = kind
	markup.SetBody(n.item, &b, src)
	if b.ContentType == kind { // else it turned out to be something else
		b.ContentType = cmp.Or(declared, kind)
	}
	if b.Rich() || b.Value != "" || len(b.Details) > 0 {
		*list = append(*list, b)
	}
}

// maxAssociated is how deep items inside items are read; what is deeper is kept by its
// path.
const maxAssociated = 5

func (n *reader) readAssociations(depth int) {
	if depth >= maxAssociated {
		return
	}
	named(n.v.Get("associations"), func(name string, v *tree.Value) {
		if v.Kind != '{' {
			return
		}
		rel := v.Str("rel")
		n.item.Associations = append(n.item.Associations, item.Association{Name: name, Rel: rel, Item: readItem(v, n.item.Line, depth+1)})
	})
}
