package standardize

import "unsafe"

// An Arena holds texts of a block of records, so that rewriting a cell takes no memory of its own. They are valid until Reset.
// One goroutine owns it. A nil Arena gives every text its own memory.
type Arena struct{ block []byte }

// arenaBlock is more than what the texts of nearly every block of records need.
const arenaBlock = 64 << 10

// Text returns a text of the bytes.
func (a *Arena) Text(b []byte) string {
	if a == nil || len(b) == 0 {
		return string(b)
	}
	own := a.take(len(b))
	copy(own, b)
	return asText(own)
}

// take returns memory for a text of n bytes, whose content is arbitrary.
func (a *Arena) take(n int) []byte {
	if a == nil {
		return make([]byte, n)
	}
	used := len(a.block)
	if n > cap(a.block)-used {
		a.block, used = make([]byte, 0, max(arenaBlock, n)), 0 // texts in the old block keep it alive
	}
	a.block = a.block[:used+n]
	return a.block[used : used+n : used+n]
}

// asText returns bytes that nobody changes any more as a text.
func asText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Reset gives the memory of all texts free.
func (a *Arena) Reset() { a.block = a.block[:0] }
