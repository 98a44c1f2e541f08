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
	if got, want := s.AppendTo(nil), []int{0, 63, 64, 129}; !slices.Equal(got, want) {
		t.Errorf("the set holds %v, want %v", got, want)
	}
	for slot := -1; slot < 200; slot++ {
		if got, want := s.Has(slot), slices.Contains(s.AppendTo(nil), slot); got != want {
			t.Errorf("Has(%d) = %v", slot, got)
		}
	}
	Slots(nil).Add(3) // of a row that nobody asks
}
