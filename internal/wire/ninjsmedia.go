package wire

import (
	"cmp"
	"sort"
	"strconv"
	"strings"
)

func (n *ninjs) readMedia() {
	named(n.v.get("renditions"), func(name string, v *value) {
		if v.kind == '{' {
			n.item.Renditions = append(n.item.Renditions, ninjsRendition(name, v))
		}
	})
}

// named calls fn for each member of a list that 1.x writes as an object by name and
// later versions as an array with names inside.
func named(list *value, fn func(name string, v *value)) {
	switch list.kind {
	case '[':
		for i, k := range list.vals {
			name := k.str("name")
			fn(cmp.Or(name, strconv.Itoa(i+1)), k)
		}
	case '{':
		for i, k := range list.vals {
			fn(list.keys[i], k)
		}
	}
}

func ninjsRendition(name string, v *value) Rendition {
	r := Rendition{
		Name: name, Href: v.str("href"), ContentType: v.str("contenttype", "mimetype"), Title: v.str("title"),
		Width: int(number(v.str("width"))), Height: int(number(v.str("height"))), SizeInBytes: int64(number(v.str("sizeinbytes"))),
		Duration: v.str("duration"), Format: v.str("format"), AspectRatio: v.str("aspectratio"), VideoCodec: v.str("videocodec"),
		FrameRate: v.str("framerate"), ScanType: v.str("scantype"), Bitrate: v.str("bitrate"),
		TransportProtocol: v.str("transportprotocol"),
	}
	if poi := v.get("poi"); poi.kind == '{' {
		r.PointOfInterest = &Point{X: int(number(poi.str("x"))), Y: int(number(poi.str("y")))}
	}
	r.Details = v.rest()
	return r
}

func (n *ninjs) readEvents() {
	if d := n.v.get("eventdetails"); d.kind == '{' {
		n.item.EventDetails, _ = d.plain().(map[string]any)
	}
	for _, c := range n.v.list("plannedcoverage") {
		if m, ok := c.plain().(map[string]any); ok {
			n.item.PlannedCoverage = append(n.item.PlannedCoverage, m)
		}
	}
}

func (n *ninjs) readBodies() {
	for _, b := range n.v.list("bodies") {
		n.addBody(&n.item.Bodies, b, "", "")
	}
	for _, b := range n.v.list("descriptions") {
		n.addBody(&n.item.Descriptions, b, "", "")
	}
	type flat struct {
		role string
		v    *value
		to   *[]Body
	}
	var found []flat
	for i, key := range n.v.keys {
		key = strings.ToLower(key)
		if role, ok := strings.CutPrefix(key, "body_"); ok {
			found = append(found, flat{role, n.v.vals[i], &n.item.Bodies})
		}
		if role, ok := strings.CutPrefix(key, "description_"); ok {
			found = append(found, flat{role, n.v.vals[i], &n.item.Descriptions})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].role < found[j].role })
	for _, f := range found {
		n.addBody(f.to, f.v, f.role, flatType(f.role, f.v.text))
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
	if isNITF(role) {
		return nitfType
	}
	if s := strings.TrimSpace(value); role != "text" && strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		return "text/html"
	}
	return "text/plain"
}

func (n *ninjs) addBody(list *[]Body, v *value, role, contentType string) {
	b := Body{Role: role, ContentType: contentType}
	src := v.text
	v.read = true
	if v.kind == '{' {
		b.Role, b.ContentType = cmp.Or(v.str("role"), role), cmp.Or(v.str("contenttype", "mimetype"), contentType)
		b.Language = v.str("language", "lang")
		b.CharCount, b.WordCount = int(number(v.str("charcount"))), int(number(v.str("wordcount")))
		src = v.str("value")
		b.Details = v.rest()
	}
	kind := b.ContentType
	if kind == "" || strings.HasPrefix(kind, "body_") || strings.HasPrefix(kind, "description_") {
		kind = flatType(strings.TrimPrefix(kind, "body_")+b.Role, src)
	}
	declared := b.ContentType
	b.ContentType = kind
	setBody(n.item, &b, src)
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

func (n *ninjs) readAssociations(depth int) {
	if depth >= maxAssociated {
		return
	}
	named(n.v.get("associations"), func(name string, v *value) {
		if v.kind != '{' {
			return
		}
		rel := v.str("rel")
		n.item.Associations = append(n.item.Associations, Association{Name: name, Rel: rel, Item: readNinjs(v, n.item.Line, depth+1)})
	})
}
