package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
)

func calendarOf(lines ...string) []byte {
	return []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n" + strings.Join(lines, "\n") + "\nEND:VEVENT\nEND:VCALENDAR\n")
}

func readOne(t *testing.T, lines ...string) item.Item {
	t.Helper()
	items, err := Parse(t.Context(), calendarOf(lines...))
	if err != nil || len(items) != 1 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	return items[0]
}

func TestRefuses(t *testing.T) {
	for name, test := range map[string]struct{ raw, want string }{
		"nesting":        {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 5000), ":11: components are nested deeper than 10"},
		"a wrong end":    {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VTODO\n", ":3: END:VTODO where END:VEVENT was expected"},
		"an end alone":   {"BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n", ":3: END:VCALENDAR closes nothing"},
		"a long line":    {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + strings.Repeat("x\n ", maxLine), ":3: a property is longer than 256 KiB"},
		"events":         {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\nEND:VEVENT\n", 2001), ":4002: more than 2000 items in one file"},
		"nothing inside": {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", ":1: a calendar without an event"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(t.Context(), []byte(test.raw))
			if err == nil || !strings.Contains(err.Error(), test.want) || !errors.Is(err, errs.Invalid) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// What is too much is left out with a word, and the event is kept.
func TestTooMuch(t *testing.T) {
	it := readOne(t, "SUMMARY:Many", "RRULE:FREQ=DAILY;BYSECOND="+strings.Repeat("1,", 3000), strings.TrimSuffix(strings.Repeat("ATTENDEE:mailto:a@b.example\n", 1500), "\n"),
		"DURATION:P999999W", "DTSTART:20261120T100000Z", "GEO:91;200", "ATTACH:data:text/html;base64,PHNjcmlwdD4=", "no property")
	if len(it.People) != maxGuests || len(it.Places) != 0 || len(it.Links) != 0 {
		t.Errorf("%d people, places %v, links %v", len(it.People), it.Places, it.Links)
	}
	all := strings.Join(it.Warnings, "\n")
	for _, want := range []string{"a rule of recurrence longer than 4 KiB", "guests after the first 1000", "a file inside the calendar, line 1509", "line 1510 is no property"} {
		if !strings.Contains(all, want) {
			t.Errorf("no warning of %q in:\n%s", want, all)
		}
	}
}

// Programs fold lines within characters.
func TestFoldedCharacters(t *testing.T) {
	it := readOne(t, "SUMMARY:D\xc3\r\n \xa9tente in\r\n\t  the \\nharbour")
	if got, want := it.Headline(), "Détente in the harbour"; got != want {
		t.Errorf("headline %q, want %q", got, want)
	}
}

func TestTimes(t *testing.T) {
	for src, want := range map[string]string{
		"DTSTART:20261120T100000Z":                      "startDate 2026-11-20T10:00:00Z",
		"DTSTART;TZID=America/New_York:20260701T090000": "startDate 2026-07-01T09:00:00-04:00",
		"DTSTART;TZID=Nowhere Time:20260701T090000":     "expectedStartDate 2026-07-01T09:00:00",
		"DTSTART;TZID=../../etc/passwd:20260701T090000": "expectedStartDate 2026-07-01T09:00:00",
		"DTSTART:20260701T090000":                       "expectedStartDate 2026-07-01T09:00:00",
		"DTSTART;VALUE=DATE:20260701\nDURATION:P2D":     "expectedStartDate 2026-07-01 expectedEndDate 2026-07-02",
		"DTSTART:20260701T090000Z\nDURATION:PT1H30M":    "startDate 2026-07-01T09:00:00Z endDate 2026-07-01T10:30:00Z",
		"DTSTART:tomorrow":                              "",
	} {
		it := readOne(t, src)
		dates, _ := it.EventDetails["dates"].(map[string]any)
		var got []string
		for _, key := range []string{"startDate", "expectedStartDate", "endDate", "expectedEndDate"} {
			if s, ok := dates[key].(string); ok {
				got = append(got, key+" "+s)
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s gives %q, want %q", src, s, want)
		}
	}
}

// A zone that is nobody's but the calendar's changes where its rules say.
func TestOwnZone(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(layoutTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	z := zones{"House": {
		{start: at("19961027T030000"), offset: 3600, month: 10, nth: -1, day: time.Sunday},
		{start: at("19810329T020000"), offset: 7200, month: 3, nth: -1, day: time.Sunday},
	}}
	for clock, want := range map[string]string{
		"20260115T120000": "+0100", "20260329T015959": "+0100", "20260329T020000": "+0200", "20260701T120000": "+0200",
		"20261025T025959": "+0200", "20261025T030000": "+0100", "20261231T235959": "+0100",
	} {
		if got, ok := z.in(at(clock), "House"); !ok || got.Format("-0700") != want {
			t.Errorf("%s is %s, want %s", clock, got.Format("-0700"), want)
		}
	}
	if _, ok := z.in(at("19700101T000000"), "House"); ok {
		t.Error("a zone before its first rule")
	}
}
