package discussion

import (
	"context"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// A Report is one person's objection to a comment.
type Report struct {
	CommentID    id.ID
	ReporterID   id.ID
	ReporterName string // for moderators only
	Reason       Reason
	Note         string
	Open         bool // no moderator has answered it yet
	Reported     time.Time
}

// Report tells the moderators of a comment. A person's second report of the same
// comment changes nothing. Other needs a note.
func (s *Service) Report(ctx context.Context, by *account.Account, comment id.ID, reason Reason, note string) (err error) {
	if err := may(by, account.CommentReport); err != nil {
		return err
	}
	defer errs.Wrap(&err, "report comment %s", comment)
	if note, err = cleanReport(reason, note); err != nil {
		return err
	}
	now := s.now()
	r := Report{CommentID: comment, ReporterID: by.ID, ReporterName: by.Name, Reason: reason, Note: note, Reported: now}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return s.report(ctx, tx, &r, by.Staff())
	})
}

func (s *Service) report(ctx context.Context, tx *sqldb.Tx, r *Report, staff bool) error {
	c, err := get(ctx, tx, r.CommentID, "")
	switch {
	case err != nil:
		return err
	case c.State == Held:
		return errNoComment()
	case c.State == Removed:
		return errs.E(errs.Conflict, "This comment has been removed already.")
	case c.AuthorID == r.ReporterID:
		return errs.E(errs.Denied, "You cannot report your own comment.")
	}
	if most := s.pace().Reports; most > 0 && !staff {
		n, err := reportsSince(ctx, tx, r.ReporterID, r.Reported.Add(-time.Hour), most)
		if err != nil {
			return err
		}
		if n >= most {
			return errs.E(errs.Limited, "You have reported %d comments in an hour, which is the most. The moderators are at it.", most)
		}
	}
	added, err := insertReport(ctx, tx, r)
	if err != nil || !added {
		return err
	}
	return bus.Publish(ctx, tx, "moderation", KindReported, Change{Story: c.StoryID, Comment: c.ID, Root: c.RootID})
}

// A Filter says which comments a moderator wants to see. Zero fields do not filter.
type Filter struct {
	States   []State // none means all
	Waiting  bool    // instead of States: held, or live with unanswered reports
	Reported bool    // only those with unanswered reports
	StoryID  id.ID
	AuthorID id.ID  // not together with StoryID
	After    string // QueuePage.Next of the page before
	Limit    int    // 0 means 50
}

// A Queued is a comment with the reports that wait for an answer.
type Queued struct {
	Comment
	Open []Report
}

// A QueuePage is a part of the moderators' list.
type QueuePage struct {
	Items []Queued
	Next  string // "" on the last page
}

// Queue lists comments for moderators: the most reported first, then the newest;
// those of one person simply the newest first.
func (s *Service) Queue(ctx context.Context, by *account.Account, f Filter) (page *QueuePage, err error) {
	if err := by.Must(account.CommentModerate); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "read moderation queue")
	if f.StoryID != 0 && f.AuthorID != 0 {
		return nil, errs.E(errs.Invalid, "Choose a story or a person, not both.")
	}
	after, err := parseMark(f.After)
	if err != nil {
		return nil, err
	}
	f.Limit = pageLimit(f.Limit)
	page = &QueuePage{}
	return page, s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err := queue(ctx, tx, f, after)
		if err != nil {
			return err
		}
		if len(list) > f.Limit {
			list = list[:f.Limit]
			page.Next = f.mark(&list[f.Limit-1]).String()
		}
		page.Items, err = withReports(ctx, tx, list)
		return err
	})
}

// MaxWaiting is where Waiting stops counting.
const MaxWaiting = 1000

// Waiting returns how many comments wait for a moderator, at most MaxWaiting.
func (s *Service) Waiting(ctx context.Context, by *account.Account) (n int, err error) {
	if err := by.Must(account.CommentModerate); err != nil {
		return 0, err
	}
	defer errs.Wrap(&err, "count what waits for moderators")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		n, err = waiting(ctx, tx)
		return err
	})
	return n, err
}

func withReports(ctx context.Context, tx *sqldb.Tx, list []record) ([]Queued, error) {
	items := make([]Queued, len(list))
	at := map[id.ID]int{}
	var reported []id.ID
	for i := range list {
		items[i].Comment = list[i].Comment
		if list[i].Reports > 0 {
			reported = append(reported, list[i].ID)
			at[list[i].ID] = i
		}
	}
	if len(reported) == 0 {
		return items, nil
	}
	reports, err := openReports(ctx, tx, reported)
	for _, r := range reports {
		i := at[r.CommentID]
		items[i].Open = append(items[i].Open, r)
	}
	return items, err
}

// A Case is all that moderators know of a comment.
type Case struct {
	Comment Comment
	Reports []Report // the newest MaxCase, answered ones too
	Rulings []Ruling // the newest MaxCase
}

// MaxCase is how many reports and rulings a Case holds.
const MaxCase = 200

// Case returns a comment, whatever its state, with its history.
func (s *Service) Case(ctx context.Context, by *account.Account, comment id.ID) (file *Case, err error) {
	if err := by.Must(account.CommentModerate); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "read the case of comment %s", comment)
	file = &Case{}
	return file, s.DB.View(ctx, func(tx *sqldb.Tx) error {
		c, err := get(ctx, tx, comment, "")
		if err != nil {
			return err
		}
		file.Comment = c.Comment
		if file.Reports, err = reportsOf(ctx, tx, comment); err != nil {
			return err
		}
		file.Rulings, err = rulingsOf(ctx, tx, comment)
		return err
	})
}

// Rulings returns what moderators did under a story, the newest first.
func (s *Service) Rulings(ctx context.Context, by *account.Account, story id.ID) (list []Ruling, err error) {
	if err := by.Must(account.CommentModerate); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "read rulings on story %s", story)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = rulingsUnder(ctx, tx, story)
		return err
	})
	return list, err
}
