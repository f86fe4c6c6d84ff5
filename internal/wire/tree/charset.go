package tree

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// ToUTF8 returns the file as UTF-8 without a byte order mark. A byte order mark
// says what it is; then an XML declaration; else it is UTF-8, or windows-1252 when
// it is not valid UTF-8 (agencies' old systems write that and declare nothing, or
// declare UTF-8). The note is for a person, and empty when all is well.
func ToUTF8(raw []byte) (text []byte, note string, err error) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xEF, 0xBB, 0xBF}):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte{0xFE, 0xFF}), bytes.HasPrefix(raw, []byte{0xFF, 0xFE}):
		return decode(raw, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "")
	case bytes.HasPrefix(raw, []byte{0, '<'}), bytes.HasPrefix(raw, []byte{0, '{'}), bytes.HasPrefix(raw, []byte{0, '['}):
		return decode(raw, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "")
	case len(raw) > 1 && raw[1] == 0 && (raw[0] == '<' || raw[0] == '{' || raw[0] == '['):
		return decode(raw, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "")
	}
	if m := xmlEncoding.FindSubmatch(raw[:min(len(raw), 400)]); m != nil {
		name := string(m[1])
		enc, err := htmlindex.Get(name)
		if err != nil {
			return nil, "", Fault(1, "the declared encoding %q is not known", name)
		}
		if enc != unicode.UTF8 && !isUTF16(name) {
			return decode(raw, enc, "")
		}
	}
	if utf8.Valid(raw) {
		return raw, "", nil
	}
	return decode(raw, charmap.Windows1252, "not valid UTF-8: read as windows-1252")
}

// isUTF16 reports a declaration that cannot be true: it was itself read as ASCII.
func isUTF16(name string) bool {
	return len(name) > 5 && (name[:6] == "UTF-16" || name[:6] == "utf-16")
}

func decode(raw []byte, enc encoding.Encoding, note string) ([]byte, string, error) {
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return nil, "", Fault(0, "cannot be decoded: %v", err)
	}
	return bytes.TrimPrefix(out, []byte{0xEF, 0xBB, 0xBF}), note, nil
}

// Clean removes the control characters that no text should have and that a
// database refuses.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}
