package wire

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/search"
	"broadsheet/internal/sqldb"
)

const (
	placeDesk    = "desk"    // news, for the wire list
	placeLibrary = "library" // concepts, plans, catalogs
	noUrgency    = 10
)

const entryColumns = `id, arrived_id, uri, type, service, provider, urgency, status, embargo_ms, expires_ms,
	version, versions, photos, words, language, slugline, headline, summary, hidden, hidden_ms, hidden_by`

func scanEntry(r sqldb.Row) (e Entry, err error) {
	var embargo, expires, hidden int64
	var state, by string
	err = r.Scan(&e.ID, &e.Arrived, &e.URI, &e.Type, &e.Service, &e.Provider, &e.Urgency, &e.Status, &embargo, &expires,
		&e.Version, &e.Versions, &e.Photos, &e.Words, &e.Language, &e.Slugline, &e.Headline, &e.Summary, &state, &hidden, &by)
	if state == stateHidden {
		e.HiddenBy, e.Hidden = by, fromMS(hidden)
	}
	if e.Urgency == noUrgency {
		e.Urgency = 0
	}
	e.Embargo, e.Expires = fromMS(embargo), fromMS(expires)
	return e, err
}

func fromMS(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func toMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// insertFile keeps an agency's bytes once and returns their row.
func insertFile(ctx context.Context, tx *sqldb.Tx, key blob.Key, in *Incoming, now time.Time) (fileID id.ID, isNew bool, err error) {
	fileID = id.New()
	n, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_file (id, sha256, name, service, raw, received_ms)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sha256) DO NOTHING`,
		fileID, string(key), in.File, in.Service, in.Raw, now.UnixMilli())
	if err != nil || n > 0 {
		return fileID, n > 0, err
	}
	fileID, err = sqldb.One(ctx, tx, sqldb.Scalar[id.ID], `SELECT id FROM wire_file WHERE sha256 = $1`, string(key))
	return fileID, false, err
}

// A current is what is known of an item before a version of it is stored.
type current struct {
	uri      string
	num, ms  int64
	versions int64
	service  string
	release  Release
	struckMS int64 // when the item was made that has killed this one; 0 if none has
	owner    string
	headline string
}

const currentColumns = `uri, version_num, version_ms, versions, service, status, embargo_ms, expires_ms, struck_ms, owner, headline`

func scanCurrent(r sqldb.Row) (c current, err error) {
	var embargo, expires int64
	err = r.Scan(&c.uri, &c.num, &c.ms, &c.versions, &c.service, &c.release.Status, &embargo, &expires, &c.struckMS, &c.owner, &c.headline)
	c.release.Embargo, c.release.Expires = fromMS(embargo), fromMS(expires)
	return c, err
}

// lockItem makes the item's row if there is none, and locks it.
func lockItem(ctx context.Context, tx *sqldb.Tx, it *Item, place string) (current, error) {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_item (id, uri, arrived_id, place, type, service, provider, urgency, status, embargo_ms, expires_ms,
			version, version_num, version_ms, versions, photos, words, language, slugline, headline, summary, search)
		VALUES ($1, $2, 0, $3, '', '', '', 10, 'withheld', 0, 0, '', -1, 0, 0, 0, 0, '', '', '', '', '')
		ON CONFLICT (id) DO NOTHING`, it.ID, it.URI, place)
	if err != nil {
		return current{}, err
	}
	c, err := sqldb.One(ctx, tx, scanCurrent, `
		SELECT `+currentColumns+` FROM wire_item WHERE id = $1`+tx.ForUpdate(), it.ID)
	if err == nil && c.uri != it.URI {
		err = errs.E(errs.Conflict, "The item %q has by chance the same ID as %q, which is already here.", it.URI, c.uri)
	}
	return c, err
}

