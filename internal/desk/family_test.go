package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

// sendFerry has Meridian report on a ferry by an urgent and a lead, and
// Northern Wire in its own words.
func (n *newsroom) sendFerry() (urgent, lead wire.Result) {
	item := func(uri, version, agency, slug, headline, body string) map[string]any {
		m := ninjs(uri, headline, body)
		m["version"], m["slugline"], m["provider"] = version, slug, map[string]any{"name": agency, "literal": "x"}
		return m
	}
	urgent = n.push(item("m:ferry-1", "1", "Meridian Press", "BC-Ferry-Aground, URGENT", "Ferry aground off Solvik", "<p>A ferry ran aground off Solvik on Monday.</p>"))
	lead = n.push(item("m:ferry-2", "1", "Meridian Press", "BC-Ferry-Aground, 1st Ld", "Ferry with 112 aboard runs aground off Solvik", ferryLead))
	n.push(item("n:ferry", "1", "Northern Wire", "Solvik", "Passengers safe after ferry Ardent hits rocks",
		"<p>All 112 passengers of the Ardent are safe, said Captain Ole Vinter of the Norholt Coast Guard. The ferry of the Solvik Line lies on the Hestan rocks.</p>"))
	return urgent, lead
}

const ferryLead = `<p>SOLVIK (Meridian) - The ferry Ardent with 112 people on board ran aground off Solvik on Monday.</p>
	<p>Captain Ole Vinter of the Norholt Coast Guard said that nobody was hurt.</p>
	<p>The Solvik Line could not say why the Ardent was on the Hestan rocks.</p>`

const ferryThrough = `<p>SOLVIK (Meridian) - The ferry Ardent with 121 people on board ran aground off Solvik on Monday.</p>
	<p>Captain Ole Vinter of the Norholt Coast Guard said that two passengers were slightly hurt.</p>
	<p>Tugs from Port Ellery are expected at high water.</p>`

func (n *newsroom) sendThrough() wire.Result {
	m := ninjs("m:ferry-3", "Ferry with 121 aboard runs aground off Solvik, two hurt", ferryThrough)
	m["slugline"] = "BC-Ferry-Aground, 2nd Ld-Writethru"
	return n.push(m)
}

func TestAStoryIsShownAsATree(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		urgent, lead := n.sendFerry()
		reporter := n.as(account.Reporter)
		page := reporter.get("/desk/wire/" + urgent.ID.String() + "?part=read")
		wants(t, page, http.StatusOK, "The story so far", "Newest: 1st lead", "Passengers safe after ferry", "Northern Wire", "/desk/wire/"+urgent.ID.String()+"/compare?with=")

		st, _, err := n.stories.FromWire(t.Context(), n.person(account.Reporter), lead.ID)
		must(t, err)
		wants(t, reporter.get("/desk/wire/"+lead.ID.String()), http.StatusOK, "Used in", "/desk/stories/"+st.ID.String(), "this version")

		wants(t, reporter.get("/desk/wire/"+lead.ID.String()+"/compare?with="+arrivedOf(t, n, urgent)), http.StatusOK, "<ins>", "<del>", "<ins>with 112 aboard runs </ins>", "are not the same")
		wants(t, reporter.get("/desk/wire/"+lead.ID.String()+"/compare"), http.StatusNotFound)

		// Out of the story, and back to it by the item's address.
		path := "/desk/wire/" + urgent.ID.String() + "/family"
		location(t, reporter.post(path, nil))
		page = reporter.get("/desk/wire/" + urgent.ID.String())
		wants(t, page, http.StatusOK, "Put here by "+names[account.Reporter])
		if strings.Contains(page.Body.String(), "Passengers safe after ferry Ardent hits rocks</a>") && strings.Contains(page.Body.String(), "Newest:") {
			t.Error("the item is still in its family")
		}
		location(t, reporter.post(path, url.Values{"to": {"https://paper.example/desk/wire/" + lead.ID.String() + "?q=ferry"}}))
		wants(t, reporter.get("/desk/wire/"+urgent.ID.String()), http.StatusOK, "Newest: 1st lead")
		wants(t, reporter.post(path, url.Values{"to": {"the other one"}}), http.StatusUnprocessableEntity, "Give the address")
		wants(t, n.as(account.Moderator).post(path, nil), http.StatusForbidden)
	})
}

func arrivedOf(t *testing.T, n *newsroom, r wire.Result) string {
	t.Helper()
	e, err := n.wire.Entry(t.Context(), n.person(account.Reporter), r.ID)
	must(t, err)
	return e.Arrived.String()
}

func TestAStorySaysThatItsWireHasMovedOn(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		_, lead := n.sendFerry()
		st, _, err := n.stories.FromWire(t.Context(), n.person(account.Reporter), lead.ID)
		must(t, err)
		reporter := n.as(account.Reporter)
		moved := "/desk/stories/" + st.ID.String() + "/moved"
		if page := reporter.get(moved + "?part=rows"); strings.Contains(page.Body.String(), "<section") {
			t.Errorf("moved before it did: %s", page.Body)
		}
		through := n.sendThrough()
		wants(t, reporter.get("/desk/stories"), http.StatusOK, "Meridian Press’s 2nd lead came at")
		wants(t, reporter.get(moved), http.StatusOK, "Meridian Press’s 2nd lead came at", "<del>112</del><ins>121</ins>", "Take over", "Put in", "Take out", "Tugs from Port Ellery")
		location(t, reporter.post(moved, url.Values{"item": {lead.ID.String()}, "version": {arrivedOf(t, n, through)}, "answer": {"seen"}}))
		if page := reporter.get(moved); strings.Contains(page.Body.String(), "<section class=\"moved\"") {
			t.Errorf("still there: %s", page.Body)
		}
	})
}

// The script takes a paragraph over into a story: web/desk/test/family.mjs.
func TestTakingOverInABrowser(t *testing.T) {
	drive(t, "family.mjs", func(n *newsroom) {
		for _, role := range account.Roles() {
			n.person(role)
		}
		_, lead := n.sendFerry()
		_, _, err := n.stories.FromWire(t.Context(), n.person(account.Reporter), lead.ID)
		must(t, err)
		n.sendThrough()
	})
}
