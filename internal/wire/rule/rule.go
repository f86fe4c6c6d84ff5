// Package rule decides what becomes of an item when it comes: an ordered list of rules,
// each with conditions and actions. It is pure; the wire's room keeps the rules and does
// what they say.
//
// Rules are asked from the first to the last. All that match add up: tags and notices
// of each, but of drafting and publishing only what the first says that says it. A rule
// that says “stop here” is the last one for the items that match it, and so is one that
// drops.
package rule

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/search"
)

// Limits of a rule.
const (
	MaxRules  = 200
	MaxName   = 100 // characters
	MaxWords  = 300 // bytes
	MaxValues = 20  // values of a condition, and tags of a rule
	MaxValue  = 120 // characters of a value
	MaxTag    = 40  // characters
)

// A Rule says what becomes of which items.
type Rule struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
	When When   `json:"when"`
	Then Then   `json:"then"`
	Stop bool   `json:"stop,omitempty"` // the rules after it are not asked
}

// When are the conditions; all that are given must hold. Of several values of one, one
// is enough.
type When struct {
	Source     string   `json:"source,omitempty"` // the service; "" for all
	Types      []string `json:"types,omitempty"`  // text, picture, video, ...
	UrgencyMax int      `json:"urgency,omitempty"`
	Subjects   []string `json:"subjects,omitempty"` // names, codes as medtop:15000000, or the code's end
	Places     []string `json:"places,omitempty"`   // likewise
	Languages  []string `json:"languages,omitempty"`
	Words      string   `json:"words,omitempty"` // as in a search
	Photos     bool     `json:"photos,omitempty"`
	From       string   `json:"from,omitempty"`  // time of day in the newsroom's zone, 15:04, and
	Until      string   `json:"until,omitempty"` // the first minute that is not meant any more; past midnight if it is earlier
}

// Then are the actions.
type Then struct {
	Tags    []string `json:"tags,omitempty"`
	Notify  string   `json:"notify,omitempty"`  // a role, or Everybody
	Draft   bool     `json:"draft,omitempty"`   // on the desk
	Publish bool     `json:"publish,omitempty"` // as wire copy; needs Section
	Section string   `json:"section,omitempty"` // of the draft or the publication; a draft may leave it to the item's subjects
	Drop    bool     `json:"drop,omitempty"`    // out of the list; it stays in the archive
}

// Everybody is whom a notice is for that is for the whole desk.
const Everybody = "staff"

// Facts are what a rule is asked about.
type Facts struct {
	Text  *search.Text
	Terms map[string]bool // see Terms
	At    time.Time       // when it came, in the newsroom's zone
}

// A Decision is what the rules say of one item.
type Decision struct {
	Matched []id.ID
	Tags    []string
	Notices []Notice
	Copy    *Copy // nil: neither drafted nor published
	Drop    id.ID // the rule that drops; 0: it stays in the list
}

// A Notice tells somebody of an item.
type Notice struct {
	Rule id.ID
	Role string
}

// A Copy is an order to make a story of an item.
type Copy struct {
	Rule    id.ID
	Publish bool
	Section string
}

// A Set is a list of rules made ready. It may be used by several at once.
type Set struct {
	rules []Rule
	when  []matcher
}

// Compile makes rules ready, in their order.
func Compile(rules []Rule) *Set {
	s := &Set{rules: rules, when: make([]matcher, len(rules))}
	for i := range rules {
		s.when[i] = rules[i].When.matcher()
	}
	return s
}

// Decide asks the rules, the first one first.
func (s *Set) Decide(f *Facts) (d Decision) {
	for i := range s.rules {
		r := &s.rules[i]
		if !s.when[i].matches(f) {
			continue
		}
		d.Matched = append(d.Matched, r.ID)
		d.add(r)
		if r.Stop || r.Then.Drop {
			break
		}
	}
	return d
}

func (d *Decision) add(r *Rule) {
	for _, tag := range r.Then.Tags {
		if !slices.Contains(d.Tags, tag) {
			d.Tags = append(d.Tags, tag)
		}
	}
	if r.Then.Notify != "" {
		d.Notices = append(d.Notices, Notice{r.ID, r.Then.Notify})
	}
	if d.Copy == nil && (r.Then.Draft || r.Then.Publish) {
		d.Copy = &Copy{r.ID, r.Then.Publish, r.Then.Section}
	}
	if r.Then.Drop {
		d.Drop = r.ID
	}
}

// Matches reports whether an item meets the conditions.
func (w *When) Matches(f *Facts) bool {
	m := w.matcher()
	return m.matches(f)
}

type matcher struct {
	query       search.Query
	timed       bool
	from, until int // minutes of the day
}

func (w *When) matcher() matcher {
	m := matcher{query: w.Query()}
	var err1, err2 error
	m.from, err1 = minute(w.From)
	m.until, err2 = minute(w.Until)
	m.timed = err1 == nil && err2 == nil
	return m
}

