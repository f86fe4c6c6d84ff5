package discussion

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
)

// The values of comment.place.
const (
	kept = "kept"
	none = "none"
)

// A record is a comment with what only this package needs to know of it.
type record struct {
	Comment
	path   []byte
	place  string
	weight int64
	slot   int64
}

// slotBits is the room for comments of a person in a second that no pace forbids.
const slotBits = 20

// slotOf is the first slot of the second of t.
func slotOf(t time.Time) int64 { return t.Unix() << slotBits }

// slot returns where a comment stands among those of its author. One that is
// posted at a pace takes the first slot of its second, and nobody else can.
func slot(c *Comment, paced bool) int64 {
	if paced {
		return slotOf(c.Posted)
	}
	return slotOf(c.Posted) + max(1, int64(c.ID)&(1<<slotBits-1))
}

// anySlot returns a slot in the second of t, but never the first.
func anySlot(t time.Time) int64 {
	return slotOf(t) + 1 + rand.Int64N(1<<slotBits-1) //nolint:gosec // to be another one is all it needs
}

const columns = `id, story_id, parent_id, root_id, path, depth, author_id, author_name, author_kind,
	body, plain, state, held_for, place, votes, children, replies, reports, weight, posted_ms, slot`

func scan(row sqldb.Row) (r record, err error) {
	var kind, body string
	var posted int64
	err = row.Scan(&r.ID, &r.StoryID, &r.ParentID, &r.RootID, &r.path, &r.Depth, &r.AuthorID, &r.AuthorName, &kind,
		&body, &r.Text, &r.State, &r.HeldFor, &r.place, &r.Votes, &r.Children, &r.Replies, &r.Reports, &r.weight, &posted, &r.slot)
	if err != nil {
		return r, err
	}
	r.Staff, r.Posted = kind == "staff", time.UnixMilli(posted).UTC()
	r.Body, err = richtext.Parse([]byte(body))
	return r, err
}

// get reads a comment; lock is Tx.ForUpdate() or nothing.
func get(ctx context.Context, tx *sqldb.Tx, comment id.ID, lock string) (record, error) {
	r, err := sqldb.One(ctx, tx, scan, `SELECT `+columns+` FROM comment c WHERE c.id = $1`+lock, comment)
	if errors.Is(err, errs.NotFound) {
		return r, errNoComment()
	}
	return r, err
}

const recentSQL = `
	SELECT id, story_id, parent_id, likeness, client_key, posted_ms FROM comment
	WHERE author_id = $1 AND slot >= $2
	ORDER BY slot DESC LIMIT $3`

// recent returns a person's newest comments, newest first.
func recent(ctx context.Context, tx *sqldb.Tx, author id.ID, since time.Time, limit int) ([]earlier, error) {
	return sqldb.All(ctx, tx, func(r sqldb.Row) (e earlier, err error) {
		var key sql.NullString
		var posted int64
		err = r.Scan(&e.id, &e.story, &e.parent, &e.likeness, &key, &posted)
		e.key, e.posted = key.String, time.UnixMilli(posted)
		return e, err
	}, recentSQL, author, slotOf(since), limit)
}

func byKey(ctx context.Context, tx *sqldb.Tx, author id.ID, key string) (id.ID, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[id.ID],
		`SELECT id FROM comment WHERE author_id = $1 AND client_key = $2`, author, text(key))
}

