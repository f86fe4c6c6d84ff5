package site

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/config"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/mail"
	"broadsheet/internal/media"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/richtext"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/story"
	"broadsheet/internal/syndicate"
	"broadsheet/internal/web"
	assets "broadsheet/web"
)

// A newsroom is the site with everything behind it, on a real connection.
type newsroom struct {
	t testing.TB
	Rooms
	*Site
	url    string
	box    []mail.Message
	mu     sync.Mutex
	editor *account.Account
	photo  *media.Photo
}

func newNewsroom(t testing.TB, db *sqldb.DB) *newsroom {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	n := &newsroom{t: t, editor: account.System()}
	cfg := config.Default()
	cfg.Site.URL, cfg.Site.TimeStyle = "https://paper.example", "us"
	n.Rooms = Rooms{
		DB: db, Bus: bus.New(db, quiet), Accounts: account.New(db), Sections: &section.Service{DB: db},
		Media: media.New(db, &blob.Memory{}, &blob.Memory{}, quiet),
	}
	n.Accounts.Letters.Confirm = func(a *account.Account, token string) mail.Message {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.box = append(n.box, mail.Message{To: a.Email, Text: token})
		return mail.Message{}
	}
	n.Stories = &story.Service{DB: db, Now: time.Now, Style: story.Style{House: "The Broadsheet"}, Sections: n.Sections, Media: n.Media}
	n.Syndicate = &syndicate.Service{
		DB: db, Now: time.Now, Stories: n.Stories, Media: n.Media, Sections: n.Sections,
		Paper: func() syndicate.Paper { return syndicate.Paper{Name: cfg.Site.Name, URL: cfg.Site.URL, Language: "en"} },
	}
	n.Discussions = &discussion.Service{DB: db, Zone: cfg.Location(), Pace: &discussion.Pace{}, Stories: n.Stories.Discussable}
	n.Stories.OnPublish, n.Stories.OnUnpublish = n.Discussions.Open, n.Discussions.Close

	static, err := assets.NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	if n.Site, err = New(n.Rooms, cfg, static, pagecache.New(64<<20), &web.Live{Bus: n.Bus, Stop: stop}, quiet); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+assets.Prefix, static)
	web.Register(mux, quiet, n.ErrorPage, n.Routes())
	srv := httptest.NewServer(web.Chain(mux,
		web.Requests(quiet, func(string, string, int, time.Duration) {}), web.SecurityHeaders, web.SameOrigin(n.ErrorPage),
		web.Sessions(n.Accounts, func(_ context.Context, err error) { t.Error(err) }),
	))
	n.url = srv.URL
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { n.Run(ctx) })
	t.Cleanup(func() {
		close(stop)
		srv.Close()
		cancel()
		running.Wait()
	})
	n.photo = n.upload()
	return n
}

func newSQLite(t testing.TB) *newsroom {
	t.Helper()
	return newNewsroom(t, sqltest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")))
}

func (n *newsroom) upload() *media.Photo {
	n.t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1400, 900))
	for x := range 1400 {
		for y := range 900 {
			img.Set(x, y, color.RGBA{uint8(x / 6), uint8(y / 4), 160, 255})
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		n.t.Fatal(err)
	}
	p, err := n.Media.Upload(n.t.Context(), n.editor, &file, "harbour.jpg", richtext.Origin{})
	if err != nil {
		n.t.Fatal(err)
	}
	p.Title, p.Caption, p.Alt = "Image: ministers at the quay", "Anton Rehm, left, and Ilse Vardø in Port Salder on Tuesday.", "Two people on a quay"
	p.Photographer, p.Credit, p.Distributor, p.Copyright = "Jonas Ekblad", "Northern Press", "Meridian", "© 2026 Northern Press"
	if p, err = n.Media.Edit(n.t.Context(), n.editor, *p); err != nil {
		n.t.Fatal(err)
	}
	return p
}

