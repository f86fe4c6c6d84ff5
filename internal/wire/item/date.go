package item

import (
	"regexp"
	"strings"
	"time"
)

// The ways agencies write a full date and time; the second list says no zone.
var (
	zonedLayouts = []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
		"20060102T150405Z0700", "20060102T150405Z07:00", "20060102T1504Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700",
	}
	localLayouts = []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "20060102T150405", "20060102T1504", "2006-01-02 15:04:05"}
	dayLayouts   = []string{"2006-01-02", "20060102", "2006-01-02Z07:00"}
)

// ParseDate reads a date. What is less than a full date and time with a zone keeps its
// text; its time is then the earliest it can mean, in UTC.
func ParseDate(s string) Date {
	s = strings.TrimSpace(s)
	if s == "" {
		return Date{}
	}
	for _, layout := range zonedLayouts {
		if t, err := time.Parse(layout, s); err == nil && sane(t) {
			return Date{Time: t}
		}
	}
	for _, layout := range append(append([]string(nil), localLayouts...), dayLayouts...) {
		if t, err := time.Parse(layout, s); err == nil && sane(t) {
			return Date{Time: t, Text: s}
		}
	}
	return Date{Text: s}
}

// In reads a date and time without a zone as of that zone. Others stay as they are.
func (d Date) In(zone *time.Location) Date {
	if d.Text == "" {
		return d
	}
	for _, layout := range localLayouts {
		if t, err := time.ParseInLocation(layout, d.Text, zone); err == nil && sane(t) {
			return Date{Time: t}
		}
	}
	return d
}

// ParseEmbargo reads the end of an embargo. One without a zone ends when it has ended
// everywhere on Earth, one of a day alone when that day has; one that cannot be read
// has no time, so it holds until a newer version lifts it.
func ParseEmbargo(s string) Date {
	d := ParseDate(s)
	if d.Text == "" || d.Time.IsZero() {
		return d
	}
	const westernmost = 12 * time.Hour
	for _, layout := range dayLayouts {
		if _, err := time.Parse(layout, d.Text); err == nil {
			return Date{Time: d.Time.Add(24*time.Hour + westernmost), Text: d.Text}
		}
	}
	return Date{Time: d.Time.Add(westernmost), Text: d.Text}
}

// sane keeps out years that JSON and the database cannot hold.
func sane(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

var isoDuration = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// Seconds is how long the rendition lasts; 0 when that is unknown.
func (r *Rendition) Seconds() float64 {
	if m := isoDuration.FindStringSubmatch(r.Duration); m != nil {
		return Number(m[1])*86400 + Number(m[2])*3600 + Number(m[3])*60 + Number(m[4])
	}
	if parts := strings.Split(r.Duration, ":"); len(parts) == 3 {
		return Number(parts[0])*3600 + Number(parts[1])*60 + Number(parts[2])
	}
	v := Number(r.Duration)
	switch _, unit, _ := strings.Cut(":"+r.DurationUnit, ":"); strings.ToLower(LastPart(unit)) {
	case "milliseconds", "millisecond":
		return v / 1000
	case "minutes", "minute":
		return v * 60
	case "hours", "hour":
		return v * 3600
	case "editunit", "frames", "timecode":
		if rate := Number(r.FrameRate); rate > 0 {
			return v / rate
		}
		return 0
	}
	return v
}
