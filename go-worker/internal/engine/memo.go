package engine

import (
	"strings"

	"harmonizer/go-worker/internal/standardize"
)

// A memo remembers what a column's values were read as: most columns repeat few values. One goroutine owns it.
type memo struct {
	cells   map[string]*standardize.Cell
	lookups int
	hits    int
	off     bool
}

const (
	memoCells    = 2048 // values remembered of a column
	memoLength   = 64   // longer values hardly repeat
	memoTrial    = 512  // lookups after which a memo must have been of use
	memoMinShare = 4    // that is, at least one hit in so many lookups
)

// read returns what the function makes of a value, in scratch or from memory. It is valid until the next call.
func (m *memo) read(f standardize.CellFunc, value string, scratch *standardize.Cell) *standardize.Cell {
	if m.off || len(value) > memoLength {
		scratch.Reset()
		f(value, scratch)
		return scratch
	}
	m.lookups++
	if c := m.cells[value]; c != nil {
		m.hits++
		return c
	}
	if m.lookups == memoTrial && m.hits < memoTrial/memoMinShare {
		m.off, m.cells = true, nil
	}
	if m.off || len(m.cells) >= memoCells {
		scratch.Reset()
		f(value, scratch)
		return scratch
	}
	if m.cells == nil {
		m.cells = map[string]*standardize.Cell{}
	}
	own := strings.Clone(value) // value lies in the chunk's memory
	c := new(standardize.Cell)
	f(own, c)
	m.cells[own] = c
	return c
}
