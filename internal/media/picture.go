package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/webp"

	"broadsheet/internal/errs"
)

// A plane is one channel of a picture.
type plane struct {
	w, h, stride int
	pix          []uint8
}

func newPlane(w, h int) plane { return plane{w, h, w, make([]uint8, w*h)} }

func (p *plane) row(y int) []uint8 { return p.pix[y*p.stride:][:p.w] }

// A picture is decoded pixels in the form in which JPEG keeps them: brightness,
// and colour in planes that may be smaller. A grey one has no colour planes.
type picture struct{ y, cb, cr plane }

func (p *picture) grey() bool { return p.cb.w == 0 }

// decode decodes a photograph, after configure has allowed it.
func decode(c *container, data []byte) (pic *picture, err error) {
	defer func() { // a decoder's panic means a damaged file, not the end of the program
		if p := recover(); p != nil {
			pic, err = nil, refuse(c.format, data, fmt.Errorf("decoder: %v", p))
		}
	}()
	var img image.Image
	r := bytes.NewReader(data)
	switch c.format {
	case formatJPEG:
		img, err = jpeg.Decode(r)
	case formatPNG:
		img, err = png.Decode(r)
	case formatWebP:
		img, err = webp.Decode(r)
	}
	if err != nil {
		return nil, refuse(c.format, data, err)
	}
	if c.format == formatWebP {
		switch img := img.(type) {
		case *image.YCbCr:
			fromStudio(img)
		case *image.NYCbCrA:
			fromStudio(&img.YCbCr)
		}
	}
	return toPicture(img), nil
}

// configure reads a photograph's header and refuses what is too large to be
// decoded. It returns the size in pixels and the memory that decoding takes.
func configure(c *container, data []byte) (image.Config, int64, error) {
	var cfg image.Config
	var err error
	r := bytes.NewReader(data)
	switch c.format {
	case formatJPEG:
		cfg, err = jpeg.DecodeConfig(r)
	case formatPNG:
		cfg, err = png.DecodeConfig(r)
	case formatWebP:
		cfg, err = webp.DecodeConfig(r)
	}
	if err != nil {
		return cfg, 0, refuse(c.format, data, err)
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	switch {
	case pixels <= 0:
		return cfg, 0, errs.E(errs.Invalid, "The file says that the picture has no pixels. Export it again.")
	case pixels > MaxPixels:
		return cfg, 0, errs.E(errs.Invalid, "The picture has %d × %d pixels, more than %d megapixels. Scale it down to 8000 pixels or less on the longer side.",
			cfg.Width, cfg.Height, MaxPixels/1_000_000)
	case max(cfg.Width, cfg.Height) > MaxSide:
		return cfg, 0, errs.E(errs.Invalid, "The picture has %d × %d pixels, more than %d on one side. Crop it or scale it down.",
			cfg.Width, cfg.Height, MaxSide)
	}
	memory := pixels * c.bytesPerPixel(cfg.ColorModel)
	if memory > decodeMemory {
		return cfg, 0, errs.E(errs.Invalid, "The picture needs too much memory to be opened. Save it with 8 bits a channel, not progressive, or scale it down to 8000 pixels on the longer side.")
	}
	return cfg, memory, nil
}

// bytesPerPixel is what the decoder and toPicture need for a pixel at the most.
func (c *container) bytesPerPixel(model color.Model) int64 {
	switch {
	case c.format == formatJPEG && c.jpeg.blockPixels > 0:
		samples := int64((c.jpeg.samples + c.jpeg.blockPixels - 1) / c.jpeg.blockPixels)
		if c.jpeg.progressive {
			samples *= 1 + 4 // every coefficient is kept as an int32 until the last scan
		}
		if c.jpeg.components == 4 || model == color.RGBAModel {
			samples += 4 + 3 // becomes CMYK or RGBA, then planes
		}
		return samples
	case c.format == formatWebP && model == color.YCbCrModel:
		return 3
	case c.format == formatWebP:
		return 2*4 + 3
	case model == color.GrayModel:
		return 2
	case model == color.Gray16Model:
		return 2 + 1
	case model == color.RGBA64Model || model == color.NRGBA64Model:
		return 8 + 3
	}
	return 4 + 3
}

// refuse says in words what a decoder's error means for who uploads.
func refuse(f format, data []byte, err error) error {
	name := map[format]string{formatJPEG: "JPEG", formatPNG: "PNG", formatWebP: "WebP"}[f]
	e := &errs.Error{Kind: errs.Invalid, Err: err}
	_, unsupportedJPEG := errors.AsType[jpeg.UnsupportedError](err)
	_, unsupportedPNG := errors.AsType[png.UnsupportedError](err)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || cutOff(f, data):
		e.Message = "The " + name + " file is cut off: its end is missing. Copy it from the camera or the agency again, and upload it once more."
	case unsupportedJPEG || unsupportedPNG:
		e.Message = "This kind of " + name + " cannot be read (it may be lossless, arithmetic-coded or 12-bit). Save it as an ordinary 8-bit JPEG."
	case f == formatWebP:
		e.Message = "This WebP file cannot be read: it is damaged or an animation. Save the picture as JPEG and upload that."
	default:
		e.Message = "The " + name + " file is damaged. Open it on your computer, save it as a new JPEG, and upload that."
	}
	return e
}

// cutOff reports whether a file that could not be decoded lacks its end.
func cutOff(f format, data []byte) bool {
	switch f {
	case formatJPEG:
		return !bytes.HasSuffix(bytes.TrimRight(data, "\x00"), []byte{0xff, markerEOI})
	case formatPNG:
		return !bytes.Contains(data[max(0, len(data)-64):], []byte("IEND"))
	case formatWebP:
		return len(data) < 12 || uint64(binary.LittleEndian.Uint32(data[4:]))+8 > uint64(len(data))
	}
	return false
}

