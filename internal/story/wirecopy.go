package story

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/jobs"
	"broadsheet/internal/media"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

// Handle tells the queue that this service makes the stories that rules of the wire order.
func (s *Service) Handle(q *jobs.Queue) { q.Handle(wire.JobCopy, s.copyJob) }

// A routed is the story that a rule made of a wire item.
type routed struct {
	story    id.ID
	revision int64 // the last that a rule left
}

// copyJob makes a story of an item, or brings the one that a rule made up to date with the
// item's newest version, and publishes it if the rule says so and the item is free. Doing
// it again changes nothing. Once somebody has edited the story it is left to them.
func (s *Service) copyJob(ctx context.Context, payload json.RawMessage) (err error) {
	var o wire.CopyOrder
	if err := json.Unmarshal(payload, &o); err != nil {
		return err
	}
	defer errs.Wrap(&err, "wire copy of %s", o.Item)
	by := account.System()
	it, err := s.Wire.Get(ctx, by, o.Item)
	if err != nil {
		return err
	}
	if it.PubStatus == wire.Canceled {
		return nil
	}
	found, err := s.Wire.Photos(ctx, by, it)
	if err != nil {
		return err
	}
	photos, _, err := s.importPhotos(ctx, by, found)
	if err != nil {
		return err
	}
	if o.Publish { // without those that would keep the text from being published
		photos = slices.DeleteFunc(photos, func(p *media.Photo) bool { return p.CreditLine() == "" || !p.FreeAt(s.now()) })
	}
	st, err := s.follow(ctx, by, &o, it, photos)
	if err != nil || st == nil || !o.Publish {
		return err
	}
	if now := s.now(); !it.FreeAt(now) {
		return s.publishLater(ctx, &o, it)
	}
	return s.publishCopy(ctx, by, st)
}

// publishLater gives the same order for the minute at which the embargo ends. What is
// withheld for another reason is ordered again by the version that frees it.
func (s *Service) publishLater(ctx context.Context, o *wire.CopyOrder, it *wire.Item) error {
	r := it.Release()
	if r.Status != wire.Usable || !r.EmbargoedAt(s.now()) || r.Embargo.Equal(wire.Indefinite) || r.ExpiredAt(r.Embargo) {
		return nil
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error { return jobs.EnqueueAt(ctx, tx, r.Embargo, wire.JobCopy, o) })
}

// follow returns the story of an item as the item now is; nil if somebody has edited it.
func (s *Service) follow(ctx context.Context, by *account.Account, o *wire.CopyOrder, it *wire.Item, photos []*media.Photo) (st *Story, err error) {
	c := fromItem(it, photos)
	if o.Section != "" {
		c.Section = o.Section
	}
	if err := c.clean(by); err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		made, err := sqldb.One(ctx, tx, scanRouted, `SELECT story_id, revision FROM story_routed WHERE item_id = $1`+tx.ForUpdate(), o.Item)
		if errors.Is(err, errs.NotFound) {
			st, err = s.firstCopy(ctx, tx, by, o, it, &c)
			return err
		}
		if err != nil {
			return err
		}
		if st, err = byID(ctx, tx, made.story, tx.ForUpdate()); err != nil {
			return err
		}
		if st.Revision != made.revision {
			st = nil
			return nil
		}
		if st.equal(&c) {
			return nil
		}
		st.Content, st.Revision, st.Saved = c, st.Revision+1, s.now()
		if err := s.saved(ctx, tx, st, by); err != nil {
			return err
		}
		_, err = sqldb.Exec(ctx, tx, `UPDATE story_routed SET revision = $2 WHERE item_id = $1`, o.Item, st.Revision)
		return err
	})
	return st, err
}

func scanRouted(r sqldb.Row) (made routed, err error) {
	err = r.Scan(&made.story, &made.revision)
	return made, err
}

func (s *Service) firstCopy(ctx context.Context, tx *sqldb.Tx, by *account.Account, o *wire.CopyOrder, it *wire.Item, c *Content) (*Story, error) {
	now := s.now()
	st := &Story{ID: id.At(now), Content: *c, State: Draft, Revision: 1, SavedBy: by.Name, Saved: now, Created: now}
	if err := s.begin(ctx, tx, st, by); err != nil {
		return nil, err
	}
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO story_routed (item_id, story_id, revision, provider) VALUES ($1, $2, 1, $3)`, o.Item, st.ID, it.ProviderName())
	return st, err
}

// publishCopy publishes a rule's story. What a check blocks stays a draft on the desk,
// whose editor says why.
func (s *Service) publishCopy(ctx context.Context, by *account.Account, st *Story) error {
	if st.State == Unpublished || st.State == Published && st.Revision == st.PublishedRevision {
		return nil // somebody took it down, or it is out already
	}
	_, err := s.Publish(ctx, by, st.ID, st.Revision)
	if errors.Is(err, errs.Conflict) || errors.Is(err, errs.Invalid) { // somebody edits it, or a check blocks it
		return nil
	}
	return err
}

// begin stores a new story, and tells the desk.
func (s *Service) begin(ctx context.Context, tx *sqldb.Tx, st *Story, by *account.Account) error {
	if err := insert(ctx, tx, st, by); err != nil {
		return err
	}
	if err := s.index(ctx, tx, st.ID, placeDraft, &st.Content); err != nil {
		return err
	}
	return bus.Publish(ctx, tx, "stories", "story.saved", event{st.ID, st.Revision})
}

// saved stores a story's new revision, and tells the desk.
func (s *Service) saved(ctx context.Context, tx *sqldb.Tx, st *Story, by *account.Account) error {
	if err := save(ctx, tx, st, by); err != nil {
		return err
	}
	if err := s.index(ctx, tx, st.ID, placeDraft, &st.Content); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, st.ID, by); err != nil {
		return err
	}
	return bus.Publish(ctx, tx, "stories", "story.saved", event{st.ID, st.Revision})
}

// wireCopyOf returns whose copy a draft is, if a rule made it and nobody has touched it
// since; else "".
func wireCopyOf(ctx context.Context, tx *sqldb.Tx, st *Story) (string, error) {
	provider, err := sqldb.One(ctx, tx, sqldb.Scalar[string], `SELECT provider FROM story_routed WHERE story_id = $1 AND revision = $2`, st.ID, st.Revision)
	if errors.Is(err, errs.NotFound) {
		return "", nil
	}
	return provider, err
}
