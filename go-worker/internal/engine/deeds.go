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

	table []deedPlace // its length is a power of two
	deeds []deed
	slots []slotDeed // of the deeds, one after another
	lists hitLists
	asked int
	found int
	off   bool // there is nothing to go by, or no use in it

	before []slotValue // of slots that the work may change
	isCalm func(*outcome) bool
}

// A deedPlace is free while its key has no outcome. It is small: most are looked at where none is near the processor.
type deedPlace struct {
	deedKey
	deed uint32 // its number
}

// A deedKey is all that a work went by: the outcomes of its cells, of which there is one at least, and what else there is.
type deedKey struct {
	first, second, third *outcome
	also                 uint32
}

// A deed is what a work did to a row.
type deed struct {
	from, to int // its slots
	hits     []standardize.Hit
}

// A slotDeed is what a deed did to a slot.
type slotDeed struct {
	slotValue
	changed bool     // to that value
	outcome *outcome // all that is to be told of its cell from then on; nil: the row is to tell of it by itself
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

// do does the work to the row of a record, and remembers or does again what it did; the memory is not off.
func (m *workMemory) do(r *record) {
	key, ok := m.key(r)
	if !ok {
		m.Do(&r.row)
		return
	}
	m.asked++
	if m.table != nil {
		if p := m.place(&key); p.first != nil {
			m.found++
			m.again(&m.deeds[p.deed], r)
			return
		}
	}
	if m.asked > deedTrial && m.found < m.asked/deedMinShare {
		m.off, m.table, m.deeds, m.slots = true, nil, nil, nil
	}
	if m.off || len(m.deeds) >= mostDeeds {
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
func (m *workMemory) place(k *deedKey) *deedPlace {
	at := func(o *outcome) uint64 { return uint64(uintptr(unsafe.Pointer(o))) }
	high, low := bits.Mul64(at(k.first)^uint64(k.also)<<56, 0x9E3779B97F4A7C15^at(k.second)<<8^at(k.third)<<16)
	mask := uint64(len(m.table) - 1)
	for i := (high ^ low) & mask; ; i = (i + 1) & mask {
		p := &m.table[i]
		if p.first == nil || p.deedKey == *k {
			return p
		}
	}
}

// again does to a row what was done to one with the same cells.
func (m *workMemory) again(d *deed, r *record) {
	row, slots := &r.row, m.slots[d.from:d.to]
	for i := range slots {
		s := &slots[i]
		if s.changed {
			row.Values[s.slot], row.Unusable[s.slot] = s.value, s.unusable
		}
		if s.outcome != nil {
			r.knowBetter(s.slot, s.outcome)
		} else {
			row.Touched.Add(s.slot)
		}
	}
	if len(d.hits) > 0 {
		row.Hits = append(row.Hits, d.hits...)
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
	d := deed{from: len(m.slots), hits: m.lists.of(row.Hits[hits:])}
	for _, was := range m.before {
		now := slotDeed{slotValue: slotValue{was.slot, row.Values[was.slot], row.Unusable[was.slot]}}
		now.changed = now.slotValue != was
		if !now.changed && !slices.ContainsFunc(d.hits, func(h standardize.Hit) bool { return h.Slot == was.slot }) {
			continue
		}
		if now.outcome = m.outcomeAfter(r, was.slot, d.hits); now.outcome != nil {
			now.value = now.outcome.value
		} else {
			now.value = strings.Clone(now.value)
		}
		m.slots = append(m.slots, now)
	}
	for _, h := range d.hits {
		if h.Slot >= 0 && !slices.Contains(m.changes, h.Slot) {
			m.slots = append(m.slots, slotDeed{slotValue: slotValue{slot: h.Slot}})
		}
	}
	if 2*len(m.deeds) >= len(m.table) {
		m.grow()
	}
	*m.place(&key) = deedPlace{key, uint32(len(m.deeds))}
	d.to = len(m.slots)
	m.deeds = append(m.deeds, d)
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
	after.value, after.hits = strings.Clone(after.value), m.lists.of(after.hits)
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
	m.table = make([]deedPlace, max(deedsAtFirst, 2*len(old)))
	for _, p := range old {
		if p.first != nil {
			*m.place(&p.deedKey) = p
		}
	}
}

// hitLists are lists of hits, each once: what is remembered of many texts has few of them, which stay close to the processor.
type hitLists [][]standardize.Hit

// of returns the list of these hits.
func (l *hitLists) of(hits []standardize.Hit) []standardize.Hit {
	for _, list := range *l {
		if slices.Equal(list, hits) {
			return list
		}
	}
	*l = append(*l, slices.Clip(slices.Clone(hits)))
	return (*l)[len(*l)-1]
}
