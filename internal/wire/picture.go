package wire

import (
	"path"
	"slices"
	"strings"
)

// holders are the item and those inside it that have pictures, films or sounds.
func (it *Item) holders() []*Item {
	var found []*Item
	if len(it.Renditions) > 0 {
		found = append(found, it)
	}
	for i := range it.Associations {
		found = append(found, it.Associations[i].Item.holders()...)
	}
	return found
}

// pictures are the item and those inside it that are a picture or graphic.
func (it *Item) pictures() []*Item {
	return slices.DeleteFunc(it.holders(), func(h *Item) bool {
		return h.Type != "picture" && h.Type != "graphic" && (h.Type != "" || h.best() == nil)
	})
}

// rasters are the picture formats that the newsroom can take in.
var rasters = map[string]bool{"image/jpeg": true, "image/jpg": true, "image/pjpeg": true, "image/png": true, "image/webp": true}

// isRaster goes by the content type, or the name where there is none.
func (r *Rendition) isRaster() bool {
	kind, _, _ := strings.Cut(strings.ToLower(r.ContentType), ";")
	if kind != "" {
		return rasters[strings.TrimSpace(kind)]
	}
	name, _, _ := strings.Cut(strings.ToLower(r.Href), "?")
	switch path.Ext(name) {
	case ".jpg", ".jpeg", ".png", ".webp":
		return true
	}
	return false
}

// best is the largest picture among the item's renditions; nil when there is none.
func (it *Item) best() *Rendition {
	var best *Rendition
	for i := range it.Renditions {
		r := &it.Renditions[i]
		if r.Href == "" || !r.isRaster() {
			continue
		}
		if best == nil || r.Width > best.Width || r.Width == best.Width && r.SizeInBytes > best.SizeInBytes {
			best = r
		}
	}
	return best
}
