package account

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/mail"
	"broadsheet/internal/sqldb"
)

const (
	hashesAtOnce  = 2
	sessionLife   = 30 * 24 * time.Hour // since it was last used
	sessionTouch  = time.Hour           // how exactly "last used" is kept
	confirmLife   = 48 * time.Hour
	firstLife     = 24 * time.Hour
	attemptWindow = 15 * time.Minute
	perEmail      = 10  // sign-in attempts for one address from one network in attemptWindow
	perIP         = 100 // for all addresses from one network, where many may sit
	perTarget     = 200 // for one address from everywhere; low enough that guessing is hopeless, high enough that nobody is shut out by one other
	registerPerIP = 20  // registrations from one network in attemptWindow
	letters       = 5   // registrations, each a letter, for one address in attemptWindow
	maxList       = 200
)

// A Service registers people, signs them in and manages them.
type Service struct {
	DB  *sqldb.DB
	Now func() time.Time
	// Letters writes the mails. A zero message is not sent.
	Letters Letters

	hasher   hasher
	attempts attempts
}

// Letters are the mails of this room, worded by the paper.
type Letters struct {
	Confirm func(a *Account, token string) mail.Message // to a new reader: confirm your address
	Known   func(a *Account) mail.Message               // to somebody who registers again: you have an account
}

// New returns a service that sends no mail until its Letters are set.
func New(db *sqldb.DB) *Service {
	return &Service{
		DB: db, Now: time.Now, hasher: make(hasher, hashesAtOnce),
		Letters: Letters{
			Confirm: func(*Account, string) mail.Message { return mail.Message{} },
			Known:   func(*Account) mail.Message { return mail.Message{} },
		},
	}
}

// A Person is what somebody enters to get an account.
type Person struct {
	Email    string
	Name     string
	Role     Role
	Password string // empty: cannot sign in until one is set
}

func (s *Service) account(ctx context.Context, p Person) (*Account, string, error) {
	email, err := cleanEmail(p.Email)
	if err != nil {
		return nil, "", err
	}
	name, err := cleanName(p.Name)
	if err != nil {
		return nil, "", err
	}
	if p.Role, err = ParseRole(string(p.Role)); err != nil {
		return nil, "", err
	}
	a := &Account{ID: id.New(), Email: email, Name: name, Role: p.Role, Created: s.Now().UTC().Truncate(time.Millisecond)}
	if p.Password == "" {
		return a, "", nil
	}
	if err := checkPassword(p.Password); err != nil {
		return nil, "", err
	}
	hash, err := s.hasher.hash(ctx, p.Password)
	return a, hash, err
}

// Register makes a reader's account and sends the mail that confirms it. Anyone
// may. It does not tell whether an address has an account already: then that
// address gets a mail which says so. A name that is taken is errs.Conflict,
// whosever address comes with it.
func (s *Service) Register(ctx context.Context, p Person, ip string) (err error) {
	defer errs.Wrap(&err, "register")
	if !s.attempts.allow(s.Now(), "register "+network(ip), registerPerIP) {
		return errs.E(errs.Limited, "Too many new accounts come from your network. Try again in 15 minutes.")
	}
	p.Role = Reader
	if p.Password == "" {
		return checkPassword("")
	}
	a, hash, err := s.account(ctx, p)
	if err != nil {
		return err
	}
	if !s.attempts.allow(s.Now(), "letter "+a.Email, letters) {
		return errs.E(errs.Limited, "This address was entered too often. Look into its mail, or try again in 15 minutes.")
	}
	token, tokenHash := newToken()
	taken := false
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if taken, err = hasName(ctx, tx, a.Name, a.Email); err != nil {
			return err
		}
		known, _, err := byEmail(ctx, tx, a.Email)
		switch {
		case err == nil && known.Confirmed:
			return send(ctx, tx, s.Letters.Known(known))
		case err != nil && !errors.Is(err, errs.NotFound):
			return err
		case taken:
			return nil
		case err == nil: // never confirmed: whoever reads that mailbox decides
			a.ID = known.ID
			if err := remove(ctx, tx, known.ID); err != nil {
				return err
			}
		}
		if err := insert(ctx, tx, a, hash); err != nil {
			return err
		}
		if err := insertOnce(ctx, tx, tokenHash, purposeConfirm, a.ID, s.Now().Add(confirmLife)); err != nil {
			return err
		}
		return send(ctx, tx, s.Letters.Confirm(a, token))
	})
	if err == nil && taken {
		return nameTaken(nil)
	}
	return err
}

