package desk

import (
	"slices"
	"testing"
	"time"
)

func TestPresenceNamesTheOthersWhileTheyAreThere(t *testing.T) {
	var p presence
	start := time.Date(2026, 3, 31, 17, 0, 0, 0, time.UTC)
	steps := []struct {
		after time.Duration
		who   visit
		name  string
		want  []string
	}{
		{0, visit{1, 10}, "Ana", nil},
		{time.Second, visit{1, 11}, "Ben", []string{"Ana"}},
		{2 * time.Second, visit{2, 12}, "Cem", nil},
		{15 * time.Second, visit{1, 10}, "Ana", []string{"Ben"}},
		{50 * time.Second, visit{1, 10}, "Ana", nil}, // Ben has said nothing for 49 s
	}
	for i, s := range steps {
		if got := p.enter(s.who, s.name, start.Add(s.after)); !slices.Equal(got, s.want) {
			t.Errorf("step %d: others %v, want %v", i, got, s.want)
		}
	}
	p.leave(visit{1, 10})
	if got := p.enter(visit{1, 11}, "Ben", start.Add(51*time.Second)); len(got) != 0 {
		t.Errorf("after Ana left: %v", got)
	}
}
