package newsml1_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/parse"
)

// read parses a NewsML file of items.
func read(t *testing.T, items string) []item.Item {
	t.Helper()
	got, err := parse.File(t.Context(), parse.Input{Name: "x", Raw: []byte("<NewsML>" + items + "</NewsML>")})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestIdentifiers(t *testing.T) {
	id := func(provider, day, local, revision, public string) string {
		return fmt.Sprintf("<NewsItem><Identification><NewsIdentifier><ProviderId>%s</ProviderId><DateId>%s</DateId><NewsItemId>%s</NewsItemId>%s<PublicIdentifier>%s</PublicIdentifier></NewsIdentifier></Identification></NewsItem>",
			provider, day, local, revision, public)
	}
	const two = `<RevisionId PreviousRevision="1" Update="U">2</RevisionId>`
	for _, test := range []struct{ name, src, uri, version string }{
		{"revision and update cut off", id("p", "20261120", "x", two, "urn:newsml:p:20261120:x:2U"), "urn:newsml:p:20261120:x", "2"},
		{"revision cut off", id("p", "20261120", "x", two, "urn:newsml:p:20261120:x:2"), "urn:newsml:p:20261120:x", "2"},
		{"no revision in it", id("p", "20261120", "x", two, "tag:p,2026:x"), "tag:p,2026:x", "2"},
		{"an identifier that ends like the revision", id("p", "20261120", "2", two, "urn:2"), "urn:2", "2"},
		{"none", id("p", "20261120", "x y", two, ""), "urn:newsml:p:20261120:x%20y", "2"},
		{"one that is only the provider's", id("p", "20261120", "x", two, "x"), "urn:newsml:p:20261120:x", "2"},
		{"nothing else", id("", "", "", "", "x"), "x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			it := read(t, test.src)[0]
			if it.URI != test.uri || it.Version != test.version || it.ID != item.IDOf(test.uri) {
				t.Errorf("%q version %q", it.URI, it.Version)
			}
		})
	}
	// Two items that have a number or a day in common are not the same thing.
	for _, src := range []string{id("p", "20261120", "88", two, "tag:p,2026:a"), id("p", "20261120", "8 8", two, "")} {
		for _, alt := range read(t, src)[0].AltIDs {
			if alt.Value == "p" || alt.Value == "20261120" || alt.Value == "88" || alt.Value == "8 8" {
				t.Errorf("%+v is said to be a name of the item", alt)
			}
		}
	}
	nameless := "<NewsItem><NewsComponent/></NewsItem>"
	a, b := read(t, nameless+nameless), read(t, nameless+nameless)
	if a[0].URI == a[1].URI || a[0].URI != b[0].URI || !strings.HasPrefix(a[0].URI, "urn:broadsheet:sha256:") {
		t.Errorf("items without identifiers are %q and %q", a[0].URI, a[1].URI)
	}
}

func TestStatus(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 20, h, 0, 0, 0, time.UTC) }
	const change = `<StatusWillChange><FutureStatus FormalName="%s"/><DateAndTime>%s</DateAndTime></StatusWillChange>`
	for _, test := range []struct {
		name, management string
		free             []bool // at 9, 10 and 11
	}{
		{"usable", `<Status FormalName="Usable"/>`, []bool{true, true, true}},
		{"none", ``, []bool{true, true, true}},
		{"withheld", `<Status FormalName="Withheld"/>`, []bool{false, false, false}},
		{"killed", `<Status FormalName="Canceled"/>` + fmt.Sprintf(change, "Usable", "20261120T090000Z"), []bool{false, false, false}},
		{"embargoed until 10", `<Status FormalName="Embargoed"/>` + fmt.Sprintf(change, "usable", "20261120T100000Z"), []bool{false, true, true}},
		{"withheld until 10", `<Status FormalName="Withheld"/>` + fmt.Sprintf(change, "Usable", "20261120T110000+0100"), []bool{false, true, true}},
		{"embargoed without an end", `<Status FormalName="Embargoed"/>`, []bool{false, false, false}},
		{"embargoed until words", `<Status FormalName="Embargoed"/>` + fmt.Sprintf(change, "Usable", "after the speech"), []bool{false, false, false}},
		{"embargoed until nothing", `<Status FormalName="Embargoed"/>` + fmt.Sprintf(change, "Usable", ""), []bool{false, false, false}},
		{"usable until 10", `<Status FormalName="Usable"/>` + fmt.Sprintf(change, "Withheld", "20261120T100000Z"), []bool{true, false, false}},
		{"a word of the agency's own", `<Status FormalName="Aired"/>`, []bool{false, false, false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			it := read(t, "<NewsItem><NewsManagement>"+test.management+`</NewsManagement><NewsComponent><NewsComponent Duid="p"><ContentItem Href="a.jpg"/><NewsComponent><Role FormalName="Caption"/><ContentItem><DataContent>Sea</DataContent></ContentItem></NewsComponent></NewsComponent><ContentItem><DataContent>Words</DataContent></ContentItem></NewsComponent></NewsItem>`)[0]
			for i, want := range test.free {
				if got := it.FreeAt(at(9 + i)); got != want {
					t.Errorf("at %d free %v, want %v", 9+i, got, want)
				}
				if got := it.Associations[0].Item.FreeAt(at(9 + i)); got != want {
					t.Errorf("its picture at %d free %v, want %v", 9+i, got, want)
				}
			}
		})
	}
}

