// Package scorecard counts what arrived and what became of it, and puts it in proportion: for each column, table and job, before and
// after, each share with the counts it is made of (SPEC section 18). It keeps no value of any record, and everything in
// it is exact: a sum over parts, whatever their order.
package scorecard

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// A Tally counts the rows of one file while they are transformed. Each goroutine has its own; at the end the engine merges them.
//
// For each row the engine calls Null for every cell that held a word for no value, and then Row, once dispositions were applied
// and the row's fate is known. Cells that many rows have are counted with Cells, once. What is found about columns or the file as such it adds with Hit.
type Tally struct {
	columns []Column
	counts  []counts
	rules   [][]int64 // by slot, and last for rows as such; then by rule.ID; nil: none
	nulls   []words
	spreads []spread // of columns of dates and numbers
	rows    int64
	kept    int64
	weight  []uint8 // by rule.ID: the bit of its category, when it is at least a warning under the profile
	marks   []uint8 // of the row at hand, by slot: bits of the categories that its hits are in

	filled standardize.Slots // those that cells of the file fill

	looks   []looking
	scratch []byte
	samples []sample
	sampled []sampled // by rule.ID
	tests   *tests    // nil: no results
}

// A Column is one slot of a row's layout.
type Column struct {
	Field  string
	Header string // of the column of the file; "" for what the engine fills itself
	Type   string // family; "" for a column that passes untouched

	Companion bool // no cell of the file fills it
}

// counts are what is summed up about the cells of one column.
type counts struct {
	Blank        int64 `json:"blank,omitzero"`        // cells without anything
	NullWords    int64 `json:"null_words,omitzero"`   // cells with a word for no value
	Emptied      int64 `json:"emptied,omitzero"`      // cells whose value was a placeholder, or went to another field
	Unreadable   int64 `json:"unusable,omitzero"`     // cells whose value could not be read
	Changed      int64 `json:"changed,omitzero"`      // cells whose value is written differently afterwards
	Implausible  int64 `json:"implausible,omitzero"`  // cells with a value that is doubted
	Inconsistent int64 `json:"inconsistent,omitzero"` // cells with a value that contradicts another

	ValuesAfter       int64 `json:"values_after,omitzero"`       // cells with a value, in rows that are kept
	UnreadableAfter   int64 `json:"unusable_after,omitzero"`     // of those: kept although it could not be read
	ImplausibleAfter  int64 `json:"implausible_after,omitzero"`  // kept although it is doubted
	InconsistentAfter int64 `json:"inconsistent_after,omitzero"` // kept although it contradicts another
}

// NewTally returns a tally of rows whose slots are the given columns.
func NewTally(p *profile.Profile, columns []Column) *Tally {
	n := len(columns)
	t := &Tally{columns: columns, counts: make([]counts, n), filled: standardize.NewSlots(n), rules: make([][]int64, n+1),
		tests: testsOf(columns), spreads: spreadsOf(columns), looks: lookingOf(columns), nulls: make([]words, n), marks: make([]uint8, n), weight: make([]uint8, p.RuleCount())}
	for slot := range columns {
		if !columns[slot].Companion {
			t.filled.Add(slot)
		}
	}
	for id := range t.weight {
		if severity, _ := p.RuleFor(rule.ID(id)); severity != 0 && severity <= rule.Warning {
			t.weight[id] = 1 << CategoryOf(rule.ID(id))
		}
	}
	return t
}

// Null notes that the cell of the row at hand held a word for no value; word is the word of the null table, in its spelling.
func (t *Tally) Null(slot int, word string) {
	t.null(slot, word, 1)
	t.marks[slot] |= markNull
}

// null counts a word.
func (t *Tally) null(slot int, word string, n int64) {
	t.scratch = append(t.scratch[:0], word...)
	t.nulls[slot].add(t.scratch, n)
}

// markNull marks a cell with a word for no value, beside the bits of categories.
const markNull = 1 << 7

