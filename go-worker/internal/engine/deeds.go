package engine

import (
	"math/bits"
	"slices"
	"strings"
	"unsafe"

	"harmonizer/go-worker/internal/standardize"
)

// A workMemory remembers what a work of a step did to rows, and does it again to others with the same cells: a weight with its unit, a race
// with an ethnicity. Cells are the same when their column's memo has one outcome for them. One goroutine owns it.
type workMemory struct {
	standardize.Work
	from    []int // slots of which it reads remembered cells
	empty   []int // slots where it must find nothing
	changes []int // slots that it may change

	table []deed // its length is a power of two
	kept  int
	asked int
	found int
	off   bool // there is nothing to go by, or no use in it

	next   deed        // what a row at hand has
	before []slotValue // of slots that the work may change
}

// A deed is what a work did to a row.
type deed struct {
	cells [deedCells]*outcome // by which it went
	also  uint32
	known bool
	set   []slotValue
	hits  []standardize.Hit
}

// A slotValue is what stands in a slot.
type slotValue struct {
	slot     int
	value    string
	unusable bool
}

const (
	deedCells    = 3    // cells that a work may go by
	deedsAtFirst = 64   // places of a table
	mostDeeds    = 8192 // remembered of a work
	deedTrial    = 1024 // rows after which remembering must have been of use
	deedMinShare = 8    // that is, for at least one in so many
)

// newWorkMemory returns the memory of a work that is done to the rows of a binding.
func newWorkMemory(work standardize.Work, b *binding) workMemory {
	m := workMemory{Work: work}
	hasMemo := func(slot int) bool {
		return slices.ContainsFunc(b.columns, func(c column) bool { return c.slot == slot && c.memo >= 0 && c.read != nil })
	}
	for _, slot := range work.From {
		switch {
		case slot < 0:
		case hasMemo(slot):
			m.from = append(m.from, slot)
		default:
			m.empty = append(m.empty, slot)
		}
	}
	isPart := func(slot int) bool {
		return slices.ContainsFunc(m.from, func(owner int) bool { return slices.Contains(b.parts[owner], slot) })
	}
	for _, slot := range work.Into {
		if slot >= 0 && (b.filled.Has(slot) || !isPart(slot)) { // what a cell says beside its value is the same for the same cell
			m.empty = append(m.empty, slot)
		}
		if slot >= 0 {
			m.changes = append(m.changes, slot)
		}
	}
	for _, slot := range work.From {
		if slot >= 0 {
			m.changes = append(m.changes, slot)
		}
	}
	m.off = len(m.from) == 0 || len(m.from) > deedCells
	return m
}

// do does the work to the row of a record.
func (m *workMemory) do(r *record) {
	if m.off || !m.isKnown(r) {
		m.Do(&r.row)
		return
	}
	m.asked++
	var d *deed
	if m.table != nil {
		if d = m.place(&m.next); d.known {
			m.found++
			d.again(&r.row)
			return
		}
	}
	if m.asked > deedTrial && m.found < m.asked/deedMinShare {
		m.off, m.table = true, nil
	}
	if m.off || m.kept >= mostDeeds {
		m.Do(&r.row)
		return
	}
	m.watch(&r.row)
}

// isKnown reports whether all that the work goes by is remembered and still as it was read, and notes it.
func (m *workMemory) isKnown(r *record) bool {
	row := &r.row
	for i, slot := range m.from {
		o := r.known[slot]
		if o == nil || !o.gave(row.Values[slot]) || o.unusable != row.Unusable[slot] {
			return false
		}
		m.next.cells[i] = o
	}
	for _, slot := range m.empty {
		if row.Values[slot] != "" || row.Unusable[slot] {
			return false
		}
	}
	if m.Also != nil {
		m.next.also = m.Also(row)
	}
	return !row.Unsaid
}

// place returns where a deed with the same cells stands in the table, or where it would.
func (m *workMemory) place(d *deed) *deed {
	sum := uint64(d.also)
	for _, o := range d.cells {
		high, low := bits.Mul64(sum^uint64(uintptr(unsafe.Pointer(o))), 0x9E3779B97F4A7C15)
		sum = high ^ low
	}
	mask := uint64(len(m.table) - 1)
	for i := sum & mask; ; i = (i + 1) & mask {
		if t := &m.table[i]; !t.known || t.cells == d.cells && t.also == d.also {
			return t
		}
	}
}

// again does to a row what was done to one with the same cells.
func (d *deed) again(r *standardize.Row) {
	for i := range d.set {
		s := &d.set[i]
		r.Set(s.slot, s.value)
		r.Unusable[s.slot] = s.unusable
	}
	for _, h := range d.hits {
		r.Flag(h.Slot, h.Rule)
	}
}

// watch does the work to a row and remembers what it did. Where it took hits back there is nothing to remember.
func (m *workMemory) watch(r *standardize.Row) {
	m.before = m.before[:0]
	for _, slot := range m.changes {
		m.before = append(m.before, slotValue{slot, r.Values[slot], r.Unusable[slot]})
	}
	hits := len(r.Hits)
	m.Do(r)
	if r.Unsaid {
		return
	}
	d := m.next
	d.known, d.hits = true, slices.Clone(r.Hits[hits:])
	for _, was := range m.before {
		if value, unusable := r.Values[was.slot], r.Unusable[was.slot]; value != was.value || unusable != was.unusable {
			d.set = append(d.set, slotValue{was.slot, strings.Clone(value), unusable})
		}
	}
	if 2*m.kept >= len(m.table) {
		m.grow()
	}
	*m.place(&d) = d
	m.kept++
}

// grow doubles the table, at least half of which stays free.
func (m *workMemory) grow() {
	old := m.table
	m.table = make([]deed, max(deedsAtFirst, 2*len(old)))
	for i := range old {
		if old[i].known {
			*m.place(&old[i]) = old[i]
		}
	}
}