func (n *newsroom) content(headline string) story.Content {
	body := richtext.Doc{Content: []richtext.Node{
		richtext.Paragraph("The ministers met for “forty minutes longer than planned” <b>."),
		{Type: richtext.TypeCrosshead, Content: []richtext.Node{{Type: richtext.TypeText, Text: "First contact"}}},
		{Type: richtext.TypeVideo, Attrs: richtext.Attrs{URL: "https://vimeo.com/1234", Title: "The last ferry", Duration: 151, Poster: n.photo.ID}},
		richtext.Paragraph("They will meet again."),
	}}
	return story.Content{
		Headline: headline, Standfirst: "What both sides call a first step.", Byline: []string{"Mara Lindqvist"}, Dateline: "PORT SALDER",
		Section: "world", Topics: []string{"Diplomacy"}, Lead: n.photo.ID, Body: body, Contributor: "Northern Press contributed to this report.",
	}
}

func (n *newsroom) publish(headline string) *story.Live {
	n.t.Helper()
	st, err := n.Stories.Create(n.t.Context(), n.editor, n.content(headline))
	if err != nil {
		n.t.Fatal(err)
	}
	l, err := n.Stories.Publish(n.t.Context(), n.editor, st.ID, st.Revision)
	if err != nil {
		n.t.Fatal(err)
	}
	return l
}

// A visitor is a browser without script.
type visitor struct {
	n *newsroom
	*http.Client
	header http.Header
}

func (n *newsroom) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		n.t.Fatal(err)
	}
	v := &visitor{n: n, Client: &http.Client{Jar: insecure{jar}}, header: http.Header{}}
	v.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

// insecure keeps __Host- cookies although the test's server has no TLS.
type insecure struct{ http.CookieJar }

