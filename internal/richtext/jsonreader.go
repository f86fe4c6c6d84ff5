package richtext

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"broadsheet/internal/errs"
)

// A jsonReader reads JSON from its start to its end, strictly, without
// reflection and without copying strings that have no escapes. It is several
// times faster than encoding/json, and reading documents is on the way of every
// page. After its first fault it stands at the end of the source.
type jsonReader struct {
	src string
	pos int
	err error
}

// fail keeps the first fault. The message goes to the person who sent the document.
func (r *jsonReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = errs.E(errs.Invalid, "The document cannot be read: %s (at byte %d).", fmt.Sprintf(format, args...), r.pos)
	}
	r.pos = len(r.src)
}

// peek skips white space and returns the next byte, or 0 at the end.
func (r *jsonReader) peek() byte {
	for ; r.pos < len(r.src); r.pos++ {
		switch c := r.src[r.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (r *jsonReader) expect(c byte) bool {
	if r.peek() != c {
		r.fail("%q is missing", c)
		return false
	}
	r.pos++
	return true
}

// accept takes the next byte if it is c.
func (r *jsonReader) accept(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.pos++
	return true
}

func (r *jsonReader) end() {
	if r.peek() != 0 {
		r.fail("something follows its end")
	}
}

// object calls value for each key; value must read the value that follows it.
func (r *jsonReader) object(value func(key string)) {
	if !r.expect('{') || r.accept('}') {
		return
	}
	var seen [8]string // no object of ours has more keys, and attributes are not worth it
	for n := 0; r.err == nil; n++ {
		key := r.str()
		if !r.expect(':') {
			return
		}
		if slices.Contains(seen[:min(n, len(seen))], key) {
			r.fail("the key %.40q comes twice", key)
			return
		}
		if n < len(seen) {
			seen[n] = key
		}
		value(key)
		if !r.accept(',') {
			r.expect('}')
			return
		}
	}
}

// array calls element at each element; element must read it.
func (r *jsonReader) array(element func()) {
	if !r.expect('[') || r.accept(']') {
		return
	}
	for r.err == nil {
		element()
		if !r.accept(',') {
			r.expect(']')
			return
		}
	}
}

// null takes a null, if one is next.
func (r *jsonReader) null() bool { return r.peek() == 'n' && r.word("null") }

func (r *jsonReader) boolean() bool {
	if r.peek() == 't' {
		return r.word("true")
	}
	r.word("false")
	return false
}

func (r *jsonReader) word(w string) bool {
	if !strings.HasPrefix(r.src[r.pos:], w) {
		r.fail("%s is missing", w)
		return false
	}
	r.pos += len(w)
	return true
}

func (r *jsonReader) integer() int {
	r.peek()
	end := r.pos
	for end < len(r.src) && (r.src[end] >= '0' && r.src[end] <= '9' || r.src[end] == '-') {
		end++
	}
	digits := r.src[r.pos:end]
	n, err := strconv.Atoi(digits)
	if err != nil || strconv.Itoa(n) != digits || end < len(r.src) && strings.IndexByte(".eE", r.src[end]) >= 0 {
		r.fail("a whole number is missing")
		return 0
	}
	r.pos = end
	return n
}

func (r *jsonReader) str() string {
	if !r.expect('"') {
		return ""
	}
	for i := r.pos; i < len(r.src); i++ {
		switch c := r.src[i]; {
		case c == '"':
			s := r.src[r.pos:i]
			r.pos = i + 1
			return s
		case c == '\\':
			return r.escaped(i)
		case c < 0x20:
			r.pos = i
			r.fail("a string holds a control character")
			return ""
		}
	}
	r.fail("a string does not end")
	return ""
}

// escaped reads the rest of a string whose first escape is at i.
func (r *jsonReader) escaped(i int) string {
	b := append(make([]byte, 0, i-r.pos+64), r.src[r.pos:i]...)
	r.pos = i
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		r.pos++
		switch {
		case c == '"':
			return string(b)
		case c < 0x20:
			r.fail("a string holds a control character")
		case c == '\\':
			b = r.escape(b)
		default:
			b = append(b, c)
		}
	}
	r.fail("a string does not end")
	return ""
}

// escape appends the character that the escape after a backslash stands for.
func (r *jsonReader) escape(b []byte) []byte {
	if r.pos == len(r.src) {
		return b
	}
	c := r.src[r.pos]
	r.pos++
	if c == 'u' {
		return utf8.AppendRune(b, r.unit())
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	at := strings.IndexByte(from, c)
	if at < 0 {
		r.fail("a string holds an unknown escape")
		return b
	}
	return append(b, to[at])
}

// unit reads the four digits after \u, and the escape after them if both make
// one character. Half of a pair becomes U+FFFD.
func (r *jsonReader) unit() rune {
	first := r.hex4()
	if !utf16.IsSurrogate(first) {
		return first
	}
	if strings.HasPrefix(r.src[r.pos:], `\u`) {
		before := r.pos
		r.pos += 2
		if both := utf16.DecodeRune(first, r.hex4()); both != utf8.RuneError {
			return both
		}
		if r.err == nil {
			r.pos = before
		}
	}
	return utf8.RuneError
}

func (r *jsonReader) hex4() rune {
	if len(r.src)-r.pos < 4 {
		r.fail(`a \u lacks its four digits`)
		return 0
	}
	v, err := strconv.ParseUint(r.src[r.pos:r.pos+4], 16, 16)
	if err != nil {
		r.fail(`a \u lacks its four digits`)
		return 0
	}
	r.pos += 4
	return rune(v)
}
