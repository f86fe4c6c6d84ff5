package discussion

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

func setState(ctx context.Context, tx *sqldb.Tx, c *record, place string) error {
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE comment SET state = $2, place = $3, weight = $4 WHERE id = $1`, c.ID, string(c.State), place, c.weight)
	return err
}

func setPlace(ctx context.Context, tx *sqldb.Tx, comment id.ID, place string) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE comment SET place = $2 WHERE id = $1`, comment, place)
	return err
}

func addChild(ctx context.Context, tx *sqldb.Tx, parent id.ID, n int64) (p record, err error) {
	return sqldb.One(ctx, tx, func(row sqldb.Row) (p record, err error) {
		err = row.Scan(&p.ID, &p.ParentID, &p.State, &p.place, &p.Children)
		return p, err
	}, `UPDATE comment SET children = children + $2 WHERE id = $1 RETURNING id, parent_id, state, place, children`, parent, n)
}

func addReplies(ctx context.Context, tx *sqldb.Tx, root id.ID, n int64) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE comment SET replies = replies + $2 WHERE id = $1`, root, n)
	return err
}

// A weighed is a comment as the ranking sees it.
type weighed struct {
	id     id.ID
	posted time.Time
	weight int64
}

// sameDay returns the live comments of c's author under the same story in a span
// of time, the earliest first. The rules of pace bound how many there can be.
func sameDay(ctx context.Context, tx *sqldb.Tx, c *record, from, to time.Time) ([]weighed, error) {
	return sqldb.All(ctx, tx, func(r sqldb.Row) (w weighed, err error) {
		var posted int64
		err = r.Scan(&w.id, &posted, &w.weight)
		w.posted = time.UnixMilli(posted)
		return w, err
	}, `
		SELECT id, posted_ms, weight FROM comment
		WHERE author_id = $1 AND slot >= $2 AND slot < $3
			AND story_id = $4 AND state = 'live' AND author_kind = 'reader'
		ORDER BY posted_ms, id`, c.AuthorID, slotOf(from), slotOf(to), c.StoryID)
}

func setWeight(ctx context.Context, tx *sqldb.Tx, comment id.ID, weight int64) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE comment SET weight = $2 WHERE id = $1`, comment, weight)
	return err
}

// setPosting opens or pauses a discussion; it is errs.Conflict if it is so already.
func setPosting(ctx context.Context, tx *sqldb.Tx, story id.ID, to string) (discussionRow, error) {
	d, err := sqldb.One(ctx, tx, scanDiscussion, `
		UPDATE discussion SET posting = $2 WHERE story_id = $1 AND posting <> $2 AND story = 'live'
		RETURNING `+discussionColumns, story, to)
	if errors.Is(err, errs.NotFound) {
		return d, errs.E(errs.Conflict, "This discussion is %s already, or its story is not published.", to)
	}
	return d, err
}

func reportsSince(ctx context.Context, tx *sqldb.Tx, reporter id.ID, since time.Time, most int) (int, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[int], `
		SELECT COUNT(*) FROM (SELECT 1 FROM comment_report WHERE reporter_id = $1 AND reported_ms > $2 LIMIT $3) AS r`,
		reporter, since.UnixMilli(), most)
}

func insertReport(ctx context.Context, tx *sqldb.Tx, r *Report) (added bool, err error) {
	n, err := sqldb.Exec(ctx, tx, `
		INSERT INTO comment_report (comment_id, reporter_id, reporter_name, reason, note, state, reported_ms)
		VALUES ($1, $2, $3, $4, $5, 'open', $6)
		ON CONFLICT (comment_id, reporter_id) DO NOTHING`,
		r.CommentID, r.ReporterID, r.ReporterName, string(r.Reason), r.Note, r.Reported.UnixMilli())
	if err != nil || n == 0 {
		return false, err
	}
	_, err = sqldb.Exec(ctx, tx, `UPDATE comment SET reports = reports + 1 WHERE id = $1`, r.CommentID)
	return true, err
}

func answerReports(ctx context.Context, tx *sqldb.Tx, comment id.ID) error {
	n, err := sqldb.Exec(ctx, tx, `
		UPDATE comment_report SET state = 'answered' WHERE comment_id = $1 AND state = 'open'`, comment)
	if err != nil || n == 0 {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `UPDATE comment SET reports = reports - $2 WHERE id = $1`, comment, n)
	return err
}

const reportColumns = `comment_id, reporter_id, reporter_name, reason, note, state, reported_ms`

func scanReport(row sqldb.Row) (r Report, err error) {
	var state string
	var reported int64
	err = row.Scan(&r.CommentID, &r.ReporterID, &r.ReporterName, &r.Reason, &r.Note, &state, &reported)
	r.Open, r.Reported = state == "open", time.UnixMilli(reported).UTC()
	return r, err
}

