package nitf_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/parse"
)

func read(t *testing.T, src string) *item.Item {
	t.Helper()
	items, err := parse.File(t.Context(), parse.Input{Name: "x", Raw: []byte(src)})
	if err != nil {
		t.Fatal(err)
	}
	return &items[0]
}

func docdata(attrs, inner string) string {
	return "<nitf><head><docdata " + attrs + ">" + inner + "</docdata></head><body><body.content><p>Words</p><media media-type='image'><media-reference source='a.jpg'/></media></body.content></body></nitf>"
}

func TestIdentifiers(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"a URI", docdata("", `<doc-id id-string="urn:newsml:a.example:20261120:x"/>`), "urn:newsml:a.example:20261120:x"},
		{"with its owner", docdata("", `<doc-id regsrc="A B" id-string="x/1"/>`), "urn:broadsheet:nitf:A%20B:x%2F1"},
		{"with a provider", docdata("", `<doc-id id-string="x1"/><doc.copyright holder="Coast"/>`), "urn:broadsheet:nitf:Coast:x1"},
		{"with a day", docdata("", `<doc-id id-string="x1"/><date.issue norm="20261120T120000Z"/>`), "urn:broadsheet:nitf:20261120:x1"},
		{"words before a colon", docdata("", `<doc-id regsrc="A" id-string="Talks: day 1"/>`), "urn:broadsheet:nitf:A:Talks:%20day%201"},
		{"of the whole document", strings.Replace(docdata("", ""), "<nitf>", `<nitf uno="urn:uno:1">`, 1), "urn:uno:1"},
	} {
		it := read(t, test.src)
		if it.URI != test.want || it.Associations[0].Item.URI != test.want+"#media1" {
			t.Errorf("%s: %q, its picture %q", test.name, it.URI, it.Associations[0].Item.URI)
		}
	}
	a, b := read(t, docdata("", "")), read(t, docdata("", ""))
	if a.URI != b.URI || !strings.HasPrefix(a.URI, "urn:broadsheet:sha256:") || a.Associations[0].Item.URI != a.URI+"#media1" {
		t.Errorf("a document without an identifier is %q and %q", a.URI, b.URI)
	}
}

func TestStatus(t *testing.T) {
	at := func(day, h int) time.Time { return time.Date(2026, 11, day, h, 0, 0, 0, time.UTC) }
	times := []time.Time{at(20, 9), at(20, 10), at(21, 1), at(23, 0)}
	const issue = `<date.issue norm="20261120T080000Z"/>`
	for _, test := range []struct {
		name, src string
		free      []bool
	}{
		{"usable", docdata("", issue), []bool{true, true, true, true}},
		{"usable, by its word", docdata(`management-status="usable"`, issue), []bool{true, true, true, true}},
		{"withheld", docdata(`management-status="withheld"`, issue), []bool{false, false, false, false}},
		{"killed", docdata(`management-status="killed"`, issue), []bool{false, false, false, false}},
		{"embargoed until a time", docdata(`management-status="embargoed"`, `<date.release norm="20261120T110000+0100"/>`), []bool{false, true, true, true}},
		{"embargoed until a day is over", docdata(`management-status="embargoed"`, `<date.release norm="20261121"/>`), []bool{false, false, false, true}},
		{"embargoed without an end", docdata(`management-status="embargoed"`, issue), []bool{false, false, false, false}},
		{"embargoed until words", docdata(`management-status="embargoed"`, `<date.release>after the speech</date.release>`), []bool{false, false, false, false}},
		{"released later", docdata("", issue+`<date.release norm="20261120T100000Z"/>`), []bool{false, true, true, true}},
		{"released later, without a zone", docdata("", issue+`<date.release norm="20261120T100000"/>`), []bool{false, false, true, true}},
		{"released at a word", docdata("", issue+`<date.release norm="noon"/>`), []bool{false, false, false, false}},
		{"released when it was issued", docdata("", issue+`<date.release norm="20261120T080000Z"/>`), []bool{true, true, true, true}},
		{"released on its day", docdata("", issue+`<date.release norm="20261120"/>`), []bool{true, true, true, true}},
		{"released on the next day", docdata("", issue+`<date.release norm="20261121"/>`), []bool{false, false, true, true}},
		{"expires", docdata("", issue+`<date.expire norm="20261121T000000Z"/>`), []bool{true, true, false, false}},
	} {
		it := read(t, test.src)
		for i, want := range test.free {
			if got := it.FreeAt(times[i]); got != want {
				t.Errorf("%s: at %s free %v, want %v", test.name, times[i], got, want)
			}
			if got := it.Associations[0].Item.FreeAt(times[i]); got != want {
				t.Errorf("%s: its picture at %s free %v, want %v", test.name, times[i], got, want)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	it := read(t, docdata(`management-doc-idref="x0" management-idref-status="canceled"`, `<correction id-string="x1" regsrc="A"/><doc-id regsrc="A" id-string="x2"/>`))
	want := []item.Link{
		{Rel: "management-canceled", URI: "urn:broadsheet:nitf:A:x0", Title: "x0"}, {Rel: "corrects", URI: "urn:broadsheet:nitf:A:x1"},
	}
	if diff := cmp.Diff(want, it.Links); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInside: a document inside another item can hold it back, not set it free.
func TestInside(t *testing.T) {
	inside := func(status, doc string) *item.Item {
		return read(t, `<newsItem guid="urn:x"><itemMeta><pubStatus qcode="stat:`+status+`"/></itemMeta><contentSet><inlineXML>`+doc+`</inlineXML></contentSet></newsItem>`)
	}
	for _, test := range []struct {
		status, doc string
		want        item.Status
	}{
		{"usable", docdata("", ""), item.Usable},
		{"usable", docdata(`management-status="withheld"`, ""), item.Withheld},
		{"usable", docdata(`management-status="killed"`, ""), item.Canceled},
		{"withheld", docdata(`management-status="usable"`, ""), item.Withheld},
		{"canceled", docdata(`management-status="usable"`, ""), item.Canceled},
		{"canceled", docdata(`management-status="withheld"`, ""), item.Canceled},
	} {
		if it := inside(test.status, test.doc); it.PubStatus != test.want || it.Associations[0].Item.PubStatus != test.want {
			t.Errorf("%s with %.60s: %s, want %s", test.status, test.doc, it.PubStatus, test.want)
		}
	}
}
