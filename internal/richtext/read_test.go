package richtext

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/id"
)

func TestText(t *testing.T) {
	const want = "Two ministers met on Tuesday — at last.\n\nFirst contact\n\nWe talked.\n\nWe will not wait.\nA minister\n\none\ninner\ntwo\n\nYear\n\t1979"
	if diff := cmp.Diff(want, sampleDoc().Text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct {
		doc  Doc
		want int
	}{
		{Doc{}, 0},
		{Doc{[]Node{Paragraph("A — B, c-d; isn’t 5 %")}}, 5},
		{Doc{[]Node{block(TypeParagraph, words("half"), words("word", Mark{Type: MarkStrong}), words(" end"))}}, 2},
		{Doc{[]Node{Paragraph("one"), Paragraph("two")}}, 2},
		{Doc{[]Node{Paragraph("שלום עולם")}}, 2},
		{sampleDoc(), 22},
	} {
		if got := test.doc.Words(); got != test.want {
			t.Errorf("Words of %q = %d, want %d", test.doc.Text(), got, test.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	doc := Doc{[]Node{block(TypeCrosshead, words("Head")), Paragraph("Zwölf Boxkämpfer, jagen"), Paragraph("Viktor.")}}
	for _, test := range []struct {
		limit int
		want  string
	}{
		{100, "Zwölf Boxkämpfer, jagen Viktor."},
		{31, "Zwölf Boxkämpfer, jagen Viktor."},
		{30, "Zwölf Boxkämpfer, jagen…"},
		{24, "Zwölf Boxkämpfer, jagen…"},
		{23, "Zwölf Boxkämpfer…"},
		{6, "Zwölf…"},
		{3, "Zw…"},
	} {
		if got := doc.Excerpt(test.limit); got != test.want {
			t.Errorf("Excerpt(%d) = %q, want %q", test.limit, got, test.want)
		}
	}
}

func TestOutlineOriginsMedia(t *testing.T) {
	doc := sampleDoc()
	if diff := cmp.Diff([]Heading{{"First contact", 1}}, doc.Outline()); diff != "" {
		t.Errorf("Outline (-want +got):\n%s", diff)
	}
	want := []Origin{{OriginWire, "w1", "The Agency"}, {OriginStaff, "s1", "Ada Example"}}
	if diff := cmp.Diff(want, doc.Origins()); diff != "" {
		t.Errorf("Origins (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]id.ID{sampleID, sampleID + 1}, doc.Media()); diff != "" {
		t.Errorf("Media (-want +got):\n%s", diff)
	}
}

func TestWithOrigin(t *testing.T) {
	doc := sampleDoc()
	doc.Content[2].Content[0].Attrs.Origin = Origin{Kind: OriginImport, ID: "old"} // a paragraph in the quote
	me := Origin{Kind: OriginStaff, ID: "s2", Name: "Bo Example"}

	all := doc.WithOrigin(me)
	if diff := cmp.Diff([]Origin{me}, all.Origins()); diff != "" {
		t.Errorf("WithOrigin (-want +got):\n%s", diff)
	}
	missing := doc.WithMissingOrigin(me)
	for i, n := range missing.Content {
		want := doc.Content[i].Attrs.Origin
		if want.IsZero() {
			want = me
		}
		if n.Attrs.Origin != want {
			t.Errorf("block %d has the origin %v, want %v", i, n.Attrs.Origin, want)
		}
	}
	if len(doc.Origins()) != 3 || !doc.Content[3].Attrs.Origin.IsZero() {
		t.Error("the document itself has changed")
	}
}
