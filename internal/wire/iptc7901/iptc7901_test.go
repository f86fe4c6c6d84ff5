package iptc7901_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"broadsheet/internal/wire/iptc7901"
	"broadsheet/internal/wire/item"
)

// strait is a message with all of its control characters. In the examples of this file
// they are written as in the standard's own.
const strait = `[SOH]nwb0417 2 pl  57 vvvvb NWP 0417
Kanal/Fähren/
[STX]Fähren im Kanal fahren
wieder nach Plan =
(Zusammenfassung 1130 - neu: Minister) =
Von Ada Vance =

   Port Calder (nwp) - Die Fähren im Kanal fahren seit dem Morgen
wieder nach Plan. Das teilte die Hafenbehörde mit.
   Die [FT2]erste Fähre[FT1] lief um 9 Uhr aus.
[ETX]
nwp ava lr
261145 Nov 26
[EOT]`

var controls = strings.NewReplacer("[SOH]", "\x01", "[STX]", "\x02", "[ETX]", "\x03", "[EOT]", "\x04", "[FT1]", "\x11", "[FT2]", "\x12", "[TLI]", "\x08", "\n", "\r\n")

func parse(t *testing.T, text string) []item.Item {
	t.Helper()
	return parseBytes(t, []byte(controls.Replace(text)), "")
}

