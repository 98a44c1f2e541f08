package plan

import (
	"math/bits"
	"strings"

	"harmonizer/go-worker/internal/ends"
)

// maxInterned is the length of the longest value worth keeping, in bytes: a column with longer ones is free text.
const maxInterned = 128

// An interner counts distinct values exactly, up to a limit; beyond it, or with a long value, only the fact remains.
// Whether it comes to that depends on the values and never on their order or on how they were shared among interners.
type interner struct {
	limit  int
	over   bool
	slots  []slot   // each value stands at the place that its hash names, or the next free one behind; half of them are free at least
	values []string // in order of appearance
}

type slot struct {
	packed
	place uint32 // in values, from 1; 0: the slot is free
	count int64
}

// fewSlots is how many slots an interner begins with.
const fewSlots = 64

func newInterner(limit int) *interner { return &interner{limit: limit, slots: make([]slot, fewSlots)} }

// add counts a value n times and returns its number, from 0 in order of appearance; the number is -1 once the limit was passed.
// The value is copied when it is kept.
func (in *interner) add(value string, n int64) (id int32) {
	if in.over {
		return -1
	}
	s := in.find(value)
	if s.place == 0 {
		if s = in.keep(s, value); s == nil {
			return -1
		}
	}
	s.count += n
	return int32(s.place - 1)
}

// addKnown counts those values of some records that stand in the very place that their hash names, as nearly all do once they were added,
// and returns the records that are left.
func (in *interner) addKnown(block *cells, ids *[blockRows]int32) (unknown uint64) {
	slots := in.slots
	if len(slots) == 0 {
		return block.filled
	}
	for left := block.filled; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		value := *block.at(i)
		head, tail := ends.Of(value)
		s := &slots[hash(head, tail, len(value))&uint64(len(slots)-1)]
		if s.head == head && s.tail == tail && int(s.length) == len(value) && len(value) <= maxPacked {
			s.count++
			ids[i] = int32(s.place - 1)
		} else {
			unknown |= 1 << i
		}
	}
	return unknown
}

// find returns the slot of a value, or the free one where it belongs.
func (in *interner) find(value string) *slot {
	head, tail := ends.Of(value)
	if len(value) > maxPacked {
		return in.findLong(head, tail, value)
	}
	slots := in.slots
	for at := hash(head, tail, len(value)); ; at++ {
		if s := &slots[at&uint64(len(slots)-1)]; s.head == head && s.tail == tail && int(s.length) == len(value) || s.place == 0 {
			return s
		}
	}
}

func (in *interner) findLong(head, tail uint64, value string) *slot {
	for at := hashBetween(hash(head, tail, len(value)), value); ; at++ {
		s := &in.slots[at&uint64(len(in.slots)-1)]
		if s.head == head && s.tail == tail && int(s.length) == len(value) && in.values[s.place-1] == value || s.place == 0 {
			return s
		}
	}
}

// keep gives a new value its slot; it returns nil where there is one value too many, or too long a one.
func (in *interner) keep(s *slot, value string) *slot {
	if len(in.values) >= in.limit || len(value) > maxInterned {
		in.over = true
		return nil
	}
	in.values = append(in.values, strings.Clone(value))
	head, tail := ends.Of(value)
	*s = slot{packed{head, tail, uint32(len(value))}, uint32(len(in.values)), 0}
	if 2*len(in.values) > len(in.slots) {
		in.grow()
		s = in.find(value)
	}
	return s
}

func (in *interner) grow() {
	before := in.slots
	in.slots = make([]slot, 4*len(before))
	for _, s := range before {
		if s.place > 0 {
			*in.find(in.values[s.place-1]) = s
		}
	}
}

// number returns the number of a value that was added.
func (in *interner) number(value string) int32 { return int32(in.find(value).place) - 1 }

// each calls fn for each value.
func (in *interner) each(fn func(value string, n int64)) {
	for i := range in.slots {
		if s := &in.slots[i]; s.place > 0 {
			fn(in.values[s.place-1], s.count)
		}
	}
}

// forget gives up the values: there are too many of them.
func (in *interner) forget() { in.over, in.slots, in.values = true, nil, nil }
