package desk_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func wants(t *testing.T, w *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status %d, want %d: %.300s", w.Code, status, w.Body)
	}
	for _, word := range words {
		if !strings.Contains(w.Body.String(), word) {
			t.Errorf("no %q in %.2000s", word, w.Body)
		}
	}
}

func location(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != http.StatusSeeOther {
		t.Fatalf("status %d, want 303: %.300s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

func TestEachRoleSeesItsPlaces(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		for _, test := range []struct {
			role account.Role
			may  string
			not  string
		}{
			{account.Reporter, "/desk/wire /desk/stories /desk/photos", "/desk/discussion /desk/people /desk/tokens"},
			{account.Moderator, "/desk/wire /desk/discussion", "/desk/stories /desk/photos /desk/people"},
			{account.Editor, "/desk/wire /desk/stories /desk/photos /desk/discussion", "/desk/people /desk/tokens"},
			{account.Admin, "/desk/wire /desk/stories /desk/photos /desk/discussion /desk/people /desk/tokens", ""},
			{account.Reader, "", "/desk/wire /desk/stories /desk/photos /desk/discussion /desk/people"},
		} {
			v := n.as(test.role)
			for path := range strings.FieldsSeq(test.may) {
				wants(t, v.get(path), http.StatusOK, `href="`+path+`"`)
			}
			for path := range strings.FieldsSeq(test.not) {
				wants(t, v.get(path), http.StatusForbidden)
			}
		}
		nobody := &visitor{n: n}
		if to := location(t, nobody.get("/desk/wire?q=x")); to != "/desk/sign-in?next=%2Fdesk%2Fwire%3Fq%3Dx" {
			t.Errorf("led to %s", to)
		}
	})
}

func TestPagesAreStrict(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		v := n.as(account.Admin)
		for _, path := range []string{"/desk/wire", "/desk/stories", "/desk/photos", "/desk/discussion", "/desk/people", "/desk/tokens"} {
			w := v.get(path)
			csp := w.Header().Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s has the policy %q", path, csp)
			}
			for _, bad := range []string{" style=", "<style", "javascript:", " onclick"} {
				if strings.Contains(w.Body.String(), bad) {
					t.Errorf("%s has %s, which its policy forbids", path, bad)
				}
			}
		}
	})
}

func TestSignInGoesOnWithinTheDeskOnly(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		n.person(account.Editor)
		for next, want := range map[string]string{
			"/desk/stories?mine=1": "/desk/stories?mine=1", "": "/desk/wire", "https://evil.example/desk": "/desk/wire",
			"//evil.example/desk": "/desk/wire", "/account": "/desk/wire", "/desk/../account": "/desk/wire",
		} {
			v := &visitor{n: n}
			w := v.post("/desk/sign-in", url.Values{"email": {"editor@broadsheet.example"}, "password": {password}, "next": {next}})
			if to := location(t, w); to != want {
				t.Errorf("next %q leads to %q, want %q", next, to, want)
			}
		}
		v := &visitor{n: n}
		wants(t, v.post("/desk/sign-in", url.Values{"email": {"editor@broadsheet.example"}, "password": {"wrong"}}), http.StatusUnprocessableEntity,
			"do not belong together", `value="editor@broadsheet.example"`)
	})
}

func TestTheFirstAdminIsMadeOnce(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		must(t, n.accounts.SetRole(t.Context(), account.System(), n.person(account.Editor).ID, account.Admin))
		v := &visitor{n: n}
		wants(t, v.get("/desk/first-admin?token=abc"), http.StatusOK, `value="abc"`)
		form := url.Values{"token": {"abc"}, "name": {"New Admin"}, "email": {"new@broadsheet.example"}, "password": {password}}
		wants(t, v.post("/desk/first-admin", form), http.StatusUnprocessableEntity, "used already", "New Admin")
	})
}

