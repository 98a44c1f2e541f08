package match

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// A Hasher computes the sums of the rows of one file. It is not safe for concurrent use: each goroutine has its own.
type Hasher struct {
	source string
	slots  []named // by name, so that the order of columns does not matter
	key    []int   // slots of the key's fields, in order of their names
	buffer []byte
}

type named struct {
	name   string
	prefix []byte // the name as appendText appends it
	slot   int
}

// NewHasher returns a hasher for rows of one table whose values stand under the given names; an empty name leaves the slot out (of
// what tells where a row came from). key names the fields of the table's key; a file without one of them has no key.
// Keys are the source's own: the same number in two hospitals is two keys. Contents are everybody's.
func NewHasher(source string, names, key []string) *Hasher {
	h := &Hasher{source: source}
	for i, n := range names {
		if n != "" {
			h.slots = append(h.slots, named{n, appendText(nil, n), i})
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
func (h *Hasher) Row(values []string) (content, key Sum) {
	h.buffer = h.buffer[:0]
	for _, s := range h.slots {
		if v := values[s.slot]; v != "" {
			h.buffer = appendText(append(h.buffer, s.prefix...), v)
		}
	}
	content = sum(h.buffer)
	if len(h.key) == 0 {
		return content, Sum{}
	}
	h.buffer = h.buffer[:0]
	h.add(h.source)
	for _, slot := range h.key {
		if values[slot] == "" {
			return content, Sum{}
		}
		h.add(values[slot])
	}
	return content, sum(h.buffer)
}

func (h *Hasher) add(s string) { h.buffer = appendText(h.buffer, s) }

// appendText appends a text with its length before it, so that no two rows run together to the same bytes.
func appendText(to []byte, s string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}

// sum is the first half of SHA-256. Rows are removed because their sums agree, so nobody must be able to write a row that has the
// sum of another; faster hashes do not promise that.
func sum(b []byte) Sum {
	full := sha256.Sum256(b)
	return Sum(full[:16])
}
