package wire

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"sync"

	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/jobs"
	"broadsheet/internal/search"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/rule"
)

// JobCopy is the kind of job that makes a story of an item because a rule says so. Its
// payload is a CopyOrder; the room of stories does it.
const JobCopy = "wire.copy"

// EventNotice is the kind of event that says there is something to notice; its data is
// empty, as each person's notices are others.
const EventNotice = "wire.notice"

// A CopyOrder asks for a story of an item, or that the story which a rule made of it
// follows its newest version. It may be given more than once.
type CopyOrder struct {
	Item    id.ID  `json:"item"`
	Rule    id.ID  `json:"rule"`
	Publish bool   `json:"publish"` // as wire copy, once the item is free
	Section string `json:"section"`
}

// A router is the rules and alerts made ready, as of a generation.
type router struct {
	mu    sync.Mutex
	ready *routes
}

type routes struct {
	generation int64
	names      map[id.ID]string
	rules      *rule.Set
	alerts     []alert
}

// An alert is a saved search that somebody wants to hear of.
type alert struct {
	id    id.ID
	query search.Query
}

// routes returns the rules and alerts as they stand in the transaction.
func (s *Service) routes(ctx context.Context, tx *sqldb.Tx) (*routes, error) {
	now, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `SELECT value FROM wire_generation WHERE name = 'route'`)
	if err != nil {
		return nil, err
	}
	s.router.mu.Lock()
	defer s.router.mu.Unlock()
	if s.router.ready != nil && s.router.ready.generation == now {
		return s.router.ready, nil
	}
	r := &routes{generation: now, names: map[id.ID]string{}}
	stored, err := rulesIn(ctx, tx, stateOn)
	if err != nil {
		return nil, err
	}
	list := make([]rule.Rule, len(stored))
	for i := range stored {
		list[i] = stored[i].Rule
		r.names[stored[i].ID] = stored[i].Name
	}
	r.rules = rule.Compile(list)
	if r.alerts, err = alertsIn(ctx, tx, s); err != nil {
		return nil, err
	}
	s.router.ready = r
	return r, nil
}

// rerouted says in the transaction of a change of rules or alerts that there was one. The
// value is never the same twice, also if the transaction fails.
func rerouted(ctx context.Context, tx *sqldb.Tx) error {
	_, err := sqldb.Exec(ctx, tx, `UPDATE wire_generation SET value = $1 WHERE name = 'route'`, id.New())
	return err
}

// route does with a new current version what the rules say, and lets the index know it.
func (s *Service) route(ctx context.Context, tx *sqldb.Tx, it *Item, e *Entry, arrived id.ID, counts *counts) error {
	terms := rule.Terms(it, e.Service, e.Photos)
	if err := setTerms(ctx, tx, it.ID, terms); err != nil {
		return err
	}
	for f := range facetsOf(it) {
		counts.facets[f]++
	}
	r, err := s.routes(ctx, tx)
	if err != nil {
		return err
	}
	if len(r.names) > 0 || len(r.alerts) > 0 {
		f := &rule.Facts{Text: search.NewText(searchText(it, e)), Terms: map[string]bool{rule.Status(it.PubStatus): true}, At: arrived.Time().In(s.zone())}
		for _, t := range terms {
			f.Terms[t] = true
		}
		if err := s.apply(ctx, tx, it, arrived, r, f); err != nil {
			return err
		}
	}
	return s.reindex(ctx, tx, it.ID)
}

func (s *Service) apply(ctx context.Context, tx *sqldb.Tx, it *Item, arrived id.ID, r *routes, f *rule.Facts) error {
	d := r.rules.Decide(f)
	for _, ruleID := range d.Matched {
		if err := insertRouted(ctx, tx, it.ID, ruleID, arrived); err != nil {
			return err
		}
	}
	if len(d.Tags) > 0 {
		if err := addTags(ctx, tx, it.ID, d.Tags, "rule “"+r.names[d.Matched[0]]+"”"); err != nil {
			return err
		}
	}
	if d.Drop != 0 && it.PubStatus != Canceled { // a kill is for everybody's eyes
		if err := s.drop(ctx, tx, it.ID, "rule “"+r.names[d.Drop]+"”"); err != nil {
			return err
		}
	}
	if err := s.order(ctx, tx, it, d.Copy); err != nil {
		return err
	}
	return s.notify(ctx, tx, it.ID, arrived, r, &d, f)
}

