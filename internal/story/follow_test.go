package story

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

// A desk is a newsroom with a wire that stories follow, and agencies that send to it.
type desk struct {
	*Service
	t      *testing.T
	now    *time.Time
	policy Policy
	opened []Alert
}

func newDesk(t *testing.T, db *sqldb.DB) *desk {
	t.Helper()
	s, now := newService(db)
	d := &desk{Service: s, t: t, now: now, policy: Mark}
	originals, quiet := &blob.Memory{}, slog.New(slog.DiscardHandler)
	s.Media = media.New(db, originals, &blob.Memory{}, quiet)
	s.Media.Now = s.Now
	s.Wire = &wire.Service{DB: db, Blobs: originals, Now: s.Now, Log: quiet}
	s.Wire.OnChange = append(s.Wire.OnChange, s.WireChanged)
	s.Policy = func(context.Context, *sqldb.Tx, string) Policy { return d.policy }
	s.Alarm = func(_ context.Context, _ *sqldb.Tx, opened []Alert) error {
		d.opened = append(d.opened, opened...)
		return nil
	}
	return d
}

// A sent is an item as an agency sends it.
type sent struct {
	agency, id           string
	version              int
	status               string // "" is usable
	embargo, expires     string
	signal, terms, words string
	photo                string // URI of a picture inside it
	at                   time.Time
}

func (d *desk) send(i sent) id.ID {
	d.t.Helper()
	var parts []string
	for name, value := range map[string]string{"embargoed": i.embargo, "expires": i.expires, "usageterms": i.terms} {
		if value != "" {
			parts = append(parts, fmt.Sprintf(`%q: %q`, name, value))
		}
	}
	if i.signal != "" {
		parts = append(parts, fmt.Sprintf(`"signals": [{"uri": "http://cv.iptc.org/newscodes/signal/%s"}]`, i.signal))
	}
	if i.photo != "" {
		parts = append(parts, fmt.Sprintf(`"associations": [{"name": "main", "uri": %q, "type": "picture", "headlines": [{"value": "Photo of %s"}],
			"descriptions": [{"value": "Caption of %s"}], "by": "Ada Lens", "creditline": "Ada Lens / %s",
			"renditions": [{"name": "main", "href": "p.jpg", "contenttype": "image/jpeg"}]}]`, i.photo, i.id, i.id, i.agency))
	}
	extra := ""
	if len(parts) > 0 {
		extra = ", " + strings.Join(parts, ", ")
	}
	if i.status == "" {
		i.status = "usable"
	}
	if i.at.IsZero() {
		i.at = *d.now
	}
	raw := fmt.Sprintf(`{"uri": "tag:%s,2026:%s", "version": "%d", "type": "text", "pubstatus": %q, "versioncreated": %q,
		"standard": {"name": "ninjs", "version": "2.1"}, "language": "en", "provider": {"name": %q},
		"ednote": "Look at this.", "headlines": [{"value": "Headline of %s"}],
		"bodies": [{"contenttype": "text/html", "value": "<p>%s</p>"}]%s}`,
		strings.ToLower(i.agency), i.id, i.version, i.status, i.at.Format(time.RFC3339Nano), i.agency, i.id, i.words, extra)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
		d.t.Fatal(err)
	}
	results, err := d.Wire.Ingest(d.t.Context(), account.System(), wire.Incoming{
		File: i.id + ".json", Service: i.agency, Raw: []byte(raw),
		Beside: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil },
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return results[0].ID
}

// use makes a draft of an item, with a paragraph of our own so that something stays.
func (d *desk) use(item id.ID) *Story {
	d.t.Helper()
	st, problems, err := d.FromWire(d.t.Context(), reporter, item)
	if err != nil || len(problems) > 0 {
		d.t.Fatal(err, problems)
	}
	c := st.Content
	c.Headline, c.Standfirst = "Our headline "+st.ID.String(), "Ours."
	c.Body.Content = append(slices.Clone(c.Body.Content), richtext.Paragraph("Written here."))
	if _, err := d.Save(d.t.Context(), reporter, st.ID, 1, c); err != nil {
		d.t.Fatal(err)
	}
	return d.draft(st.ID)
}

