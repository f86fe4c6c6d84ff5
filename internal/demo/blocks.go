package demo

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"broadsheet/internal/errs"
)

// A block is one story or one item of wire copy, as it stands in a file:
//
//	=== key
//	name: value
//	name: value
//
//	The body, in paragraphs.
//
// A name may come again. Lines that begin with # are notes, except in a body.
type block struct {
	key  string
	file string
	line int
	head []field
	body []paragraph
}

type field struct{ name, value string }

// A paragraph is a run of lines between empty ones.
type paragraph struct {
	line  int
	lines []string
}

// get returns the first value of a name, or "".
func (b *block) get(name string) string {
	for _, f := range b.head {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// all returns all values of a name.
func (b *block) all(name string) (values []string) {
	for _, f := range b.head {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

// duration returns a length of time such as 9h35m; 0 when the name is missing.
func (b *block) duration(name string) (time.Duration, error) {
	s := b.get(name)
	if s == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, b.fault(b.line, "%s: %q is not a length of time such as 9h35m", name, s)
	}
	return d, nil
}

func (b *block) fault(line int, format string, args ...any) error {
	return errs.E(errs.Invalid, "%s:%d: %s: %s", b.file, line, b.key, fmt.Sprintf(format, args...))
}

// readStories reads all files of the folder stories.
func readStories(fsys fs.FS) (list []block, err error) {
	names, err := fs.Glob(fsys, "stories/*.txt")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		blocks, err := parseBlocks(name, string(raw))
		if err != nil {
			return nil, err
		}
		for i := range blocks {
			if seen[blocks[i].key] {
				return nil, blocks[i].fault(blocks[i].line, "there are two of this key")
			}
			seen[blocks[i].key] = true
		}
		list = append(list, blocks...)
	}
	return list, nil
}

func parseBlocks(file, text string) (list []block, err error) {
	var b *block
	inBody := false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if key, ok := strings.CutPrefix(line, "=== "); ok {
			list = append(list, block{key: key, file: file, line: i + 1})
			b, inBody = &list[len(list)-1], false
			continue
		}
		switch {
		case b == nil:
			if line != "" && !strings.HasPrefix(line, "#") {
				return nil, errs.E(errs.Invalid, "%s:%d: a block begins with === and a key", file, i+1)
			}
		case inBody:
			b.addLine(i+1, line)
		case line == "":
			inBody = true
			b.addLine(i+1, "")
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return nil, b.fault(i+1, "%q is not name: value", line)
			}
			b.head = append(b.head, field{name, strings.TrimSpace(value)})
		}
	}
	for i := range list {
		list[i].trim()
	}
	return list, nil
}

// addLine adds a line to the body; an empty one begins a new paragraph.
func (b *block) addLine(number int, line string) {
	if line == "" {
		b.body = append(b.body, paragraph{})
		return
	}
	p := &b.body[len(b.body)-1]
	if p.line == 0 {
		p.line = number
	}
	p.lines = append(p.lines, line)
}

// trim drops empty paragraphs.
func (b *block) trim() {
	kept := b.body[:0]
	for _, p := range b.body {
		if len(p.lines) > 0 {
			kept = append(kept, p)
		}
	}
	b.body = kept
}

// dayWords replaces {today}, {yesterday} and {tomorrow} by the weekday, seen from t;
// {hoy} is today in Spanish.
func dayWords(t time.Time) *strings.Replacer {
	spanish := [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	return strings.NewReplacer(
		"{today}", t.Weekday().String(),
		"{yesterday}", t.AddDate(0, 0, -1).Weekday().String(),
		"{tomorrow}", t.AddDate(0, 0, 1).Weekday().String(),
		"{hoy}", spanish[t.Weekday()],
	)
}
