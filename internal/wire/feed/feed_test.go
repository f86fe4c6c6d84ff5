package feed

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
)

func TestRefuses(t *testing.T) {
	for name, test := range map[string]struct{ raw, want string }{
		"entries":      {"<rss><channel>" + strings.Repeat("<item><title>x</title></item>", 2001) + "</channel></rss>", "more than 2000 items in one file"},
		"none":         {"<rss>\n<channel/></rss>", ":1: <rss> has no entry"},
		"entities":     {"<!DOCTYPE rss [<!ENTITY a \"b\">]><rss><channel><item><title>&a;</title></item></channel></rss>", ":1: the file declares entities"},
		"cut off":      {"<rss><channel>\n<item><title>x", ":"},
		"deep nesting": {"<feed>" + strings.Repeat("<entry>", 200), "nested deeper than 100"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(t.Context(), []byte(test.raw))
			if err == nil || !strings.Contains(err.Error(), test.want) || !errors.Is(err, errs.Invalid) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// What is too much in one entry is left out, with a word where it is seen.
func TestTooMuch(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><link>https://a.example/</link><item><guid>1</guid>`)
	for i := range 600 {
		fmt.Fprintf(&b, `<category>c%d</category><media:content url="/%d.jpg" medium="image"/><author>p%d</author>`, i, i, i)
	}
	b.WriteString("</item></channel></rss>")
	items, err := Parse(t.Context(), []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	it := &items[0]
	if len(it.Subjects) != maxSubjects || len(it.Associations) != maxMedia || len(it.Creators) != maxPeople {
		t.Errorf("%d subjects, %d media, %d people", len(it.Subjects), len(it.Associations), len(it.Creators))
	}
	if all := strings.Join(it.Warnings, "\n"); !strings.Contains(all, "after the first 200") {
		t.Errorf("warnings %s", all)
	}
}

func TestPersonOf(t *testing.T) {
	for src, want := range map[string]item.Concept{
		"Ada Vance":                       {Name: "Ada Vance"},
		"ada@x.example (Ada Vance)":       {Name: "Ada Vance", Contact: []item.Contact{{Type: "email", Value: "ada@x.example"}}},
		"Ada Vance <ada@x.example>":       {Name: "Ada Vance", Contact: []item.Contact{{Type: "email", Value: "ada@x.example"}}},
		"ada@x.example":                   {Name: "ada@x.example", Contact: []item.Contact{{Type: "email", Value: "ada@x.example"}}},
		"Ada Vance (Coast correspondent)": {Name: "Ada Vance (Coast correspondent)"},
	} {
		got := personOf(src)
		if got.Name != want.Name || fmt.Sprint(got.Contact) != fmt.Sprint(want.Contact) {
			t.Errorf("%q is %+v", src, got)
		}
	}
}

func TestPlain(t *testing.T) {
	for src, want := range map[string]string{
		"5 < 6 &amp; 7":                  "5 < 6 & 7",
		"f<b>oo</b> <br>bar<p>x</p>y":    "foo bar x y",
		"a<script>alert(1)</script>b":    "ab",
		"a <style>p{}</style>b &eacute;": "a b é",
	} {
		if got := plain(src); got != want {
			t.Errorf("%q became %q, want %q", src, got, want)
		}
	}
}
