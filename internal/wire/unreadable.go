package wire

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/parse"
	"broadsheet/internal/wire/tree"
)

// EventUnreadable tells that a file could not be read or that one was settled. It has
// no data.
const EventUnreadable = "wire.unreadable"

// Limits of the unreadable files of one source that wait for somebody. Beyond them the
// source's next one stays where it is.
const (
	maxUnreadable      = 1_000
	maxUnreadableBytes = 1 << 30
	maxUnreadableList  = 200 // shown at once
)

// An Unreadable is a file that could not be read. It is kept until it can be.
type Unreadable struct {
	ID       id.ID
	Source   id.ID // 0 when it came without one
	Service  string
	Agency   string // who speaks by it
	Profile  string
	Name     string
	Reason   string
	Line     int   // 0 when the fault has none
	Size     int64 // bytes; 0 when they could not be had
	Aside    bool  // somebody set it aside
	Received time.Time
	Tried    time.Time
	Tries    int
}

// unreadable returns the fault of a file that will not be read however often it is
// tried as it is, or nil.
func unreadable(err error, name string) *tree.FileError {
	if f, ok := errors.AsType[*tree.FileError](err); ok {
		return f
	}
	if kind, message := errs.Of(err); kind == errs.Invalid || kind == errs.Conflict {
		return &tree.FileError{File: name, Reason: message}
	}
	return nil
}

// parse reads a file. A parser that panics has found a file that it cannot read.
func (s *Service) parse(ctx context.Context, in *Incoming) (items []item.Item, err error) {
	if in.Fault != "" {
		return nil, &tree.FileError{File: in.File, Reason: in.Fault}
	}
	defer func() {
		if p := recover(); p != nil {
			s.Log.ErrorContext(ctx, "a parser panicked", "file", in.File, "panic", p, "stack", string(debug.Stack()))
			items, err = nil, &tree.FileError{File: in.File, Reason: "reading it made our parser fail; the server's log says where"}
		}
	}()
	return parse.File(ctx, parse.Input{Name: in.File, Raw: in.Raw, Profile: in.Profile, Profiles: s.Profiles})
}

// keep keeps a file that could not be read, for somebody to see.
func (s *Service) keep(ctx context.Context, in *Incoming, fault *tree.FileError) (err error) {
	defer errs.Wrap(&err, "keep %s, which cannot be read", in.File)
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		isNew, err := insertUnreadable(ctx, tx, in, blob.KeyOf(in.Raw), fault, s.Now())
		if err != nil {
			return err
		}
		if isNew {
			if err := s.checkRoom(ctx, tx, in); err != nil {
				return err
			}
			if err := bus.Publish(ctx, tx, Topic, EventUnreadable, struct{}{}); err != nil {
				return err
			}
		}
		return in.note(ctx, tx, Arrival{Fault: fault.Error(), Again: !isNew})
	})
}

// checkRoom refuses to keep more than a person could look at.
func (s *Service) checkRoom(ctx context.Context, tx *sqldb.Tx, in *Incoming) error {
	n, err := countUnreadable(ctx, tx, in.Source)
	if err == nil && (n.files > maxUnreadable || n.bytes > maxUnreadableBytes) {
		err = errs.E(errs.Limited, "%d files that cannot be read wait on the desk under Files. Look at them first; no more are taken until then.", n.files-1)
	}
	return err
}

// ListUnreadable returns the files that could not be read, the newest first, at most 200:
// those that wait for somebody, or those that were set aside. Staff who read the wire may.
func (s *Service) ListUnreadable(ctx context.Context, by *account.Account, aside bool) (list []Unreadable, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = listUnreadable(ctx, tx, stateOf(aside), maxUnreadableList)
		return err
	})
	return list, err
}

// CountUnreadable returns how many files wait that could not be read.
func (s *Service) CountUnreadable(ctx context.Context) (n int, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		n, err = sqldb.One(ctx, tx, sqldb.Scalar[int], `SELECT COUNT(*) FROM wire_unreadable WHERE state = 'open'`)
		return err
	})
	return n, err
}

// UnreadableBytes returns a file that could not be read. Staff who read the wire may.
func (s *Service) UnreadableBytes(ctx context.Context, by *account.Account, file id.ID) (u Unreadable, raw []byte, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return u, nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		u, raw, err = getUnreadable(ctx, tx, file)
		return err
	})
	return u, raw, err
}

// Retry reads a file again that could not be read. prepare may say what is known now of
// where it came from. If it still cannot be read, that is the error and it stays in
// the list. Those who may add to the wire may.
func (s *Service) Retry(ctx context.Context, by *account.Account, file id.ID, prepare func(*Incoming)) ([]Result, error) {
	if err := by.Must(account.WireIngest); err != nil {
		return nil, err
	}
	u, raw, err := s.UnreadableBytes(ctx, by, file)
	if err != nil {
		return nil, err
	}
	if u.Size == 0 {
		return nil, errs.E(errs.Conflict, "The bytes of %s could not be had: %s. Ask the agency to send it again, smaller.", u.Name, u.Reason)
	}
	in := Incoming{Source: u.Source, Agency: u.Agency, Service: u.Service, File: u.Name, Raw: raw, Profile: u.Profile}
	if prepare != nil {
		prepare(&in)
	}
	results, err := s.Ingest(ctx, by, in)
	for i := range results {
		if note := results[i].Note; note != "" && err == nil {
			err = errs.E(errs.Conflict, "%s", note)
		}
	}
	return results, err
}

