package feed

import (
	"cmp"
	"context"
	"strconv"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// ParseJSON reads JSON Feed 1.0 and 1.1.
func ParseJSON(ctx context.Context, text []byte) ([]item.Item, error) {
	root, err := tree.ParseJSON(text)
	if err != nil {
		return nil, err
	}
	entries := root.Get("items")
	if entries.Kind != '[' {
		return nil, tree.Fault(1, "a JSON Feed without a list of items")
	}
	if err := tooMany(len(entries.Vals)); err != nil {
		return nil, err
	}
	c := jsonChannel(root)
	var items []item.Item
	for _, v := range entries.Vals {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		line := tree.LineAt(text, v.Offset)
		if v.Kind != '{' {
			return nil, tree.Fault(line, "an item that is not an object")
		}
		m := newMaker(c, line, c.base)
		items = append(items, m.readJSON(v))
	}
	return items, nil
}

func jsonChannel(root *tree.Value) *channel {
	version := root.Str("version")
	c := &channel{
		format: JSON, standard: item.Standard{Name: "JSON Feed", Version: item.LastPart(version), Schema: version}, title: root.Str("title"),
		link: root.Str("home_page_url"), language: root.Str("language"), creators: jsonPeople(root), message: &item.Message{},
	}
	c.base = below(nil, cmp.Or(root.Str("feed_url"), c.link))
	c.seal()
	for i, key := range root.Keys {
		if key == "items" {
			continue
		}
		head := &tree.Value{Kind: '{', Keys: root.Keys[i : i+1], Vals: root.Vals[i : i+1]}
		c.message.Details = append(c.message.Details, head.Rest()...)
	}
	return c
}

// jsonPeople reads authors, or the author of 1.0.
func jsonPeople(v *tree.Value) []item.Concept {
	var people []item.Concept
	for _, a := range append(v.List("authors"), v.List("author")...) {
		if a.Kind != '{' {
			continue
		}
		c := item.Concept{Name: a.Str("name"), URI: a.Str("url")}
		if avatar := a.Str("avatar"); avatar != "" {
			c.Details = append(c.Details, item.TextValue{Path: "avatar", Value: avatar})
		}
		c.Details = append(c.Details, a.Rest()...)
		addPerson(&people, c)
	}
	return people
}

func (m *maker) readJSON(v *tree.Value) item.Item {
	it := m.item
	it.Language = v.Str("language")
	item.AddNew(&it.Headlines, item.Text{Value: tree.Clean(oneLine(v.Str("title")))})
	m.link = resolve(m.base, v.Str("url"))
	if external := v.Str("external_url"); external != "" {
		m.addLink("related", external, "")
	}
	it.FirstCreated = item.ParseDate(v.Str("date_published"))
	it.VersionCreated = item.ParseDate(v.Str("date_modified"))
	it.Creators = jsonPeople(v)
	for _, t := range v.List("tags") {
		t.Read = true
		m.subject(tree.Clean(oneLine(t.Text)), "", "")
	}
	text := v.Str("content_text")
	if html := v.Str("content_html"); html != "" {
		m.content = passage{src: html}
		if text != "" {
			it.Details = append(it.Details, item.TextValue{Path: "content_text", Value: text})
		}
	} else {
		m.content = passage{src: text, contentType: "text/plain"}
	}
	m.summary = passage{src: v.Str("summary"), contentType: "text/plain"}
	for _, name := range []string{"image", "banner_image"} {
		if href := resolve(m.base, v.Str(name)); href != "" {
			if kept := m.media.find(href, "picture"); kept != nil {
				m.media.put(kept, item.Rendition{Name: name, Href: href, ContentType: typeOf("", "image", href)})
			}
		}
	}
	for _, a := range v.List("attachments") {
		m.attachment(a)
	}
	guid := v.Str("id")
	it.Other = append(it.Other, v.Rest()...)
	return m.finish(guid)
}

func (m *maker) attachment(a *tree.Value) {
	kept := m.enclose(a.Str("url"), a.Str("mime_type"), a.Str("title"), int64(item.Number(a.Str("size_in_bytes"))))
	if kept == nil {
		return
	}
	r := &kept.Renditions[len(kept.Renditions)-1]
	if seconds := item.Number(a.Str("duration_in_seconds")); seconds > 0 {
		r.Duration = strconv.FormatFloat(seconds, 'f', -1, 64)
	}
	if title := r.Title; title != "" && len(kept.Headlines) == 0 {
		kept.Headlines = []item.Text{{Value: title}}
	}
	r.Details = append(r.Details, a.Rest()...)
}
