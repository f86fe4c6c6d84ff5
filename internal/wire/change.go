package wire

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/rights"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/item"
)

// A Change tells that another version of an item is current, or that another item has
// killed or corrected it. Whoever uses the item must follow.
type Change struct {
	Item       id.ID
	Arrived    id.ID // the version that is current now
	Service    string
	Agency     string
	Headline   string  // of the item; of a kill, that of what it kills
	Before     Release // zero when First
	After      Release
	First      bool   // nothing was known of the item before
	Correction bool   // the agency says that what it sent before was wrong
	By         id.ID  // the item that orders this, when it is another one
	Note       string // the agency's reason, for a person
}

// Killed reports whether the item has just been killed.
func (c *Change) Killed() bool {
	return c.After.Status == item.Canceled && (c.First || c.Before.Status != item.Canceled)
}

// Revived reports whether a killed item may just be used again.
func (c *Change) Revived() bool {
	return !c.First && c.Before.Status == item.Canceled && c.After.Status != item.Canceled
}

// maxNote is how much of an agency's reason is kept, in characters.
const maxNote = 500

// changed tells the other rooms of a version that has just become the current one.
func (s *Service) changed(ctx context.Context, tx *sqldb.Tx, it *Item, before *current, e *Entry, arrived id.ID) error {
	after := it.Release()
	if before.struckMS != 0 && after.Status != item.Canceled {
		_, ms := rankOf(it)
		if ms <= before.struckMS { // it was written before the kill, and came late
			after.Status = item.Canceled
		}
		if err := setStruck(ctx, tx, it.ID, after.Status, before.struckMS, ms); err != nil {
			return err
		}
	}
	c := &Change{
		Item: it.ID, Arrived: arrived, Service: e.Service, Agency: e.Provider, Headline: e.Headline,
		Before: before.release, After: after, First: before.versions == 0, Correction: corrects(it), Note: noteOf(it),
	}
	if c.Killed() {
		c.Headline = cmp.Or(before.headline, e.Headline)
	}
	return s.tell(ctx, tx, c)
}

