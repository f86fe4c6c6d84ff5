package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/section"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/rule"
)

// rulesPage is the view of wirerules.html.
type rulesPage struct {
	Frame
	Rows []ruleRow
}

// ruleRow is a rule in the list.
type ruleRow struct {
	ID, Name, When, Then string
	On, Stop             bool
	First, Last          bool
	Matched              int
	Changed              Stamp
	ChangedBy            string
}

// rulePage is the view of wirerule.html.
type rulePage struct {
	Frame
	Rule     rule.Rule
	Types    string // lists as one types them
	Subjects string
	Located  string
	Langs    string
	Tags     string
	Do       string // what the rule does beside tagging and notifying
	Services []string
	Choices  wire.Choices
	Sections []section.Section
	Notify   []choice
	Wrong    string
	Trial    *ruleTrial
	Tested   string // of what the trial was
	Asked    bool   // it was to go live, and is shown first
}

// ruleTrial is what a rule would have matched.
type ruleTrial struct {
	Yesterday, Today int
	More             bool
	Rows             []wireRow
}

var notified = []choice{
	{"", "Nobody"},
	{rule.Everybody, "Everybody on the desk"},
	{string(account.Editor), "Every editor"},
	{string(account.Reporter), "Every reporter"},
	{string(account.Admin), "Every admin"},
	{string(account.Moderator), "Every moderator"},
}

func (d *Desk) rulesPage(w http.ResponseWriter, r *http.Request) error {
	frame, err := d.frame(r, "Rules of the wire", "Wire")
	if err != nil {
		return err
	}
	view := rulesPage{Frame: frame}
	list, err := d.Wire.Rules(r.Context(), view.Me)
	if err != nil {
		return err
	}
	sections, err := d.sectionNames(r)
	if err != nil {
		return err
	}
	for i := range list {
		one := &list[i]
		view.Rows = append(view.Rows, ruleRow{
			ID: one.ID.String(), Name: one.Name, When: one.When.Describe(), Then: one.Then.Describe(sections[one.Then.Section]), On: one.On, Stop: one.Stop,
			First: i == 0, Last: i == len(list)-1, Matched: one.Matched, Changed: d.clock().stamp(one.Changed), ChangedBy: one.ChangedBy,
		})
	}
	return d.show(w, r, "wirerules", view)
}

func (d *Desk) rulePage(w http.ResponseWriter, r *http.Request) error {
	view := rulePage{}
	if ruleID := queryID(r, "rule"); ruleID != 0 {
		stored, err := d.Wire.Rule(r.Context(), web.Account(r.Context()), ruleID)
		if err != nil {
			return err
		}
		view.Rule = stored.Rule
	} else {
		f := wire.ParseFilter(r.URL.Query()) // a rule can begin with the filter of the list
		view.Rule.When = rule.When{Source: f.Service, UrgencyMax: f.UrgencyMax, Words: strings.TrimSpace(f.Words), Photos: f.Photos}
		for _, one := range []struct {
			to    *[]string
			value string
		}{
			{&view.Rule.When.Types, f.Type}, {&view.Rule.When.Subjects, f.Subject}, {&view.Rule.When.Places, f.Place}, {&view.Rule.When.Languages, f.Language},
		} {
			if one.value != "" {
				*one.to = []string{one.value}
			}
		}
	}
	return d.showRule(w, r, http.StatusOK, &view)
}

func (d *Desk) showRule(w http.ResponseWriter, r *http.Request, status int, view *rulePage) (err error) {
	title := view.Rule.Name
	if title == "" {
		title = "New rule"
	}
	if view.Frame, err = d.frame(r, title, "Wire"); err != nil {
		return err
	}
	when, then := &view.Rule.When, &view.Rule.Then
	view.Types, view.Subjects, view.Located = strings.Join(when.Types, ", "), strings.Join(when.Subjects, ", "), strings.Join(when.Places, ", ")
	view.Langs, view.Tags, view.Notify = strings.Join(when.Languages, ", "), strings.Join(then.Tags, ", "), notified
	switch {
	case then.Drop:
		view.Do = "drop"
	case then.Publish:
		view.Do = "publish"
	case then.Draft:
		view.Do = "draft"
	}
	sources, err := d.Wire.Services(r.Context(), view.Me)
	if err != nil {
		return err
	}
	for _, s := range sources {
		view.Services = append(view.Services, s.Name)
	}
	if view.Choices, err = d.Wire.Choices(r.Context(), view.Me); err != nil {
		return err
	}
	if view.Sections, err = d.Sections.List(r.Context()); err != nil {
		return err
	}
	return d.write(w, status, "wirerule", "frame.html", view)
}

