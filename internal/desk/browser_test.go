package desk_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

// The desk's own script drives its pages in a real browser: web/desk/test/desk.mjs.
func TestInABrowser(t *testing.T) {
	drive(t, "desk.mjs", (*newsroom).fill)
}

// The wire's list, light table, saved searches and rules: web/desk/test/wire.mjs.
func TestTheWireInABrowser(t *testing.T) {
	drive(t, "wire.mjs", (*newsroom).fill)
}

// drive runs a script of web/desk/test against a newsroom. It needs Node, the packages
// of web/desk and Chromium, and is skipped without them.
func drive(t *testing.T, name string, fill func(*newsroom)) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	script, err := filepath.Abs("../../web/desk/test/" + name)
	must(t, err)
	for _, need := range []string{"/usr/bin/chromium", filepath.Join(filepath.Dir(script), "../node_modules/playwright-core")} {
		if _, err := os.Stat(need); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skipf("%s is missing; run npm ci in web/desk and install chromium", need)
		}
	}
	n := open(t, sqltest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "desk.db")))
	fill(n)
	mux := http.NewServeMux()
	mux.Handle("/", n.handler)
	mux.HandleFunc("POST /test/push", n.pushed)
	server := httptest.NewServer(mux)
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Env = append(os.Environ(), "DESK_URL="+server.URL, "DESK_PASSWORD="+password)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}

// pushed adds an item to the wire while a script watches.
func (n *newsroom) pushed(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		_, err = n.wire.Ingest(r.Context(), account.Wire("test", 0), wire.Incoming{
			File: "item.json", Raw: raw, Beside: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(jpegOf(1200, 800))), nil },
		})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// fill makes a newsroom at work: a wire that moved, a photo, comments, people.
func (n *newsroom) fill() {
	for _, role := range account.Roles() {
		n.person(role)
	}
	n.killed("urn:test:killed", "Eleven ships sank off Port Ellery")
	n.killed("urn:test:killed-too", "Council has voted on the fees")
	for _, item := range wireOfADay() {
		n.push(item)
	}
	_, err := n.media.Upload(n.t.Context(), n.person(account.Reporter), bytes.NewReader(jpegOf(900, 600)), "quay.jpg", richtext.Origin{})
	must(n.t, err)
	for _, text := range []string{
		"The second berth was promised for *2019*. What happened to that promise?",
		"Cheap boats!! Call me at once, best prices on the coast.",
		"My father loaded ships there for thirty years. He would have liked to see it.",
	} {
		c := n.comment(text)
		if text[0] == 'C' {
			must(n.t, n.discussion.Report(n.t.Context(), n.person(account.Editor), c.ID, discussion.Spam, ""))
			must(n.t, n.discussion.Report(n.t.Context(), n.person(account.Reporter), c.ID, discussion.Other, "Third time today"))
		}
	}
}

func wireOfADay() []map[string]any {
	lead := ninjs("urn:test:harbour", "Second berth at Port Ellery to open in May, a month early",
		`<p>PORT ELLERY – The port authority said on Tuesday that the second berth would open in <strong>May</strong>, not June.</p>
		<p>“We had a dry winter and a crew that knows this seabed,” the harbour master, Ines Calloway, told reporters on the quay.</p>
		<h2>Dredging ended in February</h2><p>The last barge left on Feb. 27. Soundings since then show 14.2 metres at low water, enough for the ships of two lines that now pass by.</p>
		<p>The council votes on the fees on Thursday.</p>`)
	lead["urgency"] = 2
	lead["ednotes"] = []map[string]any{{"value": "Updates with harbour master's quote. Photos follow."}}
	lead["people"] = []map[string]any{{"name": "Ines Calloway"}}
	lead["places"] = []map[string]any{{"name": "Port Ellery"}}
	lead["sluglines"] = []map[string]any{{"value": "PORT-ELLERY/BERTH"}}
	lead["associations"] = []map[string]any{{
		"name": "photo", "uri": "urn:test:harbour-photo", "type": "picture", "headlines": []map[string]any{{"value": "The quay at Port Ellery"}},
		"descriptions": []map[string]any{{"value": "Ines Calloway, the harbour master, on the new quay at Port Ellery on Tuesday."}},
		"creditlines":  []map[string]any{{"value": "Jo Marsh / Meridian Press"}},
		"renditions":   []map[string]any{{"name": "highRes", "href": "quay.jpg", "contenttype": "image/jpeg", "width": 1200, "height": 800}},
	}}
	killed := ninjs("urn:test:mayor", "Mayor of Port Ellery resigns over fees", "<p>Withdrawn.</p>")
	killed["pubstatus"] = "canceled"
	held := ninjs("urn:test:budget", "Budget raises school spending by 4 percent", "<p>CAPITAL – The budget raises spending on schools.</p>")
	held["embargoed"], held["urgency"] = "2099-05-01T06:00:00Z", 3
	list := []map[string]any{killed, held}
	for i, headline := range []string{
		"Rain ends drought in the eastern valleys, farmers say", "Opera house opens its archive to the public", "Talks on river treaty adjourn without a date",
		"Rail strike called off after night of talks", "Chess: Okonkwo leads after six rounds", "Central bank holds rate, sees prices easing by autumn",
	} {
		item := ninjs("urn:test:more-"+string(rune('a'+i)), headline, "<p>"+headline+", officials said on Tuesday.</p>")
		item["urgency"] = 3 + i%4
		list = append(list, item)
	}
	return append(list, lead)
}
