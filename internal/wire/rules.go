package wire

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/search"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/rule"
)

// EventRules is the kind of event that says that the rules have changed.
const EventRules = "wire.rules"

// The states of a rule.
const (
	stateOn      = "on"
	statePaused  = "paused"
	stateDeleted = "deleted"
)

// A StoredRule is a rule as the desk keeps it.
type StoredRule struct {
	rule.Rule
	On        bool // false: paused
	Changed   time.Time
	ChangedBy string
	Matched   int // items of the last 24 hours, at most maxMatched
}

// maxMatched is as far as a rule's items are counted.
const maxMatched = 1000

func scanRule(r sqldb.Row) (s StoredRule, err error) {
	var state, body string
	var ruleID id.ID
	var ms int64
	if err := r.Scan(&ruleID, &state, &body, &ms, &s.ChangedBy); err != nil {
		return s, err
	}
	s.Rule, err = decodeRule(body)
	s.ID, s.On, s.Changed = ruleID, state == stateOn, fromMS(ms)
	return s, err
}

func rulesIn(ctx context.Context, tx *sqldb.Tx, states ...string) ([]StoredRule, error) {
	list, err := sqldb.All(ctx, tx, func(r sqldb.Row) (StoredRule, error) { return scanRule(r) }, `
		SELECT id, state, body, changed_ms, changed_by FROM wire_rule WHERE state <> 'deleted' ORDER BY place, id LIMIT $1`, rule.MaxRules)
	return slices.DeleteFunc(list, func(r StoredRule) bool { return !r.On && !slices.Contains(states, statePaused) }), err
}

// Rules returns the rules in their order, those that are paused too. Who makes rules may.
func (s *Service) Rules(ctx context.Context, by *account.Account) (list []StoredRule, err error) {
	if err := by.Must(account.WireRules); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "list the wire's rules")
	since := id.First(s.Now().Add(-24 * time.Hour))
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		if list, err = rulesIn(ctx, tx, stateOn, statePaused); err != nil {
			return err
		}
		for i := range list {
			if list[i].Matched, err = sqldb.One(ctx, tx, sqldb.Scalar[int], `
				SELECT COUNT(*) FROM (SELECT 1 FROM wire_routed WHERE rule_id = $1 AND arrived_id >= $2 LIMIT $3) m`, list[i].ID, since, maxMatched); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// Rule returns one rule. Who makes rules may.
func (s *Service) Rule(ctx context.Context, by *account.Account, ruleID id.ID) (r StoredRule, err error) {
	if err := by.Must(account.WireRules); err != nil {
		return r, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		r, err = sqldb.One(ctx, tx, scanRule, `
			SELECT id, state, body, changed_ms, changed_by FROM wire_rule WHERE id = $1 AND state <> 'deleted'`, ruleID)
		return noRule(err)
	})
	return r, err
}

func noRule(err error) error {
	if errors.Is(err, errs.NotFound) {
		return errs.E(errs.NotFound, "There is no such rule.")
	}
	return err
}

// SaveRule keeps a rule: a new one, at the end, if its ID is 0. On says whether it is
// asked from now on; what is on the wire already is left as it is. Who makes rules may.
func (s *Service) SaveRule(ctx context.Context, by *account.Account, r rule.Rule, on bool) (_ id.ID, err error) {
	if err := by.Must(account.WireRules); err != nil {
		return 0, err
	}
	if err := r.Clean(); err != nil {
		return 0, err
	}
	if r.Then.Notify != "" && r.Then.Notify != rule.Everybody {
		if role, err := account.ParseRole(r.Then.Notify); err != nil || role == account.Reader {
			return 0, errs.E(errs.Invalid, "Choose who is notified: everybody or a role of the staff.")
		}
	}
	defer errs.Wrap(&err, "save rule %q", r.Name)
	ruleID, state := r.ID, statePaused
	if on {
		state = stateOn
	}
	err = s.changeRules(ctx, func(tx *sqldb.Tx) error {
		if r.ID != 0 {
			return s.updateRule(ctx, tx, &r, state, by)
		}
		n, err := sqldb.One(ctx, tx, sqldb.Scalar[int], `SELECT COUNT(*) FROM wire_rule WHERE state <> 'deleted'`)
		if err != nil {
			return err
		}
		if n >= rule.MaxRules {
			return errs.E(errs.Invalid, "There are %d rules, which is the most. Delete one that is not needed any more.", n)
		}
		body, err := json.Marshal(&r)
		if err != nil {
			return err
		}
		ruleID = id.New()
		_, err = sqldb.Exec(ctx, tx, `
			INSERT INTO wire_rule (id, place, state, body, changed_ms, changed_by)
			VALUES ($1, (SELECT COALESCE(MAX(place), 0) + 1 FROM wire_rule), $2, $3, $4, $5)`, ruleID, state, string(body), s.Now().UnixMilli(), by.Name)
		return err
	})
	return ruleID, err
}

func (s *Service) updateRule(ctx context.Context, tx *sqldb.Tx, r *rule.Rule, state string, by *account.Account) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	n, err := sqldb.Exec(ctx, tx, `
		UPDATE wire_rule SET state = $2, body = $3, changed_ms = $4, changed_by = $5 WHERE id = $1 AND state <> 'deleted'`,
		r.ID, state, string(body), s.Now().UnixMilli(), by.Name)
	if err == nil && n == 0 {
		err = errs.E(errs.NotFound, "There is no such rule.")
	}
	return err
}

