package story

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/sqldb"
)

// liveFrom is where every list that readers see comes from. $1 is the moment.
const liveFrom = ` FROM story s JOIN story_version v ON v.story_id = s.id AND v.number = s.version
	WHERE s.state = 'published' AND s.free_from_ms <= $1 AND s.free_until_ms > $1 AND `

func headsByIDs(ctx context.Context, tx *sqldb.Tx, ids []id.ID, now time.Time) ([]Head, error) {
	list := make([]int64, len(ids))
	for i, v := range ids {
		list[i] = int64(v)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, scanHead, `SELECT v.head`+liveFrom+`s.id IN `+tx.InList("$2"), now.UnixMilli(), string(text))
}

// latest and its like in a section walk one index, newest first.
const (
	latestQuery = `SELECT v.head` + liveFrom + `(s.first_ms, s.id) < ($2, $3)
		ORDER BY s.first_ms DESC, s.id DESC LIMIT $4`
	sectionQuery = `SELECT v.head` + liveFrom + `(s.first_ms, s.id) < ($2, $3) AND s.section = $5
		ORDER BY s.first_ms DESC, s.id DESC LIMIT $4`
)

func latest(ctx context.Context, tx *sqldb.Tx, section string, before Cursor, limit int, now time.Time) ([]Head, error) {
	msec, last := int64(math.MaxInt64), id.ID(math.MaxInt64)
	if before.ID != 0 {
		msec, last = before.Time.UnixMilli(), before.ID
	}
	if section == "" {
		return sqldb.All(ctx, tx, scanHead, latestQuery, now.UnixMilli(), msec, last, limit)
	}
	return sqldb.All(ctx, tx, scanHead, sectionQuery, now.UnixMilli(), msec, last, limit, section)
}

func showsPhoto(ctx context.Context, tx *sqldb.Tx, photo id.ID, now time.Time) (int64, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COUNT(*) FROM (
			SELECT 1 FROM story_photo p JOIN story s ON s.id = p.story_id
			WHERE p.media_id = $2 AND s.state = 'published' AND s.free_from_ms <= $1 AND s.free_until_ms > $1 LIMIT 1
		) p`, now.UnixMilli(), photo)
}

// A publication is what is published of a story, whether it is free or not.
type publication struct {
	live    *Live
	content Content
	window  media.Window
}

func scanPublication(r sqldb.Row) (*publication, error) {
	var head, text string
	var from, until int64
	if err := r.Scan(&head, &text, &from, &until); err != nil {
		return nil, err
	}
	l, v := &Live{}, version{}
	if err := json.Unmarshal([]byte(head), &l.Head); err != nil {
		return nil, err
	}
	err := json.Unmarshal([]byte(text), &v)
	l.Byline, l.Dateline, l.Topics, l.Body = v.Content.Byline, v.Content.Dateline, v.Content.Topics, v.Content.Body
	l.ContributorLine, l.Sources = v.ContributorLine, v.Sources
	return &publication{l, v.Content, media.WindowOf(from, until)}, err
}

// published returns what is published of a story. Who shows it to readers asks refusal.
func published(ctx context.Context, tx *sqldb.Tx, story id.ID) (*publication, error) {
	return sqldb.One(ctx, tx, scanPublication, `
		SELECT v.head, v.content, s.free_from_ms, s.free_until_ms
		FROM story s JOIN story_version v ON v.story_id = s.id AND v.number = s.version
		WHERE s.state = 'published' AND s.id = $1`, story)
}

func scanWindow(r sqldb.Row) (media.Window, error) {
	var from, until int64
	err := r.Scan(&from, &until)
	return media.WindowOf(from, until), err
}

// windowOf returns the window of a published story.
func windowOf(ctx context.Context, tx *sqldb.Tx, story id.ID) (media.Window, error) {
	return sqldb.One(ctx, tx, scanWindow, `SELECT free_from_ms, free_until_ms FROM story WHERE id = $1 AND state = 'published'`, story)
}

func setWindow(ctx context.Context, tx *sqldb.Tx, story id.ID, w media.Window) error {
	from, until := w.Columns()
	_, err := sqldb.Exec(ctx, tx, `UPDATE story SET free_from_ms = $2, free_until_ms = $3 WHERE id = $1`, story, from, until)
	return err
}

// nextQuery reads one row of each of two indexes.
const nextQuery = `
	SELECT COALESCE(MIN(ms), 9223372036854775807) FROM (
		SELECT MIN(free_from_ms) AS ms FROM story WHERE state = 'published' AND free_from_ms > 0 AND free_from_ms > $1
		UNION ALL
		SELECT MIN(free_until_ms) FROM story
		WHERE state = 'published' AND free_until_ms < 9223372036854775807 AND free_until_ms > $1
	) AS next`

func nextChange(ctx context.Context, tx *sqldb.Tx, now time.Time) (time.Time, error) {
	next, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], nextQuery, now.UnixMilli())
	if err != nil || next == math.MaxInt64 {
		return time.Time{}, err
	}
	return ms(next), nil
}

const useColumns = `item_id, story_id, place, media_id, arrived_id`

func scanUse(r sqldb.Row) (u use, err error) {
	err = r.Scan(&u.item, &u.story, &u.place, &u.media, &u.arrived)
	return u, err
}

// Limits of the index of uses: what one kill reaches, and what one story holds. Both are
// far above what any newsroom has; what is beyond fails loudly, see usesOfItem.
const (
	maxUsesOfItem  = 20_000
	maxUsesOfStory = 5_000
)

// usesOfItemQuery is one scan of the primary key.
const usesOfItemQuery = `SELECT ` + useColumns + ` FROM story_use WHERE item_id = $1 ORDER BY story_id, place DESC, media_id LIMIT $2`

func usesOfItem(ctx context.Context, tx *sqldb.Tx, item id.ID) ([]use, error) {
	return sqldb.All(ctx, tx, scanUse, usesOfItemQuery, item, maxUsesOfItem)
}

func usesOfStory(ctx context.Context, tx *sqldb.Tx, story id.ID) ([]use, error) {
	return sqldb.All(ctx, tx, scanUse, `SELECT `+useColumns+` FROM story_use WHERE story_id = $1 LIMIT $2`, story, maxUsesOfStory)
}

func insertUse(ctx context.Context, tx *sqldb.Tx, u use) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO story_use (`+useColumns+`) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (item_id, story_id, place, media_id) DO UPDATE SET arrived_id = EXCLUDED.arrived_id`,
		u.item, u.story, u.place, int64(u.media), int64(u.arrived))
	return err
}

func dropUses(ctx context.Context, tx *sqldb.Tx, story id.ID, place string) error {
	_, err := sqldb.Exec(ctx, tx, `DELETE FROM story_use WHERE story_id = $1 AND place = $2`, story, place)
	return err
}

func setUsedVersion(ctx context.Context, tx *sqldb.Tx, story, item, arrived id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE story_use SET arrived_id = $3 WHERE item_id = $2 AND story_id = $1 AND place = 'draft'`, story, item, arrived)
	return err
}

func storiesWith(ctx context.Context, tx *sqldb.Tx, item id.ID, limit int) ([]*Story, error) {
	return sqldb.All(ctx, tx, scanRow, `
		SELECT `+rowColumns+` FROM story s
		WHERE s.id IN (SELECT story_id FROM story_use WHERE item_id = $1) ORDER BY s.id DESC LIMIT $2`, item, limit)
}
