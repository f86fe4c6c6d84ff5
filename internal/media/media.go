// Package media keeps the newsroom's photographs.
//
// A photograph comes in with what its file says about it (title, caption,
// photographer, credit, rights), which the desk can correct. It goes out as
// renditions: JPEGs in a few widths that carry the credit and the rights, and
// nothing that tells where or with which camera it was taken. The file that came
// in is kept as it was and is never published.
package media

import (
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
)

// Limits of what is accepted.
const (
	MaxFile   = 40 << 20    // bytes
	MaxPixels = 100_000_000 // width times height
	MaxSide   = 30_000      // pixels

	decodeMemory = 768 << 20 // bytes that all decoding at one time may take
	maxFilename  = 200       // characters
	maxPage      = 100       // photographs in a list
	maxWords     = 8         // in a query
)

// A Photo is a photograph.
type Photo struct {
	ID id.ID
	Metadata
	Width, Height int    // pixels, as it is seen
	MIME          string // of the original
	Filename      string // as it came, for the desk
	Size          int64  // bytes of the original
	Original      blob.Key
	Created       time.Time // when it came in
	Origin        richtext.Origin
	Picture       id.ID // the wire item that it is itself, where Origin is what it came with; zero if that is all
	Agency        Agency
	Window        Window // when readers may see it; follows from all the above
	Version       int64  // counts edits; part of every address
}

// CreditLine is how the photograph is credited in print: "Photographer /
// Organisation via Agency". Parts that lack are left out, and so is a name that
// stands in another part already. If all lack, it is the copyright notice.
func (p *Photo) CreditLine() string {
	org := p.organisation()
	if org == "" && p.Origin.Kind == richtext.OriginWire {
		org = p.Origin.Name
	}
	switch {
	case org == "" && p.Photographer == "":
		return p.Copyright
	case org == "" || strings.Contains(strings.ToLower(p.Photographer), strings.ToLower(org)):
		return p.Photographer
	case p.Photographer == "" || strings.Contains(strings.ToLower(org), strings.ToLower(p.Photographer)):
		return org
	}
	return p.Photographer + " / " + org
}

// Widths returns the widths in which the photograph is published, rising.
func (p *Photo) Widths() []int { return renditionWidths(p.Width) }

// HeightAt returns the height of the rendition with a given width.
func (p *Photo) HeightAt(width int) int { return renditionHeight(width, p.Width, p.Height) }

// Path returns the address of the smallest rendition that is at least so wide,
// or of the largest. It changes with every edit, so it may be cached for ever.
func (p *Photo) Path(width int) string {
	return string(p.appendPath(make([]byte, 0, 48), fit(width, p.Width)))
}

func (p *Photo) appendPath(b []byte, width int) []byte {
	b = append(append(b, "/media/"...), p.ID.String()...)
	b = strconv.AppendInt(append(b, '/'), int64(width), 10)
	return strconv.AppendInt(append(b, ".jpg?v="...), p.Version, 10)
}

// Srcset returns the value of an img element's srcset attribute.
func (p *Photo) Srcset() string {
	b := make([]byte, 0, 256)
	for _, w := range p.Widths() {
		if len(b) > 0 {
			b = append(b, ", "...)
		}
		b = p.appendPath(b, w)
		b = append(strconv.AppendInt(append(b, ' '), int64(w), 10), 'w')
	}
	return string(b)
}

// readFile reads an upload up to its limit.
func readFile(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFile {
		return nil, errs.E(errs.Invalid, "The file is larger than %d MB. Export it as JPEG with quality 90, or scale it down to 8000 pixels on the longer side.", MaxFile>>20)
	}
	return data, nil
}

// cleanFilename keeps the last part of a name from any system.
func cleanFilename(name string) string {
	name = cleanText(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if r := []rune(name); len(r) > maxFilename {
		name = string(r[len(r)-maxFilename:])
	}
	if name == "." || name == "/" {
		return ""
	}
	return name
}

func number(n int) string { return strconv.Itoa(n) }
