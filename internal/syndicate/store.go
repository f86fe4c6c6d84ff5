package syndicate

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const columns = `story_id, section, version, edition, state, changed_ms, photos`

const (
	stateOut       = "out"
	stateWithdrawn = "withdrawn"
)

func scanEdition(r sqldb.Row) (e Edition, err error) {
	var state, photos string
	var changed int64
	err = r.Scan(&e.Story, &e.Section, &e.Version, &e.Number, &state, &changed, &photos)
	e.Photos = strings.Fields(photos)
	e.Out, e.Changed = state == stateOut, time.UnixMilli(changed).UTC()
	return e, err
}

func byIDs(ctx context.Context, tx *sqldb.Tx, ids []id.ID) ([]Edition, error) {
	list := make([]int64, len(ids)) // as numbers, for InList
	for i, v := range ids {
		list[i] = int64(v)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, scanEdition, `SELECT `+columns+` FROM story_out WHERE story_id IN `+tx.InList("$1"), string(text))
}

// store keeps what receivers get of a story from now on, unless somebody else has just done
// so, and returns what is kept.
func store(ctx context.Context, tx *sqldb.Tx, e Edition) (Edition, error) {
	state := stateWithdrawn
	if e.Out {
		state = stateOut
	}
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO story_out (story_id, section, version, edition, state, changed_ms) VALUES ($1, $2, $3, 1, $4, $5)
		ON CONFLICT (story_id) DO UPDATE SET section = excluded.section, version = excluded.version,
			edition = story_out.edition + 1, state = excluded.state, changed_ms = excluded.changed_ms
		WHERE story_out.version <> excluded.version OR story_out.state <> excluded.state OR story_out.section <> excluded.section`,
		e.Story, e.Section, e.Version, state, e.Changed.UnixMilli())
	if err != nil {
		return e, err
	}
	return byID(ctx, tx, e.Story)
}

func byID(ctx context.Context, tx *sqldb.Tx, story id.ID) (Edition, error) {
	return sqldb.One(ctx, tx, scanEdition, `SELECT `+columns+` FROM story_out WHERE story_id = $1`, story)
}

// setPhotos keeps which photographs went out, unless somebody else has just done so. It is a
// new edition when there were others before.
func setPhotos(ctx context.Context, tx *sqldb.Tx, e *Edition, photos []string, now time.Time) error {
	before := strings.Join(e.Photos, " ")
	_, err := sqldb.Exec(ctx, tx, `UPDATE story_out SET photos = $2,
			edition = CASE WHEN photos = '' THEN edition ELSE edition + 1 END,
			changed_ms = CASE WHEN photos = '' THEN changed_ms ELSE $3 END
		WHERE story_id = $1 AND photos = $4`, e.Story, strings.Join(photos, " "), now.UnixMilli(), before)
	return err
}

// newest lists what changed last and not before since, in one state, of one section or, with
// "", of all.
func newest(ctx context.Context, tx *sqldb.Tx, section, state string, since time.Time, limit int) ([]Edition, error) {
	if section == "" {
		return sqldb.All(ctx, tx, scanEdition, `SELECT `+columns+` FROM story_out
			WHERE state = $1 AND changed_ms >= $2 ORDER BY changed_ms DESC, story_id DESC LIMIT $3`, state, msOf(since), limit)
	}
	return sqldb.All(ctx, tx, scanEdition, `SELECT `+columns+` FROM story_out
		WHERE section = $4 AND state = $1 AND changed_ms >= $2 ORDER BY changed_ms DESC, story_id DESC LIMIT $3`,
		state, msOf(since), limit, section)
}

func msOf(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixMilli()
}

// after lists everything that ever went out, by story, from the one after last on.
func after(ctx context.Context, tx *sqldb.Tx, last id.ID, limit int) ([]Edition, error) {
	return sqldb.All(ctx, tx, scanEdition, `SELECT `+columns+` FROM story_out WHERE story_id > $1 ORDER BY story_id LIMIT $2`, int64(last), limit) // as a number: the zero ID is NULL
}