func (m *matcher) matches(f *Facts) bool {
	return m.query.Has(f.Text, f.Terms) && (!m.timed || between(f.At, m.from, m.until))
}

// InTime reports whether a time, in the newsroom's zone, is one that the conditions name.
func (w *When) InTime(at time.Time) bool {
	m := w.matcher()
	return !m.timed || between(at, m.from, m.until)
}

func between(at time.Time, from, until int) bool {
	now := at.Hour()*60 + at.Minute()
	if from < until {
		return now >= from && now < until
	}
	return now >= from || now < until
}

func minute(clock string) (int, error) {
	t, err := time.Parse("15:04", clock)
	return t.Hour()*60 + t.Minute(), err
}

// Query is the conditions as a search of the wire's index, which all but the time of day
// are.
func (w *When) Query() search.Query {
	q := search.Query{Words: search.Parse(w.Words).Exact()}
	if w.Source != "" {
		q.All = append(q.All, Service(w.Source))
	}
	if w.Photos {
		q.All = append(q.All, WithPhotos)
	}
	if w.UrgencyMax > 0 {
		q.Any = append(q.Any, UpToUrgency(w.UrgencyMax))
	}
	for _, c := range []struct {
		values []string
		term   func(string) string
	}{{w.Types, Type}, {w.Subjects, Subject}, {w.Places, Place}, {w.Languages, Language}} {
		if len(c.values) == 0 {
			continue
		}
		var list []string
		for _, v := range c.values {
			list = append(list, c.term(v))
		}
		q.Any = append(q.Any, list)
	}
	return q
}

// Clean trims a rule's values and says what is wrong with it: errs.Invalid with the
// field's name. Sections and roles are the caller's to check.
func (r *Rule) Clean() error {
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	r.When.Source, r.When.Words = strings.TrimSpace(r.When.Source), strings.TrimSpace(r.When.Words)
	for _, list := range []*[]string{&r.When.Types, &r.When.Subjects, &r.When.Places, &r.When.Languages, &r.Then.Tags} {
		*list = cleanList(*list)
		if len(*list) > MaxValues {
			return invalid("when", "A condition has at most 20 values.")
		}
		for _, v := range *list {
			if utf8.RuneCountInString(v) > MaxValue {
				return invalid("when", "“"+string([]rune(v)[:40])+"…” is too long.")
			}
		}
	}
	for i, tag := range r.Then.Tags {
		r.Then.Tags[i] = CleanTag(tag)
	}
	switch n := utf8.RuneCountInString(r.Name); {
	case n == 0:
		return invalid("name", "Give the rule a name by which the desk knows it.")
	case n > MaxName:
		return invalid("name", "A rule's name has at most 100 characters.")
	case len(r.When.Words) > MaxWords:
		return invalid("words", "Use fewer words: at most 300 bytes.")
	case r.When.UrgencyMax < 0 || r.When.UrgencyMax > 9:
		return invalid("urgency", "An urgency is a number from 1 to 9.")
	}
	if err := r.When.checkTime(); err != nil {
		return err
	}
	return r.Then.check()
}

func (w *When) checkTime() error {
	if w.From == "" && w.Until == "" {
		return nil
	}
	from, err1 := minute(w.From)
	until, err2 := minute(w.Until)
	if err1 != nil || err2 != nil || from == until {
		return invalid("from", "Give two different times of day, as 22:00 and 06:00, or none.")
	}
	return nil
}

func (t *Then) check() error {
	switch {
	case t.Drop && (t.Draft || t.Publish || t.Notify != ""):
		return invalid("drop", "What is dropped cannot be drafted, published or notified of.")
	case t.Draft && t.Publish:
		return invalid("publish", "A rule drafts or publishes, not both.")
	case t.Publish && t.Section == "":
		return invalid("section", "Choose the section to publish to.")
	case !t.Draft && !t.Publish && !t.Drop && t.Notify == "" && len(t.Tags) == 0:
		return invalid("then", "Say what shall happen: tag, notify, draft, publish or drop.")
	}
	return nil
}

// CleanTag is a tag as it is kept: lower case, single spaces, within its limit.
func CleanTag(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(s, ",", " ")), " "))
	if r := []rune(s); len(r) > MaxTag {
		s = strings.TrimSpace(string(r[:MaxTag]))
	}
	return s
}

// cleanList is a list without what is empty or twice, not read further than to one value
// more than there may be.
func cleanList(list []string) []string {
	var out []string
	for _, v := range list {
		if v = strings.Join(strings.Fields(v), " "); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
		if len(out) > MaxValues {
			break
		}
	}
	return out
}

func invalid(field, message string) error {
	return &errs.Error{Kind: errs.Invalid, Field: field, Message: message}
}
