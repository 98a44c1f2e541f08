package worker

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"harmonizer/go-worker/internal/metrics"
)

// A process that wants work and hears nothing is not alive, however well it answers.
func TestAlive(t *testing.T) {
	tests := []struct {
		name  string
		since time.Duration // since a fetch was answered
		began bool
		do    func(*Worker)
		want  bool
	}{
		{"Redis was never there", time.Hour, false, nil, true},
		{"it fetches", time.Second, true, nil, true},
		{"it hears nothing", fetchSilence + time.Second, true, nil, false},
		{"it waits for a slot", time.Hour, true, func(w *Worker) { w.health.wait() }, true},
		{"it has waited for a slot", time.Hour, true, func(w *Worker) { w.health.wait(); w.health.resume(w.now) }, true},
		{"it stops", time.Hour, true, func(w *Worker) { w.draining.Store(true) }, true},
	}
	for _, tt := range tests {
		w := New(Config{
			Metrics: metrics.New(prometheus.NewRegistry()), Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
		})
		w.health.began, w.health.lastFetch = tt.began, -tt.since
		if tt.do != nil {
			tt.do(w)
		}
		if got := w.Alive(); got != tt.want {
			t.Errorf("%s: Alive = %v, want %v", tt.name, got, tt.want)
		}
	}
}
