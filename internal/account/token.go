package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// maxLabel is the longest label of a token, in bytes.
const maxLabel = 100

// A Token lets a program, such as an agency's push, add to the wire. Its secret is
// shown once, when it is made.
type Token struct {
	ID      id.ID
	Label   string // who uses it
	Created time.Time
	Used    time.Time // zero if never; exact to the hour
	Revoked bool
}

// NewToken makes a token and returns its secret. Admins may.
func (s *Service) NewToken(ctx context.Context, by *Account, label string) (t Token, secret string, err error) {
	if err := by.Must(AccountManage); err != nil {
		return t, "", err
	}
	label = strings.TrimSpace(label)
	if label == "" || len(label) > maxLabel {
		return t, "", invalid("label", "Name the token after who uses it, in at most 100 bytes.")
	}
	secret, hash := newToken()
	t = Token{ID: id.New(), Label: label, Created: s.Now()}
	return t, secret, s.DB.Update(ctx, func(tx *sqldb.Tx) error { return insertToken(ctx, tx, t, hash, by.ID) })
}

// Tokens returns all tokens, the newest first. Admins may.
func (s *Service) Tokens(ctx context.Context, by *Account) (list []Token, err error) {
	if err := by.Must(AccountManage); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = tokens(ctx, tx, maxList)
		return err
	})
	return list, err
}

// RevokeToken ends a token's use. Admins may.
func (s *Service) RevokeToken(ctx context.Context, by *Account, token id.ID) error {
	if err := by.Must(AccountManage); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error { return revokeToken(ctx, tx, token) })
}

// ByToken returns the account that a token stands for: it may add to the wire and
// nothing is shown to it that the wire does not hold. Whoever has the secret may.
func (s *Service) ByToken(ctx context.Context, secret string) (a *Account, err error) {
	hash, now := hashToken(secret), s.Now()
	var t Token
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		t, err = tokenByHash(ctx, tx, hash)
		return err
	})
	if errors.Is(err, errs.NotFound) || err == nil && t.Revoked {
		return nil, errs.E(errs.Unauthenticated, "The token is unknown or revoked. Make one with “broadsheet token add” or on the desk under People.")
	}
	if err == nil && now.Sub(t.Used) > sessionTouch {
		err = s.DB.Update(ctx, func(tx *sqldb.Tx) error { return touchToken(ctx, tx, t.ID, now) })
	}
	return Wire(t.Label, t.ID), err
}
