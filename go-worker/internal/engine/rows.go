package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/match"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
	"harmonizer/go-worker/internal/table"
)

// rows are what became of the records of a chunk, as they will stand in the outputs.
type rows struct {
	clean, quarantine, issues, changes []byte

	entries []byte     // of the clean rows, for the search of duplicates
	facts   []byte     // of the rows that are not quarantined, to hold against others of the patient
	sames   []byte     // of the clean rows, for the search of versions and of records of one person
	names   []byte     // of patients and visits in these rows, to find those that the job does not hold
	people  crossLines // all records, for the crosswalk
	changed int64      // rows in changes
	listed  int64      // findings in issues
	counts  Counts
	failed  rule.ID // a rule whose disposition is to fail the file
}

// reset empties r, and keeps its memory.
func (r *rows) reset() {
	*r = rows{clean: r.clean[:0], quarantine: r.quarantine[:0], issues: r.issues[:0], changes: r.changes[:0], entries: r.entries[:0], facts: r.facts[:0], names: r.names[:0], sames: r.sames[:0], people: r.people.emptied()}
}

// A shelf keeps what is used again: as many rows as chunks are in flight. (A sync.Pool would be emptied by every
// collection of garbage, and rows grow to megabytes.)
type shelf[T any] chan *T

func (s shelf[T]) take() *T {
	select {
	case r := <-s:
		return r
	default:
		return new(T)
	}
}

func (s shelf[T]) put(r *T) {
	select {
	case s <- r:
	default:
	}
}

// trace appends who the row is to the crosswalk, and its changes to the lineage.
func (w *transformer) trace() {
	if w.job.Operation == Validate {
		return
	}
	w.person(!w.bad)
	if !w.bad {
		w.writeChanges()
	}
}

// write appends the row to the table where it belongs.
func (w *transformer) write() {
	switch {
	case w.job.Operation == Validate:
		w.out.counts.RowsOut++
	case w.bad:
		w.writeQuarantine()
	default:
		w.writeClean()
	}
}

// writeClean appends the row to the clean table, with its entry for the search of duplicates.
func (w *transformer) writeClean() {
	w.out.counts.RowsOut++
	before := len(w.out.clean)
	if w.job.Options.Provenance {
		w.outRow = append(append(w.outRow[:0], w.row.Values...),
			w.file.Name, strconv.FormatInt(w.number, 10), string(w.rowUID()))
		w.out.clean = table.AppendCSVRow(w.out.clean, w.outRow)
	} else {
		w.out.clean = table.AppendCSVRow(w.out.clean, w.row.Values)
	}
	if w.hasher != nil {
		w.sums = w.sumsOf(w.out.clean[before:])
		if w.variant != nil {
			w.sums.Key = match.Sum{} // the rows of one record share its key
		}
		e := match.Entry{Content: w.sums.Content, Key: w.sums.Key, Record: w.number, Bytes: uint32(len(w.out.clean) - before)}
		w.out.entries = e.Append(w.out.entries)
	}
}

// compare notes by what a clean row is found to be another version of one, or of the same person.
func (w *transformer) compare() {
	if w.hasher != nil && w.sames != nil && !w.bad {
		w.out.sames = w.sames.Append(w.out.sames, &w.row, w.number, &w.sums)
	}
}

// sumsOf sums up the row, which stands in a line of the clean table.
func (w *transformer) sumsOf(line []byte) match.Sums {
	if w.related || w.job.Options.Provenance { // other files may have other columns, and lines say more than rows do
		return w.hasher.Row(w.row.Values)
	}
	return w.hasher.Line(line, w.row.Values)
}

// rowUID is the row's id. Rows of one record add the column that made them.
func (w *transformer) rowUID() []byte {
	column := ""
	if w.variant != nil {
		column = w.variant.name
	}
	w.scratch = appendRowUID(w.scratch[:0], w.uidHead, w.number, column)
	return w.scratch
}

// appendRowUID appends the id of a row: the first 16 bytes of SHA-256(source ‖ hash of the file ‖ record number), the
// same whatever the number of workers.
func appendRowUID(dst []byte, origin string, record int64, column string) []byte {
	dst = appendNumber(append(dst, origin...), record)
	if column != "" {
		dst = append(append(dst, '/'), column...)
	}
	sum := sha256.Sum256(dst)
	var uid [32]byte
	for i, b := range sum[:len(uid)/2] {
		uid[2*i], uid[2*i+1] = hexDigits[b][0], hexDigits[b][1]
	}
	return append(dst[:0], uid[:]...)
}

// hexDigits are the two digits of each byte.
var hexDigits = func() (all [256][2]byte) {
	for b := range all {
		hex.Encode(all[b][:], []byte{byte(b)})
	}
	return all
}()

// headerOf returns the header of the cell that fills a slot.
func (w *transformer) headerOf(slot int) string {
	if w.variant != nil && slot == w.variant.column.slot {
		return w.section.Columns[w.variant.source].Header
	}
	return w.headers[slot]
}

// columnName returns the words under which a person finds a slot: the header of its column, else the field.
func (w *transformer) columnName(slot int) string {
	if slot < 0 {
		return ""
	}
	if header := w.headerOf(slot); header != "" {
		return header
	}
	return w.layout.Names[slot]
}

// writeQuarantine appends the record as it arrived, where it stood, and why it is kept out. Of a record that makes
// several rows only the cell of this row is filled, so that repairing it adds no other row twice.
func (w *transformer) writeQuarantine() {
	w.out.counts.Quarantined++
	w.outRow = append(w.outRow[:0], w.cells...)
	if w.variant != nil {
		for i := range w.variants {
			w.outRow[w.variants[i].source] = ""
		}
		w.outRow[w.variant.source] = w.ownCell()
	}
	if len(w.extra) > 0 && w.width > 0 {
		last := w.width - 1
		w.outRow[last] += "," + strings.Join(w.extra, ",")
	}
	var ids, reasons []string
	for _, h := range w.quarantine {
		id, reason := w.settings[h.Rule].id, w.settings[h.Rule].message
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if column := w.columnName(h.Slot); column != "" {
			reason = column + ": " + reason
		}
		reasons = append(reasons, reason)
	}
	w.outRow = append(w.outRow, strconv.FormatInt(w.line, 10), strconv.FormatInt(w.number, 10),
		strings.Join(ids, "|"), strings.Join(reasons, " "))
	w.out.quarantine = table.AppendCSVRow(w.out.quarantine, w.outRow)
}

// ownCell is what the row's own cell holds; of a combined cell only the row's half, which reads back as such.
func (w *transformer) ownCell() string {
	cell := w.cells[w.variant.source]
	if w.variant.half == 0 {
		return cell
	}
	first, second, pair := standardize.SplitPressure(plan.Trim(cell))
	switch {
	case !pair:
		return cell
	case w.variant.half == 1:
		return first + "/"
	}
	return "/" + second
}
