package markup

import (
	"cmp"
	"path"
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// classes are NITF's elements for names, and what the named are.
var classes = map[string]item.Class{
	"person": item.ClassPerson, "org": item.ClassOrganisation, "location": item.ClassPlace, "event": item.ClassEvent,
	"object.title": item.ClassObject,
}

// ListOf is the item's list for concepts of a class: its subjects where the class has
// none of its own.
func ListOf(it *item.Item, class item.Class) *[]item.Concept {
	switch class {
	case item.ClassPerson:
		return &it.People
	case item.ClassOrganisation:
		return &it.Organisations
	case item.ClassPlace, item.ClassPOI:
		return &it.Places
	case item.ClassEvent:
		return &it.Events
	case item.ClassObject:
		return &it.Objects
	}
	return &it.Subjects
}

// NITFName reads an element that marks up a name, and says what it names; ok is false for
// other elements. The words in it stay unread.
func NITFName(n *tree.Node) (c item.Concept, class item.Class, ok bool) {
	if class, ok = classes[n.Name]; !ok {
		return c, "", false
	}
	if n.Name == "location" {
		c = NITFPlace(n)
	} else {
		c.Name = n.Peek()
	}
	if c.Code == "" {
		c.Scheme, c.Code = n.Attr("idsrc", "code-source"), n.Attr("value", "location-code")
	}
	for _, k := range n.All("alt-code") {
		alt := item.Concept{Scheme: k.Attr("idsrc"), Code: k.Attr("value"), Rel: "sameAs"}
		if c.Code == "" {
			c.Scheme, c.Code = alt.Scheme, alt.Code
			continue
		}
		item.AddConcept(&c.Related, alt)
	}
	return c, class, true
}

// maxSeen is how many concepts of the item a name is compared with.
const maxSeen = 500

// mention makes a concept of a name that is marked up in the text.
func (w *nitfWriter) mention(n *tree.Node) {
	c, class, ok := NITFName(n)
	if !ok {
		return
	}
	c.Rel = "mentions"
	if w.seen == nil {
		w.seen = map[string]bool{}
		for _, list := range []*[]item.Concept{&w.item.People, &w.item.Organisations, &w.item.Places, &w.item.Events, &w.item.Objects} {
			for _, have := range (*list)[max(0, len(*list)-maxSeen):] {
				w.seen[have.Name], w.seen[have.Name+"\x00"+have.Code] = true, true
			}
		}
	}
	if key := c.Name + "\x00" + c.Code; !w.seen[key] && (c.Code != "" || !w.seen[c.Name]) {
		w.seen[key], w.seen[c.Name] = true, true
		item.AddConcept(ListOf(w.item, class), c)
	}
}

// mediaTypes are NITF's kinds of media as item types.
var mediaTypes = map[string]string{"image": "picture", "photo": "picture", "graphic": "graphic", "video": "video", "audio": "audio"}

// media makes an item of a picture or film inside the text.
func (w *nitfWriter) media(n *tree.Node) {
	if len(w.item.Associations) >= tree.MaxContents {
		return // kept by its path
	}
	it := w.item.Inside(mediaTypes[strings.ToLower(n.Attr("media-type"))], n.Line)
	for _, k := range n.All("media-reference") {
		readReference(&it, k)
	}
	for _, k := range n.All("media-metadata") {
		it.Details = append(it.Details, item.TextValue{Path: k.Attr("name"), Value: k.Attr("value")})
	}
	for _, k := range n.All("media-caption") {
		for _, who := range k.All("byline") {
			readByline(&it, who)
		}
		if s := lines(k); s != "" {
			it.Descriptions = append(it.Descriptions, item.Body{Role: "caption", Value: s})
		}
	}
	for _, k := range n.All("media-producer") {
		readByline(&it, k)
	}
	it.Details = append(it.Details, n.Rest()...)
	if len(it.Renditions) == 0 && len(it.Descriptions) == 0 {
		w.item.Details = append(w.item.Details, item.Prefixed("media/", it.Details)...)
		return
	}
	if it.Type == "" {
		it.Type = typeOf(it.Renditions)
	}
	name := "media" + strconv.Itoa(len(w.item.Associations)+1)
	if w.item.URI != "" && len(w.item.URI) <= tree.MaxID { // else both get theirs from the file's bytes
		it.URI = w.item.URI + "#" + name
	}
	if len(it.Renditions) > 0 {
		it.FileName = path.Base(it.Renditions[0].Href)
	}
	it.Identify()
	w.item.Associations = append(w.item.Associations, item.Association{Name: name, Item: it})
}

// typeOf goes by the content type of the files; what is not known is a picture, as nearly
// all are.
func typeOf(files []item.Rendition) string {
	for _, r := range files {
		if kind, _, _ := strings.Cut(strings.ToLower(r.ContentType), "/"); kind == "video" || kind == "audio" {
			return kind
		}
	}
	return "picture"
}

func readReference(it *item.Item, n *tree.Node) {
	r := item.Rendition{
		Href: n.Attr("source", "data-location"), Name: cmp.Or(n.Attr("name"), "main"), ContentType: n.Attr("mime-type"),
		Width: int(item.Number(n.Attr("width"))), Height: int(item.Number(n.Attr("height"))),
		Duration: n.Attr("time"), DurationUnit: n.Attr("time-unit-of-measure"),
	}
	if alt := n.Attr("alternate-text"); alt != "" {
		it.Descriptions = append(it.Descriptions, item.Body{Role: "altText", Value: alt})
	}
	if credit := n.Attr("source-credit"); credit != "" {
		item.AddNew(&it.Creditlines, item.Text{Value: credit})
	}
	if owner := n.Attr("copyright"); owner != "" {
		it.Rights = append(it.Rights, item.Rights{Notice: item.Text{Value: owner}})
	}
	r.Details = n.Rest()
	if r.Href != "" {
		it.Renditions = append(it.Renditions, r)
		return
	}
	it.Details = append(it.Details, item.Prefixed("media-reference/", r.Details)...)
}
