package parse

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

func parseFile(t testing.TB, name string) []item.Item {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	items, err := File(t.Context(), Input{Name: name, Raw: raw})
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// A want is a fact about a parsed item.
type want struct {
	what      string
	got, want any
}

func checkAll(t *testing.T, wants []want) {
	t.Helper()
	for _, w := range wants {
		if diff := cmp.Diff(w.want, w.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.what, diff)
		}
	}
}

func TestNewsMLText(t *testing.T) {
	items := parseFile(t, "strait.xml")
	if len(items) != 2 {
		t.Fatalf("%d items", len(items))
	}
	it := &items[0]
	at := func(s string) item.Date { return item.ParseDate(s) }
	checkAll(t, []want{
		{"uri", it.URI, "urn:newsml:meridian.example:20261120:strait-talks"},
		{"id", it.ID, item.IDOf(it.URI)},
		{"version", it.Version, "2"},
		{"line", it.Line, 11},
		{"standard", it.Standard, item.Standard{Name: "NewsML-G2", Version: "2.35", Conformance: "power"}},
		{"kind, type", []string{string(it.Kind), it.Type}, []string{"news", "text"}},
		{"message", []string{it.Message.Sender, it.Message.TransmitID, it.Message.Origin, it.Message.Priority}, []string{"meridian.example", "meridian-000417", "LON", "3"}},
		{"priority, urgency", []int{it.Priority, it.Urgency}, []int{3, 2}},
		{"status", it.PubStatus, item.Usable},
		{"embargo", it.Embargoed, at("2026-11-20T18:00:00Z")},
		{"provider", it.Provider, item.Concept{Name: "Meridian News", Code: "mer:news", URI: "https://meridian.example/cv/news", Scheme: "https://meridian.example/cv/"}},
		{"service", it.Services[0].Name, "Meridian World"},
		{"signal", it.Signals[0].URI, "http://cv.iptc.org/newscodes/signal/update"},
		{"generator", it.Generators, []item.Text{{Value: "Meridian Writer", Source: "3.1"}}},
		{"notes", it.EdNotes, []item.Text{{Value: "Call the desk before use", Role: "mer:private"}, {Value: "UPDATES with quote in paragraph 2"}}},
		{"private", it.EdNotes[0].Private(), true},
		{"link", it.Links, []item.Link{{Rel: "irel:associatedWith", URI: "urn:newsml:meridian.example:20261120:strait-photo"}}},
		{"terms", it.Rights[0].UsageTerms, []item.Text{{Value: "Not for sale\nin Brazil"}}},
		{"notice", it.Rights[0].Notice, item.Text{Value: "Copyright 2026 Meridian News", Source: "https://meridian.example/copyright"}},
		{"hop", it.Hops[0].Party.Code + " " + it.Hops[0].Actions[0].Role, "mer:desk hatarget:content"},
		{"located", it.Located[0].Related[0].Name, "Kestria"},
		{"altId", it.AltIDs, []item.AltID{{Role: "mer:slot", Value: "A17", Environment: "mer:print"}}},
		{"subject", it.Subjects, []item.Concept{{Name: "diplomacy", Code: "medtop:20000639", URI: "http://cv.iptc.org/newscodes/mediatopic/20000639", Scheme: "http://cv.iptc.org/newscodes/mediatopic/", Type: "cpnat:abstract", Relevance: "80", Creator: "mer:machine"}}},
		{"person, named by the assertion", it.People[0].Name + " " + it.People[0].Contact[0].Value, "Aldo Brandt brandt@harbour.example"},
		{"organisation", it.Organisations[0].Name, "Strait Authority"},
		{"place", it.Places[0].Names, []item.Text{{Value: "Kestrel Strait", Language: "en"}, {Value: "Détroit de la Crécerelle", Language: "fr"}}},
		{"audience", it.Audiences[0].Code, "mer:national"},
		{"headlines", it.Headlines, []item.Text{{Value: "Ferries to cross the strait again", Language: "en"}, {Value: "Les ferries traverseront de nouveau", Language: "fr"}}},
		{"byline", it.Byline(), "By Ines Okafor"},
		{"dateline", it.Datelines[0].Value, "PORT TALLIN, Nov 20 (Meridian)"},
		{"creditline", it.Creditlines[0].Value, "Meridian"},
		{"keyword", it.Keywords, []item.Text{{Value: "ferry"}}},
		{"summary", it.Descriptions[0].Value, "Two sides agree on ferries."},
		{"body", it.Bodies[0].Doc.ExportHTML(), "<p>Hello <strong>brave</strong> new world &amp; <a href=\"https://meridian.example/x\">more</a></p>\n<p>“We sail,” said <em>Aldo</em>.</p>\n"},
		{"words", it.Bodies[0].WordCount, 14},
		{"origin of the body", it.Bodies[0].Doc.Origins()[0], it.Origin()},
		{"other", it.Other, []item.TextValue(nil)},
		{"warnings", it.Warnings, []string{"left out of the body: script"}},
	})
	photo := &items[1]
	checkAll(t, []want{
		{"type", photo.Type, "picture"},
		{"caption", photo.Caption(), "The ferry Kestrel leaves Port Tallin."},
		{"rendition", photo.Renditions[0], item.Rendition{
			Name: "highRes", Href: "pictures/kestrel.jpg", ContentType: "image/jpeg", Width: 3000, Height: 2000, SizeInBytes: 34,
			Orientation: 1, LayoutOrientation: "loutorient:horizontal", Details: []item.TextValue{{Path: "@rendition", Value: "rnd:highRes"}},
		}},
		{"part", photo.Parts, []item.Part{{ID: "P1", Seq: "1", Start: "0", End: "10", Unit: "timeunit:seconds", Descriptions: []item.Text{{Value: "Bow"}}}}},
	})
}

