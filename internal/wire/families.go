package wire

import (
	"context"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/family"
)

// maxTakes is how many takes of a family are shown, the newest.
const maxTakes = 300

// A Family is what came of one story, as far as is known.
type Family struct {
	ID       id.ID
	Branches []*family.Branch // one an agency; the one that was first is first
	Entries  map[id.ID]Entry  // of the items in it
	Packages []Entry          // that hold items of it and are not of it
	More     bool             // there are older takes than are shown

	// Of the item that was asked for: what it was joined by, how like its text was (0 to
	// 1), and who moved it last and when, if an editor did.
	Why      family.Kind
	Likeness float64
	MovedBy  string
	Moved    time.Time
}

// Family returns the family of an item. Who reads the wire may.
func (s *Service) Family(ctx context.Context, by *account.Account, itemID id.ID) (f *Family, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "family of wire item %s", itemID)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		f, err = familyOf(ctx, tx, itemID)
		return err
	})
	return f, err
}

func familyOf(ctx context.Context, tx *sqldb.Tx, itemID id.ID) (*Family, error) {
	m, err := memberOf(ctx, tx, itemID)
	if err != nil {
		return nil, err
	}
	f := &Family{ID: m.family, Why: m.why, Likeness: m.likeness, Entries: map[id.ID]Entry{}}
	if m.family == 0 { // it came before families were known, or is no news
		return f, nil
	}
	takes, err := familyTakes(ctx, tx, m.family, maxTakes+1)
	if err != nil {
		return nil, err
	}
	if len(takes) > maxTakes {
		takes, f.More = takes[:maxTakes], true
	}
	f.Branches = family.Build(takes)
	entries, err := familyEntries(ctx, tx, m.family, maxFamily)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		f.Entries[entries[i].ID] = entries[i]
	}
	if f.Packages, err = packagesOf(ctx, tx, m.family, maxPackages); err != nil {
		return nil, err
	}
	move, err := lastMove(ctx, tx, itemID)
	f.MovedBy, f.Moved = move.by, move.at
	return f, err
}

// maxPackages is how many packages of other families are named.
const maxPackages = 20

// MoveOut makes an item a family of its own. It stays there until somebody moves it
// again. Writers may.
func (s *Service) MoveOut(ctx context.Context, by *account.Account, itemID id.ID) (err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return err
	}
	defer errs.Wrap(&err, "move wire item %s out of its family", itemID)
	return s.move(ctx, by, itemID, func(context.Context, *sqldb.Tx) (id.ID, error) { return id.New(), nil })
}

// MoveTo puts an item into the family of another one. It stays there until somebody
// moves it again. Writers may.
func (s *Service) MoveTo(ctx context.Context, by *account.Account, itemID, relative id.ID) (err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return err
	}
	defer errs.Wrap(&err, "move wire item %s to the family of %s", itemID, relative)
	return s.move(ctx, by, itemID, func(ctx context.Context, tx *sqldb.Tx) (id.ID, error) {
		m, err := memberOf(ctx, tx, relative)
		if err == nil && m.family == 0 {
			return 0, errs.E(errs.NotFound, "There is no such item on the wire.")
		}
		return m.family, err
	})
}

func (s *Service) move(ctx context.Context, by *account.Account, itemID id.ID, where func(context.Context, *sqldb.Tx) (id.ID, error)) error {
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err := takeTurn(ctx, tx); err != nil {
			return err
		}
		m, err := memberOf(ctx, tx, itemID)
		if err != nil {
			return err
		}
		if m.family == 0 {
			return errs.E(errs.NotFound, "There is no such item on the wire.")
		}
		to, err := where(ctx, tx)
		if err != nil || to == m.family && m.why == family.ByHand {
			return err
		}
		if err := moveMember(ctx, tx, itemID, to); err != nil {
			return err
		}
		if err := insertMove(ctx, tx, by, itemID, m.family, to, s.Now()); err != nil {
			return err
		}
		return bus.Publish(ctx, tx, Topic, EventItem, ItemEvent{ID: itemID, Status: "moved"})
	})
}
