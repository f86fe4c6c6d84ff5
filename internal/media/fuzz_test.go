package media

import (
	"bytes"
	"errors"
	"image"
	"testing"
	"unicode/utf8"

	"broadsheet/internal/errs"
)

// checkMetadata is what must hold of metadata from any bytes at all.
func checkMetadata(t *testing.T, m Metadata) {
	t.Helper()
	if err := m.Validate(); err != nil {
		t.Error(err)
	}
	for _, f := range m.texts() {
		if !utf8.ValidString(*f.value) || bytes.ContainsRune([]byte(*f.value), 0) {
			t.Errorf("%s is not text: %q", f.name, *f.value)
		}
	}
}

func FuzzInspect(f *testing.F) {
	jpg, png := encodeJPEG(f, small), encodePNG(f, small)
	f.Add(withSegments(jpg, segment(markerAPP1, xmpPacket(fullXMP)), orientationBlock(6)))
	f.Add(withSegments(jpg, segment(markerAPP13, iimBlock("\x01\x5a", charsetUTF8, "\x02\x50", "é", "\x02\x37", "20261120", "\x02\x3c", "183000+0100"))))
	f.Add(withChunk(png, "iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00<x/>"))
	f.Add(withChunk(png, "zTXt", "Raw profile type iptc\x00\x00xx"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\x02\x00\x00\x00II"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Inspect(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		checkMetadata(t, m)
		labelled, err := label(jpg, &m)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Inspect(bytes.NewReader(labelled))
		if err != nil || again.Caption != m.Caption || again.Photographer != m.Photographer {
			t.Errorf("written %+v, read %+v, %v", m, again, err)
		}
	})
}

func FuzzXMP(f *testing.F) {
	f.Add([]byte(xmpPacket(fullXMP)))
	f.Add([]byte(`<rdf:Description xmlns:rdf="` + nsRDF + `" xmlns:dc="` + nsDC + `" dc:title="x"><dc:rights rdf:resource="y"/></rdf:Description>`))
	f.Fuzz(func(t *testing.T, packet []byte) {
		m := fromXMP(parseXMP(packet))
		m.clean()
		m.shorten()
		checkMetadata(t, m)
	})
}

func FuzzIIM(f *testing.F) {
	f.Add([]byte(iimBlock("\x02\x50", "Fran\xe7ois", "\x02\x1e", "20261124"))[len(signaturePhotoshop):])
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, block := range [][]byte{data, iimResource(data)} {
			m := fromIIM(parseIIM(block))
			m.clean()
			m.shorten()
			checkMetadata(t, m)
		}
	})
}

func FuzzEXIF(f *testing.F) {
	f.Add([]byte(exifBlock([]tiffTag{{0x0112, uint16(6)}, {0x010e, "x"}}, []tiffTag{{0x9003, "2026:11:20 18:30:00"}}, nil))[len(signatureEXIF):])
	f.Fuzz(func(t *testing.T, data []byte) {
		if e := parseEXIF(data); e.orientation < 0 || e.orientation > 8 {
			t.Errorf("orientation %d", e.orientation)
		}
	})
}

func FuzzICC(f *testing.F) {
	f.Add([]byte(matrixProfile(adobeRGB, gamma(2.2))))
	f.Add([]byte(matrixProfile(adobeRGB, parametric(4, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045, 0, 0))))
	f.Add([]byte(matrixProfile(adobeRGB, parametric(0, -2))))
	f.Add([]byte(matrixProfile(adobeRGB, parametric(1, 2, 1, 0.1))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c := parseICC(data); c != nil {
			c.apply(toPicture(image.NewYCbCr(image.Rect(0, 0, 5, 3), image.YCbCrSubsampleRatio420)))
		}
	})
}

// FuzzUpload takes the way of an upload: sniff, header, decode, renditions. Its
// pictures are small, for speed.
func FuzzUpload(f *testing.F) {
	f.Add(withSegments(encodeJPEG(f, landscape(9, 7)), orientationBlock(8)))
	f.Add(encodePNG(f, landscape(9, 7)))
	f.Add(plainCMYK(9, 1, 2, 3, 4))
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if kind, err := sniff(data); err == nil {
			c := parseContainer(kind, data)
			if cfg, _, err := configure(&c, data); err == nil && cfg.Width*cfg.Height > 1<<16 {
				return
			}
		}
		px, err := developAll(data)
		if err != nil {
			if !errors.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, p := range px {
			if len(p.jpeg) == 0 {
				t.Errorf("rendition %d is empty", p.width)
			}
		}
	})
}