func (j insecure) SetCookies(u *url.URL, cookies []*http.Cookie) {
	for _, c := range cookies {
		c.Secure = false
	}
	j.CookieJar.SetCookies(u, cookies)
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (v *visitor) do(method, path string, form url.Values) answer {
	v.n.t.Helper()
	req, err := http.NewRequestWithContext(v.n.t.Context(), method, v.n.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.n.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	maps.Copy(req.Header, v.header)
	res, err := v.Do(req)
	if err != nil {
		v.n.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.n.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func (v *visitor) get(path string, want int) string {
	v.n.t.Helper()
	a := v.do(http.MethodGet, path, nil)
	if a.status != want {
		v.n.t.Fatalf("GET %s: %d, want %d\n%s", path, a.status, want, a.body)
	}
	return a.body
}

// post sends a form and returns where it leads.
func (v *visitor) post(path string, want int, fields ...string) (location, body string) {
	v.n.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	a := v.do(http.MethodPost, path, form)
	if a.status != want {
		v.n.t.Fatalf("POST %s: %d, want %d\n%s", path, a.status, want, a.body)
	}
	return a.header.Get("Location"), a.body
}

// reader registers and confirms as a reader does.
func (n *newsroom) reader(name string) *visitor {
	n.t.Helper()
	v := n.visitor()
	v.post("/account/register", 303, "name", name, "email", strings.ToLower(name)+"@example.org", "password", "a quiet harbour at dawn")
	n.mu.Lock()
	token := n.box[len(n.box)-1].Text
	n.mu.Unlock()
	if page := v.get("/account/confirm?token="+url.QueryEscape(token), 200); !strings.Contains(page, html.EscapeString(token)) {
		n.t.Fatal("the form to confirm lacks the token")
	}
	v.post("/account/confirm", 200, "token", token, "password", "a quiet harbour at dawn")
	return v
}

func (n *newsroom) moderator() *visitor {
	n.t.Helper()
	_, err := n.Accounts.Add(n.t.Context(), n.editor, account.Person{Email: "mo@example.org", Name: "Mo", Role: account.Moderator, Password: "a quiet harbour at dawn"})
	if err != nil {
		n.t.Fatal(err)
	}
	v := n.visitor()
	v.post("/account/sign-in", 303, "email", "mo@example.org", "password", "a quiet harbour at dawn")
	return v
}

func contains(t testing.TB, page, where string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("%s lacks %q", where, part)
		}
	}
}

func TestStoryPageHasWhatPAGEAsksFor(t *testing.T) {
	n := newSQLite(t)
	l := n.publish("Two ministers & one table")
	v := n.visitor()
	page := v.get(l.Path(), 200)
	contains(t, page, "the page",
		"<h1>Two ministers &amp; one table</h1>",
		"Image: ministers at the quay", "Jonas Ekblad / Northern Press via Meridian", "Anton Rehm, left", `alt="Two people on a quay"`, // P1
		"Mara Lindqvist", // P2
		`<time datetime="`+l.FirstPublished.UTC().Format("2006-01-02T15:04:05Z"), " ET</time>", // P3
		"PORT SALDER", "forty minutes longer than planned", "&lt;b&gt;", // P4
		">First contact</h2>",                    // P5
		"Video: The last ferry", "2:31", "Vimeo", // P6
		"Northern Press contributed to this report.", // P7
		`id="discussion"`, // P8
		`<link rel="canonical" href="https://paper.example`+l.Path()+`">`, `property="og:image" content="https://paper.example/media/`,
	)
	if strings.Contains(page, "<iframe") || strings.ContainsAny(page, "\ue000\ue001") {
		t.Error("the page loads a film, or shows a slot")
	}
	var a NewsArticle
	m := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(page)
	fixed := regexp.MustCompile(`"commentCount":(\d+)`).ReplaceAllString(m[1], `"commentCount":"$1"`)
	if err := json.Unmarshal([]byte(fixed), &a); err != nil || fixed == m[1] {
		t.Fatalf("JSON-LD: %v\n%s", err, m[1])
	}
	if a.Headline != "Two ministers & one table" || a.Comments != "0" || a.Image[0].Credit != n.photo.CreditLine() || a.Image[0].Copyright != n.photo.Copyright {
		t.Errorf("JSON-LD: %+v", a)
	}
	if got := v.do("GET", "/world/an-old-slug-"+l.ID.String(), nil); got.status != 301 || got.header.Get("Location") != l.Path() {
		t.Errorf("an old slug: %d to %q", got.status, got.header.Get("Location"))
	}

	// A new version of the text, and of the credit, is there at once.
	c := n.content("Two ministers, one table")
	res, err := n.Stories.Save(t.Context(), n.editor, l.ID, 1, c)
	if err != nil {
		t.Fatal(err)
	}
	n.Stories.Now = func() time.Time { return time.Now().Add(time.Hour) }
	l2, err := n.Stories.Publish(t.Context(), n.editor, l.ID, res.Revision)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, v.get(l2.Path(), 200), "the new version", "Two ministers, one table", "updated <time")
	n.photo.Credit = "Another Agency"
	if n.photo, err = n.Media.Edit(t.Context(), n.editor, *n.photo); err != nil {
		t.Fatal(err)
	}
	contains(t, v.get(l2.Path(), 200), "the page after the credit was corrected", "Another Agency")
	if err := n.Stories.Unpublish(t.Context(), n.editor, l.ID); err != nil {
		t.Fatal(err)
	}
	contains(t, v.get(l2.Path(), 404), "the answer for a story taken down", "There is no such page", "mention <code>")
	if strings.Contains(v.get("/", 200), "one table") || strings.Contains(v.get("/feed.xml", 200), "one table") {
		t.Error("a story that was taken down is still listed")
	}
}

func TestListsAndFeeds(t *testing.T) {
	n := newSQLite(t)
	v := n.visitor()
	contains(t, v.get("/", 200), "an empty front", "Nothing has been published yet")
	for i := range onSection + 3 {
		n.publish(fmt.Sprintf("Story number %02d", i))
	}
	contains(t, v.get("/", 200), "the front", "Story number 22", `fetchpriority="high"`)
	first := v.get("/world", 200)
	contains(t, first, "the section", "Story number 22", "Older stories")
	older := regexp.MustCompile(`/world\?before=[^"]+`).FindString(first)
	contains(t, v.get(older, 200), "the second page", "Story number 00", "Newest</a>")
	v.get("/world?before=nonsense", 404)
	v.get("/no-such-section", 404)
	v.get("/no-such-section/feed.xml", 404)
	v.get("/world/no-such-story", 404)

	var feed struct {
		Items []struct {
			Title   string `xml:"title"`
			Link    string `xml:"link"`
			Date    string `xml:"pubDate"`
			Creator string `xml:"http://purl.org/dc/elements/1.1/ creator"`
			Media   struct {
				URL    string `xml:"url,attr"`
				Credit string `xml:"http://search.yahoo.com/mrss/ credit"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
		} `xml:"channel>item"`
	}
	for _, path := range []string{"/feed.xml", "/world/feed.xml"} {
		if err := xml.Unmarshal([]byte(v.get(path, 200)), &feed); err != nil {
			t.Fatal(err)
		}
		it := feed.Items[0]
		if _, err := time.Parse(time.RFC1123Z, it.Date); err != nil || it.Title != "Story number 22" || it.Creator == "" ||
			!strings.HasPrefix(it.Link, "https://paper.example/world/") || it.Media.Credit != n.photo.CreditLine() {
			t.Errorf("%s: %+v, %v", path, it, err)
		}
		feed.Items = nil
	}
	image := regexp.MustCompile(`/media/[^" ]+/640\.jpg\?v=\d+`).FindString(first)
	if a := v.do("GET", html.UnescapeString(image), nil); a.status != 200 || a.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", image, a.status, a.header)
	}
}

// A reader without script goes the whole way by forms and reloads.
// A photo is the readers' when a published story shows it, and the desk's before.
func TestPhotosOfDraftsAreNotPublic(t *testing.T) {
	n := newSQLite(t)
	path := n.photo.Path(320)
	guest := n.visitor()
	guest.get(path, 404)
	n.reader("Curious").get(path, 404)
	if _, err := n.Accounts.Add(t.Context(), n.editor, account.Person{Email: "ed@example.org", Name: "Ed", Role: account.Editor, Password: "a quiet harbour at dawn"}); err != nil {
		t.Fatal(err)
	}
	ed := n.visitor()
	ed.post("/account/sign-in", 303, "email", "ed@example.org", "password", "a quiet harbour at dawn")
	if a := ed.do("GET", path, nil); a.status != 200 || a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("an editor gets %d, Cache-Control %q", a.status, a.header.Get("Cache-Control"))
	}
	l := n.publish("With a photo")
	guest.get(path, 200)
	if err := n.Stories.Unpublish(t.Context(), n.editor, l.ID); err != nil {
		t.Fatal(err)
	}
	guest.get(path, 404)
}

func TestDiscussionWithoutScript(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := newNewsroom(t, db)
		l := n.publish("Talk of the town")
		talk := "/discussions/" + l.ID.String()
		guest := n.visitor()
		guest.get(l.Path(), 200)

		_, page := guest.post(talk+"/comments", 401, "text", "I was *there*.")
		contains(t, page, "the sign-in page", "I was *there*.", "Sign in and post")
		to, _ := guest.post(talk+"/vote", 303)
		if !strings.HasPrefix(to, "/account/sign-in?next=") {
			t.Errorf("a vote by a guest leads to %s", to)
		}

		ada, tove := n.reader("Ada"), n.reader("Tove")
		to, _ = ada.post(talk+"/comments", 303, "text", "I was *there*. https://example.org/log")
		if !strings.HasPrefix(to, l.Path()+"#c-") {
			t.Fatalf("posting leads to %s", to)
		}
		first := strings.TrimPrefix(to, l.Path()+"#c-")
		contains(t, ada.get(l.Path(), 200), "her own page", "<em>there</em>", "Ada", `id="c-`+first)

		contains(t, tove.get(talk+"?reply="+first, 200), "the form for a reply", "In reply to", `name="parent" value="`+first)
		to, _ = tove.post(talk+"/comments", 303, "text", "So was I.", "parent", first)
		contains(t, tove.get(to[:strings.Index(to, "#")], 200), "the page that a reply leads to", "So was I.")
		_, page = tove.post(talk+"/comments", 422, "text", " ", "parent", first)
		contains(t, page, "the page for an empty comment", `role="alert"`)

		vote := "/comments/" + first + "/vote"
		tove.post(vote, 303)
		contains(t, tove.get(l.Path(), 200), "the page after a vote", `Vote <span class="num">1</span>`)
		tove.post(vote, 303)
		contains(t, tove.get(l.Path(), 200), "the page after the vote was taken back", `Vote <span class="num">0</span>`)
		_, page = ada.post(vote, 403)
		contains(t, page, "the answer to a vote for oneself", "<h1>")
		tove.post(talk+"/vote", 303)

		contains(t, tove.get("/comments/"+first+"/report", 200), "the form to report", "What is wrong with it?")
		_, page = tove.post("/comments/"+first+"/report", 422, "reason", "other", "text", "")
		contains(t, page, "the form without a note", `role="alert"`)
		_, page = tove.post("/comments/"+first+"/report", 200, "reason", "spam", "text", "A link.")
		contains(t, page, "the answer to a report", "A moderator will read")

		mo := n.moderator()
		tove.get("/comments/"+first+"/moderate", 403)
		tove.post("/comments/"+first+"/remove", 403, "reason", "no")
		contains(t, mo.get("/comments/"+first+"/moderate", 200), "the moderator's page", "Why it is removed")
		mo.post("/comments/"+first+"/remove", 303, "reason", "An advertisement.")
		for name, who := range map[string]*visitor{"a guest": guest, "a reader": tove} {
			page = who.get(l.Path(), 200)
			if strings.Contains(page, "<em>there</em>") {
				t.Errorf("%s still sees what was removed", name)
			}
			contains(t, page, "the page of "+name, "Removed by a moderator.", "So was I.")
		}
		mo.post("/comments/"+first+"/restore", 303, "reason", "It was none.")
		contains(t, guest.get(l.Path(), 200), "the page after it was restored", "<em>there</em>")

		for _, sort := range []string{"newest", "oldest", "votes"} {
			contains(t, guest.get(talk+"?sort="+sort, 200), "the discussion by "+sort, "<em>there</em>", `aria-current="true"`)
		}
		guest.get(talk+"?sort=best", 404)
		guest.get("/comments/"+first, 303)
		rule := discussion.RankingRule()
		contains(t, guest.get("/discussions", 200), "the ranking", "Talk of the town", "How this list is made", "every "+rule.Hours()+" hours", ">"+rule.FirstComment+"<", ">"+rule.NextComment+"<", ">"+rule.Vote+"<")
	})
}

func TestMeAndSigningOut(t *testing.T) {
	n := newSQLite(t)
	l := n.publish("A story")
	guest, ada := n.visitor(), n.reader("Ada")
	var who me
	if err := json.Unmarshal([]byte(guest.get("/me", 200)), &who); err != nil || who.Name != "" {
		t.Errorf("a guest is %+v, %v", who, err)
	}
	ada.post("/discussions/"+l.ID.String()+"/vote", 303)
	if err := json.Unmarshal([]byte(ada.get("/me?story="+l.ID.String(), 200)), &who); err != nil || who.Name != "Ada" || len(who.Voted) != 1 || who.Moderator {
		t.Errorf("Ada is %+v, %v", who, err)
	}
	ada.post("/account/sign-out", 303)
	who = me{}
	if err := json.Unmarshal([]byte(ada.get("/me", 200)), &who); err != nil || who.Name != "" {
		t.Errorf("after signing out: %+v, %v", who, err)
	}
	for _, next := range []string{"//evil.example", "https://evil.example/", `/\evil.example`, "javascript:alert(1)"} {
		to, _ := n.visitor().post("/account/sign-in", 303, "email", "ada@example.org", "password", "a quiet harbour at dawn", "next", next)
		if to != "/" {
			t.Errorf("next=%s leads to %s", next, to)
		}
	}
	_, page := n.visitor().post("/account/sign-in", 422, "email", "ada@example.org", "password", "wrong wrong wrong")
	contains(t, page, "the page for a wrong password", `role="alert"`)
	to, _ := n.visitor().post("/account/sign-in", 303, "email", "ada@example.org", "password", "a quiet harbour at dawn", "then", l.ID.String(), "text", "Kept for me.")
	contains(t, guest.get(l.Path(), 200), "the page", "Kept for me.")
	if !strings.Contains(to, "#c-") {
		t.Errorf("signing in with a comment leads to %s", to)
	}
}

func TestPolicyAllowsOurStyleAndNoScriptInThePage(t *testing.T) {
	n := newSQLite(t)
	l := n.publish("A story")
	v := n.visitor()
	for _, path := range []string{"/", "/world", l.Path(), "/discussions", "/discussions/" + l.ID.String(), "/account/sign-in", "/no-such-page"} {
		a := v.do("GET", path, nil)
		policy := a.header.Get("Content-Security-Policy")
		contains(t, policy, "the policy of "+path, n.look.styleHash, "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", path, policy)
		}
		contains(t, a.body, path, "<style>"+string(n.look.style)+"</style>")
		for _, script := range regexp.MustCompile(`<script[^>]*>`).FindAllString(a.body, -1) {
			if !strings.Contains(script, "src=") && !strings.Contains(script, "ld+json") {
				t.Errorf("%s has a script inside: %s", path, script)
			}
		}
		if m := regexp.MustCompile(` (style|on\w+)="`).FindString(a.body); m != "" {
			t.Errorf("%s has an attribute that the policy forbids: %s", path, m)
		}
		if m := regexp.MustCompile(`(?:src|srcset|href)="https?://[^"]*"`).FindAllString(a.body, -1); len(m) > 0 {
			for _, link := range m {
				if !strings.Contains(link, "paper.example") && !strings.Contains(link, "vimeo.com/1234") {
					t.Errorf("%s asks another site: %s", path, link)
				}
			}
		}
	}
}

