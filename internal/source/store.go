package source

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/transport"
)

const columns = `id, name, profile, kind, address, username, secret, host_key, private_hosts, after_taking, takedown, every_ms,
	token_id, state, position, next_ms, claim, failures, files, items, errors, polled_ms, seen_ms, error, error_ms, quiet_ms, rhythm, agency`

func scan(r sqldb.Row) (s Source, err error) {
	var secret, private, rhythm string
	var every, next, polled, seen, failed, quiet int64
	err = r.Scan(&s.ID, &s.Name, &s.Profile, (*string)(&s.Kind), &s.Address, &s.User, &secret, &s.HostKey, &private, (*string)(&s.After),
		(*string)(&s.Takedown), &every, &s.Token, (*string)(&s.State), &s.position, &next, &s.claim, &s.Failures, &s.Files, &s.Items,
		&s.Errors, &polled, &seen, &s.Error, &failed, &quiet, &rhythm, &s.Agency)
	if err != nil {
		return s, err
	}
	s.Secret, s.Private, s.Every = transport.Secret(secret), strings.Fields(private), time.Duration(every)*time.Millisecond
	s.Next, s.Polled, s.Seen, s.ErrorAt, s.Quiet = at(next), at(polled), at(seen), at(failed), at(quiet)
	return s, json.Unmarshal([]byte(rhythm), &s.rhythm)
}

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func insert(ctx context.Context, tx *sqldb.Tx, s *Source, now time.Time) error {
	n, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_source (`+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active', '', $14, 0, 0, 0, 0, 0, 0, 0, '', 0, 0, '{}', $15)
		ON CONFLICT DO NOTHING`,
		s.ID, s.Name, s.Profile, string(s.Kind), s.Address, s.User, string(s.Secret), s.HostKey, strings.Join(s.Private, " "),
		string(s.After), string(s.Takedown), s.Every.Milliseconds(), int64(s.Token), now.UnixMilli(), s.Agency)
	if err == nil && n == 0 {
		err = taken(s.Name)
	}
	return err
}

func taken(name string) error {
	return errs.E(errs.Conflict, "There is a source called %s already.", name)
}

func list(ctx context.Context, tx *sqldb.Tx) ([]Source, error) {
	return sqldb.All(ctx, tx, scan, `
		SELECT `+columns+` FROM wire_source WHERE state <> 'removed' ORDER BY name LIMIT $1`, MaxSources)
}

func get(ctx context.Context, tx *sqldb.Tx, source id.ID) (Source, error) {
	s, err := sqldb.One(ctx, tx, scan, `
		SELECT `+columns+` FROM wire_source WHERE id = $1 AND state <> 'removed'`, source)
	return s, known(err)
}

// lock is get for a change.
func lock(ctx context.Context, tx *sqldb.Tx, source id.ID) (Source, error) {
	s, err := sqldb.One(ctx, tx, scan, `
		SELECT `+columns+` FROM wire_source WHERE id = $1 AND state <> 'removed'`+tx.ForUpdate(), source)
	return s, known(err)
}

func byName(ctx context.Context, tx *sqldb.Tx, name string) (Source, error) {
	s, err := sqldb.One(ctx, tx, scan, `SELECT `+columns+` FROM wire_source WHERE name = $1 AND state <> 'removed'`, name)
	return s, known(err)
}

func byToken(ctx context.Context, tx *sqldb.Tx, token id.ID) ([]Source, error) {
	return sqldb.All(ctx, tx, scan, `
		SELECT `+columns+` FROM wire_source WHERE token_id = $1 AND state <> 'removed' ORDER BY id LIMIT 1`, int64(token))
}

func known(err error) error {
	if errors.Is(err, errs.NotFound) {
		return errs.E(errs.NotFound, "There is no such source. “broadsheet wire source list” shows them.")
	}
	return err
}

// setState pauses, resumes or removes a source. Whoever polls it loses its claim. What
// is removed keeps no secret.
func setState(ctx context.Context, tx *sqldb.Tx, source id.ID, state State, now time.Time) error {
	n, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_source SET state = $2, next_ms = $3, claim = 0, failures = 0, error = '', error_ms = 0, quiet_ms = 0,
			secret = CASE WHEN $2 = 'removed' THEN '' ELSE secret END
		WHERE id = $1 AND state <> 'removed'`, source, string(state), now.UnixMilli())
	if err == nil && n == 0 {
		err = known(errs.NotFound)
	}
	return err
}

func setChange(ctx context.Context, tx *sqldb.Tx, s *Source) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_source SET profile = $2, every_ms = $3, after_taking = $4, takedown = $5, agency = $6 WHERE id = $1`,
		s.ID, s.Profile, s.Every.Milliseconds(), string(s.After), string(s.Takedown), s.Agency)
	return err
}

