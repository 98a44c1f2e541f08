package match

import "math/bits"

// A twice tells which sums came only once, of any number of them in memory that is bounded: it may take some for repeated that are not, and
// takes the more for that the less room it has.
type twice struct {
	bits  []uint64 // two for all sums that begin alike: there is one, there may be another
	shift int      // what is left of a sum is its place
}

// newTwice returns one for about so many sums, in at most so many bytes.
func newTwice(sums, memory int64) *twice {
	const room = 16                                               // bits for a sum: so one in sixteen is taken for repeated
	places := bits.Len64(uint64(min(room*sums, 4*memory))|64) - 1 // two bits each, eight in a byte
	return &twice{make([]uint64, 1<<places/32), 64 - places}
}

// place is the word of a sum and the first of its bits there.
func (t *twice) place(sum uint64) (word *uint64, bit uint64) {
	at := sum * 0x9E3779B97F4A7C15 >> t.shift
	return &t.bits[at/32], 1 << (at % 32 * 2)
}

// add takes a sum in.
func (t *twice) add(sum uint64) {
	word, bit := t.place(sum)
	*word |= *word&bit<<1 | bit
}

// repeated reports whether a sum may have been added twice; one that was, always.
func (t *twice) repeated(sum uint64) bool {
	word, bit := t.place(sum)
	return *word&(bit<<1) != 0
}
