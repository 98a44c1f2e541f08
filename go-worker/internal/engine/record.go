package engine

import (
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
	cell    standardize.Cell
	arena   standardize.Arena // texts made for the record at work
	outcome outcome           // of a text that no memo knows
	counts  issueCounts
	tally   *scorecard.Tally
	hasher  *match.Hasher
	namer   *reference.Taker // nil where nothing is to be found by the names in rows
	out     *rows            // of the chunk at work

	lineage  *lineage  // of the chunk
	supposed *lineage  // likewise, of what values probably were; nil: nothing was ever suggested
	findings *findings // likewise
	packer   *packer

	// The record at work.
	cells    []string
	extra    []string
	line     int64
	recordNo int64
	crossed  int64 // the last record that the crosswalk has a line of

	// The row at work.
	row        standardize.Row
	source     []string   // the cell by slot, as it arrived
	known      []*outcome // by slot: the remembered outcome of that cell, nil: there is none
	changed    []int      // slots of changed cells
	variant    *variant   // nil: the record itself
	told       int        // hits that an earlier row of the record has told already
	hits       distinctHits
	quarantine []standardize.Hit // why the row is kept out
	explained  []bool            // by slot: a rule fired on it

	base    standardize.Row // of a record with variants: what its rows share
	baseSrc []string
	scratch []byte
	outRow  []string
}

func newTransformer(t *transform) *transformer {
	n := len(t.layout.Names)
	newRow := func() standardize.Row {
		return standardize.Row{Values: make([]string, n), Raw: make([]string, n), Unusable: make([]bool, n)}
	}
	w := &transformer{transform: t, memos: make([]memo, t.memos()), counts: newIssueCounts(n), row: newRow(), source: make([]string, n),
		known:     make([]*outcome, n),
		explained: make([]bool, n), lineage: newLineage(n), findings: newFindings(n), packer: newPacker()}
	w.hits.first = make([]int32, n+1)
	w.cell.Arena, w.row.Arena = &w.arena, &w.arena
	w.tally = scorecard.NewTally(t.job.Profile, t.cards)
	if t.job.removesRepeats(t.table.Name) {
		w.hasher = match.NewHasher(match.SecretOf(t.job.ID), t.file.Source, t.layout.Names, t.keys)
	}
	if t.related {
		w.namer = reference.NewTaker(t.table, t.layout)
	}
	if len(t.variants)+len(t.pressures) > 0 {
		w.base, w.baseSrc = newRow(), make([]string, n)
	}
	return w
}

// chunk transforms the records of a batch.
func (w *transformer) chunk(b *table.Batch, before int64) *rows {
	w.out = w.shelf.take()
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
	for i := range b.Len() {
		w.cells, w.extra = b.Row(i), b.Extra(i)
		w.line, w.recordNo = b.Line(i), before+int64(i)+1
		w.record(b.Faults(i))
	}
	w.out.issues = w.findings.write(w.out.issues, w.transform)
	w.out.changes = w.packer.append(w.out.changes, w.lineage.text(w.transform))
	if w.supposed != nil {
		w.out.changes = w.packer.append(w.out.changes, w.supposed.text(w.transform))
	}
	return w.out
}

// record makes the rows of one record.
func (w *transformer) record(faults []table.Fault) {
	w.arena.Reset()
	w.startRow(nil)
	faults = w.stillDamaged(faults)
	damaged := false
	for _, f := range faults {
		w.row.Flag(-1, f.Rule)
		damaged = damaged || w.settings[f.Rule].disposition >= rule.QuarantineRow
	}
	w.cells = w.cells[:w.width]
	if damaged {
		w.damaged()
		return
	}
	for i := range w.columns {
		w.fill(&w.columns[i])
	}
	switch {
	case len(w.variants) > 0:
		w.unpivot(w.variants)
	case w.isPressure():
		w.split()
	default:
		w.finish()
	}
}

// damaged keeps a record that cannot be divided into cells out of everything that would read them.
func (w *transformer) damaged() {
	w.judge()
	w.list()
	for _, h := range w.row.Hits {
		w.tally.Hit(-1, h.Rule, 1)
	}
	if w.job.Operation == Validate {
		w.out.counts.RowsOut++
		return
	}
	w.writeQuarantine()
}

// startRow empties the row.
func (w *transformer) startRow(v *variant) {
	clear(w.row.Values)
	clear(w.row.Raw)
	clear(w.row.Unusable)
	clear(w.source)
	w.row.Hits = w.row.Hits[:0]
	w.variant, w.told = v, 0
	w.quarantine = w.quarantine[:0]
}

// fill reads the cells of a column into their slot and its companions.
func (w *transformer) fill(c *column) {
	if c.given {
		return // after the steps, see finish
	}
	if len(c.cells) > 1 || c.adds != nil {
		value, source := w.gather(c)
		w.source[c.slot] = source
		w.set(c, value)
		return
	}
	cell := w.cells[c.cells[0]]
	w.source[c.slot] = cell
	switch {
	case c.read != nil:
		o := w.memos[c.memo].find(cell)
		w.known[c.slot] = o
		if o == nil {
			o = w.readCell(c, cell)
		}
		w.take(c, o)
	case c.trim:
		w.set(c, plan.Trim(cell))
	default:
		w.row.Raw[c.slot], w.row.Values[c.slot] = cell, cell
	}
}

// set stores what the column makes of a trimmed value.
func (w *transformer) set(c *column, value string) {
	if c.read == nil {
		w.row.Raw[c.slot] = value
		if value != "" {
			w.row.Values[c.slot] = value
		}
		return
	}
	w.take(c, w.outcomeOf(c, value))
}

// outcomeOf returns what the column makes of a trimmed value. It is valid until the next one is read.
func (w *transformer) outcomeOf(c *column, value string) *outcome {
	m := &w.memos[c.memo]
	o := m.find(value)
	if o == nil {
		o = w.begin(value)
		w.read(c, value)
		m.keep(o)
	}
	return o
}

// readCell returns what the column makes of a cell as it arrived. It is valid until the next one is read.
func (w *transformer) readCell(c *column, cell string) *outcome {
	o := w.begin(cell)
	text, garbled := standardize.Ungarble(cell)
	if garbled {
		o.hits = append(o.hits, standardize.Hit{Slot: c.slot, Rule: ruleGarbled})
		cell = text
	}
	w.read(c, plan.Trim(cell))
	w.memos[c.memo].keep(o)
	return o
}

// begin returns the outcome of the transformer itself, empty.
func (w *transformer) begin(text string) *outcome {
	o := &w.outcome
	o.text, o.null, o.value = text, "", ""
	o.empty, o.unusable = false, false
	o.hits, o.parts = o.hits[:0], o.parts[:0]
	return o
}

// read completes the transformer's outcome with what the column's function makes of a trimmed value.
func (w *transformer) read(c *column, value string) {
	o := &w.outcome
	o.read = value
	switch {
	case value == "":
		o.empty = true
		return
	case c.nulls != nil && c.nulls.Is(value):
		o.empty, o.null = true, strings.ToLower(value)
		o.hits = append(o.hits, standardize.Hit{Slot: c.slot, Rule: ruleNullWord})
		if why := c.nulls.Reason(value); why != "" && c.reason >= 0 {
			o.parts = append(o.parts, part{c.reason, why})
		}
		return
	}
	cell := &w.cell
	cell.Reset()
	c.read(value, cell)
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
		o.hits = append(o.hits, standardize.Hit{Slot: c.slot, Rule: id})
	}
}

// take stores what became of a text in the row.
func (w *transformer) take(c *column, o *outcome) {
	r := &w.row
	r.Raw[c.slot] = o.read
	r.Hits = append(r.Hits, o.hits...)
	if o.empty {
		if o.null != "" {
			w.tally.Null(c.slot, o.null)
		}
		for _, p := range o.parts {
			r.Values[p.slot] = p.value
		}
		return
	}
	r.Values[c.slot], r.Unusable[c.slot] = o.value, o.unusable
	for _, p := range o.parts {
		if r.Values[p.slot] == "" {
			r.Values[p.slot] = p.value
		}
	}
}

// gather joins the cells of a list: what to read, and what the change log shows.
func (w *transformer) gather(c *column) (value, source string) {
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
