package discussion

import (
	"context"
	"database/sql"
	"errors"

	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// tell counts a change of a comment and publishes it.
func (s *Service) tell(ctx context.Context, tx *sqldb.Tx, kind string, c *Comment, ch change) error {
	counts, err := s.count(ctx, tx, ch)
	if err != nil {
		return err
	}
	return bus.Publish(ctx, tx, Topic(ch.story), kind, Change{
		Story: ch.story, Comment: c.ID, Parent: c.ParentID, Root: c.RootID, CommentVotes: c.Votes,
		Comments: counts.Comments, Votes: counts.Votes, Own: counts.Own,
	})
}

// A change is what one operation does to the figures of a discussion.
type change struct {
	story      id.ID
	mustBeOpen bool
	comments   int
	own        int // votes for the discussion
	votes      int // votes for live comments
	beats      []beat
}

// count applies a change, keeps the rank in step, and tells when a line of the
// ranking that people see has changed.
func (s *Service) count(ctx context.Context, tx *sqldb.Tx, ch change) (Counts, error) {
	d, before, err := s.apply(ctx, tx, ch)
	if err != nil {
		return Counts{}, err
	}
	counts := d.counts()
	if ch.mustBeOpen {
		if err := d.mustBeOpen(); err != nil {
			return Counts{}, err
		}
	}
	inRanking := d.live && (before.Valid || d.rank.Valid)
	if !inRanking || ch.empty() || d.last.Valid && max(before.Float64, d.rank.Float64) < d.last.Float64 {
		return counts, nil
	}
	return counts, bus.Publish(ctx, tx, "ranking", KindRanking, Change{
		Story: ch.story, Comments: counts.Comments, Votes: counts.Votes, Own: counts.Own,
	})
}

func (ch *change) empty() bool {
	return ch.comments == 0 && ch.own == 0 && ch.votes == 0 && len(ch.beats) == 0
}

// apply changes the row of a discussion and returns it, with the rank before if
// that can have been higher.
func (s *Service) apply(ctx context.Context, tx *sqldb.Tx, ch change) (d discussionRow, before sql.NullFloat64, err error) {
	if len(ch.beats) == 1 && ch.beats[0].sum > 0 {
		d, err = addBeat(ctx, tx, ch, ch.beats[0])
		if !errors.Is(err, errs.NotFound) {
			return d, before, err
		}
	}
	d, err = tally(ctx, tx, ch)
	if errors.Is(err, errs.NotFound) {
		if err := s.begin(ctx, tx, ch.story); err != nil {
			return d, before, err
		}
		d, err = tally(ctx, tx, ch)
	}
	if err != nil || ch.empty() {
		return d, before, err
	}
	h, err := d.heat()
	if err != nil {
		return d, before, err
	}
	for _, b := range ch.beats {
		h = h.add(b)
	}
	before = d.rank
	return d, before, setHeat(ctx, tx, &d, h)
}

// Summary returns the figures of each story that has a discussion.
func (s *Service) Summary(ctx context.Context, stories []id.ID) (counts map[id.ID]Counts, err error) {
	defer errs.Wrap(&err, "count discussions")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		counts, err = summary(ctx, tx, stories)
		return err
	})
	return counts, err
}

// MostActive returns the first n lines of the ranking.
func (s *Service) MostActive(ctx context.Context, n int) (list []Ranked, err error) {
	defer errs.Wrap(&err, "most active discussions")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = mostActive(ctx, tx, min(max(n, 0), maxPage))
		return err
	})
	return list, err
}