func TestTheWireIsFilteredAndUsed(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		harbour := n.push(ninjs("urn:test:1", "Harbour to open in May", "<p>The second berth opens in <strong>May</strong>.</p>"))
		kill := ninjs("urn:test:2", "Mayor resigns", "<p>No.</p>")
		kill["pubstatus"] = "canceled"
		killed := n.push(kill)
		held := ninjs("urn:test:3", "Budget passes", "<p>Later.</p>")
		held["embargoed"] = "2099-01-01T06:00:00Z"
		embargoed := n.push(held)
		v := n.as(account.Editor)
		wants(t, v.get("/desk/wire"), http.StatusOK, "Harbour to open in May", "Mayor resigns", "Killed", "Embargo", "Meridian Press")
		filtered := v.get("/desk/wire?q=berth")
		wants(t, filtered, http.StatusOK, "Harbour to open", "Show everything")
		if strings.Contains(filtered.Body.String(), "Mayor resigns") {
			t.Error("the filter lets through what does not have its words")
		}
		wants(t, v.get("/desk/wire/"+harbour.ID.String()+"?part=read"), http.StatusOK, "<strong>May</strong>", "/use")
		wants(t, v.get("/desk/wire/"+embargoed.ID.String()), http.StatusOK, "until Thursday, January 1")
		wants(t, v.get("/desk/wire/"+killed.ID.String()), http.StatusOK, "Killed by the agency")
		wants(t, v.post("/desk/wire/"+killed.ID.String()+"/use", nil), http.StatusConflict, "must not be used")
		to := location(t, v.post("/desk/wire/"+harbour.ID.String()+"/use", nil))
		wants(t, v.get(to), http.StatusOK, `"kind":"wire"`, "Meridian Press")
		wants(t, v.get("/desk/wire/0000000000001"), http.StatusNotFound, "not on the wire")
		wants(t, n.as(account.Moderator).get("/desk/wire/"+harbour.ID.String()), http.StatusOK, "second berth")
	})
}

func TestAStoryIsSavedCheckedAndPublished(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		ana, ben := n.as(account.Reporter), n.as(account.Editor)
		path := "/desk/api/stories/" + strings.TrimPrefix(location(t, ana.post("/desk/stories", nil)), "/desk/stories/")
		content := func(headline string) map[string]any {
			return map[string]any{"headline": headline, "section": "world", "byline": []string{"Ana Ruiz"}, "body": paragraph("It rained.")}
		}
		if code, saved := ana.json("PUT", path, map[string]any{"base": 1, "content": content("Rain")}); code != 200 || saved["revision"] != 2.0 {
			t.Fatalf("save: %d %v", code, saved)
		}
		code, saved := ben.json("PUT", path, map[string]any{"base": 1, "content": content("Snow")})
		conflict, _ := saved["conflict"].(map[string]any)
		if code != 200 || conflict == nil || conflict["by"] != "Ana Ruiz" {
			t.Fatalf("a second editor's save is no conflict: %d %v", code, saved)
		}
		if _, kept := ben.json("GET", path+"/copies", nil); len(kept["copies"].([]any)) != 1 {
			t.Errorf("the other version is not kept: %v", kept)
		}
		if code, _ := ben.json("POST", path+"/copies/"+conflict["kept"].(string)+"/settle", nil); code != 200 {
			t.Errorf("settle: %d", code)
		}
		if _, got := ben.json("GET", path+"/checks", nil); len(got["checks"].([]any)) != 2 {
			t.Errorf("checks: %v", got)
		}
		if code, _ := ana.json("POST", path+"/publish", map[string]any{"revision": 2}); code != 403 {
			t.Errorf("a reporter publishes: %d", code)
		}
		code, live := ben.json("POST", path+"/publish", map[string]any{"revision": 2})
		if code != 200 || !strings.HasPrefix(live["path"].(string), "/world/rain-") {
			t.Errorf("publish: %d %v", code, live)
		}
		wants(t, ben.get(strings.Replace(path, "/api", "", 1)+"/preview"), 200, "preview of Rain")
		wants(t, ben.get("/desk/stories?q=rain"), 200, "Rain", "Live")
		if code, _ := ben.json("POST", path+"/unpublish", nil); code != 200 {
			t.Errorf("unpublish: %d", code)
		}
		if code, got := ben.json("PUT", path, map[string]any{"base": 2, "content": map[string]any{"body": map[string]any{"type": "script"}}}); code != 422 {
			t.Errorf("a broken body is saved: %d %v", code, got)
		}
	})
}

func TestPhotosComeInAndAreDescribed(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		v := n.as(account.Reporter)
		send := func(path string, data []byte) *httptest.ResponseRecorder {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			part, err := form.CreateFormFile("file", "quay.jpg")
			must(t, err)
			_, err = part.Write(data)
			must(t, err)
			must(t, form.Close())
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, &body)
			r.Header.Set("Content-Type", form.FormDataContentType())
			return v.do(r)
		}
		wants(t, send("/desk/api/photos", jpegOf(800, 600)), http.StatusCreated, `"width":800`)
		wants(t, send("/desk/api/photos", []byte("GIF89a")), http.StatusUnprocessableEntity, `"error"`)
		location(t, send("/desk/photos", jpegOf(640, 480)))
		list, err := n.media.List(t.Context(), n.person(account.Reporter), "", 0, 10)
		must(t, err)
		if len(list) != 2 {
			t.Fatalf("%d photos, want 2", len(list))
		}
		path := "/desk/photos/" + list[0].ID.String()
		wants(t, v.get(path), 200, "No credit", "quay.jpg")
		edit := url.Values{"version": {"1"}, "caption": {"The quay"}, "credit": {"Broadsheet"}, "alt": {"A quay"}}
		location(t, v.post(path, edit))
		wants(t, v.get(path), 200, "The quay", "Broadsheet")
		edit.Set("caption", "Mine")
		wants(t, v.post(path, edit), http.StatusUnprocessableEntity, "Not saved", "Mine")
	})
}

