package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"
)

// This file makes the photographs that the tests take in.

// landscape is a picture with soft and sharp parts, in which no two corners are alike.
func landscape(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := float64(x)/float64(w), float64(y)/float64(h)
			sky := uint8(120 + 100*fy)
			wave := uint8(40 * (1 + math.Sin(fx*40+fy*25)) * fx)
			img.SetNRGBA(x, y, color.NRGBA{uint8(200 * fx), sky - wave/2, 255 - sky + wave, 255})
		}
	}
	for y := range h / 8 { // a red flag at the top left
		for x := range w / 8 {
			img.SetNRGBA(x, y, color.NRGBA{220, 20, 30, 255})
		}
	}
	return img
}

func encodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withSegments puts application segments into a JPEG.
func withSegments(data []byte, segments ...[]byte) []byte {
	out := []byte{0xff, markerSOI}
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, data[2:]...)
}

func segment(marker byte, body string) []byte { return appendSegment(nil, marker, []byte(body)) }

// withChunk puts a chunk behind a PNG's header.
func withChunk(data []byte, kind, body string) []byte {
	const afterHeader = 8 + 25
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, kind...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(append([]byte{}, data[:afterHeader]...), chunk...), data[afterHeader:]...)
}

// iimBlock makes Photoshop's image resources with IIM among them.
func iimBlock(sets ...string) string {
	var b strings.Builder
	for i := 0; i < len(sets); i += 2 {
		b.WriteString("\x1c" + sets[i] + string(binary.BigEndian.AppendUint16(nil, uint16(len(sets[i+1])))) + sets[i+1])
	}
	iim := b.String()
	block := signaturePhotoshop + "8BIM\x04\x25\x04name\x00\x00\x00\x00\x03odd\x00" // another resource first
	block += "8BIM\x04\x04\x00\x00" + string(binary.BigEndian.AppendUint32(nil, uint32(len(iim)))) + iim
	return block + "\x00\x00"[:len(iim)%2]
}

func xmpPacket(body string) string {
	return signatureXMP + `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 ` + body + `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
}

// A tiffTag is an entry of the EXIF that exifBlock makes.
type tiffTag struct {
	tag   uint16
	value any // string or uint16
}

// exifBlock makes a little-endian TIFF structure with a main directory, an EXIF
// directory, and one for GPS if there are any tags in it.
func exifBlock(main, exif, gps []tiffTag) string {
	le := binary.LittleEndian
	size := func(tags []tiffTag, pointers int) int { return 2 + 12*(len(tags)+pointers) + 4 }
	mainAt, data := 8, []byte{}
	exifAt := mainAt + size(main, 2)
	gpsAt := exifAt + size(exif, 0)
	dataAt := gpsAt + size(gps, 0)
	directory := func(tags []tiffTag, pointers map[uint16]int) []byte {
		out := le.AppendUint16(nil, uint16(len(tags)+len(pointers)))
		for _, t := range tags {
			out = le.AppendUint16(out, t.tag)
			switch v := t.value.(type) {
			case uint16:
				out = le.AppendUint16(le.AppendUint16(le.AppendUint32(le.AppendUint16(out, 3), 1), v), 0)
			case string:
				v += "\x00"
				out = le.AppendUint32(le.AppendUint16(out, 2), uint32(len(v)))
				if len(v) <= 4 {
					out = append(out, (v + "\x00\x00\x00")[:4]...)
					continue
				}
				out = le.AppendUint32(out, uint32(dataAt+len(data)))
				data = append(data, v...)
			}
		}
		for _, tag := range []uint16{0x8769, 0x8825} {
			if at, ok := pointers[tag]; ok {
				out = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(out, tag), 4), 1), uint32(at))
			}
		}
		return le.AppendUint32(out, 0)
	}
	out := append([]byte("II*\x00"), le.AppendUint32(nil, uint32(mainAt))...)
	out = append(out, directory(main, map[uint16]int{0x8769: exifAt, 0x8825: gpsAt})...)
	out = append(out, directory(exif, nil)...)
	out = append(out, directory(gps, nil)...)
	return signatureEXIF + string(append(out, data...))
}

func orientationBlock(v uint16) []byte {
	return segment(markerAPP1, exifBlock([]tiffTag{{0x0112, v}}, nil, nil))
}

// claimSize overwrites the size in the header of a JPEG or PNG.
func claimSize(data []byte, w, h int) []byte {
	data = bytes.Clone(data)
	if data[0] == 0x89 {
		binary.BigEndian.PutUint32(data[16:], uint32(w))
		binary.BigEndian.PutUint32(data[20:], uint32(h))
		binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
		return data
	}
	sof := bytes.Index(data, []byte{0xff, markerSOF0})
	binary.BigEndian.PutUint16(data[sof+5:], uint16(h))
	binary.BigEndian.PutUint16(data[sof+7:], uint16(w))
	return data
}

// plainCMYK makes a baseline JPEG with four components and one colour, as Adobe
// writes it: inverted. The standard library cannot write these. Each component
// is one byte; a block has only its DC coefficient.
func plainCMYK(size int, c, m, y, k uint8) []byte {
	out := []byte{0xff, markerSOI}
	out = append(out, segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x00")...) // transform 0: CMYK
	out = append(out, segment(0xdb, "\x00"+string(bytes.Repeat([]byte{1}, 64)))...)
	frame := []byte{8, byte(size >> 8), byte(size), byte(size >> 8), byte(size), 4}
	scan := []byte{4}
	for id := range byte(4) {
		frame = append(frame, id+1, 0x11, 0)
		scan = append(scan, id+1, 0)
	}
	out = append(out, segment(markerSOF0, string(frame))...)
	// Twelve codes of four bits: the categories 0 to 11. One AC code: end of block.
	out = append(out, segment(markerDHT, "\x00\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b")...)
	out = append(out, segment(markerDHT, "\x10\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")...)
	out = append(out, segment(markerSOS, string(append(scan, 0, 63, 0)))...)
	var bits []bool
	write := func(v, n int) {
		for n--; n >= 0; n-- {
			bits = append(bits, v>>n&1 == 1)
		}
	}
	blocks := (size + 7) / 8
	for block := range blocks * blocks {
		for _, v := range []uint8{c, m, y, k} {
			diff := 0
			if block == 0 {
				diff = (int(255-v) - 128) * 8
			}
			category, magnitude := 0, max(diff, -diff)
			for ; magnitude>>category > 0; category++ {
			}
			write(category, 4)
			if diff < 0 {
				diff += 1<<category - 1
			}
			write(diff, category)
			write(0, 1) // end of block
		}
	}
	for len(bits)%8 != 0 {
		bits = append(bits, true)
	}
	for i := 0; i < len(bits); i += 8 {
		var b byte
		for _, bit := range bits[i : i+8] {
			b <<= 1
			if bit {
				b |= 1
			}
		}
		out = append(out, b)
		if b == 0xff {
			out = append(out, 0)
		}
	}
	return append(out, 0xff, markerEOI)
}
