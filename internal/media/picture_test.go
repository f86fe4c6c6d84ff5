package media

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"strings"
	"testing"

	xdraw "golang.org/x/image/draw"

	"broadsheet/internal/errs"
)

// developAll is what an upload does with a file.
func developAll(data []byte) ([]pixels, error) {
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	c := parseContainer(f, data)
	if _, _, err := configure(&c, data); err != nil {
		return nil, err
	}
	_, orientation := c.metadata()
	return develop(&c, data, orientation)
}

func developed(t testing.TB, data []byte) []image.Image {
	t.Helper()
	px, err := developAll(data)
	if err != nil {
		t.Fatal(err)
	}
	var all []image.Image
	for _, p := range px {
		img, err := jpeg.Decode(bytes.NewReader(p.jpeg))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Dx() != p.width {
			t.Errorf("rendition %d is %d wide", p.width, img.Bounds().Dx())
		}
		all = append(all, img)
	}
	return all
}

// psnr compares two pictures of one size, in dB; 35 and more look the same.
func psnr(t testing.TB, a, b image.Image) float64 {
	t.Helper()
	if a.Bounds().Size() != b.Bounds().Size() {
		t.Fatalf("sizes %v and %v", a.Bounds().Size(), b.Bounds().Size())
	}
	var sum float64
	size := a.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			r1, g1, b1, _ := a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y).RGBA()
			r2, g2, b2, _ := b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y).RGBA()
			for _, d := range []float64{float64(r1) - float64(r2), float64(g1) - float64(g2), float64(b1) - float64(b2)} {
				sum += d * d / 65536
			}
		}
	}
	return 10 * math.Log10(255*255/(sum/float64(3*size.X*size.Y)))
}

func TestRenditionsLookLikeTheOriginal(t *testing.T) {
	src := landscape(1501, 1000)
	rgba64 := image.NewNRGBA64(src.Bounds())
	draw.Draw(rgba64, src.Bounds(), src, image.Point{}, draw.Src)
	for name, data := range map[string][]byte{"jpeg": encodeJPEG(t, src), "png": encodePNG(t, src), "16-bit png": encodePNG(t, rgba64)} {
		all := developed(t, data)
		if len(all) != 5 {
			t.Fatalf("%s: %d renditions, want 5", name, len(all))
		}
		for _, img := range all {
			want := image.NewRGBA(img.Bounds())
			xdraw.CatmullRom.Scale(want, want.Bounds(), src, src.Bounds(), draw.Src, nil)
			if db := psnr(t, img, want); db < 33 {
				t.Errorf("%s at %d: %.1f dB away from the general resampler", name, img.Bounds().Dx(), db)
			}
		}
	}
}

func near(t *testing.T, what string, got color.Color, r, g, b uint8, tolerance int) {
	t.Helper()
	c := color.NRGBAModel.Convert(got).(color.NRGBA)
	if abs(int(c.R)-int(r)) > tolerance || abs(int(c.G)-int(g)) > tolerance || abs(int(c.B)-int(b)) > tolerance {
		t.Errorf("%s is %v, want about %d %d %d", what, c, r, g, b)
	}
}

func TestOrientation(t *testing.T) {
	// Where the red flag at the top left of the file is seen, for each orientation.
	const w, h = 64, 40
	corners := map[uint16][2]int{1: {0, 0}, 2: {w, 0}, 3: {w, h}, 4: {0, h}, 5: {0, 0}, 6: {h, 0}, 7: {h, w}, 8: {0, w}}
	plain := encodeJPEG(t, landscape(w, h))
	for orientation, corner := range corners {
		img := developed(t, withSegments(plain, orientationBlock(orientation)))[0]
		size := img.Bounds().Size()
		if want := (image.Point{w, h}); orientation >= 5 && size != (image.Point{h, w}) || orientation < 5 && size != want {
			t.Errorf("orientation %d: size %v", orientation, size)
			continue
		}
		near(t, "the flag", img.At(min(max(corner[0], 1), size.X-2), min(max(corner[1], 1), size.Y-2)), 220, 20, 30, 24)
	}
	turned := developed(t, withSegments(encodeJPEG(t, landscape(1000, 667)), orientationBlock(6)))
	if n := len(turned); n != 3 || turned[2].Bounds().Size() != (image.Point{667, 1000}) || turned[0].Bounds().Size() != (image.Point{320, 480}) {
		t.Errorf("a turned photograph has %d renditions, the largest %v", n, turned[n-1].Bounds())
	}
}

