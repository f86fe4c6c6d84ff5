package media

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// exifFields is the little of EXIF that a newsroom keeps.
type exifFields struct {
	orientation int // 1 to 8, as the TIFF tag; 0 when not given
	description string
	artist      string
	copyright   string
	taken       time.Time
}

// cameraDescriptions are what cameras write into every photograph as its
// description.
var cameraDescriptions = []string{
	"OLYMPUS DIGITAL CAMERA", "SONY DSC", "DCIM", "SAMSUNG CAMERA PICTURES", "Exif_JPEG_PICTURE", "KONICA MINOLTA DIGITAL CAMERA",
}

// parseEXIF reads a TIFF structure. A broken one gives what comes before the fault.
func parseEXIF(tiff []byte) exifFields {
	if len(tiff) == 0 {
		return exifFields{}
	}
	text := map[string]string{}
	var f exifFields
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(tiff), ImageFormat: imagemeta.TIFF, Sources: imagemeta.EXIF,
		LimitNumTags: 1000,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool {
			return t.Namespace == "IFD0" || t.Namespace == "IFD0/ExifIFDP"
		},
		HandleTag: func(t imagemeta.TagInfo) error {
			switch v := t.Value.(type) {
			case uint16:
				if t.Tag == "Orientation" && v >= 1 && v <= 8 {
					f.orientation = int(v)
				}
			case string:
				text[t.Tag] = v
			}
			return nil
		},
	})
	if d := strings.TrimSpace(text["ImageDescription"]); !slices.Contains(cameraDescriptions, d) {
		f.description = d
	}
	f.artist = strings.ReplaceAll(text["Artist"], ";", ", ")
	// EXIF keeps the photographer's and the editor's copyright apart with a NUL.
	f.copyright = strings.ReplaceAll(strings.TrimRight(text["Copyright"], "\x00 "), "\x00", ", ")
	const layout = "2006:01:02 15:04:05"
	t, err := time.Parse(layout+"-07:00", text["DateTimeOriginal"]+text["OffsetTimeOriginal"])
	if err != nil {
		t, err = time.Parse(layout, text["DateTimeOriginal"])
	}
	if err == nil {
		f.taken = t.UTC()
	}
	return f
}
