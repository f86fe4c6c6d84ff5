package richtext

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/txtar"
)

// letters returns what must survive every conversion.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// seed adds the inputs of the golden files.
func seed(f *testing.F, file string) {
	a, err := txtar.ParseFile("testdata/" + file)
	if err != nil {
		f.Fatal(err)
	}
	for _, part := range a.Files {
		if strings.HasPrefix(part.Name, "input ") {
			f.Add(string(part.Data))
		}
	}
}

// sameAgain checks that the HTML of a document, read as foreign HTML, is the
// same document for a reader.
func sameAgain(t *testing.T, doc Doc) {
	t.Helper()
	page := string(doc.HTML(Renderer{}))
	again, dropped, err := FromHTML(page, Origin{})
	if err != nil || len(dropped) > 0 {
		t.Fatalf("our own HTML: %v, dropped %v\n%s", err, dropped, page)
	}
	if again.Text() != doc.Text() {
		t.Errorf("text before:\n%q\nafter:\n%q\nHTML:\n%s", doc.Text(), again.Text(), page)
	}
	if html := string(again.HTML(Renderer{})); html != page {
		t.Errorf("HTML before:\n%s\nafter:\n%s", page, html)
	}
}

func FuzzParse(f *testing.F) {
	seed(f, "render/documents.txt")
	f.Add(string(sampleDoc().AppendJSON(nil)))
	f.Fuzz(func(t *testing.T, src string) {
		doc, err := Parse([]byte(src))
		if err != nil {
			return
		}
		if err := doc.Validate(); err != nil {
			t.Fatalf("Parse gave what Validate refuses: %v", err)
		}
		data := doc.AppendJSON(nil)
		back, err := Parse(data)
		if err != nil || !back.Equal(doc) || string(back.AppendJSON(nil)) != string(data) {
			t.Fatalf("after a round trip: %v\n%s\n%s", err, data, back.AppendJSON(nil))
		}
		walk(doc.Content, func(n *Node) bool { // words that no page shows
			if n.Type == TypeQuote && letters(string(appendParts(nil, n.Content, ""))) == "" {
				n.Attrs.Attribution = ""
			}
			return true
		})
		again, _, err := FromHTML(string(doc.HTML(Renderer{})), Origin{})
		if err == nil && letters(again.Text()) != letters(doc.Text()) {
			t.Errorf("text before:\n%q\nafter its HTML was read:\n%q", doc.Text(), again.Text())
		}
	})
}

func FuzzFromHTML(f *testing.F) {
	for _, file := range []string{"inline", "blocks", "lists", "tables", "dropped", "word", "nitf"} {
		seed(f, "html/"+file+".txt")
	}
	f.Fuzz(func(t *testing.T, src string) {
		doc, _, err := FromHTML(src, Origin{Kind: OriginWire, ID: "w"})
		if err != nil {
			return
		}
		sameAgain(t, doc)
		if !strings.ContainsAny(src, "<&") && letters(doc.Text()) != letters(src) {
			t.Errorf("of %q %q is left", src, doc.Text())
		}
	})
}

func FuzzFromMarkdown(f *testing.F) {
	seed(f, "markdown/comments.txt")
	f.Fuzz(func(t *testing.T, src string) {
		doc, err := FromMarkdown(src)
		if err != nil {
			return
		}
		sameAgain(t, doc)
		if !strings.ContainsAny(src, `[<&\!`) && letters(doc.Text()) != letters(src) {
			t.Errorf("of %q %q is left", src, doc.Text())
		}
	})
}
