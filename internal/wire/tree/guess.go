package tree

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// The commonest letters of Russian and Greek text, as bytes of windows-1251 and
// windows-1253. Two letters of three are one of them.
const (
	cyrillicLetters = "\xee\xe5\xe0\xe8\xed\xf2\xf1\xf0\xe2\xeb\xea\xec\xe4\xef\xf3\xff" // о е а и н т с р в л к м д п у я
	greekLetters    = "\xe1\xef\xe9\xe5\xf4\xf3\xed\xe7\xf5\xf1\xf0\xea\xec\xeb\xf2\xdf\xfc\xdc\xdd\xde\xf9\xfd\xfe"
)

// guess finds the encoding of a text that is not UTF-8 and says nothing true about
// itself. In Latin text letters beyond ASCII stand alone; where most of them have one of
// their kind beside them, it is another script, and its commonest letters say which.
// Everything else is windows-1252, which can mean any text.
func guess(raw []byte) (enc encoding.Encoding, name string) {
	const letters = 0xB8 // from here on nearly all are, in both
	high, beside := 0, 0
	var count [256]int
	for i, b := range raw {
		if b < letters {
			continue
		}
		high++
		count[b]++
		if i > 0 && raw[i-1] >= letters || i+1 < len(raw) && raw[i+1] >= letters {
			beside++
		}
	}
	cyrillic, greek := counted(&count, cyrillicLetters), counted(&count, greekLetters)
	const enough = 20 // letters, to be sure enough
	if high < enough || beside*10 < high*8 {
		return charmap.Windows1252, "windows-1252"
	}
	switch {
	case cyrillic*10 >= high*7 && cyrillic > greek:
		return charmap.Windows1251, "windows-1251, by its letters"
	case greek*10 >= high*7 && greek > cyrillic:
		return charmap.Windows1253, "windows-1253, by its letters"
	}
	return charmap.Windows1252, "windows-1252"
}

func counted(count *[256]int, letters string) (n int) {
	for i := range len(letters) {
		n += count[letters[i]]
	}
	return n
}

// undouble undoes the mistake of reading UTF-8 as windows-1252 and writing that as UTF-8
// ("Ã©" for "é"). It is certain when everything beyond ASCII in a text is such a mistake,
// and there are two of them or a longer one: hardly any text is that by chance.
func undouble(text []byte) ([]byte, bool) {
	var out []byte
	pairs, longer, begun := 0, 0, false
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			if begun {
				out = append(out, text[i])
			}
			i++
			continue
		}
		size, used, seq := doubled(text[i:])
		if size == 0 {
			return nil, false // most texts beyond ASCII end here, at the first such character
		}
		if !begun {
			begun, out = true, append(make([]byte, 0, len(text)), text[:i]...)
		}
		out = append(out, seq[:size]...)
		i += used
		if size == 2 {
			pairs++
		} else {
			longer++
		}
	}
	return out, pairs > 1 || longer > 0
}

// doubled reads one character that was encoded twice: the size of its own encoding, how
// many bytes it takes in text, and its bytes. The size is 0 when it is none.
func doubled(text []byte) (size, used int, seq [utf8.UTFMax]byte) {
	want := 1
	for size < want {
		r, n := utf8.DecodeRune(text[used:])
		b, ok := windowsBytes[r]
		if !ok {
			return 0, 0, seq
		}
		if size == 0 {
			switch {
			case b >= 0xC2 && b <= 0xDF:
				want = 2
			case b >= 0xE0 && b <= 0xEF:
				want = 3
			case b >= 0xF0 && b <= 0xF4:
				want = 4
			default:
				return 0, 0, seq
			}
		}
		seq[size] = b
		size, used = size+1, used+n
	}
	if !utf8.Valid(seq[:size]) {
		return 0, 0, seq
	}
	return size, used, seq
}

// windowsBytes are the bytes of windows-1252 beyond ASCII by their characters. Its five
// bytes without a meaning are also read as the control characters of ISO 8859-1.
var windowsBytes = func() map[rune]byte {
	back := make(map[rune]byte, 160)
	for b := 0x80; b <= 0xFF; b++ {
		back[rune(b)] = byte(b)
		if r := charmap.Windows1252.DecodeByte(byte(b)); r != utf8.RuneError {
			back[r] = byte(b)
		}
	}
	return back
}()

// unmix reads a text that is UTF-8 but for some bytes, which are read as windows-1252:
// somebody has pasted one into the other. It is none when more bytes are wrong than
// characters right.
func unmix(raw []byte) ([]byte, bool) {
	right, wrong := 0, 0
	out := make([]byte, 0, len(raw)+64)
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			out = append(out, raw[i])
			i++
			continue
		}
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			r, wrong = charmap.Windows1252.DecodeByte(raw[i]), wrong+1
		} else {
			right++
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	return out, right > wrong
}
