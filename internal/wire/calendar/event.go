package calendar

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/wire/item"
)

// dates reads when it takes place, and how often.
func (e *entry) dates() {
	start, end := e.zones.moment(e.c.one("DTSTART")), e.zones.moment(e.c.one("DTEND"))
	if e.c.name == "VTODO" {
		end = e.zones.moment(e.c.one("DUE"))
	}
	dates := map[string]any{}
	for _, m := range []moment{start, end} {
		if m.zone != "" && !m.zoned {
			e.item.Warnings = append(e.item.Warnings, "the time zone "+m.zone+" is not known: its times are on the clock of the place")
		}
	}
	if d := e.c.one("DURATION").value; d != "" {
		if length, ok := parseDuration(d); ok {
			dates["expectedDuration"] = d
			end = end.or(start.plus(length))
		} else {
			e.note("DURATION", d)
		}
	}
	if start.allDay && end.allDay && end.time.After(start.time) {
		end.time = end.time.AddDate(0, 0, -1) // iCalendar names the day after the last
	}
	put(dates, "startDate", "expectedStartDate", start)
	put(dates, "endDate", "expectedEndDate", end)
	if start.allDay {
		e.note("allDay", "true")
	}
	if start.zone != "UTC" {
		e.note("timeZone", start.zone)
	}
	if r := e.recurrence(); len(r) > 0 {
		dates["recurrence"] = map[string]any{"recurrenceRules": r}
	}
	if len(dates) > 0 {
		e.detail("dates", dates)
	}
}

func put(dates map[string]any, full, truncated string, m moment) {
	if s := m.full(); s != "" {
		dates[full] = s
	} else if s := m.truncated(); s != "" {
		dates[truncated] = s
	}
}

// recurrence reads how often it comes again, as far as ninjs can say it. The rule itself,
// and the dates that are more or fewer, are kept in the details.
func (e *entry) recurrence() []any {
	var rules []any
	for _, p := range e.c.all("RRULE") {
		if len(p.value) > maxRule {
			e.item.Warnings = append(e.item.Warnings, "left out: a rule of recurrence longer than "+strconv.Itoa(maxRule>>10)+" KiB")
			continue
		}
		e.note("RRULE", p.value)
		rule := parseRule(p.value)
		out := map[string]any{}
		switch freq := strings.ToLower(rule["FREQ"]); freq {
		case "secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly":
			out["frequency"] = freq
		default:
			continue
		}
		for _, name := range []string{"INTERVAL", "COUNT"} {
			if n := int(item.Number(rule[name])); n > 0 {
				out[strings.ToLower(name)] = n
			}
		}
		if until := e.zones.moment(&property{value: rule["UNTIL"]}); until.full() != "" {
			out["until"] = until.full()
		} else if !until.time.IsZero() {
			out["until"] = until.time.Format(time.RFC3339)
		}
		if len(rules) < maxParams {
			rules = append(rules, out)
		}
	}
	for _, name := range []string{"RDATE", "EXDATE", "EXRULE"} {
		for _, p := range e.c.all(name) {
			e.note(name, strings.Join(p.list(), ","))
		}
	}
	return rules
}

// people reads who asks and who comes.
func (e *entry) people() {
	if p := e.c.one("ORGANIZER"); p.value != "" {
		name, contact := guest(p)
		organiser := map[string]any{"name": name}
		if contact.Value != "" {
			organiser["contactInfo"] = []any{map[string]any{"type": contact.Type, "value": contact.Value}}
		}
		e.detail("organiser", organiser)
	}
	for i, p := range e.c.all("ATTENDEE") {
		if i >= maxGuests {
			e.item.Warnings = append(e.item.Warnings, "left out: guests after the first "+strconv.Itoa(maxGuests))
			break
		}
		name, contact := guest(p)
		c := item.Concept{Name: name, Rel: "attends", Role: strings.ToLower(p.param("ROLE"))}
		if contact.Value != "" {
			c.Contact = []item.Contact{contact}
		}
		for _, a := range []string{"PARTSTAT", "CUTYPE", "DELEGATED-TO", "SENT-BY"} {
			if v := p.param(a); v != "" {
				c.Details = append(c.Details, item.TextValue{Path: strings.ToLower(a), Value: v})
			}
		}
		if kind := strings.ToUpper(p.param("CUTYPE")); kind == "GROUP" || kind == "ROOM" || kind == "RESOURCE" {
			item.AddConcept(&e.item.Organisations, c)
			continue
		}
		item.AddConcept(&e.item.People, c)
	}
}

// guest is the name and address of a person or group.
func guest(p *property) (string, item.Contact) {
	address := strings.TrimSpace(p.value)
	if len(address) > 7 && strings.EqualFold(address[:7], "mailto:") {
		address = address[7:]
		return cmp.Or(p.param("CN"), address), item.Contact{Type: "email", Value: address}
	}
	return cmp.Or(p.param("CN"), address), item.Contact{Type: "web", Value: address}
}
