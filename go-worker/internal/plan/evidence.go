package plan

import (
	"slices"
	"time"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/shape"
)

// An evidenceKind is what is counted about a column; only what its field's decisions need.
type evidenceKind uint8

const (
	countsOnly evidenceKind = iota // values and null words
	wordsKind                      // distinct values
	digitsKind
	numbersKind
	datesKind
	codesKind
	contentKind // of unknown columns: distinct values, and what they look like
)

var kinds = map[string]evidenceKind{
	"": contentKind,

	"identifier": digitsKind, "ssn": digitsKind, "npi": digitsKind, "mbi": digitsKind, "phone": digitsKind, "zip": digitsKind,

	"gender": wordsKind, "birth_sex": wordsKind, "race": wordsKind, "ethnicity": wordsKind, "language": wordsKind,
	"marital_status": wordsKind, "boolean": wordsKind, "value_set": wordsKind, "state": wordsKind, "country": wordsKind,
	"unit": wordsKind, "interpretation": wordsKind, "encounter_class": wordsKind, "route": wordsKind, "frequency": wordsKind,
	"code_system": wordsKind, "text": wordsKind,

	"age": numbersKind, "integer": numbersKind, "decimal": numbersKind, "vital": numbersKind, "result_value": numbersKind,

	"date": datesKind, "datetime": datesKind,

	"code": codesKind,
}

// Limits of distinct values kept by kind, and of the groups a mixed date column is tried to be split by.
const (
	maxWords   = 2000
	maxNumbers = 4096
	maxCodes   = 20000
	maxGroups  = 16
)

// columnSpec is what counting needs to know about a column.
type columnSpec struct {
	kind        evidenceKind
	nulls       *NullSet
	births      bool
	mayBeFuture bool // a date field whose dates may lie in the future
	today       time.Time
}

// columnEvidence are the counts of one column.
type columnEvidence struct {
	spec   *columnSpec
	values int64
	blank  int64
	words  []int64 // by word of the null set
	proper []int64 // likewise, of texts: those written as a name is, Nan

	last   int32 // number of the last distinct value, -1 none
	tally  *tally
	digits *digitStats
	number *numberStats
	date   *dateStats
	code   *codeStats
	shape  *contentStats
	moment moment // of the last cell
	filled bool   // whether the last cell held a value
}

// noStats is for columns where the distinct values are all that counts.
type noStats struct{}

func (noStats) add(string, int64) {}

func newColumnEvidence(spec *columnSpec) *columnEvidence {
	c := &columnEvidence{spec: spec, words: make([]int64, len(spec.nulls.words)), last: -1}
	switch spec.kind {
	case countsOnly:
		c.proper = make([]int64, len(spec.nulls.words))
	case wordsKind:
		c.tally = newTally(maxWords, 256, noStats{})
	case digitsKind:
		c.digits = &digitStats{}
	case numbersKind:
		c.number = newNumberStats()
		c.tally = newTally(maxNumbers, 1024, c.number)
	case datesKind:
		c.date = newDateStats(spec)
	case codesKind:
		c.code = &codeStats{}
		c.tally = newTally(maxCodes, 1024, c.code)
	case contentKind:
		c.shape = &contentStats{}
		c.tally = newTally(maxWords, 256, c.shape)
	}
	return c
}

func (c *columnEvidence) add(cell string) {
	if !IsBare(cell) { // here and below, what can be seen at once is not called for
		cell = bare(cell)
	}
	if cell == "" {
		c.blank++
		c.nothing()
		return
	}
	if c.spec.nulls.may(cell) && c.addNull(cell) {
		c.nothing()
		return
	}
	c.values++
	c.filled = true
	switch c.spec.kind {
	case countsOnly:
	case digitsKind:
		c.digits.add(cell, 1)
	case datesKind:
		c.moment = c.date.add(cell)
	default:
		c.last = c.tally.add(cell)
	}
}

// nothing notes that the last cell held no value.
func (c *columnEvidence) nothing() { c.last, c.moment, c.filled = -1, moment{}, false }

// addNull counts a word for no value; it returns false for a value.
func (c *columnEvidence) addNull(cell string) bool {
	w := c.spec.nulls.find(cell)
	if w < 0 {
		return false
	}
	c.words[w]++
	if c.proper != nil && shape.IsTitle(cell) {
		c.proper[w]++
	}
	return true
}

func (c *columnEvidence) merge(o *columnEvidence) {
	c.values += o.values
	c.blank += o.blank
	for i, n := range o.words {
		c.words[i] += n
	}
	for i, n := range o.proper {
		c.proper[i] += n
	}
	if c.tally != nil {
		c.tally.merge(o.tally)
	}
	switch c.spec.kind {
	case digitsKind:
		c.digits.merge(o.digits)
	case numbersKind:
		c.number.merge(o.number)
	case datesKind:
		c.date.merge(o.date)
	case codesKind:
		c.code.merge(o.code)
	case contentKind:
		c.shape.merge(o.shape)
	}
}

// Evidence are the counts over some rows of one file: of a chunk, or, merged, of the whole. It serves one goroutine;
// merging is exact, in any order.
type Evidence struct {
	b       *Builder
	rows    int64
	columns []*columnEvidence
	orders  []*orderTest      // of columns in b.dates
	splits  []*splitTest      // of columns in b.dates
	byCode  *byCode           // nil: no column of results with codes
	joined  *byCode           // the same with the columns that may complete those; nil: there are none
	spares  []*columnEvidence // of b.spares, as columns that pass untouched
	both    []int64           // of b.spares: rows in which both columns hold a value
}

