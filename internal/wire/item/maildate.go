package item

import (
	"strings"
	"time"
)

// mailZones are the offsets of the zones that mails and feeds name: RFC 822's, and what
// programs elsewhere write.
var mailZones = map[string]string{
	"UT": "+0000", "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "WET": "+0000",
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
	"CET": "+0100", "CEST": "+0200", "MET": "+0100", "MEST": "+0200", "EET": "+0200", "EEST": "+0300", "BST": "+0100", "WEST": "+0100",
	"MSK": "+0300", "JST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
}

// The ways mails and feeds write a date, without the day of the week.
var mailLayouts = []string{
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "2 Jan 06 15:04:05 -0700", "2 Jan 06 15:04 -0700",
	"Jan 2 2006 15:04:05 -0700", "Jan 2 2006 15:04 -0700", "2 January 2006 15:04:05 -0700", "January 2 2006 15:04:05 -0700",
}

// ParseMailDate reads a date as mails (RFC 5322, and RFC 822 before it) and RSS write it, in
// the forms in which they really do; one of another kind is read by [ParseDate].
func ParseMailDate(s string) Date {
	s = strings.TrimSpace(s)
	if s == "" || s[0] >= '0' && s[0] <= '9' && strings.ContainsRune(s, '-') && !strings.ContainsRune(s, ' ') {
		return ParseDate(s)
	}
	clean, comment, found := strings.Cut(s, " (") // a comment after the zone
	if found && !strings.HasSuffix(comment, ")") {
		clean = s
	}
	words := strings.Fields(strings.ReplaceAll(clean, ",", " "))
	if len(words) > 1 && words[0] != "" && (words[0][0] < '0' || words[0][0] > '9') && isWeekday(words[0]) {
		words = words[1:]
	}
	if len(words) < 3 {
		return ParseDate(s)
	}
	zone := words[len(words)-1]
	if z, ok := mailZones[strings.ToUpper(zone)]; ok {
		words[len(words)-1] = z
	}
	joined := strings.Join(words, " ")
	for _, layout := range mailLayouts {
		if t, err := time.Parse(layout, joined); err == nil && sane(t) {
			return Date{Time: t}
		}
	}
	for _, layout := range mailLayouts { // no zone: the earliest it can mean, as in ParseDate
		if t, err := time.Parse(strings.TrimSuffix(layout, " -0700"), joined); err == nil && sane(t) {
			return Date{Time: t, Text: s}
		}
	}
	return ParseDate(s)
}

func isWeekday(word string) bool {
	word = strings.ToLower(strings.TrimSuffix(word, "."))
	if len(word) < 3 {
		return false
	}
	return strings.Contains(" mon tue wed thu fri sat sun ", " "+word[:3]+" ")
}
