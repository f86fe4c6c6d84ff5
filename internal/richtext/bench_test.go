package richtext

import (
	"encoding/json"
	"strings"
	"testing"
)

// benchStory is a story of 1,000 words in 45 blocks, with links, quotes and
// crossheads, each block with its origin.
func benchStory() Doc {
	const sentence = "The minister said on Tuesday that talks would go on for as long as they had to, and no longer. "
	origin := Origin{Kind: OriginWire, ID: "0hv3k2m9q4w7z", Name: "The Example Agency"}
	var doc Doc
	for i := range 45 {
		var n Node
		switch i % 12 {
		case 5:
			n = block(TypeCrosshead, words("What the sides want"))
		case 9:
			n = block(TypeQuote, Paragraph("We will not wait."))
			n.Attrs.Attribution = "A minister"
		default:
			n = block(TypeParagraph, words(sentence), words("A report", Mark{Type: MarkLink, Href: "https://example.com/report?id=1"}), words(" of “The Paper” said so."))
		}
		n.Attrs.Origin = origin
		doc.Content = append(doc.Content, n)
	}
	return doc
}

func BenchmarkParse(b *testing.B) {
	data := benchStory().AppendJSON(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseBaseline is encoding/json reading the same bytes into the same
// shape, without validation: what Parse is measured against.
func BenchmarkParseBaseline(b *testing.B) {
	type node struct {
		Type    string
		Attrs   map[string]any
		Content []json.RawMessage
		Text    string
		Marks   []struct {
			Type  string
			Attrs map[string]any
		}
	}
	var read func(data []byte) error
	read = func(data []byte) error {
		var n node
		if err := json.Unmarshal(data, &n); err != nil {
			return err
		}
		for _, c := range n.Content {
			if err := read(c); err != nil {
				return err
			}
		}
		return nil
	}
	data := benchStory().AppendJSON(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := read(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseComment(b *testing.B) {
	data := Doc{[]Node{Paragraph("I do not agree with what was said above, and here is why."), Paragraph("Second thought.")}}.AppendJSON(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	doc := benchStory()
	b.SetBytes(int64(len(doc.HTML(Renderer{}))))
	b.ReportAllocs()
	for b.Loop() {
		_ = doc.HTML(Renderer{LinkRel: "nofollow"})
	}
}

func BenchmarkValidate(b *testing.B) {
	doc := benchStory()
	b.ReportAllocs()
	for b.Loop() {
		if err := doc.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	doc := benchStory()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = doc.AppendJSON(buf[:0])
	}
}

func BenchmarkWords(b *testing.B) {
	doc := benchStory()
	b.ReportAllocs()
	for b.Loop() {
		_ = doc.Words()
	}
}

func BenchmarkFromHTML(b *testing.B) {
	src := string(benchStory().HTML(Renderer{}))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := FromHTML(src, Origin{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFromMarkdown(b *testing.B) {
	src := strings.Repeat("I *do not* agree with what [was said](https://example.com/) above.\n\n> a quote\n\n", 3)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FromMarkdown(src); err != nil {
			b.Fatal(err)
		}
	}
}
