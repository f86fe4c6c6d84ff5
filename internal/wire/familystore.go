package wire

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/family"
)

// Limits of looking for relatives.
const (
	maxFound    = 10  // items a key and span
	maxKeys     = 64  // keys of one item
	maxCompared = 24  // texts of one item
	maxFamily   = 400 // items
)

// takeTurn makes changes of families follow each other, until the transaction ends.
func takeTurn(ctx context.Context, tx *sqldb.Tx) error {
	_, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `SELECT id FROM wire_family_turn WHERE id = 1`+tx.ForUpdate())
	return err
}

func insertTake(ctx context.Context, tx *sqldb.Tx, t *family.Take) error {
	sign, err := json.Marshal(&t.Sign)
	if err != nil {
		return err
	}
	targets, err := json.Marshal(t.Targets)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO wire_take (arrived_id, item_id, sign, targets, sent_ms, headline) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (arrived_id) DO NOTHING`,
		t.Arrived, t.Item, string(sign), string(targets), t.Sent.UnixMilli(), t.Headline)
	return err
}

// member is what is known of an item's place.
type member struct {
	family   id.ID
	why      family.Kind
	likeness float64
}

// memberOf is zero for an item that has no family yet.
func memberOf(ctx context.Context, tx *sqldb.Tx, itemID id.ID) (m member, err error) {
	m, err = sqldb.One(ctx, tx, func(r sqldb.Row) (m member, err error) {
		var perMille int64
		err = r.Scan(&m.family, (*string)(&m.why), &perMille)
		m.likeness = float64(perMille) / 1000
		return m, err
	}, `SELECT family_id, why, likeness FROM wire_member WHERE item_id = $1`, itemID)
	if errors.Is(err, errs.NotFound) {
		return member{}, nil
	}
	return m, err
}

func setMember(ctx context.Context, tx *sqldb.Tx, t *family.Take, f family.Fingerprint, c family.Choice) error {
	sign, err := json.Marshal(&t.Sign)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO wire_member (item_id, family_id, agency, sign, sent_ms, print, why, likeness) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (item_id) DO UPDATE SET family_id = EXCLUDED.family_id, agency = EXCLUDED.agency, sign = EXCLUDED.sign,
			sent_ms = EXCLUDED.sent_ms, print = EXCLUDED.print, why = EXCLUDED.why, likeness = EXCLUDED.likeness`,
		t.Item, c.Family, t.Sign.Agency, string(sign), t.Sent.UnixMilli(), f.Bytes(), string(c.Why), int64(c.Likeness*1000))
	return err
}

func mergeFamily(ctx context.Context, tx *sqldb.Tx, from, into id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_member SET family_id = $2 WHERE family_id = $1`, from, into)
	return err
}

func moveMember(ctx context.Context, tx *sqldb.Tx, itemID, into id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_member SET family_id = $2, why = 'hand', likeness = 0 WHERE item_id = $1`, itemID, into)
	return err
}

func insertMove(ctx context.Context, tx *sqldb.Tx, by *account.Account, itemID, from, to id.ID, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_move (id, item_id, from_family, to_family, moved_id, moved_by, moved_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id.New(), itemID, from, to, by.ID, by.Name, now.UnixMilli())
	return err
}

// A traceTable holds what relatives are found by.
type traceTable struct {
	name  string
	span  time.Duration
	batch int // how many hashes one statement asks for
}

var (
	keyTraces  = traceTable{"wire_key", family.Window, 8}
	bandTraces = traceTable{"wire_band", family.TextWindow, family.Bands}
)

func (t *traceTable) at(arrived id.ID) int64 {
	return arrived.Time().UnixMilli() / t.span.Milliseconds()
}

type trace struct {
	hash int64
	item id.ID
}

func scanTrace(r sqldb.Row) (t trace, err error) {
	err = r.Scan(&t.hash, &t.item)
	return t, err
}

// findTraces returns the newest items with each of the hashes, of this span and the one
// before. The statement has one text for any number of hashes; each of its parts reads
// at most maxFound entries of an index.
func findTraces(ctx context.Context, tx *sqldb.Tx, t traceTable, arrived id.ID, list []int64) (found []trace, err error) {
	list = list[:min(len(list), maxKeys)]
	for len(list) > 0 {
		args := []any{t.at(arrived), t.at(arrived) - 1}
		for i := range t.batch {
			if i < len(list) {
				args = append(args, list[i])
			} else {
				args = append(args, -1)
			}
		}
		some, err := sqldb.All(ctx, tx, scanTrace, findQuery(t), args...)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
		list = list[min(len(list), t.batch):]
	}
	return found, nil
}