func insertVersion(ctx context.Context, tx *sqldb.Tx, it *Item, fileID, arrived id.ID, digest string, num, ms int64) (id.ID, error) {
	data, err := json.Marshal(it)
	if err != nil {
		return 0, err
	}
	n, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_version (id, item_id, file_id, version, version_num, version_ms, status, digest, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (item_id, digest) DO NOTHING`,
		arrived, it.ID, fileID, it.Version, num, ms, string(it.PubStatus), digest, string(data))
	if err != nil || n == 0 {
		return 0, err
	}
	return arrived, nil
}

// setCurrent makes a version the one that the list shows.
func setCurrent(ctx context.Context, tx *sqldb.Tx, it *Item, arrived id.ID, place string, e *Entry, num, ms int64) error {
	urgency := it.Urgency
	if urgency == 0 {
		urgency = noUrgency
	}
	r := it.Release()
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_item SET arrived_id = $2, place = $3, type = $4, service = $5, provider = $6, urgency = $7, status = $8,
			embargo_ms = $9, expires_ms = $10, version = $11, version_num = $12, version_ms = $13, photos = $14, words = $15,
			language = $16, slugline = $17, headline = $18, summary = $19, search = $20
		WHERE id = $1`,
		it.ID, arrived, place, it.Type, e.Service, e.Provider, urgency, string(r.Status), toMS(r.Embargo), toMS(r.Expires),
		it.Version, num, ms, e.Photos, e.Words, e.Language, e.Slugline, e.Headline, e.Summary, searchText(it, e))
	return err
}

func countVersion(ctx context.Context, tx *sqldb.Tx, itemID id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_item SET versions = versions + 1 WHERE id = $1`, itemID)
	return err
}

func countService(ctx context.Context, tx *sqldb.Tx, name string, arrived id.ID, items int) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_service (name, items, last_id) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET items = wire_service.items + EXCLUDED.items, last_id = EXCLUDED.last_id`,
		name, items, arrived)
	return err
}

// setLinks replaces what the item speaks of.
func setLinks(ctx context.Context, tx *sqldb.Tx, itemID id.ID, targets []id.ID) error {
	if _, err := sqldb.Exec(ctx, tx, `DELETE FROM wire_link WHERE item_id = $1`, itemID); err != nil {
		return err
	}
	for i, target := range targets {
		if _, err := sqldb.Exec(ctx, tx, `
			INSERT INTO wire_link (item_id, target, place) VALUES ($1, $2, $3) ON CONFLICT (item_id, target) DO NOTHING`,
			itemID, target, i); err != nil {
			return err
		}
	}
	return nil
}

