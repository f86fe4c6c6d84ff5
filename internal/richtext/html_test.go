package richtext

import (
	"html/template"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// Whatever a document holds, even one that was never validated, its HTML has no
// markup but our own.
func TestHTMLIsOurOwn(t *testing.T) {
	const evil = `"><script>alert('1')</script>` + "\x00&"
	var nodes []Node
	for _, kind := range []NodeType{TypeParagraph, TypeCrosshead, TypeQuote, TypeList, TypeTable, TypeRule, "script", ""} {
		n := block(kind, words(evil), block(TypeListItem, Paragraph(evil)), block(TypeTableRow, block(TypeTableCell, Paragraph(evil))))
		n.Attrs.Attribution = evil
		nodes = append(nodes, n)
	}
	nodes = append(nodes, block(TypeParagraph,
		words("a", Mark{Type: MarkLink, Href: "javascript:alert(1)"}),
		words("b", Mark{Type: MarkLink, Href: `https://a.example/"onclick="x`}),
		words("c", Mark{Type: "script", Href: evil})))
	got := string(Doc{nodes}.HTML(Renderer{LinkRel: evil}))
	for _, bad := range []string{"<script", "javascript:", "onclick", `=""`, "\x00"} {
		if strings.Contains(got, bad) {
			t.Errorf("HTML holds %q:\n%s", bad, got)
		}
	}
}

func TestRendererIsAsked(t *testing.T) {
	var got []Node
	take := func(n Node) template.HTML { //nolint:forbidigo // stands for what a page shows
		got = append(got, n)
		return "<figure>"
	}
	doc := sampleDoc()
	page := string(doc.HTML(Renderer{Photo: take, Video: take, Embed: take}))
	if diff := cmp.Diff(doc.Content[4:7], got); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	if n := strings.Count(page, "<figure>\n"); n != 3 {
		t.Errorf("%d figures are on the page, want 3:\n%s", n, page)
	}
}

func TestExportHTML(t *testing.T) {
	doc := Doc{[]Node{
		Paragraph(`"A" & B`),
		{Type: TypePhoto, Attrs: Attrs{Media: 1}},
		{Type: TypeVideo, Attrs: Attrs{URL: "https://video.example/?a=1&b=2"}},
		{Type: TypeVideo, Attrs: Attrs{Media: 2}},
		{Type: TypeEmbed, Attrs: Attrs{URL: "https://embed.example/", Title: "An <embed>"}},
	}}
	const want = `<p>"A" &amp; B</p>
<p><a href="https://video.example/?a=1&amp;b=2">https://video.example/?a=1&amp;b=2</a></p>
<p><a href="https://embed.example/">An &lt;embed&gt;</a></p>
`
	if diff := cmp.Diff(want, doc.ExportHTML()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestImporterKeepsPhotos(t *testing.T) {
	const src = `<p>Before <img src="a.jpg" alt="Alt"> after</p>
		<figure><img src="data:image/gif;base64,R0" data-src="b.jpg"><div>A. Photographer</div><figcaption>A  <b>caption</b></figcaption></figure>
		<blockquote><p>Quote</p><img src="a.jpg"></blockquote><img src="unknown.jpg">`
	origin := Origin{Kind: OriginImport, ID: "old/1"}
	var asked []Image
	doc, dropped, err := Importer{Origin: origin, Photo: func(img Image) (id.ID, bool) {
		asked = append(asked, img)
		return map[string]id.ID{"a.jpg": 1, "b.jpg": 2}[img.Src], true
	}}.HTML(src)
	if err != nil {
		t.Fatal(err)
	}
	from := Attrs{Origin: origin}
	quote := block(TypeQuote, Paragraph("Quote"))
	before := Paragraph("Before after")
	before.Attrs, quote.Attrs = from, from
	want := Doc{[]Node{
		before,
		{Type: TypePhoto, Attrs: Attrs{Origin: origin, Media: 1}},
		{Type: TypePhoto, Attrs: Attrs{Origin: origin, Media: 2, Caption: "A caption", Credit: "A. Photographer"}},
		quote,
		{Type: TypePhoto, Attrs: Attrs{Origin: origin, Media: 1}},
	}}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Dropped{{"img", "unknown.jpg", 1}}, dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Image{{Src: "a.jpg", Alt: "Alt"}, {Src: "b.jpg", Caption: "A caption", Credit: "A. Photographer"}, {Src: "a.jpg"}, {Src: "unknown.jpg"}}, asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}

func TestFromText(t *testing.T) {
	doc, err := FromText("\n\nFirst line\r\nand its end.\n \t\n<b>Second</b> &amp;\x01\n", Origin{Kind: OriginWire, ID: "w"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := doc.Text(), "First line and its end.\n\n<b>Second</b> &amp;"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
	if len(doc.Content) != 2 || doc.Content[1].Attrs.Origin.ID != "w" {
		t.Errorf("blocks: %+v", doc.Content)
	}
}

// Sources made to hurt end in a document or a clear error, and soon.
func TestHostileSources(t *testing.T) {
	bytes := StoryLimits().Bytes / 4
	fill := func(s string, n int) string { return strings.Repeat(s, n/len(s)) }
	for name, src := range map[string]string{
		"deep div":           fill("<div>", bytes),
		"deep quotes":        fill("<blockquote><cite>", 9000) + "x",
		"deep lists":         fill("<ul><li>x", bytes),
		"deep tables":        fill("<table><tr><td>x", 16000),
		"deep figures":       fill("<figure>", 2400) + fill("<wbr>", bytes/2),
		"deep marks":         fill("<a href=//a.example/><b>x", bytes),
		"deep spans":         fill("<span>", bytes),
		"many cells":         "<table><tr>" + fill("<td>x", bytes-20),
		"many items":         "<ul>" + fill("<li>x", bytes-20),
		"many cites":         "<blockquote>" + fill("<cite></cite>", bytes-20),
		"many dropped":       fill("<img src=a><script/>", bytes),
		"many comments":      fill("<!--<b/>", bytes),
		"open tags":          fill(`<b a="`, bytes),
		"open sections":      fill("<![CDATA[", bytes),
		"entities":           fill("&amp;&lt;", bytes),
		"line breaks":        fill("x<br>", bytes),
		"one long word":      fill("x", bytes),
		"white space":        fill(" \n\u00a0", bytes),
		"not UTF-8":          fill("\xff\xc0", bytes),
		"too long":           fill("x", 4*bytes+1),
		"styles":             `<p style="` + fill("font-weight:a;", bytes/2) + `">x</p>`,
		"empty scripts":      fill("<script></", bytes),
		"word lists":         fill(`<p style="mso-list:l0 level9 x">x<p style="mso-list:l0 level1 x">x`, bytes),
		"word lists in list": fill(`<p style="mso-list:l0 level9 x"><ul><li>x`, 8000),
	} {
		t.Run(name, func(t *testing.T) {
			doc, _, err := FromHTML(src, Origin{})
			if kind, message := errs.Of(err); err != nil && (kind != errs.Invalid || message == "") {
				t.Errorf("error = %v, want one for the sender", err)
			}
			if err == nil && doc.Validate() != nil {
				t.Error("the document is not valid")
			}
		})
	}
	limit := CommentLimits().Bytes
	for _, part := range []string{
		">", "> ", "- ", "1. ", "* ", "[", "![", "](", "*", "**a ", "_a", "<", "<http://", "\\", "&", "http://a.", "www.a.", "\t", "`", "    ", "\n>", "- a\n", "> - ", "a\n\n", "\u00a0", "\x00", "\xff",
	} {
		for _, src := range []string{fill(part, limit), fill(part, limit/2) + "\n" + fill("a"+part, limit/4)} {
			if doc, err := FromMarkdown(src); err == nil && doc.ValidateComment() != nil {
				t.Errorf("the document of many %q is not valid", part)
			}
		}
	}
}
