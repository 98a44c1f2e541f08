package plan

import (
	"math/bits"
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
	namesKind   // which part of full names stands first
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

	"name_full": namesKind,
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

	tally  *tally
	digits *digitStats
	number *numberStats
	date   *dateStats
	code   *codeStats
	name   *nameStats
	shape  *contentStats

	// What the records of the last block hold, to be compared with other columns: a bit of a word each.
	filled       uint64            // those with a value
	ids          [blockRows]int32  // of these, the number of the distinct value, -1 beyond the limit
	moments      [blockRows]moment // of these, in columns of dates
	proved, open uint64            // dates that prove an order, and those that other dates may tell something about
}

// blockRows is how many records are counted together, column by column: each kind of evidence has a loop of its own.
const blockRows = 64

// noStats is for columns where the distinct values are all that counts.
type noStats struct{}

func (noStats) add(string, int64) {}

func newColumnEvidence(spec *columnSpec) *columnEvidence {
	c := &columnEvidence{spec: spec, words: make([]int64, len(spec.nulls.words))}
	switch spec.kind {
	case countsOnly:
		c.proper = make([]int64, len(spec.nulls.words))
	case wordsKind:
		c.tally = newTally(maxWords, noStats{})
	case digitsKind:
		c.digits = &digitStats{}
	case numbersKind:
		c.number = newNumberStats()
		c.tally = newTally(maxNumbers, c.number)
	case datesKind:
		c.date = newDateStats(spec)
	case codesKind:
		c.code = &codeStats{}
		c.tally = newTally(maxCodes, c.code)
	case namesKind:
		c.name = &nameStats{}
	case contentKind:
		c.shape = &contentStats{}
		c.tally = newTally(maxWords, c.shape)
	}
	return c
}

// A block is up to blockRows records, one after another, of so many cells each.
type block struct {
	text  []string
	width int
}

func (b block) records() int { return len(b.text) / b.width }

// cells are those of a block in one column.
type cells struct {
	block
	column int
	filled uint64 // records with a value, a bit each
}

func (c *cells) at(i int) *string { return &c.text[i*c.width+c.column] }

// add counts the cells of a block in one column.
func (c *columnEvidence) add(b block, column int) {
	block := cells{block: b, column: column}
	c.take(&block)
	c.filled = block.filled
	c.values += int64(bits.OnesCount64(c.filled))
	switch c.spec.kind {
	case countsOnly:
	case digitsKind:
		c.digits.addBlock(&block)
	case namesKind:
		c.name.addBlock(&block)
	case datesKind:
		c.addDates(&block)
	default:
		c.tally.addBlock(&block, &c.ids)
	}
}

func (c *columnEvidence) addDates(block *cells) {
	c.proved, c.open = 0, 0
	for left := block.filled; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		m := c.date.add(*block.at(i))
		if c.moments[i] = m; m.over != 0 {
			c.proved |= 1 << i
		}
		if m.either || m.serial {
			c.open |= 1 << i
		}
	}
}

// take finds out which cells hold a value, takes off what stands around it, and counts the others.
func (c *columnEvidence) take(block *cells) {
	var filled, odd uint64
	nulls, text, bit := c.spec.nulls, block.text, uint64(1)
	for at := uint(block.column); at < uint(len(text)); at += uint(block.width) {
		if cell := text[at]; cell != "" {
			filled |= bit
			if nulls.seeOn(cell) {
				odd |= bit
			}
		}
		bit <<= 1
	}
	for ; odd != 0; odd &= odd - 1 {
		i := bits.TrailingZeros64(odd)
		cell := block.at(i)
		if *cell = bare(*cell); *cell == "" {
			filled &^= 1 << i
		} else if c.addNull(*cell) {
			filled &^= 1 << i
			c.blank--
		}
	}
	block.filled = filled
	c.blank += int64(block.records() - bits.OnesCount64(filled))
}

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
	case namesKind:
		c.name.merge(o.name)
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
	ages    *ageStats         // nil: no ages beside birth dates
	both    []int64           // of b.spares: rows in which both columns hold a value
	differ  []int64           // of these, rows in which they do not hold the same
}

// Add counts records that stand one after another, of so many cells each: as many as there are columns, or more, which do not count. What
// stands around the values, as in the cells of spreadsheets, is taken off in place. Cells may alias a buffer that is reused.
func (e *Evidence) Add(text []string, width int) {
	for some := range slices.Chunk(text, blockRows*width) {
		e.addBlock(block{some, width})
	}
}

func (e *Evidence) addBlock(b block) {
	e.rows += int64(b.records())
	for i, c := range e.columns {
		c.add(b, i)
	}
	for i, p := range e.b.spares {
		e.spares[i].add(b, p.column)
		both := e.columns[p.column].filled & e.columns[p.first].filled
		e.both[i] += int64(bits.OnesCount64(both))
		for ; both != 0; both &= both - 1 {
			if at := bits.TrailingZeros64(both) * b.width; b.text[at+p.column] != b.text[at+p.first] {
				e.differ[i]++
			}
		}
	}
	for i, d := range e.b.dates {
		e.compare(e.columns[d], e.orders[i], e.splits[i])
	}
	if e.ages != nil {
		e.ages.addBlock(e, b)
	}
	for _, w := range []*byCode{e.byCode, e.joined} {
		for i := 0; w != nil && i < b.records(); i++ {
			w.add(e, i, b.text[i*b.width:])
		}
	}
}

// compare holds the dates of a block against other columns.
func (e *Evidence) compare(c *columnEvidence, order *orderTest, split *splitTest) {
	for left := c.proved; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		split.add(e, i, int(c.moments[i].over-1))
	}
	for left := c.open; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		order.add(e, i, &c.moments[i])
	}
}

// has reports whether the record at a place of the block holds a value in the column.
func (c *columnEvidence) has(i int) bool { return c.filled>>i&1 != 0 }

func (e *Evidence) merge(o *Evidence) {
	e.rows += o.rows
	for i, n := range o.both {
		e.both[i] += n
		e.differ[i] += o.differ[i]
		e.spares[i].merge(o.spares[i])
	}
	for i := range e.splits {
		e.splits[i].merge(e, o.splits[i], o)
		e.orders[i].merge(o.orders[i])
	}
	for i, c := range e.columns {
		c.merge(o.columns[i])
	}
	if e.ages != nil {
		e.ages.merge(o.ages)
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

func (t *orderTest) add(e *Evidence, i int, m *moment) {
	for _, p := range t.pairs {
		other := e.columns[p.other]
		o := &other.moments[i]
		if !other.has(i) || o.monthFirst == 0 || o.dayFirst == 0 {
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

func (t *splitTest) add(e *Evidence, i, over int) {
	for k, g := range e.b.groups {
		c := e.columns[g]
		if id := c.ids[i]; c.has(i) && id >= 0 && id < maxGroups {
			for len(t.counts[k]) <= int(id) {
				t.counts[k] = append(t.counts[k], [2]int64{})
			}
			t.counts[k][id][over]++
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
				if own = int(mine.add(theirs.values[id], 0)); own < 0 || own >= maxGroups {
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
