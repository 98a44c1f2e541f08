package plan

import "strings"

// maxInterned is the length of the longest value worth keeping, in bytes: a column with longer ones is free text.
const maxInterned = 128

// An interner counts distinct values exactly, up to a limit; beyond it, or with a long value, only the fact remains.
// Whether it comes to that depends on the values and never on their order or on how they were shared among interners.
type interner struct {
	limit  int
	over   bool
	slots  []slot // direct-mapped cache of recent values: most columns repeat themselves
	ids    map[string]int32
	values []string
	counts []int64
}

type slot struct {
	value string
	id    int32
}

func newInterner(limit, cache int) *interner {
	return &interner{limit: limit, slots: make([]slot, cache), ids: map[string]int32{}}
}

// add counts a value n times and returns its number, from 0 in order of appearance, and whether it is new; the
// number is -1 once the limit was passed. The value is copied when it is kept.
func (in *interner) add(value string, n int64) (id int32, fresh bool) {
	if in.over {
		return -1, false
	}
	s := &in.slots[hash(value)&uint64(len(in.slots)-1)]
	if s.value == value { // an empty slot equals no value: nulls never come here
		in.counts[s.id] += n
		return s.id, false
	}
	id, known := in.ids[value]
	if !known {
		if len(in.values) >= in.limit || len(value) > maxInterned {
			in.over = true
			in.slots, in.ids = nil, nil
			return -1, false
		}
		id = int32(len(in.values))
		value = strings.Clone(value)
		in.ids[value] = id
		in.values = append(in.values, value)
		in.counts = append(in.counts, 0)
	} else {
		value = in.values[id]
	}
	in.counts[id] += n
	*s = slot{value, id}
	return id, !known
}

// hash mixes the ends and the length of a value: enough for a cache, where a collision costs one lookup.
func hash(s string) uint64 {
	const prime = 0x9E3779B97F4A7C15
	n := len(s)
	var a, b uint64
	switch {
	case n >= 8:
		a, b = load8(s), load8(s[n-8:])
	case n >= 4:
		a, b = uint64(load4(s)), uint64(load4(s[n-4:]))
	default:
		for i := range n {
			a = a<<8 | uint64(s[i])
		}
	}
	h := (a ^ uint64(n)) * prime
	h = (h ^ h>>32 ^ b) * prime
	return h ^ h>>29
}

func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load4(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
