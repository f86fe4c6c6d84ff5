package story

import (
	"context"
	"slices"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

// A Use is a wire item whose text a story has.
type Use struct {
	Story   id.ID
	Item    id.ID
	Version id.ID // that was used
	Seen    id.ID // that somebody has looked at since and left alone; 0 when there is none
}

// A Move says that an agency has sent something newer than what a story has used.
type Move struct {
	Use
	Now wire.Newer
}

// Moved tells which of a story's wire items have moved on since they were used or looked
// at. Of several items of one agency's story only the newest use counts. Writers may.
func (s *Service) Moved(ctx context.Context, by *account.Account, story id.ID) (moves []Move, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	all, err := s.MovedOf(ctx, by, []id.ID{story})
	return all[story], err
}

// MovedOf is Moved for several stories at once. Writers may.
func (s *Service) MovedOf(ctx context.Context, by *account.Account, stories []id.ID) (moves map[id.ID][]Move, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "what moved on")
	var uses []Use
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		uses, err = textUses(ctx, tx, stories, maxUses*len(stories))
		return err
	})
	if err != nil {
		return nil, err
	}
	oldest := map[id.ID]id.ID{} // the wire is asked once an item, from the oldest version that anybody used
	for _, u := range uses {
		if known := max(u.Version, u.Seen); known != 0 && (oldest[u.Item] == 0 || known < oldest[u.Item]) {
			oldest[u.Item] = known
		}
	}
	newer, err := s.Wire.NewerThan(ctx, by, oldest)
	if err != nil {
		return nil, err
	}
	moves = map[id.ID][]Move{}
	for _, u := range uses {
		now, ok := newer[u.Item]
		if !ok || now.Version <= max(u.Version, u.Seen) || u.Version == 0 {
			continue
		}
		moves[u.Story] = append(moves[u.Story], Move{u, now})
	}
	for st, list := range moves { // two items that were used may have been followed by the same take
		slices.SortStableFunc(list, func(a, b Move) int { return int(min(max(b.Version-a.Version, -1), 1)) })
		var kept []Move
		for _, m := range list {
			covered := slices.ContainsFunc(uses, func(u Use) bool { return u.Story == st && max(u.Version, u.Seen) == m.Now.Version })
			same := slices.ContainsFunc(kept, func(k Move) bool { return k.Now.Version == m.Now.Version })
			if !covered && !same {
				kept = append(kept, m)
			}
		}
		moves[st] = kept
	}
	return moves, nil
}

// An Answer is what somebody did about a move.
type Answer string

// The answers.
const (
	LookedAt  Answer = "seen"  // looked at, nothing taken
	TakenOver Answer = "taken" // the story has what it wants of it
)

// AnswerMove says that a version that came has been looked at, and whether something was
// taken over from it. Writers may.
func (s *Service) AnswerMove(ctx context.Context, by *account.Account, story, item, version id.ID, a Answer) (err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return err
	}
	defer errs.Wrap(&err, "answer what moved on")
	it, err := s.Wire.Version(ctx, by, version)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		uses, err := textUses(ctx, tx, []id.ID{story}, maxUses)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(uses, func(u Use) bool { return u.Item == item }) {
			return errs.E(errs.NotFound, "This story has not used that item.")
		}
		if err := setSeen(ctx, tx, story, item, version); err != nil {
			return err
		}
		if a == TakenOver && it.ID == item {
			if err := s.NoteVersion(ctx, tx, story, item, version); err != nil {
				return err
			}
		}
		return bus.Publish(ctx, tx, "stories", "story.wire", event{story, 0})
	})
}

// Uses lists which stories have used a wire item, and which version, the newest story
// first. Who reads the wire may.
func (s *Service) Uses(ctx context.Context, by *account.Account, item id.ID) (uses []Use, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		uses, err = textUsesOf(ctx, tx, item, maxUses)
		return err
	})
	return uses, err
}
