package feed

import (
	"path"
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
)

// maxMedia is how many pictures, films and sounds of one entry are read, and how many
// renditions of one of them.
const maxMedia = 200

// A shelf holds the pictures, films and sounds of an entry. The same address named twice,
// by an enclosure and inside the text, is one of them.
type shelf struct {
	format string
	items  []*item.Item
	byHref map[string]*item.Item
	over   bool // there were more than maxMedia
}

// find returns the item with a rendition at an address, a new one where there is none. It
// is nil for an entry with too many.
func (s *shelf) find(href, kind string) *item.Item {
	if it := s.byHref[href]; it != nil {
		return it
	}
	if len(s.items) >= maxMedia {
		s.over = true
		return nil
	}
	it := &item.Item{Kind: item.News, Format: s.format, Type: kind, PubStatus: item.Usable}
	s.items = append(s.items, it)
	return it
}

// put adds a rendition to an item of the shelf, or says more about one that is there.
func (s *shelf) put(it *item.Item, r item.Rendition) {
	if s.byHref == nil {
		s.byHref = map[string]*item.Item{}
	}
	for i := range it.Renditions {
		if have := &it.Renditions[i]; have.Href == r.Href {
			more(have, &r)
			return
		}
	}
	if len(it.Renditions) >= maxMedia {
		s.over = true
		return
	}
	s.byHref[r.Href] = it
	it.Renditions = append(it.Renditions, r)
}

// more fills what a rendition does not say from another account of it.
func more(r, from *item.Rendition) {
	if r.Width == 0 || r.Height == 0 {
		r.Width, r.Height = from.Width, from.Height
	}
	if r.SizeInBytes == 0 {
		r.SizeInBytes = from.SizeInBytes
	}
	if r.ContentType == "" || r.ContentType == item.AnyImage {
		r.ContentType = from.ContentType
	}
	if r.Title == "" {
		r.Title = from.Title
	}
}

// enclose takes in a file that an entry names. What is neither picture, film nor sound
// is a link of the item.
func (m *maker) enclose(href, contentType, title string, size int64) *item.Item {
	href = resolve(m.base, href)
	if href == "" {
		return nil
	}
	contentType = typeOf(contentType, "", href)
	kind := kindOf(contentType)
	if kind == "" {
		m.item.Links = append(m.item.Links, item.Link{Rel: "enclosure", Href: href, ContentType: contentType, Title: title})
		return nil
	}
	it := m.media.find(href, kind)
	if it != nil {
		m.media.put(it, item.Rendition{Name: "main", Href: href, ContentType: contentType, Title: title, SizeInBytes: size})
	}
	return it
}

// fromText takes in a picture that stood inside the text.
func (s *shelf) fromText(p markup.Picture) {
	it := s.find(p.Src, "picture")
	if it == nil {
		return
	}
	s.put(it, item.Rendition{Name: "main", Href: p.Src, ContentType: typeOf("", "image", p.Src), Width: p.Width, Height: p.Height})
	if p.Alt != "" && it.AltText() == "" {
		it.Descriptions = append(it.Descriptions, item.Body{Role: "altText", Value: p.Alt})
	}
	if p.Caption != "" && !hasRole(it, "caption") {
		it.Descriptions = append(it.Descriptions, item.Body{Role: "caption", Value: p.Caption})
	}
	if p.Credit != "" && len(it.Creditlines) == 0 {
		it.Creditlines = []item.Text{{Value: p.Credit}}
	}
	if p.Title != "" && len(it.Headlines) == 0 {
		it.Headlines = []item.Text{{Value: p.Title}}
	}
}

func hasRole(it *item.Item, role string) bool {
	for i := range it.Descriptions {
		if it.Descriptions[i].Role == role {
			return true
		}
	}
	return false
}

func (s *shelf) attach(to *item.Item) {
	counts := map[string]int{}
	for _, it := range s.items {
		if len(it.Renditions) == 0 {
			continue
		}
		counts[it.Type]++
		name := it.Type + strconv.Itoa(counts[it.Type])
		it.Provider, it.Language = to.Provider, to.Language
		it.Embargoed, it.Expires = to.Embargoed, to.Expires
		it.FileName = fileName(it.Renditions[0].Href)
		to.Associations = append(to.Associations, item.Association{Name: name, Item: *it})
	}
	if s.over {
		to.Warnings = append(to.Warnings, "left out: pictures, films and sounds after the first "+strconv.Itoa(maxMedia))
	}
}

func fileName(href string) string {
	href, _, _ = strings.Cut(href, "?")
	if name := path.Base(href); name != "." && name != "/" && strings.Contains(name, ".") {
		return name
	}
	return ""
}

// endings are the content types of names' endings, where a feed gives no type.
var endings = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif", ".svg": "image/svg+xml",
	".avif": "image/avif", ".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".m3u8": "application/x-mpegurl",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".wav": "audio/wav", ".opus": "audio/ogg",
}

// typeOf is the content type of a file: as sent, else by its name's ending, else what
// its medium says of it.
func typeOf(contentType, medium, href string) string {
	kind, _, _ := strings.Cut(contentType, "/")
	if contentType != "" && (kind != "application" || !strings.Contains(contentType, "octet-stream")) {
		return strings.ToLower(contentType)
	}
	name, _, _ := strings.Cut(href, "?")
	if t := endings[strings.ToLower(path.Ext(name))]; t != "" {
		return t
	}
	if medium == "image" {
		return item.AnyImage
	}
	return contentType
}

// kindOf is the item type of what has a content type; "" for what is no medium.
func kindOf(contentType string) string {
	switch kind, _, _ := strings.Cut(contentType, "/"); {
	case kind == "image":
		return "picture"
	case kind == "video", strings.Contains(contentType, "mpegurl"), strings.Contains(contentType, "shockwave"):
		return "video"
	case kind == "audio":
		return "audio"
	}
	return ""
}
