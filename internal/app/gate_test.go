package app

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/api"
	"broadsheet/internal/config"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
	assets "broadsheet/web"
)

// A trial is a newsroom into which agencies send at random, whose clock leaps, and whose
// every public address is asked after each step. It knows by itself what is free: it
// remembers what was sent, and asks neither the gate nor the database.
type trial struct {
	*App
	t       *testing.T
	rng     *rand.Rand
	clock   atomic.Int64 // milliseconds
	items   []*trialItem
	stories []*trialStory
	policy  story.Policy
	editor  *account.Account
	reader  *account.Account
	leaks   []string // what readers got that is not free
	shut    []string // what they did not get that is
}

// A trialItem is what an agency has sent, in its newest version.
type trialItem struct {
	id               id.ID
	n, version       int
	status           string
	embargo, expires time.Time
	photo            id.ID // once it is in the library
	photoExpires     time.Time
}

// A trialStory has the text of one or two items, and a headline of its own.
type trialStory struct {
	id    id.ID
	n     int
	draft []*trialItem
	live  []*trialItem // in what is published
	out   bool
	path  string
	said  []id.ID // comments
}

func (it *trialItem) text() string    { return fmt.Sprintf("xqtext%dx", it.n) }
func (it *trialItem) caption() string { return fmt.Sprintf("xqcaption%dx", it.n) }
func (st *trialStory) title() string  { return fmt.Sprintf("xqtitle%dx", st.n) }
func (st *trialStory) talk() string   { return fmt.Sprintf("xqcomment%dx", st.n) }

// free says whether an item may be shown, from what was sent.
func (it *trialItem) free(now time.Time) bool {
	return it.status == "usable" && !now.Before(it.embargo) && (it.expires.IsZero() || now.Before(it.expires))
}

func (it *trialItem) photoFree(now time.Time) bool {
	return it.free(now) && (it.photoExpires.IsZero() || now.Before(it.photoExpires))
}

func (st *trialStory) free(now time.Time) bool {
	return st.out && !slices.ContainsFunc(st.live, func(it *trialItem) bool { return !it.free(now) })
}

// newTrial opens a newsroom on a database; "" is SQLite.
func newTrial(t *testing.T, database string, seed uint64) *trial {
	t.Helper()
	cfg, err := config.Load(config.Sources{Flags: map[string]string{"data": t.TempDir(), "listen": "127.0.0.1:0", "admin": "127.0.0.1:0", "database": database}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	tr := &trial{App: a, t: t, rng: rand.New(rand.NewPCG(seed, 1)), policy: story.Hold}
	tr.clock.Store(time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC).UnixMilli())
	a.Stories.Now, a.Media.Now, a.Wire.Now, a.pages.Now = tr.now, tr.now, tr.now, tr.now
	a.Stories.Policy = func(context.Context, *sqldb.Tx, string) story.Policy { return tr.policy }
	a.Discussion.Pace = &discussion.Pace{}
	tr.editor = tr.person("Ed Grant", account.Editor)
	tr.reader = tr.person("Ray Moss", account.Reader)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.site.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return tr
}

func (tr *trial) person(name string, role account.Role) *account.Account {
	tr.t.Helper()
	p, err := tr.Accounts.Add(tr.t.Context(), account.System(), account.Person{
		Email: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@paper.example", Name: name, Role: role, Password: "four random words",
	})
	if err != nil {
		tr.t.Fatal(err)
	}
	return p
}

func (tr *trial) now() time.Time { return time.UnixMilli(tr.clock.Load()).UTC() }

func (tr *trial) must(err error) {
	tr.t.Helper()
	if err != nil {
		tr.t.Fatal(err)
	}
}

// send sends the newest version of an item.
func (tr *trial) send(it *trialItem) {
	tr.t.Helper()
	it.version++
	dates := ""
	if !it.embargo.IsZero() {
		dates += fmt.Sprintf(`, "embargoed": %q`, it.embargo.Format(time.RFC3339))
	}
	if !it.expires.IsZero() {
		dates += fmt.Sprintf(`, "expires": %q`, it.expires.Format(time.RFC3339))
	}
	raw := fmt.Sprintf(`{"uri": "tag:trial.example,2026:%d", "version": "%d", "type": "text", "pubstatus": %q, "versioncreated": %q,
		"standard": {"name": "ninjs", "version": "2.1"}, "language": "en", "provider": {"name": "Trial Wire"}%s,
		"headlines": [{"value": "Sent %d"}], "bodies": [{"contenttype": "text/html", "value": "<p>%s.</p>"}],
		"associations": [{"name": "main", "uri": "tag:trial.example,2026:p%d", "type": "picture", "descriptions": [{"value": "%s"}],
			"by": "Ada Lens", "renditions": [{"name": "main", "href": "p%d.jpg", "contenttype": "image/jpeg"}]}]}`,
		it.n, it.version, it.status, tr.now().Format(time.RFC3339Nano), dates, it.n, it.text(), it.n, it.caption(), it.n)
	file := trialPicture(tr.t, it.n)
	results, err := tr.Wire.Ingest(tr.t.Context(), account.System(), wire.Incoming{
		File: "trial.json", Service: "trial", Raw: []byte(raw),
		Beside: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil },
	})
	tr.must(err)
	it.id = results[0].ID
}

// trialPicture is a picture that no other number has.
func trialPicture(t *testing.T, n int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 320, 200))
	img.SetGray(n, 0, color.Gray{255})
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// write makes a draft of one or two items and a paragraph of our own.
func (tr *trial) write(n int) *trialStory {
	tr.t.Helper()
	st := &trialStory{n: n}
	var c story.Content
	for i := range 1 + tr.rng.IntN(2) {
		it := &trialItem{n: len(tr.items) + 1, status: "usable"}
		tr.items = append(tr.items, it)
		tr.send(it)
		made, problems, err := tr.Stories.FromWire(tr.t.Context(), tr.editor, it.id)
		if err != nil || len(problems) > 0 {
			tr.t.Fatal(err, problems)
		}
		it.photo = made.Lead
		st.draft = append(st.draft, it)
		if i == 0 {
			c, st.id = made.Content, made.ID
			continue
		}
		c.Body.Content = slices.Concat(c.Body.Content, made.Body.Content, []richtext.Node{{Type: richtext.TypePhoto, Attrs: richtext.Attrs{Media: made.Lead}}})
	}
	c.Headline, c.Standfirst, c.Section = "Story "+st.title(), "Standfirst "+st.title(), []string{"world", "sport"}[n%2]
	c.Body.Content = append(slices.Clone(c.Body.Content), richtext.Paragraph("Ours "+st.title()+"."))
	_, err := tr.Stories.Save(tr.t.Context(), tr.editor, st.id, 1, c)
	tr.must(err)
	return st
}

func (tr *trial) publish(st *trialStory) {
	draft, err := tr.Stories.Draft(tr.t.Context(), tr.editor, st.id)
	tr.must(err)
	l, err := tr.Stories.Publish(tr.t.Context(), tr.editor, st.id, draft.Revision)
	if kind, _ := errs.Of(err); kind == errs.Invalid {
		return
	}
	tr.must(err)
	st.out, st.path, st.live = true, l.Path(), slices.Clone(st.draft)
	if len(st.said) == 0 {
		comment, err := tr.Discussion.Post(tr.t.Context(), tr.reader, discussion.Draft{StoryID: st.id, Markdown: "I say " + st.talk()})
		tr.must(err)
		st.said = append(st.said, comment.ID)
	}
}

// step lets something happen.
func (tr *trial) step() string {
	tr.t.Helper()
	it, st := tr.items[tr.rng.IntN(len(tr.items))], tr.stories[tr.rng.IntN(len(tr.stories))]
	before := it.status
	soon := tr.now().Truncate(time.Second).Add(time.Duration(1+tr.rng.IntN(90)) * time.Minute)
	switch tr.rng.IntN(10) {
	case 0, 1:
		tr.publish(st)
		return "publish " + st.title()
	case 2:
		it.embargo, it.expires, it.status = soon, time.Time{}, "usable"
	case 3:
		it.expires, it.embargo, it.status = soon, time.Time{}, "usable"
	case 4:
		it.status = []string{"canceled", "withheld"}[tr.rng.IntN(2)]
		tr.policy = []story.Policy{story.Hold, story.Remove}[tr.rng.IntN(2)]
	case 5:
		it.status, it.embargo, it.expires = "usable", time.Time{}, time.Time{}
	case 6:
		p, err := tr.Media.Get(tr.t.Context(), it.photo)
		tr.must(err)
		p.Expires = soon
		_, err = tr.Media.Edit(tr.t.Context(), tr.editor, *p)
		tr.must(err)
		it.photoExpires = soon
		return fmt.Sprintf("photo %d expires", it.n)
	case 7:
		next, err := tr.Stories.NextChange(tr.t.Context(), tr.now())
		tr.must(err)
		if !next.IsZero() && next.Year() < 2100 {
			tr.clock.Store(next.UnixMilli() - int64(tr.rng.IntN(2))) // at the moment, or just before
		}
		return "to the next change"
	default:
		tr.clock.Add(int64(tr.rng.IntN(40*60)) * 1000)
		return "time passes"
	}
	tr.send(it)
	if it.status == "canceled" && before != "canceled" && tr.policy == story.Remove {
		for _, st := range tr.stories {
			st.live = slices.DeleteFunc(st.live, func(o *trialItem) bool { return o == it })
		}
	}
	return fmt.Sprintf("item %d is %s, embargo %v, expires %v", it.n, it.status, it.embargo, it.expires)
}