// AddRow counts one record. Cells may alias a buffer that is reused; missing ones count as empty, further ones not at all.
func (e *Evidence) AddRow(cells []string) {
	e.rows++
	e.addCells(cells)
	for i, p := range e.b.spares {
		if p.column < len(cells) {
			e.spares[i].add(cells[p.column])
		} else {
			e.spares[i].add("")
		}
		if e.columns[p.column].filled && e.columns[p.first].filled {
			e.both[i]++
		}
	}
	for i, d := range e.b.dates {
		m := &e.columns[d].moment
		if m.over != 0 {
			e.splits[i].add(e, int(m.over-1))
		}
		if m.either || m.serial {
			e.orders[i].add(e, m)
		}
	}
	if e.byCode != nil {
		e.byCode.add(e, cells)
	}
	if e.joined != nil {
		e.joined.add(e, cells)
	}
}

func (e *Evidence) addCells(cells []string) {
	present := min(len(cells), len(e.columns))
	for i, c := range e.columns[:present] {
		c.add(cells[i])
	}
	for _, c := range e.columns[present:] {
		c.add("")
	}
}

// Add counts records.
func (e *Evidence) Add(rows [][]string) {
	for _, r := range rows {
		e.AddRow(r)
	}
}

func (e *Evidence) merge(o *Evidence) {
	e.rows += o.rows
	for i, n := range o.both {
		e.both[i] += n
		e.spares[i].merge(o.spares[i])
	}
	for i := range e.splits {
		e.splits[i].merge(e, o.splits[i], o)
		e.orders[i].merge(o.orders[i])
	}
	for i, c := range e.columns {
		c.merge(o.columns[i])
	}
	if e.byCode != nil {
		e.byCode.merge(e, o.byCode, o)
	}
	if e.joined != nil {
		e.joined.merge(e, o.joined, o)
	}
}

// An orderTest holds one date column against others of the same row: a birth date is not after an event, a start not
// after an end. It counts the rows that each reading breaks.
type orderTest struct {
	pairs  []datePair
	rows   int64    // where this column's date depends on the order and the other one is known
	broken [2]int64 // read [0] month first, [1] day first

	serials      int64    // rows where one of both is a bare number
	serialBroken [2]int64 // read as days since [0] 1899-12-30, [1] 1904-01-01
}

// A datePair says that the column must not be after (or before) another one.
type datePair struct {
	other int
	after bool // this column is the later one
}

// days1904 lie between the two date systems of spreadsheets.
const days1904 = 1462

func (t *orderTest) add(e *Evidence, m *moment) {
	for _, p := range t.pairs {
		o := &e.columns[p.other].moment
		if o.monthFirst == 0 || o.dayFirst == 0 {
			continue
		}
		if m.either {
			t.rows++
			if p.breaks(m.monthFirst, o.monthFirst) {
				t.broken[0]++
			}
			if p.breaks(m.dayFirst, o.dayFirst) {
				t.broken[1]++
			}
		}
		if m.serial && !o.serial && m.monthFirst != 0 {
			t.serials++
			if p.breaks(m.monthFirst, o.monthFirst) {
				t.serialBroken[0]++
			}
			if p.breaks(m.monthFirst+days1904, o.monthFirst) {
				t.serialBroken[1]++
			}
		}
		return // one pair a row: a row counts once
	}
}

func (p datePair) breaks(this, other int32) bool {
	if p.after {
		return this < other
	}
	return this > other
}

func (t *orderTest) merge(o *orderTest) {
	t.rows += o.rows
	t.serials += o.serials
	for i := range t.broken {
		t.broken[i] += o.broken[i]
		t.serialBroken[i] += o.serialBroken[i]
	}
}

// A splitTest counts, by the value of each column with few of them, which order the dates of one column prove: a file
// glued together from two sites can be told apart again.
type splitTest struct {
	counts [][][2]int64 // by column in b.groups, by number of its value
}

func (t *splitTest) add(e *Evidence, over int) {
	for i, g := range e.b.groups {
		if id := e.columns[g].last; id >= 0 && id < maxGroups {
			for len(t.counts[i]) <= int(id) {
				t.counts[i] = append(t.counts[i], [2]int64{})
			}
			t.counts[i][id][over]++
		}
	}
}

// merge must run before the columns are merged: it matches values by their text.
func (t *splitTest) merge(e *Evidence, o *splitTest, from *Evidence) {
	for i, g := range e.b.groups {
		mine, theirs := e.columns[g].tally.in, from.columns[g].tally.in
		if mine.over || theirs.over {
			continue // no column of few values after all
		}
		for id, n := range o.counts[i] {
			if n == [2]int64{} {
				continue
			}
			own := slices.Index(mine.values, theirs.values[id])
			if own < 0 {
				mineID, _ := mine.add(theirs.values[id], 0)
				if own = int(mineID); own < 0 || own >= maxGroups {
					continue
				}
			}
			for len(t.counts[i]) <= own {
				t.counts[i] = append(t.counts[i], [2]int64{})
			}
			t.counts[i][own][0] += n[0]
			t.counts[i][own][1] += n[1]
		}
	}
}

// isBirth reports whether a date field is one of birth.
func isBirth(t *profile.Table, field string) bool {
	f := t.Field(field)
	return f != nil && f.Params["role"] == "birth"
}

// mayBeFuture reports whether a date field may hold dates in the future: ends and expiries.
func mayBeFuture(t *profile.Table, field string) bool {
	f := t.Field(field)
	return f == nil || f.Params["role"] != "birth" && f.Params["role"] != "past"
}
