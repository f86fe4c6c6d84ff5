package anpa_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/wire/anpa"
	"broadsheet/internal/wire/item"
)

// strait is a message with all of its control characters.
const strait = "[SYN][SYN][SOH]a0417[US]nwb-\n" +
	"u i[DC3][DC1] bc-strait-ferries-1st ld-writethru 11-26 0057\n" +
	"[STX]^BC-Strait-Ferries,1st Ld-Writethru,57<\n" +
	"^Ferries sail again<\n" +
	"^across the strait<\n" +
	"^Eds: UPDATES with quote. With AP Photos.<\n" +
	"^By ADA VANCE<\n" +
	"^Northern Wire Writer<\n" +
	"\tPORT CALDER, Northland (NWP) _ Ferries sailed again on Thursday,\nthe ``harbor board'' said.<\n" +
	"\tThe first left at 9 a.m. _ on time.<\n" +
	"[ETX]\nNW-PC-11-26-26 1145EST\n[EOT]"

var controls = strings.NewReplacer("[SYN]", "\x16", "[SOH]", "\x01", "[STX]", "\x02", "[ETX]", "\x03", "[EOT]", "\x04",
	"[US]", "\x1f", "[DC1]", "\x11", "[DC2]", "\x12", "[DC3]", "\x13", "[TLI]", "\x08", "\n", "\r\n")

func parse(t *testing.T, text string) []item.Item {
	t.Helper()
	raw := []byte(controls.Replace(text))
	if !anpa.Sniff(raw) {
		t.Fatalf("not detected: %q", raw[:min(len(raw), 80)])
	}
	items, err := anpa.Parse(t.Context(), raw, "")
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
	equal(t, "URI", it.URI, "urn:broadsheet:anpa1312:nw-a:20261126:a0417")
	equal(t, "header", []string{it.Services[0].Code, it.Sequence, it.Categories[0].Code, it.Provider.Code}, []string{"a", "a0417", "i", "NW"})
	equal(t, "urgency", it.Urgency, 3)
	equal(t, "slugline, take key", []string{it.Slugline(), it.TakeKey}, []string{"Strait-Ferries", "1st Ld-Writethru"})
	equal(t, "headline", it.Headline(), "Ferries sail again")
	equal(t, "notes", item.Joined(it.EdNotes), "across the strait\nEds: UPDATES with quote. With AP Photos.")
	equal(t, "byline", it.Byline(), "By ADA VANCE, Northern Wire Writer")
	equal(t, "filed", it.VersionCreated.Time.UTC(), time.Date(2026, 11, 26, 16, 45, 0, 0, time.UTC))
	equal(t, "body", it.Bodies[0].Value, "PORT CALDER, Northland (NWP) — Ferries sailed again on Thursday, the “harbor board” said.\n\nThe first left at 9 a.m. — on time.")
	equal(t, "words", it.Details[2], item.TextValue{Path: "wordcount", Value: "0057"})
	equal(t, "warnings", it.Warnings, []string(nil))
}

func TestWithoutControlCharacters(t *testing.T) {
	strip := strings.NewReplacer("[SYN]", "", "[SOH]", "", "[STX]", "", "[ETX]\n", "", "\n[EOT]", "", "[US]", " ", "[DC1]", "", "[DC2]", "", "[DC3]", "")
	it := parse(t, strip.Replace(strait))[0]
	equal(t, "all", []string{it.URI, it.Slugline(), it.Headline(), it.TakeKey}, []string{"urn:broadsheet:anpa1312:nw-a:20261126:a0417", "Strait-Ferries", "Ferries sail again", "1st Ld-Writethru"})
	if !strings.HasSuffix(it.Bodies[0].Value, "on time.") {
		t.Errorf("body %q", it.Bodies[0].Value)
	}
	two := parse(t, strip.Replace(strait+"\n"+strings.ReplaceAll(strait, "a0417", "a0418")))
	if len(two) != 2 || two[1].Sequence != "a0418" || two[0].VersionCreated != two[1].VersionCreated {
		t.Errorf("%d messages", len(two))
	}
}

func TestTable(t *testing.T) {
	it := parse(t, "[SYN][SYN][SOH]s0002[US]ta-\nr q[DC3][DC2] bc-ball-scores 11-26 0020\n[STX]^BC-Ball Scores,20<\n^Scores<\n[TLI]North  3  South  1\n[TLI]East   0  West   0\n[ETX]NW-PC-11-26-26 1645GMT\n")[0]
	if !it.Formatted || !strings.HasPrefix(it.Bodies[0].Doc.ExportHTML(), "<table>") || !strings.Contains(it.Bodies[0].Plain(), "East\t0\tWest\t0") {
		t.Errorf("%v %q", it.Formatted, it.Bodies[0].Plain())
	}
	equal(t, "filed", it.VersionCreated, item.Date{Time: time.Date(2026, 11, 26, 16, 45, 0, 0, time.UTC)})
}

func TestVariants(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string // slugline, take key, headline, body
	}{
		"alert without lines above": {
			"[SYN][SYN][SOH]a0009[US]x-\nf a[DC3][DC1] bc-calder-alert 11-26 0011\n[STX]\tPORT CALDER (NWP) _ Ferries stop.\n[ETX]NW-PC-11-26-26 1145EST",
			[]string{"calder-alert", "", "", "PORT CALDER (NWP) — Ferries stop."},
		},
		"editor's note over lines": {
			"[SOH]a0010\nr a bc-calder, 2nd take 11-26 0011\n[STX]^BC-Calder, 2nd Take,11<\n^Calder<\n^EDITOR'S NOTE _ First of\ntwo parts.<\n\tIt begins.\n\n\tIt ends.\n[ETX]",
			[]string{"Calder", "2nd Take", "Calder", "It begins.\n\nIt ends."},
		},
		"no second header": {
			"[SOH]a0011\n[STX]^Ferries<\n\tThey sail.\n[ETX]",
			[]string{"", "", "Ferries", "They sail."},
		},
	} {
		it := parse(t, test.text)[0]
		var headline, body string
		if len(it.Headlines) > 0 {
			headline = it.Headlines[0].Value
		}
		if len(it.Bodies) > 0 {
			body = it.Bodies[0].Value
		}
		equal(t, name, []string{it.Slugline(), it.TakeKey, headline, body}, test.want)
	}
}

func TestNotDetected(t *testing.T) {
	for _, raw := range []string{"", "Hello", "\x01", "a0417", "a0417\nis a number", "\x01bkn014 4 pl 171\r\n", strings.Repeat("\x16", 5000)} {
		if anpa.Sniff([]byte(raw)) {
			t.Errorf("%.40q is taken for ANPA 1312", raw)
		}
	}
}