// toPicture converts what the decoders make. Transparent parts become paper.
func toPicture(img image.Image) *picture {
	size := img.Bounds().Size()
	switch img := img.(type) {
	case *image.YCbCr:
		cw, ch := chromaSize(img)
		return &picture{
			y:  plane{size.X, size.Y, img.YStride, img.Y},
			cb: plane{cw, ch, img.CStride, img.Cb},
			cr: plane{cw, ch, img.CStride, img.Cr},
		}
	case *image.Gray:
		return &picture{y: plane{size.X, size.Y, img.Stride, img.Pix}}
	case *image.Gray16:
		p := &picture{y: newPlane(size.X, size.Y)}
		for y := range size.Y {
			row := p.y.row(y)
			for x := range row {
				row[x] = img.Pix[y*img.Stride+2*x]
			}
		}
		return p
	}
	p := &picture{newPlane(size.X, size.Y), newPlane(size.X, size.Y), newPlane(size.X, size.Y)}
	rgb := make([]uint8, 3*size.X)
	read := rowReader(img)
	for y := range size.Y {
		read(y, rgb)
		yy, cb, cr := p.y.row(y), p.cb.row(y), p.cr.row(y)
		for x := range yy {
			yy[x], cb[x], cr[x] = color.RGBToYCbCr(rgb[3*x], rgb[3*x+1], rgb[3*x+2])
		}
	}
	return p
}

func chromaSize(img *image.YCbCr) (w, h int) {
	size := img.Rect.Size()
	divW, divH := 1, 1
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio444:
	case image.YCbCrSubsampleRatio422:
		divW = 2
	case image.YCbCrSubsampleRatio420:
		divW, divH = 2, 2
	case image.YCbCrSubsampleRatio440:
		divH = 2
	case image.YCbCrSubsampleRatio411:
		divW = 4
	case image.YCbCrSubsampleRatio410:
		divW, divH = 4, 2
	}
	return (size.X + divW - 1) / divW, (size.Y + divH - 1) / divH
}

// rowReader returns a function that writes a row as RGB over the paper.
func rowReader(img image.Image) func(y int, rgb []uint8) {
	switch img := img.(type) {
	case *image.RGBA: // made by png for opaque pictures only
		return func(y int, rgb []uint8) {
			in := img.Pix[y*img.Stride:]
			for i, o := 0, 0; o < len(rgb); i, o = i+4, o+3 {
				rgb[o], rgb[o+1], rgb[o+2] = in[i], in[i+1], in[i+2]
			}
		}
	case *image.NRGBA:
		return func(y int, rgb []uint8) {
			in := img.Pix[y*img.Stride:]
			for i, o := 0, 0; o < len(rgb); i, o = i+4, o+3 {
				flatten(rgb[o:o+3], in[i], in[i+1], in[i+2], in[i+3])
			}
		}
	case *image.RGBA64: // opaque as well
		return func(y int, rgb []uint8) {
			in := img.Pix[y*img.Stride:]
			for i, o := 0, 0; o < len(rgb); i, o = i+8, o+3 {
				rgb[o], rgb[o+1], rgb[o+2] = in[i], in[i+2], in[i+4]
			}
		}
	case *image.NRGBA64:
		return func(y int, rgb []uint8) {
			in := img.Pix[y*img.Stride:]
			for i, o := 0, 0; o < len(rgb); i, o = i+8, o+3 {
				flatten(rgb[o:o+3], in[i], in[i+2], in[i+4], in[i+6])
			}
		}
	case *image.CMYK:
		return func(y int, rgb []uint8) {
			in := img.Pix[y*img.Stride:]
			for i, o := 0, 0; o < len(rgb); i, o = i+4, o+3 {
				rgb[o], rgb[o+1], rgb[o+2] = color.CMYKToRGB(in[i], in[i+1], in[i+2], in[i+3])
			}
		}
	}
	return slowReader(img)
}

// slowReader serves the rare kinds: palettes, and lossy WebP with transparency.
func slowReader(img image.Image) func(y int, rgb []uint8) {
	origin := img.Bounds().Min
	return func(y int, rgb []uint8) {
		for x, o := origin.X, 0; o < len(rgb); x, o = x+1, o+3 {
			c, ok := color.NRGBAModel.Convert(img.At(x, origin.Y+y)).(color.NRGBA)
			if ok {
				flatten(rgb[o:o+3], c.R, c.G, c.B, c.A)
			}
		}
	}
}

// paper is the colour of the page in its light dress, on which transparent
// pictures are laid.
var paper = [3]uint8{0xff, 0xfd, 0xf8}

func flatten(rgb []uint8, r, g, b, a uint8) {
	if a == 255 {
		rgb[0], rgb[1], rgb[2] = r, g, b
		return
	}
	for i, v := range [3]uint8{r, g, b} {
		rgb[i] = uint8((int(v)*int(a) + int(paper[i])*(255-int(a)) + 127) / 255) //nolint:gosec // a weighted mean of bytes
	}
}

// fromStudio stretches the planes of a lossy WebP, which are kept in the range of
// television (16 to 235 and 240, RFC 6386), to the full range that JPEG uses.
// The decoder leaves that out.
func fromStudio(img *image.YCbCr) {
	var luma, chroma [256]uint8
	for v := range 256 {
		luma[v] = clamp8(math.Round(float64(v-16) * 255 / 219))
		chroma[v] = clamp8(math.Round(float64(v-128)*255/224) + 128)
	}
	for i, v := range img.Y {
		img.Y[i] = luma[v]
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = chroma[img.Cb[i]], chroma[img.Cr[i]]
	}
}

func clamp8(v float64) uint8 { return uint8(min(max(v, 0), 255)) }
