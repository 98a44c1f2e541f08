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
	isCalm func(*outcome) bool
}

// A deed is what a work did to a row.
type deed struct {
	deedKey
	set     []slotValue
	hits    []standardize.Hit
	touched []int // slots of which the row is to tell by itself
	made    []madeOutcome
}

// A madeOutcome is what a deed makes of the outcome of a cell: all that is to be told of it from then on.
type madeOutcome struct {
	slot int
	*outcome
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
func newWorkMemory(work standardize.Work, b *binding, isCalm func(*outcome) bool) workMemory {
	m := workMemory{Work: work, isCalm: isCalm}
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
			d.again(r)
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
	m.watch(r, key)
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
func (d *deed) again(r *record) {
	row := &r.row
	for i := range d.set {
		s := &d.set[i]
		row.Values[s.slot], row.Unusable[s.slot] = s.value, s.unusable
	}
	row.Hits = append(row.Hits, d.hits...)
	for _, slot := range d.touched {
		row.Touched.Add(slot)
	}
	for _, o := range d.made {
		r.knowBetter(o.slot, o.outcome)
	}
}

// watch does the work to a row and remembers what it did. Where it took hits back there is nothing to remember.
func (m *workMemory) watch(r *record, key deedKey) {
	row := &r.row
	m.before = m.before[:0]
	for _, slot := range m.changes {
		m.before = append(m.before, slotValue{slot, row.Values[slot], row.Unusable[slot]})
	}
	hits := len(row.Hits)
	m.Do(row)
	if row.Unsaid {
		return
	}
	d := deed{deedKey: key, hits: slices.Clone(row.Hits[hits:])}
	for _, was := range m.before {
		value, unusable := row.Values[was.slot], row.Unusable[was.slot]
		changed := value != was.value || unusable != was.unusable
		if !changed && !slices.ContainsFunc(d.hits, func(h standardize.Hit) bool { return h.Slot == was.slot }) {
			continue
		}
		o := m.outcomeAfter(r, was.slot, d.hits)
		switch {
		case o != nil:
			value = o.value
			d.made = append(d.made, madeOutcome{was.slot, o})
		default:
			value = strings.Clone(value)
			d.touched = append(d.touched, was.slot)
		}
		if changed {
			d.set = append(d.set, slotValue{was.slot, value, unusable})
		}
	}
	for _, h := range d.hits {
		if h.Slot >= 0 && !slices.Contains(m.changes, h.Slot) {
			d.touched = append(d.touched, h.Slot)
		}
	}
	if 2*m.kept >= len(m.table) {
		m.grow()
	}
	*m.place(&key) = d
	m.kept++
}

// outcomeAfter returns what the deed at hand makes of the outcome of a cell, where nothing else is to be told of the cell; nil: the row tells
// it. The same is made of an outcome only once.
func (m *workMemory) outcomeAfter(r *record, slot int, hits []standardize.Hit) *outcome {
	o := r.known[slot]
	if !slices.Contains(m.from, slot) || r.row.Unusable[slot] {
		return nil
	}
	after := *o
	after.value, after.hits, after.parts, after.made = r.row.Values[slot], slices.Clip(o.hits), nil, nil
	after.rows, after.told, after.apart = 0, placedChange{}, placedChange{}
	for _, h := range hits {
		switch {
		case h.Slot != slot:
		case slices.Contains(after.hits, h):
			return nil
		default:
			after.hits = append(after.hits, h)
		}
	}
	for _, made := range o.made {
		if made.value == after.value && slices.Equal(made.hits, after.hits) {
			return made
		}
	}
	after.value = strings.Clone(after.value)
	after.unusable = false
	after.explain()
	if after.calm = m.isCalm(&after); !after.calm || o.changed && !after.changed {
		return nil
	}
	o.made = append(o.made, &after)
	return &after
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
