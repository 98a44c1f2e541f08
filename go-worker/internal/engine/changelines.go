package engine

import (
	"cmp"
	"slices"
	"unsafe"

	"harmonizer/go-worker/internal/rule"
)

// changeLines writes the lines of lineages, in parts whose letters differ: each is packed on its own.
type changeLines struct {
	begins, then string        // the names of the lists of a line
	order        []*changeKind // of the kinds in the line
	first        []uint32      // by kind: the number of its first change among all
	few, rows    []byte        // parts: kinds that have few changes, behind the beginning of the line; and the rows
	parts        [][]byte
}

// partLength is from how many bytes on the changes of a kind are a part.
const partLength = 8 << 10

// isPart reports whether the changes of a kind are one.
func (k *changeKind) isPart() bool { return len(k.values) >= partLength }

// share is how often the changes of a kind were made again, on average.
func (k *changeKind) share() float64 { return float64(k.found) / float64(k.count) }

// appendKind begins a kind, behind a comma.
func (t *transform) appendKind(dst []byte, slot int, rules []rule.ID) []byte {
	dst = appendJSON(append(dst, `,{"field":`...), t.layout.Names[slot])
	dst = append(dst, `,"rules":[`...)
	for i, id := range rules {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(dst, t.settings[id].id)
	}
	return append(dst, `],"values":[`...)
}

// line returns the changes of a chunk, which has some, as one line of JSON, in parts that are valid until the next call.
func (l *lineage) line() [][]byte {
	w := &l.lines
	w.sort(l.kinds)
	w.few, w.parts = append(append(w.few[:0], l.changesHead...), w.begins...), append(w.parts[:0], nil)
	for i, k := range w.order {
		k.values[len(k.values)-1] = ']' // for the comma behind the last change
		k.values = append(k.values, '}')
		switch {
		case i == 0:
			w.few = append(w.few, k.values[1:]...)
		case k.isPart():
			w.parts = append(w.parts, k.values)
		default:
			w.few = append(w.few, k.values...)
		}
	}
	w.rows = l.appendRows(append(w.rows[:0], w.then...))
	w.parts = append(w.parts, w.rows)
	w.parts[0] = w.few
	return w.parts
}

// sort puts the kinds in order and counts their changes. The shortest numbers are for changes that were made again and again.
func (w *changeLines) sort(kinds []changeKind) {
	w.order = w.order[:0]
	for i := range kinds {
		w.order = append(w.order, &kinds[i])
	}
	slices.SortStableFunc(w.order, func(a, b *changeKind) int {
		if a.isPart() != b.isPart() {
			return cmp.Compare(len(a.values), len(b.values))
		}
		return cmp.Compare(b.share(), a.share())
	})
	w.first = slices.Grow(w.first[:0], len(kinds))[:len(kinds)]
	var n uint32
	for _, k := range w.order {
		w.first[k.place] = n
		n += uint32(k.count)
	}
}

// appendRows appends the rows, and the end of the line.
func (l *lineage) appendRows(dst []byte) []byte {
	first, at := l.lines.first, 0
	for i := range l.rows {
		r := &l.rows[i]
		made := l.made[at:r.until]
		at = r.until
		dst = slices.Grow(appendRow(dst, r.record, r.line, r.variant), (len(made)+1)*numberRoom)
		to, end := unsafe.Pointer(unsafe.SliceData(dst)), len(dst)
		for _, c := range made {
			*(*byte)(unsafe.Add(to, end)) = ','
			end += 1 + putNumber(unsafe.Add(to, end+1), first[c.kind]+uint32(c.number))
		}
		dst = append(dst[:end], "],"...)
	}
	return append(dst[:len(dst)-1], "]}\n"...)
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