func (d *desk) draft(story id.ID) *Story {
	d.t.Helper()
	st, err := d.Draft(d.t.Context(), reporter, story)
	if err != nil {
		d.t.Fatal(err)
	}
	return st
}

func (d *desk) publish(st *Story) {
	d.t.Helper()
	if _, err := d.Publish(d.t.Context(), editor, st.ID, st.Revision); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) refuses(st *Story, words string) {
	d.t.Helper()
	if _, err := d.Publish(d.t.Context(), editor, st.ID, d.draft(st.ID).Revision); !errors.Is(err, errs.Invalid) || !strings.Contains(err.Error(), words) {
		d.t.Errorf("publishing is not refused with %q: %v", words, err)
	}
}

// read is what readers get of a story: its text, or the kind of the refusal.
func (d *desk) read(story id.ID) string {
	d.t.Helper()
	l, err := d.Live(d.t.Context(), story)
	if err != nil {
		kind, _ := errs.Of(err)
		return kind.Error()
	}
	return strings.ReplaceAll(l.Body.Text(), "\n\n", " | ")
}

func (d *desk) wants(story id.ID, want string) {
	d.t.Helper()
	if got := d.read(story); got != want {
		d.t.Errorf("readers get %q, want %q", got, want)
	}
}

func (d *desk) alerts() []Alert {
	d.t.Helper()
	list, err := d.Alerts(d.t.Context(), reporter, AlertFilter{})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

// rendition is "" when readers get the photo, else the kind of the refusal.
func (d *desk) rendition(photo id.ID) string {
	d.t.Helper()
	f, err := d.Media.Rendition(d.t.Context(), photo, 320)
	if err != nil {
		kind, _ := errs.Of(err)
		return kind.Error()
	}
	if err := f.Content.Close(); err != nil {
		d.t.Fatal(err)
	}
	return ""
}

func TestKillUnderEachPolicy(t *testing.T) {
	for _, policy := range Policies() {
		t.Run(string(policy), func(t *testing.T) {
			sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
				d := newDesk(t, db)
				d.policy = policy
				item := d.send(sent{agency: "Meridian", id: "n1", version: 1, words: "Agency copy.", photo: "tag:meridian,2026:p1"})
				live, draft := d.use(item), d.use(item)
				d.publish(live)
				d.wants(live.ID, "Agency copy. | Written here.")
				photo := live.Lead

				*d.now = d.now.Add(time.Minute)
				d.send(sent{agency: "Meridian", id: "n1", version: 2, status: "canceled", photo: "tag:meridian,2026:p1"})

				d.wants(live.ID, map[Policy]string{Mark: "Agency copy. | Written here.", Hold: "gone", Remove: "Written here."}[policy])
				if got, want := d.rendition(photo), map[Policy]string{Mark: "", Hold: "gone", Remove: "gone"}[policy]; got != want {
					t.Errorf("the photo: %q, want %q", got, want)
				}
				d.refuses(draft, "killed by its agency")
				alerts := d.alerts()
				if len(alerts) != 2 || len(d.opened) != 2 {
					t.Fatalf("alerts: %+v; told of %d", alerts, len(d.opened))
				}
				for _, a := range alerts {
					if a.Kind != KindKill || a.Agency != "Meridian" || a.Note != "Look at this." || a.Live() != (a.Story == live.ID) {
						t.Errorf("alert: %+v", a)
					}
				}
				if versions, err := d.Versions(t.Context(), reporter, live.ID); err != nil || policy == Remove && (len(versions) != 2 ||
					versions[0].Note != "Copy from Meridian was taken out after its kill." || versions[0].PublishedBy != "Broadsheet") {
					t.Errorf("versions: %+v, %v", versions, err)
				}

				// The desk writes it without the copy: that handles the alert.
				*d.now = d.now.Add(7 * time.Minute)
				for _, st := range []*Story{live, draft} {
					c := d.draft(st.ID).Content
					c.Lead, c.Body = 0, richtext.Doc{Content: []richtext.Node{richtext.Paragraph("Written anew.")}}
					if _, err := d.Save(t.Context(), reporter, st.ID, st.Revision, c); err != nil {
						t.Fatal(err)
					}
				}
				d.publish(d.draft(live.ID))
				d.wants(live.ID, "Written anew.")
				if left := d.alerts(); len(left) != 0 {
					t.Errorf("still open: %+v", left)
				}
				done, err := d.Alerts(t.Context(), reporter, AlertFilter{Handled: true})
				if err != nil || len(done) != 2 || done[0].Minutes(*d.now) != 7 || done[0].How != "updated" {
					t.Errorf("handled: %+v, %v", done, err)
				}
			})
		})
	}
}

