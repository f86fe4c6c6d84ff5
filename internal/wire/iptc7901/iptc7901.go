// Package iptc7901 reads IPTC 7901, the text format of European agencies since 1979.
//
// A message is
//
//	SOH bkn014 4 pl 171 KNA 0065      source and number, priority, category, words, options
//	Bundestag/Kinder                  keywords
//	STX A headline =                  text, with lines that end in = above it
//	   City (KNA) - It begins.
//	ETX
//	kna xy 261145 Nov 26              signature and time of filing: day hour minute month year
//	EOT
//
// Source: IPTC Recommendation 7901, 5th revision (1995), IPTC TEC 7901: the order of the
// header's fields, the control characters and the end line. Files that were saved on their
// way often have lost the control characters; then the header's shape, the keywords' slash,
// the headline's = and the time at the end part the message.
package iptc7901

import (
	"context"
	"regexp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "iptc-7901"

var (
	// header is the first line. Between SOH and it there may be white space.
	header = regexp.MustCompile(`^([A-Za-z]{1,5})[ \t]?(\d{1,6})[ \t]+([0-9A-Za-z])[ \t]+([A-Za-z]{1,4})(?:[ \t]+(\d{1,5}))?(?:[ \t]+(.*))?$`)

	// bare is the first line of a message without SOH: all the fields must be there, or any
	// text would do.
	bare = regexp.MustCompile(`^[A-Za-z]{2,4}\d{3,4} [1-9] [A-Za-z]{1,3} {1,4}\d{1,4}(?: .*)?$`)

	// agency is the agency's name among the options of the header.
	agency = regexp.MustCompile(`(?:^| )([A-Za-z]{2,6}) +\d`)
)

// lookAhead is how many bytes of white space and other controls may stand before a message.
const lookAhead = 256

// Sniff reports whether a file begins as a message of IPTC 7901.
func Sniff(raw []byte) bool {
	start := string(raw[:min(len(raw), lookAhead+linetext.MaxHeader)])
	if before, after, found := strings.Cut(start, string(rune(linetext.SOH))); found && len(before) <= lookAhead && linetext.Trim(before) == "" {
		line, _, _ := strings.Cut(strings.TrimLeft(after, " \t\r\n"), "\n")
		return header.MatchString(linetext.Trim(line))
	}
	line, _, _ := strings.Cut(strings.TrimLeft(start, " \t\r\n\x00\ufeff"), "\n")
	return bare.MatchString(linetext.Trim(line))
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
func begins(lines []string) bool { return bare.MatchString(linetext.Trim(lines[0])) }

type message linetext.Message

func (m *message) read() item.Item {
	it := item.Item{Kind: item.News, Type: "text", Format: Format, Line: m.Line, PubStatus: item.Usable}
	it.Standard = item.Standard{Name: "IPTC 7901"}
	if len(m.Lines) == 0 {
		return it
	}
	readHeader(&it, linetext.Trim(m.Lines[0]))
	keywords, text, trailer := m.parts()
	readKeywords(&it, keywords)
	text = readFiled(&it, text, trailer)
	text = readTitles(&it, text)
	if isTable(text) {
		linetext.SetTable(&it, text)
	} else {
		linetext.SetBody(&it, linetext.Paragraphs(text))
	}
	it.URI = uri(&it)
	return it
}

// uri names a message: agencies number from 1 every day.
func uri(it *item.Item) string {
	if it.Sequence == "" || it.VersionCreated.IsZero() || len(it.Services) == 0 {
		return "" // the file's bytes will do
	}
	return "urn:broadsheet:iptc7901:" + strings.ToLower(it.Services[0].Code) + ":" + it.VersionCreated.Time.Format("20060102") + ":" + it.Sequence
}

func readHeader(it *item.Item, line string) {
	it.Other = append(it.Other, item.TextValue{Path: "header", Value: linetext.OneLine(line[:min(len(line), linetext.MaxHeader)])})
	m := header.FindStringSubmatch(line)
	if m == nil {
		it.Warnings = append(it.Warnings, "the header is not IPTC 7901's")
		return
	}
	it.Services = []item.Concept{{Code: m[1]}}
	it.Sequence = m[2]
	it.Priority = item.OneToNine(m[3])
	if it.Priority == 0 {
		it.Details = append(it.Details, item.TextValue{Path: "priority", Value: m[3]})
	}
	it.Urgency = it.Priority
	it.Categories = []item.Concept{{Code: m[4]}}
	if m[5] != "" {
		it.Details = append(it.Details, item.TextValue{Path: "wordcount", Value: m[5]})
	}
	if a := agency.FindStringSubmatch(m[6]); a != nil {
		it.Provider = item.Concept{Code: a[1]}
	}
}

// parts are the lines of keywords, of text, and after it.
func (m *message) parts() (keywords, text, trailer []string) {
	rest := m.Lines[1:]
	for i, line := range rest {
		if at := strings.IndexByte(line, linetext.STX); at >= 0 && i <= linetext.MaxLines {
			keywords = rest[:i]
			if before := line[:at]; linetext.Trim(before) != "" {
				keywords = append(append([]string(nil), keywords...), before)
			}
			text = append([]string{line[at+1:]}, rest[i+1:]...)
			return cutTrailer(keywords, text)
		}
	}
	// No STX: what has a slash and no more than a few words is a line of keywords.
	for len(rest) > 0 && len(keywords) < maxKeywordLines && (linetext.Trim(rest[0]) == "" && len(keywords) == 0 || isKeywords(rest[0])) {
		keywords, rest = append(keywords, rest[0]), rest[1:]
	}
	return cutTrailer(keywords, rest)
}

// maxKeywordLines is how many lines of keywords there are without STX.
const maxKeywordLines = 5

func isKeywords(line string) bool {
	line = linetext.Trim(line)
	return strings.Contains(line, "/") && len(strings.Fields(line)) <= 6 && !strings.HasSuffix(line, ".") && !strings.HasSuffix(line, "=")
}

func cutTrailer(keywords, text []string) (_, _, trailer []string) {
	for i, line := range text {
		if at := strings.IndexAny(line, "\x03\x04"); at >= 0 { // ETX, or EOT where that is missing
			trailer = append([]string{line[at+1:]}, text[i+1:]...)
			return keywords, append(append([]string(nil), text[:i]...), line[:at]), trailer
		}
	}
	return keywords, text, nil
}

// readKeywords reads the lines between header and text: words parted by slashes.
func readKeywords(it *item.Item, lines []string) {
	var all []string
	for _, line := range lines {
		if line = tree.Clean(linetext.Trim(line)); line != "" {
			all = append(all, strings.Trim(line, "/ "))
		}
	}
	slug := strings.Join(all, "/")
	if slug == "" {
		return
	}
	it.Sluglines = []item.Text{{Value: slug}}
	for word := range strings.SplitSeq(slug, "/") {
		item.AddNew(&it.Keywords, item.Text{Value: strings.TrimSpace(word)})
	}
}

// readFiled finds the time of filing and what stands beside it, the signature: after the
// text, or in its last lines where ETX is missing. It returns the text without them.
func readFiled(it *item.Item, text, trailer []string) []string {
	var rest []string
	for _, line := range trailer {
		if line = linetext.Trim(strings.Trim(line, "\x03\x04")); line != "" && len(rest) < linetext.MaxLines {
			rest = append(rest, line)
		}
	}
	end := strings.Join(rest, "\n")
	if end == "" {
		text, end = lastLine(text)
	}
	d, at, ok := linetext.FindFiled(end)
	if ok {
		it.VersionCreated = d
		end = end[:at[0]] + end[at[1]:]
	}
	if end = linetext.OneLine(end); end != "" {
		it.Details = append(it.Details, item.TextValue{Path: "signature", Value: end})
	}
	return text
}

// lastLine cuts the last line of a text when it is the time of filing.
func lastLine(text []string) (rest []string, line string) {
	for i := len(text) - 1; i >= 0 && i >= len(text)-linetext.MaxLines; i-- {
		line := linetext.Trim(text[i])
		if line == "" || line == "NNNN" { // the teleprinters' end of a message
			continue
		}
		if _, at, ok := linetext.FindFiled(line); ok && len(line)-(at[1]-at[0]) <= maxSignature {
			return text[:i], line
		}
		break
	}
	return text, ""
}

// maxSignature is how much may stand beside the time of filing, in bytes.
const maxSignature = 40

// isTable reports whether most lines of a text stand in columns.
func isTable(lines []string) bool {
	inColumns, all := 0, 0
	for _, line := range lines {
		line = linetext.Trim(line)
		if line == "" {
			continue
		}
		all++
		if strings.Contains(line, "   ") || strings.ContainsAny(line, "\t\x08\x1f") || strings.Contains(line, "....") {
			inColumns++
		}
	}
	return all >= 4 && inColumns*10 >= all*7
}
