package discussion

import (
	"context"
	"slices"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// An Action is what a moderator did.
type Action string

// The actions.
const (
	Remove  Action = "remove"  // a live or held comment is taken down
	Restore Action = "restore" // a removed comment is shown again
	Hold    Action = "hold"    // a live comment waits for a decision
	Approve Action = "approve" // a held comment is shown
	Dismiss Action = "dismiss" // the reports about a live comment are answered: it stays
	Pause   Action = "pause"   // nothing may be added to the discussion
	Resume  Action = "resume"
)

// actions says from which states an action leads to which.
var actions = map[Action]struct {
	from []State
	to   State
	kind string // of the event
}{
	Remove:  {[]State{Live, Held}, Removed, KindRemoved},
	Restore: {[]State{Removed}, Live, KindRestored},
	Hold:    {[]State{Live}, Held, KindRemoved},
	Approve: {[]State{Held}, Live, KindPosted},
	Dismiss: {[]State{Live}, Live, ""},
}

// A Ruling is an entry in the record of what moderators did.
type Ruling struct {
	ID            id.ID // its Time is when it was made
	StoryID       id.ID
	CommentID     id.ID // zero for Pause and Resume
	ModeratorID   id.ID
	ModeratorName string
	Action        Action
	Reason        string
}

// Remove takes a comment down. Its votes and its weight in the ranking no longer
// count; if it has replies, they stay and so does its place.
func (s *Service) Remove(ctx context.Context, by *account.Account, comment id.ID, reason string) error {
	return s.Moderate(ctx, by, comment, Remove, reason)
}

// Restore shows a removed comment again, with its votes and its weight.
func (s *Service) Restore(ctx context.Context, by *account.Account, comment id.ID, reason string) error {
	return s.Moderate(ctx, by, comment, Restore, reason)
}

// Moderate does one of Remove, Restore, Hold, Approve and Dismiss to a comment,
// answers the reports about it, and records who did it and why. If somebody else
// was faster, so that the action no longer fits the state, the error is
// errs.Conflict and nothing is changed.
func (s *Service) Moderate(ctx context.Context, by *account.Account, comment id.ID, action Action, reason string) (err error) {
	if err := by.Must(account.CommentModerate); err != nil {
		return err
	}
	defer errs.Wrap(&err, "%s comment %s", action, comment)
	if reason, err = cleanRuling(reason); err != nil {
		return err
	}
	if _, ok := actions[action]; !ok {
		return invalid("action", "There is no such action.")
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return s.moderate(ctx, tx, by, comment, action, reason)
	})
}

func (s *Service) moderate(ctx context.Context, tx *sqldb.Tx, by *account.Account, comment id.ID, action Action, reason string) error {
	c, err := get(ctx, tx, comment, tx.ForUpdate())
	if err != nil {
		return err
	}
	rule := actions[action]
	if !slices.Contains(rule.from, c.State) {
		return errs.E(errs.Conflict, "Another moderator was faster: this comment is %s now.", c.State)
	}
	ruling := Ruling{
		ID: id.At(s.now()), StoryID: c.StoryID, CommentID: c.ID,
		ModeratorID: by.ID, ModeratorName: by.Name, Action: action, Reason: reason,
	}
	if err := insertRuling(ctx, tx, &ruling); err != nil {
		return err
	}
	if err := answerReports(ctx, tx, c.ID); err != nil || rule.to == c.State {
		return err
	}
	ch := change{story: c.StoryID}
	wasLive := c.State == Live
	c.State = rule.to
	if err := s.move(ctx, tx, &c, &ch, wasLive); err != nil {
		return err
	}
	if !wasLive && rule.to != Live { // a held comment removed: readers never saw it
		return nil
	}
	return s.tell(ctx, tx, rule.kind, &c.Comment, ch)
}

