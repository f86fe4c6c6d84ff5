package rights

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clauses splits terms where one statement ends and the next begins.
func clauses(text string) (list []string) {
	text = strings.ToValidUTF8(text, "")
	start := 0
	cut := func(at, width int) {
		if c := strings.Trim(strings.Join(strings.Fields(text[start:at]), " "), " -–—*|/;,"); c != "" {
			list = append(list, c)
		}
		start = at + width
	}
	for i, r := range text {
		if i < start {
			continue
		}
		switch {
		case r == '\n' || r == '\r' || r == ';' || r == '|' || r == '•' || r == '/' && !between(text, i):
			cut(i, utf8.RuneLen(r))
		case r == '.' || r == '!':
			if sentenceEnds(text, i) {
				cut(i, 1)
			}
		case (r == '-' || r == '–' || r == '—') && spaced(text, i, utf8.RuneLen(r)):
			cut(i, utf8.RuneLen(r))
		}
	}
	cut(len(text), 0)
	return list
}

// between reports whether a slash stands between digits, as in a date, or inside quotes,
// as in a credit line: there it ends nothing.
func between(text string, i int) bool {
	if i > 0 && i+1 < len(text) && text[i-1] >= '0' && text[i-1] <= '9' && text[i+1] >= '0' && text[i+1] <= '9' {
		return true
	}
	before := text[strings.LastIndexByte(text[:i], '\n')+1 : i]
	return strings.Count(before, `"`)%2 == 1 || strings.Count(before, "“") > strings.Count(before, "”")
}

func spaced(text string, i, width int) bool {
	return i > 0 && text[i-1] == ' ' && i+width < len(text) && text[i+width] == ' ' && !between(text, i)
}

// abbreviations end with a stop that ends no sentence.
var abbreviations = map[string]bool{
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true, "sept": true,
	"oct": true, "okt": true, "nov": true, "dec": true, "dez": true, "févr": true, "janv": true, "juil": true, "déc": true,
	"ene": true, "abr": true, "ago": true, "dic": true, "nr": true, "st": true, "inc": true, "ltd": true, "incl": true, "excl": true,
}

// sentenceEnds reports whether the stop at i is the end of a sentence.
func sentenceEnds(text string, i int) bool {
	if next, _ := utf8.DecodeRuneInString(text[i+1:]); i+1 < len(text) && !unicode.IsSpace(next) && next != '"' && next != '”' {
		return false
	}
	if strings.TrimSpace(text[i+1:]) == "" {
		return true
	}
	before := text[:i]
	begin := strings.LastIndexFunc(before, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) + 1
	word := strings.ToLower(before[begin:])
	if n := utf8.RuneCountInString(word); n == 1 || abbreviations[word] {
		return false
	}
	// "bis 31. Dezember 2026", but "until 31/12/2026. No archive."
	_, err := strconv.Atoi(word)
	return err != nil || len(word) > 2
}

var filler = regexp.MustCompile(`(?i)^(?:[\s,;:.!&()+*–—-]+|(?:and|und|et|y|also|please|bitte|note|attention editors|editors|handout|usage|use|terms(?: of use)?|restrictions?|rights|photo|image|bild|foto|for|strictly|hinweis|achtung)(?:\s*:|\b))`)

// skipFiller drops what carries no meaning of its own before a phrase.
func skipFiller(s string) string {
	for {
		m := filler.FindString(s)
		if m == "" || !mayStart(m) && startsPhrase(s) {
			return s
		}
		s = s[len(m):]
	}
}

// mayStart reports whether a filler is punctuation alone.
func mayStart(m string) bool { return !strings.ContainsFunc(m, unicode.IsLetter) }

// startsPhrase reports whether a phrase begins here: "use only in Germany" must not lose
// its first word.
func startsPhrase(s string) bool {
	_, ok := new(Terms).phrase(s)
	return ok
}

// ends reports whether a phrase may end where rest begins.
func ends(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func plural(days int) string {
	if days == 1 {
		return "1 day"
	}
	return strconv.Itoa(days) + " days"
}
