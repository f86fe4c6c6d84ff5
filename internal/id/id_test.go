package id

import (
	"slices"
	"sync"
	"testing"
	"time"
)

func TestTextForm(t *testing.T) {
	for _, want := range []ID{1, 31, 32, New(), 1<<63 - 1} {
		got, err := Parse(want.String())
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", want.String(), got, err, want)
		}
	}
	for _, bad := range []string{"", "1", "000000000000i", "z000000000000", "00000000000000", "000000000000A"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", bad, got)
		}
	}
}

func TestNewGrowsAndNeverRepeats(t *testing.T) {
	const each = 5000
	var all [4][]ID
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			for range each {
				all[i] = append(all[i], New())
			}
			if !slices.IsSorted(all[i]) {
				t.Error("IDs of one goroutine are not in order")
			}
		})
	}
	wg.Wait()
	seen := map[ID]bool{}
	for _, list := range all {
		for _, v := range list {
			if seen[v] {
				t.Fatalf("%s was made twice", v)
			}
			seen[v] = true
		}
	}
}

func TestTime(t *testing.T) {
	when := time.Date(2009, 3, 31, 21, 39, 53, 0, time.UTC).AddDate(20, 0, 0)
	if got := At(when).Time(); !got.Equal(when) {
		t.Errorf("At(%v).Time() = %v", when, got)
	}
	if now := New(); now < First(now.Time()) || now >= First(now.Time().Add(time.Millisecond)) {
		t.Errorf("First does not bound %d", now)
	}
}