// A Cell is what became of the cells of a column that are counted together, and what was found of them.
type Cell struct {
	Fate Fate
	Left bool   // a value stands there now
	Null string // the word for no value that stood there, else ""
	Hits []standardize.Hit
}

// A Fate is what became of a cell.
type Fate uint8

// Fates.
const (
	Blank   Fate = iota // nothing stood there
	Emptied             // no value is left
	Kept
	Changed
)

// FateOf returns what became of a cell by what stood in it and what stands there now.
func FateOf(raw, value string) Fate {
	switch {
	case isBlank(raw):
		return Blank
	case value == "":
		return Emptied
	case value == raw:
		return Kept
	}
	return Changed
}

// Cells counts a cell of n rows that are kept, all but how its values lie. It can be read.
func (t *Tally) Cells(slot int, c Cell, n int64) {
	var marks uint8
	if c.Null != "" {
		t.null(slot, c.Null, n)
		marks = markNull
	}
	for _, h := range c.Hits {
		t.Hit(h.Slot, h.Rule, n)
		marks |= t.weight[h.Rule]
	}
	var one counts
	one.cell(c.Fate, c.Left, false, marks, true)
	t.counts[slot].add(&one, n)
}

// Row counts a row: as it arrived (Raw), and, when it is kept and not quarantined, as it leaves (Values). Of slots that are apart, which are
// left to Cells, it counts only how their values lie, of companions those that were touched: the others are empty. The hits are those of the
// row that are not apart.
func (t *Tally) Row(r *standardize.Row, hits []standardize.Hit, apart standardize.Slots, kept bool) {
	t.rows++
	if kept {
		t.kept++
	}
	for _, h := range hits {
		t.Hit(h.Slot, h.Rule, 1)
		if h.Slot >= 0 {
			t.marks[h.Slot] |= t.weight[h.Rule]
		}
	}
	for i, filled := range t.filled {
		for rest := filled &^ apart[i]; rest != 0; rest &= rest - 1 {
			t.cell(r, 64*i+bits.TrailingZeros64(rest), kept)
		}
		t.companions(r, i, r.Touched[i]&^filled, kept)
	}
	for i := range t.spreads {
		if s := &t.spreads[i]; r.Values[s.slot] != "" {
			s.add(r.Values[s.slot], kept)
		}
	}
	if t.tests != nil && r.Values[t.tests.number] != "" {
		t.tests.add(r.Values, kept)
	}
}

// companions counts those companions of a row whose bits are set in a word of slots. That they were blank is true of all rows, see blank.
func (t *Tally) companions(r *standardize.Row, word int, rest uint64, kept bool) {
	values, unusable, marks, counts := r.Values, r.Unusable[:len(r.Values)], t.marks[:len(r.Values)], t.counts[:len(r.Values)]
	for ; rest != 0; rest &= rest - 1 {
		slot := 64*word + bits.TrailingZeros64(rest)
		if kept && values[slot] != "" {
			counts[slot].ValuesAfter++
			if unusable[slot] || marks[slot] != 0 {
				counts[slot].doubted(unusable[slot], marks[slot])
			}
		}
		marks[slot] = 0
	}
}

// cell counts a cell of a row.
func (t *Tally) cell(r *standardize.Row, slot int, kept bool) {
	c, raw, value := &t.counts[slot], r.Raw[slot], r.Values[slot]
	if t.marks[slot] == 0 && !r.Unusable[slot] && c.plain(raw, value, kept) {
		return
	}
	c.cell(FateOf(raw, value), value != "", r.Unusable[slot], t.marks[slot], kept)
	t.marks[slot] = 0
}

// blank is how many cells of a column stood without anything.
func (t *Tally) blank(slot int) int64 {
	if t.columns[slot].Companion {
		return t.rows
	}
	return t.counts[slot].Blank
}

// plain counts a cell as cell does, when it is one of nearly all: empty, or beginning with a letter or digit, and nothing was found
// that matters. It returns false for others.
func (c *counts) plain(raw, value string, kept bool) bool {
	switch {
	case raw == "":
		c.Blank++
	case raw[0] <= ' ' || raw[0] >= utf8.RuneSelf:
		return false
	case value == "":
		c.Emptied++
	case value != raw:
		c.Changed++
	}
	if kept && value != "" {
		c.ValuesAfter++
	}
	return true
}

