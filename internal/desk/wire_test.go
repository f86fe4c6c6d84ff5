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

func TestTheWireIsSorted(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		item := ninjs("urn:test:1", "Harbour to open in May", "<p>The second berth.</p>")
		item["subjects"] = []map[string]any{{"name": "ports"}}
		one := n.push(item)
		n.push(ninjs("urn:test:2", "Mayor resigns", "<p>Over fees.</p>"))
		path := "/desk/wire/" + one.ID.String()
		v, other := n.as(account.Reporter), n.as(account.Editor)
		wants(t, v.get("/desk/wire?subject=ports"), 200, "Harbour to open", "Show everything", `<option value="ports">`)
		location(t, v.post(path+"/tags", url.Values{"tags": {"Budget, night  desk"}}))
		wants(t, other.get(path), 200, `value="budget, night desk"`)
		wants(t, other.get("/desk/wire?tag=night+desk"), 200, "Harbour to open")
		location(t, v.post(path+"/hide", nil))
		if body := other.get("/desk/wire").Body.String(); strings.Contains(body, "Harbour to open") {
			t.Error("what is not for us is in the list")
		}
		wants(t, other.get("/desk/wire?show=all"), 200, "Harbour to open", "Mayor resigns", "Not for us")
		wants(t, other.get(path), 200, "Not for us</b>, said "+names[account.Reporter])
		location(t, other.post(path+"/hide", url.Values{"undo": {"1"}}))
		wants(t, v.get("/desk/wire"), 200, "Harbour to open")
		wants(t, n.as(account.Moderator).post(path+"/hide", nil), http.StatusForbidden)
	})
}

func TestOnePhotoIsUsed(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		lead := wireOfADay()[8]
		path := "/desk/wire/" + n.push(lead).ID.String()
		v := n.as(account.Reporter)
		wants(t, v.get("/desk/wire?view=light"), 200, "Ines Calloway, the harbour master", "1200 × 800")
		wants(t, v.get(path+"?view=light&n=0&part=read"), 200, "Credit</dt><dd>Meridian Press", "None given", "large enough beside the text")
		small := v.get(path + "/pictures/0?w=400")
		wants(t, small, 200)
		if kind := small.Header().Get("Content-Type"); kind != "image/jpeg" || small.Body.Len() > 40_000 {
			t.Errorf("a thumbnail of %d bytes, %s", small.Body.Len(), kind)
		}
		if to := location(t, v.post(path+"/pictures/0/use", nil)); !strings.HasPrefix(to, "/desk/photos/") {
			t.Errorf("led to %s", to)
		}
		story := strings.TrimPrefix(location(t, v.post("/desk/stories", nil)), "/desk/stories/")
		if to := location(t, v.post(path+"/pictures/0/use", url.Values{"story": {story}})); to != "/desk/stories/"+story {
			t.Errorf("led to %s", to)
		}
		if _, got := v.json("GET", "/desk/api/stories/"+story, nil); got["content"].(map[string]any)["lead"] == "" {
			t.Errorf("no lead photo in %v", got["content"])
		}
		list, err := n.media.List(t.Context(), n.person(account.Reporter), "", 0, 10)
		if err != nil || len(list) != 1 {
			t.Errorf("%d photos, %v", len(list), err)
		}
		wants(t, v.post(path+"/pictures/9/use", nil), http.StatusNotFound)
		wants(t, n.as(account.Moderator).post(path+"/pictures/0/use", nil), http.StatusForbidden)
	})
}

