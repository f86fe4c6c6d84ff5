package source

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/profile"
	"broadsheet/internal/wire/transport"
)

// A Service is the newsroom's sources. It is safe for concurrent use.
type Service struct {
	DB       *sqldb.DB
	Wire     *wire.Service
	Accounts *account.Service // makes the tokens with which agencies push
	Now      func() time.Time
	Log      *slog.Logger
}

// Add adds a source and returns it. For one that pushes without a token it makes one and
// returns its secret, which is shown once. Admins may; folders of this machine and hosts
// with private addresses only who runs it may, at the command line.
func (s *Service) Add(ctx context.Context, by *account.Account, src Source) (_ Source, token string, err error) {
	if err := by.Must(account.WireSources); err != nil {
		return src, "", err
	}
	if (src.Kind == transport.Folder || len(src.Private) > 0) && by.ID != 0 {
		return src, "", errs.E(errs.Denied, "A folder, or a host with a private address, is added by who runs the server: “broadsheet wire source add --help”.")
	}
	if err := s.check(&src); err != nil {
		return src, "", err
	}
	if _, err := s.ByName(ctx, by, src.Name); err == nil {
		return src, "", taken(src.Name) // before a token is made for it
	}
	src.ID, src.State = id.New(), Active
	if src.Kind == transport.Push && src.Token == 0 {
		t, secret, err := s.Accounts.NewToken(ctx, by, src.Name)
		if err != nil {
			return src, "", err
		}
		src.Token, token = t.ID, secret
	}
	return src, token, s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		all, err := list(ctx, tx)
		if err == nil && len(all) >= MaxSources {
			err = errs.E(errs.Limited, "There are %d sources already, which is the limit.", MaxSources)
		}
		if err != nil {
			return err
		}
		if err := insert(ctx, tx, &src, s.Now()); err != nil {
			return err
		}
		return s.tell(ctx, tx, &src)
	})
}

func (s *Service) tell(ctx context.Context, tx *sqldb.Tx, src *Source) error {
	return bus.Publish(ctx, tx, wire.Topic, EventSource, Event{ID: src.ID, Quiet: !src.Quiet.IsZero()})
}

// Profiles are the names of the agencies' profiles, for a form.
func (s *Service) Profiles() []string { return s.profiles().IDs() }

// List returns all sources by name. Staff who read the wire may.
func (s *Service) List(ctx context.Context, by *account.Account) (all []Source, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		all, err = list(ctx, tx)
		return err
	})
	return all, err
}

// ByName returns a source. Staff who read the wire may.
func (s *Service) ByName(ctx context.Context, by *account.Account, name string) (src Source, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return src, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		src, err = byName(ctx, tx, name)
		return err
	})
	return src, err
}

// Troubled returns how many sources fail or are quiet.
func (s *Service) Troubled(ctx context.Context) (n int, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		n, err = sqldb.One(ctx, tx, sqldb.Scalar[int], `
			SELECT COUNT(*) FROM wire_source WHERE state = 'active' AND (error <> '' OR quiet_ms <> 0)`)
		return err
	})
	return n, err
}

// Takedown returns, in a transaction, what a kill of an item that a service sent does by
// itself. Every room may ask; for a service that is no source of ours it is BySettings.
func (s *Service) Takedown(ctx context.Context, tx *sqldb.Tx, service string) (Takedown, error) {
	src, err := byName(ctx, tx, service)
	if errors.Is(err, errs.NotFound) {
		return BySettings, nil
	}
	return src.Takedown, err
}

// SetState pauses a source, resumes or removes it. Admins may.
func (s *Service) SetState(ctx context.Context, by *account.Account, source id.ID, state State) error {
	if err := by.Must(account.WireSources); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err := setState(ctx, tx, source, state, s.Now()); err != nil {
			return err
		}
		return s.tell(ctx, tx, &Source{ID: source})
	})
}

// A Change is what may be changed of a source; what is empty stays.
type Change struct {
	Agency   *string // that it speaks for; "" means the usual one
	Profile  *string // "" means that each item shows its own
	Every    time.Duration
	After    transport.After
	Takedown Takedown
}

// Change changes a source. Admins may.
func (s *Service) Change(ctx context.Context, by *account.Account, source id.ID, c Change) error {
	if err := by.Must(account.WireSources); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		src, err := lock(ctx, tx, source)
		if err != nil {
			return err
		}
		if c.Agency != nil {
			src.Agency = *c.Agency
		}
		if c.Profile != nil {
			src.Profile = *c.Profile
		}
		src.Every, src.After, src.Takedown = cmp.Or(c.Every, src.Every), cmp.Or(c.After, src.After), cmp.Or(c.Takedown, src.Takedown)
		if err := s.check(&src); err != nil {
			return err
		}
		if err := setChange(ctx, tx, &src); err != nil {
			return err
		}
		return s.tell(ctx, tx, &src)
	})
}

// check says what is wrong with a source.
func (s *Service) check(src *Source) error {
	if err := src.check(); err != nil || src.Profile == "" {
		return err
	}
	_, err := s.profiles().Get(src.Profile)
	return err
}

