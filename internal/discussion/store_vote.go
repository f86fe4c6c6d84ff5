package discussion

import (
	"context"
	"errors"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const hasVote = `EXISTS (SELECT 1 FROM discussion_vote v WHERE v.voter_id = $2 AND v.story_id = comment.story_id AND v.comment_id = comment.id)`

// raise counts a vote for a live comment of somebody else that does not have it
// yet; otherwise it returns errs.NotFound.
func raise(ctx context.Context, tx *sqldb.Tx, comment, voter id.ID) (record, error) {
	return sqldb.One(ctx, tx, scan, `
		UPDATE comment SET votes = votes + 1
		WHERE id = $1 AND author_id <> $2 AND state = 'live' AND NOT `+hasVote+`
		RETURNING `+columns, comment, voter)
}

// lower is the opposite of raise, whatever the comment's state.
func lower(ctx context.Context, tx *sqldb.Tx, comment, voter id.ID) (record, error) {
	return sqldb.One(ctx, tx, scan, `
		UPDATE comment SET votes = votes - 1 WHERE id = $1 AND `+hasVote+` RETURNING `+columns, comment, voter)
}

// insertVote stores a vote; comment is zero for one for the discussion itself.
func insertVote(ctx context.Context, tx *sqldb.Tx, voter, story, comment id.ID, b beat) error {
	n, err := sqldb.Exec(ctx, tx, `
		INSERT INTO discussion_vote (voter_id, story_id, comment_id, period, heat) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (voter_id, story_id, comment_id) DO NOTHING`, voter, story, int64(comment), b.period, b.sum)
	if err == nil && n == 0 {
		return errSameVote
	}
	return err
}

func deleteVote(ctx context.Context, tx *sqldb.Tx, voter, story, comment id.ID) (beat, error) {
	b, err := sqldb.One(ctx, tx, scanBeat, `
		DELETE FROM discussion_vote WHERE voter_id = $1 AND story_id = $2 AND comment_id = $3
		RETURNING period, heat`, voter, story, int64(comment))
	if errors.Is(err, errs.NotFound) {
		return b, errSameVote
	}
	return b, err
}

func scanBeat(r sqldb.Row) (b beat, err error) {
	err = r.Scan(&b.period, &b.sum)
	return b, err
}

const voteBeatsSQL = `
	SELECT period, CAST(SUM(heat) AS BIGINT) FROM discussion_vote
	WHERE comment_id = $1 AND comment_id <> 0 GROUP BY period`

// voteBeats returns what the votes for a comment add to the ranking.
func voteBeats(ctx context.Context, tx *sqldb.Tx, comment id.ID) ([]beat, error) {
	return sqldb.All(ctx, tx, scanBeat, voteBeatsSQL, comment)
}

const ownVotesSQL = `
	SELECT comment_id FROM discussion_vote
	WHERE voter_id = $1 AND story_id = $2 AND comment_id <> 0
	ORDER BY comment_id DESC LIMIT $3`

func ownVotes(ctx context.Context, tx *sqldb.Tx, voter, story id.ID) (own Own, err error) {
	own.Comments, err = sqldb.All(ctx, tx, sqldb.Scalar[id.ID], ownVotesSQL, voter, story, MaxOwn)
	if err != nil {
		return own, err
	}
	own.Discussion, err = sqldb.One(ctx, tx, sqldb.Scalar[bool], `
		SELECT EXISTS (SELECT 1 FROM discussion_vote WHERE voter_id = $1 AND story_id = $2 AND comment_id = 0)`, voter, story)
	return own, err
}
