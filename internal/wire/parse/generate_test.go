package parse

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/conform"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/ninjs"
)

// A maker makes items that no agency has sent: any text in any field.
type maker struct{ *rand.Rand }

var pieces = []string{
	"ferry", "Port Tallin", "<b>", "&amp;", `"quoted"`, "it’s", "–", "détente", "海峡", "مضيق", "]]>", "\u00a0", "a:b", "x/y", "100 %", "😀", "'", "\\", "{}",
}

func (m maker) words(n int) string {
	var b strings.Builder
	for range 1 + m.IntN(n) {
		b.WriteString(pieces[m.IntN(len(pieces))])
		b.WriteByte(' ')
	}
	return strings.Join(strings.Fields(b.String()), " ") + "."
}

func (m maker) maybe() bool { return m.IntN(3) == 0 }

func (m maker) date() item.Date {
	t := time.Date(1990+m.IntN(60), time.Month(1+m.IntN(12)), 1+m.IntN(28), m.IntN(24), m.IntN(60), m.IntN(60), m.IntN(1000)*1e6, time.UTC)
	switch m.IntN(6) {
	case 0:
		return item.Date{}
	case 1:
		return item.ParseDate(t.Format("2006-01-02"))
	case 2:
		return item.Date{Time: t.In(time.FixedZone("", (m.IntN(24)-11)*3600))}
	}
	return item.Date{Time: t}
}

func (m maker) texts() (list []item.Text) {
	for range m.IntN(3) {
		t := item.Text{Value: m.words(5)}
		if m.maybe() {
			t.Language = []string{"en", "en-GB", "fr", "x_odd"}[m.IntN(4)]
		}
		if m.maybe() {
			t.Role = []string{"drol:summary", "urn:role:a", "some role"}[m.IntN(3)]
		}
		list = append(list, t)
	}
	return list
}

func (m maker) concepts(depth int) (list []item.Concept) {
	for range m.IntN(3) {
		c := item.Concept{Name: m.words(3)}
		switch m.IntN(5) {
		case 0:
			c.Code, c.Scheme, c.URI = "medtop:20000639", "http://cv.iptc.org/newscodes/mediatopic/", "http://cv.iptc.org/newscodes/mediatopic/20000639"
		case 1:
			code := fmt.Sprint("p", m.IntN(100))
			c.Code, c.Scheme = "own:"+code, fmt.Sprintf("https://paper%d.example/cv/", m.IntN(3))
			c.URI = c.Scheme + code
		case 2:
			c.Literal = m.words(2)
		case 3:
			c.Code, c.Scheme = "p77", "desk"
		}
		if m.maybe() {
			c.Rel, c.Role, c.Relevance = "about", "crol:reporter", strconv.Itoa(m.IntN(150))
		}
		if m.maybe() {
			c.Names, c.Notes = m.texts(), m.texts()
			c.Name = item.InLanguage(c.Names, "")
		}
		if m.maybe() && depth > 0 {
			c.Related = m.concepts(depth - 1)
		}
		if m.maybe() {
			c.Contact = []item.Contact{{Type: "email", Value: "desk@paper.example"}}
			c.Details = []item.TextValue{{Path: "@x", Value: m.words(1)}}
		}
		list = append(list, c)
	}
	return list
}

func (m maker) runs() (runs []richtext.Node) {
	marks := [][]richtext.Mark{
		nil,
		{{Type: richtext.MarkStrong}},
		{{Type: richtext.MarkEm}},
		{{Type: richtext.MarkStrong}, {Type: richtext.MarkEm}},
		{{Type: richtext.MarkLink, Href: "https://paper.example/?a=1&b=%22"}},
	}
	last := -1
	for range 1 + m.IntN(4) {
		k := m.IntN(len(marks))
		if k == last {
			continue
		}
		last = k
		runs = append(runs, richtext.Node{Type: richtext.TypeText, Text: m.words(6), Marks: marks[k]})
	}
	return runs
}

func (m maker) doc(o richtext.Origin) richtext.Doc {
	var d richtext.Doc
	paragraph := func() richtext.Node { return richtext.Node{Type: richtext.TypeParagraph, Content: m.runs()} }
	for range 1 + m.IntN(6) {
		n := paragraph()
		switch m.IntN(6) {
		case 0:
			n = richtext.Node{Type: richtext.TypeCrosshead, Content: []richtext.Node{{Type: richtext.TypeText, Text: m.words(3)}}}
		case 1:
			n = richtext.Node{Type: richtext.TypeQuote, Attrs: richtext.Attrs{Attribution: "Aldo Brandt"}, Content: []richtext.Node{paragraph(), paragraph()}}
		case 2:
			n = richtext.Node{Type: richtext.TypeList, Attrs: richtext.Attrs{Ordered: m.maybe()}}
			for range 1 + m.IntN(3) {
				n.Content = append(n.Content, richtext.Node{Type: richtext.TypeListItem, Content: []richtext.Node{paragraph()}})
			}
		case 3:
			n = richtext.Node{Type: richtext.TypeTable}
			for row := range 2 {
				cells := richtext.Node{Type: richtext.TypeTableRow}
				for range 2 {
					cells.Content = append(cells.Content, richtext.Node{Type: richtext.TypeTableCell, Attrs: richtext.Attrs{Header: row == 0}, Content: []richtext.Node{paragraph()}})
				}
				n.Content = append(n.Content, cells)
			}
		case 4:
			n = richtext.Node{Type: richtext.TypeRule}
		}
		d.Content = append(d.Content, n)
	}
	return d.WithOrigin(o)
}

