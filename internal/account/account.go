// Package account knows the people: readers who discuss, and the staff who make
// the paper. It signs them in and says who may do what.
package account

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// Limits of what people may type.
const (
	MinPassword = 10  // characters
	MaxPassword = 200 // bytes; argon2id's cost does not depend on it, a request's does
	MinName     = 2   // characters
	MaxName     = 40  // characters
	MaxEmail    = 254 // bytes, RFC 5321
)

// A Role says what somebody does for the paper.
type Role string

// The roles.
const (
	Reader    Role = "reader"
	Reporter  Role = "reporter"
	Editor    Role = "editor"
	Moderator Role = "moderator"
	Admin     Role = "admin"
)

// Roles lists all roles, the least powerful first.
func Roles() []Role { return []Role{Reader, Reporter, Moderator, Editor, Admin} }

// A Permission names something that not everybody may do.
type Permission string

// The permissions. Their roles are in allowed.
const (
	WireRead        Permission = "read the wire"
	WireIngest      Permission = "add to the wire"
	WireSort        Permission = "sort the wire"
	WireRules       Permission = "make rules for the wire"
	WireSources     Permission = "manage the wire's sources"
	StoryWrite      Permission = "write stories"
	StoryPublish    Permission = "publish stories"
	MediaEdit       Permission = "add and edit photos"
	CommentPost     Permission = "comment"
	CommentVote     Permission = "vote"
	CommentReport   Permission = "report comments"
	CommentModerate Permission = "moderate the discussion"
	AccountManage   Permission = "manage people"
)

var (
	everyone = []Role{Reader, Reporter, Editor, Moderator, Admin}
	writers  = []Role{Reporter, Editor, Admin}
)

// allowed is the table of who may do what. docs/roles.md shows it to people.
var allowed = map[Permission][]Role{
	WireRead:        {Reporter, Editor, Moderator, Admin},
	WireIngest:      {Editor, Admin},
	WireSort:        writers,
	WireRules:       {Editor, Admin},
	WireSources:     {Admin},
	StoryWrite:      writers,
	StoryPublish:    {Editor, Admin},
	MediaEdit:       writers,
	CommentPost:     everyone,
	CommentVote:     everyone,
	CommentReport:   everyone,
	CommentModerate: {Editor, Moderator, Admin},
	AccountManage:   {Admin},
}

// An Account is a person's account. A nil *Account is somebody who is not signed in.
type Account struct {
	ID        id.ID
	Email     string // private: shown to its owner and to admins only
	Name      string // shown to everybody
	Role      Role
	Confirmed bool // the address belongs to the person; without it, nothing can be posted
	Created   time.Time
	Token     id.ID // with which an agency pushes; 0 for a person
}

// System is who the program itself is, for what it does by its own rules.
func System() *Account {
	return &Account{Name: "Broadsheet", Role: Admin, Confirmed: true}
}

// Wire is who an agency's push is that came with a token.
func Wire(label string, token id.ID) *Account {
	return &Account{Name: label, Role: Editor, Confirmed: true, Token: token}
}

// May reports whether the account has a permission.
func (a *Account) May(p Permission) bool {
	if a == nil {
		return false
	}
	return slices.Contains(allowed[p], a.Role)
}

// Must returns nil if the account has a permission, else an error that says what to do.
func (a *Account) Must(p Permission) error {
	switch {
	case a == nil:
		return errs.E(errs.Unauthenticated, "Sign in to %s.", p)
	case !a.May(p):
		return errs.E(errs.Denied, "Your role, %s, may not %s. Ask an admin of this newsroom.", a.Role, p)
	}
	return nil
}

// Staff reports whether the account belongs to somebody who works for the paper.
func (a *Account) Staff() bool { return a != nil && a.Role != Reader }

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	for _, r := range Roles() {
		if string(r) == s {
			return r, nil
		}
	}
	return "", &errs.Error{Kind: errs.Invalid, Field: "role", Message: "There is no role “" + s + "”. The roles are reader, reporter, moderator, editor and admin."}
}

func invalid(field, message string) error {
	return &errs.Error{Kind: errs.Invalid, Field: field, Message: message}
}

// cleanEmail returns the address in the form under which it is kept.
func cleanEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > MaxEmail || strings.ContainsAny(s, "\r\n<>\"") {
		return "", invalid("email", "That is not an e-mail address. It looks like name@example.org.")
	}
	return strings.ToLower(s), nil
}

// cleanName returns a name fit to be shown: no control or invisible characters,
// single spaces, within the limits.
func cleanName(s string) (string, error) {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	for _, r := range s {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return "", invalid("name", "A name can have letters, digits, spaces and punctuation.")
		}
	}
	switch n := utf8.RuneCountInString(s); {
	case n < MinName || !strings.ContainsFunc(s, unicode.IsLetter):
		return "", invalid("name", "Choose a name of at least 2 characters, with a letter in it.")
	case n > MaxName:
		return "", invalid("name", "Choose a name of at most 40 characters.")
	}
	return s, nil
}

// nameKey is what two names share that a reader could take for one another:
// compatibility forms and case folded, only letters and digits kept.
func nameKey(name string) string {
	folded := cases.Fold().String(norm.NFKD.String(name))
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, folded)
	if key == "" {
		return folded
	}
	return key
}

func checkPassword(password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return invalid("password", "Use a password of at least 10 characters. Four random words are a good one.")
	case len(password) > MaxPassword:
		return invalid("password", "Use a password of at most 200 bytes.")
	}
	return nil
}
