package app

import (
	"context"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/obs"
	"broadsheet/internal/source"
)

const countTimeout = 2 * time.Second

// watch publishes the gauges of the parts that know no metrics themselves.
func (a *App) watch(ctx context.Context) {
	a.Metrics.Gauge("live_streams", "Open pages that hear of events.", func() float64 {
		return float64(a.live.Open())
	})
	a.Metrics.Gauge("pages", "Finished pages that are kept.", func() float64 { return float64(a.pages.Stats().Pages) })
	a.Metrics.Gauge("page_bytes", "Memory of the pages that are kept.", func() float64 { return float64(a.pages.Stats().Bytes) })
	a.Metrics.Counter("page_hits_total", "Requests answered with a page that was kept.", func() float64 { return float64(a.pages.Stats().Hits) })
	a.Metrics.Counter("page_renders_total", "Pages and parts of pages that were rendered.", func() float64 { return float64(a.pages.Stats().Renders) })
	a.Metrics.Counter("page_purges_total", "Pages that were given up because something in them changed.", func() float64 { return float64(a.pages.Stats().Purges) })
	a.Metrics.Gauge("wire_unreadable_files", "Agency files that could not be read and wait for somebody.", func() float64 {
		ctx, cancel := context.WithTimeout(ctx, countTimeout)
		defer cancel()
		n, err := a.Wire.CountUnreadable(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
	a.Metrics.Group("source", sourceFamilies, func() map[string][]float64 { return a.countSources(ctx) })
	a.Metrics.Gauge("jobs_due", "Jobs that wait for their turn or for another try.", func() float64 {
		due, _ := a.countJobs(ctx)
		return due
	})
	a.Metrics.Gauge("jobs_dead", "Jobs that failed for days and were given up.", func() float64 {
		_, dead := a.countJobs(ctx)
		return dead
	})
}

// sourceFamilies are the metrics of each of the wire's sources, in countSources' order.
var sourceFamilies = []obs.Family{
	{Name: "wire_source_last_seen_timestamp_seconds", Help: "When a file last came from the source; 0 when none has."},
	{Name: "wire_source_files_total", Help: "Files that came from the source.", Counter: true},
	{Name: "wire_source_items_total", Help: "Items, and versions of items, that came from the source.", Counter: true},
	{Name: "wire_source_errors_total", Help: "Polls of the source that failed and files of it that could not be read.", Counter: true},
	{Name: "wire_source_failing", Help: "1 while the source cannot be polled."},
	{Name: "wire_source_quiet", Help: "1 while the source is silent for improbably long."},
	{Name: "wire_source_paused", Help: "1 while the source is paused."},
}

// countSources returns nothing where the database does not answer.
func (a *App) countSources(ctx context.Context) map[string][]float64 {
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	all, err := a.Sources.List(ctx, account.System())
	if err != nil {
		return nil
	}
	one := func(yes bool) float64 {
		if yes {
			return 1
		}
		return 0
	}
	values := map[string][]float64{}
	for i := range all {
		s := &all[i]
		seen := 0.0
		if !s.Seen.IsZero() {
			seen = float64(s.Seen.UnixMilli()) / 1000
		}
		values[s.Name] = []float64{
			seen, float64(s.Files), float64(s.Items), float64(s.Errors), one(s.Error != ""), one(!s.Quiet.IsZero()), one(s.State == source.Paused),
		}
	}
	return values
}

// countJobs returns -1 where the database does not answer.
func (a *App) countJobs(ctx context.Context) (due, dead float64) {
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	d, e, err := a.Jobs.Counts(ctx)
	if err != nil {
		return -1, -1
	}
	return float64(d), float64(e)
}
