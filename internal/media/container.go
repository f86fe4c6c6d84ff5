package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
)

// maxBlock is the most that is read of one block of metadata. What is longer
// holds previews or editing history, not words.
const maxBlock = 1 << 20

// A container is a photograph's file taken apart, nothing of it decoded.
type container struct {
	format    format
	exif      []byte // a TIFF structure
	xmp       []byte // an XMP packet
	photoshop []byte // image resources: the IIM is one of them
	iim       []byte // IIM that stands alone
	icc       []byte // the colour profile
	jpeg      jpegFrame
}

// jpegFrame is what a JPEG's frame header says that the standard library does
// not pass on.
type jpegFrame struct {
	progressive bool
	components  int
	samples     int // samples for each block of maxH*maxV pixels
	blockPixels int
}

// parseContainer never fails: what is cut off or out of order is left out,
// and whether the picture is whole is for its decoder to say.
func parseContainer(f format, data []byte) container {
	c := container{format: f}
	switch f {
	case formatJPEG:
		c.readJPEG(data)
	case formatPNG:
		c.readPNG(data)
	case formatWebP:
		c.readWebP(data)
	}
	return c
}

// JPEG markers (ITU-T T.81, table B.1).
const (
	markerSOI   = 0xd8
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerSOF0  = 0xc0
	markerSOF15 = 0xcf
	markerDHT   = 0xc4
	markerJPG   = 0xc8
	markerDAC   = 0xcc
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1
	markerAPP2  = 0xe2
	markerAPP13 = 0xed
	markerAPP15 = 0xef
	markerCOM   = 0xfe
	markerTEM   = 0x01
)

const (
	signatureEXIF      = "Exif\x00\x00"
	signatureXMP       = "http://ns.adobe.com/xap/1.0/\x00"
	signatureICC       = "ICC_PROFILE\x00"
	signaturePhotoshop = "Photoshop 3.0\x00"
)

// nextSegment returns the JPEG segment at the start of data (after the SOI) and
// what follows it. It is not ok at the first scan or at the end.
func nextSegment(data []byte) (marker byte, body, rest []byte, ok bool) {
	for {
		for len(data) > 1 && data[0] == 0xff && data[1] == 0xff {
			data = data[1:] // fill bytes
		}
		if len(data) < 2 || data[0] != 0xff {
			return 0, nil, nil, false
		}
		marker, data = data[1], data[2:]
		if marker != markerTEM && (marker < 0xd0 || marker > markerSOI) {
			break
		}
	}
	if marker == markerSOS || marker == markerEOI || len(data) < 2 {
		return 0, nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(data))
	if n < 2 || n > len(data) {
		return 0, nil, nil, false
	}
	return marker, data[2:n], data[n:], true
}

func (c *container) readJPEG(data []byte) {
	rest := data[min(2, len(data)):]
	for {
		marker, body, next, ok := nextSegment(rest)
		if !ok {
			return
		}
		rest = next
		switch {
		case marker == markerAPP1 && c.exif == nil && bytes.HasPrefix(body, []byte(signatureEXIF)):
			c.exif = body[len(signatureEXIF):]
		case marker == markerAPP1 && c.xmp == nil && bytes.HasPrefix(body, []byte(signatureXMP)):
			c.xmp = body[len(signatureXMP):]
		case marker == markerAPP2 && bytes.HasPrefix(body, []byte(signatureICC)) && len(body) > len(signatureICC)+2:
			c.icc = appendBlock(c.icc, body[len(signatureICC)+2:])
		case marker == markerAPP13 && bytes.HasPrefix(body, []byte(signaturePhotoshop)):
			c.photoshop = appendBlock(c.photoshop, body[len(signaturePhotoshop):])
		case marker >= markerSOF0 && marker <= markerSOF15 && marker != markerDHT && marker != markerJPG && marker != markerDAC:
			c.jpeg = readFrame(marker, body)
		}
	}
}

// appendBlock joins what was split over several segments, up to maxBlock.
func appendBlock(block, more []byte) []byte {
	return append(block, more[:min(len(more), maxBlock-len(block))]...)
}

