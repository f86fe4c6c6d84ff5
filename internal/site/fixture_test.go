package site

import (
	"fmt"
	"html/template"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/discussion"
	assets "broadsheet/web"
)

// The fixtures are a paper of our own invention, long and crowded enough to
// show what a page must bear.

type fixture struct {
	look  *look
	clock Clock
	now   time.Time
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	static, err := assets.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLook(static)
	if err != nil {
		t.Fatal(err)
	}
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{look: l, clock: Clock{ny, "ap"}, now: time.Date(2026, 3, 31, 17, 39, 53, 0, ny)}
}

func (f *fixture) frame(class, section, title string) Frame {
	fr := Frame{
		Lang: "en", Paper: "The Broadsheet", Title: title, Description: "What happened, and what was said about it.",
		Canonical: "https://paper.example/" + section, Feed: "/feed.xml", Class: class, Section: section,
		Today: f.clock.Day(f.now), Style: f.look.style, Script: f.look.script, Icon: f.look.icon, Fonts: f.look.fonts, Live: "/live",
	}
	if class == "front" {
		fr.Tagline = "What happened, and what was said about it"
	}
	for _, name := range []string{"World", "Politics", "Business", "Science", "Culture", "Sport"} {
		slug := strings.ToLower(name)
		fr.Sections = append(fr.Sections, SectionLink{slug, name, slug == section})
	}
	return fr
}

func (f *fixture) picture(n, width int, sizes string) *Picture {
	url := func(w int) string { return fmt.Sprintf("/media/%d/%d.jpg?v=1", n, w) }
	return &Picture{
		Src: url(width), Srcset: fmt.Sprintf("%s 640w, %s 1280w", url(640), url(1280)), Sizes: sizes,
		Alt: "A harbour under low cloud, two ferries at the quay", Width: 1280, Height: 853,
	}
}

var headlines = []string{
	"After eleven years, two ministers sit at one table and agree to meet again",
	"Harbour pilots end their strike with a contract and a warning",
	"A quiet vote moves the capital’s water into public hands",
	"Grain prices fall for a fourth day as the northern rail line reopens",
	"The glacier lost a metre in March. The instruments agree",
	"A theatre without a roof finds it does not need one",
	"Two late goals, and a title race nobody had predicted",
	"Parliament will count the votes again, all nine million of them",
	"What the ferry’s log says about the night of the storm",
	"The central bank keeps its rate and changes one word",
	"Old maps, new border: surveyors begin work in the valley",
}

func (f *fixture) item(n int, section string, level int, picture, standfirst bool) Item {
	it := Item{
		ID: fmt.Sprint("s", n), Path: fmt.Sprintf("/%s/a-story-%d", section, n), Section: section,
		Headline: headlines[n%len(headlines)], Votes: 12 * n, Comments: (n * 37) % 113, Level: level,
		Published: f.clock.Short(f.now.Add(-time.Duration(n*97)*time.Minute), f.now),
	}
	if standfirst {
		it.Standfirst = "The meeting lasted forty minutes longer than planned; what both sides call a first step leaves the harder questions to officials, who begin on Monday."
	}
	if picture {
		it.Picture = f.picture(n, 640, "(min-width:64rem) 50vw, 100vw")
	}
	return it
}

func (f *fixture) ranking() Ranking {
	r := Ranking{}
	for n, votes := range []int{1184, 642, 97, 31, 12, 3} {
		r.Entries = append(r.Entries, RankedStory{fmt.Sprint("s", n), fmt.Sprint("/world/s-", n), headlines[n], votes, votes/3 + 1})
	}
	return r
}

func (f *fixture) front() FrontPage {
	p := FrontPage{Frame: f.frame("front", "", ""), Ranking: slotRanking}
	lead := f.item(0, "world", 2, true, true)
	lead.Label, lead.Picture.Eager = "World", true
	p.Lead = &lead
	for n := 1; n < 3; n++ {
		it := f.item(n, []string{"", "business", "politics"}[n], 2, n == 1, true)
		it.Label = []string{"", "Business", "Politics"}[n]
		p.Seconds = append(p.Seconds, it)
	}
	for i, s := range p.Sections {
		first := f.item(i+3, s.Slug, 3, true, true)
		r := River{Slug: s.Slug, Name: s.Name, First: &first}
		for n := range 4 {
			r.More = append(r.More, f.item(i+n+4, s.Slug, 3, false, false))
		}
		p.Rivers = append(p.Rivers, r)
	}
	p.Rivers, p.Pairs = p.Rivers[:besideRanking], p.Rivers[besideRanking:]
	return p
}