func TestNinjs1(t *testing.T) {
	it := &parseFile(t, "photo1.json")[0]
	inner := it.Associations[0].Item
	checkAll(t, []want{
		{"uri", it.URI, "tag:meridian.example,2026:photo-9"},
		{"standard", it.Standard.Version, "1.4"},
		{"urgency, priority", []int{it.Urgency, it.Priority}, []int{4, 6}},
		{"headlines", it.Headlines, []item.Text{{Value: "Harbour at dusk"}, {Value: "The harbour of Port Tallin at dusk", Role: "extended"}}},
		{"embargo of a day ends when the day has ended everywhere", it.Embargoed, item.Date{Time: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Text: "2026-11-21"}},
		{"person", it.People, []item.Concept{{Name: "Aldo Brandt", Rel: "about", Scheme: "https://meridian.example/cv/", Code: "p77", URI: "https://meridian.example/cv/p77"}}},
		{"symbols", it.Organisations[0].Symbols, []item.Symbol{{Exchange: "XKES", Symbol: "STL"}}},
		{"genre", it.Genres[0].URI, "http://cv.iptc.org/newscodes/genre/Feature"},
		{"altids", it.AltIDs, []item.AltID{{Role: "slot", Value: "A17"}}},
		{"renditions", []string{it.Renditions[0].Name, it.Renditions[1].Name}, []string{"thumbnail", "original"}},
		{"point of interest", it.Renditions[1].PointOfInterest, &item.Point{X: 5, Y: 6}},
		{"best", it.Best().Name, "original"},
		{"body", it.Bodies[0].Doc.ExportHTML(), "<p>Hello <strong>brave</strong> new world</p>\n"},
		{"what was left out", it.Bodies[0].Details, []item.TextValue{{Path: "dropped/iframe", Value: "https://x.example/"}}},
		{"caption", it.Caption(), "Boats in the harbour."},
		{"html description", it.Descriptions[1].Doc.ExportHTML(), "<p>Boats in the <em>harbour</em>.</p>\n"},
		{"photographer, credit", []string{it.Photographer(), it.Credit()}, []string{"Lena Ruiz", "Meridian"}},
		{"inner", []string{it.Associations[0].Name, inner.URI, inner.Type, inner.Renditions[0].Duration}, []string{"main", "urn:inner", "video", "12"}},
		{"unknown names", it.Other, []item.TextValue{{Path: "x_house.desk", Value: "night"}, {Path: "x_house.desk", Value: "7"}}},
	})
}

