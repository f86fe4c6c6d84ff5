package richtext

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

func words(s string, marks ...Mark) Node { return Node{Type: TypeText, Text: s, Marks: marks} }

func block(t NodeType, content ...Node) Node { return Node{Type: t, Content: content} }

// sampleDoc has every block.
func sampleDoc() Doc {
	wire := Origin{Kind: OriginWire, ID: "w1", Name: "The Agency"}
	staff := Origin{Kind: OriginStaff, ID: "s1", Name: "Ada Example"}
	link := Mark{Type: MarkLink, Href: "https://example.com/"}
	first := block(TypeParagraph, words("Two ministers "), words("met", link, Mark{Type: MarkStrong}), words(" on Tuesday — at last."))
	first.Attrs.Origin = wire
	head := block(TypeCrosshead, words("First contact"))
	head.Attrs.Origin = staff
	quote := block(TypeQuote, Paragraph("We talked."), Paragraph("We will not wait."))
	quote.Attrs = Attrs{Origin: wire, Attribution: "A minister"}
	list := block(TypeList,
		block(TypeListItem, Paragraph("one"), block(TypeList, block(TypeListItem, Paragraph("inner")))),
		block(TypeListItem, Paragraph("two")))
	list.Attrs.Ordered = true
	header := block(TypeTableCell, Paragraph("Year"))
	header.Attrs = Attrs{Header: true, Colspan: 2}
	table := block(TypeTable,
		block(TypeTableRow, header),
		block(TypeTableRow, block(TypeTableCell, Paragraph("")), block(TypeTableCell, Paragraph("1979"))))
	return Doc{[]Node{
		first, head, quote, list,
		{Type: TypePhoto, Attrs: Attrs{Origin: wire, Media: sampleID, Caption: "Caption", Credit: "Credit"}},
		{Type: TypeVideo, Attrs: Attrs{Media: sampleID + 1, Title: "Talks", Poster: sampleID, Duration: 95, Captions: "/media/talks.vtt"}},
		{Type: TypeEmbed, Attrs: Attrs{URL: "https://video.example/1", Provider: "Video", Title: "A video"}},
		{Type: TypeRule},
		table,
	}}
}

func TestSchemaFitsTheCode(t *testing.T) {
	s := model()
	var a Attrs
	seen := map[any]bool{}
	for name, spec := range s.nodes {
		if spec.label == "" {
			t.Errorf("%s has no label", name)
		}
		for _, attr := range spec.attrs {
			p := a.field(attr.Name)
			if p == nil {
				t.Errorf("%s has the attribute %s, which Attrs has not", name, attr.Name)
				continue
			}
			seen[p] = true
			want := map[string]any{"origin": &Origin{}, "text": new(string), "url": new(string), "boolean": new(bool), "integer": new(int), "id": new(id.ID)}[attr.Type]
			if reflect.TypeOf(want) != reflect.TypeOf(p) {
				t.Errorf("%s.%s is a %s, and %T in Attrs", name, attr.Name, attr.Type, p)
			}
			if (attr.Type == "text" || attr.Type == "url") && attr.Max == 0 {
				t.Errorf("%s.%s has no limit", name, attr.Name)
			}
		}
	}
	if want := reflect.TypeFor[Attrs]().NumField(); len(seen) != want {
		t.Errorf("the schema uses %d of the %d fields of Attrs", len(seen), want)
	}
	for _, name := range []NodeType{
		TypeParagraph, TypeCrosshead, TypeQuote, TypeList, TypeListItem, TypePhoto, TypeVideo, TypeEmbed,
		TypeTable, TypeTableRow, TypeTableCell, TypeRule, TypeText,
	} {
		if s.nodes[name] == nil {
			t.Errorf("the schema lacks %s", name)
		}
	}
	for i, name := range []MarkType{MarkLink, MarkStrong, MarkEm} {
		if s.rank(name) != i {
			t.Errorf("%s has rank %d, want %d", name, s.rank(name), i)
		}
	}
	limit := func(node NodeType, attr string) int {
		for _, a := range s.nodes[node].attrs {
			if a.Name == attr {
				return a.Max
			}
		}
		return 0
	}
	got := []int{limit(TypeQuote, "attribution"), limit(TypePhoto, "caption"), limit(TypePhoto, "credit"), limit(TypeTableCell, "colspan"), limit(TypeTableCell, "rowspan")}
	if want := []int{maxAttribution, maxCaption, maxCredit, maxColspan, maxRowspan}; !cmp.Equal(got, want) {
		t.Errorf("limits in the schema %v, in the code %v", got, want)
	}
	if need := 2*maxLists + 1; StoryLimits().Depth < need {
		t.Errorf("documents may be %d deep, lists need %d", StoryLimits().Depth, need)
	}
	if need := 2*maxCommentLists + 2; CommentLimits().Depth < need {
		t.Errorf("comments may be %d deep, lists in a quote need %d", CommentLimits().Depth, need)
	}
	if !json.Valid(Schema()) {
		t.Error("Schema is not JSON")
	}
}