func text(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// adopt puts r below its parent: the statement that makes room for the reply is
// the one that finds out whether the parent is still there to be answered.
func adopt(ctx context.Context, tx *sqldb.Tx, r *record) error {
	var grow int64
	if r.place == kept {
		grow = 1
	}
	parent, err := sqldb.One(ctx, tx, func(row sqldb.Row) (p record, err error) {
		err = row.Scan(&p.StoryID, &p.RootID, &p.path, &p.Depth)
		return p, err
	}, `
		UPDATE comment SET children = children + $2, replies = replies + CASE WHEN parent_id IS NULL THEN $2 ELSE 0 END
		WHERE id = $1 AND state = 'live'
		RETURNING story_id, root_id, path, depth`, r.ParentID, grow)
	if errors.Is(err, errs.NotFound) || err == nil && parent.StoryID != r.StoryID {
		return errs.E(errs.Conflict, "The comment that you answer is no longer there. Your text is kept: post it as a comment of its own.")
	}
	if err != nil {
		return err
	}
	r.RootID, r.Depth, r.path = parent.RootID, parent.Depth+1, pathBelow(parent.path, r.ID)
	if grow == 0 || r.ParentID == r.RootID {
		return nil
	}
	_, err = sqldb.Exec(ctx, tx, `UPDATE comment SET replies = replies + 1 WHERE id = $1`, r.RootID)
	return err
}

// pathBelow returns the path of a reply. At MaxDepth paths stop growing, so that
// the replies from there on lie beside each other, in the order of their IDs.
func pathBelow(parent []byte, reply id.ID) []byte {
	n := min(len(parent), (MaxDepth-1)*8)
	path := make([]byte, n, n+8)
	copy(path, parent)
	return binary.BigEndian.AppendUint64(path, uint64(reply)) //nolint:gosec // IDs are positive
}

// insert stores a comment and returns its weight in the ranking. It returns
// errs.NotFound, and stores nothing, if the key or the slot is taken.
func insert(ctx context.Context, tx *sqldb.Tx, p *post) (weight int64, err error) {
	kind, held := "reader", 0
	if p.Staff {
		kind = "staff"
	}
	if p.State == Held {
		held = 1
	}
	if p.path == nil {
		p.path = []byte{}
	}
	return sqldb.One(ctx, tx, sqldb.Scalar[int64], insertSQL,
		p.ID, p.StoryID, p.ParentID, p.RootID, p.path, p.Depth, p.AuthorID, p.AuthorName, kind,
		string(p.json), p.Text, p.likeness.hash, string(p.State), p.HeldFor, p.place, p.Posted.UnixMilli(), p.slot, text(p.draft.Key),
		held, slotOf(p.from), slotOf(p.to), FirstComment, NextComment)
}

const insertSQL = `
	INSERT INTO comment (id, story_id, parent_id, root_id, path, depth, author_id, author_name, author_kind,
		body, plain, likeness, state, held_for, place, posted_ms, slot, client_key, weight)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
		CASE WHEN $9 = 'staff' OR $19 = 1 THEN 0
			WHEN EXISTS (SELECT 1 FROM comment e WHERE e.author_id = $7 AND e.slot >= $20 AND e.slot < $21
				AND e.story_id = $2 AND e.state = 'live') THEN $23
			ELSE $22 END)
	ON CONFLICT DO NOTHING
	RETURNING weight`

// A discussionRow is the row of table discussion.
type discussionRow struct {
	story    id.ID
	live     bool
	paused   bool
	comments int
	own      int
	votes    int // for live comments
	newest   beat
	tail     float64
	older    string
	rank     sql.NullFloat64
	last     sql.NullFloat64 // rank of the last line of the ranking that is live, if there are so many
}

func (d *discussionRow) counts() Counts {
	return Counts{Comments: d.comments, Votes: d.own + d.votes, Own: d.own, Open: d.live && !d.paused}
}

func (d *discussionRow) mustBeOpen() error {
	switch {
	case !d.live:
		return errs.E(errs.NotFound, "There is no such story.")
	case d.paused:
		return errs.E(errs.Conflict, "This discussion is closed to new comments and votes.")
	}
	return nil
}

const discussionColumns = `story_id, story, posting, comments, votes, comment_votes,
	heat_period, heat_sum, heat_tail, heat_older, rank`

func scanDiscussion(r sqldb.Row) (discussionRow, error) { return scanDiscussionAnd(r) }

func scanDiscussionAnd(r sqldb.Row, more ...any) (d discussionRow, err error) {
	var story, posting string
	err = r.Scan(append([]any{
		&d.story, &story, &posting, &d.comments, &d.own, &d.votes,
		&d.newest.period, &d.newest.sum, &d.tail, &d.older, &d.rank,
	}, more...)...)
	d.live, d.paused = story == "live", posting == "paused"
	return d, err
}

// heat returns what the discussion's rank is made of.
func (d *discussionRow) heat() (heat, error) {
	if d.newest.sum == 0 {
		return nil, nil
	}
	older, err := parseHeat(d.older)
	return append(heat{d.newest}, older...), err
}

// tally changes the counts of a discussion and returns its row, which nobody else
// can change until the transaction ends.
func tally(ctx context.Context, tx *sqldb.Tx, ch change) (discussionRow, error) {
	return sqldb.One(ctx, tx, scanDiscussion, `
		UPDATE discussion SET comments = comments + $2, votes = votes + $3, comment_votes = comment_votes + $4
		WHERE story_id = $1 RETURNING `+discussionColumns, ch.story, ch.comments, ch.own, ch.votes)
}

const lastRankedSQL = `
	SELECT r.rank FROM discussion r WHERE r.story = 'live' AND r.rank IS NOT NULL
	ORDER BY r.rank DESC, r.story_id DESC LIMIT 1 OFFSET $1`

// addBeat is tally and setHeat in one statement, for what happens nearly always:
// one more beat in the newest period. In any other case it is errs.NotFound.
func addBeat(ctx context.Context, tx *sqldb.Tx, ch change, b beat) (discussionRow, error) {
	return sqldb.One(ctx, tx, func(r sqldb.Row) (discussionRow, error) {
		var last sql.NullFloat64
		d, err := scanDiscussionAnd(r, &last)
		d.last = last
		return d, err
	}, `
		UPDATE discussion SET comments = comments + $2, votes = votes + $3, comment_votes = comment_votes + $4,
			heat_sum = heat_sum + $5, rank = LN(heat_sum + $5 + heat_tail) / $6 - $7 + heat_period
		WHERE story_id = $8 AND heat_period = $9 AND heat_sum > 0
		RETURNING `+discussionColumns+`, (`+lastRankedSQL+`)`,
		TopRanked-1, ch.comments, ch.own, ch.votes, b.sum, math.Ln2, float64(scaleBits), ch.story, b.period)
}

// setHeat stores what a discussion's rank is made of, and the rank; it fills in d.last.
func setHeat(ctx context.Context, tx *sqldb.Tx, d *discussionRow, h heat) (err error) {
	d.newest, d.tail, d.older = beat{}, 0, ""
	if len(h) > 0 {
		d.newest, d.tail, d.older = h[0], h.tail(), h[1:].String()
	}
	d.rank.Float64, d.rank.Valid = h.rank()
	d.last, err = sqldb.One(ctx, tx, sqldb.Scalar[sql.NullFloat64], `
		UPDATE discussion SET heat_period = $2, heat_sum = $3, heat_tail = $4, heat_older = $5, rank = $6
		WHERE story_id = $7 RETURNING (`+lastRankedSQL+`)`,
		TopRanked-1, d.newest.period, d.newest.sum, d.tail, d.older, d.rank, d.story)
	return err
}

// open makes a discussion live and reports whether it is in the ranking because of that.
func open(ctx context.Context, tx *sqldb.Tx, story id.ID) (ranked bool, err error) {
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO discussion (story_id, story, posting) VALUES ($1, 'live', 'open') ON CONFLICT (story_id) DO NOTHING`, story)
	if err != nil {
		return false, err
	}
	return switchStory(ctx, tx, story, "live", "gone")
}

// hide is the opposite of open.
func hide(ctx context.Context, tx *sqldb.Tx, story id.ID) (ranked bool, err error) {
	return switchStory(ctx, tx, story, "gone", "live")
}

func switchStory(ctx context.Context, tx *sqldb.Tx, story id.ID, to, from string) (ranked bool, err error) {
	rank, err := sqldb.One(ctx, tx, sqldb.Scalar[sql.NullFloat64],
		`UPDATE discussion SET story = $2 WHERE story_id = $1 AND story = $3 RETURNING rank`, story, to, from)
	if errors.Is(err, errs.NotFound) {
		return false, nil
	}
	return rank.Valid, err
}

func summary(ctx context.Context, tx *sqldb.Tx, stories []id.ID) (map[id.ID]Counts, error) {
	list, err := sqldb.All(ctx, tx, scanDiscussion, `
		SELECT `+discussionColumns+` FROM discussion WHERE story_id IN `+tx.InList("$1"), idList(stories))
	counts := make(map[id.ID]Counts, len(list))
	for _, d := range list {
		counts[d.story] = d.counts()
	}
	return counts, err
}

// idList is the argument of Tx.InList: numbers, where an id.ID's JSON is text.
func idList(ids []id.ID) string {
	numbers := make([]int64, len(ids))
	for i, v := range ids {
		numbers[i] = int64(v)
	}
	b, err := json.Marshal(numbers)
	if err != nil {
		panic(err) // cannot be: these are numbers
	}
	return string(b)
}

const mostActiveSQL = `
	SELECT story_id, votes + comment_votes, comments FROM discussion
	WHERE story = 'live' AND rank IS NOT NULL
	ORDER BY rank DESC, story_id DESC LIMIT $1`

func mostActive(ctx context.Context, tx *sqldb.Tx, n int) ([]Ranked, error) {
	return sqldb.All(ctx, tx, func(r sqldb.Row) (line Ranked, err error) {
		err = r.Scan(&line.StoryID, &line.Votes, &line.Comments)
		return line, err
	}, mostActiveSQL, n)
}

// byIDs returns those of the comments that have a place under a story that is live.
func byIDs(ctx context.Context, tx *sqldb.Tx, ids []id.ID) ([]record, error) {
	return sqldb.All(ctx, tx, scan, `
		SELECT `+columns+` FROM comment c
		WHERE c.id IN `+tx.InList("$1")+` AND c.place = 'kept'
			AND EXISTS (SELECT 1 FROM discussion d WHERE d.story_id = c.story_id AND d.story = 'live')`, idList(ids))
}
