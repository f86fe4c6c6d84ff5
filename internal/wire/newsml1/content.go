package newsml1

import (
	"cmp"
	"encoding/base64"
	"path"
	"strings"
	"unicode/utf8"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/nitf"
	"broadsheet/internal/wire/tree"
)

// mediaTypes are the kinds of content by the names that agencies use, lower case.
var mediaTypes = map[string]string{
	"text": "text", "photo": "picture", "picture": "picture", "image": "picture", "still": "picture", "graphic": "graphic",
	"graphics": "graphic", "logo": "graphic", "animation": "graphic", "infographic": "graphic", "video": "video", "audio": "audio",
	"sound": "audio",
}

// kindOf is what a content item is: text, picture, graphic, video or audio. The agency's
// own word counts most, the name of the file least.
func kindOf(n *tree.Node) string {
	if kind := mediaTypes[strings.ToLower(n.One("MediaType").Attr("FormalName"))]; kind != "" {
		return kind
	}
	switch family, _, _ := strings.Cut(strings.ToLower(n.One("MimeType").Attr("FormalName")), "/"); family {
	case "image":
		return "picture"
	case "video", "audio":
		return family
	}
	return cmp.Or(extensions[strings.ToLower(path.Ext(n.Attr("Href")))], "text")
}

// extensions are the kinds of content by the names of files.
var extensions = map[string]string{
	".jpg": "picture", ".jpeg": "picture", ".png": "picture", ".gif": "picture", ".tif": "picture", ".tiff": "picture", ".webp": "picture",
	".svg": "graphic", ".eps": "graphic", ".ai": "graphic", ".mp4": "video", ".mov": "video", ".mpg": "video", ".mpeg": "video",
	".wmv": "video", ".flv": "video", ".webm": "video", ".mp3": "audio", ".wav": "audio", ".m4a": "audio", ".ogg": "audio",
}

// contentType is the content type of a content item, from its own word or its format.
func contentType(n *tree.Node) string {
	format := strings.ToLower(n.One("Format").Attr("FormalName"))
	switch {
	case n.One("MimeType").Attr("FormalName") != "":
		return n.One("MimeType").Attr("FormalName")
	case strings.Contains(format, "nitf"):
		return markup.NITF
	case strings.Contains(format, "html"):
		return "text/html"
	case strings.Contains(format, "jpeg"), strings.Contains(format, "jpg"):
		return "image/jpeg"
	case format == "text", strings.Contains(format, "plain"), strings.Contains(format, "ascii"):
		return "text/plain"
	}
	return ""
}

// content reads a content item: a text, or one file of a picture, film or sound.
func (c *component) content(n *tree.Node, at place) {
	if kind := kindOf(n); kind != "text" {
		if mediaRank[c.item.Type] > 0 {
			c.rendition(c.item, n, at.role)
			return
		}
		a := c.inner(n, kind)
		a.Rel = at.role
		c.rendition(&a.Item, n, at.role)
		c.finish(a, n)
		return
	}
	if n.Attr("Href") != "" && dataOf(n).Name == "" { // the text is in a file of its own
		c.rendition(c.item, n, at.role)
		return
	}
	b := item.Body{Role: at.role, ContentType: contentType(n)}
	if at.language != c.item.Language {
		b.Language = at.language
	}
	c.text(&b, n)
	if format := n.One("Format").Attr("FormalName"); n.One("MimeType").Name != "" && format != "" {
		b.Details = append(b.Details, item.TextValue{Path: "Format", Value: format})
	}
	b.Details = append(b.Details, n.Rest()...)
	c.place(b, at)
}

// place puts a text where its role says that it belongs.
func (c *component) place(b item.Body, at place) {
	if !b.Rich() && b.Value == "" && len(b.Details) == 0 {
		return
	}
	role := textRole(at.role)
	switch {
	case mediaRank[c.item.Type] > 0:
		b.Role = cmp.Or(role, "caption")
		c.item.Descriptions = append(c.item.Descriptions, b)
	case role == "" || c.onlyCaptions:
		c.item.Bodies = append(c.item.Bodies, b)
	case role == "headline" && !b.Rich() && len(b.Details) == 0:
		item.AddNew(&c.item.Headlines, item.Text{Value: b.Value, Role: role})
	default:
		b.Role = role
		c.item.Descriptions = append(c.item.Descriptions, b)
	}
}

// dataOf is the element that holds the data of a content item, below any encodings.
func dataOf(n *tree.Node) *tree.Node {
	for n.One("Encoding").Name != "" {
		n = n.One("Encoding")
	}
	return n.One("DataContent")
}

