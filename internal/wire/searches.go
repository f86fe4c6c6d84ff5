package wire

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/rule"
)

// EventSearches is the kind of event that says that saved searches have changed.
const EventSearches = "wire.searches"

// Limits of saved searches.
const (
	MaxSearches   = 50 // of one person
	maxSearchName = 60 // characters
	maxDesk       = 100
)

// A Search is a filter that somebody has saved under a name.
type Search struct {
	ID     id.ID
	Name   string
	Query  string // the filter as in an address
	Owner  string
	Own    bool // it is of who asks
	Shared bool // the whole desk sees it
	Alert  bool // who asks hears of what it matches
}

func scanSearch(by *account.Account) func(sqldb.Row) (Search, error) {
	return func(r sqldb.Row) (s Search, err error) {
		var owner id.ID
		var sharing string
		var alert int
		err = r.Scan(&s.ID, &s.Name, &s.Query, &owner, &s.Owner, &sharing, &alert)
		s.Own, s.Shared, s.Alert = owner == by.ID, sharing == "desk", alert > 0
		return s, err
	}
}

const searchColumns = `s.id, s.name, s.query, s.owner_id, s.owner, s.sharing,
	(SELECT COUNT(*) FROM wire_follow f WHERE f.source_id = s.id AND f.account_id = $1 AND f.alert = 'on')`

// Searches returns a person's saved searches and those that are shared, by their names.
// Who reads the wire may.
func (s *Service) Searches(ctx context.Context, by *account.Account) (list []Search, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "list saved searches")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		own, err := sqldb.All(ctx, tx, scanSearch(by), `
			SELECT `+searchColumns+` FROM wire_search s WHERE s.state = 'kept' AND s.owner_id = $1 ORDER BY s.id LIMIT $2`, by.ID, MaxSearches)
		if err != nil {
			return err
		}
		shared, err := sqldb.All(ctx, tx, scanSearch(by), `
			SELECT `+searchColumns+` FROM wire_search s
			WHERE s.state = 'kept' AND s.sharing = 'desk' AND s.owner_id <> $1 ORDER BY s.id LIMIT $2`, by.ID, maxDesk)
		list = append(own, shared...)
		return err
	})
	slices.SortStableFunc(list, func(a, b Search) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return list, err
}

// SaveSearch keeps a filter under a name: a new search if sr.ID is 0, else one's own.
// Alert is of who saves it. Who reads the wire may.
func (s *Service) SaveSearch(ctx context.Context, by *account.Account, sr Search) (_ id.ID, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return 0, err
	}
	sr.Name = strings.Join(strings.Fields(sr.Name), " ")
	switch n := utf8.RuneCountInString(sr.Name); {
	case n == 0:
		return 0, &errs.Error{Kind: errs.Invalid, Field: "name", Message: "Give the search a name."}
	case n > maxSearchName:
		return 0, &errs.Error{Kind: errs.Invalid, Field: "name", Message: "A search's name has at most 60 characters."}
	}
	v, err := url.ParseQuery(strings.TrimPrefix(sr.Query, "?"))
	if err != nil {
		return 0, &errs.Error{Kind: errs.Invalid, Message: "This filter cannot be read. Load the page again.", Err: err}
	}
	f := ParseFilter(v)
	sr.Query = f.Values().Encode()
	if sr.Query == "" {
		return 0, errs.E(errs.Invalid, "Choose a filter first: without one this is the whole wire.")
	}
	defer errs.Wrap(&err, "save search %q", sr.Name)
	sharing := "own"
	if sr.Shared {
		sharing = "desk"
	}
	err = s.changeSearches(ctx, func(tx *sqldb.Tx) error {
		if sr.ID == 0 {
			if err := s.insertSearch(ctx, tx, by, &sr, sharing); err != nil {
				return err
			}
		} else if err := ownSearch(ctx, tx, by, sr.ID, `UPDATE wire_search SET name = $3, query = $4, sharing = $5 WHERE id = $1 AND owner_id = $2`,
			sr.Name, sr.Query, sharing); err != nil {
			return err
		}
		return s.follow(ctx, tx, by, sr.ID, sr.Alert)
	})
	return sr.ID, err
}

