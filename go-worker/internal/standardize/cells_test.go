package standardize

import (
	"slices"
	"testing"
	"time"

	"harmonizer/go-worker/internal/rule"
)

// today is the day on which the vectors of the specification are read.
var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// A cellCase is one value, what it becomes, and why. Parts are companions by name; those not named are empty.
type cellCase struct {
	name, in, want string
	parts          map[string]string
	hits           []string
	unusable       bool
}

// runCells runs cases through a family and holds two laws on the way: standardizing a result again changes nothing, and a
// changed value names a rule.
func runCells(t *testing.T, family Family, col Column, cases []cellCase) {
	t.Helper()
	if col.Today.IsZero() {
		col.Today = today
	}
	f, plain := family.Bind(col), family.BindPlain(col)
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			var c Cell
			f(tt.in, &c)
			parts := map[string]string{}
			for i, name := range family.Companions {
				if c.Parts[i] != "" {
					parts[name] = c.Parts[i]
				}
			}
			if c.Value != tt.want || c.Unusable != tt.unusable || !slices.Equal(ids(c.Hits), tt.hits) {
				t.Errorf("%q = %q %v unusable %t; want %q %v unusable %t",
					tt.in, c.Value, ids(c.Hits), c.Unusable, tt.want, tt.hits, tt.unusable)
			}
			for name, want := range tt.parts {
				if parts[name] != want {
					t.Errorf("%q: %s = %q; want %q", tt.in, name, parts[name], want)
				}
				delete(parts, name)
			}
			if len(parts) > 0 {
				t.Errorf("%q fills %v besides", tt.in, parts)
			}
			checkLaws(t, f, tt.in, c.Value, c.Unusable)
			if plain != nil {
				checkShort(t, plain, f, tt.in)
			}
		})
	}
}

// checkLaws holds what is true of every family and value.
func checkLaws(t *testing.T, f CellFunc, in, value string, unusable bool) {
	t.Helper()
	var c Cell
	f(in, &c)
	if c.Value != in && len(c.Hits) == 0 {
		t.Errorf("%q became %q without a rule", in, c.Value)
	}
	if unusable || value == "" {
		return
	}
	var again Cell
	f(value, &again)
	if again.Value != value || again.Unusable {
		t.Errorf("%q became %q, and that %q (unusable %t)", in, value, again.Value, again.Unusable)
	}
}

func ids(hits []rule.ID) []string {
	var names []string
	for _, h := range hits {
		names = append(names, h.String())
	}
	return names
}

func containsHit(hits []rule.ID, id rule.ID) bool { return slices.Contains(hits, id) }