func TestModeratorsDecide(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		comment := n.comment("Buy cheap boats")
		must(t, n.discussion.Report(t.Context(), n.person(account.Editor), comment.ID, discussion.Spam, ""))
		v := n.as(account.Moderator)
		wants(t, v.get("/desk/discussion"), 200, "Buy cheap boats", "spam", "Harbour opens", `data-count="discussion">1<`)
		location(t, v.post("/desk/discussion/"+comment.ID.String(), url.Values{"remove": {"Spam or advertising"}}))
		wants(t, v.get("/desk/discussion"), 200, "Nothing waits")
		wants(t, v.get("/desk/discussion?show=removed"), 200, "Buy cheap boats", "Restore")
		location(t, v.post("/desk/discussion/"+comment.ID.String()+"?action=restore", url.Values{"undo": {"1"}}))
		wants(t, v.get("/desk/discussion?show=recent"), 200, "Buy cheap boats")
		wants(t, v.post("/desk/discussion/"+comment.ID.String(), url.Values{"action": {"explode"}}), http.StatusUnprocessableEntity)
	})
}

func TestEditorsHandleAlerts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		st := n.killed("urn:test:kill", "Eleven ships sank")
		v := n.as(account.Editor)
		wants(t, v.get("/desk/stories"), 200, `data-count="alerts">1<`, "that nobody has handled")
		page := v.get("/desk/alerts")
		wants(t, page, 200, "has killed “Eleven ships sank”", "KILL: the figures are wrong.", "Readers can read it still", "Hold it", "Keep it", "/desk/stories/"+st.ID.String())
		wants(t, n.as(account.Reporter).get("/desk/alerts"), 200, "An editor decides.")
		alerts, err := n.stories.AlertsOf(t.Context(), n.person(account.Editor), st.ID)
		must(t, err)
		to := "/desk/alerts/" + alerts[0].ID.String()
		wants(t, n.as(account.Reporter).post(to, url.Values{"decision": {"seen"}}), http.StatusForbidden)
		wants(t, v.post(to, url.Values{"decision": {"keep"}}), http.StatusUnprocessableEntity, "Say why")
		wants(t, v.post(to, url.Values{"decision": {"explode"}}), http.StatusUnprocessableEntity)
		location(t, v.post(to, url.Values{"decision": {"hold"}}))
		wants(t, v.get("/desk/alerts"), 200, "Readers do not get the story", "Show it again")
		location(t, v.post(to+"?decision=reopen", url.Values{"undo": {"1"}}))
		location(t, v.post(to, url.Values{"decision": {"keep"}, "reason": {"Two sources of our own."}}))
		wants(t, v.get("/desk/alerts"), 200, "Nothing is open")
		wants(t, v.get("/desk/alerts?show=handled"), 200, "Kept (Two sources of our own.) by Ben Okafor", "Handled after under a minute", "Open it again")
	})
}

func TestPeopleAndTokens(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := open(t, db)
		v := n.as(account.Admin)
		form := url.Values{"name": {"Ida Berg"}, "email": {"ida@broadsheet.example"}, "role": {"reporter"}, "password": {"short"}}
		wants(t, v.post("/desk/people", form), http.StatusUnprocessableEntity, "Not added", "Ida Berg")
		form.Set("password", password)
		location(t, v.post("/desk/people", form))
		wants(t, v.get("/desk/people?q=ida"), 200, "Ida Berg", "ida@broadsheet.example")
		location(t, v.post("/desk/people/"+n.person(account.Reporter).ID.String()+"/role", url.Values{"role": {"editor"}}))
		wants(t, v.post("/desk/people/"+n.person(account.Admin).ID.String()+"/role", url.Values{"role": {"reader"}}), http.StatusConflict, "only admin")

		w := v.post("/desk/tokens", url.Values{"label": {"Meridian push"}})
		wants(t, w, 200, "not shown again", "Meridian push")
		_, rest, _ := strings.Cut(w.Body.String(), "<code>")
		secret, _, _ := strings.Cut(rest, "</code>")
		if strings.Contains(v.get("/desk/tokens").Body.String(), secret) {
			t.Error("the secret is shown twice")
		}
		tokens, err := n.accounts.Tokens(t.Context(), n.person(account.Admin))
		must(t, err)
		location(t, v.post("/desk/tokens/"+tokens[0].ID.String()+"/revoke", nil))
		if _, err := n.accounts.ByToken(t.Context(), secret); !errors.Is(err, errs.Unauthenticated) {
			t.Errorf("a revoked token: %v", err)
		}
	})
}
