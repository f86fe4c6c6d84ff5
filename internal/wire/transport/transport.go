// Package transport brings agency files in: from a web address, a folder, an FTP,
// FTPS or SFTP server, a mailbox.
//
// A [Transport] is polled. It gives each file that is there, whole, to a function that
// stores it, and only after that function has returned does it acknowledge the file:
// moves or deletes it, marks it seen, moves its own cursor on. A connection cut in the
// middle therefore loses nothing; what was stored and not yet acknowledged is given
// again, and the wire knows it by its bytes.
//
// Nothing here knows formats or databases.
package transport

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"broadsheet/internal/errs"
)

// Limits of one poll.
const (
	MaxFile   = 32 << 20        // bytes of a file, as the wire's
	MaxFiles  = 500             // files; what is left is taken by the next poll, at once
	MaxListed = 20_000          // files in a folder, beyond which it is not read
	MaxTime   = 4 * time.Minute // of a whole poll
	maxSilent = time.Minute     // in which a server says nothing
	maxName   = 255             // bytes of a file's name
)

// A Kind is a way by which files come.
type Kind string

// The kinds.
const (
	Pull   Kind = "pull"   // an http or https address that is asked again and again
	Push   Kind = "push"   // the agency posts to our API; not polled
	Folder Kind = "folder" // a folder of this machine
	FTP    Kind = "ftp"
	FTPS   Kind = "ftps"
	SFTP   Kind = "sftp"
	IMAP   Kind = "imap"
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{Pull, Push, Folder, FTP, FTPS, SFTP, IMAP} }

// An After says what becomes of a file at its source when it was taken in.
type After string

// What may become of it. A Pull is always kept.
const (
	Keep   After = "keep"   // it stays, and what was taken is remembered
	Move   After = "move"   // into the folder processed beside it, or failed if it could not be read
	Delete After = "delete" // it is removed
)

// A Secret is a password, a token or a private key. It prints as dots.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "••••••"
}

// Format hides the secret whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret in JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Config says where to poll, and how.
type Config struct {
	Kind    Kind
	Address string // a URL; for a Folder, its path
	User    string
	Secret  Secret
	HostKey string // of an SFTP server, as in a known_hosts file without the host's name
	After   After
	Private []string // hosts, as the address names them, that may have private addresses

	// Peek is only to look: files that may still be written are given too, and nothing
	// is acknowledged.
	Peek bool

	Now   func() time.Time // nil: time.Now
	Roots *x509.CertPool   // of TLS; nil: the system's
}

// A File is one file as it came.
type File struct {
	Name string // as the source calls it, without folders
	Raw  []byte

	// Fault says why the file cannot be had whole, now and later: that it is too large.
	// Raw is then nil. It is given so that somebody hears of it.
	Fault string

	// Beside opens a file that stands beside this one, by a relative address. It may be
	// called only before the take of this file returns. nil: nothing is beside it.
	Beside func(href string) (io.ReadCloser, error)
}

// A Verdict is what the wire made of a file.
type Verdict int

// The verdicts. Both mean that the wire has the file's bytes.
const (
	Taken      Verdict = iota // it was read
	Unreadable                // it was kept with the reason
)

// A Take stores a file. When it returns without an error the file is on the disk. After
// an error the transport ends its poll and acknowledges nothing more.
type Take func(ctx context.Context, f File) (Verdict, error)

// An End is how a poll ended.
type End struct {
	State string // to be given to the next poll; also good after an error
	More  bool   // there was more than one poll may take

	// Trouble is errs.Denied when there is a file that may not be read, or was taken and
	// may not be moved or deleted. All others were taken.
	Trouble error
}

// A Transport polls one source. It is used by one goroutine at a time.
//
// An implementation passes transporttest.Run.
type Transport interface {
	// Poll gives every file that is there and was not given before to take, the oldest
	// first, and acknowledges each after take has returned. State is that of the poll
	// before, "" at first. A file is given whole or not at all. After an error, files
	// may be given again that were given but not acknowledged.
	//
	// Errors of kind errs.Invalid and errs.Denied need somebody to change something;
	// a *fetch.Busy says when to come back; any other may pass.
	Poll(ctx context.Context, state string, take Take) (End, error)
}

