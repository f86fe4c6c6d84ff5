package wire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/rule"
)

var editor = &account.Account{ID: 3, Name: "Edda", Role: account.Editor, Confirmed: true}

// desk is a wire whose answers are shorter to ask for.
type desk struct {
	*wire.Service
	t      *testing.T
	n      int
	status string
}

func newDesk(t *testing.T, db *sqldb.DB) *desk {
	return &desk{Service: newService(db), t: t, status: "usable"}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// send pushes a version of an item; more is added to its JSON.
func (d *desk) send(name, headline, more string) id.ID {
	d.t.Helper()
	d.n++
	raw := fmt.Sprintf(`{"uri":"urn:%s","type":"text","version":"%d","versioncreated":"2026-11-20T10:00:00Z","pubstatus":%q,"headline":%q,
		"body_text":"Some words.","copyrightholder":"Meridian Press"%s}`, name, d.n, d.status, headline, more)
	return ingest(d.t, d.Service, wire.Incoming{Service: "Meridian", File: "a.json", Raw: []byte(raw)})[0].ID
}

// lists are the headlines of the list.
func (d *desk) lists(f wire.Filter, want ...string) {
	d.t.Helper()
	list, err := d.List(d.t.Context(), reporter, f)
	d.must(err)
	var got []string
	for i := range list {
		got = append(got, list[i].Headline)
	}
	if !slices.Equal(got, want) {
		d.t.Errorf("%+v lists %q, want %q", f, got, want)
	}
}

func (d *desk) rule(r rule.Rule) id.ID {
	d.t.Helper()
	ruleID, err := d.SaveRule(d.t.Context(), editor, r, true)
	d.must(err)
	return ruleID
}

func TestNotForUsAndTags(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d, ctx := newDesk(t, db), t.Context()
		a, b := d.send("a", "Alpha", ""), d.send("b", "Beta", "")
		d.must(d.Hide(ctx, reporter, a))
		d.lists(wire.Filter{}, "Beta")
		d.lists(wire.Filter{Words: "words "}, "Beta")
		d.lists(wire.Filter{Show: wire.ShowHidden}, "Alpha")
		d.lists(wire.Filter{Show: wire.ShowAll}, "Beta", "Alpha")
		if e, err := d.Entry(ctx, reporter, a); err != nil || e.HiddenBy != "Ida" || e.Hidden.IsZero() {
			t.Errorf("%+v, %v", e, err)
		}
		d.send("a", "Alpha again", "") // a new version does not bring it back
		d.lists(wire.Filter{}, "Beta")
		d.must(d.Restore(ctx, editor, a))
		d.lists(wire.Filter{}, "Alpha again", "Beta")

		d.must(d.SetTags(ctx, reporter, b, []string{" Night,  Sport ", "fees", "fees"}))
		d.lists(wire.Filter{Tag: "NIGHT sport"}, "Beta")
		d.must(d.SetTags(ctx, editor, b, []string{"fees", "tides"}))
		d.lists(wire.Filter{Tag: "night sport"})
		tags, err := d.Tags(ctx, reporter, b)
		if want := []wire.Tag{{Name: "fees", By: "Ida"}, {Name: "tides", By: "Edda"}}; err != nil || !slices.Equal(tags, want) {
			t.Errorf("%+v, %v", tags, err)
		}
		many := make([]string, 400_000) // as many as a form holds; compared with each other they would take minutes
		for i := range many {
			many[i] = strconv.Itoa(i)
		}
		if err := d.SetTags(ctx, reporter, b, many); !errors.Is(err, errs.Invalid) {
			t.Error(err)
		}
		r := rule.Rule{Name: "Many", When: rule.When{Subjects: many}, Then: rule.Then{Tags: []string{"x"}}}
		if err := r.Clean(); !errors.Is(err, errs.Invalid) {
			t.Error(err)
		}
		if err := d.Hide(ctx, reporter, 77); !errors.Is(err, errs.NotFound) {
			t.Error(err)
		}
		if err := d.SetTags(ctx, reader, b, nil); !errors.Is(err, errs.Denied) {
			t.Error(err)
		}
		c, err := d.Choices(ctx, reporter)
		if err != nil || !slices.Equal(c.Tags, []string{"fees", "night sport", "tides"}) || !slices.Equal(c.Types, []string{"text"}) {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestRulesRoute(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d, ctx := newDesk(t, db), t.Context()
		drop := d.rule(rule.Rule{Name: "No horoscopes", When: rule.When{Words: "horoscope"}, Then: rule.Then{Drop: true}})
		d.rule(rule.Rule{Name: "Ports", When: rule.When{Source: "Meridian", Words: "port"}, Then: rule.Then{Tags: []string{"ports"}, Notify: "editor"}})
		d.rule(rule.Rule{Name: "Sport", When: rule.When{Words: "sport"}, Then: rule.Then{Publish: true, Section: "sport"}, Stop: true})
		d.rule(rule.Rule{Name: "All of it", Then: rule.Then{Tags: []string{"all"}}})
		other := d.send("h", "Horoscope for the port", "")
		d.lists(wire.Filter{})
		d.lists(wire.Filter{Show: wire.ShowHidden}, "Horoscope for the port")
		d.must(d.Restore(ctx, editor, other))
		d.send("h", "Horoscope for the port, again", "")
		d.lists(wire.Filter{}, "Horoscope for the port, again")

		port := d.send("p", "Port opens", "")
		d.lists(wire.Filter{Tag: "ports"}, "Port opens")
		names, err := d.RulesOf(ctx, reporter, port)
		if err != nil || !slices.Equal(names, []string{"Ports", "All of it"}) {
			t.Errorf("%q, %v", names, err)
		}
		if list, err := d.Notices(ctx, editor); err != nil || len(list) != 1 || list[0].Name != "Ports" || list[0].Items != 1 || list[0].Headline != "Port opens" {
			t.Errorf("%+v, %v", list, err)
		} else {
			d.must(d.Seen(ctx, editor, list[0].Source, list[0].Arrived))
		}
		for _, who := range []*account.Account{editor, reporter} {
			if list, err := d.Notices(ctx, who); err != nil || len(list) != 0 {
				t.Errorf("%s: %+v, %v", who.Name, list, err)
			}
		}

		sport := d.send("s", "Sport today", "")
		d.lists(wire.Filter{Tag: "all"}, "Port opens")
		d.send("s", "Rowing today", "") // its story follows, whatever the rules say of it now
		want := []wire.CopyOrder{{Item: sport, Publish: true, Section: "sport"}, {Item: sport, Publish: true, Section: "sport"}}
		if got := orders(t, db); !slices.Equal(got, want) {
			t.Errorf("ordered %+v, want %+v", got, want)
		}
		d.status = "canceled"
		d.send("s", "Rowing killed", "")
		if got := orders(t, db); len(got) != 2 {
			t.Errorf("a kill ordered %+v", got)
		}

		list, err := d.Rules(ctx, editor)
		if err != nil || len(list) != 4 || list[0].ID != drop || list[0].Matched != 1 || !list[0].On {
			t.Fatalf("%+v, %v", list, err)
		}
	})
}

// orders are the copy orders that wait, without the rule.
func orders(t *testing.T, db *sqldb.DB) (list []wire.CopyOrder) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		texts, err := sqldb.All(t.Context(), tx, sqldb.Scalar[string], `SELECT payload FROM job WHERE kind = $1 ORDER BY id`, wire.JobCopy)
		for _, text := range texts {
			var o wire.CopyOrder
			if err := json.Unmarshal([]byte(text), &o); err != nil {
				return err
			}
			o.Rule = 0
			list = append(list, o)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRulesAreOrderedPausedAndDeleted(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d, ctx := newDesk(t, db), t.Context()
		tag := func(name string) id.ID {
			return d.rule(rule.Rule{Name: name, Then: rule.Then{Tags: []string{name}}, Stop: true})
		}
		a, b, c := tag("a"), tag("b"), tag("c")
		order := func(want ...string) {
			t.Helper()
			list, err := d.Rules(ctx, editor)
			d.must(err)
			var got []string
			for i := range list {
				got = append(got, list[i].Name)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		d.must(d.MoveRule(ctx, editor, c, -1))
		order("a", "c", "b")
		d.must(d.MoveRule(ctx, editor, a, 9))
		order("c", "b", "a")
		state := func(r id.ID, s wire.RuleState) wire.RuleState {
			t.Helper()
			was, err := d.SetRuleState(ctx, editor, r, s)
			d.must(err)
			return was
		}
		state(c, wire.RulePaused)
		d.send("1", "One", "")
		d.lists(wire.Filter{Tag: "b"}, "One")
		was := state(b, wire.RuleDeleted)
		order("c", "a")
		d.send("2", "Two", "")
		d.lists(wire.Filter{Tag: "a"}, "Two")
		if state(b, was); was != wire.RuleOn {
			t.Error(was)
		}
		order("c", "b", "a")
		if _, err := d.SaveRule(ctx, editor, rule.Rule{ID: b, Name: "b2", Then: rule.Then{Tags: []string{"b2"}}}, true); err != nil {
			t.Fatal(err)
		}
		d.send("3", "Three", "")
		d.lists(wire.Filter{Tag: "b2"}, "Three")
		for name, err := range map[string]error{
			"a rule of nothing": second(d.SaveRule(ctx, editor, rule.Rule{Name: "x"}, true)),
			"readers notified":  second(d.SaveRule(ctx, editor, rule.Rule{Name: "x", Then: rule.Then{Notify: "reader"}}, true)),
			"no state":          second(d.SetRuleState(ctx, editor, a, "off")),
		} {
			if !errors.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, err := range map[string]error{
			"move": d.MoveRule(ctx, editor, 77, 1), "state": second(d.SetRuleState(ctx, editor, 77, wire.RuleOn)),
			"save": second(d.SaveRule(ctx, editor, rule.Rule{ID: 77, Name: "x", Then: rule.Then{Drop: true}}, true)), "get": second(d.Rule(ctx, editor, 77)),
		} {
			if !errors.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := d.Rules(ctx, reporter); !errors.Is(err, errs.Denied) {
			t.Error(err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// A rule that is tried matches in the archive what it matches when it is live.
func TestARuleIsTriedOnTheArchive(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d, ctx := newDesk(t, db), t.Context()
		zone := time.FixedZone("", 3*3600)
		day := time.Date(2026, 3, 1, 0, 0, 0, 0, zone)
		d.Zone = zone
		var hour int
		d.Now = func() time.Time { return day.Add(time.Duration(hour) * time.Hour) }
		send := func(prefix string) {
			for hour = range 24 {
				d.send(fmt.Sprint(prefix, hour), "Port news", fmt.Sprintf(`,"urgency":%d`, hour%8+1))
			}
		}
		send("a")
		r := rule.Rule{Name: "Nights", When: rule.When{Words: "port", UrgencyMax: 4, From: "22:00", Until: "06:00"}, Then: rule.Then{Tags: []string{"nights"}}}
		trial, err := d.TryRule(ctx, editor, r, day, day.AddDate(0, 0, 1))
		d.must(err)
		if trial.Items != 4 || len(trial.Newest) != 4 || trial.More { // 0, 1, 2, 3; 22 and 23 have urgencies 7 and 8
			t.Errorf("%+v", trial)
		}
		if trial, err := d.TryRule(ctx, editor, r, day.AddDate(0, 0, -1), day); err != nil || trial.Items != 0 {
			t.Errorf("the day before: %+v, %v", trial, err)
		}
		d.rule(r)
		send("b")
		list, err := d.List(ctx, reporter, wire.Filter{Tag: "nights"})
		if err != nil || len(list) != trial.Items {
			t.Errorf("live it matched %d, %v", len(list), err)
		}
	})
}

func TestSavedSearchesAlert(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d, ctx := newDesk(t, db), t.Context()
		past := time.Now().Add(-time.Minute)
		d.Now = func() time.Time { return past }
		own, err := d.SaveSearch(ctx, reporter, wire.Search{Name: " Port  Ellery ", Query: "?q=port+ellery&after=0000000000001", Alert: true})
		d.must(err)
		shared, err := d.SaveSearch(ctx, editor, wire.Search{Name: "Strikes", Query: "q=strike", Shared: true})
		d.must(err)
		names := func(by *account.Account) (list []string) {
			found, err := d.Searches(ctx, by)
			d.must(err)
			for _, s := range found {
				list = append(list, fmt.Sprint(s.Name, " ", s.Query, " ", s.Own, s.Alert))
			}
			return list
		}
		if got := names(reporter); !slices.Equal(got, []string{"Port Ellery q=port+ellery true true", "Strikes q=strike false false"}) {
			t.Errorf("%q", got)
		}
		if got := names(editor); !slices.Equal(got, []string{"Strikes q=strike true false"}) {
			t.Errorf("%q", got)
		}
		d.must(d.Alert(ctx, reporter, shared, true))
		d.Now = time.Now
		d.send("1", "Port Ellery opens", "")
		d.send("2", "Strike in Port Ellery", "")
		d.send("3", "Elsewhere", "")
		counts := func(by *account.Account) (got []string) {
			list, err := d.Notices(ctx, by)
			d.must(err)
			for _, n := range list {
				got = append(got, fmt.Sprint(n.Name, " ", n.Items, " ", n.Headline))
			}
			slices.Sort(got)
			return got
		}
		if got := counts(reporter); !slices.Equal(got, []string{"Port Ellery 2 Strike in Port Ellery", "Strikes 1 Strike in Port Ellery"}) {
			t.Errorf("%q", got)
		}
		if got := counts(editor); len(got) != 0 {
			t.Errorf("who wants no alert has %q", got)
		}
		list, err := d.Notices(ctx, reporter)
		d.must(err)
		d.must(d.Seen(ctx, reporter, own, list[0].Arrived))
		if got := counts(reporter); !slices.Equal(got, []string{"Strikes 1 Strike in Port Ellery"}) {
			t.Errorf("%q", got)
		}
		d.must(d.Alert(ctx, reporter, shared, false))
		if got := counts(reporter); len(got) != 0 {
			t.Errorf("%q", got)
		}
		d.must(d.DeleteSearch(ctx, reporter, own))
		if got := names(reporter); len(got) != 1 {
			t.Errorf("%q", got)
		}
		d.must(d.KeepSearch(ctx, reporter, own))
		for name, err := range map[string]error{
			"other's": d.DeleteSearch(ctx, editor, own), "alert of what is not shared": d.Alert(ctx, editor, own, true),
		} {
			if !errors.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, s := range map[string]wire.Search{"no name": {Query: "q=a"}, "no filter": {Name: "a"}, "nonsense": {Name: "a", Query: "%zz"}} {
			if _, err := d.SaveSearch(ctx, reporter, s); !errors.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestFiltersSurviveAnAddress(t *testing.T) {
	f := wire.Filter{
		Words: `"port ellery" -fees`, Service: "A & B", Type: "picture", UrgencyMax: 3, Subject: "medtop:1", Place: "Łódź", Language: "pl", Status: "embargo",
		Tag: "night sport", Show: wire.ShowAll, Photos: true, Since: "2026-01-02", Until: "2026-01-03",
	}
	if got := wire.ParseFilter(f.Values()); got != f {
		t.Errorf("%+v, want %+v", got, f)
	}
	v := url.Values{"q": {"\xff a\x00"}, "urgency": {"99"}, "show": {"x"}, "since": {"yesterday"}, "after": {"!"}}
	if got := wire.ParseFilter(v); got != (wire.Filter{Words: "a"}) {
		t.Errorf("%+v", got)
	}
}

// What a former version stored without an index is found after Reindex.
func TestReindex(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d, ctx := newDesk(t, db), t.Context()
		for i := range 120 {
			d.send(strconv.Itoa(i), fmt.Sprint("Port ", i), "")
		}
		d.must(db.Update(ctx, func(tx *sqldb.Tx) error {
			return forget(ctx, tx)
		}))
		d.lists(wire.Filter{Words: "port 77 "})
		d.must(d.Reindex(ctx))
		d.lists(wire.Filter{Words: "port 77 ", Status: "usable"}, "Port 77")
		d.must(d.Reindex(ctx))
	})
}

func forget(ctx context.Context, tx *sqldb.Tx) error {
	queries := []string{`UPDATE wire_item SET indexed = 0, terms = ''`, `DELETE FROM search_wire`}
	if tx.Dialect == sqldb.SQLite {
		queries = append(queries, `DELETE FROM search_wire_doc`)
	}
	for _, q := range queries {
		if _, err := sqldb.Exec(ctx, tx, q); err != nil {
			return err
		}
	}
	return nil
}
