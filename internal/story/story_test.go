package story

import (
	"strings"
	"testing"

	"broadsheet/internal/richtext"
)

func TestSlug(t *testing.T) {
	for headline, want := range map[string]string{
		"Ministers meet: “a first step”":   "ministers-meet-a-first-step",
		"Élysée's été":                     "elysees-ete",
		"  --  ":                           "",
		"Η Αθήνα":                          "η-αθηνα",
		strings.Repeat("word ", 40):        strings.TrimSuffix(strings.Repeat("word-", 16), "-"),
		strings.Repeat("x", 200):           strings.Repeat("x", MaxSlug),
		strings.Repeat("η", 200):           strings.Repeat("η", MaxSlug/2),
		"A story/../../etc/passwd?x=1#y z": "a-story-etc-passwd-x-1-y-z",
	} {
		if got := Slug(headline); got != want {
			t.Errorf("Slug(%q) = %q, want %q", headline, got, want)
		}
	}
}

func block(typ richtext.NodeType, kind richtext.OriginKind, name string) richtext.Node {
	n := richtext.Paragraph("text")
	n.Type = typ
	n.Attrs.Origin = richtext.Origin{Kind: kind, Name: name}
	return n
}

// The lines under a headline and at the end of a story follow from what is in it.
func TestLinesFollowFromTheSources(t *testing.T) {
	staff := block(richtext.TypeParagraph, richtext.OriginStaff, "Ann")
	mps := block(richtext.TypeParagraph, richtext.OriginWire, "Meridian Press")
	nw := block(richtext.TypeQuote, richtext.OriginWire, "Northern Wire")
	photo := []richtext.Origin{{Kind: richtext.OriginWire, Name: "Agencia Austral"}, {Kind: richtext.OriginStaff, Name: "Ann"}}
	for _, test := range []struct {
		name         string
		body         []richtext.Node
		photos       []richtext.Origin
		byline       []string
		want, credit string
	}{
		{"house alone", []richtext.Node{staff}, nil, nil, "The Broadsheet", ""},
		{"one reporter", []richtext.Node{staff}, nil, []string{"Ann Lee"}, "By Ann Lee", ""},
		{"house with agencies", []richtext.Node{staff, mps, nw, mps}, nil, nil, "The Broadsheet and news services", "Meridian Press and Northern Wire contributed to this report."},
		{"reporters with an agency", []richtext.Node{staff, mps}, photo, []string{"Ann Lee", "Bo Ek"}, "By Ann Lee and Bo Ek and news services", "Meridian Press and Agencia Austral contributed to this report."},
		{"one agency's story", []richtext.Node{mps}, nil, nil, "Meridian Press", "Meridian Press contributed to this report."},
		{"an agency's photo only", []richtext.Node{staff}, photo, []string{"Ann Lee"}, "By Ann Lee", "Agencia Austral contributed to this report."},
		{"three", []richtext.Node{staff, mps, nw}, photo, nil, "The Broadsheet and news services", "Meridian Press, Northern Wire and Agencia Austral contributed to this report."},
	} {
		t.Run(test.name, func(t *testing.T) {
			st := Style{House: "The Broadsheet"}
			from := sources(richtext.Doc{Content: test.body}, test.photos)
			if got := st.Byline(test.byline, from); got != test.want {
				t.Errorf("byline = %q, want %q", got, test.want)
			}
			if got := st.Contributors(from); got != test.credit {
				t.Errorf("contributor line = %q, want %q", got, test.credit)
			}
		})
	}
}
