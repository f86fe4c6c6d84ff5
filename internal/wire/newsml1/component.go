package newsml1

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// A shape is what is in a component and those inside it.
type shape struct {
	text, captions, media, items int    // content of each sort; items are references and items inside
	kind                         string // of the media: video before audio before graphic before picture
}

// mediaRank orders kinds of media: a film that has a still beside it is a film.
var mediaRank = map[string]int{"picture": 1, "graphic": 2, "audio": 3, "video": 4}

func (s *shape) add(o *shape) {
	s.text, s.captions, s.media, s.items = s.text+o.text, s.captions+o.captions, s.media+o.media, s.items+o.items
	if mediaRank[o.kind] > mediaRank[s.kind] {
		s.kind = o.kind
	}
}

func (p *reader) shapeOf(n *tree.Node) *shape { return p.shapeIn(n, "") }

// shapeIn finds the shape of a component whose surroundings have a role.
func (p *reader) shapeIn(n *tree.Node, role string) *shape {
	if s := p.shapes[n]; s != nil {
		return s
	}
	s := &shape{}
	p.shapes[n] = s
	role = cmp.Or(roleOf(n), role)
	for _, k := range n.Kids {
		switch k.Name {
		case "NewsComponent":
			s.add(p.shapeIn(k, role))
		case "NewsItem", "NewsItemRef":
			s.items++
		case "ContentItem":
			switch kind := kindOf(k); {
			case kind != "text":
				s.add(&shape{media: 1, kind: kind})
			case textRole(role) != "":
				s.captions++
			default:
				s.text++
			}
		}
	}
	return s
}

// roleOf is the role of a component in what holds it.
func roleOf(n *tree.Node) string { return short(n.One("Role").Attr("FormalName")) }

// textRole is what a text of a role is, if it is not the story itself.
func textRole(role string) string {
	role = strings.ToLower(role)
	for _, word := range []string{"caption", "summary", "abstract", "headline"} {
		if strings.Contains(role, word) {
			return word
		}
	}
	return ""
}

// isUnit reports whether the media in a component are one picture or film in several
// renditions, perhaps with a caption, rather than several pictures.
func (p *reader) isUnit(n *tree.Node) bool {
	if len(n.All("NewsItem", "NewsItemRef")) > 0 {
		return false
	}
	for _, k := range n.All("ContentItem") {
		if kindOf(k) != "text" {
			return true
		}
	}
	if strings.EqualFold(n.Attr("EquivalentsList"), "yes") {
		return true
	}
	media := slices.DeleteFunc(n.All("NewsComponent"), func(k *tree.Node) bool { return p.shapeOf(k).media == 0 })
	if len(media) < 2 {
		return len(media) == 1 && p.isUnit(media[0])
	}
	seen := map[string]bool{}
	for _, k := range media {
		s, role := p.shapeOf(k), roleOf(k)
		if s.media > 1 || s.captions > 0 || role == "" || seen[role] || len(k.One("NewsLines").All("HeadLine")) > 0 {
			return false
		}
		seen[role] = true
	}
	return true
}

// A component reads a tree of components into an item.
type component struct {
	*reader
	item         *item.Item
	depth        int
	names        map[string]bool // of the associations
	onlyCaptions bool            // a text with the role of a caption is the story: there is nothing else
}

// A place is what a component inherits from those around it.
type place struct {
	role, language string
	root           bool // the component is the item itself
	alternatives   bool // it is one of several that say the same
}

func (c *component) read(n *tree.Node, at place) {
	if role := roleOf(n); role != "" {
		if len(n.All("ContentItem")) == 0 && !strings.EqualFold(role, at.role) {
			c.item.Details = append(c.item.Details, item.TextValue{Path: "NewsComponent/Role", Value: role})
		}
		at.role = role
	}
	if lang := short(n.Lang()); lang != "" {
		c.item.Language = cmp.Or(c.item.Language, lang)
		at.language = lang
	}
	c.metadata(c.item, n)
	at.alternatives = strings.EqualFold(n.Attr("EquivalentsList"), "yes")
	c.references(n, at.root)
	for _, k := range mainFirst(n.Kids) {
		switch k.Name {
		case "ContentItem":
			c.content(k, at)
		case "NewsComponent":
			c.inside(k, place{role: at.role, language: at.language, alternatives: at.alternatives})
		}
	}
}