func TestNinjs3(t *testing.T) {
	items := parseFile(t, "text3.json")
	it := &items[0]
	far := time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)
	checkAll(t, []want{
		{"items", len(items), 2},
		{"line of the second", items[1].Line, 18},
		{"status", it.PubStatus, item.Canceled},
		{"an embargo in words holds", []bool{it.Release().EmbargoedAt(far), it.FreeAt(far)}, []bool{true, false}},
		{"headline", it.Headline(), "Kill"},
		{"plain body", it.Bodies[0], item.Body{Role: "text", ContentType: "text/plain", CharCount: 5, WordCount: 1, Value: "Hello"}},
		{"nitf body", it.Bodies[1].Doc.ExportHTML(), "<p>See Aldo Brandt.</p>\n"},
		{"data", it.Bodies[2].Value, "BEGIN:VCALENDAR"},
		{"story prefers markup", it.Story().Text(), "See Aldo Brandt."},
		{"picture in the text", it.Associations[0].Item.Renditions[0].Href + " " + it.Associations[0].Item.Caption(), "k.jpg Boats"},
		{"people", it.People[0].Contact, []item.Contact{{Type: "phone", Value: "+1"}}},
		{"rights", it.Rights[0].Linked, "https://m.example/rights"},
		{"trust", it.TrustIndicators[0].Title, "Ethics"},
		{"source type", it.SourceTypes[0].Name, "composite"},
		{"event", items[1].EventDetails["dates"].(map[string]any)["startDate"], "2026-11-21T09:00:00Z"},
		{"coverage", items[1].PlannedCoverage[0]["title"], "Text"},
		{"other", it.Other, []item.TextValue(nil)},
	})
}

func TestMarkupThatCannotBeReadIsWords(t *testing.T) {
	huge := strings.Repeat("<p>one <b>two</b>", 100_000)
	for name, src := range map[string]string{
		"too long for a document": `{"uri":"u","body_html":"` + huge + `"}`,
		"NITF that is not XML":    `{"uri":"u","bodies":[{"contentType":"application/nitf+xml","value":"<nitf><p>one <b>two</p>"}]}`,
	} {
		items, err := File(t.Context(), Input{Name: "x", Raw: []byte(src)})
		if err != nil {
			t.Fatal(err)
		}
		b := items[0].Bodies[0]
		if strings.ContainsAny(b.Value, "<>") || !strings.HasPrefix(squeeze(b.Value), "one two") || b.ContentType != "text/plain" || len(items[0].Warnings) != 2 {
			t.Errorf("%s: %q as %q, %q", name, b.Value[:min(50, len(b.Value))], b.ContentType, items[0].Warnings)
		}
	}
}

