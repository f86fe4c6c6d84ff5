package source

import (
	"math"
	"time"
)

const (
	slot      = 5 * time.Minute  // arrivals closer together count as one: agencies send in bursts
	maxLook   = 10 * time.Minute // between two looks; after a longer pause nobody watched
	week      = 7 * 24
	halfLife  = 4.0        // hours of one hour of the week, so four weeks
	memory    = 0.02       // weight of the newest gap: the last hundred or so count
	unseen    = 0.02       // hours of the whole week's mean that are added to what an hour of it has shown
	quietOdds = 1e-4       // of a silence that sounds the alarm
	minSlots  = 20         // arrivals before there is a rhythm, and gaps before it is known
	fullWeek  = 0.9 * week // hours: a whole week, as older hours fade
	weekend   = 72 * time.Hour
	maxShape  = 20.0 // no source is believed to be more regular than this
	minShape  = 0.1
)

// A Rhythm is what is known of when a source sends. Its zero value knows nothing.
//
// The method is time rescaling (Brown, Barbieri, Ventura, Kass and Frank, 2002): time is
// measured not in hours but in the arrivals that are to be expected in it, by how many
// came in the same hour of the week before. So a night counts little and a Monday
// morning much. The gaps between arrivals, so measured, are taken as gamma distributed
// with their own mean and variance: narrow for an agency that sends on the minute, wide
// for one that sends in bursts. The alarm sounds when Chernoff's bound for a gap as long
// as the present one falls below one in ten thousand.
type Rhythm struct {
	Looked  int64   `json:"looked"`  // milliseconds, when it was last brought up to date
	Last    int64   `json:"last"`    // the last arrival
	Slots   int     `json:"slots"`   // arrivals counted so far
	Gaps    int     `json:"gaps"`    // between them, since a week was known
	Silence float64 `json:"silence"` // expected since the last arrival
	Mean    float64 `json:"mean"`    // of the gaps
	Square  float64 `json:"square"`  // mean of their squares

	Arrived [week]float64 `json:"arrived"` // by hour of the week in UTC, older ones count less
	Hours   [week]float64 `json:"hours"`   // watched, likewise
}

// Look brings the rhythm up to a moment in which nothing came. It is to be called at
// least every ten minutes while the source is watched.
func (r *Rhythm) Look(now time.Time) {
	gap := time.Duration(now.UnixMilli()-r.Looked) * time.Millisecond
	if gap <= 0 {
		return
	}
	r.Looked = now.UnixMilli()
	if gap > maxLook {
		return
	}
	h, hours := hourOfWeek(now), gap.Hours()
	if r.Slots > 0 {
		r.Silence += r.rate(h) * hours
	}
	keep := math.Exp2(-hours / halfLife)
	r.Arrived[h] *= keep
	r.Hours[h] = r.Hours[h]*keep + hours
}

// Arrive notes that something came.
func (r *Rhythm) Arrive(now time.Time) {
	r.Look(now)
	since := time.Duration(now.UnixMilli()-r.Last) * time.Millisecond
	if since >= 0 && since < slot {
		return
	}
	if r.Slots > 0 && r.watched() >= fullWeek { // before, the rates are guesses and the gaps too
		r.Gaps++
		weight := max(memory, 1/float64(r.Gaps))
		r.Mean += weight * (r.Silence - r.Mean)
		r.Square += weight * (r.Silence*r.Silence - r.Square)
	}
	r.Arrived[hourOfWeek(now)]++
	r.Slots++
	r.Silence, r.Last = 0, now.UnixMilli()
}

// Quiet reports whether the silence is improbable. Before the rhythm is known it is only
// when it has lasted for longer than a weekend and a few arrivals were to be expected.
func (r *Rhythm) Quiet(now time.Time) bool {
	if r.Slots < minSlots {
		return false
	}
	if r.Gaps < minSlots {
		return now.Sub(time.UnixMilli(r.Last)) >= weekend && r.Silence >= -math.Log(quietOdds)
	}
	return r.odds() < quietOdds
}

// odds bounds the probability of a gap at least as long as the present one, x means
// long, under a gamma distribution of shape k: by (x·exp(1−x))^k, which is Chernoff's,
// and for k below 1 by (kx)^(k−1)·exp(−kx)/Γ(k), which is closer there.
func (r *Rhythm) odds() float64 {
	x := r.Silence / r.Mean
	if x <= 1 {
		return 1
	}
	k := maxShape
	if variance := r.Square - r.Mean*r.Mean; variance > 0 {
		k = min(max(r.Mean*r.Mean/variance, minShape), maxShape)
	}
	bound := math.Exp(k * (1 - x + math.Log(x)))
	if k < 1 {
		bound = min(bound, math.Pow(k*x, k-1)*math.Exp(-k*x)/math.Gamma(k))
	}
	return bound
}

// rate is how many arrivals an hour are expected in an hour of the week.
func (r *Rhythm) rate(h int) float64 {
	var arrived float64
	for _, n := range r.Arrived {
		arrived += n
	}
	mean := arrived / max(r.watched(), 1)
	if r.Hours[h] < 0.5 { // hardly seen yet
		return mean
	}
	return (r.Arrived[h] + unseen*mean) / (r.Hours[h] + unseen)
}

// watched is for how many hours the source was watched, older ones counting less.
func (r *Rhythm) watched() (hours float64) {
	for _, n := range r.Hours {
		hours += n
	}
	return hours
}

func hourOfWeek(t time.Time) int {
	t = t.UTC()
	return int(t.Weekday())*24 + t.Hour()
}
