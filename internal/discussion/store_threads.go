package discussion

import (
	"context"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

func discussionOf(ctx context.Context, tx *sqldb.Tx, story id.ID) (discussionRow, error) {
	return sqldb.One(ctx, tx, scanDiscussion, `SELECT `+discussionColumns+` FROM discussion WHERE story_id = $1`, story)
}

const rootsSQL = `
	SELECT ` + columns + ` FROM comment c
	WHERE c.story_id = $1 AND c.parent_id IS NULL AND c.place = 'kept'`

// Newest and oldest go by the time and not by the ID alone: for an order of IDs
// PostgreSQL is tempted to walk the primary key through all other stories.
const (
	newestSQL = rootsSQL + ` AND (c.posted_ms, c.id) < ($2, $3) ORDER BY c.posted_ms DESC, c.id DESC LIMIT $4`
	oldestSQL = rootsSQL + ` AND (c.posted_ms, c.id) > ($2, $3) ORDER BY c.posted_ms, c.id LIMIT $4`
	votedSQL  = rootsSQL + ` AND (c.votes, c.id) < ($2, $3) ORDER BY c.votes DESC, c.id DESC LIMIT $4`
)

// rootsAfter returns the first comments of the threads after at, one more than
// can fit on the page.
func rootsAfter(ctx context.Context, tx *sqldb.Tx, r *reader, at cursor) ([]record, error) {
	query, from := newestSQL, at.root.id
	switch r.sort {
	case Oldest:
		query = oldestSQL
	case Voted:
		query = votedSQL
	case Newest:
	}
	switch {
	case at.after != 0:
	case r.sort == Oldest: // root itself is still to come
		from--
	default:
		from++
	}
	return sqldb.All(ctx, tx, scan, query, r.story, at.root.n, int64(from), r.left()+1)
}

const repliesSQL = `
	SELECT ` + columns + ` FROM comment c
	WHERE c.root_id = $1 AND c.place = 'kept' AND c.story_id = $2
		AND c.path > (SELECT a.path FROM comment a WHERE a.id = $3 AND a.root_id = $1)
	ORDER BY c.path LIMIT $4`

// replies returns what follows a comment in its thread.
func replies(ctx context.Context, tx *sqldb.Tx, story, root, after id.ID, limit int) ([]record, error) {
	if limit <= 0 {
		return nil, nil
	}
	return sqldb.All(ctx, tx, scan, repliesSQL, root, story, after, limit)
}

// wholeThreads returns all replies in the threads, by the threads' first comment.
func wholeThreads(ctx context.Context, tx *sqldb.Tx, roots []record, limit int) (map[id.ID][]record, error) {
	var ids []id.ID
	for i := range roots {
		if roots[i].Replies > 0 {
			ids = append(ids, roots[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := sqldb.All(ctx, tx, scan, wholeSQL(tx), idList(ids), limit)
	below := make(map[id.ID][]record, len(ids))
	for _, c := range list {
		below[c.RootID] = append(below[c.RootID], c)
	}
	return below, err
}

func wholeSQL(tx *sqldb.Tx) string {
	return `
		SELECT ` + columns + ` FROM comment c
		WHERE c.root_id IN ` + tx.InList("$1") + ` AND c.place = 'kept' AND c.parent_id IS NOT NULL
		ORDER BY c.root_id, c.path LIMIT $2`
}

const repliesBeforeSQL = `
	SELECT c.id FROM comment c
	WHERE c.root_id = $1 AND c.place = 'kept' AND c.path < $2
	ORDER BY c.path DESC LIMIT $3`

// repliesBefore returns what stands before a comment in its thread, backwards.
func repliesBefore(ctx context.Context, tx *sqldb.Tx, c *record, limit int) ([]id.ID, error) {
	return sqldb.All(ctx, tx, sqldb.Scalar[id.ID], repliesBeforeSQL, c.RootID, c.path, limit)
}