// readRule reads the form of a rule.
func readRule(r *http.Request) rule.Rule {
	list := func(name string) []string { return strings.Split(r.FormValue(name), ",") }
	one := rule.Rule{
		Name: r.FormValue("name"), Stop: r.FormValue("stop") != "",
		When: rule.When{
			Source: r.FormValue("service"), Types: list("types"), Subjects: list("subjects"), Places: list("places"), Languages: list("languages"),
			Words: r.FormValue("words"), Photos: r.FormValue("photos") != "", From: r.FormValue("from"), Until: r.FormValue("until"),
		},
		Then: rule.Then{Tags: list("tags"), Notify: r.FormValue("notify")},
	}
	one.When.UrgencyMax, _ = strconv.Atoi(r.FormValue("urgency"))
	switch r.FormValue("do") {
	case "drop":
		one.Then.Drop = true
	case "publish":
		one.Then.Publish, one.Then.Section = true, r.FormValue("section")
	case "draft":
		one.Then.Draft, one.Then.Section = true, r.FormValue("section")
	}
	return one
}

// ruleSave tries a rule, keeps it paused, or switches it on. It is switched on only by
// somebody who has seen what these conditions would have matched.
func (d *Desk) ruleSave(w http.ResponseWriter, r *http.Request) (err error) {
	view := rulePage{Rule: readRule(r)}
	if given := r.FormValue("rule"); given != "" {
		if view.Rule.ID, err = id.Parse(given); err != nil {
			return err
		}
	}
	err = view.Rule.Clean()
	if err == nil {
		err = d.knownSection(r, view.Rule.Then.Section)
	}
	if kind, message := errs.Of(err); kind == errs.Invalid && err != nil {
		view.Wrong = message
		return d.showRule(w, r, http.StatusUnprocessableEntity, &view)
	}
	if err != nil {
		return err
	}
	do, tried := r.FormValue("then"), printOf(&view.Rule)
	if do != "pause" && (do != "live" || r.FormValue("tested") != tried) {
		view.Tested, view.Asked = tried, do == "live"
		if view.Trial, err = d.tryRule(r, view.Rule); err != nil {
			return err
		}
		return d.showRule(w, r, http.StatusOK, &view)
	}
	if _, err := d.Wire.SaveRule(r.Context(), web.Account(r.Context()), view.Rule, do == "live"); err != nil {
		return err
	}
	said := "paused"
	if do == "live" {
		said = "live"
	}
	return done(w, r, "/desk/wire/rules", said)
}

func (d *Desk) knownSection(r *http.Request, slug string) error {
	sections, err := d.Sections.List(r.Context())
	if err != nil || slug == "" {
		return err
	}
	if !slices.ContainsFunc(sections, func(s section.Section) bool { return s.Slug == slug }) {
		return &errs.Error{Kind: errs.Invalid, Field: "section", Message: "There is no such section."}
	}
	return nil
}

// printOf stands for the conditions that were tried.
func printOf(r *rule.Rule) string {
	raw, err := json.Marshal(r.When)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

func (d *Desk) tryRule(r *http.Request, one rule.Rule) (*ruleTrial, error) {
	now := d.Now().In(d.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.Zone)
	yesterday, err := d.Wire.TryRule(r.Context(), web.Account(r.Context()), one, today.AddDate(0, 0, -1), today)
	if err != nil {
		return nil, err
	}
	since, err := d.Wire.TryRule(r.Context(), web.Account(r.Context()), one, today, now.Add(time.Hour))
	if err != nil {
		return nil, err
	}
	t := &ruleTrial{Yesterday: yesterday.Items, Today: since.Items, More: yesterday.More || since.More}
	for _, e := range slices.Concat(since.Newest, yesterday.Newest) {
		t.Rows = append(t.Rows, d.wireRow(&e, ""))
	}
	return t, nil
}

// ruleState switches a rule on, pauses or deletes it; undo carries the state it had.
func (d *Desk) ruleState(w http.ResponseWriter, r *http.Request) error {
	ruleID, err := pathID(r, "rule")
	if err != nil {
		return err
	}
	state := r.FormValue("state")
	if r.FormValue("undo") != "" {
		state = r.URL.Query().Get("was")
	}
	if _, err := d.Wire.SetRuleState(r.Context(), web.Account(r.Context()), ruleID, wire.RuleState(state)); err != nil {
		return err
	}
	return done(w, r, "/desk/wire/rules", "done")
}

func (d *Desk) ruleMove(w http.ResponseWriter, r *http.Request) error {
	ruleID, err := id.Parse(r.PathValue("rule"))
	if err != nil {
		return err
	}
	places, err := strconv.Atoi(r.FormValue("by"))
	if err != nil {
		return errs.E(errs.Invalid, "Say by how many places the rule moves.")
	}
	if err := d.Wire.MoveRule(r.Context(), web.Account(r.Context()), ruleID, places); err != nil {
		return err
	}
	return done(w, r, "/desk/wire/rules", "moved")
}
