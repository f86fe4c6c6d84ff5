package account

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

type purpose string

const (
	purposeConfirm purpose = "confirm"
	purposeFirst   purpose = "first_admin"
)

const columns = `a.id, a.email, a.name, a.role, a.confirmed_ms, a.created_ms`

func fields(a *Account, confirmed *sql.NullInt64, created *int64) []any {
	return []any{&a.ID, &a.Email, &a.Name, &a.Role, confirmed, created}
}

func scan(r sqldb.Row) (*Account, error) {
	a, _, err := scanWith[sql.NullInt64](r, "")
	return a, err
}

// scanWith scans an account and, unless name is empty, one column more.
func scanWith[T any](r sqldb.Row, name string) (a *Account, extra T, err error) {
	a = &Account{}
	var confirmed sql.NullInt64
	var created int64
	dest := fields(a, &confirmed, &created)
	if name != "" {
		dest = append(dest, &extra)
	}
	err = r.Scan(dest...)
	a.Confirmed, a.Created = confirmed.Valid, time.UnixMilli(created).UTC()
	return a, extra, err
}

func insert(ctx context.Context, tx *sqldb.Tx, a *Account, hash string) error {
	confirmed := sql.NullInt64{Int64: a.Created.UnixMilli(), Valid: a.Confirmed}
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO account (id, email, name, name_key, role, password, confirmed_ms, created_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.Email, a.Name, nameKey(a.Name), a.Role, hash, confirmed, a.Created.UnixMilli())
	if !errors.Is(err, errs.Conflict) {
		return err
	}
	if strings.Contains(err.Error(), "email") {
		return &errs.Error{Kind: errs.Conflict, Field: "email", Message: "Somebody has an account with this address already.", Err: err}
	}
	return nameTaken(err)
}

func nameTaken(err error) error {
	return &errs.Error{Kind: errs.Conflict, Field: "name", Message: "Somebody has this name, or one that looks like it. Choose another.", Err: err}
}

// hasName reports whether a name is not free for a new account with an address:
// somebody with another address has it, or anybody who has confirmed theirs.
func hasName(ctx context.Context, tx *sqldb.Tx, name, email string) (bool, error) {
	n, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COUNT(*) FROM account WHERE name_key = $1 AND (email <> $2 OR confirmed_ms IS NOT NULL)`, nameKey(name), email)
	return n > 0, err
}

func remove(ctx context.Context, tx *sqldb.Tx, who id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `DELETE FROM account WHERE id = $1 AND confirmed_ms IS NULL`, who)
	return err
}

func byID(ctx context.Context, tx *sqldb.Tx, who id.ID) (*Account, error) {
	return sqldb.One(ctx, tx, scan, `SELECT `+columns+` FROM account a WHERE a.id = $1`, who)
}

func byEmail(ctx context.Context, tx *sqldb.Tx, email string) (a *Account, hash string, err error) {
	_, err = sqldb.One(ctx, tx, func(r sqldb.Row) (_ bool, err error) {
		a, hash, err = scanWith[string](r, "password")
		return true, err
	}, `SELECT `+columns+`, a.password FROM account a WHERE a.email = $1`, email)
	return a, hash, err
}

func find(ctx context.Context, tx *sqldb.Tx, f Filter, limit int) ([]*Account, error) {
	words := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(f.Words)) + "%"
	which := `a.role <> 'reader'`
	if f.Readers {
		which = `a.role = 'reader'`
	}
	return sqldb.All(ctx, tx, scan, `
		SELECT `+columns+` FROM account a
		WHERE `+which+` AND a.name_key > $1 AND (LOWER(a.name) LIKE $2 ESCAPE '\' OR a.email LIKE $2 ESCAPE '\')
		ORDER BY a.name_key, a.id LIMIT $3`, nameKey(f.After), words, limit)
}

func countAdmins(ctx context.Context, tx *sqldb.Tx) (int64, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[int64], `SELECT COUNT(*) FROM account WHERE role <> 'reader' AND role = 'admin'`)
}

func setConfirmed(ctx context.Context, tx *sqldb.Tx, who id.ID, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE account SET confirmed_ms = $2 WHERE id = $1 AND confirmed_ms IS NULL`, who, now.UnixMilli())
	return err
}

func setRole(ctx context.Context, tx *sqldb.Tx, who id.ID, role Role) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE account SET role = $2 WHERE id = $1`, who, role)
	return err
}

func setPassword(ctx context.Context, tx *sqldb.Tx, who id.ID, hash string) error {
	if _, err := sqldb.Exec(ctx, tx, `UPDATE account SET password = $2 WHERE id = $1`, who, hash); err != nil {
		return err
	}
	_, err := sqldb.Exec(ctx, tx, `DELETE FROM session WHERE account_id = $1`, who)
	return err
}

func insertSession(ctx context.Context, tx *sqldb.Tx, hash string, who id.ID, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO session (token_hash, account_id, created_ms, seen_ms) VALUES ($1, $2, $3, $3)`, hash, who, now.UnixMilli())
	return err
}

