package item

import (
	"time"

	"broadsheet/internal/rights"
)

// Indefinite is the end of an embargo that only a newer version can lift: one that its
// agency gave no time, or a time that we cannot read.
var Indefinite = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// A Release says from when to when something from an agency may be shown to the public.
type Release struct {
	Status  Status
	Embargo time.Time // zero when there is none
	Expires time.Time // zero when it does not
}

// FreeAt reports whether it may be shown to the public at a time. This is the only
// place that decides about embargoes; every way out asks it.
func (r Release) FreeAt(now time.Time) bool {
	return r.Status == Usable && !r.EmbargoedAt(now) && !r.ExpiredAt(now)
}

// EmbargoedAt reports whether the embargo holds at a time. At its very end it does not.
func (r Release) EmbargoedAt(now time.Time) bool {
	return !r.Embargo.IsZero() && (now.Before(r.Embargo) || r.Embargo.Equal(Indefinite))
}

// ExpiredAt reports whether the time for using it is over.
func (r Release) ExpiredAt(now time.Time) bool {
	return !r.Expires.IsZero() && !now.Before(r.Expires)
}

// With returns the stricter of both in every respect: a picture is held as long as the
// story it came in.
func (r Release) With(other Release) Release {
	if r.Status != Canceled && other.Status != Usable {
		r.Status = other.Status
	}
	if other.Embargo.After(r.Embargo) {
		r.Embargo = other.Embargo
	}
	if r.Expires.IsZero() || !other.Expires.IsZero() && other.Expires.Before(r.Expires) {
		r.Expires = other.Expires
	}
	return r
}

// termsEnd is from when the usage terms forbid any use; zero if they set no end.
func (it *Item) termsEnd() time.Time {
	text := it.UsageTerms()
	if text == "" {
		return time.Time{}
	}
	terms := rights.Parse(text)
	return terms.Expires(it.VersionCreated.Time)
}
