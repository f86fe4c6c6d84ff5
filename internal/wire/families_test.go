package wire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/family"
	"broadsheet/internal/wire/item"
)

// A dispatch is an item as an agency sends it, in short.
type dispatch struct {
	uri, version, agency, slug, headline, body string
	kind, status                               string
	sent                                       time.Time
	pictures                                   []string // URIs of items that it is associated with
}

func (d *dispatch) raw(t testing.TB) []byte {
	t.Helper()
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	m := map[string]any{
		"uri": d.uri, "type": or(d.kind, "text"), "version": or(d.version, "1"), "pubstatus": or(d.status, "usable"),
		"provider": map[string]any{"name": or(d.agency, "Meridian Press Service"), "literal": "x"}, "slugline": d.slug, "headlines": []map[string]any{{"value": d.headline}},
		"bodies":   []map[string]any{{"contenttype": "text/plain", "value": d.body}},
		"standard": map[string]any{"name": "ninjs", "version": "3.1"},
	}
	if !d.sent.IsZero() {
		m["versionCreated"] = d.sent.Format(time.RFC3339)
	}
	var with []map[string]any
	for _, uri := range d.pictures {
		with = append(with, map[string]any{"name": uri, "uri": uri, "type": "picture"})
	}
	if with != nil {
		m["associations"] = with
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func send(t testing.TB, s *wire.Service, d dispatch) id.ID {
	t.Helper()
	return ingest(t, s, wire.Incoming{File: "item.json", Raw: d.raw(t)})[0].ID
}

// shape is a family in one line an agency.
func shape(t testing.TB, s *wire.Service, one id.ID) string {
	t.Helper()
	f, err := s.Family(t.Context(), reporter, one)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var node func(n *family.Node)
	node = func(n *family.Node) {
		fmt.Fprintf(&b, " %s(%s)", n.Headline, n.Sign.Role)
		if n.Fate != family.Stands {
			b.WriteString("-" + string(n.Fate))
		}
		for _, u := range n.Under {
			node(u)
		}
	}
	for _, br := range f.Branches {
		b.WriteString(br.Agency + ":")
		if br.Lead != nil {
			node(br.Lead)
		}
		for _, n := range br.Others {
			node(n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func wantShape(t testing.TB, s *wire.Service, one id.ID, want string) {
	t.Helper()
	if got := strings.TrimSpace(shape(t, s, one)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFamilyOfARunningStory(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		send(t, s, dispatch{uri: "m:1", slug: "Harbour-Fire,URGENT", headline: "one"})
		send(t, s, dispatch{uri: "m:2", slug: "BC-Harbour-Fire, 1st Ld", headline: "two"})
		three := send(t, s, dispatch{uri: "m:3", slug: "Harbour-Fire, 2nd Ld-Writethru", headline: "three"})
		other := send(t, s, dispatch{uri: "n:1", agency: "Northern Wire", slug: "Harbour-Fire", headline: "theirs"})
		wantShape(t, s, three, "meridian press service: three(lead) two(lead)-replaced one(urgent)-replaced")
		wantShape(t, s, other, "northern wire: theirs(lead)")

		// A newer version of an item, a picture that is named, and a kill that is an item of its own
		// and is not for readers either.
		send(t, s, dispatch{uri: "m:3", version: "2", slug: "Harbour-Fire, 2nd Ld-Writethru", headline: "three again", pictures: []string{"m:pic"}})
		send(t, s, dispatch{uri: "m:pic", kind: "picture", headline: "pic"})
		send(t, s, dispatch{uri: "m:4", slug: "Harbour-Fire, 2nd Ld, KILL", headline: "stop"})
		wantShape(t, s, three, "meridian press service: two(lead) three again(lead)-killed three(lead)-killed one(urgent)-replaced stop(kill) pic(photo)")
		f, err := s.Family(t.Context(), reporter, item.IDOf("m:pic"))
		if err != nil || f.Why != family.ByLink || len(f.Entries) != 5 {
			t.Errorf("%+v %v", f, err)
		}
		if _, err := s.Family(t.Context(), reader, three); !errors.Is(err, errs.Denied) {
			t.Errorf("a reader sees the family: %v", err)
		}
	})
}

func TestKillsOfTheirOwnReachTheirTargets(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		var heard []wire.Change
		s.OnChange = append(s.OnChange, func(_ context.Context, _ *sqldb.Tx, c *wire.Change) error {
			if c.By != 0 {
				heard = append(heard, *c)
			}
			return nil
		})
		now := time.Now().Add(-time.Hour)
		one := send(t, s, dispatch{uri: "m:1", slug: "Harbour-Fire, 1st Ld", headline: "one", sent: now})
		two := send(t, s, dispatch{uri: "m:2", slug: "Harbour-Fire, 2nd Ld", headline: "two", sent: now.Add(time.Minute)})
		theirs := send(t, s, dispatch{uri: "n:1", agency: "Northern Wire", slug: "Harbour-Fire, 1st Ld", headline: "theirs", sent: now})
		kill := send(t, s, dispatch{uri: "m:3", slug: "Harbour-Fire, 1st Ld, KILL", headline: "KILL: one", sent: now.Add(10 * time.Minute)})
		late := send(t, s, dispatch{uri: "m:0", slug: "Harbour-Fire, 1st Ld", headline: "one", sent: now.Add(30 * time.Second)})
		fix := send(t, s, dispatch{uri: "m:4", slug: "Harbour-Fire", headline: "CORRECTION: two", sent: now.Add(20 * time.Minute)})
		for item, want := range map[id.ID]wire.Status{one: wire.Canceled, late: wire.Canceled, two: wire.Usable, theirs: wire.Usable, kill: wire.Canceled, fix: wire.Usable} {
			e, err := s.Entry(t.Context(), reporter, item)
			if err != nil || e.Status != want {
				t.Errorf("%s is %s, want %s: %v", e.Headline, e.Status, want, err)
			}
		}
		if len(heard) != 3 || heard[0].Item != one || heard[0].By != kill || heard[1].Item != late || heard[2].Item != two || !heard[2].Correction {
			t.Errorf("the rooms heard %+v", heard)
		}
	})
}

const fire = "Eleven people were hurt when a fire broke out in hall %d of the Port Ellery container terminal. Captain Ruth Penhale of the " +
	"Norholt Fire Service said that 140 men fought it. The Anselm Shipping company put its loss at %d,400 crowns. Mayor Rupert Gale came to see."

func TestAgenciesAreOneFamilyByTheirTexts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		send(t, s, dispatch{uri: "n:0", agency: "Northern Wire", slug: "Ellery", headline: "smoke"})
		send(t, s, dispatch{uri: "m:1", slug: "Harbour-Fire", headline: "Fire at terminal", body: fmt.Sprintf(fire, 3, 12)})
		one := send(t, s, dispatch{
			uri: "n:1", agency: "Northern Wire", slug: "Ellery, 1st Ld", headline: "Port Ellery burns",
			body: "PORT ELLERY (Northern Wire) - Mayor Rupert Gale stood at the terminal while Captain Ruth Penhale and 140 men of the Norholt Fire Service fought. Anselm Shipping says it has lost 12,400 crowns.",
		})
		wantShape(t, s, one, "northern wire: Port Ellery burns(lead) smoke(lead)-replaced\nmeridian press service: Fire at terminal(lead)")
	})
}

// TestRelativesAtTheSameTime has two agencies send their reports on one event at once,
// each on a connection of its own.
func TestRelativesAtTheSameTime(t *testing.T) {
	sqltest.Two(t, func(t *testing.T, a, b *sqldb.DB) {
		rooms := []*wire.Service{newService(a), newService(b)}
		for event := range 12 {
			var wait sync.WaitGroup
			ids := make([]id.ID, 2)
			for i, agency := range []string{"Meridian Press Service", "Northern Wire"} {
				wait.Go(func() {
					body := fmt.Sprintf(fire, event, 100+event) + fmt.Sprintf(" Witness%s%s saw Hall%s.", letters(event), letters(event+1), letters(event))
					ids[i] = send(t, rooms[i], dispatch{
						uri: fmt.Sprintf("%d:%d", i, event), agency: agency, slug: "Fire" + letters(event), headline: "Fire",
						body: strings.NewReplacer("Ruth", letters(event), "Rupert", letters(event)+"x", "Anselm", "A"+letters(event), "140", strconv.Itoa(9000+event)).Replace(body),
					})
				})
			}
			wait.Wait()
			a, err := rooms[0].Family(t.Context(), reporter, ids[0])
			if err != nil {
				t.Fatal(err)
			}
			b, err := rooms[0].Family(t.Context(), reporter, ids[1])
			if err != nil || a.ID != b.ID {
				t.Fatalf("event %d: families %s and %s, %v", event, a.ID, b.ID, err)
			}
		}
	})
}

// letters is a name for a number.
func letters(n int) string {
	return string([]rune{'Q' + rune(n%9), 'a' + rune(n), 'v', 'o' + rune(n%5), 'r', 'k'})
}

func TestEditorsMoveItems(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		one := send(t, s, dispatch{uri: "m:1", slug: "Talks", headline: "one"})
		two := send(t, s, dispatch{uri: "m:2", slug: "Talks, 1st Ld", headline: "two"})
		ctx := t.Context()
		if err := s.MoveOut(ctx, reader, two); !errors.Is(err, errs.Denied) {
			t.Fatalf("a reader moved it: %v", err)
		}
		if err := s.MoveOut(ctx, reporter, two); err != nil {
			t.Fatal(err)
		}
		wantShape(t, s, one, "meridian press service: one(lead)")
		f, err := s.Family(ctx, reporter, two)
		if err != nil || f.Why != family.ByHand || f.MovedBy != reporter.Name || time.Since(f.Moved) > time.Minute {
			t.Errorf("%+v %v", f, err)
		}

		// A newer version changes nothing about it, and no later take makes the two one again.
		send(t, s, dispatch{uri: "m:2", version: "2", slug: "Talks, 1st Ld", headline: "two again"})
		send(t, s, dispatch{uri: "m:3", slug: "Talks, 2nd Ld", headline: "three"})
		wantShape(t, s, one, "meridian press service: one(lead)")

		if err := s.MoveTo(ctx, reporter, two, one); err != nil {
			t.Fatal(err)
		}
		wantShape(t, s, one, "meridian press service: two again(lead) two(lead)-replaced one(lead)-replaced")
		if err := s.MoveTo(ctx, reporter, two, item.IDOf("nothing")); !errors.Is(err, errs.NotFound) {
			t.Errorf("moved to nothing: %v", err)
		}
		n, err := countRows(t, db, "wire_move")
		if err != nil || n != 2 {
			t.Errorf("%d moves are kept, %v", n, err)
		}
	})
}

func countRows(t *testing.T, db *sqldb.DB, table string) (n int64, err error) {
	t.Helper()
	err = db.View(t.Context(), func(tx *sqldb.Tx) error {
		n, err = sqldb.One(t.Context(), tx, sqldb.Scalar[int64], "SELECT COUNT(*) FROM "+table)
		return err
	})
	return n, err
}

// TestOldTracesGo has one story a day come for a while: what is too old to be looked at is taken away.
func TestOldTracesGo(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		s.Now = func() time.Time { return now }
		var most int64
		for day := range 20 {
			send(t, s, dispatch{uri: fmt.Sprint("m:", day), slug: "Fire" + letters(day%20), headline: "Fire", body: fmt.Sprintf(fire, day, day)})
			n, err := countRows(t, db, "wire_band")
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, n)
			now = now.Add(24 * time.Hour)
		}
		if most == 0 || most > 4*family.Bands {
			t.Errorf("%d bands are kept", most)
		}
	})
}

func TestWhoLooksForRelativesReadsAnIndex(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			args := []any{1, 2, 1, 2, 3, 4, 5, 6, 7, 8}
			plan, err := sqldb.Plan(t.Context(), tx, wire.FindQuery(), args...)
			if tx.Dialect == sqldb.SQLite && (strings.Contains(plan, "SCAN wire_key") || !strings.Contains(plan, "INDEX sqlite_autoindex_wire_key")) {
				t.Errorf("plan:\n%s", plan)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
