package story

import (
	"context"
	"maps"

	"broadsheet/internal/account"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
)

// Where a wire item is used.
const (
	placeDraft   = "draft"
	placeLive    = "live"
	placeLibrary = "library" // a photo that no story has
)

// A use says that a draft or what is published of a story holds something of a wire item.
type use struct {
	item, story id.ID
	place       string
	media       id.ID // the photo; 0 for text
	arrived     id.ID // the version of the item that was used
}

// A usedPart is what of an item is used: its text, or a photo.
type usedPart struct{ item, media id.ID }

// itemOf returns the wire item that a block comes from.
func itemOf(o richtext.Origin) (id.ID, bool) {
	if o.Kind != richtext.OriginWire { // an origin may name no more than an agency
		return 0, false
	}
	item, err := id.Parse(o.ID)
	return item, err == nil
}

// partsOf returns what c holds of the wire. A block inside another one has the origin of
// the block around it.
func (s *Service) partsOf(ctx context.Context, tx *sqldb.Tx, c *Content) (map[usedPart]bool, error) {
	parts := map[usedPart]bool{}
	for i := range c.Body.Content {
		n := &c.Body.Content[i]
		item, ok := itemOf(n.Attrs.Origin)
		switch {
		case ok && n.Type == richtext.TypePhoto:
			parts[usedPart{item, n.Attrs.Media}] = true
		case ok:
			parts[usedPart{item, 0}] = true
		}
	}
	photos, err := s.Media.InTx(ctx, tx, mediaOf(c))
	for _, p := range photos {
		for _, item := range p.Items() {
			parts[usedPart{item, p.ID}] = true
		}
	}
	return parts, err
}

// index notes what a story's draft or published version holds of the wire, and nothing
// else. What was used in some version before counts as used in it still.
func (s *Service) index(ctx context.Context, tx *sqldb.Tx, story id.ID, place string, c *Content) error {
	parts, err := s.partsOf(ctx, tx, c)
	if err != nil {
		return err
	}
	old, err := usesOfStory(ctx, tx, story)
	if err != nil {
		return err
	}
	have, versions := map[usedPart]bool{}, map[id.ID]id.ID{}
	for _, u := range old {
		if u.place == place {
			have[usedPart{u.item, u.media}] = true
		}
		if versions[u.item] == 0 || u.place == placeDraft {
			versions[u.item] = u.arrived
		}
	}
	if maps.Equal(have, parts) && place == placeDraft {
		return nil
	}
	var fresh []id.ID
	for p := range parts {
		if versions[p.item] == 0 {
			fresh = append(fresh, p.item)
		}
	}
	arrived, err := s.Wire.ArrivedIn(ctx, tx, fresh)
	if err != nil {
		return err
	}
	maps.Copy(versions, arrived)
	if err := dropUses(ctx, tx, story, place); err != nil {
		return err
	}
	for p := range parts {
		if err := insertUse(ctx, tx, use{item: p.item, story: story, place: place, media: p.media, arrived: versions[p.item]}); err != nil {
			return err
		}
	}
	return nil
}

// NoteVersion notes that a draft now holds another version of an item's text or photos,
// by its Arrived: for who takes a newer take over. It belongs into the transaction of
// the save.
func (s *Service) NoteVersion(ctx context.Context, tx *sqldb.Tx, story, item, arrived id.ID) error {
	return setUsedVersion(ctx, tx, story, item, arrived)
}

// UsedIn lists the stories whose draft or published version holds something of a wire
// item, the newest first. Who reads the wire may.
func (s *Service) UsedIn(ctx context.Context, by *account.Account, item id.ID) (list []*Story, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = storiesWith(ctx, tx, item, maxUses)
		return err
	})
	return list, err
}
