package item

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/richtext"
)

// delivery are the fields that say how an item came, or that every format says in its own
// way: they are neither compared nor carried beside a format.
var delivery = map[string]bool{
	"id": true, "uri": true, "format": true, "file": true, "line": true, "standard": true, "message": true,
	"pubStatus": true, "catalogs": true, "dialect": true, "warnings": true, "associations": true,
}

// Own is the dialect of an item that a newsroom's program like this wrote: it is complete,
// and no agency's profile is applied to it.
const Own = "broadsheet"

// Rest returns, as a JSON object under the names of Item's own JSON, what the item says
// and back does not: back is what a format made of the item. A field that only back has
// is in it as null. It is nil when both say the same.
func (it *Item) Rest(back *Item) (json.RawMessage, error) {
	rest := map[string]json.RawMessage{}
	want, have := reflect.ValueOf(it).Elem(), reflect.ValueOf(back).Elem()
	for i := range want.NumField() {
		name, _, _ := strings.Cut(want.Type().Field(i).Tag.Get("json"), ",")
		if delivery[name] {
			continue
		}
		value, err := restOf(want.Field(i).Interface(), have.Field(i).Interface())
		if err != nil {
			return nil, err
		}
		if value != nil && want.Field(i).IsZero() {
			value = json.RawMessage("null")
		}
		if value != nil {
			rest[name] = value
		}
	}
	if len(rest) == 0 {
		return nil, nil
	}
	return json.Marshal(rest)
}

// restOf returns what a field must be carried as, nil when both say the same.
func restOf(want, have any) (json.RawMessage, error) {
	if bodies, ok := want.([]Body); ok {
		want, have = carriedBodies(bodies, have.([]Body))
	}
	a, err := json.Marshal(want)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(have)
	if err != nil || bytes.Equal(a, b) {
		return nil, err
	}
	return a, nil
}

// carriedBodies returns bodies for comparing and carrying: without the texts that both have,
// each in its way. Documents that only the item has are carried as our HTML. Whoever reads
// an item makes it the origin of its blocks, so that is not compared.
func carriedBodies(want, have []Body) (_, _ []Body) {
	w, h := slices.Clone(want), slices.Clone(have)
	if len(w) != len(h) { // nothing tells which belong together
		h = make([]Body, len(w))
	}
	for i := range w {
		other := h[i]
		switch {
		case w[i].Rich() && sameText(w[i].Doc, other.Doc):
			w[i].Doc, h[i].Doc = richtext.Doc{}, richtext.Doc{}
		case w[i].Rich():
			w[i].Value, w[i].Doc = w[i].Doc.ExportHTML(), richtext.Doc{}
			if !isMarkup(w[i].ContentType) {
				w[i].ContentType = "text/html"
			}
		case w[i].Value == other.Value:
			w[i].Value, h[i].Value = "", ""
			if IsPlain(w[i].ContentType) && IsPlain(other.ContentType) { // said or not
				h[i].ContentType = w[i].ContentType
			}
		case other.Rich() && isText(w[i].ContentType) && other.Doc.Text() == w[i].Value:
			w[i].Value, h[i].Doc = "", richtext.Doc{}
		}
	}
	return w, h
}

func sameText(a, b richtext.Doc) bool {
	return a.WithOrigin(richtext.Origin{}).Equal(b.WithOrigin(richtext.Origin{}))
}

// isText reports whether a content type says that it is of plain text.
func isText(contentType string) bool { return contentType != "" && IsPlain(contentType) }

// isMarkup reports whether a content type is of markup, which is always a document.
func isMarkup(contentType string) bool {
	kind := strings.ToLower(contentType)
	return strings.Contains(kind, "html") || strings.Contains(kind, "nitf")
}

// Restore puts what Rest returned back into the item that a format made. Its error is
// errs.Invalid and names the field. A document that was carried is read as any other
// markup of a stranger.
func (it *Item) Restore(raw []byte) error {
	var rest map[string]json.RawMessage
	if err := json.Unmarshal(raw, &rest); err != nil {
		return &errs.Error{Kind: errs.Invalid, Message: "What stands beside the format is no JSON object.", Err: err}
	}
	it.Dialect = Own
	v := reflect.ValueOf(it).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		value, ok := rest[name]
		if !ok || delivery[name] {
			continue
		}
		made := reflect.New(v.Field(i).Type())
		if err := json.Unmarshal(value, made.Interface()); err != nil {
			return &errs.Error{Kind: errs.Invalid, Field: name, Message: "The field " + name + " beside the format cannot be read.", Err: err}
		}
		if bodies, ok := reflect.TypeAssert[*[]Body](made); ok {
			mergeBodies(*bodies, v.Field(i).Interface().([]Body))
		}
		if kind, ok := reflect.TypeAssert[*Kind](made); ok && *kind != News && *kind != Package {
			continue // what is not for the wire list comes in a shape of its own
		}
		v.Field(i).Set(made.Elem())
	}
	return nil
}

// mergeBodies gives what was carried of bodies their texts, where the format has them.
func mergeBodies(carried, have []Body) {
	if len(carried) != len(have) {
		have = make([]Body, len(carried))
	}
	for i := range carried {
		c, h := &carried[i], &have[i]
		c.Doc = richtext.Doc{}
		switch {
		case c.Value != "" && isMarkup(c.ContentType):
			if doc, _, err := richtext.FromHTML(c.Value, richtext.Origin{}); err == nil {
				c.Doc, c.Value = doc, ""
			}
		case c.Value != "":
		case h.Rich() && isText(c.ContentType):
			c.Value = h.Doc.Text()
		default:
			c.Doc, c.Value = h.Doc, h.Value
		}
	}
}

// Equal reports whether two items say the same, whatever they came in.
func (it *Item) Equal(other *Item) bool {
	rest, err := it.Rest(other)
	return err == nil && rest == nil && it.URI == other.URI && it.PubStatus == other.PubStatus &&
		sameAssociations(it.Associations, other.Associations)
}

func sameAssociations(a, b []Association) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Rel != b[i].Rel || !a[i].Item.Equal(&b[i].Item) {
			return false
		}
	}
	return true
}

// Unfold returns the item and those inside it one after the other, for formats that have no
// items inside items: each becomes an item of its own that is linked to. What is inside an
// item that may not be used may not be used either.
func Unfold(it *Item) []Item {
	outer := *it
	outer.Associations, outer.Links = nil, slices.Clone(it.Links)
	items := []Item{outer}
	for i := range it.Associations {
		a := &it.Associations[i]
		items[0].Links = append(items[0].Links, Link{Rel: RelAssociated, URI: a.Item.URI, Version: a.Item.Version, Title: a.Name})
		inner := a.Item
		if it.PubStatus != Usable && inner.PubStatus == Usable {
			inner.PubStatus, inner.StatusCode = it.PubStatus, Concept{}
		}
		items = append(items, Unfold(&inner)...)
	}
	return items
}

// Relations between items, of http://cv.iptc.org/newscodes/itemrelation/.
const (
	RelAssociated = "irel:associatedWith"
	RelDerived    = "irel:derivedFrom"
)
