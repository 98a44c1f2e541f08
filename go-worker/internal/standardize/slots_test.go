package standardize

import (
	"slices"
	"testing"
)

func TestSlots(t *testing.T) {
	s := NewSlots(130)
	for _, slot := range []int{129, 0, 63, 64, -1, 192, 64} {
		s.Add(slot)
	}
	for slot := -1; slot < 200; slot++ {
		if got, want := s.Has(slot), slices.Contains([]int{0, 63, 64, 129}, slot); got != want {
			t.Errorf("Has(%d) = %v", slot, got)
		}
	}
	Slots(nil).Add(3) // of a row that nobody asks
}
