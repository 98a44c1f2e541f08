package engine

import (
	"hash/maphash"
	"math"
	"slices"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// A lineage gathers the changed cells of a chunk: every change once, and for each row which of them were made to it. One
// goroutine owns it.
type lineage struct {
	kinds  []changeKind // those in use, in the order of their appearance
	of     [][]slotKind // by slot: its kinds
	rows   []changedRow
	made   []madeChange // to the rows, one behind the other
	known  []knownChange
	room   int   // for further known changes
	chunks int32 // that were begun
	rules  []rule.ID
	offset []int  // by kind: number of its first change among all
	line   []byte // what text returned

	begins, then string // the names of the lists of a line
}

// A changeKind is all changes of one field for the same reasons.
type changeKind struct {
	slot   int
	rules  []rule.ID
	values []byte // pairs of texts as JSON: what arrived, what stands there now
	count  int32
	asked  int32 // changes that were looked up
	found  int32 // and known
}

// A slotKind is a kind of changes of a slot: its rules in one word, see reasonOf, and its place.
type slotKind struct {
	reason uint64
	kind   int32
}

// A changedRow is a row of the lineage; its changes follow those of the rows before it.
type changedRow struct {
	record, line int64
	variant      *variant
	changes      int32
}

// A madeChange is a change by its kind and its number there.
type madeChange struct{ kind, number int32 }

// A knownChange says where a change stands that may be made again. Only texts that JSON writes as they are become known. They are
// small: most of them are looked at in vain.
type knownChange struct {
	tag      uint32 // part of its sum
	at       uint32 // of what arrived, in the values of the kind
	number   int32
	kind     uint16 // 1 more than its kind; 0: free
	from, to uint8  // lengths of both texts
}

const (
	knownSlots  = 1 << 13
	knownTrial  = 256 // changes of a kind after which remembering them must have been of use
	knownShare  = 8   // that is, at least one known change in so many
	knownLength = 64  // bytes of a text that may be known
)

// A placedChange is the place of a change that the lineage of a chunk knows, for whoever makes it again.
type placedChange struct {
	chunk int32 // the lineage's number of it; 0: of none
	madeChange
}

// newLineage returns the lineage of rows with so many slots.
func newLineage(slots int) *lineage {
	return &lineage{of: make([][]slotKind, slots), known: make([]knownChange, knownSlots), chunks: 1, room: knownSlots / 2,
		begins: `"changes":[`, then: `],"rows":[`}
}

// reset empties the lineage and keeps its memory.
func (l *lineage) reset() {
	l.chunks++
	for i := range l.kinds {
		l.of[l.kinds[i].slot] = l.of[l.kinds[i].slot][:0]
	}
	l.kinds, l.rows, l.made = l.kinds[:0], l.rows[:0], l.made[:0]
	if l.room < knownSlots/2 {
		clear(l.known)
		l.room = knownSlots / 2
	}
}

// add notes a change of the row at hand, which begin has begun, and returns its place: of no chunk when it will not be found again.
func (l *lineage) add(slot int, rules []rule.ID, from, to string) placedChange {
	kind := l.kind(slot, rules)
	number, known := l.number(kind, from, to)
	l.rows[len(l.rows)-1].changes++
	l.made = append(l.made, madeChange{kind, number})
	if !known {
		return placedChange{}
	}
	return placedChange{l.chunks, madeChange{kind, number}}
}

// again notes a change of the row at hand that stands in the chunk already. It returns false where add is to look for it.
func (l *lineage) again(c placedChange) bool {
	if c.chunk != l.chunks || !l.kinds[c.kind].again() {
		return false
	}
	l.rows[len(l.rows)-1].changes++
	l.made = append(l.made, c.madeChange)
	return true
}

// kind returns the place of a kind of changes.
func (l *lineage) kind(slot int, rules []rule.ID) int32 {
	reason := reasonOf(rules)
	for _, k := range l.of[slot] {
		if k.reason == reason && (reason != manyRules || slices.Equal(l.kinds[k.kind].rules, rules)) {
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
	*k = changeKind{slot: slot, rules: append(k.rules[:0], rules...), values: k.values[:0]}
	l.of[slot] = append(l.of[slot], slotKind{reason, int32(n)})
	return int32(n)
}

// changeSeed is the same for the life of the process only: the order of known changes is never seen.
var changeSeed = maphash.MakeSeed()

// manyRules is the reason of kinds with more rules than go into a word.
const manyRules = math.MaxUint64

// reasonOf returns up to four rules, in their order, as one word.
func reasonOf(rules []rule.ID) (reason uint64) {
	if len(rules) > 4 {
		return manyRules
	}
	for _, id := range rules {
		reason = reason<<16 | uint64(id)
	}
	return reason
}

// useful reports whether remembering changes of a kind was of use so far.
func (k *changeKind) useful() bool { return k.asked < knownTrial || k.found*knownShare >= k.asked }

// again reports whether a known change of the kind is to be used again, and counts it, as number would.
func (k *changeKind) again() bool {
	if !k.useful() {
		return false
	}
	k.asked++
	k.found++
	return true
}

// number returns the number of a change among those of its kind, and whether it will be found again. It is the same whatever was
// asked before in other chunks.
func (l *lineage) number(kind int32, from, to string) (number int32, known bool) {
	k := &l.kinds[kind]
	if !k.useful() || len(from) > knownLength || len(to) > knownLength || kind >= math.MaxUint16 {
		return k.append(from, to), false
	}
	k.asked++
	sum := maphash.String(changeSeed, from)*0x9E3779B97F4A7C15 ^ maphash.String(changeSeed, to) + uint64(kind)
	wanted := knownChange{tag: uint32(sum >> 32), kind: uint16(kind) + 1, from: uint8(len(from)), to: uint8(len(to))}
	i := sum % knownSlots
	for ; l.known[i].kind != 0; i = (i + 1) % knownSlots {
		if c := &l.known[i]; c.tag == wanted.tag && c.kind == wanted.kind && c.is(k.values, from, to) {
			k.found++
			return c.number, true
		}
	}
	at := len(k.values) + len(`["`)
	if k.count > 0 {
		at++ // behind a comma
	}
	wanted.number = k.append(from, to)
	if l.room > 0 && len(k.values) == at+len(from)+len(`","`)+len(to)+len(`"]`) {
		wanted.at = uint32(at)
		l.known[i] = wanted
		l.room--
		return wanted.number, true
	}
	return wanted.number, false
}

// is reports whether the change stands for two texts.
func (c *knownChange) is(values []byte, from, to string) bool {
	a, b := int(c.from), int(c.to)
	if a != len(from) || b != len(to) {
		return false
	}
	text := values[c.at:]
	return string(text[:a]) == from && string(text[a+len(`","`):a+len(`","`)+b]) == to
}

// append appends a change and returns its number.
func (k *changeKind) append(from, to string) int32 {
	if k.count > 0 {
		k.values = append(k.values, ',')
	}
	k.values = table.AppendJSON(append(k.values, '['), from)
	k.values = append(table.AppendJSON(append(k.values, ','), to), ']')
	k.count++
	return k.count - 1
}

// begin begins a row.
func (l *lineage) begin(record, line int64, v *variant) {
	l.rows = append(l.rows, changedRow{record: record, line: line, variant: v})
}

// text returns the changes of the chunk as one line of JSON, which is valid until the next call; nothing when there are none.
func (l *lineage) text(t *transform) []byte {
	if len(l.rows) == 0 {
		return nil
	}
	dst := append(append(l.line[:0], t.changesHead...), l.begins...)
	l.offset = l.offset[:0]
	n := 0
	for i := range l.kinds {
		k := &l.kinds[i]
		l.offset = append(l.offset, n)
		n += int(k.count)
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(append(dst, `{"field":`...), t.layout.Names[k.slot])
		dst = append(dst, `,"rules":[`...)
		for r, id := range k.rules {
			if r > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, t.settings[id].id)
		}
		dst = append(append(append(dst, `],"values":[`...), k.values...), ']', '}')
	}
	dst = append(dst, l.then...)
	made := l.made
	for i, r := range l.rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendRow(dst, r.record, r.line, r.variant)
		for _, c := range made[:r.changes] {
			dst = appendNumber(append(dst, ','), int64(l.offset[c.kind])+int64(c.number))
		}
		made = made[r.changes:]
		dst = append(dst, ']')
	}
	l.line = append(dst, "]}\n"...)
	return l.line
}

// appendRow begins the list that names a row: its record, the line where that begins, and, of a record that makes
// several rows, the column that made this one.
func appendRow(dst []byte, record, line int64, v *variant) []byte {
	dst = appendNumber(append(dst, '['), record)
	dst = appendNumber(append(dst, ','), line)
	if v != nil {
		dst = appendJSON(append(dst, ','), v.name)
	}
	return dst
}

// appendNumber appends a number that is not negative in decimal, as strconv does with more steps.
func appendNumber(dst []byte, n int64) []byte {
	if n < 10_000 {
		d := &fourDigits[n]
		return append(dst, d.text[d.from:]...)
	}
	dst = appendNumber(dst, n/10_000)
	return append(dst, fourDigits[n%10_000].text[:]...)
}

// fourDigits are the numbers below 10,000 with zeros before them, and where they begin without.
var fourDigits = func() (all [10_000]struct {
	text [4]byte
	from uint8
}) {
	for n := range all {
		d := &all[n]
		for i, rest := 3, n; i >= 0; i, rest = i-1, rest/10 {
			d.text[i] = byte('0' + rest%10)
			if rest > 0 {
				d.from = uint8(i)
			}
		}
	}
	all[0].from = 3
	return all
}()

// writeChanges notes the cells of the row whose values are not what arrived, and the rules that say why.
func (w *transformer) writeChanges() {
	if len(w.changed) == 0 {
		return
	}
	l := w.lineage
	l.begin(w.number, w.line, w.variant)
	w.out.changed++
	for _, slot := range w.changed {
		o := w.known[slot]
		if w.calm.Has(slot) && l.again(o.told) {
			continue
		}
		l.rules = l.rules[:0]
		if w.calm.Has(slot) {
			l.rules = o.distinctRules(l.rules)
		}
		for i := w.hits.first[slot+1]; i != 0; i = w.hits.next[i-1] {
			l.rules = append(l.rules, w.row.Hits[i-1].Rule)
		}
		switch {
		case !w.calm.Has(slot):
			l.add(slot, l.rules, w.source[slot], w.row.Values[slot])
		case o.why != 0:
			o.told = l.add(slot, append(l.rules, o.why), o.text, o.value)
		default:
			o.told = l.add(slot, l.rules, o.text, o.value)
		}
	}
}
