package family

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/bits"
	"slices"
)

// How texts are compared: A. Broder, "On the resemblance and containment of documents"
// (1997). The resemblance of two texts is the share of features that both have among
// those that either has (Jaccard). For a random order of all features, the chance that
// two sets have the same first one is their resemblance; a Fingerprint has the first
// ones by Bands×Rows orders. Texts that have Rows of them in common one after another
// share a band and are compared: the chance of that is 1-(1-s^Rows)^Bands for a
// resemblance of s (Indyk and Motwani 1998).
//
// The features are names and numbers, not Broder's runs of words: see features. What
// that choice, the numbers here and the thresholds are worth is measured on a labelled
// set by TestPrecisionAndRecall; docs/wire-families.md has the figures.
const (
	Bands = 24
	Rows  = 2

	SameAgency      = 0.50 // likeness from which two of an agency's texts are one story
	BetweenAgencies = 0.32 // and two of different agencies
)

// A Fingerprint is what is kept of a text to compare it by: a hash of each feature, in
// order. It is empty for a text that has too few names and numbers to be told apart.
type Fingerprint []uint32

// Empty reports whether there is nothing to compare.
func (f Fingerprint) Empty() bool { return len(f) < minFeatures }

// FingerprintOf makes the fingerprint of a text of any length; what is beyond its
// first 400 words is not read.
func FingerprintOf(text string) Fingerprint { return fingerprint(features(text)) }

func fingerprint(list []string) Fingerprint {
	if len(list) < minFeatures {
		return nil
	}
	f := make(Fingerprint, len(list))
	for i, w := range list {
		h := fnv.New32a()
		_, _ = h.Write([]byte(w)) // never fails
		f[i] = h.Sum32()
	}
	slices.Sort(f)
	return slices.Compact(f)
}

const golden = 0x9e3779b97f4a7c15

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit of the
// result depends on every bit of x.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Likeness is the resemblance of two texts, from 0 to 1.
func (f Fingerprint) Likeness(g Fingerprint) float64 {
	if f.Empty() || g.Empty() {
		return 0
	}
	both := f.shared(g)
	return float64(both) / float64(len(f)+len(g)-both)
}

func (f Fingerprint) shared(g Fingerprint) (both int) {
	for i, j := 0, 0; i < len(f) && j < len(g); {
		switch {
		case f[i] == g[j]:
			both++
			i++
			j++
		case f[i] < g[j]:
			i++
		default:
			j++
		}
	}
	return both
}

// Bands are what texts that are alike share at least one of, as positive numbers.
func (f Fingerprint) Bands() []int64 {
	if f.Empty() {
		return nil
	}
	var first [Bands * Rows]uint32
	for i := range first {
		first[i] = math.MaxUint32
	}
	for _, v := range f {
		x := uint64(v)
		for i := range first {
			x = mix(x + golden)
			first[i] = min(first[i], uint32(x>>32))
		}
	}
	list := make([]int64, Bands)
	for b := range list {
		x := uint64(b)
		for _, v := range first[b*Rows : (b+1)*Rows] {
			x = mix(bits.RotateLeft64(x, 32) ^ uint64(v) + golden)
		}
		list[b] = int64(x >> 1)
	}
	return list
}

// Bytes is the fingerprint for storing.
func (f Fingerprint) Bytes() []byte {
	b := make([]byte, 0, 4*len(f))
	for _, v := range f {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// FromBytes reads what Bytes gave; anything else is an empty fingerprint.
func FromBytes(b []byte) Fingerprint {
	if len(b)%4 != 0 || len(b) > 4*maxFeatures {
		return nil
	}
	f := make(Fingerprint, len(b)/4)
	for i := range f {
		f[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return f
}