// TestItemRoundTrip: the database holds items as JSON.
func TestItemRoundTrip(t *testing.T) {
	for _, name := range []string{"strait.xml", "photo1.json", "text3.json"} {
		for _, it := range parseFile(t, name) {
			first, err := json.Marshal(&it)
			if err != nil {
				t.Fatal(err)
			}
			var back item.Item
			if err := json.Unmarshal(first, &back); err != nil {
				t.Fatal(err)
			}
			second, err := json.Marshal(&back)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(first), string(second)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func TestUnreadable(t *testing.T) {
	deep := strings.Repeat("<a>", tree.MaxDepth+1)
	nested := strings.Repeat("[", tree.MaxDepth+2) + strings.Repeat("]", tree.MaxDepth+2)
	for _, test := range []struct{ name, src, want string }{
		{"empty", "", "x: the file is empty"},
		{"text", "Hello", "x:1: its format is not known: it begins with neither < nor { nor ["},
		{"only a declaration", `<?xml version="1.0"?>`, "x:1: there is no XML element in it"},
		{"another vocabulary", "<html>\n</html>", "x:1: <html> is the beginning of no format that is known"},
		{"cut off", "<newsItem>\n<itemMeta>", "x:2: not well-formed XML: "},
		{"mismatch", "<newsItem>\n\n</newsitem>", "x:3: not well-formed XML: </newsitem> where </newsItem> was expected"},
		{"two roots", "<newsItem/>\n<newsItem/>", "x:2: not well-formed XML: a second root element <newsItem>"},
		{"entity bomb", "<!DOCTYPE x [<!ENTITY a \"b\">]>\n<newsItem>&a;</newsItem>", "x:1: the file declares entities of its own, which is refused"},
		{"external entity", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n<newsItem>&a;</newsItem>", "x:1: the file declares entities of its own, which is refused"},
		{"external parameter entity", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\" [<!ENTITY % a SYSTEM \"file:///etc/passwd\"> %a;]>\n<newsItem>&a;</newsItem>", "x:2: not well-formed XML: invalid character entity &a;"},
		{"unknown entity", "<newsItem>\n&boom;</newsItem>", "x:2: not well-formed XML: invalid character entity &boom;"},
		{"deep", deep, "x:1: elements are nested deeper than 100"},
		{"message without items", "<newsMessage/>", "x:1: the newsMessage has no itemSet"},
		{"message with another thing", "<newsMessage><itemSet>\n<foo/></itemSet></newsMessage>", "x:2: <foo> is not an item of NewsML-G2"},
		{"empty message", "<newsMessage><itemSet/></newsMessage>", "x:1: there is no item in it"},
		{"NUL", "<newsItem>\n\x00</newsItem>", "x:2: a NUL byte: this is not text"},
		{"JSON cut off", "{\"uri\":\n\"a\"", "x:2: not well-formed JSON: "},
		{"JSON with a mistake", "{\"uri\":\n\n\"a\",}", "x:3: not well-formed JSON: "},
		{"more after it", "{\"uri\":\"a\"}\n{}", "x:2: not well-formed JSON: "},
		{"deep JSON", nested, "x:1: values are nested deeper than 100"},
		{"another JSON", `{"name":"x"}`, "x:1: item 1 is not ninjs: it has neither uri nor headline"},
		{"a schema", `{"$schema":"x","uri":"y"}`, "x:1: item 1 is not ninjs: it has neither uri nor headline"},
		{"an empty array", `[]`, "x:1: there is no item in it"},
		{"too many", "[" + strings.Repeat("0,", tree.MaxItems) + "0]", "x:1: more than 2000 items in one file"},
		{"too large", strings.Repeat(" ", tree.MaxFile+1), "x: the file is larger than 32 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			items, err := File(t.Context(), Input{Name: "x", Raw: []byte(test.src)})
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("error %q, want %q", err, test.want)
			}
			if len(items) != 0 || !errors.Is(err, errs.Invalid) {
				t.Errorf("%d items, errs.Invalid %v", len(items), errors.Is(err, errs.Invalid))
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	const src = `<newsItem guid="u"><contentMeta><headline>Détente – “ja”</headline></contentMeta></newsItem>`
	latin := strings.NewReplacer("é", "\xe9", "–", "\x96", "“", "\x93", "”", "\x94").Replace(src)
	u16 := func(bom bool, big bool, s string) string {
		var b []byte
		for _, r := range utf16.Encode([]rune(s)) {
			if big {
				b = append(b, byte(r>>8), byte(r))
			} else {
				b = append(b, byte(r), byte(r>>8))
			}
		}
		switch {
		case bom && big:
			return "\xfe\xff" + string(b)
		case bom:
			return "\xff\xfe" + string(b)
		}
		return string(b)
	}
	for name, raw := range map[string]string{
		"UTF-8":                       src,
		"UTF-8 with BOM":              "\xef\xbb\xbf" + src,
		"declared ISO-8859-1":         `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin,
		"windows-1252, not declared":  latin,
		"windows-1252, said UTF-8":    `<?xml version="1.0" encoding="UTF-8"?>` + latin,
		"UTF-16 LE with BOM":          u16(true, false, src),
		"UTF-16 BE with BOM":          u16(true, true, src),
		"UTF-16 LE":                   u16(false, false, src),
		"UTF-16 BE":                   u16(false, true, src),
		"UTF-16 with a declaration":   u16(true, false, `<?xml version="1.0" encoding="UTF-16"?>`+src),
		"declared UTF-16, but is not": `<?xml version="1.0" encoding="UTF-16"?>` + src,
	} {
		t.Run(name, func(t *testing.T) {
			items, err := File(t.Context(), Input{Name: "x", Raw: []byte(raw)})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := items[0].Headline(), "Détente – “ja”"; got != want {
				t.Errorf("headline %q, want %q", got, want)
			}
		})
	}
}