func send(ctx context.Context, tx *sqldb.Tx, m mail.Message) error {
	if m.To == "" {
		return nil
	}
	return mail.Enqueue(ctx, tx, m)
}

// Confirm confirms the address whose mail had the token, and signs in. Whoever has
// the token and the password that was chosen with it may: the one shows that the
// mailbox is theirs, the other that the registration is.
func (s *Service) Confirm(ctx context.Context, token, password, ip string) (a *Account, session string, err error) {
	defer errs.Wrap(&err, "confirm address")
	if !s.attempts.allow(s.Now(), "confirm "+network(ip), perIP) {
		return nil, "", errs.E(errs.Limited, "Too many attempts come from your network. Try again in 15 minutes.")
	}
	const used = "This link was used already or is older than two days. Sign in, or register again."
	var who id.ID
	var hash string
	if err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		if who, err = findOnce(ctx, tx, hashToken(token), purposeConfirm, s.Now()); err != nil {
			return expired(err, used)
		}
		hash, err = passwordOf(ctx, tx, who)
		return err
	}); err != nil {
		return nil, "", err
	}
	ok, err := s.hasher.check(ctx, password, hash)
	if err != nil {
		return nil, "", err
	}
	if !ok {
		return nil, "", invalid("password", "That is not the password with which this address was registered. If it was not you who registered, register now: the new link counts.")
	}
	session, sessionHash := newToken()
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := takeOnce(ctx, tx, hashToken(token), purposeConfirm, s.Now()); err != nil {
			return expired(err, used)
		}
		if err := setConfirmed(ctx, tx, who, s.Now()); err != nil {
			return err
		}
		if a, err = byID(ctx, tx, who); err != nil {
			return err
		}
		return insertSession(ctx, tx, sessionHash, a.ID, s.Now())
	})
	return a, session, err
}

func expired(err error, message string) error {
	if errors.Is(err, errs.NotFound) {
		return &errs.Error{Kind: errs.Invalid, Message: message, Err: err}
	}
	return err
}

// SignIn checks a password and begins a session. Anyone may try, a limited number of times.
func (s *Service) SignIn(ctx context.Context, email, password, ip string) (a *Account, session string, err error) {
	defer errs.Wrap(&err, "sign in")
	address, err := cleanEmail(email)
	if err != nil {
		return nil, "", err
	}
	now := s.Now()
	here := "email " + address + " " + network(ip)
	if !s.attempts.allow(now, here, perEmail) || !s.attempts.allow(now, "ip "+network(ip), perIP) ||
		!s.attempts.allow(now, "email "+address, perTarget) {
		return nil, "", errs.E(errs.Limited, "Too many attempts to sign in. Try again in 15 minutes.")
	}
	var hash string
	err = s.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		a, hash, err = byEmail(ctx, tx, address)
		return err
	})
	if err != nil && !errors.Is(err, errs.NotFound) {
		return nil, "", err
	}
	ok, err := s.hasher.check(ctx, password, hash)
	if err != nil {
		return nil, "", err
	}
	if !ok || len(password) > MaxPassword {
		return nil, "", errs.E(errs.Invalid, "That address and password do not belong together.")
	}
	session, sessionHash := newToken()
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error { return insertSession(ctx, tx, sessionHash, a.ID, now) })
	if err == nil {
		s.attempts.forget(here)
	}
	return a, session, err
}

// BySession returns who is signed in with a session. Whoever has its token may. An
// unknown or old one is errs.Unauthenticated.
func (s *Service) BySession(ctx context.Context, token string) (a *Account, err error) {
	hash, now := hashToken(token), s.Now()
	var seen time.Time
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		a, seen, err = bySession(ctx, tx, hash)
		return err
	})
	if errors.Is(err, errs.NotFound) || err == nil && now.Sub(seen) > sessionLife {
		return nil, errs.E(errs.Unauthenticated, "Sign in again.")
	}
	if err == nil && now.Sub(seen) > sessionTouch {
		err = s.DB.Update(ctx, func(tx *sqldb.Tx) error { return touchSession(ctx, tx, hash, now) })
	}
	return a, err
}

// SignOut ends a session. Whoever has its token may.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error { return deleteSession(ctx, tx, hashToken(token)) })
}

// Add makes an account that needs no confirmation. Admins may.
func (s *Service) Add(ctx context.Context, by *Account, p Person) (a *Account, err error) {
	defer errs.Wrap(&err, "add %s", p.Role)
	if err := by.Must(AccountManage); err != nil {
		return nil, err
	}
	a, hash, err := s.account(ctx, p)
	if err != nil {
		return nil, err
	}
	a.Confirmed = true
	return a, s.DB.Update(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, a, hash) })
}

