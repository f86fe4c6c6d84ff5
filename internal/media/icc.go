package media

import (
	"encoding/binary"
	"image/color"
	"math"
)

// Published photographs are sRGB and carry no colour profile: one less thing to
// send, and profiles can name the machine that they were made for. So a picture
// in another RGB space (Adobe RGB, Display P3) is converted; see ICC.1:2022.

// A conversion brings a picture's RGB to sRGB.
type conversion struct {
	linear [3][256]float32 // light for each value of a channel
	matrix [9]float32      // to the light of sRGB's primaries
}

// fromD50 goes from the profile connection space to linear sRGB: the inverse of
// sRGB's primaries as adapted to D50 (Bradford).
var fromD50 = [9]float64{
	3.1338561, -1.6168667, -0.4906146,
	-0.9787684, 1.9161415, 0.0334540,
	0.0719453, -0.2289914, 1.4052427,
}

// parseICC returns nil for a profile that is sRGB or as good as, and for one that
// is no RGB profile made of primaries and curves.
func parseICC(icc []byte) *conversion {
	if len(icc) < 24 || string(icc[16:24]) != "RGB XYZ " {
		return nil
	}
	tags := iccTags(icc)
	var c conversion
	var primaries [9]float64
	for i, channel := range []string{"r", "g", "b"} {
		xyz := tags[channel+"XYZ"]
		if len(xyz) < 20 || !fillCurve(&c.linear[i], tags[channel+"TRC"]) {
			return nil
		}
		for row := range 3 {
			primaries[3*row+i] = s15(xyz[8+4*row:])
		}
	}
	for i := range c.matrix {
		row, col := i/3, i%3
		c.matrix[i] = float32(fromD50[3*row]*primaries[col] + fromD50[3*row+1]*primaries[3+col] + fromD50[3*row+2]*primaries[6+col])
	}
	if c.harmless() {
		return nil
	}
	return &c
}

// iccTags takes a profile apart: behind the header, a number of entries, each a
// name, an offset and a size.
func iccTags(icc []byte) map[string][]byte {
	const header, entry, most = 128, 12, 100
	tags := map[string][]byte{}
	if len(icc) < header+4 {
		return tags
	}
	n := min(binary.BigEndian.Uint32(icc[header:]), most)
	for table := icc[header+4:]; n > 0 && len(table) >= entry; n, table = n-1, table[entry:] {
		offset, size := uint64(binary.BigEndian.Uint32(table[4:])), uint64(binary.BigEndian.Uint32(table[8:]))
		if offset+size <= uint64(len(icc)) {
			tags[string(table[:4])] = icc[offset : offset+size]
		}
	}
	return tags
}

// fillCurve tabulates a tone curve. It is not ok if there is none, or if it gives
// what is no light.
func fillCurve(table *[256]float32, tag []byte) (ok bool) {
	curve := toneCurve(tag)
	if curve == nil {
		return false
	}
	for v := range table {
		light := curve(float64(v) / 255)
		if !(light >= 0 && light <= 1.001) { // not a number either
			return false
		}
		table[v] = float32(light)
	}
	return true
}

// harmless reports whether no colour of a coarse set changes by more than one can see.
func (c *conversion) harmless() bool {
	const tolerance = 4
	encode := encodeTable()
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				r2, g2, b2 := c.convert(encode, uint8(r), uint8(g), uint8(b))
				if abs(int(r2)-r) > tolerance || abs(int(g2)-g) > tolerance || abs(int(b2)-b) > tolerance {
					return false
				}
			}
		}
	}
	return true
}

func abs(v int) int { return max(v, -v) }

func s15(b []byte) float64 {
	return float64(int32(binary.BigEndian.Uint32(b))) / 65536 //nolint:gosec // a signed number by definition
}

// toneCurve reads a curveType or parametricCurveType: from a channel's value to
// light, both 0 to 1. It is nil if there is none.
func toneCurve(tag []byte) func(float64) float64 {
	if len(tag) < 12 {
		return nil
	}
	switch string(tag[:4]) {
	case "curv":
		return sampledCurve(tag[12:], uint64(binary.BigEndian.Uint32(tag[8:])))
	case "para":
		return parametricCurve(tag[12:], binary.BigEndian.Uint16(tag[8:]))
	}
	return nil
}

