package media

import (
	"slices"
	"testing"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
)

func TestCreditLine(t *testing.T) {
	wire := richtext.Origin{Kind: richtext.OriginWire, ID: "x", Name: "Harbour News"}
	for _, test := range []struct {
		name   string
		m      Metadata
		origin richtext.Origin
		want   string
	}{
		{"all", Metadata{Photographer: "Ana Duarte", Credit: "Ministry", Distributor: "Harbour News"}, wire, "Ana Duarte / Ministry via Harbour News"},
		{"no agency", Metadata{Photographer: "Ana Duarte", Credit: "Ministry"}, wire, "Ana Duarte / Ministry"},
		{"no organisation", Metadata{Photographer: "Ana Duarte", Distributor: "Harbour News"}, richtext.Origin{}, "Ana Duarte / Harbour News"},
		{"source for credit", Metadata{Photographer: "Ana Duarte", Source: "Ministry"}, richtext.Origin{}, "Ana Duarte / Ministry"},
		{"no photographer", Metadata{Credit: "Ministry", Distributor: "Harbour News"}, wire, "Ministry via Harbour News"},
		{"photographer alone, from the wire", Metadata{Photographer: "Ana Duarte"}, wire, "Ana Duarte / Harbour News"},
		{"photographer alone", Metadata{Photographer: "Ana Duarte"}, richtext.Origin{Kind: richtext.OriginStaff, Name: "Bo"}, "Ana Duarte"},
		{"agency is the organisation", Metadata{Photographer: "Ana Duarte", Credit: "Harbour News", Distributor: "Harbour News"}, wire, "Ana Duarte / Harbour News"},
		{"agency is in the credit", Metadata{Credit: "Ministry via HARBOUR NEWS", Distributor: "Harbour News"}, wire, "Ministry via HARBOUR NEWS"},
		{"photographer is in the credit", Metadata{Photographer: "Ana Duarte", Credit: "Ana Duarte/HN"}, wire, "Ana Duarte/HN"},
		{"organisation is in the photographer", Metadata{Photographer: "Ana Duarte/Ministry", Credit: "Ministry"}, wire, "Ana Duarte/Ministry"},
		{"copyright only", Metadata{Copyright: "© 2026 Ministry"}, richtext.Origin{}, "© 2026 Ministry"},
		{"nothing", Metadata{}, richtext.Origin{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Photo{Metadata: test.m, Origin: test.origin}
			if got := p.CreditLine(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWidthsAndPaths(t *testing.T) {
	for _, test := range []struct {
		width int
		want  []int
	}{
		{10, []int{10}},
		{320, []int{320}},
		{700, []int{320, 640, 700}},
		{1919, []int{320, 640, 960, 1280, 1919}},
		{1920, []int{320, 640, 960, 1280, 1920}},
		{6000, []int{320, 640, 960, 1280, 1920}},
	} {
		p := Photo{Width: test.width, Height: test.width}
		if got := p.Widths(); !slices.Equal(got, test.want) {
			t.Errorf("a photograph %d wide has widths %v, want %v", test.width, got, test.want)
		}
	}
	p := Photo{ID: id.At(time.UnixMilli(1_760_000_000_000)), Width: 700, Height: 350, Version: 3}
	at := "/media/" + p.ID.String()
	for width, want := range map[int]string{1: "/320.jpg?v=3", 320: "/320.jpg?v=3", 321: "/640.jpg?v=3", 650: "/700.jpg?v=3", 4000: "/700.jpg?v=3"} {
		if got := p.Path(width); got != at+want {
			t.Errorf("Path(%d) = %q, want %q", width, got, at+want)
		}
	}
	if want := at + "/320.jpg?v=3 320w, " + at + "/640.jpg?v=3 640w, " + at + "/700.jpg?v=3 700w"; p.Srcset() != want {
		t.Errorf("Srcset = %q, want %q", p.Srcset(), want)
	}
	if got := p.HeightAt(320); got != 160 {
		t.Errorf("HeightAt(320) = %d", got)
	}
	if got := (&Photo{Width: 10_000, Height: 10}).HeightAt(320); got != 1 {
		t.Errorf("height of a line = %d, want 1", got)
	}
}

func TestPhotoAt(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		p    Photo
		want Standing
	}{
		"nothing said":          {Photo{}, Free},
		"before its embargo":    {Photo{Metadata: Metadata{Embargo: now.Add(time.Millisecond)}}, NotYet},
		"at its embargo":        {Photo{Metadata: Metadata{Embargo: now}}, Free},
		"before it expires":     {Photo{Metadata: Metadata{Expires: now.Add(time.Millisecond)}}, Free},
		"when it expires":       {Photo{Metadata: Metadata{Expires: now}}, Expired},
		"by the usage terms":    {Photo{Metadata: Metadata{UsageTerms: "No use after 22 November 2026"}}, Expired},
		"by the instructions":   {Photo{Created: now.AddDate(0, 0, -4), Metadata: Metadata{Instructions: "Use within 3 days"}}, Expired},
		"held by its agency":    {Photo{Agency: Agency{Embargo: now.Add(time.Hour)}}, NotYet},
		"withheld":              {Photo{Agency: Agency{Status: "withheld"}}, NotYet},
		"killed, to be marked":  {Photo{Agency: Agency{Status: "canceled"}}, Free},
		"killed and taken down": {Photo{Agency: Agency{Status: "canceled", Expires: now}}, Killed},
		"the earlier end":       {Photo{Metadata: Metadata{Expires: now.Add(time.Hour)}, Agency: Agency{Expires: now}}, Expired},
	} {
		test.p.gate()
		if got := test.p.At(now); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestCleanFilename(t *testing.T) {
	for in, want := range map[string]string{
		`C:\Photos\a b.jpg`: "a b.jpg", "../../etc/passwd": "passwd", "": "", "/": "", "x\x00\n.jpg": "x\n.jpg",
	} {
		if got := cleanFilename(in); got != want {
			t.Errorf("cleanFilename(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkSrcset(b *testing.B) {
	p := Photo{ID: id.New(), Width: 6000, Height: 4000, Version: 12}
	b.ReportAllocs()
	for b.Loop() {
		_ = p.Srcset()
	}
}
