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
	if len(b) > cap(a.block)-len(a.block) {
		a.block = make([]byte, 0, max(arenaBlock, len(b))) // texts in the old block keep it alive
	}
	n := len(a.block)
	a.block = append(a.block, b...)
	return unsafe.String(&a.block[n], len(b))
}

// Reset gives the memory of all texts free.
func (a *Arena) Reset() { a.block = a.block[:0] }