func TestOrientTwiceIsNothing(t *testing.T) {
	p := plane{3, 2, 3, []uint8{1, 2, 3, 4, 5, 6}}
	for _, pair := range [][2]int{{2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 8}, {7, 7}, {8, 6}} {
		back := orient(orient(p, pair[0]), pair[1])
		if back.w != 3 || !bytes.Equal(back.pix, p.pix) {
			t.Errorf("orientations %v give %v", pair, back)
		}
	}
	if got := orient(p, 6); got.w != 2 || !bytes.Equal(got.pix, []uint8{4, 1, 5, 2, 6, 3}) {
		t.Errorf("turned right: %v", got)
	}
}

func TestCMYK(t *testing.T) {
	for _, test := range []struct{ c, m, y, k, r, g, b uint8 }{
		{0, 0, 0, 0, 255, 255, 255},
		{0, 255, 255, 0, 255, 0, 0},
		{0, 0, 0, 255, 0, 0, 0},
		{255, 0, 0, 128, 0, 127, 127},
	} {
		img := developed(t, plainCMYK(40, test.c, test.m, test.y, test.k))[0]
		near(t, "CMYK", img.At(20, 20), test.r, test.g, test.b, 4)
	}
}

func TestGreyStaysGrey(t *testing.T) {
	src := image.NewGray(image.Rect(0, 0, 400, 300))
	draw.Draw(src, src.Bounds(), landscape(400, 300), image.Point{}, draw.Src)
	deep := image.NewGray16(src.Bounds())
	draw.Draw(deep, src.Bounds(), src, image.Point{}, draw.Src)
	for name, data := range map[string][]byte{"jpeg": encodeJPEG(t, src), "png": encodePNG(t, src), "16-bit": encodePNG(t, deep)} {
		img, ok := developed(t, data)[1].(*image.Gray)
		if !ok {
			t.Errorf("%s: a grey photograph became %T", name, developed(t, data)[1])
			continue
		}
		if db := psnr(t, img, src); db < 35 {
			t.Errorf("%s: %.1f dB", name, db)
		}
	}
}

func TestTransparencyBecomesPaper(t *testing.T) {
	half := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	deep := image.NewNRGBA64(half.Bounds())
	indexed := image.NewPaletted(half.Bounds(), color.Palette{color.NRGBA{}, color.NRGBA{0, 0, 255, 255}})
	for y := range 64 {
		for x := 32; x < 64; x++ {
			half.SetNRGBA(x, y, color.NRGBA{0, 0, 255, 128})
			deep.SetNRGBA64(x, y, color.NRGBA64{0, 0, 65535, 32896})
			indexed.SetColorIndex(x, y, 1)
		}
	}
	for name, img := range map[string]image.Image{"8-bit": half, "16-bit": deep, "indexed": indexed} {
		out := developed(t, encodePNG(t, img))[0]
		near(t, name+": nothing on paper", out.At(8, 8), paper[0], paper[1], paper[2], 3)
		if name == "indexed" {
			near(t, name, out.At(56, 8), 0, 0, 255, 5)
			continue
		}
		near(t, name+": half on paper", out.At(56, 8), 127, 126, 251, 5)
	}
}