func TestDecisionsAndTheirUndo(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, d := t.Context(), newDesk(t, db)
		item := d.send(sent{agency: "Meridian", id: "n1", version: 1, words: "Agency copy.", photo: "tag:meridian,2026:p1"})
		st := d.use(item)
		d.publish(st)
		d.send(sent{agency: "Meridian", id: "n1", version: 2, status: "canceled"})
		alert := d.alerts()[0].ID

		if err := d.Decide(ctx, reporter, alert, Keep, "It is right."); !errors.Is(err, errs.Denied) {
			t.Errorf("a reporter decides: %v", err)
		}
		if err := d.Decide(ctx, editor, alert, Keep, " "); !errors.Is(err, errs.Invalid) {
			t.Errorf("kept without a reason: %v", err)
		}
		if err := d.Decide(ctx, editor, alert, HoldIt, ""); err != nil {
			t.Fatal(err)
		}
		d.wants(st.ID, "gone")
		if got := d.rendition(st.Lead); got != "gone" {
			t.Errorf("the photo of a story that is held: %q", got)
		}
		if err := d.Reopen(ctx, editor, alert); err != nil { // undo
			t.Fatal(err)
		}
		d.wants(st.ID, "Agency copy. | Written here.")
		if got := d.rendition(st.Lead); got != "" {
			t.Errorf("the photo afterwards: %q", got)
		}
		if err := d.Decide(ctx, editor, alert, Keep, "We have two sources of our own."); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Publish(ctx, editor, st.ID, st.Revision); err != nil {
			t.Errorf("what an editor has decided to keep cannot be published: %v", err)
		}
		if err := d.Reopen(ctx, editor, alert); err != nil {
			t.Fatal(err)
		}
		d.refuses(st, "killed by its agency")
		if err := d.Decide(ctx, editor, alert, RemoveIt, ""); err != nil {
			t.Fatal(err)
		}
		d.wants(st.ID, "Written here.")
		if err := d.Decide(ctx, editor, alert, Keep, "Too late."); !errors.Is(err, errs.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
	})
}

func TestAllOfOneAgencyIsHeldWhereItCannotBeTakenOut(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := newDesk(t, db)
		d.policy = Remove
		item := d.send(sent{agency: "Meridian", id: "n1", version: 1, words: "All of it."})
		st, _, err := d.FromWire(t.Context(), reporter, item)
		if err != nil {
			t.Fatal(err)
		}
		d.publish(st)
		d.send(sent{agency: "Meridian", id: "n1", version: 2, status: "canceled"})
		d.wants(st.ID, "gone")
		if a := d.alerts(); len(a) != 1 || a[0].Effect != Hold {
			t.Errorf("alerts: %+v", a)
		}
	})
}

func TestAgencyTakesItsKillBack(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := newDesk(t, db)
		d.policy = Hold
		one := sent{agency: "Meridian", id: "n1", version: 1, words: "Copy.", photo: "tag:meridian,2026:p1"}
		st := d.use(d.send(one))
		d.publish(st)
		one.version, one.status = 2, "canceled"
		d.send(one)
		d.wants(st.ID, "gone")
		one.version, one.status = 3, ""
		d.send(one)
		d.wants(st.ID, "Copy. | Written here.")
		if got := d.rendition(st.Lead); got != "" {
			t.Errorf("the photo: %q", got)
		}
		if a := d.alerts(); len(a) != 0 {
			t.Errorf("alerts: %+v", a)
		}
	})
}

