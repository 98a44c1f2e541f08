package history

import (
	"context"
	"fmt"
	"testing"

	"harmonizer/go-worker/internal/standardize"
)

// BenchmarkResults takes and compares the facts of results, as most of a job's rows are.
func BenchmarkResults(b *testing.B) {
	names := []string{"observation_id", "patient_id", "encounter_id", "code", "code_system", "value", "unit", "effective", "status"}
	l := standardize.NewLayout(names)
	r := &standardize.Row{Unusable: make([]bool, len(names))}
	t := NewTaker("observation", l)
	var facts []byte
	b.Run("take", func(b *testing.B) {
		facts = facts[:0]
		for i := range b.N {
			r.Values = []string{"R1", fmt.Sprint("P", i%5000), "E1", "2345-7", "LOINC", "100", "mg/dL", "2026-01-05T08:30:15", "final"}
			facts = t.Append(facts, r, int64(i))
		}
	})
	b.Run("find", func(b *testing.B) {
		some := facts[:min(len(facts), 200_000*size)]
		for b.Loop() {
			if err := Find(context.Background(), b.TempDir(), []Facts{inMemory(some)}, true, func(Finding) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(some)/size), "ns/row")
	})
}