func (f *fixture) section() SectionPage {
	p := SectionPage{Frame: f.frame("small section", "world", "World"), Name: "World", Older: "/world?before=x", Ranking: slotRanking}
	for n := range 9 {
		p.Items = append(p.Items, f.item(n, "world", 2, n%3 != 2, true))
	}
	return p
}

const para = "The foreign minister said on Tuesday that the talks, the first between the two governments in eleven years, had been “frank, and longer than either of us had planned.” Officials from both sides are to meet again in the spring, he told reporters on the steps of the old customs house, and “nobody should expect a signature before the snow has gone.”"

func (f *fixture) body(words int) template.HTML { //nolint:forbidigo // a fixture
	var b strings.Builder
	sentences := strings.Split(para, "”")
	for n := 0; len(strings.Fields(b.String())) < words; n++ {
		switch {
		case n%7 == 5:
			fmt.Fprintf(&b, "<h2 id=\"h%d\">Harder questions, part %d</h2>\n", n, n/7+1)
		case n == 9:
			b.WriteString(f.video())
		case n == 4:
			b.WriteString("<blockquote><p>We did not come here to be photographed. We came because the pilots had stopped answering the radio.</p><footer>Ines Aldana, harbour master</footer></blockquote>\n")
		}
		fmt.Fprintf(&b, "<p>%s %s reference %d-%d, and a <a href=\"/world/a-story-%d\">note of %d pages</a> followed.</p>\n", sentences[n%2]+"”", words2(n), n*7919%1000, n*104729%977, n, n*31%40)
	}
	return template.HTML(b.String()) //nolint:forbidigo // a fixture
}

func words2(n int) string {
	all := strings.Fields("harbour delegation ferry customs winter treaty pilot quay storm ledger signal cabinet envoy valley surveyor grain railway ballot court witness budget ministry bridge island coal")
	var out []string
	for k := range 12 {
		out = append(out, all[(n*13+k*k*7+k*n)%len(all)])
	}
	return strings.Join(out, " ")
}

func (f *fixture) video() string {
	frame, provider := player("https://vimeo.com/123456")
	out, err := f.look.render("video", Video{
		URL: "https://vimeo.com/123456", Player: frame, Provider: provider, Title: "The last ferry before the strike", Length: length(151),
		Poster: f.picture(7, 640, "36rem"),
	})
	if err != nil {
		panic(err)
	}
	return string(out)
}

func (f *fixture) story(words int) StoryPage {
	updated := f.clock.Moment(f.now)
	p := StoryPage{
		Frame: f.frame("small", "world", headlines[0]), ID: "0000000000abc", Path: "/world/talks-0000000000abc", Label: "World", Headline: headlines[0],
		Standfirst: "The meeting lasted forty minutes longer than planned. What both sides call a first step leaves the harder questions to officials.",
		Byline:     "By Mara Lindqvist in Port Salder and news services", Published: f.clock.Moment(f.now.Add(-7 * time.Hour)), Updated: &updated,
		Lead: f.picture(0, 1280, "(min-width:40rem) 36rem, 100vw"), Body: f.body(words),
		Contributor: "Northern Press Agency contributed to this report.", Topics: []string{"Salder Strait", "Diplomacy"},
		Comments: slotNumber, Discussion: slotDiscussion, Ranking: slotRanking,
	}
	p.Lead.Eager = true
	p.Lead.Title, p.Lead.Caption = "Two ministers at the customs house", "Foreign Minister Anton Rehm, left, and his counterpart Ilse Vardø before their meeting in Port Salder on Tuesday."
	p.Lead.Credit = "Jonas Ekblad / Northern Press via Meridian Pictures"
	p.Social = &Social{
		Type: "article", Title: p.Headline, Description: p.Standfirst, URL: p.Canonical, Image: "https://paper.example/media/0/1280.jpg",
		ImageAlt: p.Lead.Alt, ImageWidth: 1280, ImageHeight: 853, Published: p.Published.ISO, Modified: updated.ISO,
	}
	p.Article = &NewsArticle{
		Context: "https://schema.org", Type: "NewsArticle", Headline: p.Headline, Description: p.Standfirst, URL: p.Canonical, MainEntity: p.Canonical,
		Published: p.Published.ISO, Modified: updated.ISO, Language: "en", Section: "World", Words: words, Comments: slotNumber, Free: true,
		DiscussionURL: p.Canonical + "#discussion",
		Image:         []ImageObject{{Type: "ImageObject", URL: p.Social.Image, Width: 1280, Height: 853, Caption: p.Lead.Caption, Credit: p.Lead.Credit, Copyright: "© 2026 Northern Press"}},
		Author:        []Party{{Type: "Person", Name: "Mara Lindqvist"}}, Contributor: []Party{{Type: "Organization", Name: "Northern Press Agency"}},
		Publisher: Party{Type: "NewsMediaOrganization", Name: "The Broadsheet", URL: "https://paper.example/"},
	}
	return p
}