// The four quarters of this 32 by 32 picture are 200,40,40; 40,180,60; 30,60,200
// and 240,240,240, encoded by cwebp (lossy, lossless, and lossy with the right
// half transparent).
var webps = map[string]string{
	"lossy":    "UklGRnQAAABXRUJQVlA4IGgAAACQBQCdASogACAAPi0QhkKhoQ36AAwBYloAJ0yhHA3gH4V/rN/ZucM0C7O/th/YM/7C4GQfAAD+9Vi//mqPYB1v/pdCJWXwwNBbeQ09h2vvv/Af4dhzQ8LxUzBFf/i/Aezjf+4/zQAAAA==",
	"lossless": "UklGRkYAAABXRUJQVlA4TDkAAAAvH8AHAB8gECAmxEiTLUdIQHQDbTfDBIEAsSVMkEQJ8x9/AyYEwmyjSU5ykkdw/4j+h+q2/VYB/AIA",
	"alpha":    "UklGRqIAAABXRUJQVlA4WAoAAAAQAAAAHwAAHwAAQUxQSBMAAAABDzD/ERFCLJjMXzqC/oj+R/EGAFZQOCBoAAAAkAUAnQEqIAAgAD4tEIZCoaEN+gAMAWJaACdMoRwN4B+Ff6zf2bnDNAuzv7Yf2DP+wuBkHwAA/vVYv/5qj2Adb/6XQiVl8MDQW3kNPYdr77/wH+HYc0PC8VMwRX/4vwHs43/uP80AAAA=",
}

func TestWebP(t *testing.T) {
	for name, text := range webps {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		img := developed(t, data)[0]
		near(t, name+" top left", img.At(8, 8), 200, 40, 40, 9)
		near(t, name+" bottom left", img.At(8, 24), 30, 60, 200, 9)
		if name == "alpha" {
			near(t, name+" right", img.At(24, 24), paper[0], paper[1], paper[2], 4)
			continue
		}
		near(t, name+" bottom right", img.At(24, 24), 240, 240, 240, 9)
	}
}

func TestColourProfile(t *testing.T) {
	// The full green of Adobe RGB is outside of sRGB; a middle one moves a little.
	src := image.NewNRGBA(image.Rect(0, 0, 32, 32))
	draw.Draw(src, src.Bounds(), image.NewUniform(color.NRGBA{120, 180, 90, 255}), image.Point{}, draw.Src)
	adobe, srgb := matrixProfile(adobeRGB, gamma(2.2)), matrixProfile(plainRGB, gamma(2.2))
	for name, test := range map[string]struct {
		profile string
		r, g, b uint8
	}{
		"adobe": {adobe, 80, 182, 82}, "srgb": {srgb, 120, 180, 90}, "none": {"rubbish", 120, 180, 90},
		"infinite curve":                {matrixProfile(adobeRGB, parametric(0, -2)), 120, 180, 90},
		"adobe with a parametric curve": {matrixProfile(adobeRGB, parametric(0, 2.2)), 80, 182, 82},
		"srgb as it is usually written": {matrixProfile(plainRGB, parametric(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)), 120, 180, 90},
		"adobe with a sampled curve":    {matrixProfile(adobeRGB, sampled(func(v float64) float64 { return math.Pow(v, 2.2) })), 80, 182, 82},
	} {
		data := withSegments(encodeJPEG(t, src), segment(markerAPP2, signatureICC+"\x01\x01"+test.profile))
		near(t, name, developed(t, data)[0].At(16, 16), test.r, test.g, test.b, 4)
	}
}

// Primaries, adapted to D50: rows X, Y, Z.
var (
	adobeRGB = [9]float64{0.60974, 0.20528, 0.14919, 0.31111, 0.62567, 0.06322, 0.01947, 0.06087, 0.74457}
	plainRGB = [9]float64{0.43607, 0.38515, 0.14307, 0.22249, 0.71687, 0.06061, 0.01392, 0.09708, 0.71410}
)

