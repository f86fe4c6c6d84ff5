package profile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/internal/config"
)

// Limits of what a shape may match, in bytes.
const (
	maxShape = 200 // of a shape's own text
	maxLine  = 160 // of a paragraph that is a byline or a signature
)

// parts are what a shape may have in braces, and what each matches.
var parts = map[string]string{
	"place":  `(?P<place>\p{Lu}[^()\n—–_]{0,79}?)`,
	"date":   `(?P<date>(?:\p{L}{3,9}\.?[ \x{a0}]\d{1,2}|\d{1,2}\.?[ \x{a0}]\p{L}{3,10}\.?|\d{1,2}[./]\d{1,2}\.?)(?:,?[ \x{a0}]\d{4})?)`,
	"agency": `(?P<agency>[\p{L}\d][\p{L}\d .,/&-]{1,40}?)`,
	"name":   `(?P<name>\p{Lu}[^\n()]{1,99}?[^\n().,:;!?])`,
	"word":   `[\p{L}\d.-]{1,20}`,
	"any":    `[^\n]{0,80}?`,
	"n":      `\d{1,3}`,
}

// dash is any of the dashes and what stands for one.
const dash = `(?:-{1,3}|–|—|_)`

// compileShape makes a regular expression of a shape: words as they are, in any case, with
// parts in braces; a space stands for any white space, "_" and "-" for any dash.
func compileShape(shape string) (string, error) {
	if shape == "" || len(shape) > maxShape {
		return "", fmt.Errorf("a shape has 1 to %d bytes: %.40q", maxShape, shape)
	}
	var b strings.Builder
	for rest := shape; rest != ""; {
		switch rest[0] {
		case '{':
			name, after, found := strings.Cut(rest[1:], "}")
			if !found || parts[name] == "" {
				return "", fmt.Errorf("unknown part {%s} in %q; did you mean {%s}?", name, shape, config.Nearest(name, names(parts)))
			}
			b.WriteString(parts[name])
			rest = after
		case ' ':
			b.WriteString(`[\s\x{a0}]+`)
			rest = strings.TrimLeft(rest, " ")
		case '_', '-':
			b.WriteString(dash)
			rest = strings.TrimLeft(rest, "_-")
		default:
			end := strings.IndexAny(rest, "{ _-")
			if end < 0 {
				end = len(rest)
			}
			b.WriteString("(?i:" + regexp.QuoteMeta(rest[:end]) + ")")
			rest = rest[end:]
		}
	}
	return b.String(), nil
}

// compileShapes compiles shapes with what stands before and behind each.
func compileShapes(before string, shapes []string, behind string) (compiled []*regexp.Regexp, err error) {
	for _, shape := range shapes {
		src, err := compileShape(shape)
		if err != nil {
			return nil, err
		}
		re, err := regexp.Compile(before + src + behind)
		if err != nil {
			return nil, fmt.Errorf("shape %q: %w", shape, err)
		}
		compiled = append(compiled, re)
	}
	return compiled, nil
}

// alternation is a regular expression of any of the words, each with what must stand
// behind it unless it ends in a mark: those in capitals only match capitals, others any
// case; "#" stands for a number. It is "" for none.
func alternation(words []string, behind string) string {
	var alts []string
	for _, w := range words {
		if w == "" || len(w) > maxShape {
			continue
		}
		src := regexp.QuoteMeta(w)
		src = strings.ReplaceAll(src, "#", `\d{1,4}`)
		src = strings.ReplaceAll(src, " ", `[\s\x{a0}]+`)
		if strings.ContainsFunc(w, unicode.IsLower) {
			src = "(?i:" + src + ")"
		}
		if last, _ := utf8.DecodeLastRuneInString(w); unicode.IsLetter(last) || unicode.IsDigit(last) || last == '#' {
			src += behind
		}
		alts = append(alts, src)
	}
	return strings.Join(alts, "|")
}

// matchers are the ways in which words are looked for.
type matcher struct {
	whole  *regexp.Regexp // is it, from end to end
	begins *regexp.Regexp // begins with it, and goes on with no letter or digit
	prefix *regexp.Regexp // begins with it as a label: "URGENT:", "(LEAD)", "UPDATE 2-"
}

func newMatcher(words []string) (*matcher, error) {
	alts := alternation(words, "")
	if alts == "" {
		return nil, errors.New("words and begin must not be empty, nor their words")
	}
	m := &matcher{}
	for _, c := range []struct {
		to  **regexp.Regexp
		src string
	}{
		{&m.whole, `^(?:` + alts + `)$`},
		{&m.begins, `^[\s\x{a0}(\[*#/+=–—-]*(?:` + alternation(words, `(?:$|[^\p{L}\p{N}])`) + `)`},
		{&m.prefix, `^(?:[(\[*/+=–—-]+[\s\x{a0}]*(` + alts + `)[\s\x{a0}]*[)\]*/+=:–—-]+|(` + alts + `)[\s\x{a0}]*(?:[:/–—_]+|-{1,3}|\.\.\.))[\s\x{a0}]*`},
	} {
		re, err := regexp.Compile(c.src)
		if err != nil {
			return nil, err
		}
		*c.to = re
	}
	return m, nil
}

// label returns the label that a line begins with, and the line without it.
func (m *matcher) label(line string) (label, rest string, ok bool) {
	g := m.prefix.FindStringSubmatch(line)
	if g == nil {
		return "", line, false
	}
	for _, s := range g[1:] {
		if s != "" {
			return s, line[len(g[0]):], true
		}
	}
	return "", line, false
}
