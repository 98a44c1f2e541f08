package match

import (
	"slices"
	"unsafe"

	"harmonizer/go-worker/internal/ends"
)

// A Hasher computes the sums of the rows of one file.
type Hasher struct {
	secret Secret
	source state   // summed up, before the values of a key
	starts []state // by slot: the names of the fields, summed up before their values
	key    []int   // slots of the key's fields, in order of their names
}

// Sums are what is known of a row without its values.
type Sums struct{ Content, Key Sum }

// NewHasher returns a hasher for rows of one table whose values stand under the given names. key names the fields of the table's key; a
// file without one of them has no key.
// Keys are the source's own: the same number in two hospitals is two keys. Contents are everybody's.
func NewHasher(secret Secret, source string, names, key []string) *Hasher {
	h := &Hasher{secret: secret, source: secret.add(secret.begin(), source)}
	for _, n := range names {
		h.starts = append(h.starts, secret.add(secret.begin(), n))
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
func (h *Hasher) Row(values []string) Sums {
	k := &h.secret
	var all state
	starts := h.starts[:len(values)]
	for i, v := range values {
		if v == "" {
			continue
		}
		sum := starts[i]
		if len(v) > ends.Whole {
			sum = k.add(sum, v)
		} else { // as add does
			first, last := ends.Of(v)
			sum = k.mix(state{sum.a ^ lengthOf(v), sum.b}, first, last)
		}
		all.a += sum.a
		all.b += sum.b
	}
	return Sums{k.sum(all), h.keyOf(values)}
}

// Line returns the sums of a row that is compared with rows of the same columns only: the text of its line says what it holds.
func (h *Hasher) Line(line []byte, values []string) Sums {
	k := &h.secret
	return Sums{k.sum(k.add(k.begin(), unsafe.String(unsafe.SliceData(line), len(line)))), h.keyOf(values)}
}

// keyOf returns the sum of the key of a row, none where a part of it is missing.
func (h *Hasher) keyOf(values []string) (key Sum) {
	if len(h.key) == 0 {
		return key
	}
	c := h.source
	for _, slot := range h.key {
		if values[slot] == "" {
			return key
		}
		c = h.secret.add(c, values[slot])
	}
	return h.secret.sum(c)
}
