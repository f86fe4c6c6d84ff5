package obs

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is what the program counts about itself. It is safe for concurrent
// use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	counters sync.Map // of requestKind to prometheus.Observer: looking one up by its labels costs more than a page
}

// A requestKind is a set of labels, as many as there are routes, methods and classes.
type requestKind struct {
	route, method string
	class         int
}

// NewMetrics returns metrics with those of the Go runtime and the process.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "broadsheet_http_request_seconds",
			Help:    "Time to answer a request, by route pattern, method and status class.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// ObserveRequest records one answered request. Route is the pattern that
// matched, never the path: a label must have few values.
func (m *Metrics) ObserveRequest(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	kind := requestKind{route, knownMethod(method), status / 100}
	counter, ok := m.counters.Load(kind)
	if !ok {
		counter, _ = m.counters.LoadOrStore(kind, m.requests.WithLabelValues(kind.route, kind.method, strconv.Itoa(kind.class)+"xx"))
	}
	counter.(prometheus.Observer).Observe(took.Seconds())
}

// knownMethod keeps strangers from making labels of their own.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// Gauge publishes the present value of something that goes up and down. Value
// is called at every scrape, at once from several goroutines. A name that was
// used before panics.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "broadsheet_" + name, Help: help}, value))
}

// Counter publishes a number that only grows. Value is called as for Gauge.
func (m *Metrics) Counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "broadsheet_" + name, Help: help}, value))
}

// A Family is one metric of a [Metrics.Group].
type Family struct {
	Name, Help string
	Counter    bool // it only grows
}

// Group publishes several metrics of each of a few things that come and go, such as the
// wire's sources; label is what the things are. Read is called once at every scrape, at
// once from several goroutines, and gives, for each thing, a value for each family.
func (m *Metrics) Group(label string, families []Family, read func() map[string][]float64) {
	g := &group{read: read}
	for _, f := range families {
		kind := prometheus.GaugeValue
		if f.Counter {
			kind = prometheus.CounterValue
		}
		g.kinds = append(g.kinds, kind)
		g.descs = append(g.descs, prometheus.NewDesc("broadsheet_"+f.Name, f.Help, []string{label}, nil))
	}
	m.registry.MustRegister(g)
}

type group struct {
	descs []*prometheus.Desc
	kinds []prometheus.ValueType
	read  func() map[string][]float64
}

// Describe implements prometheus.Collector.
func (g *group) Describe(to chan<- *prometheus.Desc) {
	for _, d := range g.descs {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (g *group) Collect(to chan<- prometheus.Metric) {
	for thing, values := range g.read() {
		for i, v := range values {
			to <- prometheus.MustNewConstMetric(g.descs[i], g.kinds[i], v, thing)
		}
	}
}

// Handler answers with the metrics in Prometheus' format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}