func findQuery(t traceTable) string {
	var parts []string
	for i := range t.batch {
		for span := range 2 {
			parts = append(parts, `SELECT * FROM (SELECT hash, item_id FROM `+t.name+` WHERE span = $`+strconv.Itoa(span+1)+
				` AND hash = $`+strconv.Itoa(i+3)+` ORDER BY arrived_id DESC LIMIT `+strconv.Itoa(maxFound)+`) q`)
		}
	}
	return strings.Join(parts, " UNION ALL ")
}

// insertTraces also takes away some of what has become too old to be looked at, more
// than it adds.
func insertTraces(ctx context.Context, tx *sqldb.Tx, t traceTable, arrived, itemID id.ID, list []int64) error {
	if len(list) == 0 {
		return nil
	}
	arg, err := json.Marshal(list[:min(len(list), maxKeys)])
	if err != nil {
		return err
	}
	if _, err := sqldb.Exec(ctx, tx, `
		INSERT INTO `+t.name+` (span, hash, arrived_id, item_id)
		SELECT CAST($1 AS BIGINT), h.value, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM `+tx.InList("$4")+` h`,
		t.at(arrived), arrived, itemID, string(arg)); err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		DELETE FROM `+t.name+` WHERE (span, hash, arrived_id) IN (
			SELECT span, hash, arrived_id FROM `+t.name+` WHERE span < $1 LIMIT $2)`, t.at(arrived)-1, 2*maxKeys)
	return err
}

func idList(ids []id.ID) (string, error) {
	list := make([]int64, len(ids))
	for i, v := range ids {
		list[i] = int64(v)
	}
	raw, err := json.Marshal(list)
	return string(raw), err
}

func relativesOf(ctx context.Context, tx *sqldb.Tx, shares map[id.ID][]family.Kind) ([]family.Relative, error) {
	ids := make([]id.ID, 0, len(shares))
	for one := range shares {
		ids = append(ids, one)
	}
	arg, err := idList(ids)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, func(row sqldb.Row) (r family.Relative, err error) {
		var sign string
		var sent int64
		var raw []byte
		if err = row.Scan(&r.Item, &r.Family, &sign, &sent, &raw); err != nil {
			return r, err
		}
		r.Sent, r.Print, r.Shares = time.UnixMilli(sent).UTC(), family.FromBytes(raw), shares[r.Item]
		return r, json.Unmarshal([]byte(sign), &r.Sign)
	}, `SELECT item_id, family_id, sign, sent_ms, print FROM wire_member WHERE item_id IN `+tx.InList("$1"), arg)
}

func groupsOf(ctx context.Context, tx *sqldb.Tx, families []id.ID) (map[id.ID]family.Group, error) {
	groups := map[id.ID]family.Group{}
	arg, err := idList(families)
	if err != nil {
		return nil, err
	}
	type part struct {
		family id.ID
		agency string
		items  int
		fixed  bool
	}
	parts, err := sqldb.All(ctx, tx, func(r sqldb.Row) (p part, err error) {
		err = r.Scan(&p.family, &p.agency, &p.items, &p.fixed)
		return p, err
	}, `
		SELECT family_id, agency, COUNT(*), MAX(CASE WHEN why = 'hand' THEN 1 ELSE 0 END) = 1 FROM wire_member
		WHERE family_id IN `+tx.InList("$1")+` GROUP BY family_id, agency`, arg)
	for _, p := range parts {
		g := groups[p.family]
		g.ID, g.Items, g.Fixed = p.family, g.Items+p.items, g.Fixed || p.fixed
		g.Agencies = append(g.Agencies, p.agency)
		groups[p.family] = g
	}
	return groups, err
}

// familyTakes are the newest takes of a family, with what the list shows of their items.
func familyTakes(ctx context.Context, tx *sqldb.Tx, familyID id.ID, limit int) ([]family.Take, error) {
	return sqldb.All(ctx, tx, scanTake, `
		SELECT t.item_id, t.arrived_id, t.sent_ms, t.sign, t.targets, t.headline, t.arrived_id = i.arrived_id
		FROM wire_member m JOIN wire_take t ON t.item_id = m.item_id JOIN wire_item i ON i.id = m.item_id
		WHERE m.family_id = $1 ORDER BY t.arrived_id DESC LIMIT $2`, familyID, limit)
}

func scanTake(r sqldb.Row) (t family.Take, err error) {
	var sent int64
	var sign, targets string
	if err = r.Scan(&t.Item, &t.Arrived, &sent, &sign, &targets, &t.Headline, &t.Current); err != nil {
		return t, err
	}
	t.Sent = time.UnixMilli(sent).UTC()
	return t, errors.Join(json.Unmarshal([]byte(sign), &t.Sign), json.Unmarshal([]byte(targets), &t.Targets))
}

func familyEntries(ctx context.Context, tx *sqldb.Tx, familyID id.ID, limit int) ([]Entry, error) {
	return sqldb.All(ctx, tx, scanEntry, `
		SELECT `+entryColumns+` FROM wire_item WHERE id IN (SELECT item_id FROM wire_member WHERE family_id = $1)
		ORDER BY arrived_id DESC LIMIT $2`, familyID, limit)
}

// packagesOf are the packages that hold an item of a family and are in another one.
func packagesOf(ctx context.Context, tx *sqldb.Tx, familyID id.ID, limit int) ([]Entry, error) {
	return sqldb.All(ctx, tx, scanEntry, `
		SELECT `+entryColumns+` FROM wire_item WHERE id IN (
			SELECT p.item_id FROM wire_member m JOIN wire_link l ON l.target = m.item_id JOIN wire_member p ON p.item_id = l.item_id
			WHERE m.family_id = $1 AND p.family_id <> $1) AND type = 'composite'
		ORDER BY arrived_id DESC LIMIT $2`, familyID, limit)
}

type moveRow struct {
	by string
	at time.Time
}

// lastMove is the last time an editor moved an item; zero when none has.
func lastMove(ctx context.Context, tx *sqldb.Tx, itemID id.ID) (m moveRow, err error) {
	m, err = sqldb.One(ctx, tx, func(r sqldb.Row) (m moveRow, err error) {
		var ms int64
		err = r.Scan(&m.by, &ms)
		m.at = time.UnixMilli(ms).UTC()
		return m, err
	}, `SELECT moved_by, moved_ms FROM wire_move WHERE item_id = $1 ORDER BY id DESC LIMIT 1`, itemID)
	if errors.Is(err, errs.NotFound) {
		return moveRow{}, nil
	}
	return m, err
}

// takesSince are the current takes of an agency's part of the families of items, that
// arrived after a version. An agency is one by the items' word and by that of their sources.
func takesSince(ctx context.Context, tx *sqldb.Tx, items []id.ID, since id.ID, limit int) ([]takeSince, error) {
	arg, err := idList(items)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, func(r sqldb.Row) (t takeSince, err error) {
		var sent int64
		var sign, targets, own string
		if err = r.Scan(&t.of, &own, &t.agency, &t.Item, &t.Arrived, &sent, &sign, &targets, &t.Headline); err != nil {
			return t, err
		}
		t.Sent, t.Current = time.UnixMilli(sent).UTC(), true
		return t, errors.Join(json.Unmarshal([]byte(own), &t.sign), json.Unmarshal([]byte(sign), &t.Sign), json.Unmarshal([]byte(targets), &t.Targets))
	}, `
		SELECT m.item_id, m.sign, i.provider, t.item_id, t.arrived_id, t.sent_ms, t.sign, t.targets, t.headline
		FROM wire_member m JOIN wire_member o ON o.family_id = m.family_id AND o.agency = m.agency
		JOIN wire_item i ON i.id = o.item_id JOIN wire_take t ON t.arrived_id = i.arrived_id
		JOIN wire_item w ON w.id = m.item_id AND (w.owner = i.owner OR w.owner = '' OR i.owner = '')
		WHERE m.item_id IN `+tx.InList("$1")+` AND t.arrived_id > $2 ORDER BY t.arrived_id DESC LIMIT $3`, arg, since, limit)
}
