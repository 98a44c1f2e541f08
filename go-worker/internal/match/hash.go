package match

import "slices"

// A Hasher computes the sums of the rows of one file.
type Hasher struct {
	secret Secret
	source state   // summed up, before the values of a key
	slots  []named // by name, so that the order of columns does not matter
	key    []int   // slots of the key's fields, in order of their names
}

type named struct {
	name string
	word uint64 // sum of the name
	bit  uint64 // of a fact, see fieldBit
	slot int
}

// Sums are what is known of a row without its values.
type Sums struct {
	Content, Key Sum
	filled       int    // values in it
	says         uint64 // the fields that it has values for, a bit each
}

// NewHasher returns a hasher for rows of one table whose values stand under the given names; an empty name leaves the slot out (of
// what tells where a row came from). key names the fields of the table's key; a file without one of them has no key.
// Keys are the source's own: the same number in two hospitals is two keys. Contents are everybody's.
func NewHasher(secret Secret, source string, names, key []string) *Hasher {
	h := &Hasher{secret: secret, source: secret.add(secret.begin(), source)}
	for i, n := range names {
		if n != "" {
			h.slots = append(h.slots, named{n, secret.word(n), fieldBit(n), i})
		}
	}
	slices.SortFunc(h.slots, func(a, b named) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	for _, k := range slices.Sorted(slices.Values(key)) {
		slot := slices.Index(names, k)
		if slot < 0 {
			h.key = nil
			break
		}
		h.key = append(h.key, slot)
	}
	return h
}

// Row returns the sums of a row. Two rows have the same content when the same fields hold the same values; a field without a value
// counts as one that is not there, so files with more and fewer columns compare.
func (h *Hasher) Row(values []string) (sums Sums) {
	k := &h.secret
	c := k.begin()
	for i := range h.slots {
		s := &h.slots[i]
		if v := values[s.slot]; v != "" {
			c.a ^= s.word
			c = k.add(c, v)
			sums.filled++
			sums.says |= s.bit
		}
	}
	sums.Content = k.sum(c)
	if len(h.key) == 0 {
		return sums
	}
	c = h.source
	for _, slot := range h.key {
		if values[slot] == "" {
			return sums
		}
		c = k.add(c, values[slot])
	}
	sums.Key = k.sum(c)
	return sums
}
