package item

import (
	"path"
	"slices"
	"strings"
)

// Holders are the item and those inside it that have pictures, films or sounds.
func (it *Item) Holders() []*Item {
	var found []*Item
	if len(it.Renditions) > 0 {
		found = append(found, it)
	}
	for i := range it.Associations {
		found = append(found, it.Associations[i].Item.Holders()...)
	}
	return found
}

// Pictures are the item and those inside it that are a picture or graphic.
func (it *Item) Pictures() []*Item {
	return slices.DeleteFunc(it.Holders(), func(h *Item) bool {
		return h.Type != "picture" && h.Type != "graphic" && (h.Type != "" || h.Best() == nil)
	})
}

// AnyImage is the content type of a picture whose format its agency does not say.
const AnyImage = "image/*"

// rasters are the picture formats that the newsroom can take in.
var rasters = map[string]bool{
	"image/jpeg": true, "image/jpg": true, "image/pjpeg": true, "image/png": true, "image/webp": true, AnyImage: true,
}

// IsRaster goes by the content type, or the name where there is none.
func (r *Rendition) IsRaster() bool {
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

// Best is the largest picture among the item's renditions; nil when there is none.
func (it *Item) Best() *Rendition {
	var best *Rendition
	for i := range it.Renditions {
		r := &it.Renditions[i]
		if r.Href == "" || !r.IsRaster() {
			continue
		}
		if best == nil || r.Width > best.Width || r.Width == best.Width && r.SizeInBytes > best.SizeInBytes {
			best = r
		}
	}
	return best
}
