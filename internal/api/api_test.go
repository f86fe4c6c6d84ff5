package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/api"
	"broadsheet/internal/blob"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

const item = `{"uri":"urn:test:1","standard":{"name":"ninjs","version":"3.0"},"type":"text","pubstatus":"usable","version":"1",
	"versioncreated":"2026-01-01T00:00:00Z","headlines":[{"value":"Harbour opens"}],"bodies":[{"contenttype":"text/html","value":"<p>It opened.</p>"}]}`

func TestPushToTheWire(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		blobs, err := blob.NewDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		room := &wire.Service{DB: db, Blobs: blobs, Now: time.Now, Log: log}
		a := &api.API{Accounts: account.New(db), Sources: &source.Service{DB: db, Wire: room, Now: time.Now, Log: log}}
		mux := http.NewServeMux()
		web.Register(mux, log, a.ErrorPage, a.Routes())
		token, secret, err := a.Accounts.NewToken(t.Context(), account.System(), "Meridian push")
		if err != nil {
			t.Fatal(err)
		}
		newer := strings.Replace(strings.Replace(item, `"version":"1"`, `"version":"2"`, 1), "opened", "has opened", 1)
		for _, test := range []struct {
			name, path, auth, kind, body string
			status                       int
			want                         string
		}{
			{"a new item", "", "Bearer " + secret, "application/json", item, 201, `"status":"new"`},
			{"the same again", "", "Bearer " + secret, "", item, 200, `"status":"duplicate"`},
			{"a newer version", "?service=Flash&name=a.json", "Bearer " + secret, "application/ninjs+json; charset=utf-8", newer, 200, `"status":"updated"`},
			{"no token", "", "", "application/json", item, 401, "Authorization: Bearer"},
			{"another scheme", "", "Basic " + secret, "application/json", item, 401, "Authorization: Bearer"},
			{"an unknown token", "", "Bearer nonsense", "application/json", item, 401, "unknown or revoked"},
			{"a picture", "", "Bearer " + secret, "image/png", item, 415, "NewsML-G2"},
			{"a broken type", "", "Bearer " + secret, ";;", item, 415, "NewsML-G2"},
			{"nothing", "", "Bearer " + secret, "application/json", "", 422, "no body"},
			{"half a file", "?name=../../half.json", "Bearer " + secret, "application/json", item[:40], 422, "half.json"},
			{"too much", "", "Bearer " + secret, "application/json", strings.Repeat(" ", api.MaxFile+1), 413, "32 MB"},
		} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/wire/items"+test.path, strings.NewReader(test.body))
			r.Header.Set("Content-Type", test.kind)
			r.Header.Set("Authorization", test.auth)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: %d %s, want %d with %q in JSON", test.name, w.Code, w.Body, test.status, test.want)
			}
		}
		if err := a.Accounts.RevokeToken(t.Context(), account.System(), token.ID); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/wire/items", strings.NewReader(item))
		r.Header.Set("Authorization", "Bearer "+secret)
		w := httptest.NewRecorder()
		if mux.ServeHTTP(w, r); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("a revoked token: %d", w.Code)
		}
	})
}
