package engine

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/match"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/reference"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/standardize"
	"harmonizer/go-worker/internal/table"
)

// A transformer turns records into rows. One goroutine owns it.
type transformer struct {
	*transform
	memos   []memo
	works   []workMemory // of the steps
	cell    standardize.Cell
	usual   standardize.Cell  // of values that are no outcomes
	arena   standardize.Arena // texts made for the block at work
	outcome outcome           // of a text that no memo knows
	counts  issueCounts
	tally   *scorecard.Tally
	hasher  *match.Hasher
	namer   *reference.Taker // nil where nothing is to be found by the names in rows
	out     *rows            // of the chunk at work

	lineage  *lineage  // of the chunk
	supposed *lineage  // likewise, of what values probably were; nil: nothing was ever suggested
	findings *findings // likewise
	packer   packer

	block    []record // records are read column by column, so many at a time
	together bool     // each of them is one row, so that steps and what follows are done for all of them at once
	*record           // at work
	crossed  int64    // the last record of the chunk that the crosswalk has a line of

	// The row at work.
	variant *variant // nil: the record itself
	counted int      // hits that an earlier row of the record has told already
	place   []byte   // JSON, the list that names the row; empty until it is needed

	base    standardize.Row // of a record with variants: what its rows share
	baseSrc []string
	scratch []byte
	outRow  []string
}

// A record is one of a block: its cells, and the row that they are read into.
type record struct {
	cells   []string
	extra   []string
	line    int64
	number  int64
	damaged bool // it cannot be divided into cells
	row     standardize.Row
	source  []string          // the cell by slot, as it arrived
	known   []*outcome        // by slot: the remembered outcome of that cell, nil: there is none
	calm    standardize.Slots // only the remembered outcome of its cell is to be told of it, and is counted with others
	edited  standardize.Slots // of those: the value is not the cell
	severe  bool              // a hit of its cells may ask for more than being told
	ofCells int               // hits of its cells; those of the steps and rules follow
	nulls   []nullCell        // those that are still to be counted

	hits       distinctHits
	own        standardize.Slots // those with cells of which more is to be told than a remembered outcome
	quarantine []standardize.Hit // why the row is kept out
	bad        bool              // it is
	sums       match.Sums        // of a row that stands in the clean table
}

// A nullCell holds a word for no value.
type nullCell struct {
	slot int
	word string
}

// blockRecords are so few that their rows stay close to the processor while the columns pass.
const blockRecords = 32

func newRow(slots int) standardize.Row {
	return standardize.Row{Values: make([]string, slots), Raw: make([]string, slots), Unusable: make([]bool, slots), Touched: standardize.NewSlots(slots)}
}

func newTransformer(t *transform) *transformer {
	n := len(t.layout.Names)
	w := &transformer{transform: t, memos: make([]memo, t.memos()), counts: newIssueCounts(n), block: make([]record, blockRecords),
		lineage: newLineage(t), findings: newFindings(n)}
	w.cell.Arena, w.usual.Arena = &w.arena, &w.arena
	for i := range w.block {
		w.block[i] = record{row: newRow(n), source: make([]string, n), known: make([]*outcome, n), calm: standardize.NewSlots(n), edited: standardize.NewSlots(n), own: standardize.NewSlots(n)}
		w.block[i].hits.first = make([]int32, n+1)
		w.block[i].row.Arena = &w.arena
	}
	w.tally = scorecard.NewTally(t.job.Profile, t.cards)
	if t.job.removesRepeats(t.table.Name) {
		w.hasher = match.NewHasher(match.SecretOf(t.job.ID), t.file.Source, t.layout.Names, t.keys)
	}
	if t.related {
		w.namer = reference.NewTaker(t.table, t.layout)
	}
	for _, work := range t.steps {
		w.works = append(w.works, newWorkMemory(work, t.binding, w.isCalm))
	}
	if len(t.variants)+len(t.pressures) > 0 {
		w.base, w.baseSrc = newRow(n), make([]string, n)
	}
	return w
}

// chunk transforms the records of a batch.
func (w *transformer) chunk(b *table.Batch, before int64) *rows {
	w.out = w.shelf.take()
	w.out.reset()
	w.crossed = 0
	w.lineage.reset()
	if w.supposed != nil {
		w.supposed.reset()
	}
	w.findings.reset()
	w.out.counts.RowsIn = int64(b.Len() - b.Further + b.Dropped.Blank + b.Dropped.RepeatedHeader + b.Dropped.Footer)
	if w.job.Operation != Validate {
		w.out.counts.RowsUnpivoted = int64(b.Further)
	} else {
		w.out.counts.RowsOut = -int64(b.Further)
	}
	w.out.counts.DroppedBlank = int64(b.Dropped.Blank)
	w.out.counts.DroppedRepeatedHeader = int64(b.Dropped.RepeatedHeader)
	w.out.counts.DroppedFooter = int64(b.Dropped.Footer)
	for from := 0; from < b.Len(); from += blockRecords {
		w.records(b, from, min(from+blockRecords, b.Len()), before+1)
	}
	w.out.issues = w.findings.write(w.out.issues, w.transform)
	for _, l := range []*lineage{w.lineage, w.supposed} {
		if l != nil && len(l.rows) > 0 {
			w.out.changes = w.packer.member(w.out.changes, l.line())
		}
	}
	return w.out
}

