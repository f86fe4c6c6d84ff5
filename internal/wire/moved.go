package wire

import (
	"context"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/family"
)

// A Newer is what has come of a story since a version of an item.
type Newer struct {
	Item     id.ID // that it comes as; the same one when it is a newer version of it
	Version  id.ID // Arrived of the version
	Sent     time.Time
	Sign     family.Sign
	Headline string
	Agency   string // as printed
}

// maxNewer is how many takes are read to answer for a page of stories.
const maxNewer = 3000

// NewerThan tells, for versions of items by the item's ID, what the same agency has sent
// since of the same story: its newest lead, correction or kill. Items of whose story
// nothing newer has come are absent. Who reads the wire may.
func (s *Service) NewerThan(ctx context.Context, by *account.Account, versions map[id.ID]id.ID) (found map[id.ID]Newer, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "newer takes of wire items")
	if len(versions) == 0 {
		return nil, nil
	}
	var items []id.ID
	since := id.ID(0)
	for item, version := range versions {
		items = append(items, item)
		if since == 0 || version < since {
			since = version
		}
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		takes, err := takesSince(ctx, tx, items, since, maxNewer)
		if err != nil {
			return err
		}
		found = map[id.ID]Newer{}
		for i := range takes {
			t := &takes[i]
			if have, ok := found[t.of]; t.Arrived > versions[t.of] && t.follows() && (!ok || t.Arrived > have.Version) {
				found[t.of] = Newer{Item: t.Item, Version: t.Arrived, Sent: t.Sent, Sign: t.Sign, Headline: t.Headline, Agency: t.agency}
			}
		}
		return nil
	})
	return found, err
}

// A takeSince is a take of the family of another item.
type takeSince struct {
	family.Take
	of     id.ID       // that item
	sign   family.Sign // of its newest take
	agency string
}

// follows reports whether somebody who has used the item should know of the take.
func (t *takeSince) follows() bool {
	if t.Item == t.of {
		return true
	}
	switch t.Sign.Role {
	case family.Flash, family.Urgent, family.Lead, family.Correction, family.Kill:
		return t.Sign.Slug == t.sign.Slug
	case family.Part, family.Sidebar, family.Advisory, family.Photo, family.Collection:
	}
	return false
}

// Version returns a version of any item, by its Arrived. Who reads the wire may.
func (s *Service) Version(ctx context.Context, by *account.Account, arrived id.ID) (it *Item, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "version %s on the wire", arrived)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		it, err = sqldb.One(ctx, tx, scanItem, `SELECT data FROM wire_version WHERE id = $1`, arrived)
		return err
	})
	return it, err
}
