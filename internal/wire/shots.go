package wire

import (
	"context"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/sqldb"
)

// A Shot is a picture on the light table: one of an item's own.
type Shot struct {
	Entry  Entry
	Number int // of the item's pictures, as Photos gives them, from 0
	Attachment
}

// smallest is the width in pixels from which a rendition does for a table of pictures.
const smallest = 300

// maxShots is how many pictures of one item lie on the light table.
const maxShots = 12

// Shots returns the pictures of a page of the list, and the entries of the page, whose
// last one is where the next page begins. Who reads the wire may.
func (s *Service) Shots(ctx context.Context, by *account.Account, f Filter) (shots []Shot, list []Entry, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, nil, err
	}
	defer errs.Wrap(&err, "the wire's light table")
	f.Photos = true
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		shots = nil
		if list, err = s.list(ctx, tx, &f); err != nil {
			return err
		}
		for i := range list {
			own, err := s.shotsOf(ctx, tx, &list[i])
			if err != nil {
				return err
			}
			shots = append(shots, own...)
		}
		return nil
	})
	return shots, list, err
}

func (s *Service) shotsOf(ctx context.Context, tx *sqldb.Tx, e *Entry) (shots []Shot, err error) {
	it, err := getItem(ctx, tx, e.ID)
	if err != nil {
		return nil, err
	}
	media, err := mediaOf(ctx, tx, e.ID)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, p := range it.Pictures() {
		a := attachment(p, it, media)
		a.blobs = s.Blobs
		if seen[a.URI] {
			continue
		}
		if seen[a.URI] = true; len(shots) < maxShots {
			shots = append(shots, Shot{Entry: *e, Number: len(seen) - 1, Attachment: a})
		}
	}
	return shots, nil
}

// smallOf is the smallest rendition of a picture that is here and large enough for a
// table of pictures; "" when there is none but the best.
func smallOf(it *Item, media map[string]mediaRow) (key blob.Key) {
	width := 0
	for i := range it.Renditions {
		r := &it.Renditions[i]
		if m := media[r.Href]; m.state == mediaKept && r.IsRaster() && r.Width >= smallest && (width == 0 || r.Width < width) {
			key, width = m.key, r.Width
		}
	}
	return key
}
