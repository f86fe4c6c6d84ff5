package linetext

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"broadsheet/internal/wire/tree"
)

// charsets are the codes that line formats come in. Those of ISO 646 are its national
// variants, in which letters stand for brackets and braces.
var charsets = map[string]encoding.Encoding{
	"utf-8": nil, "iso-8859-1": charmap.ISO8859_1, "iso-8859-7": charmap.ISO8859_7, "iso-8859-15": charmap.ISO8859_15,
	"windows-1252": charmap.Windows1252, "windows-1253": charmap.Windows1253, "cp437": charmap.CodePage437,
	"cp850": charmap.CodePage850, "cp865": charmap.CodePage865, "macintosh": charmap.Macintosh,
	"iso646-de": nil, "iso646-se": nil, "iso646-dk": nil,
}

// national are the letters of ISO 646's variants for Germany, Sweden and Finland, Denmark
// and Norway.
var national = map[string]*strings.Replacer{
	"iso646-de": strings.NewReplacer("[", "Ä", "\\", "Ö", "]", "Ü", "{", "ä", "|", "ö", "}", "ü", "~", "ß"),
	"iso646-se": strings.NewReplacer("[", "Ä", "\\", "Ö", "]", "Å", "{", "ä", "|", "ö", "}", "å"),
	"iso646-dk": strings.NewReplacer("[", "Æ", "\\", "Ø", "]", "Å", "{", "æ", "|", "ø", "}", "å"),
}

// Charsets are the names that Decode knows, in alphabetical order.
func Charsets() []string { return slices.Sorted(maps.Keys(charsets)) }

// KnownCharset reports whether Decode knows a name.
func KnownCharset(name string) bool {
	_, ok := charsets[name]
	return ok
}

// Decode returns text as UTF-8. Without a charset it is UTF-8 where that is valid, else
// IBM's code page 850 where its letters stand among letters in that, else what
// [tree.ToUTF8] makes of it. The note is for a person, and empty when nothing was guessed.
func Decode(raw []byte, charset string) (text, note string) {
	if r := national[charset]; r != nil && isASCII(raw) {
		return r.Replace(string(raw)), ""
	}
	if utf8.Valid(raw) { // of a text that is not ASCII this is never by chance
		return strings.TrimPrefix(string(raw), "\ufeff"), ""
	}
	enc := charsets[charset]
	if enc == nil && !isIBM(raw) {
		out, note, err := tree.ToUTF8(raw)
		if err == nil {
			return string(out), note
		}
	}
	if enc == nil {
		enc, note = charmap.CodePage850, "not valid UTF-8: read as code page 850"
	}
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil { // no decoder of single bytes has errors
		return tree.Clean(string(raw)), note
	}
	return string(out), note
}

func isASCII(raw []byte) bool {
	for _, b := range raw {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isIBM finds out whether bytes above ASCII are letters in code page 850, which has them
// from 0x80 on, rather than in windows-1252, which has punctuation there and letters from
// 0xC0 on.
func isIBM(raw []byte) bool {
	ibm, windows := 0, 0
	for i, b := range raw {
		if b < utf8.RuneSelf {
			continue
		}
		before, after := i > 0 && isLetter(raw[i-1]), i+1 < len(raw) && isLetter(raw[i+1])
		switch {
		case b >= 0xc0 && (before || after):
			windows++
		case b == 0x92 && before: // an apostrophe
			windows++
		case (b == 0x93 || b == 0x94 || b == 0x96 || b == 0x97) && (!before || !after):
			windows++ // quotes and dashes stand beside spaces
		case b >= 0x80 && b <= 0x9a && (before || after):
			ibm++
		}
	}
	return ibm > windows
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }
