package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	assets "broadsheet/web"
	"broadsheet/web/dist"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/desk"
	"broadsheet/internal/discussion"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/section"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// newsroom is a whole newsroom for a test, behind its desk.
type newsroom struct {
	t          *testing.T
	accounts   *account.Service
	media      *media.Service
	wire       *wire.Service
	sources    *source.Service
	stories    *story.Service
	discussion *discussion.Service
	handler    http.Handler
	people     map[account.Role]*account.Account
}

const password = "correct horse battery"

func open(t *testing.T, db *sqldb.DB) *newsroom {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	dir := t.TempDir()
	store := func(name string) blob.Store {
		s, err := blob.NewDir(filepath.Join(dir, name))
		must(t, err)
		return s
	}
	originals := store("originals")
	b := bus.New(db, log)
	n := &newsroom{t: t, accounts: account.New(db), media: media.New(db, originals, store("renditions"), log), people: map[account.Role]*account.Account{}}
	sections := &section.Service{DB: db}
	n.wire = &wire.Service{DB: db, Blobs: originals, Now: time.Now, Log: log}
	n.stories = &story.Service{DB: db, Now: time.Now, Style: story.Style{House: "The Broadsheet"}, Sections: sections, Media: n.media, Wire: n.wire}
	n.discussion = &discussion.Service{DB: db, Zone: time.UTC, Stories: n.stories.Discussable, Pace: &discussion.Pace{}}
	n.stories.OnPublish, n.stories.OnUnpublish = n.discussion.Open, n.discussion.Close
	n.wire.OnChange = append(n.wire.OnChange, n.stories.WireChanged)
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan struct{})
	go func() { b.Run(ctx); close(ran) }()
	t.Cleanup(func() { stop(); <-ran })

	zone, err := time.LoadLocation("America/New_York")
	must(t, err)
	n.sources = &source.Service{DB: db, Wire: n.wire, Accounts: n.accounts, Now: time.Now, Log: log}
	d, err := desk.New(desk.Options{
		Paper: "The Broadsheet", Language: "en", Zone: zone, Style: "ap", Now: time.Now,
		Accounts: n.accounts, Sections: sections, Media: n.media, Wire: n.wire, Sources: n.sources,
		Stories: n.stories, Discussion: n.discussion,
		Live: &web.Live{Bus: b, Stop: ctx.Done()},
		Preview: func(w http.ResponseWriter, _ *http.Request, draft *story.Live) error {
			_, err := fmt.Fprint(w, "preview of ", draft.Headline)
			return err
		},
	})
	must(t, err)
	static, err := assets.NewStatic(dist.Files())
	must(t, err)
	mux := http.NewServeMux()
	mux.Handle("GET "+assets.Prefix, static)
	web.Register(mux, log, d.ErrorPage, d.Routes())
	web.Register(mux, log, d.ErrorPage, []web.Route{{Pattern: "GET /media/{id}/{file}", Handler: n.picture}})
	n.handler = web.Chain(mux, web.Requests(log, func(string, string, int, time.Duration) {}), web.SecurityHeaders, web.SameOrigin(d.ErrorPage),
		web.Sessions(n.accounts, func(_ context.Context, err error) { t.Log(err) }))
	return n
}

var names = map[account.Role]string{
	account.Reader: "Tove Lindqvist", account.Reporter: "Ana Ruiz", account.Editor: "Ben Okafor",
	account.Moderator: "Mirela Kovac", account.Admin: "Rosa Admin",
}

// person is the one who has a role. Making an account costs a password's hash, so
// it is made when it is needed.
func (n *newsroom) person(role account.Role) *account.Account {
	n.t.Helper()
	if n.people[role] == nil {
		a, err := n.accounts.Add(n.t.Context(), account.System(), account.Person{
			Email: string(role) + "@broadsheet.example", Name: names[role], Role: role, Password: password,
		})
		must(n.t, err)
		n.people[role] = a
	}
	return n.people[role]
}

// picture stands in for the site, which serves photos.
func (n *newsroom) picture(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "image/jpeg")
	_, err := w.Write(jpegOf(640, 427))
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// jpegOf makes a picture of a quay at dusk, in bands.
func jpegOf(width, height int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			shade := uint8(40 + 150*y/height + (x*7+y*3)%11)
			img.Set(x, y, color.RGBA{R: shade, G: shade / 2 * 3 / 2, B: 220 - shade, A: 255})
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// push adds an item to the wire.
func (n *newsroom) push(item map[string]any) wire.Result {
	n.t.Helper()
	raw, err := json.Marshal(item)
	must(n.t, err)
	results, err := n.wire.Ingest(n.t.Context(), account.Wire("test", 0), wire.Incoming{
		File: "item.json", Raw: raw, Beside: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(jpegOf(1200, 800))), nil },
	})
	must(n.t, err)
	return results[0]
}

