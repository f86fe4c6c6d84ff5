package discussion

import (
	"context"
	"errors"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
)

// Kinds of events on the topic "story:ID", all with a [Change]; Ranking is on the
// topic "ranking", Reported and Waiting on "moderation".
const (
	KindPosted   = "comment.posted"
	KindRemoved  = "comment.removed" // or held: no longer to be shown
	KindRestored = "comment.restored"
	KindVoted    = "comment.voted"
	KindStory    = "discussion.voted"
	KindPaused   = "discussion.paused"
	KindResumed  = "discussion.resumed"
	KindRanking  = "ranking.changed"
	KindReported = "comment.reported"
	KindWaiting  = "comment.held"
)

// TopRanked is how many lines of the ranking are live: a change further down
// makes no event.
const TopRanked = 20

// A Change is what an event tells: enough to fetch what is new and to set the
// figures without fetching anything.
type Change struct {
	Story        id.ID `json:"story"`
	Comment      id.ID `json:"comment,omitzero"`
	Parent       id.ID `json:"parent,omitzero"`
	Root         id.ID `json:"root,omitzero"`
	CommentVotes int   `json:"comment_votes"` // of Comment
	Comments     int   `json:"comments"`      // of the discussion, as in Counts
	Votes        int   `json:"votes"`
	Own          int   `json:"own"`
}

// Topic is the topic of a story's events.
func Topic(story id.ID) string { return "story:" + story.String() }

// A Service is the discussion. Its methods may be called at once.
type Service struct {
	DB   *sqldb.DB
	Zone *time.Location   // of the newsroom: when its day begins
	Now  func() time.Time // nil means time.Now
	Pace *Pace            // nil means DefaultPace

	// Stories returns errs.NotFound unless the story is published. It is asked
	// only when a story is discussed of which Open has not told.
	Stories func(ctx context.Context, tx *sqldb.Tx, story id.ID) error

	// Check says why a comment must wait for a moderator, or "" if it need not.
	// Nil holds nothing. It is called outside of the transaction.
	Check func(ctx context.Context, by *account.Account, c *Comment) (holdFor string, err error)
}

func (s *Service) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func (s *Service) pace() Pace {
	if s.Pace == nil {
		return DefaultPace()
	}
	return *s.Pace
}

// may is the first line of what a person does: allowed, and reachable.
func may(by *account.Account, p account.Permission) error {
	if err := by.Must(p); err != nil {
		return err
	}
	if !by.Confirmed || by.ID == 0 {
		return errs.E(errs.Denied, "Confirm your e-mail address first: open the link in the message that we sent you.")
	}
	return nil
}

// Post adds a comment or a reply. A draft whose key the same person has used
// before adds nothing and returns the comment made then; so does one without a
// key that says the same at once again. Errors: Invalid with
// what is wrong, Limited when a rule of [Pace] is broken, NotFound for a story
// that is not published, Conflict for one whose discussion is closed or a
// parent that is not live.
func (s *Service) Post(ctx context.Context, by *account.Account, d Draft) (_ *Comment, err error) {
	if err := may(by, account.CommentPost); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "post comment on story %s", d.StoryID)
	if err := d.validate(); err != nil {
		return nil, err
	}
	p := post{draft: d}
	if err := s.compose(ctx, by, &p); err != nil {
		return nil, err
	}
	var posted record
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		posted, err = s.post(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &posted.Comment, nil
}

// A post is a comment on its way in, with all that need not be done inside the
// transaction.
type post struct {
	record
	draft    Draft
	json     []byte
	likeness likeness
	from, to time.Time // the newsroom's day
}

func (s *Service) compose(ctx context.Context, by *account.Account, p *post) (err error) {
	if p.Body, err = richtext.FromMarkdown(p.draft.Markdown); err != nil {
		return err
	}
	p.Text = p.Body.Text()
	if p.Text == "" {
		return invalid("body", "Write something first.")
	}
	if p.json, err = p.Body.MarshalJSON(); err != nil {
		return err
	}
	now := s.now()
	p.Comment = Comment{
		ID: id.At(now), StoryID: p.draft.StoryID, ParentID: p.draft.ParentID, AuthorID: by.ID, AuthorName: by.Name,
		Staff: by.Staff(), Body: p.Body, Text: p.Text, State: Live, Posted: time.UnixMilli(now.UnixMilli()).UTC(),
	}
	p.RootID, p.place = p.ID, kept
	p.likeness = likenessOf(p.Text)
	p.from, p.to = day(now, s.Zone)
	if s.Check == nil {
		return nil
	}
	if p.HeldFor, err = s.Check(ctx, by, &p.Comment); err == nil && p.HeldFor != "" {
		p.State, p.place = Held, none
	}
	return err
}

