package discussion

import (
	"math"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/errs"
)

// The ranking of the most active discussions. Every event (a comment, a vote)
// adds its weight, and what it added halves every HalfLife. Decay is applied
// forward: instead of letting old weights shrink as time goes by, which would
// change every story's figure all the time, a new weight is counted as larger,
// by a factor of two for each half-life between a fixed landmark and the event.
// All figures are then in the same money at every moment, so their order is
// right without ever being recomputed. See G. Cormode, V. Shkapenyuk,
// D. Srivastava, B. Xu, "Forward Decay: A Practical Time Decay Model for
// Streaming Systems", ICDE 2009.
const (
	HalfLife     = 6 * time.Hour
	FirstComment = 100 // hundredths: a person's first visible comment on a story that day
	NextComment  = 25  // each further one that day
	VoteWeight   = 10  // a vote for the discussion or for a live comment in it
)

const (
	landmarkMS = 1_577_836_800_000 // 2020-01-01T00:00:00Z
	halfLifeMS = int64(HalfLife / time.Millisecond)
	scaleBits  = 32  // a weight of 100 at the beginning of a period is 2^32
	maxPeriods = 128 // what lies further back is below 2^-128 of the newest
)

// A beat is the share of one half-life period (counted from the landmark) in a
// heat, in units of 2^-32 at the beginning of that period. Integers, so that
// what is taken back is exactly what was added: a sum of floating-point numbers
// would keep a residue for ever. 2^31 first comments in one period fit.
type beat struct{ period, sum int64 }

// beatOf returns what an event of a weight, in hundredths, adds at time t. The
// rounding is worth less than the millisecond to which times are kept.
func beatOf(t time.Time, weight int64) beat {
	ms := t.UnixMilli() - landmarkMS
	period := ms / halfLifeMS
	if ms%halfLifeMS < 0 {
		period--
	}
	part := float64(ms-period*halfLifeMS) / float64(halfLifeMS)
	return beat{period, int64(math.Round(math.Exp2(part+scaleBits) * float64(weight) / 100))}
}

func (b beat) negative() beat { return beat{b.period, -b.sum} }

// A heat is a story's forward-decayed counter: its beats, the newest period first.
type heat []beat

// add returns h with b counted in. A negative beat takes back what was added;
// what is no longer there, because it was too far back, is not taken back.
func (h heat) add(b beat) heat {
	if b.sum == 0 {
		return h
	}
	out := make(heat, 0, len(h)+1)
	for _, have := range h {
		switch {
		case have.period == b.period:
			b.sum += have.sum
			continue
		case have.period < b.period && b.sum > 0:
			out = append(out, b)
			b.sum = 0
		}
		out = append(out, have)
	}
	if b.sum > 0 {
		out = append(out, b)
	}
	return out[:min(len(out), maxPeriods)]
}

// rank returns the binary logarithm of the heat, counted from the landmark: the
// number of half-lives after which a single first comment would be as hot. It
// grows by 1,461 a year. It is false if nothing counts.
func (h heat) rank() (float64, bool) {
	if len(h) == 0 {
		return 0, false
	}
	newest := h[0]
	return math.Log2(float64(newest.sum)+h.tail()) - scaleBits + float64(newest.period), true
}

// tail returns what all but the newest period are worth beside it.
func (h heat) tail() (sum float64) {
	for i := len(h) - 1; i > 0; i-- {
		sum += math.Ldexp(float64(h[i].sum), int(h[i].period-h[0].period))
	}
	return sum
}

// String writes a heat as it is stored: "period:sum" with spaces between.
func (h heat) String() string {
	var b []byte
	for i, x := range h {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, x.period, 10)
		b = append(b, ':')
		b = strconv.AppendInt(b, x.sum, 10)
	}
	return string(b)
}

func parseHeat(s string) (h heat, err error) {
	defer errs.Wrap(&err, "parse heat %q", s)
	for field := range strings.FieldsSeq(s) {
		period, sum, _ := strings.Cut(field, ":")
		var b beat
		if b.period, err = strconv.ParseInt(period, 10, 64); err != nil {
			return nil, err
		}
		if b.sum, err = strconv.ParseInt(sum, 10, 64); err != nil {
			return nil, err
		}
		h = append(h, b)
	}
	return h, nil
}

// day returns the bounds of the newsroom's day that t falls in. The end is the
// next midnight, not 24 hours later: days on which clocks change are longer or
// shorter.
func day(t time.Time, zone *time.Location) (from, to time.Time) {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}