// Open returns the transport of c, which it has checked. It does not connect.
func Open(c Config) (Transport, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	switch c.Kind {
	case Pull:
		return guarded{&pull{c}}, nil
	case Folder:
		return guarded{&drop{c, openFolder}}, nil
	case FTP, FTPS:
		return guarded{&drop{c, openFTP}}, nil
	case SFTP:
		return guarded{&drop{c, openSFTP}}, nil
	case IMAP:
		return guarded{&mailbox{c}}, nil
	case Push:
	}
	return nil, errs.E(errs.Invalid, "A source of kind %s is not polled: the agency sends by itself.", c.Kind)
}

// guarded makes a panic an error: what a server says, or half says, must not end the
// program, and not every library that reads it is as careful.
type guarded struct{ Transport }

// Poll implements Transport.
func (g guarded) Poll(ctx context.Context, state string, take Take) (end End, err error) {
	defer func() {
		if p := recover(); p != nil {
			end, err = End{State: state}, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return g.Transport.Poll(ctx, state, take)
}

// schemes are what an address of a kind may begin with.
var schemes = map[Kind][]string{
	Pull: {"http", "https"}, FTP: {"ftp"}, FTPS: {"ftps"}, SFTP: {"sftp"}, IMAP: {"imap", "imaps"},
}

// Check says what is wrong with c, as errs.Invalid.
func (c *Config) Check() error {
	switch c.Kind {
	case Push:
		return nil
	case Folder:
		if !path.IsAbs(c.Address) {
			return errs.E(errs.Invalid, "Give the whole path of the folder, from / on.")
		}
	default:
		if err := c.checkURL(); err != nil {
			return err
		}
	}
	switch {
	case c.After != Keep && c.After != Move && c.After != Delete:
		return errs.E(errs.Invalid, "What becomes of a file that was taken is one of keep, move, delete; not %q.", c.After)
	case c.Kind == Pull && c.After != Keep, c.Kind == IMAP && c.After == Move:
		return errs.E(errs.Invalid, "A source of kind %s cannot %s what was taken.", c.Kind, c.After)
	}
	return nil
}

func (c *Config) checkURL() error {
	allowed := schemes[c.Kind]
	if allowed == nil {
		return errs.E(errs.Invalid, "There is no kind %.20q of source. There are pull, push, folder, ftp, ftps, sftp and imap.", c.Kind)
	}
	u, err := url.Parse(c.Address)
	if err != nil || u.Host == "" || !slices.Contains(allowed, u.Scheme) {
		return errs.E(errs.Invalid, "The address of a source of kind %s is like %s://HOST/PATH.", c.Kind, allowed[len(allowed)-1])
	}
	if u.User != nil {
		return errs.E(errs.Invalid, "Give the user and the secret by themselves, not in the address: an address is shown to everybody on the desk.")
	}
	return nil
}

// host returns HOST:PORT of the address.
func (c *Config) host(port string) (u *url.URL, hostport string) {
	u, err := url.Parse(c.Address)
	if err != nil {
		return &url.URL{}, ""
	}
	if p := u.Port(); p != "" {
		port = p
	}
	return u, joinHost(u.Hostname(), port)
}

// safeName returns what a source calls a file if that can be a file's name here.
func safeName(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= maxName &&
		!strings.ContainsFunc(name, func(r rune) bool { return r == '/' || r == '\\' || r < ' ' || r == 0x7f })
}

// readAll reads a file of at most MaxFile bytes. A longer one gives errTooLarge.
func readAll(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err == nil && len(raw) > MaxFile {
		err = errTooLarge
	}
	return raw, err
}

var (
	errTooLarge = errors.New("the file is too large")
	errRefused  = errors.New("the file may not be read")
)

// refused makes an error of one file an errRefused, and leaves that it is not there.
func refused(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w: %w", errRefused, err)
}

// tooLarge is the Fault of a file.
func tooLarge() string { return fmt.Sprintf("the file is larger than %d MiB", MaxFile>>20) }
