package wire

import (
	"context"
	"fmt"
	"slices"

	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/family"
	"broadsheet/internal/wire/tree"
)

// foreign reports whether an item that belongs to owner is none of the business of agency.
// What is nobody's is everybody's, and the newsroom may speak for all.
func foreign(owner, agency string) bool {
	return owner != "" && agency != "" && owner != agency
}

// settleOwner gives an item that is nobody's to the agency that sends it, and sets r to
// Foreign when it is another agency's and says something else than what came.
func (s *Service) settleOwner(ctx context.Context, tx *sqldb.Tx, it *Item, now *current, in *Incoming, digest string, r *Result) error {
	if !foreign(now.owner, in.Agency) {
		if now.owner != "" || in.Agency == "" {
			return nil
		}
		_, err := sqldb.Exec(ctx, tx, `UPDATE wire_item SET owner = $2 WHERE id = $1`, it.ID, in.Agency)
		return err
	}
	same, err := sqldb.All(ctx, tx, sqldb.Scalar[id.ID], `SELECT id FROM wire_version WHERE item_id = $1 AND digest = $2`, it.ID, digest)
	if err != nil || len(same) > 0 {
		return err
	}
	r.Status = Foreign
	after := it.Release()
	if after.Status != now.release.Status || toMS(after.Embargo) != toMS(now.release.Embargo) ||
		toMS(after.Expires) != toMS(now.release.Expires) || corrects(it) {
		r.Note = fmt.Sprintf("%s says whether or when %q may be used, or that it was wrong, but it is an item of %s: nothing was changed. If both are "+
			"one agency, say so (broadsheet wire source change NAME --agency %q) and try this file again. To follow it all the same, take it in by hand "+
			"(broadsheet wire ingest FILE).", in.Agency, shorten(it.URI, maxNote), now.owner, now.owner)
	}
	s.Log.WarnContext(ctx, "a version of another agency's item is not taken", "item", it.URI, "owner", now.owner, "of", in.Agency, "file", in.File)
	return nil
}

// keepForeign lists a file among those that wait for somebody when it says of another
// agency's item whether it may be used: it may be right.
func (s *Service) keepForeign(ctx context.Context, tx *sqldb.Tx, in *Incoming, results []Result) (note string, err error) {
	for i := range results {
		if note = results[i].Note; note != "" {
			break
		}
	}
	if note == "" {
		return "", nil
	}
	isNew, err := insertUnreadable(ctx, tx, in, blob.KeyOf(in.Raw), &tree.FileError{File: in.File, Reason: note}, s.Now())
	if err != nil || !isNew {
		return note, err
	}
	if err := s.checkRoom(ctx, tx, in); err != nil {
		return "", err
	}
	return note, bus.Publish(ctx, tx, Topic, EventUnreadable, struct{}{})
}

// ownTakes are those takes of a family that an order may be about by the word of their
// sources. The others must not draw it upon themselves either.
func ownTakes(ctx context.Context, tx *sqldb.Tx, order, familyID id.ID, takes []family.Take) ([]family.Take, error) {
	strangers, err := sqldb.All(ctx, tx, sqldb.Scalar[id.ID], `
		SELECT i.id FROM wire_member m JOIN wire_item i ON i.id = m.item_id JOIN wire_item o ON o.id = $2
		WHERE m.family_id = $1 AND i.owner <> o.owner AND i.owner <> '' AND o.owner <> ''`, familyID, order)
	if err != nil || len(strangers) == 0 {
		return takes, err
	}
	return slices.DeleteFunc(slices.Clone(takes), func(t family.Take) bool { return slices.Contains(strangers, t.Item) }), nil
}

// strikeOwn strikes what an item orders by the word of its agency.
func (s *Service) strikeOwn(ctx context.Context, tx *sqldb.Tx, targets []id.ID, by *Item, what Strike) error {
	owner, err := sqldb.One(ctx, tx, sqldb.Scalar[string], `SELECT owner FROM wire_item WHERE id = $1`, by.ID)
	if err != nil {
		return err
	}
	return s.strike(ctx, tx, targets, by, what, owner)
}