// TestShapes is about what becomes of component trees: "type[bodies; associations]".
func TestShapes(t *testing.T) {
	const (
		text    = `<ContentItem><MediaType FormalName="Text"/><DataContent><p>Words</p></DataContent></ContentItem>`
		photo   = `<ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem>`
		caption = `<NewsComponent><Role FormalName="Caption"/><ContentItem><DataContent>Boats</DataContent></ContentItem></NewsComponent>`
		head    = `<NewsLines><HeadLine>H</HeadLine></NewsLines>`
	)
	in := func(inner ...string) string { return "<NewsComponent>" + strings.Join(inner, "") + "</NewsComponent>" }
	role := func(role string, inner ...string) string {
		return in(`<Role FormalName="`+role+`"/>`, strings.Join(inner, ""))
	}
	deep := text
	for range 60 {
		deep = in(deep)
	}
	for _, test := range []struct{ name, src, want string }{
		{"a text", in(text), "text 1"},
		{"a text deep down", deep, "text 1"},
		{"a photo", in(photo), "picture 0 +1r"},
		{"a photo with a caption", in(caption, in(photo)), "picture 0 +1d +1r"},
		{"renditions by role", in(head, caption, in(role("Preview", photo), role("Full", photo))), "picture 0 +1d +2r"},
		{"renditions as equivalents", `<NewsComponent EquivalentsList="yes">` + photo + photo + "</NewsComponent>", "picture 0 +2r"},
		{"two photos", in(role("Photo", photo), role("Photo", photo)), "composite 0 (picture 0 +1r) (picture 0 +1r)"},
		{"two photos with captions", in(role("A", caption, in(photo)), role("B", caption, in(photo))), "composite 0 (picture 0 +1d +1r) (picture 0 +1d +1r)"},
		{"text and photo side by side", in(text, photo), "text 1 (picture 0 +1r)"},
		{"text and photo, each in its own", in(role("Main", text), role("Photo", caption, in(photo))), "text 1 (picture 0 +1d +1r)"},
		{"photos in a box of their own", in(in(text), in(role("P", photo, caption), role("P", photo))), "text 1 (picture 0 +1d +1r) (picture 0 +1r)"},
		{"a sidebar", in(in(head, text), in(head, text)), "text 1 (text 1)"},
		{"the main text is first though it stands last", in(role("Side", head, text), role("Main", text)), "text 1 (text 1)"},
		{"two languages", `<NewsComponent EquivalentsList="yes"><NewsComponent xml:lang="en">` + head + text + `</NewsComponent><NewsComponent xml:lang="fr">` + head + text + `</NewsComponent></NewsComponent>`, "text 2"},
		{"pieces without headlines", in(in(text), in(text)), "text 2"},
		{"only a caption", in(caption), "text 1"},
		{"references", in(`<NewsItemRef NewsItem="urn:x"/>`), "composite 0"},
		{"nothing", in(), "text 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			it := read(t, "<NewsItem>"+test.src+"</NewsItem>")[0]
			if diff := cmp.Diff(test.want, shape(&it)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func shape(it *item.Item) string {
	s := fmt.Sprintf("%s %d", it.Type, len(it.Bodies))
	if n := len(it.Descriptions); n > 0 {
		s += fmt.Sprintf(" +%dd", n)
	}
	if n := len(it.Renditions); n > 0 {
		s += fmt.Sprintf(" +%dr", n)
	}
	var inner strings.Builder
	for i := range it.Associations {
		inner.WriteString(" (" + shape(&it.Associations[i].Item) + ")")
	}
	return s + inner.String()
}

func TestEmpty(t *testing.T) {
	for src, want := range map[string]string{
		"<NewsML/>":                   "x:1: there is no item in it",
		"<NewsML><NewsItem></NewsML>": "x:1: not well-formed XML: </NewsML> where </NewsItem> was expected",
		"<!DOCTYPE NewsML [<!ENTITY lol 'lol'>]><NewsML><NewsItem>&lol;</NewsItem></NewsML>": "x:1: the file declares entities of its own, which is refused",
		"<NewsML>" + strings.Repeat("<NewsItem/>", 2001) + "</NewsML>":                       "x:1: more than 2000 items in one file",
		"<NewsML><NewsItem>\n\x00</NewsItem></NewsML>":                                       "x:2: a NUL byte: this is not text",
		"<NewsML><NewsItem>" + strings.Repeat("<NewsComponent>", 100):                        "x:1: elements are nested deeper than 100",
	} {
		if _, err := parse.File(t.Context(), parse.Input{Name: "x", Raw: []byte(src)}); err == nil || err.Error() != want {
			t.Errorf("%.60s: error %v, want %s", src, err, want)
		}
	}
}