func (s *Service) insertSearch(ctx context.Context, tx *sqldb.Tx, by *account.Account, sr *Search, sharing string) error {
	n, err := sqldb.One(ctx, tx, sqldb.Scalar[int], `SELECT COUNT(*) FROM wire_search WHERE state = 'kept' AND owner_id = $1`, by.ID)
	if err != nil {
		return err
	}
	if n >= MaxSearches {
		return errs.E(errs.Invalid, "You have %d saved searches, which is the most. Delete one first.", n)
	}
	sr.ID = id.New()
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO wire_search (id, owner_id, owner, name, query, sharing, state) VALUES ($1, $2, $3, $4, $5, $6, 'kept')`,
		sr.ID, by.ID, by.Name, sr.Name, sr.Query, sharing)
	return err
}

// ownSearch runs an UPDATE whose first arguments are the search and who owns it.
func ownSearch(ctx context.Context, tx *sqldb.Tx, by *account.Account, searchID id.ID, query string, args ...any) error {
	n, err := sqldb.Exec(ctx, tx, query, append([]any{searchID, by.ID}, args...)...)
	if err == nil && n == 0 {
		err = errs.E(errs.NotFound, "This search is not yours, or was deleted.")
	}
	return err
}

func (s *Service) changeSearches(ctx context.Context, change func(tx *sqldb.Tx) error) error {
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		if err := rerouted(ctx, tx); err != nil {
			return err
		}
		return bus.Publish(ctx, tx, Topic, EventSearches, struct{}{})
	})
}

// DeleteSearch takes away one's own saved search, and KeepSearch undoes it. Who reads the
// wire may.
func (s *Service) DeleteSearch(ctx context.Context, by *account.Account, searchID id.ID) error {
	return s.setSearch(ctx, by, searchID, stateDeleted)
}

// KeepSearch brings back a saved search that was deleted.
func (s *Service) KeepSearch(ctx context.Context, by *account.Account, searchID id.ID) error {
	return s.setSearch(ctx, by, searchID, "kept")
}

func (s *Service) setSearch(ctx context.Context, by *account.Account, searchID id.ID, state string) (err error) {
	if err := by.Must(account.WireRead); err != nil {
		return err
	}
	defer errs.Wrap(&err, "set search %s", searchID)
	return s.changeSearches(ctx, func(tx *sqldb.Tx) error {
		return ownSearch(ctx, tx, by, searchID, `UPDATE wire_search SET state = $3 WHERE id = $1 AND owner_id = $2`, state)
	})
}

// Alert says whether somebody wants to hear of what a search matches: their own, or one
// that is shared. Who reads the wire may.
func (s *Service) Alert(ctx context.Context, by *account.Account, searchID id.ID, on bool) (err error) {
	if err := by.Must(account.WireRead); err != nil {
		return err
	}
	defer errs.Wrap(&err, "alert of search %s", searchID)
	return s.changeSearches(ctx, func(tx *sqldb.Tx) error {
		_, err := sqldb.One(ctx, tx, sqldb.Scalar[id.ID], `
			SELECT id FROM wire_search WHERE id = $1 AND state = 'kept' AND (owner_id = $2 OR sharing = 'desk')`, searchID, by.ID)
		if errors.Is(err, errs.NotFound) {
			return errs.E(errs.NotFound, "There is no such search.")
		}
		if err != nil {
			return err
		}
		return s.follow(ctx, tx, by, searchID, on)
	})
}

// follow keeps whether somebody is alerted; what came before does not count as new.
func (s *Service) follow(ctx context.Context, tx *sqldb.Tx, by *account.Account, searchID id.ID, on bool) error {
	alert := "off"
	if on {
		alert = "on"
	}
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_follow (account_id, source_id, alert, seen_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, source_id) DO UPDATE SET alert = EXCLUDED.alert`, by.ID, searchID, alert, id.First(s.Now()))
	return err
}

// A Notice says that a search or a rule has matched items that somebody has not seen.
type Notice struct {
	Source   id.ID // of the search or rule
	Name     string
	Query    string // of the search; "" for a rule
	Items    int    // up to maxNoticed
	Item     id.ID  // the newest
	Headline string // of the newest
	Arrived  id.ID  // of the newest
}

const (
	maxNoticed   = 100
	maxNotices   = 20             // of one person at a time
	noticesSince = 24 * time.Hour // older ones are no news
)