// post is the transaction of Post. The row of the discussion is changed last, as
// everybody who writes to the same story waits for it on PostgreSQL.
func (s *Service) post(ctx context.Context, tx *sqldb.Tx, p post) (record, error) {
	if !p.Staff {
		known, err := s.checkPace(ctx, tx, &p)
		if err != nil || known != 0 {
			return s.again(ctx, tx, known, err)
		}
	}
	if p.ParentID != 0 {
		if err := adopt(ctx, tx, &p.record); err != nil {
			return record{}, err
		}
	}
	weight, err := s.insert(ctx, tx, &p)
	if errors.Is(err, errs.NotFound) {
		return s.taken(ctx, tx, &p)
	}
	if err != nil {
		return record{}, err
	}
	p.weight = weight
	if p.State == Held {
		if _, err := s.count(ctx, tx, change{story: p.StoryID, mustBeOpen: true}); err != nil {
			return record{}, err
		}
		return p.record, bus.Publish(ctx, tx, "moderation", KindWaiting, Change{Story: p.StoryID, Comment: p.ID})
	}
	return p.record, s.tell(ctx, tx, KindPosted, &p.Comment, change{
		story: p.StoryID, mustBeOpen: true, comments: 1, beats: []beat{beatOf(p.Posted, weight)},
	})
}

// maxSlots is how many slots are tried for a comment that no pace forbids. Of the
// million in a second two may be the same by chance.
const maxSlots = 8

func (s *Service) insert(ctx context.Context, tx *sqldb.Tx, p *post) (weight int64, err error) {
	paced := s.pace().Gap >= time.Second && !p.Staff
	p.slot = slot(&p.Comment, paced)
	for try := 1; ; try++ {
		weight, err = insert(ctx, tx, p)
		if paced || try == maxSlots || !errors.Is(err, errs.NotFound) {
			return weight, err
		}
		if _, known := byKey(ctx, tx, p.AuthorID, p.draft.Key); known == nil {
			return weight, err
		}
		p.slot = anySlot(p.Posted)
	}
}

// again returns the comment that a repeated request has made before.
func (s *Service) again(ctx context.Context, tx *sqldb.Tx, known id.ID, err error) (record, error) {
	if err != nil {
		return record{}, err
	}
	return get(ctx, tx, known, "")
}

// taken answers a post whose key or second another request has taken.
func (s *Service) taken(ctx context.Context, tx *sqldb.Tx, p *post) (record, error) {
	known, err := byKey(ctx, tx, p.AuthorID, p.draft.Key)
	if errors.Is(err, errs.NotFound) {
		if known, err = s.checkPace(ctx, tx, p); err == nil && known == 0 {
			err = tooFast(time.Second)
		}
	}
	return s.again(ctx, tx, known, err)
}

// checkPace returns the comment that the same request has posted already, if any.
func (s *Service) checkPace(ctx context.Context, tx *sqldb.Tx, p *post) (known id.ID, err error) {
	pace := s.pace()
	history, err := recent(ctx, tx, p.AuthorID, p.Posted.Add(-max(time.Hour, pace.Repeat)), max(pace.PerHour, 30))
	if err != nil {
		return 0, err
	}
	for _, h := range history {
		if h.same(p.Posted, &p.draft, p.likeness) {
			return h.id, nil
		}
	}
	return 0, pace.check(p.Posted, history, &p.draft, p.likeness)
}

// begin makes the row of a discussion that Open has not made.
func (s *Service) begin(ctx context.Context, tx *sqldb.Tx, story id.ID) error {
	if s.Stories == nil {
		return errs.E(errs.NotFound, "There is no such story.")
	}
	if err := s.Stories(ctx, tx, story); err != nil {
		return err
	}
	_, err := open(ctx, tx, story)
	return err
}

// Open lets people discuss a story and puts its discussion into the ranking. It
// belongs into the transaction that publishes the story; a second call changes
// nothing. It does not end a pause that a moderator has ordered.
func (s *Service) Open(ctx context.Context, tx *sqldb.Tx, story id.ID) (err error) {
	defer errs.Wrap(&err, "open discussion of story %s", story)
	ranked, err := open(ctx, tx, story)
	if err != nil || !ranked {
		return err
	}
	return bus.Publish(ctx, tx, "ranking", KindRanking, Change{Story: story})
}

// Close hides the discussion of a story with the story itself, and takes it out of
// the ranking. It belongs into the transaction that unpublishes the story.
func (s *Service) Close(ctx context.Context, tx *sqldb.Tx, story id.ID) (err error) {
	defer errs.Wrap(&err, "close discussion of story %s", story)
	ranked, err := hide(ctx, tx, story)
	if err != nil || !ranked {
		return err
	}
	return bus.Publish(ctx, tx, "ranking", KindRanking, Change{Story: story})
}

// ByIDs returns the comments with these IDs that a reader may know of, in no
// particular order; of removed ones only their place.
func (s *Service) ByIDs(ctx context.Context, ids []id.ID) (list []Comment, err error) {
	defer errs.Wrap(&err, "read comments")
	if len(ids) > maxPage {
		return nil, errs.E(errs.Invalid, "Ask for at most %d comments at once.", maxPage)
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		records, err := byIDs(ctx, tx, ids)
		list = public(records)
		return err
	})
	return list, err
}

// ByID returns a comment as ByIDs does.
func (s *Service) ByID(ctx context.Context, comment id.ID) (*Comment, error) {
	list, err := s.ByIDs(ctx, []id.ID{comment})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoComment()
	}
	return &list[0], nil
}

func errNoComment() error { return errs.E(errs.NotFound, "There is no such comment.") }

// public makes what readers may see of comments.
func public(records []record) []Comment {
	list := make([]Comment, len(records))
	for i := range records {
		if c := &records[i].Comment; c.State == Live {
			list[i] = *c
			list[i].Reports = 0
		} else {
			list[i] = c.place()
		}
	}
	return list
}
