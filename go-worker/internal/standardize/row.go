package standardize

import (
	"slices"

	"harmonizer/go-worker/internal/rule"
)

// A Layout names the slots of a row: the canonical fields of a table that the file maps, their companions,
// and the fields that row functions may fill. It is fixed once per file.
type Layout struct {
	Names []string
	index map[string]int
}

// NewLayout returns a layout of the named fields; names must differ.
func NewLayout(names []string) *Layout {
	l := &Layout{Names: names, index: make(map[string]int, len(names))}
	for i, n := range names {
		l.index[n] = i
	}
	return l
}

// Slot returns the place of a field, or -1 when the layout has none.
func (l *Layout) Slot(name string) int {
	if i, ok := l.index[name]; ok {
		return i
	}
	return -1
}

// A Hit is one rule that fired on one field of a row; Slot is -1 for the row as a whole.
type Hit struct {
	Slot int
	Rule rule.ID
}

// A Row is one record between the stages: canonical values by slot, and what was found about them.
type Row struct {
	Values   []string // canonical value by slot; "" is null
	Raw      []string // the source cell by slot; "" where the slot has no column of its own
	Unusable []bool   // the value could not be read (see Cell.Fail)
	Hits     []Hit
	Arena    *Arena // holds texts that are made for the row; nil: each has memory of its own
	Unsaid   bool   // hits were taken back
	Touched  Slots  // something was set or noted here; nil: nobody asks

	scratch [2]Cell // of steps that read cells
}

// cell returns one of two cells for a step to read into. It is valid until the same one is asked for again.
func (r *Row) cell(which int) *Cell {
	c := &r.scratch[which]
	c.Reset()
	c.Arena = r.Arena
	return c
}

// Get returns the value in slot, "" for slot -1.
func (r *Row) Get(slot int) string {
	if slot < 0 {
		return ""
	}
	return r.Values[slot]
}

// Set replaces the value in slot and notes the rules that explain it; slot -1 is ignored.
func (r *Row) Set(slot int, value string, hits ...rule.ID) {
	if slot < 0 {
		return
	}
	r.Values[slot] = value
	r.Touched.Add(slot)
	for _, id := range hits {
		r.Hits = append(r.Hits, Hit{slot, id})
	}
}

// Flag notes a rule on a slot (or -1, the whole row) without changing anything.
func (r *Row) Flag(slot int, id rule.ID) {
	r.Hits = append(r.Hits, Hit{slot, id})
	r.Touched.Add(slot)
}

// Fail marks the value in slot unusable under the rule; its disposition decides what becomes of it.
func (r *Row) Fail(slot int, id rule.ID) {
	r.Flag(slot, id)
	r.setUnusable(slot, true)
}

// setUnusable says whether the value in slot could not be read; slot -1 is ignored.
func (r *Row) setUnusable(slot int, unusable bool) {
	if slot >= 0 {
		r.Unusable[slot] = unusable
		r.Touched.Add(slot)
	}
}

// unsay takes back hits.
func (r *Row) unsay(which func(Hit) bool) {
	r.Hits, r.Unsaid = slices.DeleteFunc(r.Hits, which), true
}

// A RowFunc works on several fields of one row, after every cell was standardized: the value of a result with
// its unit and code, a ZIP with its state, a full name that is split. Pure and safe for concurrent use.
type RowFunc func(r *Row)

// A RowStep belongs to a table. Adds names the fields it may fill beyond those that the file maps, given the mapped
// ones (nil: it does nothing for this file); Bind resolves slots and returns nil when it has nothing to do, else what to do, in order.
type RowStep struct {
	Name string
	Adds func(mapped func(field string) bool) []string
	Bind func(l *Layout, columns func(field string) (Column, bool)) []Work
}

// A Work is what a step does for the rows of a file, or a part of it that has nothing to do with the others.
type Work struct {
	Do RowFunc

	// From are the slots of which it reads cells: the value, the text and what was found of it, as the cell left them. Into names the other
	// slots that it changes, or looks at to see that they are empty. What it makes of the same cells is always the same, and can be
	// remembered. Nil where it goes by more of the row than that.
	From, Into []int
	Also       func(r *Row) uint32 // what else of the row it goes by; nil: nothing
}
