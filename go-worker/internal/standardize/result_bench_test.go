package standardize

import "testing"

// BenchmarkResultRows measures the step over one row that needs nothing and one that is converted.
func BenchmarkResultRows(b *testing.B) {
	h := newHarness("observation", observations(nil))
	for name, raw := range map[string]map[string]string{
		"canonical": {"code": "2345-7", "value": "101", "unit": "mg/dL", "reference_range": "70-99", "interpretation": "H"},
		"converted": {"code": "2345-7", "value": "5.6", "unit": "mmol/L", "reference_range": "3.9-5.5", "interpretation": "H"},
		"vital":     {"code": "29463-7", "value": "150", "unit": "[lb_av]"},
	} {
		r := h.cellsOf(raw)
		values, unusable, hits := append([]string(nil), r.Values...), append([]bool(nil), r.Unusable...), len(r.Hits)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				copy(r.Values, values)
				copy(r.Unusable, unusable)
				r.Hits = r.Hits[:hits]
				for _, f := range h.steps {
					f(r)
				}
			}
		})
	}
}