func TestLoadSchemaRefuses(t *testing.T) {
	for _, test := range []struct{ name, schema, want string }{
		{"no JSON", "x", "invalid character"},
		{"unknown node", `{"top":{"content":"block+"}}`, `names "block", which is no node`},
		{"open parenthesis", `{"top":{"content":"(a"},"nodes":[{"name":"a"}]}`, "lacks a closing parenthesis"},
		{"bad content", `{"top":{"content":"a"},"nodes":[{"name":"a","content":"b*"}]}`, "content of a"},
		{"unknown profile", `{"top":{"content":"a"},"nodes":[{"name":"a"}],"profiles":[{"name":"poem"}]}`, `unknown profile "poem"`},
		{"no limits", `{"top":{"content":"a"},"nodes":[{"name":"a"}]}`, "must have limits"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := loadSchema([]byte(test.schema)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want %q", err, test.want)
			}
		})
	}
}

func TestJSONRoundTrip(t *testing.T) {
	doc := sampleDoc()
	if err := doc.Validate(); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var back Doc
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !back.Equal(doc) {
		t.Errorf("after a round trip (-want +got):\n%s", cmp.Diff(doc, back))
	}
	if again := string(back.AppendJSON(nil)); again != string(doc.AppendJSON(nil)) {
		t.Errorf("JSON = %s", again)
	}
}

