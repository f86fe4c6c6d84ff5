package desk

import (
	"strings"
	"time"
)

// A Stamp is a time on the desk: short in the newsroom's zone, whole in UTC.
type Stamp struct {
	ISO  string // for the datetime attribute
	Text string
	UTC  string // shown when one points at it
}

// clock writes times as the newsroom does.
type clock struct {
	zone  *time.Location
	style string
	now   time.Time
}

func (d *Desk) clock() clock { return clock{zone: d.Zone, style: d.Style, now: d.Now()} }

// stamp is the time of day for what happened today, with the weekday within a
// week, else the date. The zero time gives the zero Stamp.
func (c clock) stamp(t time.Time) Stamp {
	if t.IsZero() {
		return Stamp{}
	}
	in, now := t.In(c.zone), c.now.In(c.zone)
	text := c.hour(in)
	switch age := now.Sub(in); {
	case in.Format(time.DateOnly) == now.Format(time.DateOnly):
	case age > 0 && age < 6*24*time.Hour:
		text = in.Format("Mon ") + text
	case in.Year() == now.Year():
		text = in.Format("Jan 2, ") + text
	default:
		text = in.Format("Jan 2, 2006")
	}
	return Stamp{ISO: t.UTC().Format(time.RFC3339), Text: text, UTC: t.UTC().Format("2006-01-02 15:04:05 UTC")}
}

func (c clock) hour(t time.Time) string {
	if c.style == "24h" {
		return t.Format("15:04")
	}
	return strings.NewReplacer("AM", "a.m.", "PM", "p.m.").Replace(t.Format("3:04 PM"))
}
