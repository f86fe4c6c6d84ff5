package story

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const alertColumns = `a.id, a.item_id, a.story_id, a.media_id, a.kind, a.place, a.agency, a.headline, a.note, a.effect, a.state,
	a.opened_ms, a.handled_ms, a.handled_by, a.how, a.reason`

func scanAlertAnd(r sqldb.Row, more ...any) (a Alert, err error) {
	var state string
	var opened, handled int64
	err = r.Scan(append([]any{
		&a.ID, &a.Item, &a.Story, &a.Media, &a.Kind, &a.Place, &a.Agency, &a.Headline, &a.Note, &a.Effect, &state,
		&opened, &handled, &a.By, &a.How, &a.Reason,
	}, more...)...)
	a.Open, a.Opened = state == "open", ms(opened)
	if !a.Open {
		a.Handled = ms(handled)
	}
	return a, err
}

func scanAlert(r sqldb.Row) (Alert, error) { return scanAlertAnd(r) }

func (a *Alert) state() (state string, handled int64) {
	if a.Open {
		return "open", 0
	}
	return "handled", a.Handled.UnixMilli()
}

func insertAlert(ctx context.Context, tx *sqldb.Tx, a *Alert) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_alert (id, item_id, story_id, media_id, kind, place, agency, headline, note, effect, state, opened_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11)`,
		a.ID, a.Item, a.Story, a.Media, string(a.Kind), a.Place, a.Agency, a.Headline, a.Note, string(a.Effect), a.Opened.UnixMilli())
	return err
}

func updateAlert(ctx context.Context, tx *sqldb.Tx, a *Alert) error {
	state, handled := a.state()
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_alert SET effect = $2, state = $3, handled_ms = $4, handled_by = $5, how = $6, reason = $7 WHERE id = $1`,
		a.ID, string(a.Effect), state, handled, a.By, string(a.How), a.Reason)
	return err
}

func alertByID(ctx context.Context, tx *sqldb.Tx, alert id.ID) (Alert, error) {
	return sqldb.One(ctx, tx, scanAlert, `SELECT `+alertColumns+` FROM wire_alert a WHERE a.id = $1`+tx.ForUpdate(), alert)
}

// maxAlerts is how many open alerts about one story or one item are looked at.
const maxAlerts = maxUsesOfItem

func openAlertsOf(ctx context.Context, tx *sqldb.Tx, story id.ID) ([]Alert, error) {
	return sqldb.All(ctx, tx, scanAlert, `
		SELECT `+alertColumns+` FROM wire_alert a WHERE a.story_id = $1 AND a.state = 'open' ORDER BY a.id LIMIT $2`, story, maxAlerts)
}

func openAlertsAbout(ctx context.Context, tx *sqldb.Tx, item id.ID) ([]Alert, error) {
	return sqldb.All(ctx, tx, scanAlert, `
		SELECT `+alertColumns+` FROM wire_alert a WHERE a.item_id = $1 AND a.state = 'open' ORDER BY a.id LIMIT $2`, item, maxAlerts)
}

func alerts(ctx context.Context, tx *sqldb.Tx, f AlertFilter, limit int) ([]Alert, error) {
	before, state := f.Before, "open"
	if before == 0 {
		before = math.MaxInt64
	}
	if f.Handled {
		state = "handled"
	}
	return sqldb.All(ctx, tx, func(r sqldb.Row) (a Alert, err error) {
		var headline string
		a, err = scanAlertAnd(r, &headline)
		a.StoryHeadline = headline
		return a, err
	}, `
		SELECT `+alertColumns+`, COALESCE(s.headline, '') FROM wire_alert a LEFT JOIN story s ON s.id = a.story_id
		WHERE a.state = '`+state+`' AND a.id < $1 ORDER BY a.id DESC LIMIT $2`, before, limit)
}

// manyAlerts is more than anybody counts.
const manyAlerts = 999

func countOpen(ctx context.Context, tx *sqldb.Tx) (int, error) {
	n, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COUNT(*) FROM (SELECT 1 FROM wire_alert a WHERE a.state = 'open' LIMIT $1) o`, manyAlerts)
	return int(n), err
}

// heldSince returns from when an open alert about text holds a story; zero if none does.
func heldSince(ctx context.Context, tx *sqldb.Tx, story id.ID) (time.Time, error) {
	n, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COALESCE(MIN(opened_ms), 0) FROM wire_alert
		WHERE story_id = $1 AND state = 'open' AND effect = 'hold' AND place = 'live' AND media_id IS NULL
			AND kind IN ('kill', 'correction')`, story)
	if err != nil || n == 0 {
		return time.Time{}, err
	}
	return ms(n), nil
}

// photoHeldSince returns from when alerts hold the photos of items: open ones that hold,
// and those after which they were taken out; zero if none does.
func photoHeldSince(ctx context.Context, tx *sqldb.Tx, items []id.ID) (time.Time, error) {
	list := make([]int64, len(items))
	for i, v := range items {
		list[i] = int64(v)
	}
	arg, err := json.Marshal(list)
	if err != nil {
		return time.Time{}, err
	}
	n, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COALESCE(MIN(opened_ms), 0) FROM wire_alert
		WHERE item_id IN `+tx.InList("$1")+` AND kind IN ('kill', 'correction') AND place IN ('live', 'library')
			AND (state = 'open' AND effect = 'hold' OR effect = 'remove' AND how NOT IN ('keep', 'corrected', 'reinstated'))`, string(arg))
	if err != nil || n == 0 {
		return time.Time{}, err
	}
	return ms(n), nil
}

// forgetRemovals lets the photos of an item be shown again whose agency has taken back
// its kill.
func forgetRemovals(ctx context.Context, tx *sqldb.Tx, item id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_alert SET how = 'reinstated' WHERE item_id = $1 AND state = 'handled' AND effect = 'remove' AND how <> 'keep'`, item)
	return err
}

// keptItems are those that an editor has decided to keep in a story after their kill.
func keptItems(ctx context.Context, tx *sqldb.Tx, story id.ID) (map[id.ID]bool, error) {
	list, err := sqldb.All(ctx, tx, sqldb.Scalar[id.ID], `
		SELECT item_id FROM wire_alert WHERE story_id = $1 AND kind = 'kill' AND state = 'handled' AND how = 'keep' LIMIT $2`, story, maxAlerts)
	kept := map[id.ID]bool{}
	for _, item := range list {
		kept[item] = true
	}
	return kept, err
}

// storiesShowing counts the published stories that show a photo, but for one.
func storiesShowing(ctx context.Context, tx *sqldb.Tx, photo, but id.ID) (int64, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COUNT(*) FROM (SELECT 1 FROM story_photo WHERE media_id = $1 AND story_id <> $2 LIMIT 1) p`, photo, but)
}
