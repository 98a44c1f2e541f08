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
	lengths      []int         // by slot: bytes of its kinds
	first        []uint32      // by kind: the number of its first change among all
	text         []byte
	ends         []int // of the parts in the text, but the last one
	parts        [][]byte
}

// partLength is from how many bytes on the changes of a field are a part.
const partLength = 8 << 10

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

// line returns the changes of a chunk, which has some, as one line of JSON, in parts that are valid until the next call: fields that
// have few changes, each of the other fields, and the rows.
func (l *lineage) line() [][]byte {
	w := &l.lines
	w.sort(l.kinds)
	w.ends, w.parts = w.ends[:0], w.parts[:0]
	begun := 0
	text := append(append(w.text[:0], l.changesHead...), w.begins...)
	for i, k := range w.order {
		values := k.values
		values[len(values)-1] = ']' // for the comma behind the last change
		if i == 0 {
			values = values[1:]
		} else if w.isPart(k) && w.order[i-1].slot != k.slot {
			w.ends = append(w.ends, len(text))
		}
		text = append(append(text, values...), '}')
	}
	w.ends = append(w.ends, len(text))
	text = l.appendRows(append(text, w.then...))
	w.text = text
	for _, end := range w.ends {
		w.parts = append(w.parts, text[begun:end])
		begun = end
	}
	w.parts = append(w.parts, text[begun:])
	return w.parts
}

// isPart reports whether the changes of the kind's field are a part.
func (w *changeLines) isPart(k *changeKind) bool { return w.lengths[k.slot] >= partLength }

// sort puts the kinds in order and counts their changes: those of fields that are parts behind the others. The shortest numbers are for
// changes that were made again and again.
func (w *changeLines) sort(kinds []changeKind) {
	w.order = w.order[:0]
	clear(w.lengths)
	for i := range kinds {
		w.order = append(w.order, &kinds[i])
		w.lengths[kinds[i].slot] += len(kinds[i].values)
	}
	slices.SortStableFunc(w.order, func(a, b *changeKind) int {
		switch c := w.isPart(a); {
		case c != w.isPart(b):
			return cmp.Compare(w.lengths[a.slot], w.lengths[b.slot])
		case c && a.slot != b.slot:
			return cmp.Compare(a.slot, b.slot)
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
			end++
			if n := first[c.kind] + uint32(c.number); n < 10_000 { // as putNumber does
				end += fourDigits[n].put(unsafe.Add(to, end))
			} else {
				end += putNumber(unsafe.Add(to, end), n)
			}
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