func be32(v uint32) string {
	return string([]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
}

func fixed(v float64) string { return be32(uint32(int32(math.Round(v * 65536)))) }

func gamma(g float64) string {
	return "curv\x00\x00\x00\x00" + be32(1) + be32(uint32(g * 256))[2:] + "\x00\x00"
}

func parametric(function byte, params ...float64) string {
	var b strings.Builder
	b.WriteString("para\x00\x00\x00\x00\x00" + string([]byte{function}) + "\x00\x00")
	for _, v := range params {
		b.WriteString(fixed(v))
	}
	return b.String()
}

func sampled(curve func(float64) float64) string {
	var b strings.Builder
	b.WriteString("curv\x00\x00\x00\x00" + be32(512))
	for i := range 512 {
		b.WriteString(be32(uint32(curve(float64(i)/511) * 65535))[2:])
	}
	return b.String()
}

// matrixProfile makes an ICC profile of primaries and a curve.
func matrixProfile(m [9]float64, curve string) string {
	header := strings.Repeat("\x00", 16) + "RGB XYZ " + strings.Repeat("\x00", 104)
	table, data := []byte(be32(6)), []byte(nil)
	at := uint32(128 + 4 + 6*12)
	for i, c := range []string{"r", "g", "b"} {
		xyz := "XYZ \x00\x00\x00\x00" + fixed(m[i]) + fixed(m[3+i]) + fixed(m[6+i])
		table = append(table, c+"XYZ"+be32(at)+be32(uint32(len(xyz)))+c+"TRC"+be32(at+uint32(len(xyz)))+be32(uint32(len(curve)))...)
		data = append(append(data, xyz...), curve...)
		at += uint32(len(xyz) + len(curve))
	}
	return header + string(table) + string(data)
}

func TestRefusals(t *testing.T) {
	photo, drawing := encodeJPEG(t, landscape(64, 40)), encodePNG(t, landscape(64, 40))
	webp, _ := base64.StdEncoding.DecodeString(webps["lossy"])
	hugeWebP := bytes.Clone(webp)
	copy(hugeWebP[26:], "\xff\x3f\xff\x3f") // 16383 by 16383 in the frame header
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"empty":            {nil, "is empty"},
		"gif":              {[]byte("GIF89a..."), "a GIF"},
		"svg":              {[]byte(`<?xml version="1.0"?><svg xmlns="...">`), "SVG"},
		"heic":             {[]byte("\x00\x00\x00\x18ftypheic\x00\x00"), "HEIC"},
		"avif":             {[]byte("\x00\x00\x00\x18ftypavif\x00\x00"), "AVIF"},
		"tiff":             {[]byte("II*\x00\x08\x00\x00\x00"), "TIFF"},
		"pdf":              {[]byte("%PDF-1.7"), "PDF"},
		"video":            {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00"), "video"},
		"web page":         {[]byte("<!DOCTYPE html><title>x"), "web page"},
		"text":             {[]byte("hello"), "not a photograph"},
		"truncated jpeg":   {photo[:len(photo)*2/3], "cut off"},
		"jpeg without end": {photo[:len(photo)-2], "cut off"},
		"jpeg header only": {photo[:20], "cut off"},
		"truncated png":    {drawing[:len(drawing)*2/3], "cut off"},
		"truncated webp":   {webp[:len(webp)*2/3], "cut off"},
		"damaged png":      {bytes.Replace(drawing, []byte("IDAT"), []byte("IDOT"), 1), "damaged"},
		"jpeg bomb":        {claimSize(photo, 60_000, 60_000), "megapixels"},
		"png bomb":         {claimSize(drawing, 60_000, 60_000), "megapixels"},
		"webp bomb":        {hugeWebP, "megapixels"},
		"long strip":       {claimSize(drawing, 1, 40_000), "on one side"},
		"no pixels":        {claimSize(photo, 0, 10), "no pixels"},
		"deep png bomb":    {claimSize(encodePNG(t, image.NewNRGBA64(image.Rect(0, 0, 4, 4))), 9_900, 9_900), "too much memory"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := developAll(test.data)
			kind, message := errs.Of(err)
			if kind != errs.Invalid || !strings.Contains(message, test.want) || !strings.HasSuffix(message, ".") {
				t.Errorf("refused with %v, want Invalid with %q", err, test.want)
			}
		})
	}
}

