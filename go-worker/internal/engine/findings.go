package engine

import (
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// distinctHits are the hits of a row without those that repeat others. Those that are to be told of the row alone, not of all that share an
// outcome, stand in chains by slot: numbers, each one more than the place of its hit, 0 at the end.
type distinctHits struct {
	first []int32           // by slot, the row as such before them
	next  []int32           // by hit
	told  []int32           // hits to be told or listed, in their order
	own   []standardize.Hit // those that are to be told of the row alone, with those that repeat others
}

// sort takes the hits of a row. Of those of calm cells it tells only what is listed.
func (d *distinctHits) sort(hits []standardize.Hit, calm standardize.Slots, dispositions []rule.Disposition) {
	clear(d.first)
	d.told, d.own, d.next = d.told[:0], d.own[:0], slices.Grow(d.next[:0], len(hits))[:len(hits)]
	for i, h := range hits {
		if calm.Has(h.Slot) {
			if dispositions[h.Rule] != rule.Fix && !repeats(hits[:i], h) {
				d.told = append(d.told, int32(i))
			}
			continue
		}
		d.own = append(d.own, h)
		to := &d.first[h.Slot+1]
		for *to != 0 && hits[*to-1].Rule != h.Rule {
			to = &d.next[*to-1]
		}
		if *to == 0 {
			*to = int32(i) + 1
			d.next[i] = 0
			d.told = append(d.told, int32(i))
		}
	}
}

// repeats reports whether a hit of a calm cell stands among those before it: they are all behind one another.
func repeats(before []standardize.Hit, h standardize.Hit) bool {
	for i := len(before) - 1; i >= 0 && before[i].Slot == h.Slot; i-- {
		if before[i] == h {
			return true
		}
	}
	return false
}

// add adds a hit behind all others, the first one of its slot.
func (d *distinctHits) add(h standardize.Hit) {
	d.own, d.next = append(d.own, h), append(d.next, 0)
	d.first[h.Slot+1] = int32(len(d.next))
	d.told = append(d.told, int32(len(d.next)-1))
}

// findings gathers what is listed of a chunk: for each rule and column the rows. One goroutine owns it.
type findings struct {
	groups []findingGroup // those in use, in the order of their appearance
	of     [][]int32      // by slot, the row as such before them: its groups
}

// A findingGroup is all that a rule found in a column.
type findingGroup struct {
	slot   int
	column int // of the file, where the slot is filled by several in turn; else -1
	rule   rule.ID
	count  int64
	rows   []byte
	masks  masks  // of the cells, where the finding is about a column
	keys   []byte // JSON, the hashes of the keys of the rows
}

func newFindings(slots int) *findings { return &findings{of: make([][]int32, slots+1)} }

// reset empties the findings and keeps their memory.
func (f *findings) reset() {
	for i := range f.groups {
		slot := f.groups[i].slot + 1
		f.of[slot] = f.of[slot][:0]
	}
	f.groups = f.groups[:0]
}

// group returns the findings of a rule in a column.
func (f *findings) group(slot, column int, id rule.ID) *findingGroup {
	for _, g := range f.of[slot+1] {
		if g := &f.groups[g]; g.rule == id && g.column == column {
			return g
		}
	}
	n := len(f.groups)
	if n < cap(f.groups) {
		f.groups = f.groups[:n+1] // with the memory of the group that was there before
	} else {
		f.groups = append(f.groups, findingGroup{})
	}
	g := &f.groups[n]
	*g = findingGroup{slot: slot, column: column, rule: id, rows: g.rows[:0], masks: g.masks, keys: g.keys[:0]}
	g.masks.reset()
	f.of[slot+1] = append(f.of[slot+1], int32(n))
	return &f.groups[n]
}

// write appends a line for each group.
func (f *findings) write(dst []byte, t *transform) []byte {
	for i := range f.groups {
		g := &f.groups[i]
		field, header := "", ""
		if g.slot >= 0 {
			field, header = t.layout.Names[g.slot], t.headers[g.slot]
		}
		if g.column >= 0 {
			header = t.section.Columns[g.column].Header
		}
		dst = appendColumn(append(dst, t.issueHead...), field, header)
		dst = g.masks.appendTo(dst)
		if len(g.keys) > 0 {
			dst = append(append(append(dst, `"record_key_hash":[`...), g.keys...), "],"...)
		}
		dst = t.settings[g.rule].appendTo(dst, g.count, g.rows)
	}
	return dst
}

// list counts what was found, and lists what is more than a lossless change.
func (w *transformer) list() {
	key := ""
	w.place = w.place[:0]
	for _, i := range w.hits.told {
		if int(i) < w.counted {
			continue
		}
		h := w.row.Hits[i]
		if !w.calm.Has(h.Slot) {
			w.counts.add(h.Slot, h.Rule, 1)
		}
		if w.dispositions[h.Rule] == rule.Fix {
			continue
		}
		column := -1
		if w.variant != nil && h.Slot == w.variant.column.slot {
			column = w.variant.source
		}
		g := w.findings.group(h.Slot, column, h.Rule)
		if g.count > 0 {
			g.rows = append(g.rows, ',')
		}
		g.count++
		if len(w.place) == 0 {
			w.place = append(appendRow(w.place, w.number, w.line, w.variant), ']')
		}
		g.rows = append(g.rows, w.place...)
		raw := ""
		if h.Slot >= 0 {
			raw = w.source[h.Slot]
		}
		w.tally.Sample(h.Rule, h.Slot, w.number, w.line, raw)
		if h.Slot >= 0 {
			g.masks.add(raw)
			if w.suggests[h.Rule] {
				w.suggest(h)
			}
		}
		if w.hashed != nil {
			if key == "" {
				key = w.hashed.hash(&w.row)
			}
			g.keys = appendListed(g.keys, key)
		}
		w.out.listed++
	}
}

// appendListed appends a text to the elements of a list of JSON.
func appendListed(list []byte, s string) []byte {
	if len(list) > 0 {
		list = append(list, ',')
	}
	return appendJSON(list, s)
}

// appendColumn appends the part of an issue's line that says which column it is about.
func appendColumn(dst []byte, field, header string) []byte {
	dst = appendJSON(append(dst, `"field":`...), field)
	return append(appendJSON(append(dst, `,"source_column":`...), header), ',')
}

// appendTo appends the end of an issue's line, from the rule on; rows are the rows concerned, if it names any.
func (s *setting) appendTo(dst []byte, count int64, rows []byte) []byte {
	dst = append(append(dst, `"rule_id":"`...), s.id...)
	dst = append(append(dst, `","severity":"`...), s.severity.String()...)
	dst = append(append(dst, `","disposition":"`...), s.disposition.String()...)
	dst = appendJSON(append(dst, `","message":`...), s.message)
	if s.suggests {
		dst = appendJSON(append(dst, `,"suggestion":`...), suggestionNote)
	}
	dst = strconv.AppendInt(append(dst, `,"count":`...), count, 10)
	if len(rows) > 0 {
		dst = append(append(append(dst, `,"rows":[`...), rows...), ']')
	}
	return append(dst, '}', '\n')
}
