package profile

import (
	"fmt"
	"regexp"
	"strings"

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
	"agency": `(?P<agency>\p{L}[\p{L}\d .,/&-]{1,40}?)`,
	"name":   `(?P<name>\p{Lu}[^\n()]{1,99}?[^\n().,:;!?])`,
	"word":   `[\p{L}\d.-]{1,20}`,
	"any":    `[^\n]{0,80}?`,
	"n":      `\d{1,3}`,
}

// dash is any of the dashes and what stands for one.
const dash = `(?:-{1,3}|–|—|_)`

// A shape is one that is ready to be looked for.
type shape struct {
	re      *regexp.Regexp
	literal string // in small letters; what has not got it does not match
}

// find is [regexp.Regexp.FindStringSubmatch] of the beginning of s, nil for no match.
func (s *shape) find(words, lower string) []string {
	if !strings.Contains(lower, s.literal) {
		return nil
	}
	return s.re.FindStringSubmatch(words)
}

// compileShape makes a regular expression of a shape: words as they are, in any case, with
// parts in braces; a space stands for any white space, "_" and "-" for any dash. literal is
// the longest word in it.
func compileShape(src string) (expr, literal string, err error) {
	if src == "" || len(src) > maxShape {
		return "", "", fmt.Errorf("a shape has 1 to %d bytes: %.40q", maxShape, src)
	}
	var b strings.Builder
	for rest := src; rest != ""; {
		switch rest[0] {
		case '{':
			name, after, found := strings.Cut(rest[1:], "}")
			if !found || parts[name] == "" {
				return "", "", fmt.Errorf("unknown part {%s} in %q; did you mean {%s}?", name, src, config.Nearest(name, names(parts)))
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
			if word := rest[:end]; len(word) > len(literal) {
				literal = word
			}
			b.WriteString("(?i:" + regexp.QuoteMeta(rest[:end]) + ")")
			rest = rest[end:]
		}
	}
	return b.String(), strings.ToLower(literal), nil
}

// compileShapes compiles shapes with what stands before and behind each.
func compileShapes(before string, shapes []string, behind string) (compiled []shape, err error) {
	for _, src := range shapes {
		expr, literal, err := compileShape(src)
		if err != nil {
			return nil, err
		}
		re, err := regexp.Compile(before + expr + behind)
		if err != nil {
			return nil, fmt.Errorf("shape %q: %w", src, err)
		}
		compiled = append(compiled, shape{re, literal})
	}
	return compiled, nil
}