func TestCorrectionAndStrike(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, d := t.Context(), newDesk(t, db)
		north := sent{agency: "Northern", id: "n1", version: 1, words: "Twelve ships."}
		st := d.use(d.send(north))
		d.publish(st)
		north.version, north.words, north.signal = 2, "Two ships.", "correction"
		d.send(north)
		d.wants(st.ID, "Twelve ships. | Written here.")
		if a := d.alerts(); len(a) != 1 || a[0].Kind != KindCorrection {
			t.Fatalf("alerts: %+v", a)
		}
		d.refuses(st, "was corrected by its agency")
		if err := d.Decide(ctx, editor, d.alerts()[0].ID, Corrected, ""); err != nil {
			t.Fatal(err)
		}
		d.publish(d.draft(st.ID))

		// A kill that is an item of its own.
		austral := d.send(sent{agency: "Austral", id: "a1", version: 1, words: "A claim.", photo: "tag:austral,2026:p1"})
		other := d.use(austral)
		d.publish(other)
		*d.now = d.now.Add(time.Minute)
		kill := d.send(sent{agency: "Austral", id: "kill", version: 1, words: "KILL a1"})
		d.policy = Hold
		if err := d.Wire.Strike(ctx, editor, kill, []id.ID{austral, kill, 12345}, wire.StrikeKill); err != nil {
			t.Fatal(err)
		}
		d.wants(other.ID, "gone")
		if _, _, err := d.FromWire(ctx, reporter, austral); !errors.Is(err, errs.Conflict) {
			t.Errorf("struck copy is used: %v", err)
		}
		// A take that was written before the kill comes late, and changes nothing.
		d.send(sent{agency: "Austral", id: "a1", version: 2, words: "A claim, longer.", at: d.now.Add(-30 * time.Second)})
		d.wants(other.ID, "gone")
		d.send(sent{agency: "Austral", id: "a1", version: 3, words: "A claim, right.", at: d.now.Add(time.Second)})
		d.wants(other.ID, "A claim. | Written here.")
	})
}

func TestPictureIsKilledByItsOwnItem(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := newDesk(t, db)
		d.policy = Remove
		st := d.use(d.send(sent{agency: "Austral", id: "a1", version: 1, words: "Copy.", photo: "tag:austral,2026:p9"}))
		d.publish(st)
		d.send(sent{agency: "Austral", id: "p9", version: 1, status: "canceled"})
		d.wants(st.ID, "Copy. | Written here.")
		if l, err := d.Live(t.Context(), st.ID); err != nil || l.Lead != 0 {
			t.Errorf("lead = %v, %v", l.Lead, err)
		}
		if got := d.rendition(st.Lead); got != "gone" {
			t.Errorf("the photo: %q", got)
		}
	})
}

