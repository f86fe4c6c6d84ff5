package site

import (
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	example := time.Date(2009, 3, 31, 21, 39, 53, 0, time.UTC)
	winter := time.Date(2010, 1, 5, 2, 0, 0, 0, time.UTC)
	tests := []struct {
		zone, style string
		at          time.Time
		want        string
	}{
		{"America/New_York", "us", example, "3/31/2009 5:39:53 PM ET"},
		{"America/New_York", "ap", example, "March 31, 2009, 5:39:53 p.m. ET"},
		{"America/New_York", "ap", winter, "Jan. 4, 2010, 9:00:00 p.m. ET"},
		{"America/Chicago", "ap", example, "March 31, 2009, 4:39:53 p.m. CT"},
		{"America/Denver", "us", example, "3/31/2009 3:39:53 PM MT"},
		{"America/Los_Angeles", "us", winter, "1/4/2010 6:00:00 PM PT"},
		{"Europe/London", "24h", example, "31 March 2009, 22:39:53 BST"},
		{"Europe/Berlin", "24h", winter, "5 January 2010, 03:00:00 CET"},
		{"Asia/Shanghai", "24h", winter, "5 January 2010, 10:00:00 CST"},
		{"America/Sao_Paulo", "24h", winter, "5 January 2010, 00:00:00 UTC-02"},
		{"UTC", "ap", example, "March 31, 2009, 9:39:53 p.m. UTC"},
	}
	for _, tt := range tests {
		got := Clock{location(t, tt.zone), tt.style}.Moment(tt.at)
		if got.Text != tt.want {
			t.Errorf("Moment in %s, style %s = %q, want %q", tt.zone, tt.style, got.Text, tt.want)
		}
	}
	if got := (Clock{location(t, "America/New_York"), "us"}).Moment(example).ISO; got != "2009-03-31T21:39:53Z" {
		t.Errorf("datetime = %q, want UTC", got)
	}
}

func TestShort(t *testing.T) {
	ny := location(t, "America/New_York")
	now := time.Date(2026, 11, 23, 18, 0, 0, 0, ny)
	tests := []struct {
		style string
		at    time.Time
		want  string
	}{
		{"ap", time.Date(2026, 11, 23, 16, 12, 40, 0, ny), "4:12 p.m. ET"},
		{"ap", time.Date(2026, 11, 23, 21, 0, 0, 0, ny), "9 p.m. ET"},
		{"ap", time.Date(2026, 11, 23, 12, 0, 0, 0, ny), "noon ET"},
		{"ap", time.Date(2026, 11, 23, 0, 0, 0, 0, ny), "midnight ET"},
		{"ap", time.Date(2026, 11, 22, 23, 59, 0, 0, ny), "Nov. 22"},
		{"ap", time.Date(2025, 11, 23, 16, 12, 0, 0, ny), "Nov. 23, 2025"},
		{"us", time.Date(2026, 11, 23, 16, 12, 0, 0, ny), "4:12 PM ET"},
		{"24h", time.Date(2026, 11, 23, 16, 12, 0, 0, ny), "16:12 ET"},
		{"24h", time.Date(2026, 1, 2, 16, 12, 0, 0, ny), "2 January"},
	}
	for _, tt := range tests {
		if got := (Clock{ny, tt.style}).Short(tt.at, now).Text; got != tt.want {
			t.Errorf("Short(%v) in style %s = %q, want %q", tt.at, tt.style, got, tt.want)
		}
	}
}

// The day on which the clocks go back has 25 hours.
func TestMidnight(t *testing.T) {
	ny := location(t, "America/New_York")
	got := Clock{ny, "ap"}.Midnight(time.Date(2026, 11, 1, 0, 30, 0, 0, ny))
	if want := time.Date(2026, 11, 2, 0, 0, 0, 0, ny); !got.Equal(want) {
		t.Errorf("Midnight = %v, want %v", got, want)
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
