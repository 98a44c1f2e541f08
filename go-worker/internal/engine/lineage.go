package engine

import (
	"math"
	"math/bits"
	"slices"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// A lineage gathers the changed cells of a chunk: every change once, and for each row which of them were made to it. One
// goroutine owns it.
type lineage struct {
	*transform
	kinds  []changeKind // those in use, in the order of their appearance
	of     [][]slotKind // by slot: its kinds
	rows   []changedRow
	made   []madeChange // to the rows, one behind the other
	known  knownChanges
	chunks int32     // that were begun
	rules  []rule.ID // of the change at hand
	lines  changeLines
}

// A changeKind is all changes of one field for the same reasons.
type changeKind struct {
	place  int32 // among the kinds
	slot   int
	rules  []rule.ID
	values []byte // its JSON, down to the comma behind its last pair of texts: what arrived, what stands there now
	count  int32

	found, missed int32 // changes that were looked up and known, and those that were not
	useless       bool  // remembering changes was of no use so far
}

// A slotKind is a kind of changes of a slot: its rules in one word, see reasonOf, and its place.
type slotKind struct {
	reason uint64
	kind   int32
}

// A changedRow is a row of the lineage; its changes follow those of the row before it.
type changedRow struct {
	record, line int64
	variant      *variant
	until        int // how many changes were made when it ended
}

// A madeChange is a change by its kind and its number there.
type madeChange struct{ kind, number int32 }

// newLineage returns the lineage of the rows of a transform.
func newLineage(t *transform) *lineage {
	return &lineage{transform: t, of: make([][]slotKind, len(t.layout.Names)), chunks: 1,
		lines: changeLines{begins: `"changes":[`, then: `],"rows":[`, lengths: make([]int, len(t.layout.Names))}}
}

// reset empties the lineage and keeps its memory.
func (l *lineage) reset() {
	l.chunks++
	for i := range l.kinds {
		l.of[l.kinds[i].slot] = l.of[l.kinds[i].slot][:0]
	}
	l.kinds, l.rows, l.made = l.kinds[:0], l.rows[:0], l.made[:0]
	l.known.reset()
}

// again reports whether a change of the row at hand stands in the chunk already, and may be used.
func (l *lineage) again(c *placedChange) bool {
	if c.chunk != l.chunks {
		return false
	}
	k := &l.kinds[c.kind]
	if k.useless {
		return false
	}
	k.found++
	return true
}

// stands reports whether a change of a kind that was made from the same text stands for a value.
func (l *lineage) stands(c *placedChange, kind int32, to string) bool {
	if c.chunk != l.chunks || c.kind != kind {
		return false
	}
	values := l.kinds[kind].values[c.to:]
	return len(values) > len(to) && string(values[:len(to)]) == to && values[len(to)] == '"'
}

// kindFor returns the place of a kind of changes: those of a slot for a reason. It returns -1 when there is none yet, or more rules
// than a word says.
func (l *lineage) kindFor(slot int, reason uint64) int32 {
	for _, k := range l.of[slot] {
		if k.reason == reason && reason != manyRules {
			return k.kind
		}
	}
	return -1
}

// kind returns the place of a kind of changes, those of a slot by l.rules.
func (l *lineage) kind(slot int) int32 {
	reason := reasonOf(l.rules)
	for _, k := range l.of[slot] {
		if k.reason == reason && slices.Equal(l.kinds[k.kind].rules, l.rules) {
			return k.kind
		}
	}
	n := len(l.kinds)
	if n < cap(l.kinds) {
		l.kinds = l.kinds[:n+1] // with the memory of the kind that was there before
	} else {
		l.kinds = append(l.kinds, changeKind{})
	}
	k := &l.kinds[n]
	*k = changeKind{place: int32(n), slot: slot, rules: append(k.rules[:0], l.rules...), values: l.appendKind(k.values[:0], slot, l.rules)}
	l.of[slot] = append(l.of[slot], slotKind{reason, int32(n)})
	return int32(n)
}

// manyRules is the reason of kinds with more rules than go into a word.
const manyRules = math.MaxUint64

// reasonOf returns rules, up to four of them in their order, as one word.
func reasonOf(rules []rule.ID) (reason uint64) {
	if len(rules) > 4 {
		return manyRules
	}
	for _, id := range rules {
		reason = reason<<16 | uint64(id)
	}
	return reason
}

// append appends a change and returns its number.
func (k *changeKind) append(from, to string) int32 {
	k.values = table.AppendJSONPair(k.values, from, to)
	k.count++
	return k.count - 1
}

// writeChanges notes the cells of the row whose values are not what arrived, and the rules that say why.
func (w *transformer) writeChanges() {
	l := w.lineage
	made := l.made
	for i, rest := range w.edited {
		for calm := w.calm[i]; rest != 0; rest &= rest - 1 {
			at := bits.TrailingZeros64(rest)
			slot := 64*i + at
			switch o := w.known[slot]; {
			case calm>>at&1 == 0:
				made = append(made, w.ownChange(slot, o))
			case o.class:
				made = append(made, l.place(w.kindOf(slot, o), w.source[slot], w.row.Values[slot]).madeChange)
			default:
				if !l.again(&o.told) {
					o.told = l.place(w.kindOf(slot, o), o.text, o.value)
				}
				made = append(made, o.told.madeChange)
			}
		}
	}
	if len(made) > len(l.made) {
		l.made = made
		l.rows = append(l.rows, changedRow{w.number, w.line, w.variant, len(made)})
		w.out.changed++
	}
}

// ownChange returns a change that is told of the row alone; o is what is remembered of its cell, nil for nothing.
func (w *transformer) ownChange(slot int, o *outcome) madeChange {
	l, value, kind := w.lineage, w.row.Values[slot], w.changeKind(slot)
	if o == nil || o.class || !w.together {
		return l.place(kind, w.source[slot], value).madeChange
	}
	if !l.stands(&o.apart, kind, value) || !l.again(&o.apart) {
		o.apart = l.place(kind, o.text, value)
	}
	return o.apart.madeChange
}

// changeKind returns the kind of a change, by the hits that are told of the row alone.
func (w *transformer) changeKind(slot int) int32 {
	var reason uint64
	for i := w.hits.first[slot+1]; i != 0; i = w.hits.next[i-1] {
		if reason>>48 != 0 {
			reason = manyRules
			break
		}
		reason = reason<<16 | uint64(w.row.Hits[i-1].Rule)
	}
	l := w.lineage
	if kind := l.kindFor(slot, reason); kind >= 0 {
		return kind
	}
	l.rules = l.rules[:0]
	for i := w.hits.first[slot+1]; i != 0; i = w.hits.next[i-1] {
		l.rules = append(l.rules, w.row.Hits[i-1].Rule)
	}
	return l.kind(slot)
}

// kindOf returns the place of the kind of changes that an outcome makes, which it knows once it made one in the chunk.
func (w *transformer) kindOf(slot int, o *outcome) int32 {
	l := w.lineage
	if o.told.chunk != l.chunks {
		l.rules = o.distinctRules(l.rules[:0])
		o.told = placedChange{chunk: l.chunks, madeChange: madeChange{kind: l.kind(slot)}}
	}
	return o.told.kind
}