// Hit counts a rule that fired n times on a column, or on the file as such (slot -1).
func (t *Tally) Hit(slot int, id rule.ID, n int64) {
	if slot < 0 {
		slot = len(t.columns)
	}
	if t.rules[slot] == nil {
		t.rules[slot] = make([]int64, len(t.weight))
	}
	t.rules[slot][id] += n
}

// cell counts one cell: what became of it, whether a value stands there now, and whether it could be read.
func (c *counts) cell(fate Fate, value, unusable bool, marks uint8, kept bool) {
	unreadable, implausible, inconsistent := doubts(unusable, marks)
	switch {
	case marks&markNull != 0:
		c.NullWords++
	case fate == Blank:
		c.Blank++
	case fate == Emptied && !unusable:
		c.Emptied++
	default:
		add(&c.Unreadable, unreadable)
		add(&c.Changed, fate == Changed && !unreadable)
		add(&c.Implausible, implausible)
		add(&c.Inconsistent, inconsistent)
	}
	if kept && value {
		c.after(unusable, marks)
	}
}

// after counts a value that is kept.
func (c *counts) after(unusable bool, marks uint8) {
	c.ValuesAfter++
	if unusable || marks != 0 {
		c.doubted(unusable, marks)
	}
}

// doubted counts what is to be doubted of a value that is kept.
func (c *counts) doubted(unusable bool, marks uint8) {
	unreadable, implausible, inconsistent := doubts(unusable, marks)
	add(&c.UnreadableAfter, unreadable)
	add(&c.ImplausibleAfter, implausible)
	add(&c.InconsistentAfter, inconsistent)
}

// doubts says what is to be doubted of a value: what is not believed was read.
func doubts(unusable bool, marks uint8) (unreadable, implausible, inconsistent bool) {
	implausible, inconsistent = marks&(1<<Plausibility) != 0, marks&(1<<Consistency) != 0
	return unusable && !implausible && !inconsistent, implausible, inconsistent
}

// isBlank reports whether nothing but white space stands in a cell.
func isBlank(s string) bool {
	if s != "" && s[0] > ' ' && s[0] < utf8.RuneSelf {
		return false
	}
	return strings.TrimSpace(s) == ""
}

func add(counter *int64, yes bool) {
	if yes {
		*counter++
	}
}

// Merge adds what another tally of the same file counted.
func (t *Tally) Merge(o *Tally) {
	t.rows += o.rows
	t.kept += o.kept
	for i := range o.counts {
		t.counts[i].add(&o.counts[i], 1)
		t.nulls[i].merge(o.nulls[i])
	}
	for i := range o.spreads {
		t.spreads[i].merge(&o.spreads[i])
	}
	for i := range o.looks {
		t.looks[i].before.merge(&o.looks[i].before)
		t.looks[i].after.merge(&o.looks[i].after)
	}
	t.samples = append(t.samples, o.samples...)
	if t.tests != nil {
		t.tests.merge(o.tests)
	}
	for slot, rules := range o.rules {
		for id, n := range rules {
			if n != 0 {
				t.Hit(slot, rule.ID(id), n)
			}
		}
	}
}

func (c *counts) add(o *counts, n int64) {
	c.Blank += n * o.Blank
	c.NullWords += n * o.NullWords
	c.Emptied += n * o.Emptied
	c.Unreadable += n * o.Unreadable
	c.Changed += n * o.Changed
	c.Implausible += n * o.Implausible
	c.Inconsistent += n * o.Inconsistent
	c.ValuesAfter += n * o.ValuesAfter
	c.UnreadableAfter += n * o.UnreadableAfter
	c.ImplausibleAfter += n * o.ImplausibleAfter
	c.InconsistentAfter += n * o.InconsistentAfter
}
