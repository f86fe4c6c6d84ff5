package newsmlg2

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// readEvent reads the eventDetails of a concept, whose element is n, in the shape that they
// have in ninjs 3, so that planning meets events of all formats in one. What has no place
// there goes to the lists of the item, what has none at all stays unread.
func (p *reader) readEvent(n *tree.Node) *item.Item {
	d := n.One("eventDetails")
	e := &item.Item{
		Kind: p.item.Kind, Type: "event", Format: Format, Line: n.Line, Language: p.item.Language, EventDetails: map[string]any{},
	}
	setText := func(name, value string) {
		if value != "" {
			e.EventDetails[name] = value
		}
	}
	if dates := p.eventDates(d.One("dates")); len(dates) > 0 {
		e.EventDetails["dates"] = dates
	}
	setText("eventStatus", p.codeOf(d.One("occurStatus")))
	setText("plannedCoverageStatus", p.codeOf(d.One("newsCoverageStatus")))
	for i, k := range d.All("organiser") {
		c := p.concept(k)
		if i == 0 {
			e.EventDetails["organiser"] = organiser(c)
		}
		c.Rel = cmp.Or(c.Rel, k.Name)
		item.AddConcept(&e.Organisations, c)
	}
	for _, k := range d.All("location") {
		c := p.concept(k)
		c.Rel = cmp.Or(c.Rel, k.Name)
		item.AddConcept(&e.Places, c)
	}
	for _, k := range d.All("participant") {
		c := p.concept(k)
		c.Rel = cmp.Or(c.Rel, k.Name)
		if item.ClassOf(c) == item.ClassOrganisation {
			item.AddConcept(&e.Organisations, c)
			continue
		}
		item.AddConcept(&e.People, c)
	}
	for _, k := range d.All("subject") {
		item.AddConcept(&e.Subjects, p.concept(k))
	}
	return e
}

// codeOf is the full code of a status, as ninjs wants it: a URI where it is known.
func (p *reader) codeOf(n *tree.Node) string {
	code := n.Attr("qcode")
	uri, _ := p.catalog.resolve(code)
	return cmp.Or(n.Attr("uri"), uri, code)
}

func organiser(c item.Concept) map[string]any {
	o := map[string]any{}
	for name, value := range map[string]string{"name": c.Name, "uri": c.URI, "literal": cmp.Or(c.Literal, c.Code)} {
		if value != "" {
			o[name] = value
		}
	}
	return o
}

// truncated is a date that says less than a point in time, as ninjs allows it.
var truncated = regexp.MustCompile(`^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?)?)?$`)

// setDate sets a date of an event: a point in time under its own name, anything less as
// expected.
func setDate(dates map[string]any, name string, n *tree.Node) {
	s := n.Peek()
	switch d := item.ParseDate(s); {
	case s == "":
		return
	case d.Text == "":
		dates[name+"Date"] = d.Time.Format(time.RFC3339Nano)
	case truncated.MatchString(s):
		dates["expected"+strings.ToUpper(name[:1])+name[1:]+"Date"] = s
	default:
		return // stays unread
	}
	n.Words()
}

// eventDates reads when an event takes place, and how often.
func (p *reader) eventDates(n *tree.Node) map[string]any {
	dates := map[string]any{}
	setDate(dates, "start", n.One("start"))
	setDate(dates, "end", n.One("end"))
	if s := n.One("duration").Words(); s != "" {
		dates["expectedDuration"] = s
	}
	var rules []any
	for _, k := range n.All("rRule") {
		if rule := p.recurrence(k); len(rule) > 0 {
			rules = append(rules, rule)
		}
	}
	if len(rules) > 0 {
		dates["recurrence"] = map[string]any{"recurrenceRules": rules}
	}
	return dates
}

// frequencies are those that ninjs knows.
var frequencies = []string{"secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"}

func (p *reader) recurrence(n *tree.Node) map[string]any {
	rule := map[string]any{}
	if s := n.Attr("freq"); slices.Contains(frequencies, strings.ToLower(s)) {
		rule["frequency"] = strings.ToLower(s)
	} else {
		p.keep("rRule/@freq", s)
	}
	for _, name := range []string{"interval", "count"} {
		s := n.Attr(name)
		if v := int(item.Number(s)); v > 0 {
			rule[name] = v
		} else {
			p.keep("rRule/@"+name, s)
		}
	}
	until := n.Attr("until")
	if d := item.ParseDate(until); d.Text == "" && !d.Time.IsZero() {
		rule["until"] = d.Time.Format(time.RFC3339Nano)
	} else {
		p.keep("rRule/@until", until)
	}
	return rule
}

// keep keeps a value that a field cannot hold.
func (p *reader) keep(path, value string) { p.item.Details = withValue(p.item.Details, path, value) }

// placeEvents puts the events of an item where planning finds them: one event is the item
// itself, of several each is an association.
func (p *reader) placeEvents() {
	it := p.item
	if len(p.events) == 1 {
		e := p.events[0]
		it.EventDetails = e.EventDetails
		if len(it.Headlines) == 0 {
			it.Headlines = e.Headlines
		}
		it.Descriptions = append(it.Descriptions, e.Descriptions...)
		it.Organisations = append(it.Organisations, e.Organisations...)
		it.Places = append(it.Places, e.Places...)
		it.People = append(it.People, e.People...)
		it.Subjects = append(it.Subjects, e.Subjects...)
		return
	}
	for i, e := range p.events {
		in := it.Inside("event", e.Line)
		e.Provider, e.PubStatus, e.Embargoed, e.Expires, e.VersionCreated = in.Provider, in.PubStatus, in.Embargoed, in.Expires, in.VersionCreated
		it.Associations = append(it.Associations, item.Association{Name: "event" + strconv.Itoa(i+1), Rel: "event", Item: *e})
	}
}
