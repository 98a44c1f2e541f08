// Package metrics defines every series a worker exports, in this one file. Labels come from small
// fixed sets; nothing of a file, a job or a patient is ever one.
package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"harmonizer/queue"
)

// Metrics are the series of one worker process.
type Metrics struct {
	Attempts    *prometheus.CounterVec   // by kind and result
	Finished    *prometheus.CounterVec   // by kind and outcome
	Wait        *prometheus.HistogramVec // by kind
	Run         *prometheus.HistogramVec // by kind
	Slots       *prometheus.GaugeVec     // by state
	RenewErrors prometheus.Counter
	StaleWrites prometheus.Counter
	Reaped      *prometheus.CounterVec // by reason
	Rows        *prometheus.CounterVec // by verdict
	Bytes       *prometheus.CounterVec // by dir
}

// The longest buckets are those of a file of a gigabyte.
var durations = []float64{.005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800}

// New defines the series in a registry, also those of the Go runtime and the process.
func New(registry *prometheus.Registry) *Metrics {
	registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	f := promauto.With(registry)
	f.NewGaugeVec(prometheus.GaugeOpts{
		Name: "harmonizer_build_info",
		Help: "Always 1; the labels say what runs.",
	}, []string{"version", "go"}).WithLabelValues(queue.Release, runtime.Version()).Set(1)
	m := &Metrics{
		Attempts: f.NewCounterVec(prometheus.CounterOpts{
			Name: "harmonizer_item_attempts_total",
			Help: "Attempts ended, by kind and result (succeeded, retry, dead, cancelled, lost, released, deferred, stale).",
		}, []string{"kind", "result"}),
		Finished: f.NewCounterVec(prometheus.CounterOpts{
			Name: "harmonizer_items_finished_total",
			Help: "Items ended by this worker, by kind and outcome (succeeded, cancelled, dead).",
		}, []string{"kind", "outcome"}),
		Wait: f.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "harmonizer_item_wait_seconds",
			Help:    "Time from the submission of an item to the start of its first attempt.",
			Buckets: durations,
		}, []string{"kind"}),
		Run: f.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "harmonizer_item_run_seconds",
			Help:    "Time from the start of an attempt to its end.",
			Buckets: durations,
		}, []string{"kind"}),
		Slots: f.NewGaugeVec(prometheus.GaugeOpts{
			Name: "harmonizer_worker_slots",
			Help: "Items this worker runs (busy) and could run besides (free).",
		}, []string{"state"}),
		RenewErrors: f.NewCounter(prometheus.CounterOpts{
			Name: "harmonizer_lease_renew_errors_total",
			Help: "Renewals of leases that Redis did not answer.",
		}),
		StaleWrites: f.NewCounter(prometheus.CounterOpts{
			Name: "harmonizer_stale_writes_total",
			Help: "Ends of attempts that were refused because another claim was the current one.",
		}),
		Reaped: f.NewCounterVec(prometheus.CounterOpts{
			Name: "harmonizer_reaped_total",
			Help: "Items this worker put back, by reason: lease (of the item or of its worker's heartbeat ran out), " +
				"worker (its process was found gone on this host), orphan (it stood in no list).",
		}, []string{"reason"}),
		Rows: f.NewCounterVec(prometheus.CounterOpts{
			Name: "harmonizer_rows_total",
			Help: "Rows read, by verdict (clean, quarantined, duplicate, dropped).",
		}, []string{"verdict"}),
		Bytes: f.NewCounterVec(prometheus.CounterOpts{
			Name: "harmonizer_bytes_total",
			Help: "Bytes of inputs (in) and of published outputs (out).",
		}, []string{"dir"}),
	}
	begin(m.Reaped, "lease", "worker", "orphan")
	begin(m.Rows, "clean", "quarantined", "duplicate", "dropped")
	begin(m.Bytes, "in", "out")
	return m
}

// begin exports a series before anything was counted: a rate cannot be told from its first value.
func begin(counters *prometheus.CounterVec, values ...string) {
	for _, value := range values {
		counters.WithLabelValues(value)
	}
}
