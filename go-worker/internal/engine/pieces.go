package engine

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// A pieceWriter writes the files of one piece.
type pieceWriter struct {
	dir     string
	piece   piece
	clean   *writer // nil where the operation writes none
	quarant *writer
	changes *writer
	entries *writer
	facts   *writer // nil where rows say nothing about others
	sames   *writer // nil where rows have no versions
	people  *writer // nil where nobody asks who the records are
	names   *writer // nil where no other file is there to be referred to
	issues  *writer
	err     error
}

// pieceOf returns the piece of a transform, without outputs.
func (r *run) pieceOf(t *transform) piece {
	p := piece{Form: pieceForm, File: len(r.manifest.Files), Origin: t.uidHead, Table: t.table.Name, Repeats: t.section.Table.Repeats, Columns: t.cleanColumns()}
	for _, c := range t.section.Columns {
		p.Header = append(p.Header, c.Header)
	}
	return p
}

// createPiece starts the piece of a transform.
func (r *run) createPiece(t *transform) (*pieceWriter, error) {
	p := &pieceWriter{dir: r.env.Dir, piece: r.pieceOf(t)}
	prefix := "piece-" + strconv.Itoa(len(r.manifest.Pieces)+1) + "."
	start := func(create func(string, Output) (*writer, error), to **writer, name, kind string) {
		if p.err == nil {
			*to, p.err = create(r.env.Dir, Output{Name: prefix + name, Kind: kind, Table: t.table.Name})
		}
	}
	clean := create
	if r.job.Operation == Harmonize { // which rewrites it where rows repeat others
		clean = createScratch
	}
	start(create, &p.issues, "issues.ndjson", kindIssues)
	if r.job.Operation != Validate {
		start(clean, &p.clean, "clean.csv", kindClean)
		start(create, &p.quarant, "quarantine.csv", kindQuarantine)
		start(create, &p.changes, "changes.ndjson.gz", kindChanges)
	}
	if r.job.removesRepeats(t.table.Name) {
		start(createScratch, &p.entries, "entries", kindEntries)
		if t.sames != nil {
			start(createScratch, &p.sames, "sames", kindSames)
		}
	}
	if t.crosses {
		start(createScratch, &p.people, "people", kindPeople)
	}
	if t.taker != nil {
		start(createScratch, &p.facts, "facts", kindFacts)
	}
	if t.related {
		start(createScratch, &p.names, "names", kindNames)
	}
	if p.err != nil {
		p.discard()
		return nil, p.err
	}
	return p, nil
}

// heads writes the headers of the tables.
func (p *pieceWriter) heads() {
	if p.clean != nil {
		p.clean.write(p.piece.cleanHead(), 0)
		p.quarant.write(p.piece.quarantineHead(), 0)
	}
}

// cleanHead is the header of the piece's clean rows.
func (p *piece) cleanHead() []byte { return table.AppendCSVRow(nil, p.Columns) }

// quarantineHead is the header of its quarantined records.
func (p *piece) quarantineHead() []byte {
	return table.AppendCSVRow(nil, slices.Concat(p.Header, quarantineColumns))
}

// all returns the writers that there are.
func (p *pieceWriter) all() []*writer {
	var writers []*writer
	for _, w := range []*writer{p.clean, p.quarant, p.changes, p.entries, p.facts, p.names, p.sames, p.people, p.issues} {
		if w != nil {
			writers = append(writers, w)
		}
	}
	return writers
}

// add appends what became of a chunk.
func (p *pieceWriter) add(done *rows) error {
	p.issues.write(done.issues, done.listed)
	if p.clean != nil {
		p.clean.write(done.clean, done.counts.RowsOut)
		p.quarant.write(done.quarantine, done.counts.Quarantined)
		p.changes.write(done.changes, done.changed)
	}
	if p.entries != nil {
		p.entries.write(done.entries, done.counts.RowsOut)
	}
	if p.facts != nil {
		p.facts.write(done.facts, 0)
	}
	if p.sames != nil {
		p.sames.write(done.sames, 0)
	}
	if p.people != nil {
		done.people.write(p.people)
	}
	if p.names != nil {
		p.names.write(done.names, 0)
	}
	for _, w := range p.all() {
		if w.err != nil {
			return w.err
		}
	}
	return nil
}

// findings lists what was found about the file and its columns.
func (p *pieceWriter) findings(t *transform, f *planned) {
	for _, n := range f.source.Notes {
		p.line(t, "", n.Column, n.Rule, n.Count, n.Detail)
	}
	for _, n := range f.findings {
		p.line(t, n.Field, n.Header, n.Rule, n.Count, n.Detail)
	}
}

// totals lists how often each lossless change was made.
func (p *pieceWriter) totals(t *transform, counts issueCounts) {
	for i, rules := range counts {
		for id, n := range rules {
			if n == 0 || t.settings[id].disposition != rule.Fix {
				continue
			}
			field, header := "", ""
			if i > 0 {
				field, header = t.layout.Names[i-1], t.headers[i-1]
			}
			p.line(t, field, header, rule.ID(id), n, "")
		}
	}
}

// line lists a finding about a column, or about the file.
func (p *pieceWriter) line(t *transform, field, header string, id rule.ID, count int64, detail string) {
	dst := appendColumn(slices.Clone(t.issueHead), field, header)
	if detail != "" {
		dst = append(appendJSON(append(dst, `"detail":`...), detail), ',')
	}
	p.issues.write(t.settings[id].appendTo(dst, count, nil), 1)
}

// withhold takes back the rows of a file that failed; what was quarantined stays.
func (p *pieceWriter) withhold(c *Counts) {
	c.Withheld, c.RowsOut = c.RowsOut, 0
	for _, w := range []**writer{&p.clean, &p.changes, &p.entries, &p.facts, &p.names, &p.sames, &p.people} {
		if *w != nil {
			p.err = errors.Join(p.err, (*w).remove(p.dir))
			*w = nil
		}
	}
}

// discard takes back the whole piece.
func (p *pieceWriter) discard() {
	for _, w := range p.all() {
		p.err = errors.Join(p.err, w.remove(p.dir))
	}
}

// remove ends an output and takes it back.
func (w *writer) remove(dir string) error {
	_, err := w.close()
	return errors.Join(err, os.Remove(filepath.Join(dir, w.out.Name)))
}

// close ends the files of the piece.
func (p *pieceWriter) close() (*piece, error) {
	for _, w := range p.all() {
		out, err := w.close()
		p.err = errors.Join(p.err, err)
		p.piece.Outputs = append(p.piece.Outputs, out)
	}
	return &p.piece, p.err
}