// move brings a comment into its new state: its place in the thread and those of
// its parents, the counts, the votes, and what the person's comments weigh.
func (s *Service) move(ctx context.Context, tx *sqldb.Tx, c *record, ch *change, wasLive bool) error {
	place := none
	if c.State == Live || c.Children > 0 {
		place = kept
	}
	if wasLive && c.weight != 0 {
		ch.beats = append(ch.beats, beatOf(c.Posted, -c.weight))
	}
	c.weight = 0
	if err := setState(ctx, tx, c, place); err != nil {
		return err
	}
	if place != c.place {
		if err := climb(ctx, tx, c, place); err != nil {
			return err
		}
		c.place = place
	}
	isLive := c.State == Live
	if isLive == wasLive {
		return nil
	}
	sign := 1
	if wasLive {
		sign = -1
	}
	ch.comments, ch.votes = sign, sign*c.Votes
	votes, err := voteBeats(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, b := range votes {
		ch.beats = append(ch.beats, beat{b.period, int64(sign) * b.sum})
	}
	if c.Staff {
		return nil
	}
	again, err := s.reweigh(ctx, tx, c)
	ch.beats = append(ch.beats, again...)
	return err
}

// reweigh gives the live comments of c's author on that day the weights that they
// would have if the others had never been: the first one FirstComment, the others
// NextComment. It returns the difference. So the ranking follows from what is
// visible, not from the order in which moderators worked.
func (s *Service) reweigh(ctx context.Context, tx *sqldb.Tx, c *record) (beats []beat, err error) {
	from, to := day(c.Posted, s.Zone)
	list, err := sameDay(ctx, tx, c, from, to)
	if err != nil {
		return nil, err
	}
	want := int64(FirstComment)
	for _, w := range list {
		if w.weight != want {
			if err := setWeight(ctx, tx, w.id, want); err != nil {
				return nil, err
			}
			beats = append(beats, beatOf(w.posted, want), beatOf(w.posted, -w.weight))
		}
		want = NextComment
	}
	return beats, nil
}

// climb tells the parents of a comment whose place in the thread has come or
// gone. A removed parent has a place as long as there is something below it.
// Rows are locked upwards, as a reply does it.
func climb(ctx context.Context, tx *sqldb.Tx, c *record, place string) error {
	step := int64(1)
	if place == none {
		step = -1
	}
	shown := int64(0) // how many below the root have come or gone
	for parent := c.ParentID; parent != 0; {
		shown += step
		p, err := addChild(ctx, tx, parent, step)
		if err != nil {
			return err
		}
		if p.State == Live || p.place == place || step < 0 && p.Children > 0 {
			break
		}
		if err := setPlace(ctx, tx, p.ID, place); err != nil {
			return err
		}
		parent = p.ParentID
	}
	if shown == 0 {
		return nil
	}
	return addReplies(ctx, tx, c.RootID, shown)
}

// Pause stops comments and votes under a story, Resume allows them again. What is
// there can be read all the time. Doing it twice is errs.Conflict.
func (s *Service) Pause(ctx context.Context, by *account.Account, story id.ID, reason string) error {
	return s.switchPosting(ctx, by, story, Pause, reason)
}

// Resume ends a pause.
func (s *Service) Resume(ctx context.Context, by *account.Account, story id.ID, reason string) error {
	return s.switchPosting(ctx, by, story, Resume, reason)
}

func (s *Service) switchPosting(ctx context.Context, by *account.Account, story id.ID, action Action, reason string) (err error) {
	if err := by.Must(account.CommentModerate); err != nil {
		return err
	}
	defer errs.Wrap(&err, "%s discussion of story %s", action, story)
	if reason, err = cleanRuling(reason); err != nil {
		return err
	}
	to, kind := "paused", KindPaused
	if action == Resume {
		to, kind = "open", KindResumed
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		d, err := setPosting(ctx, tx, story, to)
		if err != nil {
			return err
		}
		ruling := Ruling{
			ID: id.At(s.now()), StoryID: story, ModeratorID: by.ID, ModeratorName: by.Name, Action: action, Reason: reason,
		}
		if err := insertRuling(ctx, tx, &ruling); err != nil {
			return err
		}
		n := d.counts()
		return bus.Publish(ctx, tx, Topic(story), kind, Change{Story: story, Comments: n.Comments, Votes: n.Votes, Own: n.Own})
	})
}
