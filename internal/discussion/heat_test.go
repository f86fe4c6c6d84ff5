package discussion

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestRankIsTimeInHalfLives(t *testing.T) {
	landmark := time.UnixMilli(landmarkMS)
	for _, test := range []struct {
		name string
		h    heat
		want float64
	}{
		{"one first comment at the landmark", heat{}.add(beatOf(landmark, FirstComment)), 0},
		{"a half-life later", heat{}.add(beatOf(landmark.Add(HalfLife), FirstComment)), 1},
		{"before the landmark", heat{}.add(beatOf(landmark.Add(-HalfLife/2), FirstComment)), -0.5},
		{"twice as much is a half-life", heat{}.add(beatOf(landmark, FirstComment)).add(beatOf(landmark, FirstComment)), 1},
		{"a further comment is two half-lives less", heat{}.add(beatOf(landmark, NextComment)), -2},
		{"ten votes are one comment", tenVotes(landmark), 0},
		{"in fifty years", heat{}.add(beatOf(landmark.AddDate(56, 0, 0), FirstComment)), 4 * 20454},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := test.h.rank()
			if !ok || math.Abs(got-test.want) > 1e-8 {
				t.Errorf("rank = %v, %v; want %v", got, ok, test.want)
			}
		})
	}
	if _, ok := (heat{}).rank(); ok {
		t.Error("a heat of nothing has a rank")
	}
}

func tenVotes(at time.Time) (h heat) {
	for range 10 {
		h = h.add(beatOf(at, VoteWeight))
	}
	return h
}

// What is taken back leaves nothing, in any order, over any span of time.
func TestHeatTakesBackExactly(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for range 200 {
		var stay, all heat
		var back []beat
		for range 60 {
			b := beatOf(start.Add(time.Duration(rnd.Int64N(int64(20*24*time.Hour)))), []int64{FirstComment, NextComment, VoteWeight}[rnd.IntN(3)])
			all = all.add(b)
			if rnd.IntN(2) == 0 {
				stay = stay.add(b)
			} else {
				back = append(back, b)
			}
		}
		rnd.Shuffle(len(back), func(i, j int) { back[i], back[j] = back[j], back[i] })
		for _, b := range back {
			all = all.add(b.negative())
		}
		if all.String() != stay.String() {
			t.Fatalf("after taking back: %s\nwant %s", all, stay)
		}
		again, err := parseHeat(all.String())
		if err != nil || !slices.Equal(again, all) {
			t.Fatalf("parse(%s) = %v, %v", all, again, err)
		}
	}
}

func TestHeatIsBounded(t *testing.T) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var h heat
	for n := range 1000 {
		h = h.add(beatOf(start.Add(time.Duration(n)*HalfLife), FirstComment))
	}
	if len(h) != maxPeriods || len(h.String()) > 4096 {
		t.Errorf("%d periods, %d bytes", len(h), len(h.String()))
	}
	if got := h.add(beatOf(start, -FirstComment)); !slices.Equal(got, h) {
		t.Error("taking back what is too far back changed something")
	}
	if _, err := parseHeat("12:x"); err == nil {
		t.Error("parseHeat takes nonsense")
	}
}

func TestDay(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at    string
		from  string
		hours int
	}{
		{"2026-11-22T04:59:59Z", "2026-11-21T05:00:00Z", 24},
		{"2026-11-22T05:00:00Z", "2026-11-22T05:00:00Z", 24},
		{"2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", 25}, // clocks go back
		{"2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", 23},
	} {
		at, _ := time.Parse(time.RFC3339, test.at)
		from, to := day(at, zone)
		if got := from.UTC().Format(time.RFC3339); got != test.from || to.Sub(from) != time.Duration(test.hours)*time.Hour {
			t.Errorf("day(%s) = %s, %v", test.at, got, to.Sub(from))
		}
	}
}
