// Package nitf reads NITF, the News Industry Text Format of IPTC, versions 2.5 to 3.6: a
// document by itself, and the header of one that stands inside an item of another format.
package nitf

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "nitf"

// IsRoot reports whether a name is that of NITF's root element.
func IsRoot(name string) bool { return name == "nitf" }

// Parse reads a NITF file, which is one item. A file without an identifier, or with one
// that nothing says whose it is, gives an item without a URI.
func Parse(_ context.Context, text []byte) ([]item.Item, error) {
	root, err := tree.ParseXML(text)
	if err != nil {
		return nil, err
	}
	it := &item.Item{Kind: item.News, Type: "text", Format: Format, Line: root.Line, Language: cmp.Or(root.Lang(), root.Attr("baselang"))}
	it.Standard = item.Standard{Name: "NITF", Version: version(root.Attr("version"))}
	docID := ReadHead(it, root)
	body := item.Body{ContentType: markup.NITF}
	provider(it, docID.source, root.One("body").One("body.head"))
	it.URI = docID.uri(it, root.Attr("uno"))
	it.Identify()
	content := root.One("body").One("body.content")
	if it.Formatted {
		readColumns(it, content)
	}
	markup.ReadNITF(it, &body, root)
	if body.Rich() || body.Value != "" {
		it.Bodies = append(it.Bodies, body)
	}
	if len(it.Bodies) == 0 {
		becomePicture(it)
	}
	it.Other = append(it.Other, root.Rest()...)
	return []item.Item{*it}, nil
}

// version is the number in "-//IPTC//DTD NITF 3.2//EN".
func version(s string) string {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "-//IPTC//DTD NITF "), "//")
	return s
}

// provider finds out who sent the document, as NITF has no field for that.
func provider(it *item.Item, source string, head *tree.Node) {
	if !it.Provider.IsZero() {
		return
	}
	switch name := head.One("distributor").Peek(); {
	case name != "":
		it.Provider.Name = name
	case source != "":
		it.Provider.Name = source
	case len(it.Rights) > 0:
		it.Provider.Name = it.Rights[0].Holder.Name
	}
}

// A docID is the identifier of a document. Many agencies' are only unique among their own.
type docID struct{ id, source string }

// uri is the document's URI; one that is not the agency's own word is also among the
// item's other identifiers as the agency wrote it.
func (d docID) uri(it *item.Item, uno string) string {
	d.id = cmp.Or(d.id, uno)
	d.source = cmp.Or(d.source, it.Provider.Name)
	if d.source == "" && !it.VersionCreated.Time.IsZero() {
		d.source = it.VersionCreated.Time.Format("20060102")
	}
	uri := d.asURI()
	if d.id != uri && d.id != "" {
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "doc-id", Value: d.id})
	}
	return uri
}

// asURI makes a URI of an identifier: itself where it is one, else one of ours that also
// names whose identifier it is, "" where nothing says that.
func (d docID) asURI() string {
	if len(d.id)+len(d.source) > tree.MaxID || d.id == "" {
		return ""
	}
	if scheme, rest, ok := strings.Cut(d.id, ":"); ok && rest != "" && !strings.ContainsAny(scheme, "./") && !strings.Contains(d.id, " ") {
		return d.id
	}
	if d.source == "" {
		return ""
	}
	return "urn:broadsheet:nitf:" + url.PathEscape(d.source) + ":" + url.PathEscape(d.id)
}

// readColumns reads a text whose words stand in columns, line by line, and takes it out of
// the document. Where there is other markup in it, that says where things stand.
func readColumns(it *item.Item, content *tree.Node) {
	var b strings.Builder
	marked := false
	content.Walk(func(k *tree.Node) {
		switch k.Name {
		case "":
			b.WriteString(k.Text)
		case "p", "br", "block", "pre":
			b.WriteByte('\n')
		default:
			marked = true
		}
	})
	if !marked && strings.TrimSpace(b.String()) != "" {
		linetext.SetTable(it, linetext.Lines(b.String()))
		content.Skip()
		content.Kids = nil
	}
}

// becomePicture makes the item the picture that is all it has.
func becomePicture(it *item.Item) {
	if len(it.Associations) != 1 || len(it.Associations[0].Item.Renditions) == 0 {
		return
	}
	m := it.Associations[0].Item
	it.Type, it.Renditions, it.FileName = m.Type, m.Renditions, m.FileName
	it.Descriptions = append(it.Descriptions, m.Descriptions...)
	it.Details = append(it.Details, m.Details...)
	it.Rights = append(it.Rights, m.Rights...)
	it.Creditlines = append(it.Creditlines, m.Creditlines...)
	it.Creators = append(it.Creators, m.Creators...)
	for _, b := range m.Bylines {
		item.AddNew(&it.Bylines, b)
	}
	it.Associations = nil
}
