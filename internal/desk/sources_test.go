package desk_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/transport"
)

func TestSourcesOnTheDesk(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		agency := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"uri":"urn:x:1","type":"text","headline":"Ferry runs again"}`))
		}))
		defer agency.Close()
		src, _, err := n.sources.Add(t.Context(), account.System(), source.Source{
			Name: "Meridian World", Kind: transport.Pull, Address: agency.URL + "/world.json", Private: []string{"127.0.0.1"},
		})
		must(t, err)
		admin, reporter := n.as(account.Admin), n.as(account.Reporter)
		wants(t, reporter.get("/desk/wire/sources"), http.StatusOK, "Meridian World", "Never")
		if page := reporter.get("/desk/wire/sources").Body.String(); strings.Contains(page, "Add a source") {
			t.Error("a reporter is offered to add a source")
		}
		wants(t, reporter.post("/desk/wire/sources", url.Values{"test": {src.ID.String()}}), http.StatusForbidden)
		wants(t, admin.post("/desk/wire/sources", url.Values{"test": {src.ID.String()}}), http.StatusOK,
			"What Meridian World would give", "world.json", "Ferry runs again", "urn:x:1", "Nothing was stored")
		if list, err := n.wire.List(t.Context(), n.person(account.Admin), wire.Filter{}); err != nil || len(list) > 0 {
			t.Errorf("a test stored %d items, %v", len(list), err)
		}
		location(t, admin.post("/desk/sources/"+src.ID.String()+"/state", url.Values{"state": {"paused"}}))
		wants(t, admin.get("/desk/wire/sources"), http.StatusOK, "Paused", "Resume")

		form := url.Values{"name": {"Northern Wire"}, "kind": {"sftp"}, "address": {"sftp://desk:hunter2@files.northern.example/"}, "secret": {"hunter3"}}
		page := admin.post("/desk/wire/sources", form)
		wants(t, page, http.StatusUnprocessableEntity, "Give the user and the secret by themselves")
		if strings.Contains(page.Body.String(), "hunter3") {
			t.Error("the form gives a secret back")
		}
		form.Set("address", "sftp://files.northern.example/")
		location(t, admin.post("/desk/wire/sources", form))
		wants(t, admin.post("/desk/wire/sources", url.Values{"name": {"Files"}, "kind": {"folder"}, "address": {"/etc"}}), http.StatusForbidden, "by who runs the server")
		wants(t, admin.post("/desk/wire/sources", url.Values{"name": {"Harbour Press"}, "kind": {"push"}}), http.StatusOK, "Copy it now", "Harbour Press")
	})
}

func TestFilesThatCouldNotBeRead(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		raw := `{"uri":"urn:x:1", <script>`
		_, err := n.wire.Ingest(t.Context(), account.System(), wire.Incoming{File: "flåsh “1”.json", Service: "Austral", Raw: []byte(raw)})
		if err == nil {
			t.Fatal("it was read")
		}
		list, err := n.wire.ListUnreadable(t.Context(), n.person(account.Editor), false)
		must(t, err)
		one := "/desk/files/" + list[0].ID.String()
		editor, reporter := n.as(account.Editor), n.as(account.Reporter)
		wants(t, reporter.get("/desk/wire/files"), http.StatusOK, "flåsh “1”.json", "Austral", "Line 1", one)
		got := reporter.get(one)
		wants(t, got, http.StatusOK, raw)
		if h := got.Header(); h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
			t.Errorf("a stranger's file is served as %v", h)
		}
		wants(t, reporter.post(one+"/retry", nil), http.StatusForbidden)
		wants(t, editor.post(one+"/retry", nil), http.StatusUnprocessableEntity)
		if to := location(t, editor.post("/desk/files", nil)); to != "/desk/wire/files?left=1&read=0" {
			t.Errorf("after trying all: %s", to)
		}
		wants(t, editor.get("/desk/wire/files?left=1&read=0"), http.StatusOK, "0 files could be read now, 1 still cannot.", "Tried 3 times")
		location(t, editor.post(one+"/aside", nil))
		wants(t, editor.get("/desk/wire/files"), http.StatusOK, "Every file could be read.")
		wants(t, editor.get("/desk/wire/files?aside=1"), http.StatusOK, "flåsh “1”.json", "Put back")
	})
}