// SetAside takes a file out of the list of those that wait, without deleting it, or
// puts it back. Those who may add to the wire may.
func (s *Service) SetAside(ctx context.Context, by *account.Account, file id.ID, aside bool) error {
	if err := by.Must(account.WireIngest); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err := setAside(ctx, tx, file, stateOf(aside)); err != nil {
			return err
		}
		return bus.Publish(ctx, tx, Topic, EventUnreadable, struct{}{})
	})
}

func stateOf(aside bool) string {
	if aside {
		return "aside"
	}
	return "open"
}

const unreadableColumns = `id, source_id, service, profile, name, reason, line, size, state, received_ms, tried_ms, tries, agency`

func scanUnreadable(r sqldb.Row) (u Unreadable, err error) {
	var received, tried int64
	var state string
	err = r.Scan(&u.ID, &u.Source, &u.Service, &u.Profile, &u.Name, &u.Reason, &u.Line, &u.Size, &state, &received, &tried, &u.Tries, &u.Agency)
	u.Aside, u.Received, u.Tried = state == "aside", fromMS(received), fromMS(tried)
	return u, err
}

// insertUnreadable keeps a file once for each source; the same bytes again are another try.
func insertUnreadable(ctx context.Context, tx *sqldb.Tx, in *Incoming, key blob.Key, fault *tree.FileError, now time.Time) (isNew bool, err error) {
	raw := in.Raw
	if raw == nil {
		raw = []byte{}
		key = blob.KeyOf(fmt.Appendf(nil, "%s: %s", in.File, fault.Reason)) // there are no bytes to tell it by
	}
	tries, err := sqldb.One(ctx, tx, sqldb.Scalar[int], `
		INSERT INTO wire_unreadable (id, sha256, source_id, service, profile, name, reason, line, size, raw, state, received_ms, tried_ms, tries, agency)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $11, 1, $12)
		ON CONFLICT (sha256, source_id, service) DO UPDATE SET reason = EXCLUDED.reason, line = EXCLUDED.line, tried_ms = EXCLUDED.tried_ms, agency = EXCLUDED.agency,
			tries = wire_unreadable.tries + 1
		RETURNING tries`,
		id.At(now), string(key), int64(in.Source), in.Service, in.Profile, in.File, fault.Reason, fault.Line, len(raw), raw, now.UnixMilli(), in.Agency)
	return tries == 1, err
}

type unreadableCount struct{ files, bytes int64 }

func countUnreadable(ctx context.Context, tx *sqldb.Tx, source id.ID) (unreadableCount, error) {
	return sqldb.One(ctx, tx, func(r sqldb.Row) (n unreadableCount, err error) {
		err = r.Scan(&n.files, &n.bytes)
		return n, err
	}, `SELECT COUNT(*), COALESCE(CAST(SUM(size) AS BIGINT), 0) FROM wire_unreadable WHERE source_id = $1 AND state = 'open'`, int64(source))
}

func listUnreadable(ctx context.Context, tx *sqldb.Tx, state string, limit int) ([]Unreadable, error) {
	return sqldb.All(ctx, tx, scanUnreadable, `
		SELECT `+unreadableColumns+` FROM wire_unreadable WHERE state = $1 ORDER BY id DESC LIMIT $2`, state, limit)
}

func getUnreadable(ctx context.Context, tx *sqldb.Tx, file id.ID) (u Unreadable, raw []byte, err error) {
	u, err = sqldb.One(ctx, tx, scanUnreadable, `SELECT `+unreadableColumns+` FROM wire_unreadable WHERE id = $1`, file)
	if errors.Is(err, errs.NotFound) {
		return u, nil, errs.E(errs.NotFound, "There is no such file among those that could not be read. Perhaps it has been read meanwhile.")
	}
	if err != nil {
		return u, nil, err
	}
	raw, err = sqldb.One(ctx, tx, sqldb.Scalar[[]byte], `SELECT raw FROM wire_unreadable WHERE id = $1`, file)
	return u, raw, err
}

func setAside(ctx context.Context, tx *sqldb.Tx, file id.ID, state string) error {
	n, err := sqldb.Exec(ctx, tx, `UPDATE wire_unreadable SET state = $2 WHERE id = $1`, file, state)
	if err == nil && n == 0 {
		err = errs.E(errs.NotFound, "There is no such file among those that could not be read.")
	}
	return err
}

// settleUnreadable forgets that bytes could not be read, now that they are in wire_file.
func settleUnreadable(ctx context.Context, tx *sqldb.Tx, key blob.Key) error {
	n, err := sqldb.Exec(ctx, tx, `DELETE FROM wire_unreadable WHERE sha256 = $1`, string(key))
	if err == nil && n > 0 {
		err = bus.Publish(ctx, tx, Topic, EventUnreadable, struct{}{})
	}
	return err
}
