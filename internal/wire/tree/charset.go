package tree

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// declaredIn is how much of a file's beginning is searched for a declaration, as HTML's
// own rules have it.
const declaredIn = 1024

var (
	xmlEncoding  = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)
	htmlEncoding = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})`)
)

// ToUTF8 returns a file as UTF-8 without a byte order mark. A byte order mark says what
// it is; then an XML declaration, or an HTML page's meta element; else it is found out.
// A declaration that the bytes contradict loses. The note says what was odd, for a
// person, and is empty when all is well.
func ToUTF8(raw []byte) (text []byte, note string, err error) {
	text, note = Decode(raw, "")
	return text, note, nil
}

// Decode is [ToUTF8] for a text whose encoding is declared outside of it, as in the
// header of a mail; label is that declaration, and "" when there is none.
func Decode(raw []byte, label string) (text []byte, note string) {
	if u16, ok := utf16Of(raw); ok {
		return finish(raw, u16, nil)
	}
	marked := bytes.HasPrefix(raw, []byte{0xEF, 0xBB, 0xBF})
	raw = bytes.TrimPrefix(raw, []byte{0xEF, 0xBB, 0xBF})
	if label == "" && !marked {
		label = declaration(raw)
	}
	enc, notes := choose(raw, label)
	if enc == charmap.Windows1252 {
		if text, ok := unmix(raw); ok {
			return finish(text, nil, append(notes, "the bytes that are not UTF-8 are read as windows-1252"))
		}
	}
	return finish(raw, enc, notes)
}

// utf16Of finds UTF-16 by its mark, or by the zero beside the first character.
func utf16Of(raw []byte) (encoding.Encoding, bool) {
	const starts = "<{["
	switch {
	case bytes.HasPrefix(raw, []byte{0xFE, 0xFF}), bytes.HasPrefix(raw, []byte{0xFF, 0xFE}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	case len(raw) > 1 && raw[0] == 0 && strings.IndexByte(starts, raw[1]) >= 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	case len(raw) > 1 && raw[1] == 0 && strings.IndexByte(starts, raw[0]) >= 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	}
	return nil, false
}

// declaration is the encoding that a file says it has; "" when it says none.
func declaration(raw []byte) string {
	start := raw[:min(len(raw), declaredIn)]
	if m := xmlEncoding.FindSubmatch(start); m != nil {
		return string(m[1])
	}
	if lower := bytes.ToLower(start); bytes.Contains(lower, []byte("<html")) || bytes.Contains(lower, []byte("<!doctype html")) {
		if m := htmlEncoding.FindSubmatch(start); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// choose decides what a text without a byte order mark is; nil is UTF-8.
func choose(raw []byte, label string) (encoding.Encoding, []string) {
	valid := utf8.Valid(raw)
	if label == "" {
		return chooseUndeclared(raw, valid, "")
	}
	enc, err := htmlindex.Get(strings.TrimSpace(label))
	switch {
	case err != nil:
		return chooseUndeclared(raw, valid, fmt.Sprintf("the declared encoding %.40q is not known", label))
	case enc == unicode.UTF8:
		return chooseUndeclared(raw, valid, "")
	case isUTF16(enc): // cannot be true: the declaration was itself read as ASCII
		return chooseUndeclared(raw, valid, "it says "+label+" and is not")
	case isASCII(raw) && enc != japanese.ISO2022JP:
		return nil, nil
	case isMultibyte(enc):
		if !valid || decodes(raw, enc) {
			return enc, nil
		}
	case !valid:
		return windowsFor(raw, enc, label)
	}
	return nil, []string{"it says " + label + " and is UTF-8: read as that"}
}

// chooseUndeclared decides what a text is that declares nothing that could be true.
func chooseUndeclared(raw []byte, valid bool, why string) (encoding.Encoding, []string) {
	var notes []string
	if why != "" {
		notes = []string{why}
	}
	if valid {
		return nil, notes
	}
	enc, name := guess(raw)
	return enc, append(notes, "not valid UTF-8: read as "+name)
}

// isoWindows are the encodings of Windows by those of ISO that programs declare for
// them. Where ISO's have control characters, Windows' have quotation marks and dashes.
var isoWindows = map[string]struct {
	enc  encoding.Encoding
	name string
}{
	"iso-8859-2":  {charmap.Windows1250, "windows-1250"},
	"iso-8859-4":  {charmap.Windows1257, "windows-1257"},
	"iso-8859-7":  {charmap.Windows1253, "windows-1253"},
	"iso-8859-8":  {charmap.Windows1255, "windows-1255"},
	"iso-8859-13": {charmap.Windows1257, "windows-1257"},
	"iso-8859-15": {charmap.Windows1252, "windows-1252"},
}

// windowsFor is the declared encoding, or that of Windows where a text of ISO's has
// what only Windows' can mean.
func windowsFor(raw []byte, enc encoding.Encoding, label string) (encoding.Encoding, []string) {
	name, _ := htmlindex.Name(enc) // "" for one without a name is in no table
	w, ok := isoWindows[name]
	if !ok || !slices.ContainsFunc(raw, func(b byte) bool { return b >= 0x80 && b < 0xA0 }) {
		return enc, nil
	}
	return w.enc, []string{"it says " + label + " and is " + w.name + ": read as that"}
}

func isUTF16(enc encoding.Encoding) bool {
	name, err := htmlindex.Name(enc)
	return err == nil && strings.HasPrefix(name, "utf-16")
}

// isMultibyte reports an encoding whose characters have more than one byte.
func isMultibyte(enc encoding.Encoding) bool {
	_, single := enc.(*charmap.Charmap)
	return !single
}

func isASCII(raw []byte) bool {
	return !slices.ContainsFunc(raw, func(b byte) bool { return b >= utf8.RuneSelf })
}

// decodes reports whether all of a text has a meaning in an encoding.
func decodes(raw []byte, enc encoding.Encoding) bool {
	out, err := enc.NewDecoder().Bytes(raw)
	return err == nil && !bytes.Contains(out, lost)
}

// lost is the character that stands for what could not be decoded.
var lost = []byte(string(utf8.RuneError))

// finish decodes a text, and looks at what came out.
func finish(raw []byte, enc encoding.Encoding, notes []string) ([]byte, string) {
	text := raw
	if enc != nil {
		out, err := enc.NewDecoder().Bytes(raw)
		if err != nil { // decoders of x/text replace; they do not fail
			notes = append(notes, "it is cut off, or is not what it says")
		}
		text = bytes.TrimPrefix(out, []byte{0xEF, 0xBB, 0xBF})
	}
	if enc == nil || isMultibyte(enc) {
		if repaired, ok := undouble(text); ok {
			text, notes = repaired, append(notes, "it was encoded as UTF-8 twice: put right")
		}
	}
	if n := bytes.Count(text, lost); n > 0 {
		notes = append(notes, fmt.Sprintf("left out: %d characters that cannot be read", n))
	}
	return text, strings.Join(notes, "; ")
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
