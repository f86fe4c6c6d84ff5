package parse

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"broadsheet/internal/wire/linetext"
)

// TestLinesAreKept: however the lines of a message are mixed up, each word of it is in the
// item.
func TestLinesAreKept(t *testing.T) {
	files, err := filepath.Glob("testdata/agencies/*.[ia][pn]*")
	if err != nil || len(files) < 5 {
		t.Fatalf("%q, %v", files, err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 300 {
		file := files[i%len(files)]
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := linetext.Decode(raw, map[bool]string{true: "iso-8859-7"}[strings.Contains(file, "ana-mpa")])
		lines := linetext.Lines(text)
		for range r.IntN(6) {
			a, b := 1+r.IntN(len(lines)-1), 1+r.IntN(len(lines)-1)
			switch r.IntN(3) {
			case 0:
				lines[a], lines[b] = lines[b], lines[a]
			case 1:
				lines = slices.Delete(lines, a, a+1)
			default:
				lines[a] = lines[b] + " " + lines[a]
			}
		}
		message := strings.Join(lines, "\n")
		items, err := File(t.Context(), Input{Name: file, Raw: []byte(message)})
		if err != nil {
			continue // two headers, or none
		}
		have := map[string]bool{}
		var data strings.Builder
		enc := json.NewEncoder(&data)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(items); err != nil {
			t.Fatal(err)
		}
		addWords(have, strings.ReplaceAll(data.String(), `\n`, " "))
		for i := range items {
			addWords(have, items[i].VersionCreated.Time.Format("020106 15 04 05 060102 2006 Jan 2 1504 021504 01"))
			for j := range items[i].Bodies {
				addWords(have, items[i].Bodies[j].Plain())
			}
		}
		want := map[string]bool{}
		addWords(want, message)
		for w := range want {
			if !have[w] {
				t.Fatalf("%q of %s is lost:\n%q\n%s", w, file, message, data.String())
			}
		}
	}
}

// addWords adds the words of a text without regard to case. Zones and the zeros before a
// number may be written in another way.
func addWords(words map[string]bool, text string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if w != "gmt" && w != "26" && w != "am" && w != "bc" {
			words[strings.TrimLeft(w, "0")] = true
		}
	}
}

// TestHostileLines: large and senseless messages give items or an error, in time that
// grows with their size and no faster.
func TestHostileLines(t *testing.T) {
	const size = 200 << 10
	many := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for _, head := range []string{"\x01nwb0417 2 pl 57 NWP 0417\n\x02", "\x16\x16\x01a0417\x1fnwb\nu i\x13\x11 bc-strait 11-26 0057\n\x02"} {
		for name, text := range map[string]string{
			"one line":        many("x"),
			"headers":         many("\x01nwb0417 2 pl 57 NWP 0417\n"),
			"SOH":             many("\x01"),
			"words of no one": many("x \x18"),
			"taken back":      many("\x18"),
			"instructions":    many("\x0cab"),
			"types":           many("\x12a\x11"),
			"titles":          many("a =\n"),
			"open titles":     many("^a\n"),
			"lines with ^":    many("^a<\n"),
			"dates":           many("261145 Nov 26 "),
			"days":            many("11-26-26 1145 "),
			"columns":         many("a  "),
			"rows":            many("a   b   c\n"),
			"controls":        many("\x02\x03\x04\x10\x1f\x0e\x0f"),
			"nothing":         many("\n"),
			"NUL":             many("\x00"),
			"bytes":           many("\x81\xe1 "),
		} {
			t.Run(name, func(t *testing.T) {
				checkParsed(t, []byte(head+text))
				checkParsed(t, []byte(head+"\x03"+text))
			})
		}
	}
}