// records makes the rows of a block of records of a batch; first is the number of the batch's first one.
func (w *transformer) records(b *table.Batch, from, to int, first int64) {
	w.arena.Reset()
	block := w.block[:to-from]
	for k := range block {
		w.record = &block[k]
		w.begin(b, from+k, first)
	}
	for i := range w.columns {
		w.fill(&w.columns[i], block)
	}
	if w.together = w.alike(block); !w.together {
		for k := range block {
			w.record = &block[k]
			w.finishRecord()
		}
		return
	}
	for k := range block {
		block[k].ofCells = len(block[k].row.Hits)
	}
	w.takeWorks(block)
	w.startRow(nil)
	w.finishBlock(block)
}

// takeWorks does the steps for a block of records, one work after the other.
func (w *transformer) takeWorks(block []record) {
	for i := range w.works {
		m := &w.works[i]
		for k := range block {
			switch r := &block[k]; {
			case r.damaged:
			case m.off:
				m.Do(&r.row)
			default:
				m.do(r)
			}
		}
	}
}

// alike reports whether every record of a block is one row.
func (w *transformer) alike(block []record) bool {
	if len(w.variants) > 0 {
		return false
	}
	for k := range block {
		w.record = &block[k]
		if w.isPressure() {
			return false
		}
	}
	return true
}

// begin begins the record at work, which is one of a batch.
func (w *transformer) begin(b *table.Batch, i int, first int64) {
	w.cells, w.extra, w.line, w.number = b.Row(i), b.Extra(i), b.Line(i), first+int64(i)
	w.clear()
	w.damaged = false
	for _, f := range w.stillDamaged(b.Faults(i)) {
		w.row.Flag(-1, f.Rule)
		w.severe = true
		w.damaged = w.damaged || w.settings[f.Rule].disposition >= rule.QuarantineRow
	}
	if w.damaged || len(w.variants)+len(w.pressures) > 0 {
		clear(w.source)
		clear(w.row.Raw)
	}
	w.cells = w.cells[:w.width]
}

// clear empties the row of a record, but for what arrived, which filling it writes over.
func (r *record) clear() {
	clear(r.row.Values)
	clear(r.row.Unusable)
	clear(r.row.Touched)
	clear(r.known)
	clear(r.calm)
	clear(r.edited)
	r.row.Hits, r.nulls, r.ofCells, r.row.Unsaid, r.severe = r.row.Hits[:0], r.nulls[:0], 0, false, false
}

// finishRecord makes the rows of the record at work, whose cells are read. It may make several.
func (w *transformer) finishRecord() {
	w.startRow(nil)
	switch {
	case w.damaged:
		w.finish()
	case len(w.variants) > 0:
		w.unpivot(w.variants)
	case w.isPressure():
		w.split()
	default:
		w.finish()
	}
}

// startRow begins the row that the record is, or that a variant makes of it.
func (w *transformer) startRow(v *variant) {
	w.variant, w.counted = v, 0
}

// fill reads the cells of a column into their slots and its companions.
func (w *transformer) fill(c *column, block []record) {
	if c.read != nil && !c.joined() {
		w.readColumn(c, block)
		return
	}
	for k := range block {
		r := &block[k]
		switch {
		case r.damaged:
		case c.given: // after the steps, see finish
			r.source[c.slot], r.row.Raw[c.slot] = "", ""
		case c.joined():
			w.record = r
			value, source := w.gather(c)
			w.set(c, source, value)
		default:
			cell := r.cell(c)
			value := cell
			if c.trim {
				value = plan.Trim(cell)
			}
			r.set(c.slot, cell, value, value)
		}
	}
}

// joined reports whether the cells of the column are one list.
func (c *column) joined() bool { return (len(c.cells) > 1 || c.adds != nil) && !c.oneOf }

// readColumn reads the cells of a column that is rewritten: most of them by what is remembered of their texts.
func (w *transformer) readColumn(c *column, block []record) {
	m := &w.memos[c.memo]
	if m.off {
		w.readUsual(c, block)
		return
	}
	for k := range block {
		r := &block[k]
		if r.damaged {
			continue
		}
		cell := r.cell(c)
		if o := m.find(cell); o != nil {
			r.take(c, cell, o, o)
		} else {
			w.readCell(c, r, cell)
		}
	}
}

// readCell stores what the column makes of a cell that is not remembered, and remembers it where that is of use.
func (w *transformer) readCell(c *column, r *record, cell string) {
	w.readAny(c, cell)
	m := &w.memos[c.memo]
	if !m.keeps(cell) {
		w.takeAny(c, m, r, cell)
		return
	}
	o := m.keep(&w.outcome)
	o.calm = w.isCalm(o)
	r.take(c, cell, o, o)
}

// readUsual reads the cells of a column whose texts hardly repeat: most of them have a usual form, and go straight into their row.
func (w *transformer) readUsual(c *column, block []record) {
	m := &w.memos[c.memo]
	for k := range block {
		r := &block[k]
		if r.damaged {
			continue
		}
		cell := r.cell(c)
		if c.plain == nil || c.nulls.May(cell) && c.nulls.Is(cell) || !c.plain(cell, &w.usual) {
			w.readAny(c, cell)
			w.takeAny(c, m, r, cell)
		} else {
			w.takeUsual(c, m, r, cell)
		}
	}
}

// takeParts stores what a value says in the slots of companions, and empties the cell that it was read into.
func (r *record) takeParts(c *column, usual *standardize.Cell) {
	for i, slot := range c.parts {
		if part := usual.Parts[i]; part != "" {
			if slot >= 0 && r.row.Values[slot] == "" {
				r.row.Set(slot, part)
			}
			usual.Parts[i] = ""
		}
	}
}

// cell returns the cell of a column.
func (r *record) cell(c *column) string {
	if c.oneOf {
		return r.firstFilled(c)
	}
	return r.cells[c.cells[0]]
}

// set stores a cell as it arrived, what was read of it and what that says.
func (r *record) set(slot int, cell, read, value string) {
	source, raw, values := &r.source[slot], &r.row.Raw[slot], &r.row.Values[slot]
	*source, *raw, *values = cell, read, value
}

// firstFilled returns the first cell of a column that holds a value, else its first cell.
func (r *record) firstFilled(c *column) string {
	found := -1
	for _, place := range c.cells {
		switch {
		case c.nulls.Is(plan.Trim(r.cells[place])):
		case found < 0:
			found = place
		case r.cells[place] != r.cells[found]:
			r.row.Flag(c.slot, ruleCompletes)
			r.severe = true
		}
	}
	if found < 0 {
		found = c.cells[0]
	}
	return r.cells[found]
}

// set stores what arrived in a column, and what it makes of the trimmed value.
func (w *transformer) set(c *column, source, value string) {
	if c.read == nil {
		w.source[c.slot], w.row.Raw[c.slot] = source, value
		if value != "" {
			w.row.Values[c.slot] = value
		}
		return
	}
	w.take(c, source, w.outcomeOf(c, value), nil)
}

// outcomeOf returns what the column makes of a trimmed value. It is valid until the next one is read.
func (w *transformer) outcomeOf(c *column, value string) *outcome {
	m := &w.memos[c.memo]
	o := m.find(value)
	if o == nil {
		o = w.newOutcome(value)
		w.read(c, value)
		if m.keeps(value) {
			m.keep(o)
		}
	}
	return o
}

// readAny makes the transformer's outcome what the column makes of a cell as it arrived. It is valid until the next one is read.
func (w *transformer) readAny(c *column, cell string) {
	w.newOutcome(cell)
	text, garbled := standardize.Ungarble(cell)
	if garbled {
		w.found(c, ruleGarbled)
		cell = text
	}
	w.read(c, cell)
}

// newOutcome returns the outcome of the transformer itself, empty.
func (w *transformer) newOutcome(text string) *outcome {
	o := &w.outcome
	o.text, o.null, o.value = text, "", ""
	o.empty, o.unusable, o.severe, o.hit, o.more = false, false, false, true, true
	o.hits, o.parts = o.hits[:0], o.parts[:0]
	return o
}

// read completes the transformer's outcome with what the column's function makes of a text.
func (w *transformer) read(c *column, value string) {
	o := &w.outcome
	if !plan.IsBare(value) {
		var wrapped bool
		if value, wrapped = plan.Unwrap(plan.Trim(value)); wrapped {
			w.found(c, ruleUnwrapped)
		}
	}
	o.read = value
	switch {
	case value == "":
		o.empty = true
		return
	case c.nulls.Is(value):
		o.empty, o.null = true, strings.ToLower(value)
		w.found(c, ruleNullWord)
		if why := c.nulls.Reason(value); why != "" && c.reason >= 0 {
			o.parts = append(o.parts, part{c.reason, why})
		}
		return
	}
	cell := &w.cell
	cell.Reset()
	if c.plain == nil || !c.plain(value, cell) {
		c.read(value, cell)
	}
	if w.applies != nil {
		w.applySuggestion(c, o)
	}
	o.value, o.unusable = cell.Value, cell.Unusable
	for i, slot := range c.parts {
		if slot >= 0 && cell.Parts[i] != "" {
			o.parts = append(o.parts, part{slot, cell.Parts[i]})
		}
	}
	for _, id := range cell.Hits {
		w.found(c, id)
	}
}