func (m maker) item(depth int) item.Item {
	it := item.Item{
		URI: fmt.Sprintf("tag:paper.example,2026:%d", m.Uint64()), Kind: item.News, Type: []string{"text", "picture", "", "odd"}[m.IntN(4)],
		Version: []string{"1", "27", "", "draft-3"}[m.IntN(4)], PubStatus: []item.Status{item.Usable, item.Withheld, item.Canceled}[m.IntN(3)],
		Urgency: m.IntN(10), Priority: m.IntN(10), Language: []string{"en-GB", "ar", ""}[m.IntN(3)],
		FirstCreated: m.date(), VersionCreated: m.date(), ContentCreated: m.date(), ContentModified: m.date(), Embargoed: m.date(),
		Headlines: m.texts(), Sluglines: m.texts(), Datelines: m.texts(), Bylines: m.texts(), Creditlines: m.texts(), Keywords: m.texts(),
		EdNotes: m.texts(), Titles: m.texts(), Generators: m.texts(),
		Subjects: m.concepts(2), People: m.concepts(1), Places: m.concepts(1), Located: m.concepts(2), InfoSources: m.concepts(1),
		Creators: m.concepts(1), Contributors: m.concepts(0), Genres: m.concepts(0), Services: m.concepts(0), Signals: m.concepts(1),
		Audiences: m.concepts(0), DerivedFrom: m.concepts(0), InstanceOf: m.concepts(0),
	}
	it.Title = item.InLanguage(it.Titles, it.Language)
	if m.maybe() {
		it.Provider = item.Concept{Name: m.words(2)}
		it.Rights = []item.Rights{{Holder: item.Concept{Name: m.words(2)}, Notice: item.Text{Value: m.words(4), Source: "https://paper.example/c"}, UsageTerms: m.texts()}}
		it.AltIDs = []item.AltID{{Role: "slot", Value: m.words(1)}, {Role: "mer:slot", Value: "A17", Environment: "mer:print"}}
		it.Links = []item.Link{{Rel: item.RelDerived, URI: "urn:newsml:x", Title: m.words(2)}, {Href: "https://paper.example/a b", Version: "x"}}
		it.Renditions = []item.Rendition{{Name: "main", Href: "https://paper.example/1.jpg", Width: 10, Height: 20, SizeInBytes: 30, ContentType: "image/jpeg", PointOfInterest: &item.Point{X: 1, Y: 2}}}
		it.Other = []item.TextValue{{Path: "x.y", Value: m.words(9)}}
	}
	it.Identify()
	for range m.IntN(3) {
		it.Bodies = append(it.Bodies, item.Body{ContentType: []string{"text/html", "application/xhtml+xml", "application/nitf+xml"}[m.IntN(3)], WordCount: m.IntN(99), Doc: m.doc(it.Origin())})
	}
	if m.maybe() {
		it.Bodies = append(it.Bodies, item.Body{ContentType: "text/plain", Value: m.words(9) + "\n\n" + m.words(3)})
		it.Descriptions = []item.Body{{Role: "drol:caption", Value: m.words(7) + "\n" + m.words(3)}, {ContentType: "text/html", Doc: m.doc(it.Origin())}}
	}
	if depth > 0 && m.maybe() {
		it.Associations = []item.Association{{Name: "photo", Rel: "featured", Item: m.item(depth - 1)}}
	}
	return it
}

// TestMadeItemsReadBack writes made items in every way and reads them back: they say the
// same, and the files are as the formats want them.
func TestMadeItemsReadBack(t *testing.T) {
	for seed := range uint64(150) {
		m := maker{rand.New(rand.NewPCG(seed, 7))}
		it := m.item(2)
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			checkNewsML(t, []item.Item{it})
			line, err := ninjs.Write(&it)
			if err != nil {
				t.Fatal(err)
			}
			back, err := ninjs.Parse(t.Context(), line)
			if err != nil {
				t.Fatal(err)
			}
			if !it.Equal(&back[0]) {
				t.Errorf("(-want +got):\n%s", cmp.Diff(sayings(t, &it), sayings(t, &back[0])))
			}
			if line, err = ninjs.WriteStrict(&it); err != nil {
				t.Fatal(err)
			}
			for _, fault := range conform.Ninjs(line) {
				t.Error(fault)
			}
		})
		if t.Failed() {
			break
		}
	}
}
