package wire

import (
	"context"
	"errors"
	"slices"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/rule"
)

// The values of wire_item.hidden.
const (
	stateHidden   = "hidden"
	stateRestored = "restored"
)

// MaxTags is how many tags an item has at most.
const MaxTags = 20

// A Tag is a word that the desk or a rule has put on an item.
type Tag struct {
	Name string
	By   string // a person, or a rule by its name
}

func scanTag(r sqldb.Row) (t Tag, err error) {
	err = r.Scan(&t.Name, &t.By)
	return t, err
}

func tagsOf(ctx context.Context, tx *sqldb.Tx, itemID id.ID) ([]Tag, error) {
	return sqldb.All(ctx, tx, scanTag, `SELECT tag, by_name FROM wire_tag WHERE item_id = $1 ORDER BY tag LIMIT $2`, itemID, MaxTags)
}

// Hide takes an item out of the list for everybody: it is not for us. It stays in the
// archive, and Restore brings it back. Who sorts the wire may.
func (s *Service) Hide(ctx context.Context, by *account.Account, itemID id.ID) error {
	return s.setHidden(ctx, by, itemID, stateHidden)
}

// Restore brings an item back into the list that was not for us, or dropped by a rule;
// no rule drops it again. Who sorts the wire may.
func (s *Service) Restore(ctx context.Context, by *account.Account, itemID id.ID) error {
	return s.setHidden(ctx, by, itemID, stateRestored)
}

func (s *Service) setHidden(ctx context.Context, by *account.Account, itemID id.ID, state string) (err error) {
	if err := by.Must(account.WireSort); err != nil {
		return err
	}
	defer errs.Wrap(&err, "sort wire item %s", itemID)
	return s.sorted(ctx, itemID, func(tx *sqldb.Tx) error { return setHidden(ctx, tx, itemID, state, by.Name, s.Now().UnixMilli()) })
}

func setHidden(ctx context.Context, tx *sqldb.Tx, itemID id.ID, state, by string, ms int64) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_item SET hidden = $2, hidden_by = $3, hidden_ms = $4 WHERE id = $1`, itemID, state, by, ms)
	return err
}

// sorted locks an item, changes it, and lets the index and the desk know.
func (s *Service) sorted(ctx context.Context, itemID id.ID, change func(tx *sqldb.Tx) error) error {
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		_, err := sqldb.One(ctx, tx, sqldb.Scalar[id.ID], `SELECT id FROM wire_item WHERE id = $1 AND place = 'desk'`+tx.ForUpdate(), itemID)
		if errors.Is(err, errs.NotFound) {
			return errs.E(errs.NotFound, "There is no such item on the wire.")
		}
		if err != nil {
			return err
		}
		if err := change(tx); err != nil {
			return err
		}
		if err := s.reindex(ctx, tx, itemID); err != nil {
			return err
		}
		return bus.Publish(ctx, tx, Topic, EventItem, ItemEvent{ID: itemID, Status: "sorted"})
	})
}

// SetTags puts tags on an item, in place of those it has. Who sorts the wire may.
func (s *Service) SetTags(ctx context.Context, by *account.Account, itemID id.ID, tags []string) (err error) {
	if err := by.Must(account.WireSort); err != nil {
		return err
	}
	var want []string
	for _, t := range tags {
		if t = rule.CleanTag(t); t != "" && !slices.Contains(want, t) {
			want = append(want, t)
		}
		if len(want) > MaxTags { // here, as a form can hold hundreds of thousands
			return errs.E(errs.Invalid, "An item has at most %d tags.", MaxTags)
		}
	}
	defer errs.Wrap(&err, "tag wire item %s", itemID)
	return s.sorted(ctx, itemID, func(tx *sqldb.Tx) error {
		have, err := tagsOf(ctx, tx, itemID)
		if err != nil {
			return err
		}
		for _, t := range have {
			if slices.Contains(want, t.Name) {
				continue
			}
			if _, err := sqldb.Exec(ctx, tx, `DELETE FROM wire_tag WHERE item_id = $1 AND tag = $2`, itemID, t.Name); err != nil {
				return err
			}
		}
		return addTags(ctx, tx, itemID, want, by.Name)
	})
}

// addTags adds those tags that an item does not have.
func addTags(ctx context.Context, tx *sqldb.Tx, itemID id.ID, tags []string, by string) error {
	found := map[facet]int{}
	for _, t := range tags {
		n, err := sqldb.Exec(ctx, tx, `
			INSERT INTO wire_tag (item_id, tag, by_name) VALUES ($1, $2, $3) ON CONFLICT (item_id, tag) DO NOTHING`, itemID, t, by)
		if err != nil {
			return err
		}
		if n > 0 {
			found[facet{"tag", t}] = 1
		}
	}
	return storeFacets(ctx, tx, found)
}

// Tags returns an item's tags, in the order of the alphabet. Who reads the wire may.
func (s *Service) Tags(ctx context.Context, by *account.Account, itemID id.ID) (list []Tag, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = tagsOf(ctx, tx, itemID)
		return err
	})
	return list, err
}
