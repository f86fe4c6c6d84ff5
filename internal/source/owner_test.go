package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/transport"
)

// pusher adds a source that pushes and returns who pushes.
func pusher(t *testing.T, s *source.Service, src source.Source) (source.Source, *account.Account) {
	t.Helper()
	src.Kind = transport.Push
	added, token, err := s.Add(t.Context(), admin, src)
	if err != nil {
		t.Fatal(err)
	}
	by, err := s.Accounts.ByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return added, by
}

func push(t *testing.T, s *source.Service, by *account.Account, raw string) wire.Result {
	t.Helper()
	results, err := s.Push(t.Context(), by, wire.Incoming{File: "a.json", Raw: []byte(raw)})
	if err != nil || len(results) != 1 {
		t.Fatal(results, err)
	}
	return results[0]
}

// take is an item of Meridian, as whoever writes it says.
func take(uri, version, status, more string) string {
	return fmt.Sprintf(`{"uri":%q,"type":"text","version":%q,"pubstatus":%q,"provider":"Meridian","versioncreated":"2026-11-20T10:00:0%sZ",
		"headline":"Version %s","body_text":"Some words."%s}`, uri, version, status, version, version, more)
}

// wantFirst looks at Meridian's item.
func wantFirst(t *testing.T, s *source.Service, status item.Status) {
	t.Helper()
	const uri, headline = "urn:m:1", "Version 1"
	e, err := s.Wire.Entry(t.Context(), reporter, item.IDOf(uri))
	if err != nil || e.Headline != headline || e.Status != status || e.Service != "Meridian" {
		t.Errorf("%s: %q, %s, of %s, %v; want %q, %s, of Meridian", uri, e.Headline, e.Status, e.Service, err, headline, status)
	}
}

func TestNobodySpeaksForAnotherAgency(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		_, meridian := pusher(t, s, source.Source{Name: "Meridian"})
		north, northern := pusher(t, s, source.Source{Name: "Northern"})
		push(t, s, meridian, take("urn:m:1", "1", "usable", ""))

		// The same word for word is no news; another version by a stranger changes nothing.
		if r := push(t, s, northern, take("urn:m:1", "1", "usable", "")); r.Status != wire.Duplicate {
			t.Errorf("the same by a stranger: %+v", r)
		}
		if r := push(t, s, northern, take("urn:m:1", "2", "usable", "")); r.Status != wire.Foreign || r.Note != "" {
			t.Errorf("a stranger's version: %+v", r)
		}
		wantFirst(t, s, item.Usable)

		// A stranger's kill is not carried out, and not lost: it waits for somebody.
		if r := push(t, s, northern, take("urn:m:1", "3", "canceled", "")); r.Status != wire.Foreign || !strings.Contains(r.Note, "--agency") {
			t.Errorf("a stranger's kill: %+v", r)
		}
		wantFirst(t, s, item.Usable)
		waiting, err := s.Wire.ListUnreadable(t.Context(), reporter, false)
		if err != nil || len(waiting) != 1 || waiting[0].Source != north.ID || !strings.Contains(waiting[0].Reason, "urn:m:1") {
			t.Fatalf("waiting: %+v, %v", waiting, err)
		}
		if _, err := s.Retry(t.Context(), admin, waiting[0].ID); !errors.Is(err, errs.Conflict) {
			t.Errorf("tried again as it was: %v, want a conflict", err)
		}
		agency := "meridian"
		if err := s.Change(t.Context(), admin, north.ID, source.Change{Agency: &agency}); err != nil {
			t.Fatal(err)
		}
		if waiting, err = s.Wire.ListUnreadable(t.Context(), reporter, false); err != nil || len(waiting) != 1 {
			t.Fatalf("waiting: %+v, %v", waiting, err)
		}
		if _, err := s.Retry(t.Context(), admin, waiting[0].ID); err != nil {
			t.Error(err)
		}
		e, err := s.Wire.Entry(t.Context(), reporter, item.IDOf("urn:m:1"))
		if err != nil || e.Status != item.Canceled {
			t.Errorf("another source of the agency kills: %s, %v", e.Status, err)
		}
		if n, err := s.Wire.CountUnreadable(t.Context()); n != 0 || err != nil {
			t.Errorf("%d wait still, %v", n, err)
		}
	})
}

func TestKillsByStrangersStrikeNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		_, meridian := pusher(t, s, source.Source{Name: "Meridian"})
		_, northern := pusher(t, s, source.Source{Name: "Northern"})
		_, nobody, err := s.Accounts.NewToken(t.Context(), admin, "Somebody")
		if err != nil {
			t.Fatal(err)
		}
		somebody, err := s.Accounts.ByToken(t.Context(), nobody)
		if err != nil {
			t.Fatal(err)
		}
		slug := `,"slugline":"Harbour-Fire"`
		push(t, s, meridian, take("urn:m:1", "1", "usable", slug))

		// An order of its own that calls itself Meridian's, by name, by story and by identifier.
		kill := `,"slugline":"Harbour-Fire, KILL","altids":[{"role":"story","value":"A17"},{"role":"x","value":"urn:m:1"}],"associations":[{"name":"a","uri":"urn:m:1"}]`
		push(t, s, northern, take("urn:n:kill", "2", "usable", kill))
		push(t, s, somebody, take("urn:s:kill", "2", "usable", kill))
		if r := push(t, s, somebody, take("urn:m:1", "2", "canceled", slug)); r.Status != wire.Foreign {
			t.Errorf("a token without a source: %+v", r)
		}
		wantFirst(t, s, item.Usable)

		// What calls itself Meridian's next lead does not move its story on either.
		first := item.IDOf("urn:m:1")
		e, err := s.Wire.Entry(t.Context(), reporter, first)
		if err != nil {
			t.Fatal(err)
		}
		push(t, s, northern, take("urn:n:lead", "2", "usable", `,"slugline":"Harbour-Fire, 2nd Ld"`))
		if newer, err := s.Wire.NewerThan(t.Context(), reporter, map[id.ID]id.ID{first: e.Arrived}); err != nil || len(newer) > 0 {
			t.Errorf("a stranger moves the story on: %+v, %v", newer, err)
		}
		own := push(t, s, meridian, take("urn:m:2", "3", "usable", `,"slugline":"Harbour-Fire, 2nd Ld"`)).ID
		if newer, err := s.Wire.NewerThan(t.Context(), reporter, map[id.ID]id.ID{first: e.Arrived}); err != nil || newer[first].Item != own {
			t.Errorf("the next lead: %+v, %v", newer, err)
		}

		// Nor does it draw a kill upon itself by having the headline that the kill repeats.
		push(t, s, meridian, strings.Replace(take("urn:m:kill", "2", "usable", `,"slugline":"Harbour-Fire, KILL"`), "10:00:02", "10:00:04", 1))
		wantFirst(t, s, item.Canceled)
	})
}

func TestATokenCannotNameAnothersService(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s, _ := newService(db)
		pusher(t, s, source.Source{Name: "Meridian"})
		_, northern := pusher(t, s, source.Source{Name: "Northern"})
		if _, err := s.Push(t.Context(), northern, wire.Incoming{File: "a", Service: "Meridian", Raw: ninjs("urn:n:1", "Mine")}); err != nil {
			t.Fatal(err)
		}
		if got := headlines(t, s, "Northern"); len(got) != 1 {
			t.Errorf("what Northern pushes as Meridian is not listed under Northern: %v", got)
		}
		_, secret, err := s.Accounts.NewToken(t.Context(), admin, "Somebody")
		if err != nil {
			t.Fatal(err)
		}
		somebody, err := s.Accounts.ByToken(t.Context(), secret)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Push(t.Context(), somebody, wire.Incoming{File: "a", Service: "Meridian", Raw: ninjs("urn:s:1", "Theirs")})
		if !errors.Is(err, errs.Denied) {
			t.Errorf("a token without a source names Meridian's service: %v, want denied", err)
		}
	})
}
