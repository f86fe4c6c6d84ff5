package linetext

import (
	"regexp"
	"strings"
	"time"

	"broadsheet/internal/wire/item"
)

// zones are the letters that agencies write behind a time, in hours east of Greenwich.
// BST is Britain's summer time, IST India's zone; CST and EST are America's.
var zones = map[string]float64{
	"GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "TU": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
	"HEC": 1, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "AEST": 10, "AEDT": 11, "ACST": 9.5, "ACDT": 10.5, "AWST": 8,
	"NZST": 12, "NZDT": 13, "JST": 9, "HKT": 8, "SGT": 8,
	"AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}

// months are the first three letters of the months in the languages of the agencies that
// write them out.
var months = map[string]time.Month{
	"jan": 1, "ene": 1, "gen": 1, "ιαν": 1, "feb": 2, "fév": 2, "fev": 2, "feu": 2, "mar": 3, "mär": 3, "mrz": 3, "mae": 3,
	"apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "maj": 5, "mag": 5, "jun": 6, "giu": 6, "jui": 6,
	"jul": 7, "lug": 7, "aug": 8, "aoû": 8, "aou": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "ott": 10,
	"nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12, "des": 12,
}

var (
	// filed is IPTC 7901's time: day, hour and minute, perhaps a zone, month, year.
	filed = regexp.MustCompile(`(?i)\b([0-3]\d)([0-2]\d)([0-5]\d)[ \t]*([a-z]{1,4})?[ \t]+(\p{L}{3})\p{L}{0,6}\.?[ \t]+(\d{4}|\d{2})\b`)
	// american is ANPA 1312's: month, day, year, hour and minute, perhaps a zone.
	american = regexp.MustCompile(`(?i)\b(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})[ \t]+([0-2]\d):?([0-5]\d)[ \t]*([a-z]{1,4})?\b`)
)

// FindFiled returns the first time of IPTC 7901's form in a text, and where it begins and
// ends. ok is false where there is none.
func FindFiled(text string) (d item.Date, at [2]int, ok bool) {
	for _, m := range filed.FindAllStringSubmatchIndex(text, maxDates) {
		g := groups(text, m)
		month, known := months[strings.ToLower(g[5])]
		if !known {
			continue
		}
		if d, ok := dateOf(g[6], month, Count(g[1]), g[2], g[3], g[4]); ok {
			return d, [2]int{m[0], m[1]}, true
		}
	}
	return d, at, false
}

// maxDates is how many times are looked at in a trailer.
const maxDates = 10

// FindAmerican returns the times of ANPA 1312's form in a text, that in GMT first.
func FindAmerican(text string) []item.Date {
	var found []item.Date
	for _, m := range american.FindAllStringSubmatchIndex(text, maxDates) {
		g := groups(text, m)
		month := Count(g[1])
		if month < 1 || month > 12 {
			continue
		}
		d, ok := dateOf(g[3], time.Month(month), Count(g[2]), g[4], g[5], g[6])
		if !ok {
			continue
		}
		if _, offset := d.Time.Zone(); offset == 0 && d.Text == "" {
			found = append([]item.Date{d}, found...)
			continue
		}
		found = append(found, d)
	}
	return found
}

func groups(text string, m []int) []string {
	g := make([]string, len(m)/2)
	for i := range g {
		if m[2*i] >= 0 {
			g[i] = text[m[2*i]:m[2*i+1]]
		}
	}
	return g
}

// dateOf makes a date of its parts. Without a zone it keeps its text, as all dates do
// that are less than a point in time.
func dateOf(year string, month time.Month, day int, hour, minute, zone string) (item.Date, bool) {
	y := Count(year)
	if len(year) == 2 {
		y += 2000
		if y >= 2070 { // POSIX has 69; agencies' archives reach back further than our future
			y -= 100
		}
	}
	h := Count(hour)
	if day < 1 || day > 31 || h > 24 {
		return item.Date{}, false
	}
	t := time.Date(y, month, day, h, Count(minute), 0, 0, time.UTC)
	offset, known := zones[strings.ToUpper(zone)]
	if !known {
		return item.Date{Time: t, Text: t.Format("2006-01-02T15:04:05")}, true
	}
	if offset == 0 {
		return item.Date{Time: t}, true
	}
	t = time.Date(y, month, day, h, Count(minute), 0, 0, time.FixedZone("", int(offset*3600)))
	return item.Date{Time: t}, true
}