func ninjs(uri, headline, body string) map[string]any {
	return map[string]any{
		"uri": uri, "standard": map[string]any{"name": "ninjs", "version": "3.0"}, "type": "text", "pubstatus": "usable", "urgency": 3,
		"versioncreated": time.Now().UTC().Format(time.RFC3339), "language": "en",
		"headlines": []map[string]any{{"value": headline}}, "provider": map[string]any{"literal": "meridian", "name": "Meridian Press"},
		"bodies": []map[string]any{{"contenttype": "text/html", "value": body}},
	}
}

// visitor is somebody with a browser, without scripts.
type visitor struct {
	n       *newsroom
	cookies []*http.Cookie
}

func (n *newsroom) as(role account.Role) *visitor {
	n.t.Helper()
	n.person(role)
	v := &visitor{n: n}
	res := v.post("/desk/sign-in", url.Values{"email": {string(role) + "@broadsheet.example"}, "password": {password}})
	if res.Code != http.StatusSeeOther {
		n.t.Fatalf("sign in as %s: %d %s", role, res.Code, res.Body)
	}
	v.cookies = res.Result().Cookies()
	return v
}

func (v *visitor) do(r *http.Request) *httptest.ResponseRecorder {
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.n.handler.ServeHTTP(w, r)
	return w
}

func (v *visitor) get(path string) *httptest.ResponseRecorder {
	return v.do(httptest.NewRequestWithContext(v.n.t.Context(), http.MethodGet, path, nil))
}

func (v *visitor) post(path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(v.n.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

func (v *visitor) json(method, path string, body any) (int, map[string]any) {
	v.n.t.Helper()
	text, err := json.Marshal(body)
	must(v.n.t, err)
	r := httptest.NewRequestWithContext(v.n.t.Context(), method, path, bytes.NewReader(text))
	r.Header.Set("Accept", "application/json")
	w := v.do(r)
	out := map[string]any{}
	must(v.n.t, json.Unmarshal(w.Body.Bytes(), &out))
	return w.Code, out
}

// paragraph is a document of one paragraph.
func paragraph(text string) richtext.Doc {
	return richtext.Doc{Content: []richtext.Node{richtext.Paragraph(text)}}
}

// comment publishes a story and has a reader comment on it.
func (n *newsroom) comment(text string) *discussion.Comment {
	n.t.Helper()
	st, err := n.stories.Create(n.t.Context(), n.person(account.Editor), story.Content{
		Headline: "Harbour opens", Section: "world", Body: paragraph("It opened."),
	})
	must(n.t, err)
	_, err = n.stories.Publish(n.t.Context(), n.person(account.Editor), st.ID, 1)
	must(n.t, err)
	c, err := n.discussion.Post(n.t.Context(), n.person(account.Reader), discussion.Draft{StoryID: st.ID, Markdown: text})
	must(n.t, err)
	return c
}

// killed publishes a story of an agency's item, and has the agency kill it.
func (n *newsroom) killed(uri, headline string) *story.Story {
	n.t.Helper()
	ctx, editor := n.t.Context(), n.person(account.Editor)
	item := ninjs(uri, headline, "<p>What the agency sent.</p>")
	item["associations"] = []map[string]any{{
		"name": "main", "uri": uri + ":p", "type": "picture", "descriptions": []map[string]any{{"value": "The quay."}}, "by": "Ada Lens",
		"renditions": []map[string]any{{"name": "main", "href": "quay.jpg", "contenttype": "image/jpeg"}},
	}}
	st, _, err := n.stories.FromWire(ctx, editor, n.push(item).ID)
	must(n.t, err)
	_, err = n.stories.Publish(ctx, editor, st.ID, st.Revision)
	must(n.t, err)
	item["headlines"] = []map[string]any{{"value": "KILL: " + headline}} // the desk is told what is killed all the same
	item["pubstatus"], item["version"], item["ednotes"] = "canceled", "2", []map[string]any{{"value": "KILL: the figures are wrong."}}
	n.push(item)
	return st
}
