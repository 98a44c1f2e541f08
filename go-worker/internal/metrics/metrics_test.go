package metrics_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"harmonizer/go-worker/internal/metrics"
)

var row = regexp.MustCompile("(?m)^\\| `(harmonizer_\\w+)` \\|")

// docs/worker.md names every series, and no other.
func TestEverySeriesIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/worker.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, found[1])
	}
	registry := prometheus.NewRegistry()
	m := metrics.New(registry)
	m.Attempts.WithLabelValues("file", "succeeded")
	m.Finished.WithLabelValues("file", "succeeded")
	m.Wait.WithLabelValues("file")
	m.Run.WithLabelValues("file")
	m.Slots.WithLabelValues("busy")
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var exported []string
	for _, family := range families {
		if strings.HasPrefix(family.GetName(), "harmonizer_") {
			exported = append(exported, family.GetName())
		}
	}
	slices.Sort(documented)
	if !slices.Equal(documented, exported) {
		t.Errorf("docs/worker.md names %q, the worker exports %q", documented, exported)
	}
}