// A comment costs a render of the discussion, and not of the story.
func TestACommentRendersNoStory(t *testing.T) {
	n := newSQLite(t)
	l := n.publish("A story")
	ada := n.reader("Ada")
	ada.get(l.Path(), 200)
	before, err := n.article(t.Context(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	ada.post("/discussions/"+l.ID.String()+"/comments", 303, "text", "A thought.")
	contains(t, ada.get(l.Path(), 200), "the page", "A thought.")
	after, err := n.article(t.Context(), l.ID)
	if err != nil || before.Entry != after.Entry {
		t.Error("the story was rendered again")
	}
}

func TestOpenPagesHearOfIt(t *testing.T) {
	n := newSQLite(t)
	l := n.publish("A story")
	ada, mo := n.reader("Ada"), n.moderator()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/live/story/"+l.ID.String()+"?after="+id.First(time.Now().Add(-time.Second)).String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req) //nolint:forbidigo // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	heard := make(chan string, 100)
	go func() {
		defer close(heard)
		buf := make([]byte, 64<<10)
		var text string
		for {
			k, err := res.Body.Read(buf)
			text += string(buf[:k])
			for {
				event, rest, ok := strings.Cut(text, "\n\n")
				if !ok {
					break
				}
				text = rest
				heard <- event
			}
			if err != nil {
				return
			}
		}
	}()
	expect := func(name string, parts ...string) {
		t.Helper()
		for {
			select {
			case event, ok := <-heard:
				if !ok {
					t.Fatalf("the stream ended before %s", name)
				}
				if strings.Contains(event, "event: "+name+"\n") {
					contains(t, event, name, parts...)
					return
				}
			case <-time.After(3 * time.Second):
				t.Fatalf("nothing is heard of %s", name)
			}
		}
	}
	to, _ := ada.post("/discussions/"+l.ID.String()+"/comments", 303, "text", "Live *now*.")
	comment := to[strings.Index(to, "#c-")+3:]
	expect(eventComment, "\\u003cem\\u003enow", `"comments":1`)
	mo.post("/comments/"+comment+"/vote", 303)
	expect(eventVotes, `"votes":1`)
	expect(eventRanking, "A story")
	mo.post("/comments/"+comment+"/remove", 303, "reason", "A test.")
	expect(eventRemoved, `"comments":0`)
	if err := n.Stories.Unpublish(t.Context(), n.editor, l.ID); err != nil {
		t.Fatal(err)
	}
	expect(eventStory, `"gone":true`)
}