// text reads the words of a content item.
func (c *component) text(b *item.Body, n *tree.Node) {
	for _, k := range n.One("Characteristics").All("Property") {
		switch strings.ToLower(k.Attr("FormalName")) {
		case "words", "wordcount":
			b.WordCount = int(item.Number(k.Attr("Value")))
		case "characters", "charcount", "charactercount":
			b.CharCount = int(item.Number(k.Attr("Value")))
		default:
			b.Details = append(b.Details, c.properties(k, "Characteristics/")...)
		}
	}
	data := dataOf(n)
	if data.Name == "" {
		return
	}
	for _, k := range data.Kids {
		if k.Name != "" {
			for _, doc := range data.All("nitf") {
				nitf.ReadHead(c.item, doc)
			}
			markup.ReadTree(c.item, b, data)
			return
		}
	}
	value := data.Verbatim()
	if strings.EqualFold(n.One("Encoding").Attr("Notation"), "base64") {
		if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), "")); err == nil && utf8.Valid(raw) {
			value = string(raw)
		}
	}
	if b.ContentType == "" && strings.HasPrefix(value, "<") && strings.HasSuffix(value, ">") && !strings.HasPrefix(value, "<nitf") {
		b.ContentType = "text/html"
	}
	if value != "" {
		markup.SetBody(c.item, b, value)
	}
}

// characteristics are the names that agencies give to what ninjs has fields for.
var characteristics = map[string]func(*item.Rendition, string){
	"width":          func(r *item.Rendition, v string) { r.Width = int(item.Number(v)) },
	"pixelwidth":     func(r *item.Rendition, v string) { r.Width = int(item.Number(v)) },
	"imagewidth":     func(r *item.Rendition, v string) { r.Width = int(item.Number(v)) },
	"height":         func(r *item.Rendition, v string) { r.Height = int(item.Number(v)) },
	"pixelheight":    func(r *item.Rendition, v string) { r.Height = int(item.Number(v)) },
	"imageheight":    func(r *item.Rendition, v string) { r.Height = int(item.Number(v)) },
	"duration":       func(r *item.Rendition, v string) { r.Duration = v },
	"totalduration":  func(r *item.Rendition, v string) { r.Duration = v },
	"videocodec":     func(r *item.Rendition, v string) { r.VideoCodec = v },
	"framerate":      func(r *item.Rendition, v string) { r.FrameRate = v },
	"aspectratio":    func(r *item.Rendition, v string) { r.AspectRatio = v },
	"bitrate":        func(r *item.Rendition, v string) { r.Bitrate = v },
	"averagebitrate": func(r *item.Rendition, v string) { r.Bitrate = v },
	"colorspace":     func(r *item.Rendition, v string) { r.ColourSpace = v },
	"colourspace":    func(r *item.Rendition, v string) { r.ColourSpace = v },
	"orientation":    func(r *item.Rendition, v string) { r.LayoutOrientation = v },
}

// rendition reads one file.
func (c *component) rendition(it *item.Item, n *tree.Node, role string) {
	r := item.Rendition{
		Name: cmp.Or(item.LastPart(role), "main"), Href: n.Attr("Href"), ContentType: contentType(n),
		Format: n.One("Format").Attr("FormalName"),
	}
	traits := n.One("Characteristics")
	r.SizeInBytes = int64(item.Number(traits.One("SizeInBytes").Words()))
	for _, k := range traits.All("Property") {
		set := characteristics[strings.ToLower(k.Attr("FormalName"))]
		if v := c.value(k); set != nil && v != "" && len(k.All("Property")) == 0 {
			set(&r, v)
			continue
		}
		r.Details = append(r.Details, c.properties(k, "")...)
	}
	if dataOf(n).Name != "" {
		it.Warnings = append(it.Warnings, "a file that is inside this one as data is left out")
		dataOf(n).Skip()
	}
	r.Details = append(r.Details, n.Rest()...)
	if role != "" && r.Name != role {
		r.Details = append(r.Details, item.TextValue{Path: "Role", Value: role})
	}
	if r.Href != "" {
		it.FileName = cmp.Or(it.FileName, path.Base(r.Href))
		it.Renditions = append(it.Renditions, r)
		return
	}
	if r.ContentType != "" {
		r.Details = append(r.Details, item.TextValue{Path: "MimeType", Value: r.ContentType})
	}
	it.Details = append(it.Details, item.Prefixed("ContentItem/", r.Details)...)
}