// setMedia notes what is known of a file. A file that is kept stays kept.
func setMedia(ctx context.Context, tx *sqldb.Tx, itemID id.ID, href, state string, key blob.Key, size int64, note string) (changed bool, err error) {
	n, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_media (item_id, href, state, blob_key, size, note) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (item_id, href) DO UPDATE SET state = EXCLUDED.state, blob_key = EXCLUDED.blob_key, size = EXCLUDED.size,
			note = EXCLUDED.note
		WHERE wire_media.state <> 'kept' AND (EXCLUDED.state <> 'wanted' OR wire_media.state = 'failed')`,
		itemID, href, state, string(key), size, note)
	return n > 0, err
}

type mediaRow struct {
	href, state, note string
	key               blob.Key
	size              int64
}

func scanMedia(r sqldb.Row) (m mediaRow, err error) {
	err = r.Scan(&m.href, &m.state, (*string)(&m.key), &m.size, &m.note)
	return m, err
}

// maxMedia is how many files of one item are listed.
const maxMedia = 500

func mediaOf(ctx context.Context, tx *sqldb.Tx, itemID id.ID) (map[string]mediaRow, error) {
	rows, err := sqldb.All(ctx, tx, scanMedia, `
		SELECT href, state, blob_key, size, note FROM wire_media WHERE item_id = $1 ORDER BY href LIMIT $2`, itemID, maxMedia)
	byHref := make(map[string]mediaRow, len(rows))
	for _, m := range rows {
		byHref[m.href] = m
	}
	return byHref, err
}

func scanItem(r sqldb.Row) (*Item, error) {
	data, err := sqldb.Scalar[string](r)
	if err != nil {
		return nil, err
	}
	var it Item
	return &it, json.Unmarshal([]byte(data), &it)
}

const currentItem = `
	SELECT v.data FROM wire_item i JOIN wire_version v ON v.id = i.arrived_id WHERE i.id = $1`

func getItem(ctx context.Context, tx *sqldb.Tx, itemID id.ID) (*Item, error) {
	it, err := sqldb.One(ctx, tx, scanItem, currentItem, itemID)
	if errors.Is(err, errs.NotFound) {
		return nil, errs.E(errs.NotFound, "There is no such item on the wire.")
	}
	return it, err
}

// maxLinked is how many items are followed from one: a package has tens.
const maxLinked = 200

// linkedItems are the items that one speaks of, and those of the packages it is in.
func linkedItems(ctx context.Context, tx *sqldb.Tx, itemID id.ID) ([]*Item, error) {
	return sqldb.All(ctx, tx, scanItem, `
		SELECT v.data FROM (
			SELECT target, 0 AS round, place FROM wire_link WHERE item_id = $1
			UNION ALL
			SELECT b.target, 1, b.place FROM wire_link a JOIN wire_link b ON b.item_id = a.item_id
			WHERE a.target = $1 AND b.target <> $1
		) l
		JOIN wire_item i ON i.id = l.target
		JOIN wire_version v ON v.id = i.arrived_id
		ORDER BY l.round, l.place LIMIT $2`, itemID, maxLinked)
}

const newestSQL = "SELECT " + entryColumns + " FROM wire_item " +
	"WHERE place = 'desk' AND hidden <> 'hidden' AND arrived_id >= $1 AND arrived_id < $2 ORDER BY arrived_id DESC LIMIT $3"

// newest is a page of the list that nothing is chosen from.
func newest(ctx context.Context, tx *sqldb.Tx, from, before id.ID, limit int) ([]Entry, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return sqldb.All(ctx, tx, scanEntry, newestSQL, int64(from), before, limit)
}

const librarySQL = "SELECT " + entryColumns + " FROM wire_item " +
	"WHERE place = 'library' AND arrived_id >= $1 AND arrived_id < $2 AND ($3 = '' OR type = $3) " +
	`AND LOWER(headline || ' ' || slugline || ' ' || uri) LIKE $4 ESCAPE '\' ORDER BY arrived_id DESC LIMIT $5`

// library is a page of what is no news: concepts, plans, catalogs. They are few beside
// the news, and their words are looked for in their names alone, in their order.
func library(ctx context.Context, tx *sqldb.Tx, f *Filter, zone *time.Location) ([]Entry, error) {
	from, before := f.span(zone)
	if before == 0 {
		before = math.MaxInt64
	}
	words := strings.Fields(likeEscaper.Replace(strings.ToLower(f.Words)))
	pattern := "%" + strings.Join(words[:min(len(words), maxLibraryWords)], "%") + "%"
	return sqldb.All(ctx, tx, scanEntry, librarySQL, int64(from), before, f.Type, pattern, f.limit())
}

const maxLibraryWords = 8

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// entriesOf are the entries of hits, in their order.
func entriesOf(ctx context.Context, tx *sqldb.Tx, hits []search.Hit) ([]Entry, error) {
	keys := make([]int64, len(hits))
	for i, h := range hits {
		keys[i] = int64(h.Key)
	}
	arg, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	list, err := sqldb.All(ctx, tx, scanEntry, "SELECT "+entryColumns+" FROM wire_item WHERE id IN "+tx.InList("$1"), string(arg))
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(b.Arrived, a.Arrived) })
	return list, err
}