// drop hides an item, unless somebody has wanted it back.
func (s *Service) drop(ctx context.Context, tx *sqldb.Tx, itemID id.ID, by string) error {
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_item SET hidden = 'hidden', hidden_by = $2, hidden_ms = $3 WHERE id = $1 AND hidden = ''`, itemID, by, s.Now().UnixMilli())
	return err
}

// order asks for a story of the item, or for its story to follow: what a rule has ordered
// of an earlier version counts for the later ones.
func (s *Service) order(ctx context.Context, tx *sqldb.Tx, it *Item, c *rule.Copy) error {
	if it.PubStatus == Canceled {
		return nil
	}
	o, err := sqldb.One(ctx, tx, scanOrder, `
		SELECT item_id, rule_id, copy, section FROM wire_routed WHERE item_id = $1 AND copy <> '' ORDER BY rule_id LIMIT 1`, it.ID)
	switch {
	case err == nil:
	case !errors.Is(err, errs.NotFound):
		return err
	case c == nil:
		return nil
	default:
		o = CopyOrder{Item: it.ID, Rule: c.Rule, Publish: c.Publish, Section: c.Section}
		kind := "draft"
		if c.Publish {
			kind = "publish"
		}
		if _, err := sqldb.Exec(ctx, tx, `
			UPDATE wire_routed SET copy = $3, section = $4 WHERE item_id = $1 AND rule_id = $2`, it.ID, c.Rule, kind, c.Section); err != nil {
			return err
		}
	}
	return jobs.Enqueue(ctx, tx, JobCopy, o)
}

func scanOrder(r sqldb.Row) (o CopyOrder, err error) {
	var kind string
	err = r.Scan(&o.Item, &o.Rule, &kind, &o.Section)
	o.Publish = kind == "publish"
	return o, err
}

func insertRouted(ctx context.Context, tx *sqldb.Tx, itemID, ruleID, arrived id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO wire_routed (item_id, rule_id, arrived_id, copy, section) VALUES ($1, $2, $3, '', '')
		ON CONFLICT (item_id, rule_id) DO UPDATE SET arrived_id = EXCLUDED.arrived_id`, itemID, ruleID, arrived)
	return err
}

// notify notes what rules and saved searches want people to notice.
func (s *Service) notify(ctx context.Context, tx *sqldb.Tx, itemID, arrived id.ID, r *routes, d *rule.Decision, f *rule.Facts) error {
	tell := false
	put := func(source id.ID, audience string) error {
		tell = true
		_, err := sqldb.Exec(ctx, tx, `
			INSERT INTO wire_notice (source_id, item_id, arrived_id, audience) VALUES ($1, $2, $3, $4)
			ON CONFLICT (source_id, item_id) DO UPDATE SET arrived_id = EXCLUDED.arrived_id`, source, itemID, arrived, audience)
		return err
	}
	for _, n := range d.Notices {
		if err := put(n.Rule, n.Role); err != nil {
			return err
		}
	}
	if len(r.alerts) > 0 {
		if err := s.seeAsSorted(ctx, tx, itemID, f); err != nil {
			return err
		}
	}
	for i := range r.alerts {
		if a := &r.alerts[i]; a.query.Has(f.Text, f.Terms) {
			if err := put(a.id, ""); err != nil {
				return err
			}
		}
	}
	if !tell {
		return nil
	}
	return bus.Publish(ctx, tx, Topic, EventNotice, struct{}{})
}

// seeAsSorted adds to an item's facts what the rules have just made of it, which saved
// searches may ask for.
func (s *Service) seeAsSorted(ctx context.Context, tx *sqldb.Tx, itemID id.ID, f *rule.Facts) error {
	x, err := sqldb.One(ctx, tx, scanIndexed, `SELECT arrived_id, search, terms, status, hidden, place FROM wire_item WHERE id = $1`, itemID)
	if err != nil {
		return err
	}
	terms, err := s.termsOf(ctx, tx, itemID, &x)
	for _, t := range terms {
		f.Terms[t] = true
	}
	return err
}

// queryOf reads a saved search's filter, for matching what comes.
func (s *Service) queryOf(address string) (search.Query, error) {
	v, err := url.ParseQuery(address)
	if err != nil {
		return search.Query{}, err
	}
	f := ParseFilter(v)
	f.Since, f.Until = "", "" // what comes is of today
	q := f.search(s.zone())
	q.Words = q.Words.Exact()
	return q, nil
}

func alertsIn(ctx context.Context, tx *sqldb.Tx, s *Service) ([]alert, error) {
	found, err := sqldb.All(ctx, tx, func(r sqldb.Row) (a alert, err error) {
		var address string
		if err := r.Scan(&a.id, &address); err != nil {
			return a, err
		}
		a.query, err = s.queryOf(address)
		return a, err
	}, `SELECT s.id, s.query FROM wire_search s
		WHERE s.state = 'kept' AND EXISTS (SELECT 1 FROM wire_follow f WHERE f.source_id = s.id AND f.alert = 'on') ORDER BY s.id LIMIT $1`, maxAlerts)
	return found, err
}

// maxAlerts is how many saved searches are held against each item that comes.
const maxAlerts = 1000

func decodeRule(body string) (r rule.Rule, err error) {
	err = json.Unmarshal([]byte(body), &r)
	return r, err
}
