package item

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	for _, test := range []struct{ src, date, embargo string }{
		{"2026-11-20T18:00:00Z", "2026-11-20T18:00:00Z", "2026-11-20T18:00:00Z"},
		{"2026-11-20T18:00:00.5-05:00", "2026-11-20T23:00:00.5Z", "2026-11-20T23:00:00.5Z"},
		{"20261120T180000+0100", "2026-11-20T17:00:00Z", "2026-11-20T17:00:00Z"},
		{"20261120T1800+0100", "2026-11-20T17:00:00Z", "2026-11-20T17:00:00Z"},
		{"2026-11-20T18:00:00", "2026-11-20T18:00:00Z", "2026-11-21T06:00:00Z"},
		{"20261120", "2026-11-20T00:00:00Z", "2026-11-21T12:00:00Z"},
		{"Friday noon", "", ""},
		{"0000-01-01T00:00:00Z", "", ""},
	} {
		for got, want := range map[Date]string{ParseDate(test.src): test.date, ParseEmbargo(test.src): test.embargo} {
			s := ""
			if !got.Time.IsZero() {
				s = got.Time.UTC().Format(time.RFC3339Nano)
			}
			if s != want || got.IsZero() {
				t.Errorf("%q: %q, %+v, want %q", test.src, s, got, want)
			}
		}
	}
}

func TestSeconds(t *testing.T) {
	for _, test := range []struct {
		r    Rendition
		want float64
	}{
		{Rendition{Duration: "69", DurationUnit: "timeunit:seconds"}, 69},
		{Rendition{Duration: "1500", DurationUnit: "timeunit:milliseconds"}, 1.5},
		{Rendition{Duration: "250", DurationUnit: "timeunit:editUnit", FrameRate: "25"}, 10},
		{Rendition{Duration: "PT1M3.5S"}, 63.5},
		{Rendition{Duration: "00:02:05"}, 125},
		{Rendition{Duration: "long"}, 0},
	} {
		if got := test.r.Seconds(); got != test.want {
			t.Errorf("%+v lasts %v, want %v", test.r, got, test.want)
		}
	}
}

func TestParseMailDate(t *testing.T) {
	for src, want := range map[string]string{
		"Fri, 20 Nov 2026 10:30:00 +0100":        "2026-11-20T10:30:00+01:00",
		"Fri, 20 Nov 2026 10:30:00 +0100 (CET)":  "2026-11-20T10:30:00+01:00",
		"20 Nov 2026 10:30 GMT":                  "2026-11-20T10:30:00Z",
		"Fri, 20 Nov 26 05:30:00 EST":            "2026-11-20T05:30:00-05:00",
		"Friday, 20 November 2026 10:30:00 CEST": "2026-11-20T10:30:00+02:00",
		"Fri Nov 20 2026 10:30:00 -0800":         "2026-11-20T10:30:00-08:00",
		"2026-11-20T10:30:00Z":                   "2026-11-20T10:30:00Z",
		"2026-11-20 10:30:00 -0700":              "2026-11-20T10:30:00-07:00",
		"2026-11-20":                             "2026-11-20",
		"Fri, 20 Nov 2026 10:30:00":              "Fri, 20 Nov 2026 10:30:00",
		"Fri, 20 Nov 2026 10:30:00 XYZ":          "Fri, 20 Nov 2026 10:30:00 XYZ",
		"soon":                                   "soon",
		"":                                       "",
	} {
		if got := ParseMailDate(src).String(); got != want {
			t.Errorf("%q is %q, want %q", src, got, want)
		}
	}
}
