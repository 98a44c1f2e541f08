package standardize

import (
	"maps"
	"slices"
	"testing"
)

// A rowCase is one row, what a step makes of it, and why.
type rowCase struct {
	name     string
	in, want map[string]string // want names the fields that matter
	hits     []string          // "field RULE", in any order, those of cells included
	unusable []string          // fields
}

// runRows runs cases through cells and a step. A second run over what the first one made, now with columns for all fields that the step
// added, must change nothing: further says of which type these are.
func runRows(t *testing.T, step RowStep, columns map[string]Column, further map[string]string, cases []rowCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			l, r, f := rowOf(t, step, columns, tt.in)
			f(r)
			for field, want := range tt.want {
				if got := r.Get(l.Slot(field)); got != want {
					t.Errorf("%s = %q; want %q", field, got, want)
				}
			}
			slices.Sort(tt.hits)
			if got := hitNames(l, r); !slices.Equal(got, tt.hits) {
				t.Errorf("hits %v; want %v", got, tt.hits)
			}
			var unusable []string
			for slot, bad := range r.Unusable {
				if bad {
					unusable = append(unusable, l.Names[slot])
				}
			}
			if !slices.Equal(unusable, tt.unusable) {
				t.Errorf("unusable %v; want %v", unusable, tt.unusable)
			}
			checkRowAgain(t, step, columns, further, l, r)
		})
	}
}

func checkRowAgain(t *testing.T, step RowStep, columns map[string]Column, further map[string]string, l *Layout, r *Row) {
	t.Helper()
	columns = maps.Clone(columns)
	values := map[string]string{}
	for slot, name := range l.Names {
		_, mapped := columns[name]
		if further[name] != "" && !mapped {
			columns[name] = Column{Field: name, Type: further[name]}
			mapped = true
		}
		if mapped && !r.Unusable[slot] {
			values[name] = r.Values[slot]
		}
	}
	again, r2, f := rowOf(t, step, columns, values)
	f(r2)
	for name, value := range values {
		if got := r2.Get(again.Slot(name)); got != value || r2.Unusable[again.Slot(name)] {
			t.Errorf("%s became %q, and that %q", name, value, got)
		}
	}
}

func hitNames(l *Layout, r *Row) []string {
	var names []string
	for _, h := range r.Hits {
		name := "row"
		if h.Slot >= 0 {
			name = l.Names[h.Slot]
		}
		names = append(names, name+" "+h.Rule.String())
	}
	slices.Sort(names)
	return names
}
