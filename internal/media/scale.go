package media

import (
	"encoding/binary"
	"math"
	"runtime"
	"sync"
)

// The resampler works on planes of bytes with integer weights, in two passes. For
// photographs it does in a tenth of the time and memory what a general one does
// that goes through RGBA and floats; see BenchmarkScale.

const (
	weightBits = 14
	weightOne  = 1 << weightBits
	halveFrom  = 3
)

// kernel holds, for each pixel of the result, where its sources begin and their
// weights, which sum to weightOne.
type kernel struct {
	taps    int
	starts  []int
	weights []int32 // taps for each pixel
}

// newKernel makes Catmull-Rom weights to bring from pixels to to. When it
// shrinks, the curve is stretched over all pixels that fall into one.
func newKernel(from, to int) kernel {
	ratio := float64(from) / float64(to)
	stretch := max(ratio, 1)
	taps := min(int(math.Ceil(4*stretch))+1, from)
	k := kernel{taps, make([]int, to), make([]int32, to*taps)}
	w := make([]float64, taps)
	for i := range to {
		center := (float64(i)+0.5)*ratio - 0.5
		start := min(max(int(math.Ceil(center-2*stretch)), 0), from-taps)
		sum := 0.0
		for t := range w {
			w[t] = catmullRom((float64(start+t) - center) / stretch)
			sum += w[t]
		}
		k.starts[i] = start
		left, largest := int32(weightOne), 0
		out := k.weights[i*taps:][:taps]
		for t := range w {
			out[t] = int32(math.Round(w[t] / sum * weightOne))
			left -= out[t]
			if out[t] > out[largest] {
				largest = t
			}
		}
		out[largest] += left // so that a plain area stays exactly as it is
	}
	return k
}

func catmullRom(t float64) float64 {
	t = math.Abs(t)
	switch {
	case t < 1:
		return (1.5*t-2.5)*t*t + 1
	case t < 2:
		return ((-0.5*t+2.5)*t-4)*t + 2
	}
	return 0
}

// scale returns src at another size. What is to shrink much is first halved, as
// long as the rest still is a shrinking by half: that costs next to nothing, and
// the long kernel's work falls with it.
func scale(src plane, w, h int) plane {
	for src.w >= halveFrom*w && src.h >= halveFrom*h {
		src = halve(src)
	}
	if src.w == w && src.h == h {
		return src
	}
	narrow := src
	if w != src.w {
		narrow = newPlane(w, src.h)
		k := newKernel(src.w, w)
		inBands(src.h, func(from, to int) {
			for y := from; y < to; y++ {
				k.scaleRow(narrow.row(y), src.row(y))
			}
		})
	}
	if h == src.h {
		return narrow
	}
	out := newPlane(w, h)
	k := newKernel(src.h, h)
	inBands(h, func(from, to int) {
		sums := make([]int32, w)
		for y := from; y < to; y++ {
			k.scaleColumns(out.row(y), &narrow, y, sums)
		}
	})
	return out
}

// halve makes one pixel of four. An odd last row or column counts twice.
func halve(src plane) plane {
	out := newPlane((src.w+1)/2, (src.h+1)/2)
	inBands(out.h, func(from, to int) {
		for y := from; y < to; y++ {
			halveRow(out.row(y), src.row(2*y), src.row(min(2*y+1, src.h-1)))
		}
	})
	return out
}

// halveRow adds up eight pixels of both rows at a time: in a register of 64 bits
// there is room for four sums of sixteen.
func halveRow(out, a, b []uint8) {
	const (
		even  = 0x00ff00ff00ff00ff
		round = 0x0002000200020002
	)
	x := 0
	for ; 2*x+8 <= len(a) && x+4 <= len(out); x += 4 {
		va, vb := binary.LittleEndian.Uint64(a[2*x:]), binary.LittleEndian.Uint64(b[2*x:])
		sum := (va & even) + (va >> 8 & even) + (vb & even) + (vb >> 8 & even) + round
		sum = sum >> 2 & even
		sum |= sum >> 8 // bytes 0, 2, 4, 6 to pairs
		binary.LittleEndian.PutUint32(out[x:], uint32(sum&0xffff)|uint32(sum>>32&0xffff)<<16)
	}
	for ; x < len(out); x++ {
		right := min(2*x+1, len(a)-1)
		out[x] = uint8((int(a[2*x]) + int(a[right]) + int(b[2*x]) + int(b[right]) + 2) / 4) //nolint:gosec // a mean of bytes
	}
}

func (k *kernel) scaleRow(out, in []uint8) {
	for x := range out {
		sum := int32(weightOne / 2)
		weights := k.weights[x*k.taps:][:k.taps]
		source := in[k.starts[x]:][:len(weights)]
		for t, v := range source {
			sum += int32(v) * weights[t]
		}
		out[x] = clampSum(sum)
	}
}

// scaleColumns makes row y of the result, taking whole rows of the source in turn.
func (k *kernel) scaleColumns(out []uint8, src *plane, y int, sums []int32) {
	sums = sums[:len(out)]
	for i := range sums {
		sums[i] = weightOne / 2
	}
	for t, weight := range k.weights[y*k.taps:][:k.taps] {
		if weight == 0 {
			continue
		}
		row := src.row(k.starts[y] + t)[:len(sums)]
		for x, v := range row {
			sums[x] += int32(v) * weight
		}
	}
	for x, s := range sums {
		out[x] = clampSum(s)
	}
}

func clampSum(s int32) uint8 {
	s >>= weightBits
	if uint32(s) > 255 { //nolint:gosec // a negative number becomes a large one
		return uint8(^s >> 31) //nolint:gosec // 0 below, 255 above
	}
	return uint8(s) //nolint:gosec // within a byte
}

// inBands runs fn on parts of the rows 0 to n, on all processors.
func inBands(n int, fn func(from, to int)) {
	bands := min(runtime.GOMAXPROCS(0), n/16+1)
	var group sync.WaitGroup
	for i := range bands {
		group.Go(func() { fn(i*n/bands, (i+1)*n/bands) })
	}
	group.Wait()
}

// scale returns the picture at another size, with colour planes of half that.
func (p *picture) scale(w, h int) *picture {
	out := &picture{y: scale(p.y, w, h)}
	if !p.grey() {
		out.cb = scale(p.cb, (w+1)/2, (h+1)/2)
		out.cr = scale(p.cr, (w+1)/2, (h+1)/2)
	}
	return out
}

// orient turns a picture as EXIF's orientation (1 to 8) asks.
func (p *picture) orient(orientation int) *picture {
	if orientation <= 1 {
		return p
	}
	return &picture{orient(p.y, orientation), orient(p.cb, orientation), orient(p.cr, orientation)}
}

// sideways reports whether an orientation swaps width and height.
func sideways(orientation int) bool { return orientation >= 5 }

func orient(p plane, orientation int) plane {
	w, h := p.w, p.h
	if sideways(orientation) {
		w, h = h, w
	}
	out := newPlane(w, h)
	for y := range h {
		row := out.row(y)
		for x := range row {
			sx, sy := x, y
			if sideways(orientation) {
				sx, sy = y, x
			}
			// After the swap, what is left is to mirror either axis of the source.
			switch orientation {
			case 2, 8:
				sx = p.w - 1 - sx
			case 3, 7:
				sx, sy = p.w-1-sx, p.h-1-sy
			case 4, 6:
				sy = p.h - 1 - sy
			}
			row[x] = p.pix[sy*p.stride+sx]
		}
	}
	return out
}
