package site

import (
	"fmt"
	"strings"
	"time"
)

// A Clock writes instants as the newsroom does: in its own zone, with the
// zone's everyday abbreviation (ET, whether it is summer or not).
type Clock struct {
	Zone  *time.Location
	Style string // "ap", "us" or "24h", as in the setting site.time_style
}

// generic are the abbreviations that stand for a zone in both halves of the
// year. Zones that are not listed are written with the one in force.
var generic = map[string]string{
	"EST": "ET", "EDT": "ET", "CST": "CT", "CDT": "CT", "MST": "MT", "MDT": "MT", "PST": "PT", "PDT": "PT",
	"AKST": "AKT", "AKDT": "AKT", "HST": "HT", "HDT": "HT", "AST": "AT", "ADT": "AT", "NST": "NT", "NDT": "NT",
}

// apMonths follows the AP's manner: a month is shortened beside a day, unless
// it has five letters or fewer.
var apMonths = [...]string{"Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."}

// Moment is date and time to the second, for the line under a byline.
func (c Clock) Moment(t time.Time) Stamp {
	t = t.In(c.Zone)
	switch c.Style {
	case "us":
		return c.stamp(t, t.Format("1/2/2006 3:04:05 PM")+" "+c.zone(t))
	case "24h":
		return c.stamp(t, t.Format("2 January 2006, 15:04:05")+" "+c.zone(t))
	}
	return c.stamp(t, c.date(t)+", "+t.Format("3:04:05 ")+meridiem(t)+" "+c.zone(t))
}

// Short is the time of day if t is on the same day as now, else the date, else
// with its year: what stands beside a headline.
func (c Clock) Short(t, now time.Time) Stamp {
	t, now = t.In(c.Zone), now.In(c.Zone)
	switch {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return c.stamp(t, c.hour(t)+" "+c.zone(t))
	case t.Year() == now.Year():
		return c.stamp(t, c.dayMonth(t))
	default:
		return c.stamp(t, c.date(t))
	}
}

// Comment is the time of a comment: to the minute, with its day.
func (c Clock) Comment(t time.Time) Stamp {
	t = t.In(c.Zone)
	return c.stamp(t, c.date(t)+", "+c.hour(t)+" "+c.zone(t))
}

// Day is the date in the masthead.
func (c Clock) Day(t time.Time) Stamp {
	t = t.In(c.Zone)
	layout := "Monday, January 2, 2006"
	if c.Style == "24h" {
		layout = "Monday 2 January 2006"
	}
	return Stamp{ISO: t.Format(time.DateOnly), Text: t.Format(layout)}
}

// Midnight is the first instant of the day after t, when a page that shows the
// day is no longer right.
func (c Clock) Midnight(t time.Time) time.Time {
	y, m, d := t.In(c.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, c.Zone)
}

func (c Clock) stamp(t time.Time, text string) Stamp {
	return Stamp{ISO: t.UTC().Format("2006-01-02T15:04:05Z"), Text: text}
}

func (c Clock) date(t time.Time) string {
	switch c.Style {
	case "us":
		return t.Format("1/2/2006")
	case "24h":
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%s, %d", c.dayMonth(t), t.Year())
}

func (c Clock) dayMonth(t time.Time) string {
	switch c.Style {
	case "us":
		return t.Format("1/2")
	case "24h":
		return t.Format("2 January")
	}
	return fmt.Sprintf("%s %d", apMonths[t.Month()-1], t.Day())
}

// hour is the time of day: "9 p.m.", "4:12 p.m.", "noon" in the AP's manner.
func (c Clock) hour(t time.Time) string {
	switch {
	case c.Style == "us":
		return t.Format("3:04 PM")
	case c.Style == "24h":
		return t.Format("15:04")
	case t.Minute() != 0:
		return t.Format("3:04 ") + meridiem(t)
	case t.Hour() == 0:
		return "midnight"
	case t.Hour() == 12:
		return "noon"
	}
	return t.Format("3 ") + meridiem(t)
}

func meridiem(t time.Time) string {
	if t.Hour() < 12 {
		return "a.m."
	}
	return "p.m."
}

func (c Clock) zone(t time.Time) string {
	name, _ := t.Zone()
	// CST is also China's and Cuba's, PST once the Philippines': the short form
	// is for American zones alone, by their names in the zone database.
	if zone := c.Zone.String(); strings.HasPrefix(zone, "America/") || strings.HasPrefix(zone, "US/") || zone == "Pacific/Honolulu" {
		if short, ok := generic[name]; ok && zone != "America/Havana" {
			return short
		}
	}
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}
