package item

import (
	"reflect"
	"testing"
	"time"
)

func TestRelease(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 20, h, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		name string
		r    Release
		free []bool // at 9, 10 and 11
	}{
		{"usable", Release{Status: Usable}, []bool{true, true, true}},
		{"withheld", Release{Status: Withheld}, []bool{false, false, false}},
		{"canceled", Release{Status: Canceled}, []bool{false, false, false}},
		{"no status", Release{}, []bool{false, false, false}},
		{"embargoed until 10", Release{Status: Usable, Embargo: at(10)}, []bool{false, true, true}},
		{"until 10 only", Release{Status: Usable, Expires: at(10)}, []bool{true, false, false}},
		{"held for ever", Release{Status: Usable, Embargo: Indefinite}, []bool{false, false, false}},
		{"with a stricter one", Release{Status: Usable, Embargo: at(9)}.With(Release{Status: Usable, Embargo: at(10), Expires: at(11)}), []bool{false, true, false}},
		{"with a killed one", Release{Status: Usable}.With(Release{Status: Canceled}), []bool{false, false, false}},
	} {
		got := []bool{test.r.FreeAt(at(9)), test.r.FreeAt(at(10)), test.r.FreeAt(at(11))}
		if !reflect.DeepEqual(got, test.free) {
			t.Errorf("%s: free %v, want %v", test.name, got, test.free)
		}
	}
}
