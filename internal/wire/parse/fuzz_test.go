package parse

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"broadsheet/internal/wire/anpa"
	"broadsheet/internal/wire/calendar"
	"broadsheet/internal/wire/feed"
	"broadsheet/internal/wire/iptc7901"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/letter"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/newsml1"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
	"broadsheet/internal/wire/nitf"
	"broadsheet/internal/wire/picture"
	"broadsheet/internal/wire/tree"
)

// checkParsed holds for every input: an error names the file; items can be stored, read
// again and printed, and hold nothing that a database refuses.
func checkParsed(t *testing.T, raw []byte) {
	items, err := File(t.Context(), Input{Name: "f", Raw: raw})
	if err != nil {
		if _, ok := errors.AsType[*tree.FileError](err); !ok || !strings.HasPrefix(err.Error(), "f:") || strings.Contains(err.Error(), "\n") {
			t.Fatalf("error %q", err)
		}
		return
	}
	if len(items) == 0 {
		t.Fatal("neither items nor an error")
	}
	for i := range items {
		it := &items[i]
		if it.URI == "" || it.ID != item.IDOf(it.URI) || it.PubStatus == "" {
			t.Fatalf("item %+v", it)
		}
		data, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), `\u0000`) || !utf8.Valid(data) {
			t.Fatalf("PostgreSQL refuses %q", data)
		}
		var back item.Item
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		line, err := ninjs.Write(it)
		if err != nil || strings.Contains(string(line), "\n") || !json.Valid(line) {
			t.Fatalf("printed %q, %v", line, err)
		}
		if s := strings.ToLower(string(line)); strings.Contains(s, `"contenttype":"text/html","value":"`) && strings.Contains(s, "<script") && onlyHTML(it) {
			t.Fatalf("foreign markup: %s", line)
		}
	}
}

// onlyHTML reports whether all of the item's texts are documents.
func onlyHTML(it *item.Item) bool {
	return len(it.Other)+len(it.Headlines)+len(it.Associations)+len(it.Descriptions)+len(it.Details) == 0 &&
		len(it.Bodies) == 1 && it.Bodies[0].Rich() && len(it.Bodies[0].Details) == 0
}

func seed(f *testing.F, names ...string) {
	for _, name := range names {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
}

func FuzzNewsML(f *testing.F) {
	seed(f, "strait.xml", "../../newsmlg2/testdata/everything.xml", "../../newsmlg2/testdata/events.xml")
	f.Add([]byte(`<newsItem guid="a"><contentSet><inlineXML><nitf><body><body.content><p>x</p><media/></body.content></body></nitf></inlineXML></contentSet></newsItem>`))
	f.Add([]byte(`<packageItem guid="p"><groupSet root="G"><group id="G"><itemRef residref="urn:t"/></group></groupSet></packageItem>`))
	f.Add([]byte(`<planningItem guid="p"><newsCoverageSet><newsCoverage><planning><edNote>x</edNote></planning></newsCoverage></newsCoverageSet></planningItem>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if Format(raw) == newsmlg2.Format {
			checkParsed(t, raw)
		}
	})
}

func FuzzNinjs(f *testing.F) {
	seed(f, "photo1.json", "text3.json")
	f.Add([]byte(`{"uri":"u","body_html":"<script>alert(1)</script><p onclick=x>y"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if Format(raw) == ninjs.Format {
			checkParsed(t, raw)
		}
	})
}

func FuzzNewsML1(f *testing.F) {
	for _, name := range []string{"tidy", "package", "several", "dispatch", "topics"} {
		seed(f, "../../newsml1/testdata/"+name+".xml")
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if Format(raw) == newsml1.Format {
			checkParsed(t, raw)
		}
	})
}

func FuzzNITFFile(f *testing.F) {
	seed(f, "../../nitf/testdata/harbour.xml", "../../nitf/testdata/wirecopy.xml", "../../nitf/testdata/photo.xml", "../../nitf/testdata/kill.xml")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if Format(raw) == nitf.Format {
			checkParsed(t, raw)
		}
	})
}

func FuzzIPTC7901(f *testing.F) {
	seed(f, "strait.iptc", "agencies/dpa.iptc", "agencies/afp.iptc", "agencies/efe.iptc", "agencies/ansa.iptc", "agencies/ana-mpa.iptc")
	f.Add([]byte("kna014 4 pl 171 KNA\nHaus/Kind/\nEin Titel=\nBerlin (kna) Es beginnt.\n\n261145 GMT Nov 26"))
	f.Add([]byte("\x01nws0002 5 sp 30\r\nBall/\r\n\x02Results =\r\n\r\nA    3:1\r\nB    0:0\r\nC    2:2\r\nD    1:0\r\n\x03261145 Nov 26"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if Format(raw) == iptc7901.Format {
			checkParsed(t, raw)
		}
	})
}

func FuzzANPA(f *testing.F) {
	seed(f, "strait.anpa", "agencies/ap.anpa", "agencies/aap.anpa")
	f.Add([]byte("a0417\nr i bc-strait 11-26 0250\n^BC-Strait<\n^Head<\n\tCITY (NW) _ It is.\nNW-PC-11-26-26 1145EST"))
	f.Add([]byte("\x16\x16\x01s0002\x1fta-\r\nr q\x13\x12 bc-ball-scores 11-26 0020\r\n\x02^BC-Ball Scores,20<\r\n\x08North  3\r\n\x08East  0\r\n\x03"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if Format(raw) == anpa.Format {
			checkParsed(t, raw)
		}
	})
}

func FuzzNITF(f *testing.F) {
	f.Add(`<nitf><body><body.head><hedline><hl1>A</hl1></hedline></body.head><body.content><p>See <person idsrc="m" value="1">A</person></p></body.content></body></nitf>`)
	f.Fuzz(func(t *testing.T, src string) {
		raw, err := json.Marshal(map[string]any{"uri": "u", "bodies": []any{map[string]any{"contentType": markup.NITF, "value": src}}})
		if err != nil {
			t.Fatal(err)
		}
		checkParsed(t, raw)
	})
}

// fuzzWeb tries every file of a format that came with the web, changed.
func fuzzWeb(f *testing.F, room string, formats ...string) {
	for _, name := range webFixtures(f) {
		if strings.Contains(name, "/"+room+"/") {
			raw, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if slices.Contains(formats, Format(raw)) {
			checkParsed(t, raw)
		}
	})
}

func FuzzFeed(f *testing.F) { fuzzWeb(f, "feed", feed.RSS, feed.Atom, feed.JSON) }

func FuzzPhoto(f *testing.F) { fuzzWeb(f, "picture", picture.Format) }

func FuzzMail(f *testing.F) { fuzzWeb(f, "letter", letter.Format) }

func FuzzCalendar(f *testing.F) { fuzzWeb(f, "calendar", calendar.Format) }