// changeRules runs a change of the rules and lets those know who apply and show them.
func (s *Service) changeRules(ctx context.Context, change func(tx *sqldb.Tx) error) error {
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		if err := rerouted(ctx, tx); err != nil {
			return err
		}
		return bus.Publish(ctx, tx, Topic, EventRules, struct{}{})
	})
}

// A RuleState is what SetRuleState brings a rule to.
type RuleState string

// The states that a person can bring a rule to. RuleDeleted keeps it, so that bringing it
// to another state undoes it.
const (
	RuleOn      RuleState = stateOn
	RulePaused  RuleState = statePaused
	RuleDeleted RuleState = stateDeleted
)

// SetRuleState switches a rule on, pauses it or deletes it, also one that is deleted. It
// returns the state it had. Who makes rules may.
func (s *Service) SetRuleState(ctx context.Context, by *account.Account, ruleID id.ID, state RuleState) (was RuleState, err error) {
	if err := by.Must(account.WireRules); err != nil {
		return "", err
	}
	if !slices.Contains([]RuleState{RuleOn, RulePaused, RuleDeleted}, state) {
		return "", errs.E(errs.Invalid, "A rule is on, paused or deleted.")
	}
	defer errs.Wrap(&err, "set rule %s", ruleID)
	err = s.changeRules(ctx, func(tx *sqldb.Tx) error {
		before, err := sqldb.One(ctx, tx, sqldb.Scalar[string], `SELECT state FROM wire_rule WHERE id = $1`+tx.ForUpdate(), ruleID)
		if err != nil {
			return noRule(err)
		}
		was = RuleState(before)
		_, err = sqldb.Exec(ctx, tx, `UPDATE wire_rule SET state = $2, changed_ms = $3, changed_by = $4 WHERE id = $1`,
			ruleID, string(state), s.Now().UnixMilli(), by.Name)
		return err
	})
	return was, err
}

// MoveRule moves a rule by some places in the order, towards the first if by is negative.
// Who makes rules may.
func (s *Service) MoveRule(ctx context.Context, by *account.Account, ruleID id.ID, places int) (err error) {
	if err := by.Must(account.WireRules); err != nil {
		return err
	}
	defer errs.Wrap(&err, "move rule %s", ruleID)
	return s.changeRules(ctx, func(tx *sqldb.Tx) error {
		order, err := sqldb.All(ctx, tx, sqldb.Scalar[id.ID], `
			SELECT id FROM wire_rule WHERE state <> 'deleted' ORDER BY place, id LIMIT $1`+tx.ForUpdate(), rule.MaxRules)
		if err != nil {
			return err
		}
		from := slices.Index(order, ruleID)
		if from < 0 {
			return noRule(errs.NotFound)
		}
		to := min(max(from+places, 0), len(order)-1)
		order = slices.Insert(slices.Delete(order, from, from+1), to, ruleID)
		for i, each := range order {
			if _, err := sqldb.Exec(ctx, tx, `UPDATE wire_rule SET place = $2 WHERE id = $1`, each, i+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// A Trial is what a rule would have matched.
type Trial struct {
	Items  int  // how many
	More   bool // there are more than were counted
	Newest []Entry
}

const (
	maxTrial      = 20_000 // items that a trial counts
	trialExamples = 50
)

// TryRule says what a rule by itself would have matched of the items that came from one
// time until another, in their current versions. Who makes rules may.
func (s *Service) TryRule(ctx context.Context, by *account.Account, r rule.Rule, from, until time.Time) (t Trial, err error) {
	if err := by.Must(account.WireRules); err != nil {
		return t, err
	}
	defer errs.Wrap(&err, "try rule %q", r.Name)
	q := r.When.Query()
	q.Since, q.Before, q.Limit = id.First(from), id.First(until), search.MaxLimit
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		var first []search.Hit
		t = Trial{}
		for full := true; full && !t.More; {
			page, err := s.index(tx).Find(ctx, tx, q)
			if err != nil {
				return err
			}
			first = t.count(page, first, func(h search.Hit) bool { return r.When.InTime(h.Order.Time().In(s.zone())) })
			if full = len(page) == q.Limit; full {
				q.Before = page[len(page)-1].Order
			}
		}
		t.Newest, err = entriesOf(ctx, tx, first)
		return err
	})
	return t, err
}

// count adds those of a page that are in time, and keeps the first of all as examples.
func (t *Trial) count(page, first []search.Hit, inTime func(search.Hit) bool) []search.Hit {
	for _, h := range page {
		if !inTime(h) {
			continue
		}
		if t.Items++; len(first) < trialExamples {
			first = append(first, h)
		}
	}
	t.More = t.Items >= maxTrial
	return first
}

// RulesOf returns the names of the rules that matched an item, in their order. Who reads
// the wire may.
func (s *Service) RulesOf(ctx context.Context, by *account.Account, itemID id.ID) (names []string, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		found, err := sqldb.All(ctx, tx, scanRule, `
			SELECT r.id, r.state, r.body, r.changed_ms, r.changed_by FROM wire_routed m JOIN wire_rule r ON r.id = m.rule_id
			WHERE m.item_id = $1 ORDER BY r.place, r.id LIMIT $2`, itemID, rule.MaxRules)
		names = nil
		for i := range found {
			names = append(names, found[i].Name)
		}
		return err
	})
	return names, err
}
