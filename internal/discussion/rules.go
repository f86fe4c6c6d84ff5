package discussion

import (
	"hash/fnv"
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// Pace is how fast a reader may comment. Staff are not held to it. A zero field
// means no limit.
type Pace struct {
	Gap     time.Duration // between two comments of a person
	PerHour int           // comments of a person in any hour
	Repeat  time.Duration // for so long, a person may not say nearly the same again
	Reports int           // reports of a person in any hour
}

// DefaultPace is the pace of a newsroom that has not set its own.
func DefaultPace() Pace {
	return Pace{Gap: 3 * time.Second, PerHour: 30, Repeat: 10 * time.Minute, Reports: 20}
}

// An earlier comment of the same person, as the rules of pace see it.
type earlier struct {
	id, parent, story id.ID
	likeness          int64
	key               string
	posted            time.Time
}

// sameRequest is for how long the same text at the same place is taken for the
// second click on a button, or a page sent anew, where no key tells.
const sameRequest = 10 * time.Second

// same reports whether a draft comes from the request that has made e.
func (e *earlier) same(now time.Time, d *Draft, l likeness) bool {
	if d.Key != "" || e.key != "" {
		return d.Key == e.key
	}
	return e.story == d.StoryID && e.parent == d.ParentID && e.likeness == l.hash && now.Sub(e.posted) < sameRequest
}

// check says whether a person whose comments of the last hour are history,
// newest first, may post now.
func (p Pace) check(now time.Time, history []earlier, d *Draft, l likeness) error {
	if err := p.gap(now, history); err != nil {
		return err
	}
	if err := p.perHour(now, history); err != nil {
		return err
	}
	return p.repeat(now, history, d, l)
}

func (p Pace) gap(now time.Time, history []earlier) error {
	if len(history) == 0 {
		return nil
	}
	if wait := history[0].posted.Add(p.Gap).Sub(now); wait > 0 && wait <= p.Gap {
		return tooFast(wait)
	}
	return nil
}

func tooFast(wait time.Duration) error {
	return errs.E(errs.Limited, "You have just posted a comment. Wait %s and send this one again; the text is kept.", about(wait))
}

func (p Pace) perHour(now time.Time, history []earlier) error {
	if p.PerHour <= 0 || len(history) < p.PerHour {
		return nil
	}
	wait := history[p.PerHour-1].posted.Add(time.Hour).Sub(now)
	if wait <= 0 {
		return nil
	}
	return errs.E(errs.Limited, "You have posted %d comments in an hour, which is the most. You can post again in %s.", p.PerHour, about(wait))
}

func (p Pace) repeat(now time.Time, history []earlier, d *Draft, l likeness) error {
	for _, h := range history {
		if now.Sub(h.posted) >= p.Repeat || !l.near(h.likeness) {
			continue
		}
		if l.short && (h.story != d.StoryID || h.parent != d.ParentID) {
			continue // two people may both be thanked
		}
		return errs.E(errs.Limited, "You said nearly the same a moment ago. If there is more to say, say it in other words.")
	}
	return nil
}

func about(d time.Duration) string {
	switch n := int((d + time.Second - 1) / time.Second); {
	case n == 1:
		return "a second"
	case n < 120:
		return strconv.Itoa(n) + " seconds"
	default:
		return strconv.Itoa((n+59)/60) + " minutes"
	}
}

// A likeness is a fingerprint of a text such that texts which are nearly the
// same have fingerprints that differ in few bits (simhash: M. Charikar,
// "Similarity estimation techniques from rounding algorithms", STOC 2002), taken
// over runs of four letters. Case, accents, punctuation and spaces do not count.
type likeness struct {
	hash  int64
	short bool // too short to be called a repeat when said to somebody else
}

const (
	gram      = 4  // letters in a run
	nearBits  = 8  // of 64 that may differ: a word more, or another one in a long text; unrelated texts differ in 32
	shortText = 24 // letters
)

func likenessOf(text string) likeness {
	letters := make([]rune, 0, len(text))
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) {
			letters = append(letters, r)
		}
	}
	var sums [64]int
	for i := 0; i == 0 || i+gram <= len(letters); i++ {
		h := fnv.New64a()
		_, _ = h.Write([]byte(string(letters[i:min(i+gram, len(letters))]))) // never fails
		for v, n := mix(h.Sum64()), 0; n < 64; n++ {
			sums[n] += int(v>>n&1)*2 - 1
		}
	}
	var hash uint64
	for n, sum := range sums {
		if sum > 0 {
			hash |= 1 << n
		}
	}
	return likeness{int64(hash), len(letters) < shortText}
}

// mix spreads the bits of a hash, because FNV's high ones hardly depend on short
// input (the finalizer of Austin Appleby's MurmurHash3).
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func (l likeness) near(hash int64) bool {
	differ := bits.OnesCount64(uint64(l.hash ^ hash)) //nolint:gosec // bits, not a number
	return differ == 0 || !l.short && differ <= nearBits
}
