package feed

import (
	"cmp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// readMedia reads Media RSS 1.5.1. What it says beside a medium holds for all media of the
// entry; what it says in a group for those of the group. Where there is no medium, it is
// about the entry.
func (m *maker) readMedia(n *tree.Node) {
	outer := m.describe(n)
	found := 0
	var alone []*tree.Node
	for _, k := range n.Kids {
		switch keyOf(k) {
		case "media:group":
			found += m.group(k, &outer)
		case "media:content":
			if m.one(k, nil, &outer) != nil {
				found++
			}
		case "media:thumbnail":
			alone = append(alone, k)
		}
	}
	switch {
	case found == 1 && len(alone) > 0:
		m.thumbnails(m.media.items[len(m.media.items)-1], alone)
	case found == 0 && len(alone) > 0: // one picture in several sizes
		it := m.rendered(nil, alone[0], "thumbnail")
		if it != nil {
			m.thumbnails(it, alone[1:])
			over(it, &outer)
		}
	case found == 0:
		over(m.item, &outer)
	}
}

// group reads the renditions of one and the same medium.
func (m *maker) group(n *tree.Node, outer *item.Item) int {
	inner := m.describe(n)
	over(&inner, outer)
	var it *item.Item
	found := 0
	for _, k := range n.Kids {
		if keyOf(k) != "media:content" {
			continue
		}
		var same *item.Item
		if _, kind := kindOfNode(k, k.Attr("url")); it != nil && it.Type == kind {
			same = it
		}
		if made := m.one(k, same, &inner); made != nil && made != same {
			it = made
			found++
		}
	}
	var thumbs []*tree.Node
	for _, k := range n.Kids {
		if keyOf(k) == "media:thumbnail" {
			thumbs = append(thumbs, k)
		}
	}
	if it == nil && len(thumbs) > 0 {
		if it = m.rendered(nil, thumbs[0], "thumbnail"); it != nil {
			over(it, &inner)
			thumbs, found = thumbs[1:], 1
		}
	}
	if it != nil {
		m.thumbnails(it, thumbs)
	}
	return found
}

// one reads a media:content, as a rendition of it when that is given.
func (m *maker) one(n *tree.Node, it, outer *item.Item) *item.Item {
	inner := m.describe(n)
	it = m.rendered(it, n, "main")
	if it == nil {
		if player := n.One("player").Attr("url"); player != "" {
			m.addLink("player", player, "text/html")
		}
		return nil
	}
	over(it, &inner)
	over(it, outer)
	var thumbs []*tree.Node
	for _, k := range n.Kids {
		if keyOf(k) == "media:thumbnail" {
			thumbs = append(thumbs, k)
		}
	}
	m.thumbnails(it, thumbs)
	return it
}

// kindOfNode is the content type and the item type of what n names.
func kindOfNode(n *tree.Node, href string) (contentType, kind string) {
	medium := n.Attr("medium")
	if n.Name == "thumbnail" {
		medium = "image"
	}
	contentType = typeOf(n.Attr("type"), medium, href)
	kind = kindOf(contentType)
	if kind == "" && (medium == "video" || medium == "audio") {
		kind = medium
	}
	return contentType, kind
}

// rendered takes in the file that n names, as a rendition of it or by itself.
func (m *maker) rendered(it *item.Item, n *tree.Node, name string) *item.Item {
	href := resolve(m.base, n.Attr("url"))
	if href == "" {
		return nil
	}
	contentType, kind := kindOfNode(n, href)
	if kind == "" {
		m.item.Links = append(m.item.Links, item.Link{Rel: "enclosure", Href: href, ContentType: contentType})
		return nil
	}
	if it == nil {
		it = m.media.find(href, kind)
	}
	if it != nil {
		m.media.put(it, item.Rendition{
			Name: name, Href: href, ContentType: contentType,
			Width: int(item.Number(n.Attr("width"))), Height: int(item.Number(n.Attr("height"))),
			SizeInBytes: int64(item.Number(n.Attr("fileSize"))), Duration: n.Attr("duration"), Bitrate: n.Attr("bitrate"),
			FrameRate: n.Attr("framerate"), Details: attrsOf(n, "isDefault", "samplingrate", "channels", "expression", "lang"),
		})
	}
	return it
}

func attrsOf(n *tree.Node, names ...string) []item.TextValue {
	var found []item.TextValue
	for _, name := range names {
		if v := n.Attr(name); v != "" {
			found = append(found, item.TextValue{Path: "@" + name, Value: v})
		}
	}
	return found
}

// thumbnails are smaller renditions of a picture, and icons of a film.
func (m *maker) thumbnails(it *item.Item, nodes []*tree.Node) {
	for _, k := range nodes {
		href := resolve(m.base, k.Attr("url"))
		if href == "" {
			continue
		}
		r := item.Rendition{
			Name: "thumbnail", Href: href, ContentType: typeOf("", "image", href), Width: int(item.Number(k.Attr("width"))),
			Height: int(item.Number(k.Attr("height"))), Details: attrsOf(k, "time"),
		}
		switch {
		case it.Type == "picture" && len(it.Renditions) < maxMedia:
			m.media.put(it, r)
		case len(it.Icons) < maxMedia:
			it.Icons = append(it.Icons, r)
		}
	}
}

// describe reads what is said in n about a medium.
func (m *maker) describe(n *tree.Node) item.Item {
	var it item.Item
	for _, k := range n.Kids {
		name, ok := strings.CutPrefix(keyOf(k), "media:")
		if !ok {
			continue
		}
		switch name {
		case "title":
			item.AddNew(&it.Headlines, item.Text{Value: plainOf(k)})
			k.Attr("type")
		case "description":
			it.AddDescription(plainOf(k), "caption")
			k.Attr("type")
		case "text":
			it.AddDescription(plainOf(k), "transcript")
		case "credit":
			credit(&it, k)
		case "copyright":
			r := item.Rights{Notice: item.Text{Value: plainOf(k), Source: k.Attr("url")}}
			it.Rights = append(it.Rights, r)
		case "license":
			it.Rights = append(it.Rights, item.Rights{Links: []item.Link{{Rel: "license", Href: k.Attr("href"), ContentType: k.Attr("type"), Title: plainOf(k)}}})
		case "restriction":
			terms := k.Attr("relationship") + " " + k.Attr("type") + ": " + plainOf(k)
			it.Rights = append(it.Rights, item.Rights{UsageTerms: []item.Text{{Value: oneLine(terms)}}})
		case "keywords":
			addWords(&it.Keywords, k.Words())
		case "category":
			item.AddConcept(&it.Subjects, item.Concept{Name: cmp.Or(k.Attr("label"), plainOf(k)), Code: k.Words(), Scheme: k.Attr("scheme")})
		case "rating", "adult":
			it.Details = append(it.Details, item.TextValue{Path: strings.TrimSuffix("media:"+name+" "+k.Attr("scheme"), " "), Value: k.Words()})
		case "hash":
			it.AltIDs = append(it.AltIDs, item.AltID{Role: cmp.Or(k.Attr("algo"), "md5"), Value: k.Words()})
		case "community":
			for _, c := range k.Rest() {
				it.Counts = append(it.Counts, item.TextValue{Path: "media:community/" + c.Path, Value: c.Value})
			}
		case "location":
			m.gml(k)
		}
	}
	return it
}

// credit reads who is to be named. A person with a role made the medium; an organisation
// is its credit line.
func credit(it *item.Item, k *tree.Node) {
	name, role := plainOf(k), k.Attr("role")
	var details []item.TextValue
	if scheme := k.Attr("scheme"); scheme != "" && !strings.HasPrefix(scheme, "urn:ebu") {
		details = []item.TextValue{{Path: "@scheme", Value: scheme}}
	}
	switch strings.ToLower(role) {
	case "", "distribution company", "publishing company", "source", "provider", "owner":
		item.AddNew(&it.Creditlines, item.Text{Value: name, Role: role})
	default:
		item.AddConcept(&it.Creators, item.Concept{Name: name, Role: role, Details: details})
	}
}

// over gives an item what is said around it, where it does not say that itself.
func over(it, outer *item.Item) {
	texts := func(to *[]item.Text, from []item.Text) {
		if len(*to) == 0 {
			*to = from
		}
	}
	concepts := func(to *[]item.Concept, from []item.Concept) {
		if len(*to) == 0 {
			*to = from
		}
	}
	texts(&it.Headlines, outer.Headlines)
	texts(&it.Creditlines, outer.Creditlines)
	texts(&it.Keywords, outer.Keywords)
	concepts(&it.Creators, outer.Creators)
	concepts(&it.Subjects, outer.Subjects)
	if len(it.Descriptions) == 0 {
		it.Descriptions = outer.Descriptions
	}
	if len(it.Rights) == 0 {
		it.Rights = outer.Rights
	}
	if len(it.AltIDs) == 0 {
		it.AltIDs = outer.AltIDs
	}
	if len(it.Details) == 0 {
		it.Details = outer.Details
	}
	if len(it.Counts) == 0 {
		it.Counts = outer.Counts
	}
}
