package rule_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/search"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/rule"
)

// facts are those of one item that came at a time of day.
func facts(clock string) *rule.Facts {
	it := &item.Item{
		Type: "text", Urgency: 3, Language: "en-GB", PubStatus: item.Usable,
		Subjects: []item.Concept{{Name: "Sea port", Code: "medtop:20000590"}, {URI: "http://cv.iptc.org/newscodes/mediatopic/04000000"}},
		Places:   []item.Concept{{Name: "Łódź"}}, Located: []item.Concept{{Name: "Port Ellery", Code: "iso3166-1a2:XX"}},
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	f := &rule.Facts{Text: search.NewText("Port strike ends\nDockers at Port Ellery go back"), Terms: map[string]bool{}, At: at}
	for _, t := range rule.Terms(it, "Meridian Press", 0) {
		f.Terms[t] = true
	}
	return f
}

func TestConditions(t *testing.T) {
	for _, test := range []struct {
		name  string
		when  rule.When
		clock string
		want  bool
	}{
		{name: "nothing asked", want: true},
		{name: "source", when: rule.When{Source: "meridian  press"}, want: true},
		{name: "other source", when: rule.When{Source: "Northern Wire"}},
		{name: "type", when: rule.When{Types: []string{"picture", "text"}}, want: true},
		{name: "other type", when: rule.When{Types: []string{"picture"}}},
		{name: "urgent enough", when: rule.When{UrgencyMax: 3}, want: true},
		{name: "not urgent enough", when: rule.When{UrgencyMax: 2}},
		{name: "subject by name", when: rule.When{Subjects: []string{"sea PORT"}}, want: true},
		{name: "subject by code", when: rule.When{Subjects: []string{"medtop:20000590"}}, want: true},
		{name: "subject by the code's end", when: rule.When{Subjects: []string{"sport", "04000000"}}, want: true},
		{name: "other subject", when: rule.When{Subjects: []string{"sport"}}},
		{name: "place without its accents", when: rule.When{Places: []string{"Lodz"}}, want: true},
		{name: "where it was made", when: rule.When{Places: []string{"port ellery"}}, want: true},
		{name: "other place", when: rule.When{Places: []string{"Geneva"}}},
		{name: "language", when: rule.When{Languages: []string{"en"}}, want: true},
		{name: "language with its country", when: rule.When{Languages: []string{"en-gb"}}, want: true},
		{name: "other country", when: rule.When{Languages: []string{"en-US"}}},
		{name: "words", when: rule.When{Words: `strike "port ellery" -lockout`}, want: true},
		{name: "beginning of a word", when: rule.When{Words: "stri"}},
		{name: "words that must not be there", when: rule.When{Words: "strike -dockers"}},
		{name: "photos", when: rule.When{Photos: true}},
		{name: "all", when: rule.When{Source: "Meridian Press", UrgencyMax: 4, Subjects: []string{"Sea port"}, Words: "dockers"}, want: true},
		{name: "all but one", when: rule.When{Source: "Meridian Press", UrgencyMax: 4, Subjects: []string{"Sea port"}, Words: "miners"}},
		{name: "by day", when: rule.When{From: "06:00", Until: "22:00"}, clock: "12:00", want: true},
		{name: "first minute", when: rule.When{From: "12:00", Until: "13:00"}, clock: "12:00", want: true},
		{name: "minute after the last", when: rule.When{From: "11:00", Until: "12:00"}, clock: "12:00"},
		{name: "by night, before midnight", when: rule.When{From: "22:00", Until: "06:00"}, clock: "23:59", want: true},
		{name: "by night, after midnight", when: rule.When{From: "22:00", Until: "06:00"}, clock: "00:00", want: true},
		{name: "by night, at noon", when: rule.When{From: "22:00", Until: "06:00"}, clock: "12:00"},
	} {
		if test.clock == "" {
			test.clock = "12:00"
		}
		if got := test.when.Matches(facts(test.clock)); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		at, _ := time.Parse("15:04", test.clock)
		if test.want && !test.when.InTime(at) {
			t.Errorf("%s: not in time", test.name)
		}
	}
}

func TestOrder(t *testing.T) {
	no := rule.When{Source: "Northern Wire"}
	for _, test := range []struct {
		name  string
		rules []rule.Rule
		want  rule.Decision
	}{
		{name: "no rules"},
		{"none matches", []rule.Rule{{ID: 1, When: no, Then: rule.Then{Drop: true}}}, rule.Decision{}},
		{"tags add up, once each", []rule.Rule{
			{ID: 1, Then: rule.Then{Tags: []string{"a", "b"}}}, {ID: 2, When: no, Then: rule.Then{Tags: []string{"x"}}}, {ID: 3, Then: rule.Then{Tags: []string{"b", "c"}}},
		}, rule.Decision{Matched: []id.ID{1, 3}, Tags: []string{"a", "b", "c"}}},
		{"stop here", []rule.Rule{
			{ID: 1, When: no, Then: rule.Then{Tags: []string{"x"}}, Stop: true}, {ID: 2, Then: rule.Then{Tags: []string{"a"}}, Stop: true}, {ID: 3, Then: rule.Then{Drop: true}},
		}, rule.Decision{Matched: []id.ID{2}, Tags: []string{"a"}}},
		{"dropping is the last", []rule.Rule{
			{ID: 1, Then: rule.Then{Tags: []string{"a"}}}, {ID: 2, Then: rule.Then{Drop: true}}, {ID: 3, Then: rule.Then{Draft: true}},
		}, rule.Decision{Matched: []id.ID{1, 2}, Tags: []string{"a"}, Drop: 2}},
		{"the first copy counts", []rule.Rule{
			{ID: 1, Then: rule.Then{Publish: true, Section: "sport"}}, {ID: 2, Then: rule.Then{Draft: true, Notify: "editor"}}, {ID: 3, Then: rule.Then{Notify: rule.Everybody}},
		}, rule.Decision{
			Matched: []id.ID{1, 2, 3}, Copy: &rule.Copy{Rule: 1, Publish: true, Section: "sport"},
			Notices: []rule.Notice{{Rule: 2, Role: "editor"}, {Rule: 3, Role: rule.Everybody}},
		}},
	} {
		set := rule.Compile(test.rules)
		got := set.Decide(facts("12:00"))
		same := slices.Equal(got.Matched, test.want.Matched) && slices.Equal(got.Tags, test.want.Tags) && slices.Equal(got.Notices, test.want.Notices) &&
			got.Drop == test.want.Drop && (got.Copy == nil) == (test.want.Copy == nil) && (got.Copy == nil || *got.Copy == *test.want.Copy)
		if !same {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestWhatIsWrongWithARule(t *testing.T) {
	tag := rule.Then{Tags: []string{"a"}}
	for _, test := range []struct {
		field string // "": nothing
		rule  rule.Rule
	}{
		{"", rule.Rule{Name: " Night  sport ", When: rule.When{Words: "x", From: "22:00", Until: "06:00"}, Then: tag}},
		{"name", rule.Rule{Name: "  ", Then: tag}},
		{"then", rule.Rule{Name: "a", Then: rule.Then{Tags: []string{" "}}}},
		{"from", rule.Rule{Name: "a", When: rule.When{From: "22:00"}, Then: tag}},
		{"from", rule.Rule{Name: "a", When: rule.When{From: "25:00", Until: "26:00"}, Then: tag}},
		{"from", rule.Rule{Name: "a", When: rule.When{From: "06:00", Until: "06:00"}, Then: tag}},
		{"urgency", rule.Rule{Name: "a", When: rule.When{UrgencyMax: 10}, Then: tag}},
		{"section", rule.Rule{Name: "a", Then: rule.Then{Publish: true}}},
		{"publish", rule.Rule{Name: "a", Then: rule.Then{Publish: true, Draft: true, Section: "sport"}}},
		{"drop", rule.Rule{Name: "a", Then: rule.Then{Drop: true, Notify: "editor"}}},
		{"when", rule.Rule{Name: "a", When: rule.When{Types: slices.Repeat([]string{"a"}, 2), Subjects: many()}, Then: tag}},
	} {
		err := test.rule.Clean()
		var e *errs.Error
		if errors.As(err, &e) != (test.field != "") || e != nil && e.Field != test.field {
			t.Errorf("%+v: %v, want the field %q", test.rule, err, test.field)
		}
	}
	r := rule.Rule{Name: " Night  sport ", Then: rule.Then{Tags: []string{" Night,  Sport ", "b"}}}
	if err := r.Clean(); err != nil || r.Name != "Night sport" || !slices.Equal(r.Then.Tags, []string{"night sport", "b"}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func many() (list []string) {
	for r := range rune(rule.MaxValues + 1) {
		list = append(list, string('a'+r))
	}
	return list
}

func TestRulesReadAsSentences(t *testing.T) {
	w := rule.When{Source: "Meridian", UrgencyMax: 2, Subjects: []string{"sport", "rowing"}, Words: "port strike", From: "22:00", Until: "06:00"}
	if got := w.Describe(); got != "from Meridian, of urgency 1 to 2, about sport or rowing, with the words “port strike”, between 22:00 and 06:00" {
		t.Error(got)
	}
	then := rule.Then{Tags: []string{"night"}, Notify: "editor", Publish: true}
	if got := then.Describe("Sport"); got != "tag night, then notify every editor, then publish to Sport as wire copy" {
		t.Error(got)
	}
}
