package discussion

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// fill stores n comments: half of them under story 7, a tenth by person 5001, a
// fifth of them replies, and n/5 discussions.
func (r *room) fill(n int) {
	r.t.Helper()
	ctx := r.t.Context()
	first := id.First(r.at)
	const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) `
	for _, step := range []struct {
		query string
		args  []any
	}{
		{
			numbers + `
			INSERT INTO comment (id, story_id, parent_id, root_id, path, depth, author_id, author_name, author_kind, body, plain,
				likeness, state, place, votes, replies, children, reports, weight, posted_ms, slot)
			SELECT CAST($2 AS BIGINT) + i, CASE WHEN i % 10 < 5 THEN 7 ELSE 100 + i % 97 END, CASE WHEN i % 10 = 9 THEN CAST($2 AS BIGINT) + i - 9 END,
				CASE WHEN i % 10 = 9 THEN CAST($2 AS BIGINT) + i - 9 ELSE CAST($2 AS BIGINT) + i END, $5, 0,
				CASE WHEN i % 10 = 3 THEN 5001 ELSE 6000 + i % 997 END, 'A', 'reader', $4, '', i,
				CASE WHEN i % 50 = 0 THEN 'removed' WHEN i % 51 = 0 THEN 'held' ELSE 'live' END, 'kept', i % 31, 0, 0,
				CASE WHEN i % 101 = 0 THEN 1 ELSE 0 END, 100, CAST($3 AS BIGINT) + i * 1000, i FROM n`,
			[]any{n, first, r.at.UnixMilli(), `{"type":"doc","content":[]}` + strings.Repeat(" ", 300), []byte{}},
		},
		{`UPDATE comment SET path = $1 WHERE parent_id IS NOT NULL`, []any{[]byte("a reply.")}},
		{numbers + `
			INSERT INTO discussion_vote (voter_id, story_id, comment_id, period, heat)
			SELECT 9000 + i % 50, 7, CAST($2 AS BIGINT) + i, 1, 1 FROM n`, []any{n, first}},
		{numbers + `
			INSERT INTO discussion (story_id, story, posting, rank) SELECT i, 'live', 'open', i FROM n`, []any{n / 5}},
		{`ANALYZE`, nil},
	} {
		r.must(r.DB.Update(ctx, func(tx *sqldb.Tx) error { _, err := sqldb.Exec(ctx, tx, step.query, step.args...); return err }))
	}
}

// A full scan on either database, or a step that sorts what an index should give in order.
var (
	fullScan = regexp.MustCompile(`(?m)Seq Scan on (comment|discussion|discussion_vote|comment_report)\b|^SCAN (c|comment|discussion|v|r)\b(?:$| USING INDEX sqlite_auto)`)
	sorting  = regexp.MustCompile(`USE TEMP B-TREE|(?m)^\s*(->\s+)?(Incremental )?Sort\b`)
)

func TestPlans(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		r.fill(20_000)
		err := db.View(ctx, func(tx *sqldb.Tx) error {
			top := int64(1) << 62
			root, now := id.First(r.at)+10, r.at.UnixMilli()
			for _, q := range []struct {
				name, query, index string
				sorts              bool
				args               []any
			}{
				{"newest", newestSQL, "comment_root", false, []any{7, top, top, 50}},
				{"oldest", oldestSQL, "comment_root", false, []any{7, 0, 0, 50}},
				{"most voted", votedSQL, "comment_root_votes", false, []any{7, top, top, 50}},
				{"rest of a thread", repliesSQL, "comment_thread", false, []any{root, 7, root, 50}},
				{"whole threads", wholeSQL(tx), "comment_thread", true, []any{idList([]id.ID{root, root + 1}), 50}},
				{"before in a thread", repliesBeforeSQL, "comment_thread", false, []any{root, []byte{9}, 50}},
				{"pace", recentSQL, "comment_author", false, []any{5001, now, 30}},
				{"insert", insertSQL, "comment_author", false, []any{
					1, 7, nil, 1, []byte{}, 0, 5001, "A", "reader", "{}", "", 0, "live", "", "kept", now, nil, nil, 0, now, now + 1, 100, 25,
				}},
				{"ranking", mostActiveSQL, "discussion_rank", false, []any{10}},
				{"last of the ranking", lastRankedSQL, "discussion_rank", false, []any{19}},
				{"own votes", ownVotesSQL, "", false, []any{9001, 7, 100}},
				{"votes for a comment", voteBeatsSQL, "discussion_vote_comment", true, []any{root}},
				{"queue", queueSQL + queueOrderSQL, "comment_queue", false, []any{"live", top, top, 50}},
				{"reported", queueSQL + queueReportedSQL + queueOrderSQL, "comment_queue", false, []any{"live", top, top, 50}},
				{"queue of a story", queueStorySQL + queueOrderSQL, "comment_story_queue", false, []any{"live", top, top, 50, 105}},
				{"queue of a person", queueAuthorSQL + queueAuthorOrderSQL, "comment_author", false, []any{"live", 5001, top, 50}},
				{"waiting", waitingSQL, "comment_queue", false, []any{1000}},
			} {
				plan, err := sqldb.Plan(ctx, tx, q.query, q.args...)
				if err != nil {
					return fmt.Errorf("%s: %w", q.name, err)
				}
				if scan := fullScan.FindString(plan); scan != "" || !strings.Contains(plan, q.index) || !q.sorts && sorting.MatchString(plan) {
					t.Errorf("%s: %q, want index %s, sorted %v, in plan:\n%s", q.name, scan, q.index, q.sorts, plan)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
