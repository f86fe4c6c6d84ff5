package media

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"

	"broadsheet/internal/errs"
)

// Widths are the widths in pixels in which photographs are published. A smaller
// photograph also has its own width, and none above.
func Widths() []int { return slices.Clone(widths[:]) }

var widths = [...]int{320, 640, 960, 1280, 1920}

const (
	quality    = 80
	maxWidth   = 1920
	maxSegment = 65_533 // bytes in a segment of a JPEG
)

// renditionWidths returns the widths that a photograph of the given width has,
// rising.
func renditionWidths(width int) []int {
	var list []int
	for _, w := range widths {
		if w <= width {
			list = append(list, w)
		}
	}
	if width < maxWidth && !slices.Contains(list, width) {
		list = append(list, width)
	}
	return list
}

// fit returns the smallest of the photograph's widths that is not below width,
// or else its largest.
func fit(width, photo int) int {
	list := renditionWidths(photo)
	for _, w := range list {
		if w >= width {
			return w
		}
	}
	return list[len(list)-1]
}

// renditionHeight keeps the proportions, and at least a pixel.
func renditionHeight(width, photoWidth, photoHeight int) int {
	return max(1, (width*photoHeight+photoWidth/2)/photoWidth)
}

// A pixels is an encoded rendition before its words are put into it.
type pixels struct {
	width int
	jpeg  []byte
}

// develop makes all renditions of a photograph at once: decoding it is most of
// the work, and the smaller ones come from the largest.
func develop(c *container, data []byte, orientation int) ([]pixels, error) {
	pic, err := decode(c, data)
	if err != nil {
		return nil, err
	}
	w, h := pic.y.w, pic.y.h
	if sideways(orientation) {
		w, h = h, w
	}
	list := renditionWidths(w)
	baseW := list[len(list)-1]
	baseH := renditionHeight(baseW, w, h)
	if sideways(orientation) {
		pic = pic.scale(baseH, baseW)
	} else {
		pic = pic.scale(baseW, baseH)
	}
	pic = pic.orient(orientation)
	if conv := parseICC(c.icc); conv != nil && !pic.grey() && c.jpeg.components != 4 {
		conv.apply(pic)
	}
	out := make([]pixels, len(list))
	errsByWidth := make([]error, len(list))
	inParallel(len(list), func(i int) {
		scaled := pic.scale(list[i], renditionHeight(list[i], w, h))
		var b bytes.Buffer
		errsByWidth[i] = scaled.encode(&b)
		out[i] = pixels{list[i], b.Bytes()}
	})
	return out, errors.Join(errsByWidth...)
}

// encode writes a picture whose colour planes are half its size.
func (p *picture) encode(w io.Writer) error {
	opts := &jpeg.Options{Quality: quality}
	rect := image.Rect(0, 0, p.y.w, p.y.h)
	if p.grey() {
		return jpeg.Encode(w, &image.Gray{Pix: p.y.pix, Stride: p.y.stride, Rect: rect}, opts)
	}
	return jpeg.Encode(w, &image.YCbCr{
		Y: p.y.pix, Cb: p.cb.pix, Cr: p.cr.pix, YStride: p.y.stride, CStride: p.cb.stride,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: rect,
	}, opts)
}

// label returns a rendition with fresh words: a JFIF header, XMP and IIM in
// place of every application segment and comment that it had.
func label(encoded []byte, m *Metadata) ([]byte, error) {
	if len(encoded) < 2 || encoded[1] != markerSOI {
		return nil, errs.E(errs.Internal, "a rendition is not a JPEG")
	}
	xmp, iim := writeXMP(m), writeIIM(m)
	if len(xmp) > maxSegment { // five thousand ampersands: the least needed goes
		shorter := *m
		shorter.ExtendedDescription = ""
		xmp = writeXMP(&shorter)
	}
	out := make([]byte, 0, len(encoded)+len(xmp)+len(iim)+64)
	out = append(out, 0xff, markerSOI)
	out = appendSegment(out, markerAPP0, []byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"))
	out = appendSegment(out, markerAPP1, xmp)
	out = appendSegment(out, markerAPP13, iim)
	for rest := encoded[2:]; ; {
		marker, body, next, ok := nextSegment(rest)
		if !ok {
			return append(out, rest...), nil // the scan
		}
		if marker != markerCOM && (marker < markerAPP0 || marker > markerAPP15) {
			out = appendSegment(out, marker, body)
		}
		rest = next
	}
}

func appendSegment(out []byte, marker byte, body []byte) []byte {
	n := len(body) + 2
	return append(append(out, 0xff, marker, byte(n>>8), byte(n)), body...) //nolint:gosec // at most maxSegment
}