// forbidden are the words and addresses that must be nowhere now, with why.
func (tr *trial) forbidden() map[string]string {
	now, words := tr.now(), map[string]string{}
	for _, it := range tr.items {
		if !it.free(now) {
			words[it.text()] = "the item is not free"
		}
		if !it.photoFree(now) {
			words["/media/"+it.photo.String()+"/"] = "the photo is not free"
		}
		if killed := it.status != "usable" || now.Before(it.embargo); killed {
			words[it.caption()] = "the photo's caption is not free"
		}
	}
	for _, st := range tr.stories {
		if !st.free(now) {
			words[st.title()], words[st.talk()] = "the story is not free", "the story under it is not free"
		}
	}
	return words
}

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// addresses are all that can be asked for by a route: every story, comment and photo in
// the place of its own kind.
func (tr *trial) addresses(r web.Route) []string {
	method, path, _ := strings.Cut(r.Pattern, " ")
	if path == "/" { // the newsroom's own words, see site.paper
		list := tr.linked("/", "/world", "/sport")
		for _, file := range []string{"/feed.xml", "/feed.ninjs.json", "/feed.newsml.xml"} {
			list = append(list, "/world"+file, "/sport"+file)
		}
		for _, st := range tr.stories {
			list = append(list, "/world/anything-"+st.id.String(), st.path)
		}
		return prefix(method, slices.DeleteFunc(list, func(s string) bool { return s == "" }))
	}
	list := []string{path}
	for {
		at := placeholder.FindString(list[0])
		if at == "" {
			return prefix(method, list)
		}
		var next []string
		for _, value := range tr.values(r.Pattern, at) {
			for _, p := range list {
				next = append(next, strings.Replace(p, at, value, 1))
			}
		}
		if len(next) == 0 {
			return nil
		}
		list = next
	}
}

var hrefs = regexp.MustCompile(`href="([^"#]*)`)

// linked are pages and all that they lead to on this site: feeds and lists that have no
// route of their own.
func (tr *trial) linked(pages ...string) []string {
	list := slices.Clone(pages)
	for _, page := range pages {
		for _, m := range hrefs.FindAllStringSubmatch(tr.ask("GET "+page, "", false).Body.String(), -1) {
			to := strings.TrimPrefix(html.UnescapeString(m[1]), tr.Config.Site.URL)
			if strings.HasPrefix(to, "/") && !strings.HasPrefix(to, assets.Prefix) && !slices.Contains(list, to) {
				list = append(list, to)
			}
		}
	}
	return list
}

func (tr *trial) values(pattern, placeholder string) (list []string) {
	switch placeholder {
	case "{story}":
		for _, st := range tr.stories {
			list = append(list, st.id.String())
		}
	case "{comment}":
		for _, st := range tr.stories {
			for _, c := range st.said {
				list = append(list, c.String())
			}
		}
	case "{photo}":
		for _, it := range tr.items {
			list = append(list, it.photo.String())
		}
	case "{file}":
		list = []string{"320.jpg"}
	default:
		tr.t.Fatalf("this test does not know what can stand for %s in %q; teach it", placeholder, pattern)
	}
	return list
}

func prefix(method string, list []string) []string {
	for i := range list {
		list[i] = method + " " + list[i]
	}
	return list
}

// An answer is what a reader gets: of a live stream what it has missed.
type answer struct {
	*httptest.ResponseRecorder
	leave func()
}

// Flush ends a stream when it has sent what was missed. httptest's recorder knows no deadlines.
func (a *answer) Flush()                             { a.leave() }
func (a *answer) SetWriteDeadline(_ time.Time) error { return nil }