func parseBytes(t *testing.T, raw []byte, charset string) []item.Item {
	t.Helper()
	if !iptc7901.Sniff(raw) {
		t.Fatalf("not detected: %q", raw[:min(len(raw), 60)])
	}
	items, err := iptc7901.Parse(t.Context(), raw, charset)
	if err != nil || len(items) == 0 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	return items
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestMessage(t *testing.T) {
	it := parse(t, strait)[0]
	equal(t, "URI", it.URI, "urn:broadsheet:iptc7901:nwb:20261126:0417")
	equal(t, "header", []string{it.Services[0].Code, it.Sequence, it.Categories[0].Code, it.Provider.Code, it.Details[0].Value}, []string{"nwb", "0417", "pl", "NWP", "57"})
	equal(t, "priority, urgency", []int{it.Priority, it.Urgency}, []int{2, 2})
	equal(t, "slugline", it.Slugline(), "Kanal/Fähren")
	equal(t, "keywords", item.Joined(it.Keywords), "Kanal\nFähren")
	equal(t, "headline", it.Headline(), "Fähren im Kanal fahren wieder nach Plan")
	equal(t, "take key", it.TakeKey, "Zusammenfassung 1130 - neu: Minister")
	equal(t, "byline", it.Byline(), "Von Ada Vance")
	equal(t, "filed", it.VersionCreated, item.Date{Time: time.Date(2026, 11, 26, 11, 45, 0, 0, time.UTC), Text: "2026-11-26T11:45:00"})
	equal(t, "signature", it.Details[1], item.TextValue{Path: "signature", Value: "nwp ava lr"})
	equal(t, "body", it.Bodies[0].Doc.ExportHTML(), "<p>Port Calder (nwp) - Die Fähren im Kanal fahren seit dem Morgen wieder nach Plan. Das teilte die Hafenbehörde mit.</p>\n<p>Die <strong>erste Fähre</strong> lief um 9 Uhr aus.</p>\n")
	equal(t, "warnings", it.Warnings, []string(nil))
}

// TestWithoutControlCharacters: as files come that passed through a text editor.
func TestWithoutControlCharacters(t *testing.T) {
	for name, text := range map[string]string{
		"none left":       strings.NewReplacer("[SOH]", "", "[STX]", "", "[ETX]\n", "", "\n[EOT]", "", "[FT1]", "", "[FT2]", "").Replace(strait),
		"only SOH":        strings.NewReplacer("[STX]", "", "[ETX]\n", "", "\n[EOT]", "", "[FT1]", "", "[FT2]", "").Replace(strait),
		"no ETX":          strings.NewReplacer("[ETX]\n", "", "\n[EOT]", "\n\nNNNN\n", "[FT1]", "", "[FT2]", "").Replace(strait),
		"more before SOH": "\n\x16\x16\n" + strings.NewReplacer("[FT1]", "", "[FT2]", "").Replace(strait),
	} {
		it := parse(t, text)[0]
		equal(t, name, []string{it.URI, it.Headline(), it.Byline(), it.TakeKey, it.Slugline()}, []string{
			"urn:broadsheet:iptc7901:nwb:20261126:0417", "Fähren im Kanal fahren wieder nach Plan", "Von Ada Vance", "Zusammenfassung 1130 - neu: Minister", "Kanal/Fähren",
		})
		if body := it.Bodies[0].Value; !strings.HasPrefix(body, "Port Calder (nwp) - Die") || !strings.Contains(body, ".\n\nDie erste") {
			t.Errorf("%s: body %q", name, body)
		}
	}
}

func TestSeveralMessages(t *testing.T) {
	second := strings.NewReplacer("0417", "0418", "wieder nach Plan", "nicht mehr").Replace(strait)
	for name, text := range map[string]string{
		"apart":   strait + "\n" + second,
		"without": strings.NewReplacer("[SOH]", "", "[STX]", "", "[ETX]", "", "[EOT]", "").Replace(strait + "\n\n" + second),
	} {
		items := parse(t, text)
		if len(items) != 2 || items[1].Sequence != "0418" || !strings.HasSuffix(items[1].Headline(), "nicht mehr") || items[1].Line < 10 {
			t.Errorf("%s: %d items, the last %+v", name, len(items), items[len(items)-1])
		}
		equal(t, name, items[0].VersionCreated, items[1].VersionCreated)
	}
}

func TestCharsets(t *testing.T) {
	raw := controls.Replace(strait)
	encode := func(enc *charmap.Charmap) []byte {
		out, err := enc.NewEncoder().Bytes([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	german := strings.NewReplacer("ä", "{", "ö", "|", "ü", "}", "ß", "~").Replace(raw)
	for name, test := range map[string]struct {
		raw     []byte
		charset string
	}{
		"UTF-8":                {[]byte(raw), ""},
		"latin-1":              {encode(charmap.ISO8859_1), ""},
		"windows-1252":         {encode(charmap.Windows1252), ""},
		"code page 850":        {encode(charmap.CodePage850), ""},
		"code page 437":        {encode(charmap.CodePage437), ""},
		"code page 437, known": {encode(charmap.CodePage437), "cp437"},
		"7 bits, Germany":      {[]byte(german), "iso646-de"},
	} {
		it := parseBytes(t, test.raw, test.charset)[0]
		equal(t, name, it.Headline(), "Fähren im Kanal fahren wieder nach Plan")
		equal(t, name, it.Slugline(), "Kanal/Fähren")
	}
}

func TestHeadlineOfItsOwn(t *testing.T) {
	for text, want := range map[string]string{
		"Ferries are back\n\n   PORT CALDER, Nov 26 (NWP) - They sail.":    "Ferries are back",
		"Ferries are back\nPORT CALDER (NWP) - They sail.":                 "Ferries are back",
		"PORT CALDER (NWP) - They sail, and\nsome do not.":                 "",
		"It was said on Thursday that they\nsail. Some do not.":            "",
		"Calder/Ferries: They are back=\nPort Calder (NWP) They sail.":     "Calder/Ferries: They are back",
		"Ministers say that they have agreed = \nBy Ben Roth =\n\n  It is": "Ministers say that they have agreed",
	} {
		it := parse(t, "[SOH]nw0001 4 i 12\n[STX]"+text+"\n[ETX]261145 GMT NOV 26")[0]
		var got string
		if len(it.Headlines) > 0 {
			got = it.Headlines[0].Value
		}
		equal(t, text, got, want)
		equal(t, "time", it.VersionCreated, item.Date{Time: time.Date(2026, 11, 26, 11, 45, 0, 0, time.UTC)})
	}
}

func TestTable(t *testing.T) {
	it := parse(t, "[SOH]nws0002 5 sp 30\nBall/\n[STX]Results =\n\nNorth - South    3:1\nEast - West      0:0\nHill - Dale      2:2\nLake - Wood      1:0\n[ETX]261145 Nov 26")[0]
	if !it.Formatted || !strings.HasPrefix(it.Bodies[0].Doc.ExportHTML(), "<table>") || !strings.Contains(it.Bodies[0].Plain(), "East - West\t0:0") {
		t.Errorf("%v %q", it.Formatted, it.Bodies[0].Plain())
	}
}

func TestNotDetected(t *testing.T) {
	for _, raw := range []string{"", "Hello", "<newsItem/>", `{"uri":"a"}`, "\x01", "\x16\x16\x01a0445\x1fxx\r\nr i bc-x 11-26 0250", "abc12 was the number of the flight", strings.Repeat("x", 5000)} {
		if iptc7901.Sniff([]byte(raw)) {
			t.Errorf("%.40q is taken for IPTC 7901", raw)
		}
	}
}
