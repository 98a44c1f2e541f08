package standardize

// Slots are a set of the slots of a layout, one bit each, so that a row's are looked at many at a time.
type Slots []uint64

// NewSlots returns an empty set for so many slots.
func NewSlots(n int) Slots { return make(Slots, (n+63)/64) }

// Add adds a slot. One that the set has no room for, like the row as such (-1), is ignored.
func (s Slots) Add(slot int) {
	if i := uint(slot) / 64; i < uint(len(s)) {
		s[i] |= 1 << (uint(slot) % 64)
	}
}

// Has reports whether a slot is in the set; the row as such (-1) never is.
func (s Slots) Has(slot int) bool {
	i := uint(slot) / 64
	return i < uint(len(s)) && s[i]>>(uint(slot)%64)&1 != 0
}