// found adds a hit to the transformer's outcome.
func (w *transformer) found(c *column, id rule.ID) {
	o := &w.outcome
	o.hits = append(o.hits, standardize.Hit{Slot: c.slot, Rule: id})
	o.severe = o.severe || w.dispositions[id] >= rule.NullCell
}

// isCalm reports whether a remembered outcome asks nothing of its rows but to be counted and listed.
func (w *transformer) isCalm(o *outcome) bool {
	return !o.severe && !o.unusable && (o.why == 0 || w.dispositions[o.why] == rule.Fix)
}

// settle counts the rows that remembered outcomes were left with.
func (w *transformer) settle() {
	for i := range w.columns {
		c := &w.columns[i]
		if c.memo < 0 {
			continue
		}
		for o := range w.memos[c.memo].outcomes() {
			w.settleOutcome(c.slot, o)
		}
	}
}

// settleOutcome counts the rows that an outcome was left with.
func (w *transformer) settleOutcome(slot int, o *outcome) {
	if o.rows == 0 {
		return
	}
	hits := o.hits
	if o.why != 0 {
		hits = append(hits, standardize.Hit{Slot: slot, Rule: o.why})
	}
	for i, h := range hits {
		if !slices.Contains(hits[:i], h) {
			w.counts.add(h.Slot, h.Rule, o.rows)
		}
	}
	left := o.value != "" || o.class && o.fate >= scorecard.Kept
	w.tally.Cells(slot, scorecard.Cell{Fate: o.fate, Left: left, Null: o.null, Hits: hits}, o.rows)
	o.rows = 0
}

// know notes the outcome by which a cell may be counted.
func (r *record) know(slot int, o *outcome) {
	word, bit := uint(slot)/64, uint64(1)<<(uint(slot)%64)
	r.known[slot] = o
	if o.calm {
		r.calm[word] |= bit
		o.rows++
	}
	if o.changed {
		r.edited[word] |= bit
	}
}

// knowBetter notes the outcome by which a cell may be counted in the place of another.
func (r *record) knowBetter(slot int, o *outcome) {
	if r.calm.Has(slot) {
		r.known[slot].rows--
	}
	r.know(slot, o)
}

// take stores a cell as it arrived and what became of it in the row; known is that outcome where it is the remembered one of the cell.
func (r *record) take(c *column, cell string, o, known *outcome) {
	source, raw, value := &r.source[c.slot], &r.row.Raw[c.slot], &r.row.Values[c.slot]
	*source, *raw = cell, o.read
	if !o.empty {
		*value = o.value
	}
	if known != nil {
		r.know(c.slot, known)
	}
	if o.hit {
		r.row.Hits = append(r.row.Hits, o.hits...)
	}
	if o.more {
		r.takeMore(c, o)
	}
}

// takeMore stores what few outcomes say.
func (r *record) takeMore(c *column, o *outcome) {
	row := &r.row
	r.severe = r.severe || o.severe
	row.Unusable[c.slot] = o.unusable
	if o.null != "" {
		r.nulls = append(r.nulls, nullCell{c.slot, o.null})
	}
	for _, p := range o.parts {
		if o.empty || row.Values[p.slot] == "" {
			row.Set(p.slot, p.value)
		}
	}
}

// gather joins the cells of a list: what to read, and what the change log shows.
func (w *transformer) gather(c *column) (value, source string) {
	if c.timed {
		return w.moment(c)
	}
	if c.units != nil {
		return w.parted(c)
	}
	var values, sources []string
	for i, place := range c.cells {
		cell := w.cells[place]
		trimmed := plan.Trim(cell)
		if c.nulls.Is(trimmed) {
			continue
		}
		if c.adds == nil || c.adds[i] == "" {
			values, sources = append(values, trimmed), append(sources, cell)
		} else if saysYes(trimmed) {
			values, sources = append(values, c.adds[i]), append(sources, c.heads[i]+"="+cell)
		}
	}
	return strings.Join(values, "|"), strings.Join(sources, "|")
}

// saysYes reports whether a one-hot cell is set.
func saysYes(s string) bool {
	switch strings.ToLower(s) {
	case "1", "y", "yes", "t", "true", "x", "1.0", "checked":
		return true
	}
	return false
}
