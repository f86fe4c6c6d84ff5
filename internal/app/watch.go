package app

import (
	"context"
	"time"
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
	a.Metrics.Gauge("jobs_due", "Jobs that wait for their turn or for another try.", func() float64 {
		due, _ := a.countJobs(ctx)
		return due
	})
	a.Metrics.Gauge("jobs_dead", "Jobs that failed for days and were given up.", func() float64 {
		_, dead := a.countJobs(ctx)
		return dead
	})
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
