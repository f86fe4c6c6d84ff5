package site

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/jba/templatecheck"
	"github.com/klauspost/compress/gzip"

	assets "broadsheet/web"
)

func TestTemplatesFitTheirData(t *testing.T) {
	l := newFixture(t).look
	for name, data := range map[string]any{
		"front": FrontPage{}, "section": SectionPage{}, "story": StoryPage{}, "discussion-page": DiscussionPage{}, "discussion": Discussion{},
		"comment": Comment{}, "ranking": Ranking{}, "ranking-page": RankingPage{}, "sign-in": FormPage{}, "register": FormPage{}, "confirm": FormPage{},
		"report": ReportPage{}, "moderate": ModeratePage{}, "notice": NoticePage{}, "photo": &Picture{}, "video": Video{}, "embed": Video{},
	} {
		named := l.templates.Lookup(name)
		if named == nil {
			t.Errorf("there is no template %s", name)
			continue
		}
		if err := templatecheck.CheckHTML(named, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A first visit gets the text, and the style it is set in, in the first packets
// that a server may send: ten of 1,460 bytes.
func TestStoryFitsTheFirstPackets(t *testing.T) {
	const limit = 14 << 10
	f := newFixture(t)
	story, err := f.look.render("story", f.story(1000))
	if err != nil {
		t.Fatal(err)
	}
	ranking, err := f.look.render("ranking", f.ranking())
	if err != nil {
		t.Fatal(err)
	}
	page := fill(story, map[string][]byte{slotRanking: ranking, slotDiscussion: nil, slotNumber: []byte("41")})
	var gz, br bytes.Buffer
	z, err := gzip.NewWriterLevel(&gz, 6)
	if err != nil {
		t.Fatal(err)
	}
	b := brotli.NewWriterLevel(&br, 5)
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{z, b} {
		if _, err := w.Write(page); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("a story of 1,000 words: %d bytes, gzip %d, Brotli %d, of them style %d", len(page), gz.Len(), br.Len(), len(f.look.style))
	if gz.Len() > limit || br.Len() > limit {
		t.Errorf("gzip %d, Brotli %d: more than %d bytes", gz.Len(), br.Len(), limit)
	}
}

func TestFillPutsPartsIntoSlots(t *testing.T) {
	page := []byte("a" + slotRanking + "b" + slotNumber + "c\ue000unknown\ue001d\ue000open")
	got := string(fill(page, map[string][]byte{slotRanking: []byte("1"), slotNumber: []byte(slotRanking)}))
	if want := "a1b" + slotRanking + "c\ue000unknown\ue001d\ue000open"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What somebody writes is not a slot, and does not hide one.
func TestFillLeavesWhatPeopleWrite(t *testing.T) {
	for _, written := range []string{"\ue000ranking\ue001", "\ue000", "\ue001", "\ue000\ue000number\ue001"} {
		page := []byte(written + slotRanking)
		if got := string(fill(page, map[string][]byte{slotRanking: []byte("1"), slotNumber: []byte("2")})); got != written+"1" {
			t.Errorf("%+q: got %+q", written, got)
		}
	}
}

// What is taken out of the style sheet must not change it, and every class that
// a template uses must be known to it, or to the script.
func TestStyleKnowsTheClasses(t *testing.T) {
	f := newFixture(t)
	style := string(f.look.style)
	if strings.Contains(style, "/*") || strings.Contains(style, "\n") || strings.Count(style, "{") != strings.Count(style, "}") {
		t.Error("the style sheet is not tight, or not whole")
	}
	static, err := assets.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	script, err := static.Source("site.js")
	if err != nil {
		t.Fatal(err)
	}
	plain := map[string]bool{"d1": true, "d2": true, "d3": true, "d5": true, "d6": true, "d7": true, "front": true, "section": true, "video": true, "embed": true, "talk": true, "threads": true}
	for name, page := range f.pages(t) {
		for _, m := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(string(page), -1) {
			for class := range strings.FieldsSeq(m[1]) {
				if !plain[class] && !regexp.MustCompile(`\.`+class+`\b`).MatchString(style) && !strings.Contains(script, class) {
					t.Errorf("%s: nothing is said of the class %q", name, class)
				}
			}
		}
	}
}
