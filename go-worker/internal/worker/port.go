package worker

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const ok = "ok"

// Routes answers on the worker's own port: /health (the process is of use), /health/ready (everything
// it needs answers) and /metrics, which tell nothing of jobs and ask for no token, /preview, /golden and /profile.
func (w *Worker) Routes(registry *prometheus.Registry, storeCheck func(context.Context) error, preview, golden, profiles http.Handler) http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /health", func(rw http.ResponseWriter, _ *http.Request) {
		if w.Alive() {
			answer(rw, http.StatusOK, map[string]any{"status": ok})
		} else {
			answer(rw, http.StatusServiceUnavailable, map[string]any{"status": "fetches nothing"})
		}
	})
	routes.HandleFunc("GET /health/ready", func(rw http.ResponseWriter, r *http.Request) {
		checks := map[string]string{"redis": ok, "store": ok}
		status, word := http.StatusOK, "ready"
		if !w.Connected() {
			checks["redis"] = "not heard of, or this worker is stopping"
		}
		within, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if storeCheck(within) != nil {
			checks["store"] = "cannot be used"
		}
		if checks["redis"] != ok || checks["store"] != ok {
			status, word = http.StatusServiceUnavailable, "not ready"
		}
		answer(rw, status, map[string]any{"status": word, "checks": checks})
	})
	routes.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	routes.Handle("POST /preview", preview)
	routes.Handle("POST /golden", golden)
	routes.Handle("POST /profile", profiles)
	return routes
}

func answer(rw http.ResponseWriter, status int, body map[string]any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(body) // the other end may have gone
}
