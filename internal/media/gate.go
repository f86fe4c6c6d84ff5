package media

import (
	"cmp"
	"context"
	"math"
	"time"

	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/rights"
	"broadsheet/internal/sqldb"
)

// Never is the beginning of a time that does not come: of an embargo that only its
// agency can lift. The wire calls it Indefinite.
var Never = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// An Agency is what an agency says of the use of one of its photographs.
type Agency struct {
	Status  string    // usable, withheld or canceled, as on the wire; "" is usable
	Embargo time.Time // zero when there is none
	Expires time.Time // zero when it does not expire
}

// Killed reports whether the agency has killed the photograph.
func (a Agency) Killed() bool { return a.Status == "canceled" }

// status is how the database has it.
func (a Agency) status() string { return cmp.Or(a.Status, "usable") }

// A Window is from when and until when readers may see something. Either end is zero
// where there is none; at Until itself they may not.
type Window struct{ From, Until time.Time }

// Holds reports whether a moment is in the window. Moments are counted in milliseconds,
// as the database does.
func (w Window) Holds(now time.Time) bool { return !w.before(now) && !w.after(now) }

func (w Window) before(now time.Time) bool {
	return !w.From.IsZero() && now.UnixMilli() < w.From.UnixMilli()
}

func (w Window) after(now time.Time) bool {
	return !w.Until.IsZero() && now.UnixMilli() >= w.Until.UnixMilli()
}

// With returns the moments that are in both windows.
func (w Window) With(other Window) Window {
	if other.From.After(w.From) {
		w.From = other.From
	}
	if w.Until.IsZero() || !other.Until.IsZero() && other.Until.Before(w.Until) {
		w.Until = other.Until
	}
	return w
}

// Columns are the window as the database keeps it, in milliseconds: every photo and
// story has two numbers, so that a query needs no case for what has no end.
func (w Window) Columns() (from, until int64) {
	until = math.MaxInt64
	if !w.From.IsZero() {
		from = w.From.UnixMilli()
	}
	if !w.Until.IsZero() {
		until = w.Until.UnixMilli()
	}
	return from, until
}

// WindowOf is the window that two columns keep.
func WindowOf(from, until int64) (w Window) {
	if from > 0 {
		w.From = time.UnixMilli(from).UTC()
	}
	if until < math.MaxInt64 {
		w.Until = time.UnixMilli(until).UTC()
	}
	return w
}

// A Standing says whether readers may see a photograph at a moment, and why not.
type Standing string

// The standings.
const (
	Free    Standing = "free"
	NotYet  Standing = "not yet" // under an embargo, or withheld
	Expired Standing = "expired"
	Killed  Standing = "killed" // by its agency, and taken from the readers
)

// At returns how the photograph stands at a moment. Every way out asks it.
func (p *Photo) At(now time.Time) Standing {
	switch {
	case p.Window.after(now) && p.Agency.Killed():
		return Killed
	case p.Window.after(now):
		return Expired
	case p.Window.before(now):
		return NotYet
	}
	return Free
}

// FreeAt reports whether readers may see the photograph at a moment.
func (p *Photo) FreeAt(now time.Time) bool { return p.At(now) == Free }

// Rights returns what is understood of the usage terms and of the agency's instructions.
func (p *Photo) Rights() rights.Terms { return rights.Parse(p.UsageTerms, p.Instructions) }

// gate brings the window into line with what is known of the photograph: the strictest
// of what its file, the desk, its usage terms and its agency say.
func (p *Photo) gate() {
	terms := p.Rights()
	p.Window = Window{p.Embargo, p.Expires}.
		With(Window{Until: terms.Expires(p.Created)}).
		With(Window{p.Agency.Embargo, p.Agency.Expires})
	if p.Agency.Status == "withheld" {
		p.Window.From = Never
	}
}

// Items returns the wire items that a photograph belongs to: the one that it came with,
// and the one that it is itself. There are none of other photographs.
func (p *Photo) Items() []id.ID {
	var list []id.ID
	if item, err := id.Parse(p.Origin.ID); err == nil && p.Origin.Kind == richtext.OriginWire {
		list = append(list, item)
	}
	if p.Picture != 0 && (len(list) == 0 || p.Picture != list[0]) {
		list = append(list, p.Picture)
	}
	return list
}

// OfItem returns the photographs that came with an item of the wire or are that item, in
// the transaction in which the item changes.
func (s *Service) OfItem(ctx context.Context, tx *sqldb.Tx, item id.ID) ([]Photo, error) {
	return sqldb.All(ctx, tx, scan, ofItemQuery, item.String(), item, maxOfItem)
}

// InTx returns those of the photographs that there are, as a transaction sees them.
func (s *Service) InTx(ctx context.Context, tx *sqldb.Tx, ids []id.ID) (map[id.ID]*Photo, error) {
	found := make(map[id.ID]*Photo, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := byIDs(ctx, tx, ids)
	for i := range list {
		found[list[i].ID] = &list[i]
	}
	return found, err
}

// SetAgency stores what an agency says now of a photograph. Pages hear of it. It belongs
// into the transaction in which the item changes.
func (s *Service) SetAgency(ctx context.Context, tx *sqldb.Tx, p *Photo, a Agency) error {
	if p.Agency == a {
		return nil
	}
	p.Agency = a
	p.gate()
	if err := setAgency(ctx, tx, p); err != nil {
		return err
	}
	return bus.Publish(ctx, tx, "media:"+p.ID.String(), "media.changed", map[string]any{"id": p.ID, "version": p.Version})
}

// NextChange returns the first moment after now at which a photograph becomes free or
// stops being so; zero if none is known.
func (s *Service) NextChange(ctx context.Context, tx *sqldb.Tx, now time.Time) (time.Time, error) {
	ms, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], nextQuery, now.UnixMilli())
	if err != nil || ms == math.MaxInt64 {
		return time.Time{}, err
	}
	return time.UnixMilli(ms).UTC(), nil
}

// refusal says why readers may not have a rendition at a moment; nil if they may.
func (w Window) refusal(now time.Time) error {
	switch {
	case w.after(now):
		return errs.E(errs.Gone, "This photograph is no longer available.")
	case w.before(now):
		return notFound(nil)
	}
	return nil
}
