package tree

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func encode(t *testing.T, enc encoding.Encoding, s string) string {
	t.Helper()
	out, err := enc.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDecode(t *testing.T) {
	const (
		latin   = "Détente – “ja”, coûte 5 €"
		polish  = "Zażółć gęślą jaźń – „tak”"
		russian = "Министры встретились в порту, чтобы договориться о паромах"
		greek   = "Οι υπουργοί συναντήθηκαν στο λιμάνι για τα πλοία"
		chinese = "部長在港口會面"
		kanji   = "大臣は港で会談した"
		turkish = "İstanbul’da görüşme"
	)
	xml := func(name, text string) string {
		return `<?xml version="1.0" encoding="` + name + `"?>` + "\n<p>" + text + "</p>"
	}
	for _, test := range []struct {
		name, raw, label, want, note string
	}{
		{"ASCII", "plain", "", "plain", ""},
		{"UTF-8", latin, "", latin, ""},
		{"UTF-8 with a mark", "\xef\xbb\xbf" + latin, "", latin, ""},
		{"a mark and a lie", "\xef\xbb\xbf" + latin, "iso-8859-1", latin, "it says iso-8859-1 and is UTF-8"},
		{"UTF-16", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), latin), "", latin, ""},
		{"windows-1252 that says nothing", encode(t, charmap.Windows1252, latin), "", latin, "read as windows-1252"},
		{"windows-1252 that says UTF-8", encode(t, charmap.Windows1252, latin), "utf-8", latin, "read as windows-1252"},
		{"windows-1252 that says latin-1", encode(t, charmap.Windows1252, latin), "ISO-8859-1", latin, ""},
		{"windows-1252 that says latin-9", encode(t, charmap.Windows1252, latin), "ISO-8859-15", latin, "is windows-1252"},
		{"windows-1252 that says ASCII", encode(t, charmap.Windows1252, latin), "us-ascii", latin, ""},
		{"UTF-8 that says latin-1", latin, "iso-8859-1", latin, "is UTF-8"},
		{"UTF-8 that says UTF-16", latin, "utf-16", latin, "it says utf-16 and is not"},
		{"UTF-8 that says what nobody knows", latin, "x-house", latin, `"x-house" is not known`},
		{"windows-1252 that says what nobody knows", encode(t, charmap.Windows1252, latin), "x-house", latin, "read as windows-1252"},
		{"latin-9", encode(t, charmap.ISO8859_15, "coûte 5 €"), "iso-8859-15", "coûte 5 €", ""},
		{"windows-1250", encode(t, charmap.Windows1250, polish), "windows-1250", polish, ""},
		{"windows-1250 that says ISO", encode(t, charmap.Windows1250, polish), "iso-8859-2", polish, "is windows-1250"},
		{"ISO 8859-2", encode(t, charmap.ISO8859_2, "Zażółć gęślą jaźń"), "iso-8859-2", "Zażółć gęślą jaźń", ""},
		{"windows-1251", encode(t, charmap.Windows1251, russian), "windows-1251", russian, ""},
		{"windows-1251 that says nothing", encode(t, charmap.Windows1251, russian), "", russian, "windows-1251, by its letters"},
		{"windows-1253", encode(t, charmap.Windows1253, greek), "windows-1253", greek, ""},
		{"windows-1253 that says nothing", encode(t, charmap.Windows1253, greek), "", greek, "windows-1253, by its letters"},
		{"windows-1253 that says UTF-8", encode(t, charmap.Windows1253, greek), "utf-8", greek, "windows-1253, by its letters"},
		{"ISO 8859-7", encode(t, charmap.ISO8859_7, greek), "iso-8859-7", greek, ""},
		{"windows-1254 as ISO", encode(t, charmap.Windows1254, turkish), "iso-8859-9", turkish, ""},
		{"KOI8-R", encode(t, charmap.KOI8R, russian), "koi8-r", russian, ""},
		{"Shift-JIS", encode(t, japanese.ShiftJIS, kanji), "Shift_JIS", kanji, ""},
		{"ISO-2022-JP", encode(t, japanese.ISO2022JP, kanji), "iso-2022-jp", kanji, ""},
		{"Big5", encode(t, traditionalchinese.Big5, chinese), "big5", chinese, ""},
		{"UTF-8 that says Big5", latin, "big5", latin, "is UTF-8"},
		{"Shift-JIS cut in the middle", encode(t, japanese.ShiftJIS, kanji)[:5], "Shift_JIS", "大臣\ufffd", "left out: 1 characters that cannot be read"},
		{"declared in XML", encode(t, charmap.Windows1251, xml("windows-1251", russian)), "", xml("windows-1251", russian), ""},
		{"declared in HTML", encode(t, charmap.Windows1253, `<html><head><meta charset="windows-1253"></head>`+greek), "", `<html><head><meta charset="windows-1253"></head>` + greek, ""},
		{"declared in HTML of old", encode(t, charmap.Windows1250, `<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1250">`+polish), "", `<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1250">` + polish, ""},
		{"UTF-8 twice", "DÃ©tente â€“ il coÃ»te", "", "Détente – il coûte", "twice"},
		{"UTF-8 twice, Á", "\u00c3\u0081rbol, \u00c3\u00a1rbol", "", "Árbol, árbol", "twice"},
		{"UTF-8 twice, and more", "DÃ©tente und mÃ¼de – so", "", "DÃ©tente und mÃ¼de – so", ""},
		{"could be meant", "the letters Ã© appear", "", "the letters Ã© appear", ""},
		{"a stray byte", latin + " caf\xe9", "", latin + " café", "not UTF-8 are read as windows-1252"},
		{"lost before it came", "lost \ufffd here", "", "lost \ufffd here", "left out: 1 characters"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, note := Decode([]byte(test.raw), test.label)
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if test.note == "" && note != "" || !strings.Contains(note, test.note) {
				t.Errorf("note %q, want %q", note, test.note)
			}
		})
	}
}

// FuzzDecode: whatever comes in, UTF-8 comes out, and nothing is lost without a word.
func FuzzDecode(f *testing.F) {
	for _, label := range []string{"", "utf-8", "iso-8859-2", "shift_jis", "big5", "utf-16", "x"} {
		f.Add([]byte("caf\xe9 Ã© \x82\xa0"), label)
	}
	f.Fuzz(func(t *testing.T, raw []byte, label string) {
		text, note := Decode(raw, label)
		if !utf8.Valid(text) {
			t.Fatalf("%q gave %q", raw, text)
		}
		if strings.ContainsRune(string(text), utf8.RuneError) && note == "" {
			t.Fatalf("%q lost characters without a note", raw)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	raw := []byte(strings.Repeat("The ferry crosses the strait again. Détente. ", 2000))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Decode(raw, "")
	}
}