// readFrame reads a frame header (T.81, B.2.2).
func readFrame(marker byte, body []byte) jpegFrame {
	const fixed = 6
	if len(body) < fixed {
		return jpegFrame{}
	}
	f := jpegFrame{progressive: marker == markerSOF0+2, components: int(body[fixed-1])}
	maxH, maxV := 1, 1
	for i := range f.components {
		at := fixed + 3*i + 1
		if at >= len(body) {
			break
		}
		h, v := int(body[at]>>4), int(body[at]&15)
		maxH, maxV = max(maxH, h), max(maxV, v)
		f.samples += h * v
	}
	f.blockPixels = maxH * maxV
	return f
}

func (c *container) readPNG(data []byte) {
	rest := data[min(8, len(data)):]
	for len(rest) >= 12 {
		n := binary.BigEndian.Uint32(rest)
		if uint64(n)+12 > uint64(len(rest)) {
			return
		}
		kind, body := string(rest[4:8]), rest[8:8+n]
		rest = rest[12+n:]
		switch kind {
		case "eXIf":
			c.exif = body
		case "iCCP": // name, 0, method, deflated profile
			if _, v, ok := bytes.Cut(body, []byte{0}); ok && len(v) > 1 {
				c.icc = inflate(v[1:])
			}
		case "iTXt":
			if keyword, text := pngText(body); keyword == "XML:com.adobe.xmp" {
				c.xmp = text
			}
		case "tEXt", "zTXt":
			c.readRawProfile(kind, body)
		}
	}
}

// pngText reads an iTXt chunk: keyword, 0, compressed?, method, language, 0,
// translated keyword, 0, text.
func pngText(body []byte) (keyword string, text []byte) {
	key, rest, ok := bytes.Cut(body, []byte{0})
	if !ok || len(rest) < 2 {
		return "", nil
	}
	compressed := rest[0] != 0
	_, rest, ok1 := bytes.Cut(rest[2:], []byte{0})
	_, text, ok2 := bytes.Cut(rest, []byte{0})
	if !ok1 || !ok2 {
		return "", nil
	}
	if compressed {
		text = inflate(text)
	}
	return string(key), text
}

// readRawProfile reads the text chunk in which ImageMagick and ExifTool keep
// what PNG has no place for: a line with a name, one with a length, hexadecimal.
func (c *container) readRawProfile(kind string, body []byte) {
	key, text, ok := bytes.Cut(body, []byte{0})
	name, isProfile := strings.CutPrefix(string(key), "Raw profile type ")
	if !ok || !isProfile || len(text) == 0 {
		return
	}
	if kind == "zTXt" {
		text = inflate(text[1:])
	}
	fields := bytes.Fields(text)
	if len(fields) < 3 || len(text) > 2*maxBlock {
		return
	}
	profile, err := hex.DecodeString(string(bytes.Join(fields[2:], nil)))
	if err != nil {
		return
	}
	switch {
	case name == "iptc" && bytes.HasPrefix(profile, []byte("8BIM")):
		c.photoshop = profile
	case name == "iptc":
		c.iim = profile
	case name == "exif" || name == "APP1":
		if tiff, ok := bytes.CutPrefix(profile, []byte(signatureEXIF)); ok && c.exif == nil {
			c.exif = tiff
		}
	}
}

func (c *container) readWebP(data []byte) {
	rest := data[min(12, len(data)):]
	for len(rest) >= 8 {
		n := uint64(binary.LittleEndian.Uint32(rest[4:]))
		if n+8 > uint64(len(rest)) {
			return
		}
		kind, body := string(rest[:4]), rest[8:8+n]
		rest = rest[min(8+n+n%2, uint64(len(rest))):]
		switch kind {
		case "EXIF":
			c.exif = bytes.TrimPrefix(body, []byte(signatureEXIF))
		case "XMP ":
			c.xmp = body
		case "ICCP":
			c.icc = body
		}
	}
}

// inflate returns at most maxBlock bytes of what a zlib stream holds.
func inflate(data []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(r, maxBlock))
	if err != nil {
		return nil
	}
	return out
}