func (tr *trial) ask(address, after string, signedIn bool) *answer {
	method, path, _ := strings.Cut(address, " ")
	ctx, cancel := context.WithCancel(tr.t.Context())
	defer cancel()
	var body io.Reader = http.NoBody
	if method == http.MethodPost {
		body = strings.NewReader("text=hello&reason=spam")
	}
	r := httptest.NewRequestWithContext(ctx, method, path, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Last-Event-Id", after)
	if signedIn { // such a reader gets everything newly made
		r.Header.Set("Cookie", "signed_in=1")
	}
	a := &answer{httptest.NewRecorder(), cancel}
	tr.public.server.Handler.ServeHTTP(a, r)
	return a
}

// look asks for everything and notes what must not be there.
func (tr *trial) look(did string) {
	tr.t.Helper()
	now := tr.now()
	forbidden := tr.forbidden()
	words := slices.Sorted(maps.Keys(forbidden))
	after := tr.eventBefore(120)
	routes := slices.Concat(tr.site.Routes(), (&api.API{Accounts: tr.Accounts, Sources: tr.Sources}).Routes())
	for _, route := range routes {
		if strings.HasPrefix(route.Pattern, "POST") && tr.rng.IntN(4) > 0 {
			continue
		}
		for _, address := range tr.addresses(route) {
			got := tr.ask(address, after, tr.rng.IntN(4) == 0)
			text := got.Body.String()
			for _, w := range words {
				if strings.Contains(text, w) {
					tr.leaks = append(tr.leaks, fmt.Sprintf("after %q at %s, %s gives %q: %s", did, now.Format(time.StampMilli), address, w, forbidden[w]))
				}
			}
			if got.Code >= http.StatusInternalServerError {
				tr.t.Errorf("%s: status %d", address, got.Code)
			}
		}
	}
	for _, it := range tr.items {
		if got := tr.ask("GET /media/"+it.photo.String()+"/320.jpg", "", false); got.Code == http.StatusOK && !it.photoFree(now) {
			tr.leaks = append(tr.leaks, fmt.Sprintf("after %q, the bytes of photo %d are to be had", did, it.n))
		}
	}
	for _, st := range tr.stories { // and what is free can be read: a gate that is always shut is no gate
		if !st.free(now) {
			continue
		}
		if got := tr.ask("GET "+st.path, "", false); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), st.title()) {
			tr.shut = append(tr.shut, fmt.Sprintf("after %q, %s is free and answered with %d", did, st.path, got.Code))
		}
	}
}

// eventBefore is the ID of an event some while ago, for a stream to begin after.
func (tr *trial) eventBefore(n int) string {
	var list []id.ID
	tr.must(tr.DB.View(tr.t.Context(), func(tx *sqldb.Tx) (err error) {
		list, err = sqldb.All(tr.t.Context(), tx, sqldb.Scalar[id.ID], `SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET $1`, n)
		return err
	}))
	if len(list) == 0 {
		return ""
	}
	return list[0].String()
}

func (tr *trial) run(steps int) {
	tr.t.Helper()
	for n := range 6 {
		tr.stories = append(tr.stories, tr.write(n))
	}
	for _, st := range tr.stories {
		tr.publish(st)
	}
	tr.look("the beginning")
	for range steps {
		tr.look(tr.step())
	}
}

// TestNothingThatIsNotFreeGetsOut tries every public route with random clocks, items and
// photos. A leak names the seed; run it again with it.
func TestNothingThatIsNotFreeGetsOut(t *testing.T) {
	seeds := []uint64{2, uint64(time.Now().UnixNano())}
	sqltest.EachURL(t, func(t *testing.T, database string) {
		for _, seed := range seeds {
			t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
				tr := newTrial(t, database, seed)
				tr.run(50)
				for _, wrong := range slices.Concat(tr.leaks, tr.shut) {
					t.Error(wrong)
				}
			})
			if database != "" {
				return // whose second trial would find the first one's stories
			}
		}
	})
}

// TestTheTrialCanFail: with a page cache that does not know what time it is, the same
// trial finds what gets out.
func TestTheTrialCanFail(t *testing.T) {
	tr := newTrial(t, "", 1)
	begin := tr.now()
	tr.pages.Now = func() time.Time { return begin }
	tr.run(60)
	if len(tr.leaks) == 0 {
		t.Error("pages were kept for ever, and the trial has not noticed")
	}
}