func sampledCurve(data []byte, n uint64) func(float64) float64 {
	switch {
	case n == 0:
		return func(v float64) float64 { return v }
	case 2*n > uint64(len(data)):
		return nil
	case n == 1:
		gamma := float64(binary.BigEndian.Uint16(data)) / 256
		return func(v float64) float64 { return math.Pow(v, gamma) }
	}
	return func(v float64) float64 {
		at, part := math.Modf(v * float64(n-1))
		i := int(at)
		low := float64(binary.BigEndian.Uint16(data[2*i:]))
		high := float64(binary.BigEndian.Uint16(data[2*min(i+1, int(n-1)):])) //nolint:gosec // bounded by len(data)
		return (low + (high-low)*part) / 65535
	}
}

// parametricCurve knows functions 0 to 4: (ax+b)^g+e from d on, and cx+f below it.
func parametricCurve(data []byte, function uint16) func(float64) float64 {
	counts := [...]int{1, 3, 4, 5, 7}
	if int(function) >= len(counts) || len(data) < 4*counts[function] {
		return nil
	}
	var p [7]float64 // g a b c d e f
	p[1] = 1
	for i := range counts[function] {
		p[i] = s15(data[4*i:])
	}
	g, a, b, c, d, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]
	switch function {
	case 1, 2:
		if a == 0 {
			return nil
		}
		e, f = p[3], p[3]
		c, d = 0, -b/a
	}
	return func(v float64) float64 {
		if v < d {
			return c*v + f
		}
		return math.Pow(max(a*v+b, 0), g) + e
	}
}

const encodeSteps = 4096

// encodeTable gives sRGB's byte for light in encodeSteps steps.
func encodeTable() *[encodeSteps + 1]uint8 {
	var table [encodeSteps + 1]uint8
	for i := range table {
		v := float64(i) / encodeSteps
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		table[i] = clamp8(math.Round(v * 255))
	}
	return &table
}

func (c *conversion) convert(encode *[encodeSteps + 1]uint8, r, g, b uint8) (r2, g2, b2 uint8) {
	lr, lg, lb := c.linear[0][r], c.linear[1][g], c.linear[2][b]
	m := &c.matrix
	step := func(v float32) uint8 { return encode[int(min(max(v, 0), 1)*encodeSteps+0.5)] }
	return step(m[0]*lr + m[1]*lg + m[2]*lb), step(m[3]*lr + m[4]*lg + m[5]*lb), step(m[6]*lr + m[7]*lg + m[8]*lb)
}

// apply converts a picture whose colour planes are half its size, in place.
func (c *conversion) apply(p *picture) {
	encode := encodeTable()
	inBands(p.cb.h, func(from, to int) {
		for cy := from; cy < to; cy++ {
			for cx := range p.cb.w {
				c.applyBlock(encode, p, cx, cy)
			}
		}
	})
}

// applyBlock converts the up to four pixels that share a colour.
func (c *conversion) applyBlock(encode *[encodeSteps + 1]uint8, p *picture, cx, cy int) {
	at := cy*p.cb.stride + cx
	cb, cr := p.cb.pix[at], p.cr.pix[at]
	var sumB, sumR, n int
	for y := 2 * cy; y < min(2*cy+2, p.y.h); y++ {
		for x := 2 * cx; x < min(2*cx+2, p.y.w); x++ {
			luma := &p.y.pix[y*p.y.stride+x]
			r, g, b := color.YCbCrToRGB(*luma, cb, cr)
			r, g, b = c.convert(encode, r, g, b)
			newY, newB, newR := color.RGBToYCbCr(r, g, b)
			*luma = newY
			sumB, sumR, n = sumB+int(newB), sumR+int(newR), n+1
		}
	}
	if n > 0 {
		p.cb.pix[at], p.cr.pix[at] = uint8(sumB/n), uint8(sumR/n) //nolint:gosec // means of bytes
	}
}