// Notices returns what somebody has not seen yet, the newest first. Who reads the wire may.
func (s *Service) Notices(ctx context.Context, by *account.Account) (list []Notice, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "notices of %s", by.ID)
	oldest := id.First(s.Now().Add(-noticesSince))
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list = nil
		sources, err := sqldb.All(ctx, tx, scanNoticeSource, `
			SELECT s.id, s.name, s.query, f.seen_id FROM wire_follow f JOIN wire_search s ON s.id = f.source_id
			WHERE f.account_id = $1 AND f.alert = 'on' AND s.state = 'kept' ORDER BY s.id LIMIT $2`, by.ID, MaxSearches+maxDesk)
		if err != nil {
			return err
		}
		rules, err := ruleSources(ctx, tx, by, oldest)
		if err != nil {
			return err
		}
		for _, src := range append(sources, rules...) {
			n, err := src.notice(ctx, tx, max(oldest, src.seen))
			if err != nil {
				return err
			}
			if n.Items > 0 {
				list = append(list, n)
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Notice) int { return cmp.Compare(b.Arrived, a.Arrived) })
	return list[:min(len(list), maxNotices)], err
}

type noticeSource struct {
	id          id.ID
	name, query string
	seen        id.ID
}

func scanNoticeSource(r sqldb.Row) (n noticeSource, err error) {
	err = r.Scan(&n.id, &n.name, &n.query, &n.seen)
	return n, err
}

// ruleSources are the rules that have lately had something to say to somebody.
func ruleSources(ctx context.Context, tx *sqldb.Tx, by *account.Account, oldest id.ID) ([]noticeSource, error) {
	return sqldb.All(ctx, tx, func(r sqldb.Row) (n noticeSource, err error) {
		var body string
		if err := r.Scan(&n.id, &body, &n.seen); err != nil {
			return n, err
		}
		stored, err := decodeRule(body)
		n.name = stored.Name
		return n, err
	}, `SELECT r.id, r.body, COALESCE((SELECT f.seen_id FROM wire_follow f WHERE f.account_id = $1 AND f.source_id = r.id), 0)
		FROM wire_rule r WHERE r.state = 'on' AND r.id IN (
			SELECT n.source_id FROM wire_notice n WHERE n.audience IN ($2, $3) AND n.arrived_id > $4)
		ORDER BY r.id LIMIT $5`, by.ID, string(by.Role), rule.Everybody, oldest, rule.MaxRules)
}

func (src *noticeSource) notice(ctx context.Context, tx *sqldb.Tx, after id.ID) (n Notice, err error) {
	n = Notice{Source: src.id, Name: src.name, Query: src.query}
	newest, err := sqldb.All(ctx, tx, func(r sqldb.Row) (one Notice, err error) {
		err = r.Scan(&one.Item, &one.Arrived, &one.Headline)
		return one, err
	}, `SELECT n.item_id, n.arrived_id, i.headline FROM wire_notice n JOIN wire_item i ON i.id = n.item_id
		WHERE n.source_id = $1 AND n.arrived_id > $2 ORDER BY n.arrived_id DESC LIMIT $3`, src.id, int64(after), maxNoticed)
	if err != nil || len(newest) == 0 {
		return n, err
	}
	n.Items, n.Item, n.Arrived, n.Headline = len(newest), newest[0].Item, newest[0].Arrived, newest[0].Headline
	return n, nil
}

// Seen says that somebody has seen a search's or rule's notices up to an item's Arrived.
// Notices that are no news any more are removed by the way. Who reads the wire may.
func (s *Service) Seen(ctx context.Context, by *account.Account, source, arrived id.ID) (err error) {
	if err := by.Must(account.WireRead); err != nil {
		return err
	}
	defer errs.Wrap(&err, "notices of %s seen", source)
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := sqldb.Exec(ctx, tx, `
			INSERT INTO wire_follow (account_id, source_id, alert, seen_id) VALUES ($1, $2, 'off', $3)
			ON CONFLICT (account_id, source_id) DO UPDATE SET seen_id = EXCLUDED.seen_id WHERE wire_follow.seen_id < EXCLUDED.seen_id`,
			by.ID, source, arrived); err != nil {
			return err
		}
		_, err := sqldb.Exec(ctx, tx, `DELETE FROM wire_notice WHERE source_id = $1 AND arrived_id < $2`, source, id.First(s.Now().Add(-7*noticesSince)))
		return err
	})
}
