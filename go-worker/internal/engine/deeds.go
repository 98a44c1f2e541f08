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

	before []slotValue // of slots that the work may change
}

// A deed is what a work did to a row.
type deed struct {
	deedKey
	set  []slotValue
	hits []standardize.Hit
}

// A deedKey is all that a work went by: the outcomes of its cells, of which there is one at least, and what else there is.
type deedKey struct {
	first, second, third *outcome
	also                 uint32
}

// A slotValue is what stands in a slot.
type slotValue struct {
	slot     int
	value    string
	unusable bool
}

const (
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
	m.off = len(m.from) == 0 || len(m.from) > 3
	return m
}

// do does the work to the row of a record.
func (m *workMemory) do(r *record) {
	if m.off {
		m.Do(&r.row)
		return
	}
	key, ok := m.key(r)
	if !ok {
		m.Do(&r.row)
		return
	}
	m.asked++
	if m.table != nil {
		if d := m.place(&key); d.first != nil {
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
	m.watch(&r.row, key)
}

// key returns what the work goes by in a row; ok is false where that is not remembered, or no more as it was read.
func (m *workMemory) key(r *record) (key deedKey, ok bool) {
	row := &r.row
	if row.Unsaid {
		return key, false
	}
	for _, slot := range m.from {
		o := r.known[slot]
		if o == nil || !o.gave(row.Values[slot]) || o.unusable != row.Unusable[slot] {
			return key, false
		}
		key.first, key.second, key.third = o, key.first, key.second
	}
	for _, slot := range m.empty {
		if row.Values[slot] != "" || row.Unusable[slot] {
			return key, false
		}
	}
	if m.Also != nil {
		key.also = m.Also(row)
	}
	return key, true
}

// place returns where the deed of a key stands in the table, or where it would.
func (m *workMemory) place(k *deedKey) *deed {
	at := func(o *outcome) uint64 { return uint64(uintptr(unsafe.Pointer(o))) }
	high, low := bits.Mul64(at(k.first)^uint64(k.also)<<56, 0x9E3779B97F4A7C15^at(k.second)<<8^at(k.third)<<16)
	mask := uint64(len(m.table) - 1)
	for i := (high ^ low) & mask; ; i = (i + 1) & mask {
		d := &m.table[i]
		if d.first == nil || d.first == k.first && d.second == k.second && d.third == k.third && d.also == k.also {
			return d
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
func (m *workMemory) watch(r *standardize.Row, key deedKey) {
	m.before = m.before[:0]
	for _, slot := range m.changes {
		m.before = append(m.before, slotValue{slot, r.Values[slot], r.Unusable[slot]})
	}
	hits := len(r.Hits)
	m.Do(r)
	if r.Unsaid {
		return
	}
	changed := m.before[:0]
	for _, was := range m.before {
		if value, unusable := r.Values[was.slot], r.Unusable[was.slot]; value != was.value || unusable != was.unusable {
			changed = append(changed, slotValue{was.slot, strings.Clone(value), unusable})
		}
	}
	d := deed{key, slices.Clone(changed), slices.Clone(r.Hits[hits:])}
	if 2*m.kept >= len(m.table) {
		m.grow()
	}
	*m.place(&key) = d
	m.kept++
}

// grow doubles the table, at least half of which stays free.
func (m *workMemory) grow() {
	old := m.table
	m.table = make([]deed, max(deedsAtFirst, 2*len(old)))
	for i := range old {
		if old[i].first != nil {
			*m.place(&old[i].deedKey) = old[i]
		}
	}
}
