package calendar

import (
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/wire/item"
)

// A moment is a date or a time of a calendar.
type moment struct {
	time   time.Time
	allDay bool
	zoned  bool   // else it is the same on the clock everywhere
	zone   string // TZID
	text   string // as it stood
}

func (m moment) isZero() bool { return m.text == "" }

// or is m, or other when m is none.
func (m moment) or(other moment) moment {
	if m.isZero() {
		return other
	}
	return m
}

// plus is the moment so much later; none when m is none.
func (m moment) plus(length time.Duration) moment {
	switch {
	case m.isZero() || m.time.IsZero():
		return moment{}
	case m.allDay:
		m.time = m.time.AddDate(0, 0, int(length/(24*time.Hour)))
	default:
		m.time = m.time.Add(length)
	}
	return m
}

// full is a date-time of ninjs, "" when there is no zone or no time of day.
func (m moment) full() string {
	if !m.zoned || m.time.IsZero() {
		return ""
	}
	return m.time.Format(time.RFC3339)
}

// truncated is what is known in the form that ninjs has for that.
func (m moment) truncated() string {
	switch {
	case m.time.IsZero():
		return ""
	case m.allDay:
		return m.time.Format(time.DateOnly)
	}
	return m.time.Format("2006-01-02T15:04:05")
}

const layoutDay, layoutTime = "20060102", "20060102T150405"

// moment reads DATE and DATE-TIME. zones are the calendar's own.
func (z zones) moment(p *property) moment {
	value := strings.TrimSpace(p.value)
	m := moment{text: value, zone: p.param("TZID")}
	if t, err := time.Parse(layoutDay, value); err == nil {
		m.time, m.allDay = t, true
		return m
	}
	clock, utc := strings.CutSuffix(value, "Z")
	t, err := time.Parse(layoutTime, clock)
	if err != nil {
		return m
	}
	m.time = t
	switch {
	case utc:
		m.zoned, m.zone = true, "UTC"
	case m.zone != "":
		m.time, m.zoned = z.in(t, m.zone)
	}
	return m
}

// An observance is what a calendar says of a zone for a part of the year.
type observance struct {
	start  time.Time // on the clock
	offset int       // seconds east of Greenwich
	month  time.Month
	nth    int // week of the month, from its end when negative; 0 when it does not come again
	day    time.Weekday
}

// zones are a calendar's own, by their TZID.
type zones map[string][]observance

// in gives a time on the clock its zone: that of the time zone database with the name;
// else the calendar's own. It is not ok when nobody knows the zone.
func (z zones) in(t time.Time, name string) (time.Time, bool) {
	if !strings.HasPrefix(name, "/") && len(name) < 100 && name != "Local" {
		if loc, err := time.LoadLocation(name); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc), true
		}
	}
	var best *observance
	var since time.Time
	for i := range z[name] {
		o := &z[name][i]
		if at := o.before(t); !at.IsZero() && (best == nil || at.After(since)) {
			best, since = o, at
		}
	}
	if best == nil {
		return t, false
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.FixedZone("", best.offset)), true
}

// before is when the observance last began before a time on the clock; zero if never.
func (o *observance) before(t time.Time) time.Time {
	if t.Before(o.start) {
		return time.Time{}
	}
	if o.nth == 0 {
		return o.start
	}
	for _, year := range []int{t.Year(), t.Year() - 1} {
		if at := o.onset(year); !at.After(t) && !at.Before(o.start) {
			return at
		}
	}
	return o.start
}

// onset is when the observance begins in a year.
func (o *observance) onset(year int) time.Time {
	at := time.Date(year, o.month, 1, o.start.Hour(), o.start.Minute(), o.start.Second(), 0, time.UTC)
	if o.nth > 0 {
		at = at.AddDate(0, 0, (int(o.day)-int(at.Weekday())+7)%7+7*(o.nth-1))
		return at
	}
	at = at.AddDate(0, 1, -1)
	return at.AddDate(0, 0, -(int(at.Weekday())-int(o.day)+7)%7+7*(o.nth+1))
}

const maxZones = 200

// readZones reads the zones that a calendar brings along, in the form in which programs
// write them: a rule for each half of the year.
func readZones(cal *component) zones {
	z := zones{}
	for _, c := range cal.kids {
		name := c.one("TZID").value
		if c.name != "VTIMEZONE" || name == "" || len(z) >= maxZones {
			continue
		}
		for _, k := range c.kids {
			start, err := time.Parse(layoutTime, strings.TrimSpace(k.one("DTSTART").value))
			offset, ok := parseOffset(k.one("TZOFFSETTO").value)
			if err != nil || !ok || len(z[name]) >= maxZones {
				continue
			}
			o := observance{start: start, offset: offset}
			rule := parseRule(k.one("RRULE").value)
			if month := int(item.Number(rule["BYMONTH"])); rule["FREQ"] == "YEARLY" && month >= 1 && month <= 12 {
				o.month = time.Month(month)
				o.nth, o.day = parseByDay(rule["BYDAY"])
			}
			z[name] = append(z[name], o)
		}
	}
	return z
}

// parseOffset reads +0100 and -023000.
func parseOffset(s string) (seconds int, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	n, err := strconv.Atoi(s[1:5])
	if err != nil {
		return 0, false
	}
	seconds = n/100*3600 + n%100*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, seconds > -24*3600 && seconds < 24*3600
}

var weekdays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// parseByDay reads -1SU: the last Sunday.
func parseByDay(s string) (nth int, day time.Weekday) {
	if len(s) < 3 {
		return 0, 0
	}
	nth, err := strconv.Atoi(s[:len(s)-2])
	if err != nil || nth < -5 || nth > 5 {
		return 0, 0
	}
	for i, name := range weekdays {
		if name == s[len(s)-2:] {
			return nth, time.Weekday(i)
		}
	}
	return 0, 0
}

// parseRule reads a rule of recurrence: FREQ=WEEKLY;COUNT=3.
func parseRule(s string) map[string]string {
	rule := map[string]string{}
	if len(s) > maxRule {
		return rule
	}
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(s)), ";") {
		if name, value, ok := strings.Cut(part, "="); ok {
			rule[name] = value
		}
	}
	return rule
}

// parseDuration reads P1DT2H and P2W, never one that is negative.
func parseDuration(s string) (time.Duration, bool) {
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "+")
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" || len(rest) > 40 {
		return 0, false
	}
	units := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	var total time.Duration
	number := ""
	for i := range len(rest) {
		c := rest[i]
		switch {
		case c >= '0' && c <= '9' && len(number) < 6:
			number += string(c)
		case c == 'T' && number == "":
		case units[c] != 0 && number != "":
			n, _ := strconv.Atoi(number) // six digits
			total += time.Duration(n) * units[c]
			number = ""
		default:
			return 0, false
		}
	}
	const longest = 10 * 366 * 24 * time.Hour
	return total, number == "" && total >= 0 && total < longest
}
