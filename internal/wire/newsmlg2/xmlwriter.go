package newsmlg2

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// An xmlWriter appends elements, each on a line of its own.
type xmlWriter struct {
	b    []byte
	open []openTag
}

// An openTag is an element that was begun. Where nothing follows its tag, it is empty.
type openTag struct {
	name string
	at   int // in b, after its tag
}

// start begins an element. attrs are names and values in turn; empty values are left out.
func (w *xmlWriter) start(name string, attrs ...string) {
	w.tag(name, attrs)
	w.b = append(w.b, '>')
	w.open = append(w.open, openTag{name, len(w.b)})
}

// end ends the element that was begun last.
func (w *xmlWriter) end() {
	last := len(w.open) - 1
	tag := w.open[last]
	w.open = w.open[:last]
	if tag.at == len(w.b) {
		w.b = append(w.b[:tag.at-1], '/', '>')
		return
	}
	w.line()
	w.close(tag.name)
}

// empty writes an element without content.
func (w *xmlWriter) empty(name string, attrs ...string) {
	w.tag(name, attrs)
	w.b = append(w.b, '/', '>')
}

// text writes an element with words. Line breaks stay as they are.
func (w *xmlWriter) text(name, value string, attrs ...string) {
	w.tag(name, attrs)
	w.b = append(w.b, '>')
	w.b = appendText(w.b, value)
	w.close(name)
}

// words writes an element with words in which a line break is an element.
func (w *xmlWriter) words(name, value string, attrs ...string) {
	w.tag(name, attrs)
	w.b = append(w.b, '>')
	for i, line := range strings.Split(value, "\n") {
		if i > 0 {
			w.b = append(w.b, "<br/>"...)
		}
		w.b = appendText(w.b, line)
	}
	w.close(name)
}

func (w *xmlWriter) tag(name string, attrs []string) {
	w.line()
	w.b = append(append(w.b, '<'), name...)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		w.b = append(append(append(w.b, ' '), attrs[i]...), '=', '"')
		w.b = appendEscaped(w.b, attrs[i+1], '"')
		w.b = append(w.b, '"')
	}
}

func (w *xmlWriter) close(name string) {
	w.b = append(append(append(w.b, '<', '/'), name...), '>')
}

func (w *xmlWriter) line() {
	w.b = append(w.b, '\n')
	for range w.open {
		w.b = append(w.b, ' ')
	}
}

func appendText(b []byte, s string) []byte { return appendEscaped(b, s, 0) }

// appendEscaped appends s so that it may stand between tags, or in an attribute between such
// quotes. What XML 1.0, section 2.2, does not allow becomes U+FFFD.
func appendEscaped(b []byte, s string, quote rune) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == quote && quote != 0:
			b = append(b, "&#34;"...)
		case r == '\r':
			b = append(b, "&#13;"...)
		case r < ' ' && r != '\n' && r != '\t', r == 0xFFFE, r == 0xFFFF:
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// asXHTML makes XML of our own HTML: of its elements only hr is empty, and it writes an
// angle bracket for nothing but a tag.
func asXHTML(html string) []byte {
	b := bytes.ReplaceAll([]byte(html), []byte("<hr>"), []byte("<hr/>"))
	b = bytes.ReplaceAll(b, []byte("\uFFFE"), []byte("\uFFFD"))
	return bytes.ReplaceAll(b, []byte("\uFFFF"), []byte("\uFFFD"))
}