// openReports returns unanswered reports about any of the comments.
func openReports(ctx context.Context, tx *sqldb.Tx, comments []id.ID) ([]Report, error) {
	return sqldb.All(ctx, tx, scanReport, `
		SELECT `+reportColumns+` FROM comment_report
		WHERE comment_id IN `+tx.InList("$1")+` AND state = 'open'
		ORDER BY comment_id, reported_ms LIMIT 1000`, idList(comments))
}

func reportsOf(ctx context.Context, tx *sqldb.Tx, comment id.ID) ([]Report, error) {
	return sqldb.All(ctx, tx, scanReport, `
		SELECT `+reportColumns+` FROM comment_report WHERE comment_id = $1
		ORDER BY reported_ms DESC LIMIT $2`, comment, MaxCase)
}

const rulingColumns = `id, story_id, comment_id, moderator_id, moderator_name, action, reason`

func scanRuling(row sqldb.Row) (r Ruling, err error) {
	err = row.Scan(&r.ID, &r.StoryID, &r.CommentID, &r.ModeratorID, &r.ModeratorName, &r.Action, &r.Reason)
	return r, err
}

func insertRuling(ctx context.Context, tx *sqldb.Tx, r *Ruling) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO discussion_ruling (`+rulingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, r.StoryID, r.CommentID, r.ModeratorID, r.ModeratorName, string(r.Action), r.Reason)
	return err
}

func rulingsOf(ctx context.Context, tx *sqldb.Tx, comment id.ID) ([]Ruling, error) {
	return sqldb.All(ctx, tx, scanRuling, `
		SELECT `+rulingColumns+` FROM discussion_ruling WHERE comment_id = $1 ORDER BY id DESC LIMIT $2`, comment, MaxCase)
}

func rulingsUnder(ctx context.Context, tx *sqldb.Tx, story id.ID) ([]Ruling, error) {
	return sqldb.All(ctx, tx, scanRuling, `
		SELECT `+rulingColumns+` FROM discussion_ruling WHERE story_id = $1 ORDER BY id DESC LIMIT $2`, story, MaxCase)
}

// The queue is read one state at a time, each from an index in the order of the
// queue, and merged: an index over all states would be one more to write.
const (
	queueSQL         = `SELECT ` + columns + ` FROM comment c WHERE c.state = $1 AND (c.reports, c.id) < ($2, $3)`
	queueStorySQL    = queueSQL + ` AND c.story_id = $5`
	queueReportedSQL = ` AND c.reports > 0`
	queueOrderSQL    = ` ORDER BY c.reports DESC, c.id DESC LIMIT $4`

	queueAuthorSQL = `SELECT ` + columns + ` FROM comment c
		WHERE c.author_id = $2 AND c.state = $1 AND c.slot < $3`
	queueAuthorOrderSQL = ` ORDER BY c.slot DESC LIMIT $4`
)

// mark is a comment's place in the order of the queue.
func (f *Filter) mark(c *record) mark {
	if f.AuthorID != 0 {
		return mark{c.slot, c.ID}
	}
	return mark{int64(c.Reports), c.ID}
}

// queue returns up to f.Limit+1 comments after the mark.
func queue(ctx context.Context, tx *sqldb.Tx, f Filter, after mark) (list []record, err error) {
	states := f.States
	switch {
	case f.Waiting:
		states = []State{Held, Live}
	case len(states) == 0:
		states = []State{Held, Live, Removed}
	}
	for _, state := range states {
		query, order, args := queueSQL, queueOrderSQL, []any{string(state), after.n, after.id, f.Limit + 1}
		switch {
		case f.StoryID != 0:
			query, args = queueStorySQL, append(args, f.StoryID)
		case f.AuthorID != 0:
			query, order = queueAuthorSQL, queueAuthorOrderSQL
			args[1], args[2] = f.AuthorID, after.n
		}
		if f.Reported || f.Waiting && state == Live {
			query += queueReportedSQL
		}
		part, err := sqldb.All(ctx, tx, scan, query+order, args...)
		if err != nil {
			return nil, err
		}
		list = append(list, part...)
	}
	slices.SortFunc(list, func(a, b record) int {
		return cmp.Or(cmp.Compare(f.mark(&b).n, f.mark(&a).n), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(len(list), f.Limit+1)], nil
}

const waitingSQL = `
	SELECT COUNT(*) FROM (SELECT 1 FROM comment WHERE state = 'held' LIMIT $1) AS held
	UNION ALL
	SELECT COUNT(*) FROM (SELECT 1 FROM comment WHERE state = 'live' AND reports > 0 LIMIT $1) AS reported`

func waiting(ctx context.Context, tx *sqldb.Tx) (n int, err error) {
	parts, err := sqldb.All(ctx, tx, sqldb.Scalar[int], waitingSQL, MaxWaiting)
	for _, p := range parts {
		n += p
	}
	return min(n, MaxWaiting), err
}