func setHostKey(ctx context.Context, tx *sqldb.Tx, source id.ID, key string, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_source SET host_key = $2, next_ms = $3, failures = 0 WHERE id = $1`, source, key, now.UnixMilli())
	return err
}

const dueQuery = `
	SELECT id FROM wire_source WHERE state = 'active' AND kind <> 'push' AND next_ms <= $1 ORDER BY next_ms, id LIMIT 1`

// claim takes the source that has been due the longest, until another time; nil when
// there is none. The claim that it gets is the caller's alone.
func claim(ctx context.Context, db *sqldb.DB, now, until time.Time) (*Source, error) {
	var due []id.ID
	if err := db.View(ctx, func(tx *sqldb.Tx) (err error) { // most often there is nothing, and reading is cheap
		due, err = sqldb.All(ctx, tx, sqldb.Scalar[id.ID], dueQuery, now.UnixMilli())
		return err
	}); err != nil || len(due) == 0 {
		return nil, err
	}
	var claimed []Source
	err := db.Update(ctx, func(tx *sqldb.Tx) (err error) {
		claimed, err = sqldb.All(ctx, tx, scan, `
			UPDATE wire_source SET next_ms = $2, claim = $3 WHERE id = (`+dueQuery+tx.SkipLocked()+`) RETURNING `+columns,
			now.UnixMilli(), until.UnixMilli(), int64(id.New()))
		return err
	})
	if err != nil || len(claimed) == 0 {
		return nil, err
	}
	return &claimed[0], nil
}

// freeAll lets every source be polled whose poll has not ended.
func freeAll(ctx context.Context, db *sqldb.DB, now time.Time) error {
	return db.Update(ctx, func(tx *sqldb.Tx) error {
		_, err := sqldb.Exec(ctx, tx, `UPDATE wire_source SET next_ms = $1, claim = 0 WHERE claim <> 0 AND next_ms > $1`, now.UnixMilli())
		return err
	})
}

// errLost is of a poll whose source was paused, or taken over by another server.
var errLost = errors.New("the source is not this poll's any more")

// hold keeps a claim for longer.
func hold(ctx context.Context, tx *sqldb.Tx, s *Source, until time.Time) error {
	return mine(sqldb.Exec(ctx, tx, `UPDATE wire_source SET next_ms = $3 WHERE id = $1 AND claim = $2`, s.ID, s.claim, until.UnixMilli()))
}

func mine(n int64, err error) error {
	if err == nil && n == 0 {
		err = errLost
	}
	return err
}

// settle notes how a poll ended.
func settle(ctx context.Context, tx *sqldb.Tx, s *Source) error {
	failed := 0
	if s.Failures > 0 {
		failed = 1
	}
	return mine(sqldb.Exec(ctx, tx, `
		UPDATE wire_source SET position = $3, next_ms = $4, failures = $5, errors = errors + $6, polled_ms = $7, error = $8, error_ms = $9,
			claim = 0
		WHERE id = $1 AND claim = $2`,
		s.ID, s.claim, s.position, s.Next.UnixMilli(), s.Failures, failed, toMS(s.Polled), s.Error, toMS(s.ErrorAt)))
}

func toMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// counted adds a file to what a source has sent.
func counted(ctx context.Context, tx *sqldb.Tx, source id.ID, files, items, unreadable int, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_source SET files = files + $2, items = items + $3, errors = errors + $4, seen_ms = $5 WHERE id = $1`,
		source, files, items, unreadable, now.UnixMilli())
	return err
}

func setRhythm(ctx context.Context, tx *sqldb.Tx, s *Source) error {
	text, err := json.Marshal(&s.rhythm)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `UPDATE wire_source SET rhythm = $2, quiet_ms = $3 WHERE id = $1`, s.ID, string(text), toMS(s.Quiet))
	return err
}

// unlooked are the active sources whose rhythm is behind.
func unlooked(ctx context.Context, tx *sqldb.Tx) ([]Source, error) {
	return sqldb.All(ctx, tx, scan, `
		SELECT `+columns+` FROM wire_source WHERE state = 'active' ORDER BY id LIMIT $1`+tx.ForUpdate(), MaxSources)
}
