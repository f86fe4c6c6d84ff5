// Package source knows from where the newsroom gets its agency files: which sources there
// are, how each is polled, what came of it, and whether one has gone quiet.
//
// A source is a row. [Service.Run] polls those that are due through package transport and
// hands what they give to the wire; several servers on one database share the work, each
// source being polled by one of them at a time. A source that fails is asked again later
// and later and never stops the others.
package source

import (
	"cmp"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/wire/transport"
)

// EventSource is the kind of event, on the wire's topic, that tells that a source is in
// another state: added, paused, failing, quiet, or well again. Its data is an [Event].
const EventSource = "wire.source"

// An Event is the data of an EventSource.
type Event struct {
	ID    id.ID `json:"id"`
	Quiet bool  `json:"quiet"`
}

// Limits of a source.
const (
	MaxSources = 500
	maxName    = 100 // bytes
	maxAddress = 1000
	maxSecret  = 16 << 10 // bytes: a private key
	MinEvery   = 5 * time.Second
	MaxEvery   = 24 * time.Hour
	maxBackoff = time.Hour
)

// A State says whether a source is polled.
type State string

// The states. Of a removed source only the name of its items is left to be seen.
const (
	Active  State = "active"
	Paused  State = "paused"
	Removed State = "removed"
)

// A Takedown says what a kill of an agency's item does by itself where it was used.
type Takedown string

// The policies.
const (
	BySettings Takedown = ""       // what wire.on_kill says
	Mark       Takedown = "mark"   // the desk decides
	Hold       Takedown = "hold"   // readers do not get what holds the item until the desk has decided
	Remove     Takedown = "remove" // the copy or the photo is taken out
)

// A Source is from where agency files come.
type Source struct {
	ID       id.ID
	Name     string // also the service that its items are listed under
	Agency   string // that it speaks for, see [Source.speaker]; "" means the usual one
	Profile  string // of the agency; "" means that each item shows its own
	Kind     transport.Kind
	Address  string
	User     string
	Secret   transport.Secret
	HostKey  string   // pinned, of an SFTP server
	Private  []string // hosts that may have private addresses
	After    transport.After
	Takedown Takedown
	Every    time.Duration
	Token    id.ID // with which the agency pushes; 0 when it does not
	State    State

	Next     time.Time // when it is polled
	Failures int       // polls that failed since one did not
	Files    int64
	Items    int64
	Errors   int64     // polls that failed and files that could not be read
	Polled   time.Time // the last poll that did not fail
	Seen     time.Time // the last file
	Error    string    // why the last poll failed; "" when it did not
	ErrorAt  time.Time // since when it fails
	Quiet    time.Time // since when it is improbably silent; zero when it is not

	position string
	claim    int64
	rhythm   Rhythm
}

// check says what is wrong with a source, and sets what was left out.
func (s *Source) check() error {
	s.Agency = strings.TrimSpace(s.Agency)
	s.Name, s.Address, s.User = strings.TrimSpace(s.Name), strings.TrimSpace(s.Address), strings.TrimSpace(s.User)
	if s.After == "" {
		s.After = transport.Keep
		if s.Kind == transport.Folder {
			s.After = transport.Move
		}
	}
	if s.Every == 0 {
		s.Every = time.Minute
		if s.Kind == transport.Folder {
			s.Every = MinEvery
		}
	}
	switch {
	case s.Name == "" || len(s.Name) > maxName || strings.ContainsFunc(s.Name, func(r rune) bool { return r < ' ' }):
		return errs.E(errs.Invalid, "Name the source, in at most %d bytes, as its items are to be listed.", maxName)
	case len(s.Agency) > maxName:
		return errs.E(errs.Invalid, "The name of an agency has at most %d bytes.", maxName)
	case len(s.Address) > maxAddress || len(s.User) > maxName || len(s.Secret) > maxSecret:
		return errs.E(errs.Invalid, "An address has at most %d bytes, a user %d, a secret %d.", maxAddress, maxName, maxSecret)
	case s.Every < MinEvery || s.Every > MaxEvery:
		return errs.E(errs.Invalid, "A source is polled every %s at most and every %s at least.", MinEvery, MaxEvery)
	case !slices.Contains([]Takedown{BySettings, Mark, Hold, Remove}, s.Takedown):
		return errs.E(errs.Invalid, "What a kill does by itself is one of mark, hold, remove; not %.20q.", s.Takedown)
	case slices.ContainsFunc(s.Private, func(h string) bool { return h == "" || strings.ContainsAny(h, " /") }):
		return errs.E(errs.Invalid, "A private host is given as the address names it, without spaces and slashes.")
	}
	c := s.config()
	return c.Check()
}

// config is how the transport is told of it.
func (s *Source) config() transport.Config {
	return transport.Config{
		Kind: s.Kind, Address: s.Address, User: s.User, Secret: s.Secret, HostKey: s.HostKey, After: s.After, Private: s.Private,
	}
}

// speaker is whose items the source may change and kill: of the agency that it was given;
// else of the web host that is polled, as agencies have several feeds; else its own.
func (s *Source) speaker() string {
	name := s.Agency
	if u, err := url.Parse(s.Address); name == "" && s.Kind == transport.Pull && err == nil {
		name = u.Hostname()
	}
	return strings.ToLower(cmp.Or(name, s.Name))
}

// Polls reports whether we ask the source, rather than it sending by itself.
func (s *Source) Polls() bool { return s.Kind != transport.Push }

// wait is how long it is until the next poll: after failures the usual time doubled for
// each, give or take a quarter, and at least what the server asked for.
func (s *Source) wait(failures int, asked time.Duration) time.Duration {
	if failures == 0 {
		return s.Every
	}
	d := max(s.Every, min(s.Every<<min(failures-1, 10), maxBackoff))
	d = d*3/4 + rand.N(d/2) //nolint:gosec // spreads load, guards nothing
	return max(d, asked)
}