func TestInspectTooLarge(t *testing.T) {
	_, err := Inspect(bytes.NewReader(make([]byte, MaxFile+1)))
	if _, message := errs.Of(err); !errors.Is(err, errs.Invalid) || !strings.Contains(message, "larger than 40 MB") {
		t.Errorf("Inspect of a file that is too large: %v", err)
	}
}

// Parts of valid files never crash the program, whatever the decoders do.
func TestEveryPrefixIsRefusedOrRead(t *testing.T) {
	for name, data := range map[string][]byte{
		"jpeg": withSegments(encodeJPEG(t, landscape(24, 16)), segment(markerAPP13, iimBlock("\x02\x50", "Ana")), orientationBlock(6)),
		"png":  withChunk(encodePNG(t, landscape(24, 16)), "iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00<x/>"),
	} {
		for n := range len(data) {
			if _, err := developAll(data[:n]); !errors.Is(err, errs.Invalid) {
				t.Fatalf("the first %d of %d bytes of a %s: %v", n, len(data), name, err)
			}
		}
	}
}

func TestScaleKeepsPlainAreas(t *testing.T) {
	for _, v := range []uint8{0, 1, 127, 254, 255} {
		p := newPlane(97, 31)
		for i := range p.pix {
			p.pix[i] = v
		}
		for _, size := range [][2]int{{96, 31}, {13, 7}, {1, 1}, {97, 3}, {200, 90}} {
			for _, got := range func() []uint8 { q := scale(p, size[0], size[1]); return q.pix }() {
				if got != v {
					t.Fatalf("a plain %d becomes %d at %v", v, got, size)
				}
			}
		}
	}
}

func TestHalve(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {2, 2}, {7, 5}, {16, 3}, {31, 8}, {33, 9}} {
		src := newPlane(size[0], size[1])
		for i := range src.pix {
			src.pix[i] = uint8(i * 97)
		}
		got := halve(src)
		for y := range got.h {
			for x := range got.w {
				x2, y2 := min(2*x+1, src.w-1), min(2*y+1, src.h-1)
				want := (int(src.row(2 * y)[2*x]) + int(src.row(2 * y)[x2]) + int(src.row(y2)[2*x]) + int(src.row(y2)[x2]) + 2) / 4
				if int(got.row(y)[x]) != want {
					t.Fatalf("%v at %d,%d: %d, want %d", size, x, y, got.row(y)[x], want)
				}
			}
		}
	}
}

func BenchmarkScale(b *testing.B) {
	src := landscape(6000, 4000)
	ycc := toPicture(src)
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ycc.scale(1920, 1280)
		}
	})
	b.Run("x-image-CatmullRom", func(b *testing.B) {
		b.ReportAllocs()
		out := image.NewRGBA(image.Rect(0, 0, 1920, 1280))
		for b.Loop() {
			xdraw.CatmullRom.Scale(out, out.Bounds(), src, src.Bounds(), draw.Src, nil)
		}
	})
	b.Run("x-image-ApproxBiLinear", func(b *testing.B) {
		out := image.NewRGBA(image.Rect(0, 0, 1920, 1280))
		for b.Loop() {
			xdraw.ApproxBiLinear.Scale(out, out.Bounds(), src, src.Bounds(), draw.Src, nil)
		}
	})
}

// BenchmarkDevelop makes all five renditions of a 24-megapixel photograph.
func BenchmarkDevelop(b *testing.B) {
	data := encodeJPEG(b, landscape(6000, 4000))
	b.Run("decode alone", func(b *testing.B) {
		for b.Loop() {
			if _, err := jpeg.Decode(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("five renditions", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := developAll(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkLabel(b *testing.B) {
	px, err := developAll(encodeJPEG(b, landscape(1920, 1280)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := label(px[4].jpeg, &fromFullXMP); err != nil {
			b.Fatal(err)
		}
	}
}
