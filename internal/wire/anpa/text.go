package anpa

import (
	"regexp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
	"broadsheet/internal/wire/tree"
)

var (
	// source is who filed the message, before the date in the trailer.
	source = regexp.MustCompile(`\b([A-Z]{2,6})-([A-Z]{1,4})-\d{1,2}-\d{1,2}-\d{2,4}`)

	// keyword is the first line above the text, which repeats the header's with its capitals.
	keyword = regexp.MustCompile(`(?i)^(am|pm|bc|ap)s?-+\S|^[A-Z]{2,3}--?[A-Z]`)
	words   = regexp.MustCompile(`,\s*(\d{2,5})$`)
	note    = regexp.MustCompile(`(?i)^\(?(eds?|editors?|editor's note|editors' note)\s*[:_]`)
	byline  = regexp.MustCompile(`^(By|BY|From) \p{Lu}`)
	title   = regexp.MustCompile(`(Writer|Editor|Correspondent|Columnist|Reporter|Press|Analyst)$`)
	photo   = regexp.MustCompile(`^\(?(With )?AP (Photo|Graphic|Video)`)
)

// maxTrailer is how many lines at the end of a text without ETX are looked at for the
// time of filing.
const maxTrailer = 4

// readTrailer reads source and time of filing, and returns the text without them.
func readTrailer(it *item.Item, text, trailer []string) []string {
	end := strings.Join(trailer[:min(len(trailer), linetext.MaxLines)], "\n")
	if linetext.Trim(end) == "" {
		for i := len(text) - 1; i >= 0 && i >= len(text)-maxTrailer; i-- {
			if line := linetext.Trim(text[i]); source.MatchString(line) && len(linetext.FindAmerican(line)) > 0 {
				end = line + "\n" + end
				text = append(append([]string(nil), text[:i]...), text[i+1:]...)
			}
		}
	}
	if dates := linetext.FindAmerican(end); len(dates) > 0 {
		it.VersionCreated = dates[0]
	}
	if m := source.FindStringSubmatch(end); m != nil {
		it.Provider = item.Concept{Code: m[1]}
		it.Details = append(it.Details, item.TextValue{Path: "desk", Value: m[2]})
	}
	keepHeader(it, "trailer", end)
	return text
}

// split parts the lines above the text, which begin with ^, from the text. A line below
// one that has no < at its end yet belongs to it.
func split(lines []string) (head, body []string) {
	open := false
	for i, line := range lines {
		bare := linetext.Trim(line)
		switch {
		case strings.HasPrefix(bare, "^") && len(head) < linetext.MaxLines:
			head = append(head, strings.TrimLeft(bare, "^"))
			open = !closed(bare)
		case open && bare != "" && !isIndented(line) && len(head) > 0 && len(head[len(head)-1]) < linetext.MaxHeader:
			head[len(head)-1] += " " + bare
			open = !closed(bare)
		case bare == "" && len(body) == 0:
			open = false
		default:
			return head, lines[i:]
		}
	}
	return head, nil
}

func closed(line string) bool { return strings.HasSuffix(line, "<") || strings.HasSuffix(line, "=") }

func isIndented(line string) bool {
	return strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "  ")
}

// readLines reads the lines above the text.
func readLines(it *item.Item, lines []string) {
	for i, line := range lines {
		line = plain(line)
		switch {
		case line == "":
		case i == 0 && keyword.MatchString(line):
			readKeyword(it, line)
		case note.MatchString(line):
			item.AddNew(&it.EdNotes, item.Text{Value: line})
		case photo.MatchString(line):
			item.AddNew(&it.EdNotes, item.Text{Value: line, Role: "media"})
		case byline.MatchString(line):
			item.AddNew(&it.Bylines, item.Text{Value: line})
		case len(it.Bylines) > 0 && title.MatchString(line):
			it.Bylines[len(it.Bylines)-1].Value += ", " + line
		case len(it.Headlines) == 0:
			it.Headlines = append(it.Headlines, item.Text{Value: line})
		default:
			item.AddNew(&it.EdNotes, item.Text{Value: line})
		}
	}
}

// readKeyword reads the keyword line: it is the header's, but with capitals and the whole
// take key.
func readKeyword(it *item.Item, line string) {
	it.Other = append(it.Other, item.TextValue{Path: "keyword", Value: line})
	if m := words.FindStringSubmatchIndex(line); m != nil {
		line = line[:m[0]]
	}
	line = cycle.ReplaceAllString(line, "")
	slug, take, _ := strings.Cut(line, ",")
	if slug = strings.Trim(slug, "- "); slug != "" {
		it.Sluglines = []item.Text{{Value: slug}}
	}
	if take = strings.Trim(take, ", "); take != "" {
		it.TakeKey = take
	}
}

// paragraphs are those of the text, without what was for typesetting machines.
func paragraphs(lines []string) []string {
	for i, line := range lines {
		if strings.ContainsAny(line, "^<`'_") {
			lines = append(append([]string(nil), lines[:i]...), lines[i:]...) // they are the caller's
			for j := i; j < len(lines); j++ {
				lines[j] = typeset(lines[j])
			}
			break
		}
	}
	return linetext.Paragraphs(lines)
}

// tts writes what six-bit teletypesetters had no characters for.
var tts = strings.NewReplacer("``", "“", "''", "”", " _ ", " — ", " _\n", " —\n")

// typeset takes the marks for lines' ends from a line of text.
func typeset(line string) string {
	line = strings.TrimRight(line, " \t")
	line = strings.TrimRight(line, "<^")
	if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "^"); ok {
		line = "  " + rest // a paragraph of its own
	}
	if strings.HasSuffix(line, " _") {
		line = strings.TrimSuffix(line, "_") + "—"
	}
	return tts.Replace(line)
}

func plain(line string) string {
	return strings.Join(strings.Fields(tree.Clean(strings.TrimRight(linetext.Trim(line), "<=^ "))), " ")
}