func (s *Service) profiles() *profile.Set {
	if s.Wire.Profiles == nil {
		return profile.Shipped()
	}
	return s.Wire.Profiles
}

// Trust pins the key of an SFTP server. Admins may.
func (s *Service) Trust(ctx context.Context, by *account.Account, source id.ID, key string) error {
	if err := by.Must(account.WireSources); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := get(ctx, tx, source); err != nil {
			return err
		}
		return setHostKey(ctx, tx, source, key, s.Now())
	})
}

// Push takes in a file that an agency sent by itself. When its token is a source's, the
// file is the source's: it has its profile and is listed under its name. Else it speaks for
// whom the token is called after, and cannot be listed under the name of a source.
func (s *Service) Push(ctx context.Context, by *account.Account, in wire.Incoming) ([]wire.Result, error) {
	var bound []Source
	if by != nil && by.Token != 0 {
		if err := s.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
			bound, err = byToken(ctx, tx, by.Token)
			return err
		}); err != nil {
			return nil, err
		}
	}
	if len(bound) == 0 {
		return s.pushAlone(ctx, by, in)
	}
	src := &bound[0]
	if src.State == Paused {
		return nil, errs.E(errs.Conflict, "The source %s is paused. Keep the file and send it again later.", src.Name)
	}
	s.fill(src, &in)
	in.Note = func(ctx context.Context, tx *sqldb.Tx, a wire.Arrival) error { return s.arrived(ctx, tx, src, a) }
	return s.Wire.Ingest(ctx, by, in)
}

// pushAlone takes in what a person pushes, or somebody with a token that is no source's.
func (s *Service) pushAlone(ctx context.Context, by *account.Account, in wire.Incoming) ([]wire.Result, error) {
	if by != nil && by.Token != 0 {
		in.Agency = strings.ToLower(by.Name)
		err := s.DB.View(ctx, func(tx *sqldb.Tx) error {
			_, err := byName(ctx, tx, in.Service)
			return err
		})
		if err == nil {
			return nil, errs.E(errs.Denied, "%s is a source; only its own token can push under its name.", in.Service)
		}
		if !errors.Is(err, errs.NotFound) {
			return nil, err
		}
	}
	return s.Wire.Ingest(ctx, by, in)
}

// fill tells what a source is known for.
func (s *Service) fill(src *Source, in *wire.Incoming) {
	in.Source, in.Profile, in.Service, in.Agency = src.ID, src.Profile, src.Name, src.speaker()
}

// Retry reads a file again that could not be read, with what its source says now. Those
// who may add to the wire may.
func (s *Service) Retry(ctx context.Context, by *account.Account, file id.ID) ([]wire.Result, error) {
	if err := by.Must(account.WireIngest); err != nil {
		return nil, err
	}
	u, _, err := s.Wire.UnreadableBytes(ctx, by, file)
	if err != nil {
		return nil, err
	}
	var src Source
	err = s.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		src, err = get(ctx, tx, u.Source)
		return err
	})
	if err != nil && !errors.Is(err, errs.NotFound) {
		return nil, err
	}
	return s.Wire.Retry(ctx, by, file, func(in *wire.Incoming) {
		if src.ID == 0 {
			return
		}
		in.Profile, in.Agency = src.Profile, src.speaker()
		in.Note = func(ctx context.Context, tx *sqldb.Tx, a wire.Arrival) error {
			if a.Fault != "" {
				return nil
			}
			return counted(ctx, tx, src.ID, 0, len(a.Results), 0, s.Now())
		}
		if src.Kind == transport.Folder {
			in.Beside = func(href string) (io.ReadCloser, error) { return besideIn(src.Address, href) }
		}
	})
}

// RetryAll retries the files that wait, at most as many as the list shows, and returns
// how many could be read and how many not. Those who may add to the wire may.
func (s *Service) RetryAll(ctx context.Context, by *account.Account) (read, left int, err error) {
	if err := by.Must(account.WireIngest); err != nil {
		return 0, 0, err
	}
	waiting, err := s.Wire.ListUnreadable(ctx, by, false)
	if err != nil {
		return 0, 0, err
	}
	for _, u := range waiting {
		_, err := s.Retry(ctx, by, u.ID)
		switch kind, _ := errs.Of(err); {
		case err == nil:
			read++
		case ctx.Err() != nil:
			return read, left, ctx.Err()
		case kind == errs.Internal:
			return read, left, err
		default:
			left++
		}
	}
	return read, left, nil
}

// besideIn opens a picture in a source's folder, where the file beside it has been moved
// away already.
func besideIn(folder, href string) (io.ReadCloser, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	for _, dir := range []string{".", "processed", "failed"} {
		f, err := root.Open(filepath.Join(dir, filepath.FromSlash(href)))
		if err != nil {
			continue
		}
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return f, nil
		}
		_ = f.Close()
	}
	return nil, fs.ErrNotExist
}
