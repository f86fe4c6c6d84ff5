package richtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A style is the marks of a run while a text is being put together.
type style struct {
	href       string
	strong, em bool
}

func (s style) marks() (marks []Mark) {
	if s.href != "" {
		marks = append(marks, Mark{Type: MarkLink, Href: s.href})
	}
	if s.strong {
		marks = append(marks, Mark{Type: MarkStrong})
	}
	if s.em {
		marks = append(marks, Mark{Type: MarkEm})
	}
	return marks
}

// common returns the marks that both have.
func (s style) common(other style) style {
	if s.href != other.href {
		s.href = ""
	}
	return style{s.href, s.strong && other.strong, s.em && other.em}
}

// A line puts together the text of one block. It makes white space what it is
// in print: none at the ends, one space between words, never marked unless the
// words on both sides are. A no-break space stays only where it is alone between
// two words; next to other spaces it is a word processor's filler.
type line struct {
	runs  []Node
	buf   []byte // of the run that is not finished
	style style  // of buf
	space rune   // the white space seen after buf, or 0
}

// add appends text with the given marks.
func (l *line) add(text string, st style) {
	from := 0
	for i, r := range text {
		if r < utf8.RuneSelf && r > ' ' && r != 0x7f {
			continue
		}
		what := classify(r)
		if what == keep && r != utf8.RuneError {
			continue
		}
		l.word(text[from:i], st)
		_, size := utf8.DecodeRuneInString(text[i:])
		from = i + size
		switch what {
		case keep: // a byte that is not UTF-8, or the character that says so
			l.word("\uFFFD", st)
		case soft:
			l.space = ' '
		case hard:
			if l.space != 0 {
				r = ' '
			}
			l.space = r
		case drop:
		}
	}
	l.word(text[from:], st)
}

type class uint8

const (
	keep class = iota
	soft       // a space that is like any other
	hard       // a space that somebody chose
	drop
)

func classify(r rune) class {
	switch {
	case r == ' ', r == '\t', r == '\n', r == '\r', r == '\f', r == '\v', r == 0x85, r == 0x2028, r == 0x2029:
		return soft
	case r < ' ', r == 0x7f, r == 0xFEFF, r == 0x200B, r == 0x2060:
		return drop
	case r > 0x7f && unicode.IsSpace(r):
		return hard
	}
	return keep
}

// word appends text without white space.
func (l *line) word(text string, st style) {
	if text == "" {
		return
	}
	if l.space != 0 && !l.empty() {
		l.write(string(l.space), l.style.common(st))
	}
	l.space = 0
	l.write(text, st)
}

func (l *line) write(text string, st style) {
	if st != l.style {
		l.finish()
		l.style = st
	}
	l.buf = append(l.buf, text...)
}

func (l *line) finish() {
	if len(l.buf) > 0 {
		l.runs = append(l.runs, Node{Type: TypeText, Text: string(l.buf), Marks: l.style.marks()})
		l.buf = l.buf[:0]
	}
}

func (l *line) empty() bool { return len(l.buf) == 0 && len(l.runs) == 0 }

// take returns the runs, and begins a new line.
func (l *line) take() []Node {
	l.finish()
	runs := l.runs
	l.runs, l.space = nil, 0
	return runs
}

// plain returns text with its white space put in order.
func plain(text string) string {
	var l line
	l.add(text, style{})
	return string(l.buf)
}

// FromText makes a paragraph of each part of src that stands between blank
// lines. The document is within [StoryLimits], or the error is errs.Invalid.
func FromText(src string, o Origin) (Doc, error) {
	if limit := StoryLimits().Bytes; len(src) > limit {
		return Doc{}, tooLong(limit, len(src))
	}
	var doc Doc
	var l line
	flush := func() {
		if runs := l.take(); len(runs) > 0 {
			doc.Content = append(doc.Content, Node{Type: TypeParagraph, Attrs: Attrs{Origin: o}, Content: runs})
		}
	}
	src = strings.ReplaceAll(src, "\r\n", "\n")
	for text := range strings.SplitSeq(strings.ReplaceAll(src, "\r", "\n"), "\n") {
		if strings.TrimSpace(text) == "" {
			flush()
			continue
		}
		l.add(text, style{})
		l.add(" ", style{})
	}
	flush()
	return doc, doc.Validate()
}