func (s *Service) tell(ctx context.Context, tx *sqldb.Tx, c *Change) error {
	for _, fn := range s.OnChange {
		if err := fn(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// corrects reports whether an item says that it corrects what was sent before, by
// IPTC's signal, http://cv.iptc.org/newscodes/signal/correction, or a word like it.
func corrects(it *Item) bool {
	return slices.ContainsFunc(it.Signals, func(c item.Concept) bool {
		for _, name := range []string{c.Code, c.URI, c.Name} {
			name = strings.ToLower(name[strings.LastIndexAny(name, ":/")+1:])
			if name == "correction" || name == "corrected" || name == "corrects" || name == "mandatorycorrection" {
				return true
			}
		}
		return false
	})
}

// noteOf is what the agency says to the desks.
func noteOf(it *Item) string {
	for _, n := range it.EdNotes {
		if n.Value != "" {
			return shorten(n.Value, maxNote)
		}
	}
	return ""
}

// A Strike is what an item orders about others.
type Strike string

// The strikes.
const (
	StrikeKill       Strike = "kill"
	StrikeCorrection Strike = "correction"
)

// maxStruck is how many items one item can kill or correct: a family has tens.
const maxStruck = 200

// Strike carries out by an editor's word what an item on the wire orders about others,
// where its agency has not said it in a way that a program understands. Editors may.
func (s *Service) Strike(ctx context.Context, by *account.Account, order id.ID, targets []id.ID, what Strike) (err error) {
	defer errs.Wrap(&err, "carry out wire item %s", order)
	if err := by.Must(account.StoryPublish); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		it, err := getItem(ctx, tx, order)
		if err != nil {
			return err
		}
		return s.strike(ctx, tx, targets, it, what, "")
	})
}

// strike carries out what an agency has ordered by an item of its own, a kill or a
// mandatory correction of other items, and tells the rooms that use them. Targets that
// are not here, the item itself and what belongs to another agency than owner, whose order it
// is, are passed over. A kill holds until a version of the
// target comes that was made after it.
func (s *Service) strike(ctx context.Context, tx *sqldb.Tx, targets []id.ID, by *Item, what Strike, owner string) error {
	targets = slices.Clone(targets)
	slices.Sort(targets) // so that two strikes never wait for each other
	targets = slices.Compact(targets)
	if len(targets) > maxStruck {
		return errs.E(errs.Invalid, "An item that kills or corrects %d others is not carried out: at most %d are.", len(targets), maxStruck)
	}
	for _, target := range targets {
		if target == by.ID {
			continue
		}
		if err := s.strikeOne(ctx, tx, target, by, what, owner); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) strikeOne(ctx context.Context, tx *sqldb.Tx, target id.ID, by *Item, what Strike, owner string) error {
	before, err := sqldb.One(ctx, tx, scanCurrent, `SELECT `+currentColumns+` FROM wire_item WHERE id = $1 AND place = 'desk'`+tx.ForUpdate(), target)
	if errors.Is(err, errs.NotFound) || err == nil && before.versions == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if foreign(before.owner, owner) {
		s.Log.WarnContext(ctx, "an agency's order about another agency's item is not carried out",
			"what", what, "order", by.URI, "of", owner, "item", before.uri, "owner", before.owner)
		return nil
	}
	e, err := sqldb.One(ctx, tx, scanEntry, `SELECT `+entryColumns+` FROM wire_item WHERE id = $1`, target)
	if err != nil {
		return err
	}
	c := &Change{
		Item: target, Arrived: e.Arrived, Service: e.Service, Agency: e.Provider, Headline: e.Headline,
		Before: before.release, After: before.release, Correction: what == StrikeCorrection, By: by.ID,
		Note: cmp.Or(noteOf(by), by.Headline()),
	}
	if what == StrikeKill {
		c.After.Status = item.Canceled
		_, ms := rankOf(by)
		if _, err := sqldb.Exec(ctx, tx, `
			UPDATE wire_item SET status = 'canceled', struck_by = $2, struck_ms = $3 WHERE id = $1`,
			target, by.ID, cmp.Or(ms, s.Now().UnixMilli())); err != nil {
			return err
		}
		if err := s.reindex(ctx, tx, target); err != nil {
			return err
		}
	}
	if err := s.tell(ctx, tx, c); err != nil {
		return err
	}
	return bus.Publish(ctx, tx, Topic, EventItem, ItemEvent{ID: target, Status: string(what)})
}

// setStruck stores what is left of a kill by another item when a version has come that was made at ms.
func setStruck(ctx context.Context, tx *sqldb.Tx, itemID id.ID, status item.Status, struckMS, ms int64) error {
	if ms > struckMS {
		struckMS = 0
	}
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_item SET status = $2, struck_ms = $3 WHERE id = $1`, itemID, string(status), struckMS)
	return err
}

// ReleasesIn is [Service.Releases] as a transaction sees it.
func (s *Service) ReleasesIn(ctx context.Context, tx *sqldb.Tx, ids []id.ID) (map[id.ID]Release, error) {
	entries, err := entriesIn(ctx, tx, ids)
	found := make(map[id.ID]Release, len(entries))
	for i := range entries {
		found[entries[i].ID] = entries[i].Release
	}
	return found, err
}

// ArrivedIn returns which version of each item is the current one, for whoever notes what it has used.
func (s *Service) ArrivedIn(ctx context.Context, tx *sqldb.Tx, ids []id.ID) (map[id.ID]id.ID, error) {
	entries, err := entriesIn(ctx, tx, ids)
	found := make(map[id.ID]id.ID, len(entries))
	for i := range entries {
		found[entries[i].ID] = entries[i].Arrived
	}
	return found, err
}

func entriesIn(ctx context.Context, tx *sqldb.Tx, ids []id.ID) ([]Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list := make([]int64, len(ids)) // as numbers, for InList
	for i, v := range ids {
		list[i] = int64(v)
	}
	arg, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, scanEntry, "SELECT "+entryColumns+" FROM wire_item WHERE id IN "+tx.InList("$1"), string(arg))
}

// PhotoReleaseIn returns from when to when a picture may be shown that came with the item
// from and is the item picture: the stricter of what both say, in their current versions.
func (s *Service) PhotoReleaseIn(ctx context.Context, tx *sqldb.Tx, from, picture id.ID) (Release, error) {
	r := Release{Status: item.Usable}
	it, err := getItem(ctx, tx, from)
	if err != nil && !errors.Is(err, errs.NotFound) {
		return r, err
	}
	if err == nil {
		for _, p := range it.Pictures() {
			if p.ID == picture {
				r = r.With(p.Release())
			}
		}
	}
	releases, err := s.ReleasesIn(ctx, tx, []id.ID{from, picture})
	for _, one := range releases {
		r = r.With(one)
	}
	return r, err
}

// LinesIn returns the headline and the caption of a version of an item, which may have
// become those of a story; both are "" if it is not here.
func (s *Service) LinesIn(ctx context.Context, tx *sqldb.Tx, arrived id.ID) (headline, caption string, err error) {
	it, err := sqldb.One(ctx, tx, scanItem, `SELECT data FROM wire_version WHERE id = $1`, arrived)
	if errors.Is(err, errs.NotFound) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	return it.Headline(), it.Caption(), nil
}

// LockIn keeps items from changing until the transaction ends: who publishes them must
// not miss a kill that comes at the same moment.
func (s *Service) LockIn(ctx context.Context, tx *sqldb.Tx, ids []id.ID) error {
	slices.Sort(ids)
	for _, one := range slices.Compact(ids) {
		if _, err := sqldb.All(ctx, tx, sqldb.Scalar[int64], `SELECT 1 FROM wire_item WHERE id = $1`+tx.ForUpdate(), one); err != nil {
			return err
		}
	}
	return nil
}

// RightsIn returns what is understood of the usage terms of an item, in its current
// version. The zero Terms are those of an item that is not here.
func (s *Service) RightsIn(ctx context.Context, tx *sqldb.Tx, itemID id.ID) (rights.Terms, error) {
	it, err := getItem(ctx, tx, itemID)
	if errors.Is(err, errs.NotFound) {
		return rights.Terms{}, nil
	}
	if err != nil {
		return rights.Terms{}, err
	}
	return rights.Parse(it.UsageTerms()), nil
}