func TestEmbargoesOnWhatIsOut(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, d := t.Context(), newDesk(t, db)
		one := sent{agency: "Meridian", id: "n1", version: 1, words: "Early copy.", photo: "tag:meridian,2026:p1"}
		st := d.use(d.send(one))
		d.publish(st)
		end := d.now.Add(time.Hour)
		one.version, one.embargo = 2, end.Format(time.RFC3339)
		d.send(one)
		d.wants(st.ID, "not found")
		if got := d.rendition(st.Lead); got != "not found" {
			t.Errorf("the photo under embargo: %q", got)
		}
		if list, err := d.Latest(ctx, "", Cursor{}, 10); err != nil || len(list) != 0 {
			t.Errorf("in a list: %v, %v", list, err)
		}
		if a := d.alerts(); len(a) != 1 || a[0].Kind != KindEmbargo {
			t.Errorf("alerts: %+v", a)
		}
		if next, err := d.NextChange(ctx, *d.now); err != nil || !next.Equal(end) {
			t.Errorf("next change %v, %v; want %v", next, err, end)
		}
		*d.now = end
		d.wants(st.ID, "Early copy. | Written here.")

		one.version, one.embargo, one.expires = 3, "", end.Add(time.Hour).Format(time.RFC3339)
		d.send(one)
		*d.now = end.Add(time.Hour - time.Millisecond)
		d.wants(st.ID, "Early copy. | Written here.")
		*d.now = end.Add(time.Hour)
		d.wants(st.ID, "gone")
		if got := d.rendition(st.Lead); got != "gone" {
			t.Errorf("the photo that has expired: %q", got)
		}
		if err := d.DB.View(ctx, func(tx *sqldb.Tx) error {
			if err := d.Discussable(ctx, tx, st.ID); !errors.Is(err, errs.Gone) {
				t.Errorf("discussable: %v", err)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// TestKillMeetsPublishing: a kill that comes while the story is published is never missed.
func TestKillMeetsPublishing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := newDesk(t, db)
		d.policy = Hold
		for i := range 8 {
			one := sent{agency: "Meridian", id: fmt.Sprint("r", i), version: 1, words: "Copy."}
			item := d.send(one)
			st := d.use(item)
			raced := make(chan error, 1)
			go func() {
				_, err := d.Publish(t.Context(), editor, st.ID, st.Revision)
				raced <- err
			}()
			one.version, one.status = 2, "canceled"
			d.send(one)
			err := <-raced
			if err != nil && !errors.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			if got := d.read(st.ID); got != "gone" && got != "not found" {
				t.Errorf("published %v, and readers get %q", err == nil, got)
			}
		}
	})
}

func TestUseIsExact(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, d := t.Context(), newDesk(t, db)
		item := d.send(sent{agency: "Meridian", id: "n1", version: 1, words: "Copy.", photo: "tag:meridian,2026:p1"})
		st := d.use(item)
		if used, err := d.UsedIn(ctx, reporter, item); err != nil || len(used) != 1 {
			t.Errorf("used in %v, %v", used, err)
		}
		c := st.Content
		c.Lead, c.Body = 0, richtext.Doc{Content: []richtext.Node{richtext.Paragraph("Ours.")}}
		if _, err := d.Save(ctx, reporter, st.ID, st.Revision, c); err != nil {
			t.Fatal(err)
		}
		if used, err := d.UsedIn(ctx, reporter, item); err != nil || len(used) != 0 {
			t.Errorf("its copy was taken out, and it is used in %v, %v", used, err)
		}
	})
}

func TestUsageTermsArePartOfTheChecks(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, d := t.Context(), newDesk(t, db)
		for terms, want := range map[string]Problem{
			"Print only":                    {true, "body", "may not be used online"},
			"No use after 22 November 2026": {true, "body", "may not be used any more since 23 November 2026"},
			"Germany out":                   {false, "body", "may not be used in Germany"},
			"No social media":               {false, "body", "no social media"},
		} {
			item := d.send(sent{agency: "Meridian", id: strings.ReplaceAll(terms, " ", "-"), version: 1, words: "Copy.", terms: terms})
			st := d.use(item)
			problems, err := d.Check(ctx, reporter, st.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(problems, func(p Problem) bool {
				return p.Blocks == want.Blocks && p.Field == want.Field && strings.Contains(p.Message, want.Message)
			}) {
				t.Errorf("%s: problems are %+v", terms, problems)
			}
		}
	})
}

// TestDeskHearsOfAlerts: open pages are told in the same transaction.
func TestDeskHearsOfAlerts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := newDesk(t, db)
		b := bus.New(db, slog.New(slog.DiscardHandler))
		st := d.use(d.send(sent{agency: "Meridian", id: "n1", version: 1, words: "Copy."}))
		d.publish(st)
		var heard []string
		defer b.Subscribe(func(e bus.Event) { heard = append(heard, e.Topic+" "+e.Kind) })()
		d.policy = Hold
		d.send(sent{agency: "Meridian", id: "n1", version: 2, status: "canceled"})
		for _, want := range []string{"alerts alert.changed", "stories story.held", "story:" + st.ID.String() + " story.held"} {
			if !slices.Contains(heard, want) {
				t.Errorf("nobody heard %q, but %q", want, heard)
			}
		}
	})
}
