package demo

import (
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/iptc7901"
	"broadsheet/internal/wire/parse"
)

// someday is a Wednesday.
var someday = time.Date(2031, 3, 5, 15, 0, 0, 0, time.UTC)

func openTestDesk(t *testing.T) *newsdesk {
	t.Helper()
	d, err := openNewsdesk(content(), someday, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestStories(t *testing.T) {
	blocks, err := readStories(content())
	if err != nil {
		t.Fatal(err)
	}
	if len(blocks) < 42 {
		t.Errorf("%d stories, want 42 or more", len(blocks))
	}
	sections, long, slugs := map[string]int{}, 0, map[string]bool{}
	desk := openTestDesk(t)
	for i := range blocks {
		b := &blocks[i]
		if n := len([]rune(b.get("headline"))); n == 0 || n > 80 {
			t.Errorf("%s: the headline has %d characters", b.key, n)
		}
		if b.get("standfirst") == "" || b.get("slug") == "" || slugs[b.get("slug")] {
			t.Errorf("%s: the standfirst or the slug is missing, or the slug is used twice", b.key)
		}
		slugs[b.get("slug")] = true
		for _, key := range b.photos() {
			if desk.pictures[key] == nil {
				t.Errorf("%s: there is no photo %q", b.key, key)
			}
		}
		doc := composed(t, b)
		if doc.Words() >= 600 {
			long++
		}
		if raw, err := doc.MarshalJSON(); err != nil {
			t.Errorf("%s: %v", b.key, err)
		} else if _, err := richtext.Parse(raw); err != nil {
			t.Errorf("%s: %v", b.key, err)
		}
		if strings.ContainsAny(doc.Text(), "{}*|") {
			t.Errorf("%s: there is markup in the text: %s", b.key, doc.Text())
		}
		sections[b.get("section")]++
	}
	for _, s := range []string{"world", "politics", "business", "science", "culture", "sport"} {
		if sections[s] < 5 {
			t.Errorf("%d stories in %s, want 5 or more", sections[s], s)
		}
	}
	if long < 8 {
		t.Errorf("%d stories of 600 words or more, want 8", long)
	}
}

func composed(t *testing.T, b *block) richtext.Doc {
	t.Helper()
	doc, err := (&composer{
		block: b, words: dayWords(someday),
		origin: func(string) (richtext.Origin, bool) {
			return richtext.Origin{Kind: richtext.OriginWire, Name: "Wire"}, true
		},
		photo: func(string) (id.ID, bool) { return 1, true },
	}).compose()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// The lead story is built like the page that the paper is measured by.
func TestLeadStory(t *testing.T) {
	blocks, err := readStories(content())
	if err != nil {
		t.Fatal(err)
	}
	for i := range blocks {
		if blocks[i].key != leadStory {
			continue
		}
		doc := composed(t, &blocks[i])
		count := map[richtext.NodeType]int{}
		for _, n := range doc.Content {
			count[n.Type]++
		}
		if p := count[richtext.TypeParagraph]; p < 18 || p > 28 {
			t.Errorf("%d paragraphs, want about 20", p)
		}
		if count[richtext.TypeCrosshead] != 3 || count[richtext.TypeVideo] != 3 || count[richtext.TypeQuote] < 1 {
			t.Errorf("blocks: %v, want three crossheads, three videos and a quote", count)
		}
		if last := doc.Content[len(doc.Content)-1]; last.Type != richtext.TypeVideo {
			t.Errorf("the story ends with %s, want a video", last.Type)
		}
		if blocks[i].get("slug") != leadSlug {
			t.Errorf("the slug is %q, want %q", blocks[i].get("slug"), leadSlug)
		}
		return
	}
	t.Fatal("there is no lead story")
}

func TestPhotosHaveLicences(t *testing.T) {
	licences, err := os.ReadFile("../../web/LICENSES.md")
	if err != nil {
		t.Fatal(err)
	}
	desk := openTestDesk(t)
	files, err := os.ReadDir("content/photos")
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, f := range files {
		p := desk.pictures[strings.TrimSuffix(f.Name(), ".jpg")]
		if p == nil {
			t.Errorf("%s is not in photos.txt", f.Name())
			continue
		}
		if p.Alt == "" || p.Caption == "" || p.Organisation == "" || p.Licence == "" || p.Source == "" {
			t.Errorf("%s: alt text, caption, credit, licence or source is missing", f.Name())
		}
		if !strings.Contains(string(licences), "`"+f.Name()+"` | "+p.Title) {
			t.Errorf("%s is not in web/LICENSES.md", f.Name())
		}
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if len(files) != len(desk.pictures) {
		t.Errorf("%d files, but %d in photos.txt", len(files), len(desk.pictures))
	}
	if total > 5<<20 {
		t.Errorf("the photos have %d bytes, want at most 5 MiB", total)
	}
}

func TestAgencyFiles(t *testing.T) {
	desk := openTestDesk(t)
	list, err := desk.initial()
	if err != nil {
		t.Fatal(err)
	}
	live, err := desk.round(someday)
	if err != nil {
		t.Fatal(err)
	}
	once, err := desk.once()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range once {
		live = append(live, o.dispatch)
	}
	if n := len(list) + len(live); n < 60 {
		t.Errorf("%d items, want 60 or more", n)
	}
	kinds := map[string]int{}
	for _, p := range append(list, live...) {
		raw, err := p.bytes()
		if err != nil {
			t.Fatal(err)
		}
		items, err := parse.File(t.Context(), parse.Input{Name: p.fileName(), Raw: raw})
		if err != nil || len(items) != 1 {
			t.Errorf("%s: %d items, %v\n%s", p.block.key, len(items), err, raw)
			continue
		}
		it := &items[0]
		if len(it.Warnings) > 0 {
			t.Errorf("%s: %v", p.block.key, it.Warnings)
		}
		checkItem(t, p, it)
		kinds[it.Format+" "+it.Type]++
		if !it.Embargoed.IsZero() {
			kinds["embargo"]++
		}
		kinds[string(it.PubStatus)]++
	}
	for _, kind := range []string{"newsml-g2 text", "newsml-g2 picture", "newsml-g2 composite", "ninjs text", "ninjs picture", "nitf text", "nitf picture", "iptc-7901 text", "embargo", "canceled"} {
		if kinds[kind] == 0 {
			t.Errorf("there is no %s: %v", kind, kinds)
		}
	}
}

func checkItem(t *testing.T, p *dispatch, it *wire.Item) {
	t.Helper()
	provider := p.agency.name
	if p.Format == iptc7901.Format { // knows nothing but letters
		provider = strings.ToUpper(p.agency.code)
		p.Sent, p.Language, p.People, p.Orgs, p.Places = p.Sent.Truncate(time.Minute), it.Language, nil, nil, nil
	}
	if it.URI != p.URI || it.ProviderName() != provider || it.Headline() != p.Headline || it.Slugline() != p.Slug {
		t.Errorf("%s: identity: %q %q %q %q", p.block.key, it.URI, it.ProviderName(), it.Headline(), it.Slugline())
	}
	if it.Urgency != p.Urgency || it.Language != p.Language || !it.VersionCreated.Time.Equal(p.Sent.Truncate(time.Second)) {
		t.Errorf("%s: urgency %d, language %s, version of %s", p.block.key, it.Urgency, it.Language, it.VersionCreated)
	}
	if len(it.People) != len(p.People) || len(it.Organisations) != len(p.Orgs) || len(it.Places) != len(p.Places) {
		t.Errorf("%s: people %v, organisations %v, places %v", p.block.key, it.People, it.Organisations, it.Places)
	}
	if p.Text && it.Story().Text() != p.Body.Text() {
		t.Errorf("%s: the text is\n%s\nwant\n%s", p.block.key, it.Story().Text(), p.Body.Text())
	}
	if p.class() == "composite" && (len(it.Groups) == 0 || len(p.Members) == 0) {
		t.Errorf("%s: the package is empty", p.block.key)
	}
}

// Every story has a topic that readers talk about, and the great discussion is for the
// greater part of its beginning and its end hand-written.
func TestTalk(t *testing.T) {
	blocks, err := readStories(content())
	if err != nil {
		t.Fatal(err)
	}
	lib, err := openLibrary(content())
	if err != nil {
		t.Fatal(err)
	}
	pages := make([]page, len(blocks))
	for i := range blocks {
		pages[i].block = &blocks[i]
		if err := pages[i].read(someday); err != nil {
			t.Error(err)
		}
		if topic := blocks[i].get("discussion"); len(lib.threads[topic]) == 0 {
			t.Errorf("%s: nobody talks about %q", blocks[i].key, topic)
		}
	}
	plans := lib.plans(pages)
	lead := plans[leadStory].remarks
	mine := 0
	for _, r := range lead {
		if r.mine {
			mine++
		}
	}
	if len(lead) != 496 || mine < 120 || !lead[0].mine || !lead[len(lead)-1].mine {
		t.Errorf("%d remarks, %d of them hand-written", len(lead), mine)
	}
	for key, pl := range plans {
		said := map[string]bool{}
		for _, r := range pl.remarks {
			if r.depth == 0 && said[r.text] {
				t.Errorf("%s: said twice: %s", key, r.text)
			}
			said[r.text] = true
			if r.parent != nil && r.after <= r.parent.after {
				t.Errorf("%s: answered before it was said: %s", key, r.text)
			}
		}
	}
}

func TestBlockErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no block", "hello", "a block begins with ==="},
		{"no value", "=== a\nhello", "is not name: value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseBlocks("x.txt", c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}
