package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
)

// kept are the pages on which a story and its photo stand, and which are kept once asked for.
func (tr *trial) kept(st *trialStory) []string {
	return []string{"/", "/world", "/feed.xml", "/world/feed.xml", st.path, "/discussions/" + st.id.String()}
}

// page is what a reader gets.
func (tr *trial) page(path string) string {
	tr.t.Helper()
	got := tr.ask("GET "+path, "", false)
	return fmt.Sprint(got.Code, " ", got.Body.String())
}

// push sends an agency's file as an agency does, and returns how long it took until it
// was answered.
func (tr *trial) push(token string, raw []byte) time.Duration {
	tr.t.Helper()
	r := httptest.NewRequestWithContext(tr.t.Context(), http.MethodPost, "/api/v1/wire/items", bytes.NewReader(raw))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	begin := time.Now()
	tr.public.server.Handler.ServeHTTP(w, r)
	took := time.Since(begin)
	if w.Code != http.StatusOK && w.Code != http.StatusCreated {
		tr.t.Fatalf("the agency's file is answered with %d: %s", w.Code, w.Body)
	}
	return took
}

// an item of an agency with one paragraph, as ninjs.
func agencyItem(agency string, version int, status, signal string) []byte {
	item := map[string]any{
		"uri": "tag:" + agency + ",2026:x", "version": strconv.Itoa(version), "type": "text", "pubstatus": status, "language": "en",
		"versioncreated": time.Date(2026, 11, 20, 8, version, 0, 0, time.UTC).Format(time.RFC3339),
		"standard":       map[string]any{"name": "ninjs", "version": "2.1"}, "provider": map[string]any{"name": agency},
		"headlines": []any{map[string]any{"value": "From " + agency}},
		"bodies":    []any{map[string]any{"contenttype": "text/html", "value": "<p>xqparagraph of " + agency + ".</p>"}},
		"associations": []any{map[string]any{
			"name": "main", "uri": "tag:" + agency + ",2026:p", "type": "picture", "by": "Ada Lens",
			"descriptions": []any{map[string]any{"value": "xqphoto of " + agency}},
			"renditions":   []any{map[string]any{"name": "main", "href": "p.jpg", "contenttype": "image/jpeg"}},
		}},
	}
	if signal != "" {
		item["signals"] = []any{map[string]any{"uri": "http://cv.iptc.org/newscodes/signal/" + signal}}
	}
	raw, err := json.Marshal(item)
	if err != nil {
		panic(err) // cannot be: these are maps and texts
	}
	return raw
}

// one takes in an agency's item with its photo, and makes a draft and a published story of it.
func (tr *trial) one(agency string) (item, photo id.ID, draft, live *trialStory) {
	tr.t.Helper()
	it := &trialItem{n: len(tr.items) + 1, status: "usable"} // for its picture
	tr.items = append(tr.items, it)
	tr.send(it)
	results, err := tr.Wire.Ingest(tr.t.Context(), account.System(), wire.Incoming{
		File: "x.json", Service: agency, Raw: agencyItem(agency, 1, "usable", ""),
		Beside: func(string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(trialPicture(tr.t, it.n))), nil
		},
	})
	tr.must(err)
	item = results[0].ID
	for _, to := range []**trialStory{&draft, &live} {
		made, problems, err := tr.Stories.FromWire(tr.t.Context(), tr.editor, item)
		if err != nil || len(problems) > 0 {
			tr.t.Fatal(err, problems)
		}
		c := made.Content
		c.Headline, c.Section = "Ours with "+agency, "world"
		c.Body.Content = append(slices.Clone(c.Body.Content), richtext.Paragraph("Ours."))
		_, err = tr.Stories.Save(tr.t.Context(), tr.editor, made.ID, 1, c)
		tr.must(err)
		*to, photo = &trialStory{id: made.ID}, made.Lead
	}
	l, err := tr.Stories.Publish(tr.t.Context(), tr.editor, live.id, 2)
	tr.must(err)
	live.path = l.Path()
	return item, photo, draft, live
}

// TestAgenciesOrdersReachPagesAtOnce follows a paragraph and a photo of three agencies
// through drafts, live pages and caches: a kill, a correction, and a kill that is an item
// of its own. When the agency's file is answered, nothing is left anywhere.
func TestAgenciesOrdersReachPagesAtOnce(t *testing.T) {
	sqltest.EachURL(t, ordersReachPagesAtOnce)
}

func ordersReachPagesAtOnce(t *testing.T, database string) {
	tr := newTrial(t, database, 1)
	tr.policy = story.Remove
	_, token, err := tr.Accounts.NewToken(t.Context(), account.System(), "agencies")
	tr.must(err)
	for agency, order := range map[string]func(item id.ID) time.Duration{
		"meridian": func(id.ID) time.Duration { return tr.push(token, agencyItem("meridian", 2, "canceled", "")) },
		"northern": func(id.ID) time.Duration { return tr.push(token, agencyItem("northern", 2, "usable", "correction")) },
		"austral": func(item id.ID) time.Duration {
			results, err := tr.Wire.Ingest(t.Context(), account.System(), wire.Incoming{File: "kill.json", Raw: agencyItem("austral-kill", 5, "usable", "")})
			tr.must(err)
			begin := time.Now()
			tr.must(tr.Wire.Strike(t.Context(), tr.editor, results[0].ID, []id.ID{item}, wire.StrikeKill))
			return time.Since(begin)
		},
	} {
		t.Run(agency, func(t *testing.T) {
			item, photo, draft, live := tr.one(agency)
			address := "/media/" + photo.String() + "/320.jpg"
			shown := 0
			for _, path := range tr.kept(live) {
				if body := tr.page(path); strings.Contains(body, "xqparagraph of "+agency) || strings.Contains(body, photo.String()) {
					shown++
				}
			}
			if shown < 4 || !strings.HasPrefix(tr.page(address), "200") {
				t.Fatalf("to begin with, it stands on %d pages", shown)
			}

			took := order(item)

			begin := time.Now()
			for _, path := range tr.kept(live) {
				if body := tr.page(path); strings.Contains(body, "xqparagraph of "+agency) || strings.Contains(body, photo.String()) {
					t.Errorf("%s has it still", path)
				}
			}
			if !strings.HasPrefix(tr.page(live.path), "200") {
				t.Errorf("our own part of the story is gone too: %.300s", tr.page(live.path))
			}
			if got := tr.page(address); !strings.HasPrefix(got, "410") && !strings.HasPrefix(got, "404") {
				t.Errorf("the photo is answered with %.3s", got)
			}
			t.Logf("answered in %v; %d pages made again in %v", took, len(tr.kept(live)), time.Since(begin))
			if took > time.Second {
				t.Errorf("it took %v until the order was carried out", took)
			}
			if problems, err := tr.Stories.Check(t.Context(), tr.editor, draft.id); err != nil || !slices.ContainsFunc(problems, func(p story.Problem) bool { return p.Blocks }) {
				t.Errorf("the draft could be published: %v, %v", problems, err)
			}
			if alerts, err := tr.Stories.AlertsOf(t.Context(), tr.editor, live.id); err != nil || len(alerts) != 1 || alerts[0].Effect != story.Remove {
				t.Errorf("alerts: %+v, %v", alerts, err)
			}
		})
	}
	tr.tellsByMail(t)
}

// tellsByMail: the editors have a mail for each order.
func (tr *trial) tellsByMail(t *testing.T) {
	t.Helper()
	if due, _, err := tr.Jobs.Counts(t.Context()); err != nil || due < 3 {
		t.Errorf("%d mails wait to be sent, %v", due, err)
	}
}