func bySession(ctx context.Context, tx *sqldb.Tx, hash string) (a *Account, seen time.Time, err error) {
	_, err = sqldb.One(ctx, tx, func(r sqldb.Row) (_ bool, err error) {
		var ms int64
		a, ms, err = scanWith[int64](r, "seen_ms")
		seen = time.UnixMilli(ms)
		return true, err
	}, `SELECT `+columns+`, s.seen_ms FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_hash = $1`, hash)
	return a, seen, err
}

func touchSession(ctx context.Context, tx *sqldb.Tx, hash string, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE session SET seen_ms = $2 WHERE token_hash = $1`, hash, now.UnixMilli())
	return err
}

func deleteSession(ctx context.Context, tx *sqldb.Tx, hash string) error {
	_, err := sqldb.Exec(ctx, tx, `DELETE FROM session WHERE token_hash = $1`, hash)
	return err
}

func insertOnce(ctx context.Context, tx *sqldb.Tx, hash string, why purpose, who id.ID, expires time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO once_token (token_hash, purpose, account_id, expires_ms) VALUES ($1, $2, $3, $4)`,
		hash, why, who, expires.UnixMilli())
	return err
}

// findOnce returns whom a token is for, and leaves it as it is.
func findOnce(ctx context.Context, tx *sqldb.Tx, hash string, why purpose, now time.Time) (id.ID, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[id.ID], `
		SELECT account_id FROM once_token WHERE token_hash = $1 AND purpose = $2 AND expires_ms > $3`, hash, why, now.UnixMilli())
}

func passwordOf(ctx context.Context, tx *sqldb.Tx, who id.ID) (string, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[string], `SELECT password FROM account WHERE id = $1`, who)
}

// takeOnce uses up a token and returns whom it is for (0 for nobody yet).
func takeOnce(ctx context.Context, tx *sqldb.Tx, hash string, why purpose, now time.Time) (id.ID, error) {
	return sqldb.One(ctx, tx, sqldb.Scalar[id.ID], `
		DELETE FROM once_token WHERE token_hash = $1 AND purpose = $2 AND expires_ms > $3
		RETURNING account_id`, hash, why, now.UnixMilli())
}

const tokenColumns = `id, label, created_ms, used_ms, state` //nolint:gosec // names of columns

func scanToken(r sqldb.Row) (t Token, err error) {
	var created int64
	var used sql.NullInt64
	var state string
	err = r.Scan(&t.ID, &t.Label, &created, &used, &state)
	t.Created, t.Revoked = time.UnixMilli(created).UTC(), state == "revoked"
	if used.Valid {
		t.Used = time.UnixMilli(used.Int64).UTC()
	}
	return t, err
}

func insertToken(ctx context.Context, tx *sqldb.Tx, t Token, hash string, by id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO api_token (id, token_hash, label, made_by, created_ms, state) VALUES ($1, $2, $3, $4, $5, 'live')`,
		t.ID, hash, t.Label, by, t.Created.UnixMilli())
	return err
}

func tokens(ctx context.Context, tx *sqldb.Tx, limit int) ([]Token, error) {
	return sqldb.All(ctx, tx, scanToken, `SELECT `+tokenColumns+` FROM api_token ORDER BY id DESC LIMIT $1`, limit)
}

func tokenByHash(ctx context.Context, tx *sqldb.Tx, hash string) (Token, error) {
	return sqldb.One(ctx, tx, scanToken, `SELECT `+tokenColumns+` FROM api_token WHERE token_hash = $1`, hash)
}

func revokeToken(ctx context.Context, tx *sqldb.Tx, token id.ID) error {
	n, err := sqldb.Exec(ctx, tx, `UPDATE api_token SET state = 'revoked' WHERE id = $1`, token)
	if err == nil && n == 0 {
		return errs.E(errs.NotFound, "There is no such token.")
	}
	return err
}

func touchToken(ctx context.Context, tx *sqldb.Tx, token id.ID, now time.Time) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE api_token SET used_ms = $2 WHERE id = $1`, token, now.UnixMilli())
	return err
}

func staff(ctx context.Context, tx *sqldb.Tx, limit int) ([]*Account, error) {
	return sqldb.All(ctx, tx, scan, `
		SELECT `+columns+` FROM account a WHERE a.role <> 'reader' ORDER BY a.name_key, a.id LIMIT $1`, limit)
}
