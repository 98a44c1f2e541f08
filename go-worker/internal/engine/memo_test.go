package engine

import (
	"fmt"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/standardize"
)

// A memo answers as the function does, for values of every length, known or new, few or many.
func TestMemo(t *testing.T) {
	upper := func(raw string, c *standardize.Cell) { c.Value = strings.ToUpper(raw) }
	for _, distinct := range []int{40, memoCells + 500} {
		var m memo
		var scratch standardize.Cell
		calls := 0
		f := func(raw string, c *standardize.Cell) { calls++; upper(raw, c) }
		for round := range 30 {
			for i := range distinct {
				value := strings.Repeat("ab", i%30) + fmt.Sprint(i)
				buffer := []byte(value)
				if got := m.read(f, string(buffer), &scratch).Value; got != strings.ToUpper(value) {
					t.Fatalf("round %d: %q is %q", round, value, got)
				}
			}
		}
		if distinct < memoCells && calls > 2*distinct {
			t.Errorf("%d values were read %d times", distinct, calls)
		}
	}
}
