package plan

import (
	"math"

	"harmonizer/go-worker/internal/ends"
)

// recentSlots is how many different values a recent holds.
const recentSlots = 1024

// A recent counts values that come again soon before they are handed on, of a column with too many to count each: what is handed on
// adds up to what came, whatever the order.
type recent struct {
	slots [recentSlots]struct {
		packed
		count uint32
	}
	text [maxPacked]byte // the value that is handed on
}

// add counts a value once. One that it takes the place of is handed on.
func (r *recent) add(value string, to stats) {
	if len(value) > maxPacked {
		to.add(value, 1)
		return
	}
	head, tail := ends.Of(value)
	s := &r.slots[hash(head, tail, len(value))%recentSlots]
	if s.head != head || s.tail != tail || int(s.length) != len(value) || s.count == math.MaxUint32 {
		if s.count > 0 {
			to.add(s.unpack(&r.text), int64(s.count))
		}
		s.packed, s.count = packed{head, tail, uint32(len(value))}, 0
	}
	s.count++
}

// empty hands on all that is left.
func (r *recent) empty(to stats) {
	for i := range r.slots {
		if s := &r.slots[i]; s.count > 0 {
			to.add(s.unpack(&r.text), int64(s.count))
			s.count = 0
		}
	}
}
