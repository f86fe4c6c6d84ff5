package discussion

import (
	"context"
	"errors"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// Vote gives or takes back a person's vote for a comment, and returns the votes
// that the comment then has. Doing the same again changes nothing.
func (s *Service) Vote(ctx context.Context, by *account.Account, comment id.ID, on bool) (votes int, err error) {
	if err := may(by, account.CommentVote); err != nil {
		return 0, err
	}
	defer errs.Wrap(&err, "vote for comment %s", comment)
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if on {
			votes, err = s.give(ctx, tx, by, comment)
		} else {
			votes, err = s.takeBack(ctx, tx, by, comment)
		}
		return err
	})
	if errors.Is(err, errSameVote) {
		c, err := s.ByID(ctx, comment)
		if err != nil {
			return 0, err
		}
		return c.Votes, nil
	}
	return votes, err
}

// errSameVote undoes the transaction of a vote that another request of the same
// person has given or taken back before it. Nobody sees it: all is as wished.
var errSameVote = errors.New("the vote is as it should be")

func (s *Service) give(ctx context.Context, tx *sqldb.Tx, by *account.Account, comment id.ID) (int, error) {
	c, err := raise(ctx, tx, comment, by.ID)
	if errors.Is(err, errs.NotFound) {
		return unraised(ctx, tx, comment, by.ID)
	}
	if err != nil {
		return 0, err
	}
	b := s.voteBeat(by)
	if err := insertVote(ctx, tx, by.ID, c.StoryID, c.ID, b); err != nil {
		return 0, err
	}
	return c.Votes, s.tell(ctx, tx, KindVoted, &c.Comment, change{story: c.StoryID, mustBeOpen: true, votes: 1, beats: []beat{b}})
}

// unraised says why a vote was not taken.
func unraised(ctx context.Context, tx *sqldb.Tx, comment, by id.ID) (int, error) {
	c, err := get(ctx, tx, comment, "")
	switch {
	case err != nil:
		return 0, err
	case c.State == Held:
		return 0, errNoComment()
	case c.State == Removed:
		return 0, errs.E(errs.Conflict, "This comment has been removed.")
	case c.AuthorID == by:
		return 0, errs.E(errs.Denied, "You cannot vote for your own comment.")
	}
	return c.Votes, nil // has the vote already
}

func (s *Service) takeBack(ctx context.Context, tx *sqldb.Tx, by *account.Account, comment id.ID) (int, error) {
	c, err := lower(ctx, tx, comment, by.ID)
	if errors.Is(err, errs.NotFound) { // there was no vote
		c, err := get(ctx, tx, comment, "")
		return c.Votes, err
	}
	if err != nil {
		return 0, err
	}
	b, err := deleteVote(ctx, tx, by.ID, c.StoryID, c.ID)
	if err != nil || c.State != Live { // the votes of a removed comment are not counted
		return c.Votes, err
	}
	return c.Votes, s.tell(ctx, tx, KindVoted, &c.Comment, change{story: c.StoryID, votes: -1, beats: []beat{b.negative()}})
}

// voteBeat is what a vote adds to the ranking: nothing for staff.
func (s *Service) voteBeat(by *account.Account) beat {
	if by.Staff() {
		return beat{}
	}
	return beatOf(s.now(), VoteWeight)
}

// VoteStory gives or takes back a person's vote for the discussion of a story
// itself, and returns its figures.
func (s *Service) VoteStory(ctx context.Context, by *account.Account, story id.ID, on bool) (counts Counts, err error) {
	if err := may(by, account.CommentVote); err != nil {
		return Counts{}, err
	}
	defer errs.Wrap(&err, "vote for discussion of story %s", story)
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		counts, err = s.voteStory(ctx, tx, by, story, on)
		return err
	})
	if errors.Is(err, errSameVote) {
		all, err := s.Summary(ctx, []id.ID{story})
		return all[story], err
	}
	return counts, err
}

func (s *Service) voteStory(ctx context.Context, tx *sqldb.Tx, by *account.Account, story id.ID, on bool) (Counts, error) {
	ch := change{story: story, mustBeOpen: on, own: 1}
	b := s.voteBeat(by)
	var err error
	if on {
		err = insertVote(ctx, tx, by.ID, story, 0, b)
	} else {
		b, err = deleteVote(ctx, tx, by.ID, story, 0)
		b, ch.own = b.negative(), -1
	}
	if err != nil {
		return Counts{}, err
	}
	ch.beats = []beat{b}
	counts, err := s.count(ctx, tx, ch)
	if err != nil {
		return Counts{}, err
	}
	return counts, bus.Publish(ctx, tx, Topic(story), KindStory, Change{
		Story: story, Comments: counts.Comments, Votes: counts.Votes, Own: counts.Own,
	})
}

// Own are the votes of a person under one story.
type Own struct {
	Discussion bool
	Comments   []id.ID // the newest MaxOwn
}

// MaxOwn is how many votes of a person under one story OwnVotes returns.
const MaxOwn = 2000

// OwnVotes returns what a person has voted for under a story.
func (s *Service) OwnVotes(ctx context.Context, by *account.Account, story id.ID) (own Own, err error) {
	if by == nil {
		return Own{}, nil
	}
	defer errs.Wrap(&err, "read votes under story %s", story)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		own, err = ownVotes(ctx, tx, by.ID, story)
		return err
	})
	return own, err
}
