package source

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

// A sender says how many minutes it is until the next file after a moment.
type sender func(now time.Time, r *rand.Rand) time.Duration

func minutes(n float64) time.Duration { return time.Duration(n * float64(time.Minute)) }

// office sends on weekdays from 6 to 22, about every twelve minutes.
func office(now time.Time, r *rand.Rand) time.Duration {
	next := now.Add(minutes(12 * r.ExpFloat64()))
	for next.Weekday() == time.Saturday || next.Weekday() == time.Sunday || next.Hour() < 6 || next.Hour() >= 22 {
		next = next.Truncate(time.Hour).Add(time.Hour + minutes(12*r.ExpFloat64()))
	}
	return next.Sub(now)
}

// hourly sends on the hour, give or take two minutes.
func hourly(_ time.Time, r *rand.Rand) time.Duration { return minutes(58 + 4*r.Float64()) }

// bursts sends ten files in an hour, then nothing for half a day or so.
func bursts(_ time.Time, r *rand.Rand) time.Duration {
	if r.Float64() < 0.9 {
		return minutes(6)
	}
	return minutes(600 * r.ExpFloat64())
}

func TestQuiet(t *testing.T) {
	monday := time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name     string
		next     sender
		stop     time.Time // a time at which it would go on
		min, max time.Duration
		wrong    int // alarms that may be false in six weeks
	}{
		{"office hours", office, monday.AddDate(0, 0, 43).Add(10 * time.Hour), 30 * time.Minute, 4 * time.Hour, 0},
		{"every hour", hourly, monday.AddDate(0, 0, 43).Add(10 * time.Hour), 65 * time.Minute, 5 * time.Hour, 0},
		{"bursts", bursts, monday.AddDate(0, 0, 43).Add(10 * time.Hour), 6 * time.Hour, 14 * 24 * time.Hour, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			var r Rhythm
			next := monday
			falseAlarms := 0
			now, was := monday, false
			for ; now.Before(test.stop); now = now.Add(time.Minute) {
				for !next.After(now) {
					r.Arrive(now)
					next = next.Add(test.next(next, random))
				}
				r.Look(now)
				if q := r.Quiet(now); q != was {
					if was = q; q {
						falseAlarms++
						t.Logf("false alarm on %s", now.Format("Mon Jan 2 15:04"))
					}
				}
			}
			if falseAlarms > test.wrong {
				t.Errorf("%d false alarms in six weeks, want at most %d", falseAlarms, test.wrong)
			}
			last := time.UnixMilli(r.Last)
			for !r.Quiet(now) && now.Sub(last) < 30*24*time.Hour {
				now = now.Add(time.Minute)
				r.Look(now)
			}
			if took := now.Sub(last); took < test.min || took > test.max {
				t.Errorf("the alarm sounded %s after the last file, want between %s and %s", took, test.min, test.max)
			} else {
				t.Logf("the alarm sounded %s after the last file", took)
			}
			r.Arrive(now)
			if r.Quiet(now) {
				t.Error("it is still quiet when something has come")
			}
		})
	}
}

func TestQuietKnowsNothingAtFirst(t *testing.T) {
	start := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	var r Rhythm
	for now := start; now.Before(start.Add(23 * time.Hour)); now = now.Add(time.Minute) {
		if r.Look(now); now.Sub(start) < 2*time.Hour {
			r.Arrive(now)
		}
		if r.Quiet(now) {
			t.Fatalf("alarm after %s, when only two hours are known", now.Sub(start))
		}
	}
}

// Time in which nobody watched is no silence.
func TestQuietAfterBeingAway(t *testing.T) {
	start := time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)
	var r Rhythm
	now := start
	for ; now.Before(start.AddDate(0, 0, 15)); now = now.Add(5 * time.Minute) {
		r.Arrive(now)
	}
	now = now.AddDate(0, 0, 3)
	if r.Look(now); r.Quiet(now) {
		t.Error("alarm at once when the server was off for three days")
	}
	text, err := json.Marshal(&r)
	if err != nil || len(text) > 8<<10 {
		t.Errorf("a rhythm takes %d bytes, %v", len(text), err)
	}
}