func (f *fixture) comment(n, depth int) Comment {
	texts := []string{
		"<p>Eleven years is a long time to say nothing. I would like to read the note itself, not the account of it.</p>",
		"<p>My father worked those ferries. The harbour master is right about the radio, and it was <em>not</em> the first time.</p><p>There is a <a href=\"https://example.org/log\" rel=\"ugc nofollow\">scan of the 2019 log</a>.</p>",
		"<p>Forty minutes longer than planned is what one says when nothing else may be said.</p>",
	}
	c := Comment{
		ID: fmt.Sprintf("c%d-%d", n, depth), StoryID: "0000000000abc", Author: []string{"Ada Brandt", "H. Okonjo", "Tove", "Miguel Serra"}[(n+depth)%4],
		AuthorID: fmt.Sprint("a", n), Staff: n == 1 && depth == 1, Posted: f.clock.Comment(f.now.Add(-time.Duration(n*17+60-depth) * time.Minute)), Votes: (n*29 + depth) % 31,
		Body: template.HTML(texts[(n+depth)%3]), Depth: depth, //nolint:forbidigo // a fixture
		Removed: n == 3 && depth == 2,
	}
	if depth < 4 && n%2 == 1 {
		c.Replies = append(c.Replies, f.comment(n, depth+1))
		if depth == 1 {
			c.Replies = append(c.Replies, f.comment(n+9, 4))
		}
	}
	return c
}

func (f *fixture) discussion() Discussion {
	d := Discussion{
		StoryID: "0000000000abc", StoryPath: "/world/talks-0000000000abc", Open: true, Votes: 97, Comments: 41, Sort: "newest", MaxLength: 10000,
		Sorts: []SortLink{{"Newest", "#", true}, {"Oldest", "#o", false}, {"Most votes", "#v", false}}, More: "/discussions/0000000000abc",
	}
	for n := range 6 {
		d.Threads = append(d.Threads, f.comment(n, 1))
	}
	return d
}

// pages renders every page of the paper, whole.
func (f *fixture) pages(t testing.TB) map[string][]byte {
	t.Helper()
	part := func(name string, data any) []byte {
		out, err := f.look.render(name, data)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	parts := map[string][]byte{
		slotRanking: part("ranking", f.ranking()), slotDiscussion: part("discussion", f.discussion()), slotNumber: []byte("41"),
	}
	empty := f.frame("small", "", "")
	reply := f.comment(0, 1)
	whole := f.discussion()
	whole.Whole, whole.ReplyTo, whole.Error = true, &reply, "A comment needs at least one word."
	form := func(heading string) FormPage {
		return FormPage{Frame: f.frame("small", "", heading), Heading: heading, Error: "This address and password do not belong together.", Values: FormValues{Email: "tove@example.org"}}
	}
	withDraft := form("Sign in")
	withDraft.Values.Draft, withDraft.Values.Then = "I was there that night.", "0000000000abc"
	out := map[string][]byte{
		"front":       part("front", f.front()),
		"front-empty": part("front", FrontPage{Frame: empty, Ranking: ""}),
		"section":     part("section", f.section()),
		"story":       part("story", f.story(1000)),
		"discussion":  part("discussion-page", DiscussionPage{Frame: f.frame("small", "", "Discussion"), Back: Link{headlines[0], "/world/x"}, Discussion: whole, Ranking: slotRanking}),
		"ranking":     part("ranking-page", RankingPage{Frame: f.frame("small", "", "Most active discussions"), Entries: f.ranking().Entries, Rule: discussion.RankingRule()}),
		"sign-in":     part("sign-in", withDraft),
		"register":    part("register", form("Register")),
		"confirm":     part("confirm", form("Confirm your address")),
		"report": part("report", ReportPage{
			Frame: empty, Comment: reply, Back: "/world/x", Error: "Choose a reason.",
			Reasons: []Reason{{"abuse", "It attacks somebody"}, {"spam", "It sells something"}, {"false", "It states something false"}, {"other", "Something else"}},
		}),
		"notice": part("notice", NoticePage{Frame: empty, Heading: "There is no such page", Text: "The address may be wrong, or the story was taken down.", Links: []Link{{"Front page", "/"}}, Request: "01jd9x7k2m"}),
	}
	for name, page := range out {
		out[name] = fill(page, parts)
	}
	return out
}
