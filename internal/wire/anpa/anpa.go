// Package anpa reads ANPA 1312, the text format of American agencies.
//
// A message is
//
//	SYN SYN SOH a0445 US selector codes      service level and number; where it goes
//	r i DC3 DC1 bc-storm-1st ld 11-26 0250   priority, category, case, format, keyword, take, date, words
//	STX ^BC-US--Storm,1st Ld-Writethru,250<  lines with ^ above the text
//	^A headline<
//	^Eds: A note.<
//	^By ADA VANCE<
//	   CITY (AP) _ It begins.
//	ETX AP-NY-11-26-26 1145EST               source, desk and time of filing
//	EOT
//
// Format is DC1 for text and DC2 for tables. Source: ANPA Wire Service Transmission
// Guidelines, Special Report 84-2 (Bulletin 1312) and 89-3 of the American Newspaper
// Publishers Association, and AP's published "Filing the Wire". Files that were saved on
// their way often have lost the control characters; then the shapes of the two header
// lines, the ^ and the date at the end part the message.
package anpa

import (
	"context"
	"regexp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "anpa-1312"

var (
	// first is the first header line: service level designator and number, selectors.
	first = regexp.MustCompile(`^([A-Za-z])[ \t]?(\d{3,5})(?:[\x1f\x1e \t-]+([A-Za-z0-9 .,-]*?))?[\x1e\x1f\s-]*$`)

	// second is the second header line. Its fields: priority, category, format, keyword and
	// take, month, day, word count.
	second = regexp.MustCompile(`^([A-Za-z])[ \t]+([A-Za-z0-9]{1,2})[ \t\x13\x14]*([\x11\x12])?[ \t\x13\x14\x1f\x1e]*(\S.*?)(?:[ \t]+(\d{1,2})-(\d{1,2}))?(?:[ \t]+(\d{2,5}))?[\x1e\x1f\s]*$`)

	// cycle is the news cycle before a keyword: morning, afternoon or both papers.
	cycle = regexp.MustCompile(`(?i)^(am|pm|bc|ap)s?-+`)

	// bare is a second line that cannot be anything else.
	bare = regexp.MustCompile(`(?i)^[a-z][ \t]+[a-z0-9]{1,2}[ \t]+(am|pm|bc|ap)-`)
)

// lookAhead is how many bytes of white space and other controls may stand before a message.
const lookAhead = 256

// Sniff reports whether a file begins as a message of ANPA 1312.
func Sniff(raw []byte) bool {
	start := string(raw[:min(len(raw), lookAhead+2*linetext.MaxHeader)])
	before, after, found := strings.Cut(start, string(rune(linetext.SOH)))
	if found && (len(before) > lookAhead || linetext.Trim(before) != "") {
		return false
	}
	if !found {
		after = before
	}
	lines := linetext.Lines(strings.TrimLeft(after, " \t\r\n\x00\x16\ufeff"))
	if !first.MatchString(strings.TrimRight(lines[0], " \t")) {
		return false
	}
	if found {
		return true
	}
	return len(lines) > 1 && bare.MatchString(linetext.Trim(lines[1]))
}

// Parse reads the messages of a file. charset is what its agency is known to write, ""
// where that must be found out.
func Parse(ctx context.Context, raw []byte, charset string) ([]item.Item, error) {
	return linetext.Parse(ctx, raw, charset, begins, func(m linetext.Message) item.Item {
		own := message(m)
		return own.read()
	})
}

// begins reports whether a message without SOH has its header here.
func begins(lines []string) bool {
	return len(lines) > 1 && bare.MatchString(linetext.Trim(lines[1])) && first.MatchString(linetext.Trim(lines[0]))
}

type message linetext.Message

func (m *message) read() item.Item {
	it := item.Item{Kind: item.News, Type: "text", Format: Format, Line: m.Line, PubStatus: item.Usable}
	it.Standard = item.Standard{Name: "ANPA 1312"}
	rest := m.Lines
	if len(rest) > 0 {
		readFirst(&it, linetext.Trim(rest[0]))
		rest = rest[1:]
	}
	table := false
	if len(rest) > 0 && !strings.HasPrefix(rest[0], "^") {
		line, inText, hasText := strings.Cut(rest[0], string(rune(linetext.STX)))
		table = readSecond(&it, strings.TrimRight(line, " \t"))
		rest = rest[1:]
		if hasText {
			rest = append([]string{inText}, rest...)
		}
	}
	text, trailer := parts(rest)
	text = readTrailer(&it, text, trailer)
	head, body := split(text)
	readLines(&it, head)
	if table {
		linetext.SetTable(&it, body)
	} else {
		linetext.SetBody(&it, paragraphs(body))
	}
	it.URI = uri(&it)
	return it
}

// uri names a message: agencies number from 1 every day.
func uri(it *item.Item) string {
	if it.Sequence == "" || it.VersionCreated.Time.IsZero() || len(it.Services) == 0 {
		return "" // the file's bytes will do
	}
	source := it.Services[0].Code
	if it.Provider.Code != "" {
		source = it.Provider.Code + "-" + source
	}
	return "urn:broadsheet:anpa1312:" + strings.ToLower(source) + ":" + it.VersionCreated.Time.UTC().Format("20060102") + ":" + it.Sequence
}

func readFirst(it *item.Item, line string) {
	m := first.FindStringSubmatch(line)
	keepHeader(it, "header/1", line)
	if m == nil {
		it.Warnings = append(it.Warnings, "the first header line is not ANPA 1312's")
		return
	}
	it.Services = []item.Concept{{Code: strings.ToLower(m[1])}}
	it.Sequence = strings.ToLower(m[1]) + m[2]
}

func keepHeader(it *item.Item, path, line string) {
	if line = linetext.OneLine(line[:min(len(line), linetext.MaxHeader)]); line != "" {
		it.Other = append(it.Other, item.TextValue{Path: path, Value: line})
	}
}

// priorities are AP's letters, from its "Filing the Wire": flash, bulletin, urgent,
// regular, deferred, hold for release, advance for a weekday and for a weekend, standing.
var priorities = map[string]int{"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "s": 6, "a": 6, "w": 6, "h": 6, "z": 8}

// readSecond reads the second header line and reports whether the text is a table.
func readSecond(it *item.Item, line string) (table bool) {
	keepHeader(it, "header/2", line)
	m := second.FindStringSubmatch(line)
	if m == nil {
		it.Warnings = append(it.Warnings, "the second header line is not ANPA 1312's")
		return false
	}
	it.Details = append(it.Details, item.TextValue{Path: "priority", Value: m[1]})
	it.Urgency = priorities[strings.ToLower(m[1])]
	it.Priority = it.Urgency
	it.Categories = []item.Concept{{Code: strings.ToLower(m[2])}}
	setKeyword(it, m[4])
	if m[5] != "" {
		it.Details = append(it.Details, item.TextValue{Path: "date", Value: m[5] + "-" + m[6]})
	}
	if m[7] != "" {
		it.Details = append(it.Details, item.TextValue{Path: "wordcount", Value: m[7]})
	}
	return m[3] == string(rune(linetext.FT2))
}

// setKeyword reads the keyword, and the take key behind a comma or a space.
func setKeyword(it *item.Item, s string) {
	s = tree.Clean(linetext.Trim(s))
	s = cycle.ReplaceAllString(s, "")
	slug, take, found := strings.Cut(s, ",")
	if !found {
		slug, take, _ = strings.Cut(s, " ")
	}
	if slug = strings.Trim(slug, "- "); slug != "" {
		it.Sluglines = []item.Text{{Value: slug}}
	}
	if take = strings.Trim(take, ", "); take != "" {
		it.TakeKey = take
	}
}

// parts are the lines of text and those after it.
func parts(lines []string) (text, trailer []string) {
	for i, line := range lines[:min(len(lines), linetext.MaxLines)] {
		before, after, found := strings.Cut(line, string(rune(linetext.STX)))
		if !found {
			continue
		}
		if linetext.Trim(before) != "" {
			after = before + " " + after
		}
		lines = append(append(append([]string(nil), lines[:i]...), after), lines[i+1:]...)
		break
	}
	for i, line := range lines {
		if at := strings.IndexAny(line, "\x03\x04"); at >= 0 {
			return append(append([]string(nil), lines[:i]...), line[:at]), append([]string{line[at+1:]}, lines[i+1:]...)
		}
	}
	return lines, nil
}