func TestSearchesAreSavedAndAlert(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		v, other := n.as(account.Reporter), n.as(account.Editor)
		save := url.Values{"name": {"Berths"}, "query": {"?q=berth&view=light"}, "alert": {"1"}, "shared": {"1"}}
		location(t, v.post("/desk/searches", save))
		wants(t, v.post("/desk/searches", url.Values{"name": {"Nothing"}, "query": {""}}), http.StatusUnprocessableEntity)
		wants(t, other.get("/desk/wire?q=berth"), 200, "Saved as “Berths”", "Alert me")
		n.push(ninjs("urn:test:1", "Second berth opens", "<p>In May.</p>"))
		wants(t, v.get("/desk/stories"), 200, "Berths", "1 new", "Second berth opens", `data-count="wire">1<`)
		if body := other.get("/desk/stories").Body.String(); strings.Contains(body, "1 new") {
			t.Error("who has not asked is alerted")
		}
		list, err := n.wire.Notices(t.Context(), n.person(account.Reporter))
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		id := list[0].Source.String()
		location(t, v.post("/desk/notices/"+id, url.Values{"upto": {list[0].Arrived.String()}}))
		wants(t, v.get("/desk/notices"), 200, "hidden")
		location(t, other.post("/desk/searches/"+id+"/alert", url.Values{"alert": {"on"}}))
		wants(t, other.post("/desk/searches/"+id+"/delete", nil), http.StatusNotFound)
		location(t, v.post("/desk/searches/"+id+"/delete", nil))
		if body := other.get("/desk/wire").Body.String(); strings.Contains(body, "Berths") {
			t.Error("a deleted search is shown")
		}
		location(t, v.post("/desk/searches/"+id+"/delete", url.Values{"undo": {"1"}}))
		wants(t, other.get("/desk/wire"), 200, "Berths")
	})
}

func TestRulesAreTriedAndKept(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		n.push(ninjs("urn:test:1", "Second berth opens", "<p>In May.</p>"))
		v := n.as(account.Editor)
		wants(t, v.get("/desk/wire/rules"), 200, "No rules yet")
		wants(t, v.get("/desk/wire/rule?q=berth&type=text"), 200, `value="berth"`, `value="text"`)
		form := url.Values{"name": {"Berths"}, "words": {"berth"}, "tags": {"ports"}, "then": {"live"}}
		tried := v.post("/desk/wire/rule", form)
		wants(t, tried, 200, "Would have matched", "1 of today’s", "Second berth opens", "Look at them")
		_, rest, _ := strings.Cut(tried.Body.String(), `name="tested" value="`)
		form.Set("tested", rest[:strings.IndexByte(rest, '"')])
		form.Set("words", "berths")
		wants(t, v.post("/desk/wire/rule", form), 200, "Would have matched") // others than those that were tried
		form.Set("words", "berth")
		location(t, v.post("/desk/wire/rule", form))
		wants(t, v.get("/desk/wire/rules"), 200, "Items with the words “berth”: tag ports.")
		list, err := n.wire.Rules(t.Context(), n.person(account.Editor))
		if err != nil || len(list) != 1 || !list[0].On {
			t.Fatalf("%+v, %v", list, err)
		}
		id := list[0].ID.String()
		wants(t, v.get("/desk/wire/rule?rule="+id), 200, `value="Berths"`)
		location(t, v.post("/desk/rules/"+id+"/state", url.Values{"state": {"deleted"}}))
		wants(t, v.get("/desk/wire/rules"), 200, "No rules yet")
		location(t, v.post("/desk/rules/"+id+"/state?was=on", url.Values{"undo": {"1"}}))
		location(t, v.post("/desk/rules/"+id+"/move", url.Values{"by": {"1"}}))
		n.push(ninjs("urn:test:2", "Third berth", "<p>Later.</p>"))
		if tagged, err := n.wire.List(t.Context(), n.person(account.Editor), wire.Filter{Tag: "ports"}); err != nil || len(tagged) != 1 {
			t.Errorf("%+v, %v", tagged, err)
		}
		for wrong, words := range map[string]url.Values{
			"Choose the section": {"name": {"a"}, "do": {"publish"}}, "no such section": {"name": {"a"}, "do": {"publish"}, "section": {"nowhere"}},
			"Give the rule a name": {"tags": {"a"}}, "Say what shall happen": {"name": {"a"}},
		} {
			wants(t, v.post("/desk/wire/rule", words), http.StatusUnprocessableEntity, wrong)
		}
		wants(t, n.as(account.Reporter).get("/desk/wire/rules"), http.StatusForbidden)
	})
}