func TestEmptyDocument(t *testing.T) {
	data, err := json.Marshal(Doc{})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"type":"doc","content":[{"type":"paragraph"}]}`; string(data) != want {
		t.Errorf("JSON = %s, want %s", data, want)
	}
	back, err := Parse(data)
	if err != nil || !back.Equal(Doc{}) || !back.Empty() || back.HTML(Renderer{}) != "" || back.Text() != "" {
		t.Errorf("read back: %+v, %v", back, err)
	}
	for _, d := range []Doc{
		{[]Node{{Type: TypeRule}}},
		{[]Node{Paragraph("x")}},
		{[]Node{{Type: TypePhoto, Attrs: Attrs{Media: 1}}}},
	} {
		if d.Empty() {
			t.Errorf("%+v is empty", d)
		}
	}
	if !(Doc{[]Node{block(TypeList, block(TypeListItem, Paragraph(" ")))}}).Empty() {
		t.Error("a list of nothing is not empty")
	}
}

func TestEqual(t *testing.T) {
	for name, change := range map[string]func(*Doc){
		"text":    func(d *Doc) { d.Content[0].Content[0].Text = "Three" },
		"mark":    func(d *Doc) { d.Content[0].Content[1].Marks = d.Content[0].Content[1].Marks[:1] },
		"href":    func(d *Doc) { d.Content[0].Content[1].Marks[0].Href = "https://example.org/" },
		"attr":    func(d *Doc) { d.Content[3].Attrs.Ordered = false },
		"origin":  func(d *Doc) { d.Content[0].Attrs.Origin.ID = "w2" },
		"type":    func(d *Doc) { d.Content[1].Type = TypeParagraph },
		"missing": func(d *Doc) { d.Content = d.Content[1:] },
		"inner":   func(d *Doc) { d.Content[3].Content[0].Content = d.Content[3].Content[0].Content[:1] },
	} {
		doc := sampleDoc()
		if change(&doc); doc.Equal(sampleDoc()) || sampleDoc().Equal(doc) {
			t.Errorf("a change of %s goes unseen", name)
		}
	}
	if !sampleDoc().Equal(sampleDoc()) {
		t.Error("a document does not equal itself")
	}
}

func TestParseString(t *testing.T) {
	for _, raw := range []string{
		`"plain"`, `"\"\\\/\b\f\n\r\t"`, `"\u00e9\u20AC"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\ude00\ud83d"`, `"a\u0000b"`, `""`,
	} {
		var want string
		if err := json.Unmarshal([]byte(raw), &want); err != nil {
			t.Fatal(err)
		}
		r := jsonReader{src: raw}
		if got := r.str(); got != want || r.err != nil {
			t.Errorf("%s = %q, %v, want %q", raw, got, r.err, want)
		}
	}
	for _, raw := range []string{`"`, `"\`, `"\x"`, `"\u12"`, `"\u+123"`, "\"\n\"", "\"\\\"\n\"", `x`} {
		r := jsonReader{src: raw}
		if r.str(); !errors.Is(r.err, errs.Invalid) {
			t.Errorf("%s: error %v, want Invalid", raw, r.err)
		}
	}
}

func TestParseForgives(t *testing.T) {
	const src = ` { "content" : [ { "content" : [
		{"text":"one\u0000 ", "type":"text"}, {"type":"text","text":"","marks":[{"type":"em"}]}, {"type":"text","text":"two"},
		{"type":"text","text":" three","marks":[{"type":"em"},{"type":"strong"}]},
		{"type":"text","text":" four","marks":[{"type":"strong"},{"type":"em"}]}
	], "attrs":{"origin":null}, "type":"paragraph" } ], "type":"doc" } `
	doc, err := Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := Doc{[]Node{block(TypeParagraph, words("one two"), words(" three four", Mark{Type: MarkStrong}, Mark{Type: MarkEm}))}}
	if !doc.Equal(want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, doc))
	}
}

func TestParseRefuses(t *testing.T) {
	doc := func(content string) string { return `{"type":"doc","content":[` + content + `]}` }
	limits := StoryLimits()
	for _, test := range []struct{ name, src, want string }{
		{"bytes", doc(strings.Repeat(" ", limits.Bytes)), "at most 2097152 bytes"},
		{"blocks", doc(strings.Repeat(`{"type":"rule"},`, limits.Blocks) + `{"type":"rule"}`), "more than 5000 blocks"},
		{"depth", doc(strings.Repeat(`{"type":"list","content":[`, 30) + strings.Repeat(`]}`, 30)), "more than 16 deep"},
		{"text", doc(`{"type":"paragraph","content":[{"type":"text","text":"` + strings.Repeat("x", limits.Text+1) + `"}]}`), "at most 500000 characters"},
		{"attribute", doc(`{"type":"photo","attrs":{"media":"0010000000000","credit":"` + strings.Repeat("x", 301) + `"}}`), "credit may be at most 300 characters"},
		{"number too large", doc(`{"type":"video","attrs":{"url":"https://a.example/","duration":86401}}`), "duration must be from 0 to 86400"},
		{"number", doc(`{"type":"video","attrs":{"duration":1.5}}`), "a whole number is missing"},
		{"negative zero", doc(`{"type":"video","attrs":{"duration":-0}}`), "a whole number is missing"},
		{"boolean", doc(`{"type":"list","attrs":{"ordered":1}}`), "false is missing"},
		{"ID", doc(`{"type":"photo","attrs":{"media":"7"}}`), `"7" is not an ID`},
		{"origin key", doc(`{"type":"rule","attrs":{"origin":{"x":1}}}`), `an origin has no "x"`},
		{"origin name", doc(`{"type":"rule","attrs":{"origin":{"kind":"wire","name":"` + strings.Repeat("x", 301) + `"}}}`), "longer than 300"},
		{"mark", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"blink"}]}]}`), `no mark of type "blink"`},
		{"mark twice", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"em"},{"type":"em"}]}]}`), "doubled"},
		{"mark attribute", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"em","attrs":{"x":1}}]}]}`), `the attribute "x"`},
		{"address of strong", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"em","attrs":{"href":"https://a.example/"}}]}]}`), "cannot have an address"},
		{"link without address", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link"}]}]}`), "the href must be"},
		{"local link", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"/x"}}]}]}`), "the href must be"},
		{"embed of a file", doc(`{"type":"embed","attrs":{"url":"file:///etc/passwd"}}`), "the url must be"},
		{"captions elsewhere", doc(`{"type":"video","attrs":{"url":"https://a.example/","captions":"//b.example/"}}`), "the captions must be"},
		{"text of a block", doc(`{"type":"paragraph","text":"x"}`), "cannot itself have text"},
		{"content of text", doc(`{"type":"paragraph","content":[{"type":"text","text":"x","content":[{"type":"text","text":"y"}]}]}`), "nothing but marks"},
		{"content of a photo", doc(`{"type":"photo","attrs":{"media":"0010000000000"},"content":[{"type":"paragraph"}]}`), "a photo cannot hold a paragraph"},
		{"two keys", `{"type":"doc","type":"doc"}`, `"type" comes twice`},
		{"tail", doc("") + "x", "something follows its end"},
		{"unknown key", `{"type":"doc","title":"x"}`, `no "title"`},
		{"comma", doc(`{"type":"rule"},`), "'{' is missing"},
		{"not UTF-8", doc(`{"type":"rule"}`) + "\xff", "not UTF-8"},
		{"nothing", "", "'{' is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.src))
			if kind, message := errs.Of(err); kind != errs.Invalid || !strings.Contains(message, test.want) {
				t.Errorf("error = %v, want %q", err, test.want)
			}
		})
	}
}

// Documents made by Go code can hold what Parse never gives.
func TestValidateRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		node Node
		want string
	}{
		{"control character", Paragraph("a\x00b"), "control characters"},
		{"not UTF-8", Paragraph("a\xffb"), "not UTF-8"},
		{"empty run", block(TypeParagraph, words("")), "empty run"},
		{"marks out of order", block(TypeParagraph, words("x", Mark{Type: MarkEm}, Mark{Type: MarkStrong})), "out of order"},
		{"negative ID", Node{Type: TypePhoto, Attrs: Attrs{Media: -1}}, "not an ID"},
		{"control in a caption", Node{Type: TypePhoto, Attrs: Attrs{Media: 1, Caption: "\x1b"}}, "control characters"},
		{"long address", Node{Type: TypeEmbed, Attrs: Attrs{URL: "https://a.example/" + strings.Repeat("x", 2048)}}, "at most 2048 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, message := errs.Of(Doc{[]Node{test.node}}.Validate()); !strings.Contains(message, test.want) {
				t.Errorf("error = %q, want %q", message, test.want)
			}
		})
	}
	if _, message := errs.Of(Doc{[]Node{{Type: TypeRule}}}.ValidateComment()); !strings.Contains(message, "a rule is not allowed here") {
		t.Errorf("a rule in a comment: %q", message)
	}
}
