package iptc7901

import (
	"regexp"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
)

// The lines above the text.
const (
	maxTitles     = 8   // titles that end in =
	maxTitleLines = 4   // lines of one
	maxTitle      = 300 // bytes of one
)

var (
	// by is how a byline begins in the languages of agencies that write 7901.
	by = regexp.MustCompile(`^(?:Von|By|Par|Por|Di|Da|Av|Af|Door|Από|Του|Της|BY|VON|PAR|POR) \p{Lu}`)

	// city is how a dateline ends.
	city = regexp.MustCompile(`^\p{Lu}[^.()]{1,60}\([^()]{2,30}\)`)
)

// readTitles reads the lines above the text, and returns the text. A title may run over
// several lines and ends in "=": a headline, a take key in round brackets, a byline. Without
// any the first line is the headline when it stands by itself.
func readTitles(it *item.Item, text []string) []string {
	for range maxTitles {
		title, rest := cutTitle(text)
		if title == "" {
			break
		}
		text = rest
		addTitle(it, title)
	}
	if len(it.Headlines) > 0 {
		return text
	}
	for i, line := range text {
		if linetext.Trim(line) == "" {
			continue
		}
		if standsAlone(text[i:]) {
			it.Headlines = append(it.Headlines, item.Text{Value: clean(line)})
			return text[i+1:]
		}
		break
	}
	return text
}

// cutTitle cuts the first title that ends in "=".
func cutTitle(text []string) (title string, rest []string) {
	var parts []string
	for i, line := range text {
		line = linetext.Trim(line)
		if line == "" && len(parts) == 0 {
			continue
		}
		parts = append(parts, line)
		if line == "" || len(parts) > maxTitleLines || city.MatchString(line) && !strings.HasSuffix(line, "=") {
			break
		}
		if before, ok := strings.CutSuffix(line, "="); ok {
			parts[len(parts)-1] = before
			title = clean(strings.Join(parts, " "))
			if title == "" || len(title) > maxTitle {
				break
			}
			return title, text[i+1:]
		}
	}
	return "", text
}

func clean(line string) string {
	return linetext.OneLine(line)
}

func addTitle(it *item.Item, title string) {
	switch {
	case strings.HasPrefix(title, "(") && strings.HasSuffix(title, ")") && it.TakeKey == "":
		it.TakeKey = strings.Trim(title, "()")
	case by.MatchString(title):
		item.AddNew(&it.Bylines, item.Text{Value: title})
	case len(it.Headlines) == 0:
		it.Headlines = append(it.Headlines, item.Text{Value: title})
	default:
		item.AddNew(&it.Headlines, item.Text{Value: title, Role: "subheadline"})
	}
}

// standsAlone reports whether the first line is a headline: short, without the dateline
// of a first paragraph, and followed by a blank line or a new paragraph.
func standsAlone(text []string) bool {
	line := linetext.Trim(text[0])
	if len(line) > maxTitle || city.MatchString(line) || len(text) < 2 {
		return false
	}
	next := text[1]
	separate := linetext.Trim(next) == "" || strings.HasPrefix(next, "  ") || strings.HasPrefix(next, "\t") ||
		city.MatchString(linetext.Trim(next)) || by.MatchString(linetext.Trim(next))
	for _, l := range text[1:] { // and there is a text below it
		if linetext.Trim(l) != "" {
			return separate
		}
	}
	return false
}
