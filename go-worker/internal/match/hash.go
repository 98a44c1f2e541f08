package match

import (
	"slices"

	"harmonizer/go-worker/internal/ends"
)

// A Hasher computes the sums of the rows of one file. One goroutine owns it.
type Hasher struct {
	secret Secret
	source state   // summed up, before the values of a key
	fields []named // by slot
	key    []int   // slots of the key's fields, in order of their names
}

// A named is a field.
type named struct {
	start state  // its name, summed up before its values
	bit   uint64 // of a fact, see fieldBit
	sum   state  // of the value that it has in the last row where it has one
}

// Sums are what is known of a row without its values.
type Sums struct {
	Content, Key Sum
	filled       int     // values in it
	says         uint64  // the fields that it has values for, a bit each
	fields       []named // by slot, with the sums of its values, until the next row
}

// NewHasher returns a hasher for rows of one table whose values stand under the given names. key names the fields of the table's key; a
// file without one of them has no key.
// Keys are the source's own: the same number in two hospitals is two keys. Contents are everybody's.
func NewHasher(secret Secret, source string, names, key []string) *Hasher {
	h := &Hasher{secret: secret, source: secret.add(secret.begin(), source), fields: make([]named, len(names))}
	for i, n := range names {
		h.fields[i] = named{start: secret.add(secret.begin(), n), bit: fieldBit(n)}
	}
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
// counts as one that is not there, so files with more and fewer columns compare, and so do those with another order of columns: each field
// sums up its values in its own way, and what they come to is added up.
func (h *Hasher) Row(values []string) (sums Sums) {
	k := &h.secret
	var all state
	filled, says := 0, uint64(0)
	fields := h.fields[:len(values)]
	for i, v := range values {
		if v == "" {
			continue
		}
		f := &fields[i]
		filled++
		says |= f.bit
		if len(v) > ends.Whole {
			f.sum = k.add(f.start, v)
		} else { // as add does
			first, last := ends.Of(v)
			f.sum = k.mix(state{f.start.a ^ lengthOf(v), f.start.b}, first, last)
		}
		all.a += f.sum.a
		all.b += f.sum.b
	}
	sums.Content, sums.filled, sums.says, sums.fields = k.sum(all), filled, says, fields
	if len(h.key) == 0 {
		return sums
	}
	c := h.source
	for _, slot := range h.key {
		if values[slot] == "" {
			return sums
		}
		c = k.add(c, values[slot])
	}
	sums.Key = k.sum(c)
	return sums
}