// mainFirst puts the component with the main role before its brothers.
func mainFirst(kids []*tree.Node) []*tree.Node {
	isMain := func(n *tree.Node) bool {
		return n.Name == "NewsComponent" && strings.HasPrefix(strings.ToLower(roleOf(n)), "main")
	}
	if !slices.ContainsFunc(kids, isMain) {
		return kids
	}
	sorted := slices.Clone(kids)
	slices.SortStableFunc(sorted, func(a, b *tree.Node) int {
		switch am, bm := isMain(a), isMain(b); {
		case am == bm:
			return 0
		case am:
			return -1
		}
		return 1
	})
	return sorted
}

// inside reads a component inside another: as a part of the same item, or as an item that
// is associated with it.
func (c *component) inside(n *tree.Node, at place) {
	s := c.shapeOf(n)
	headed := len(n.One("NewsLines").All("HeadLine")) > 0
	switch {
	case mediaRank[c.item.Type] > 0:
		c.read(n, at)
	case s.text == 0 && s.media > 0 && c.isUnit(n):
		c.associate(n, s.kind, at)
	case s.text == 0 && s.media > 0: // several pictures: what is said of all of them is kept by its path
		if role := roleOf(n); role != "" {
			c.item.Details = append(c.item.Details, item.TextValue{Path: "NewsComponent/Role", Value: role})
		}
		c.references(n, false)
		for _, k := range n.All("NewsComponent") {
			c.inside(k, at)
		}
	case s.text > 0 && headed && !at.alternatives && len(c.item.Bodies) > 0:
		c.associate(n, "text", at)
	default:
		c.read(n, at)
	}
}

// associate makes an item of a component, inside the present one.
func (c *component) associate(n *tree.Node, kind string, at place) {
	a := c.inner(n, kind)
	inner := &component{reader: c.reader, item: &a.Item, depth: c.depth + 1}
	a.Rel = cmp.Or(roleOf(n), at.role)
	inner.read(n, place{role: a.Rel, language: at.language})
	c.finish(a, n)
}

// inner begins an item inside the present one, which has its status and dates.
func (c *component) inner(n *tree.Node, kind string) item.Association {
	it := c.item
	a := item.Association{Name: n.Attr("Duid"), Item: it.Inside(kind, n.Line)}
	if a.Name == "" || c.names[a.Name] {
		a.Name = strings.Trim(a.Name+"-"+strconv.Itoa(len(it.Associations)+1), "-")
		a.Name = kind + a.Name
	}
	if c.names == nil {
		c.names = map[string]bool{}
	}
	c.names[a.Name] = true
	if it.URI != "" { // else both get theirs from the file's bytes
		a.Item.URI = it.URI + "#" + a.Name
	}
	a.Item.Identify()
	return a
}

// finish adds an item that was read to the present one, whose rights are also its own
// where it says nothing else.
func (c *component) finish(a item.Association, n *tree.Node) {
	c.item.TakeRights(&a.Item)
	a.Item.Other = append(a.Item.Other, n.Rest()...)
	c.item.Associations = append(c.item.Associations, a)
}

// references reads what a component arranges that stands elsewhere, or is an item of its own.
func (c *component) references(n *tree.Node, root bool) {
	nodes := n.All("NewsItem", "NewsItemRef")
	if len(nodes) == 0 {
		return
	}
	g := item.Group{ID: n.Attr("Duid"), Role: roleOf(n), Mode: "bag", Root: root}
	if strings.EqualFold(n.Attr("EquivalentsList"), "yes") {
		g.Mode = "alternatives"
	}
	for _, k := range nodes {
		if k.Name == "NewsItemRef" {
			var m item.Member
			m.URI, m.Version = reference(k.Attr("NewsItem"))
			m.Title = k.One("Comment").Words()
			m.Details = k.Rest()
			g.Members = append(g.Members, m)
			continue
		}
		g.Members = append(g.Members, c.nestedItem(k))
	}
	c.item.Groups = append(c.item.Groups, g)
}

// nestedItem reads an item inside the present one. Pictures and the like become associations;
// texts are items of their own, as they are when they come by themselves.
func (c *component) nestedItem(n *tree.Node) item.Member {
	inner := c.readItem(n, c.depth+1)
	m := item.Member{Link: item.Link{URI: inner.URI, Version: inner.Version}, ItemClass: inner.ItemClass, PubStatus: inner.PubStatus, Headlines: inner.Headlines}
	if mediaRank[inner.Type] > 0 && c.depth < maxInside {
		name := "item" + strconv.Itoa(len(c.item.Associations)+1)
		c.item.Associations = append(c.item.Associations, item.Association{Name: name, Rel: roleOf(n.One("NewsComponent")), Item: inner})
		return m
	}
	c.nested = append(c.nested, inner)
	return m
}
