package engine

import (
	"math/bits"
	"strings"

	"harmonizer/go-worker/internal/standardize"
)

// A memo remembers what a column's values were read as: most columns repeat few values. One goroutine owns it.
//
// Short values, which are nearly all, are kept in words of the table itself: finding one touches little memory.
type memo struct {
	short   []shortCell
	cells   map[string]*standardize.Cell // of longer values
	kept    int
	lookups int
	hits    int
	off     bool
}

const (
	memoCells    = 2048 // values remembered of a column
	memoLength   = 64   // longer values hardly repeat
	memoTrial    = 512  // lookups after which a memo must have been of use
	memoMinShare = 4    // that is, at least one hit in so many lookups

	shortLength = 16            // bytes of a short value
	memoSlots   = 2 * memoCells // of short values, so that half of them stay free
)

// A shortCell is a value of at most 16 bytes: its beginning, its end and its length say which.
type shortCell struct {
	first, last uint64
	length      int
	cell        *standardize.Cell // nil: free
}

// read returns what the function makes of a value, in scratch or from memory. It is valid until the next call.
func (m *memo) read(f standardize.CellFunc, value string, scratch *standardize.Cell) *standardize.Cell {
	if m.off || len(value) > memoLength {
		return read(f, value, scratch)
	}
	m.lookups++
	at, c := m.find(value)
	if c != nil {
		m.hits++
		return c
	}
	if m.lookups >= memoTrial && m.hits < m.lookups/memoMinShare {
		*m = memo{off: true}
	}
	if m.off || m.kept >= memoCells {
		return read(f, value, scratch)
	}
	m.kept++
	c = new(standardize.Cell)
	if at != nil {
		at.cell = c
	} else {
		if m.cells == nil {
			m.cells = map[string]*standardize.Cell{}
		}
		m.cells[strings.Clone(value)] = c
	}
	f(strings.Clone(value), c) // value lies in the chunk's memory
	return c
}

func read(f standardize.CellFunc, value string, scratch *standardize.Cell) *standardize.Cell {
	scratch.Reset()
	f(value, scratch)
	return scratch
}

// find returns what a value was read as, nil when it is not known; of a short one also its place in the table, key written.
func (m *memo) find(value string) (*shortCell, *standardize.Cell) {
	if len(value) > shortLength {
		return nil, m.cells[value]
	}
	if m.short == nil {
		m.short = make([]shortCell, memoSlots)
	}
	first, last := words(value)
	high, low := bits.Mul64(first^0x9E3779B97F4A7C15, last^0xD6E8FEB86659FD93)
	for i := (high ^ low) % memoSlots; ; i = (i + 1) % memoSlots {
		s := &m.short[i]
		if s.cell == nil {
			s.first, s.last, s.length = first, last, len(value)
			return s, nil
		}
		if s.first == first && s.last == last && s.length == len(value) {
			return s, s.cell
		}
	}
}

// words returns the first and the last eight bytes of at most sixteen; they overlap where there are fewer.
func words(s string) (first, last uint64) {
	if len(s) >= 8 {
		return word(s), word(s[len(s)-8:])
	}
	for i := range len(s) {
		first = first<<8 | uint64(s[i])
	}
	return first, 0
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