// SetPassword sets somebody's password and ends their sessions. Admins may, and everybody for themselves.
func (s *Service) SetPassword(ctx context.Context, by *Account, email, password string) (err error) {
	defer errs.Wrap(&err, "set password")
	if by == nil || by.Email != email || email == "" {
		if err := by.Must(AccountManage); err != nil {
			return err
		}
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	address, err := cleanEmail(email)
	if err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		a, _, err := byEmail(ctx, tx, address)
		if errors.Is(err, errs.NotFound) {
			return errs.E(errs.NotFound, "Nobody has the address %s.", address)
		}
		if err != nil {
			return err
		}
		return setPassword(ctx, tx, a.ID, hash)
	})
}

// SetRole gives somebody another role. Admins may; the last admin stays one.
func (s *Service) SetRole(ctx context.Context, by *Account, who id.ID, role Role) (err error) {
	defer errs.Wrap(&err, "set role of %s", who)
	if err := by.Must(AccountManage); err != nil {
		return err
	}
	if role, err = ParseRole(string(role)); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		a, err := byID(ctx, tx, who)
		if err != nil {
			return err
		}
		if a.Role == Admin && role != Admin {
			n, err := countAdmins(ctx, tx)
			if err != nil {
				return err
			}
			if n == 1 {
				return errs.E(errs.Conflict, "%s is the only admin. Make somebody else an admin first.", a.Name)
			}
		}
		return setRole(ctx, tx, who, role)
	})
}

// A Filter selects accounts.
type Filter struct {
	Words   string // part of the name or the address
	Readers bool   // readers instead of staff
	After   string // the name key of the last one of the page before, or ""
}

// List returns up to 200 accounts in the order of their names. Admins may.
func (s *Service) List(ctx context.Context, by *Account, f Filter) (list []*Account, err error) {
	if err := by.Must(AccountManage); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = find(ctx, tx, f, maxList)
		return err
	})
	return list, err
}

// FirstAdminToken returns a token that makes the first admin, once, within a day;
// or "" if there is one. Whoever starts the program may.
func (s *Service) FirstAdminToken(ctx context.Context) (token string, err error) {
	defer errs.Wrap(&err, "first admin")
	token, hash := newToken()
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		n, err := countAdmins(ctx, tx)
		if err != nil || n > 0 {
			token = ""
			return err
		}
		return insertOnce(ctx, tx, hash, purposeFirst, 0, s.Now().Add(firstLife))
	})
	return token, err
}

// FirstAdmin makes the first admin and signs in. Whoever has the token may.
func (s *Service) FirstAdmin(ctx context.Context, token string, p Person) (a *Account, session string, err error) {
	defer errs.Wrap(&err, "make the first admin")
	p.Role = Admin
	if p.Password == "" {
		return nil, "", checkPassword("")
	}
	a, hash, err := s.account(ctx, p)
	if err != nil {
		return nil, "", err
	}
	a.Confirmed = true
	session, sessionHash := newToken()
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		_, err := takeOnce(ctx, tx, hashToken(token), purposeFirst, s.Now())
		if err == nil {
			var n int64
			if n, err = countAdmins(ctx, tx); err == nil && n > 0 {
				err = errs.NotFound
			}
		}
		if err != nil {
			return expired(err, "This link was used already or is older than a day. Start the program again for a new one.")
		}
		if err := insert(ctx, tx, a, hash); err != nil {
			return err
		}
		return insertSession(ctx, tx, sessionHash, a.ID, s.Now())
	})
	return a, session, err
}

// network returns what counts as one place: an address, or the 64 bits of an IPv6
// address that a provider gives to one customer, who has all of the others.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Unmap().Is4() {
		return ip
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}

// attempts counts what must not be tried too often, in a fixed window.
type attempts struct {
	mu     sync.Mutex
	began  time.Time
	counts map[string]int
}

func (a *attempts) allow(now time.Time, key string, limit int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts == nil || now.Sub(a.began) > attemptWindow {
		a.began, a.counts = now, map[string]int{}
	}
	a.counts[key]++
	return a.counts[key] <= limit
}

func (a *attempts) forget(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.counts, key)
}

// StaffIn returns the staff with one of the roles, as a transaction sees them: for the
// letters that follow from it. There is no permission to ask for, as nothing of it is shown.
func (s *Service) StaffIn(ctx context.Context, tx *sqldb.Tx, roles ...Role) ([]*Account, error) {
	all, err := staff(ctx, tx, maxList)
	return slices.DeleteFunc(all, func(a *Account) bool { return !slices.Contains(roles, a.Role) }), err
}
