package engine

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"harmonizer/go-worker/internal/history"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/reference"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/table"
)

// A transform is the second pass over a source: a pure function of plan, profile and record. It is shared by the
// goroutines.
type transform struct {
	*binding
	job      *Job
	file     File
	section  *plan.File
	settings []setting
	width    int // cells of a record that are data

	uidHead   string   // of what every row's id is a hash of
	lineHead  []byte   // of every line of changes
	issueHead []byte   // of every line of issues
	fieldName [][]byte // by slot: that part of an issue's line
	ruleTail  [][]byte // by rule: the end of an issue's line

	changeHead [][]byte // by slot: the beginning of a change
	quotedID   [][]byte // by rule: its id, as a further element of a list

	keys       []string // fields of the table's key, where the rows of a file can have one
	taker      *history.Taker
	related    bool             // the job has other tables: who and what rows name is noted down
	references *reference.Check // what rows name that the job does not hold; nil: all of it is there, or nobody knows yet
	cards      []scorecard.Column
	shelf      shelf
}

func newTransform(r *run, p *planned) *transform {
	t := &transform{binding: bind(&r.job, p.table, p.section), job: &r.job, file: r.file, section: p.section, settings: r.settings,
		width: len(p.section.Columns), shelf: make(shelf, 2*r.env.Concurrency+2)}
	t.file.Name = p.section.Name
	t.taker = history.NewTaker(r.file.Source, p.table.Name, t.layout)
	t.related = r.related()
	t.references = r.broken[len(r.manifest.Pieces)].Check(p.table, t.layout)
	t.uidHead = r.file.Source + r.file.SHA256
	if r.members > 1 { // the members of an archive share its hash
		t.uidHead += p.section.Name + "/"
	}
	t.lineHead = append(appendJSON([]byte(`{"table":`), p.table.Name), ',')
	t.issueHead = append(appendJSON(append(appendJSON([]byte(`{"file":`), p.section.Name), `,"table":`...), p.table.Name), ',')
	for slot, name := range t.layout.Names {
		t.fieldName = append(t.fieldName, append(appendJSON([]byte(`"field":`), name), ','))
		t.changeHead = append(t.changeHead, append(appendJSON([]byte{'['}, name), ','))
		t.cards = append(t.cards, scorecard.Column{Field: name, Header: t.headers[slot], Type: t.types[slot]})
	}
	for _, s := range t.settings {
		t.ruleTail = append(t.ruleTail, s.ruleTail(1))
		t.quotedID = append(t.quotedID, appendJSON([]byte{','}, s.id))
	}
	for _, f := range p.table.Fields {
		if f.Key && len(t.variants) == 0 { // the rows of one record share its key
			t.keys = append(t.keys, f.Name)
		}
	}
	return t
}

// provenanceColumns say where a clean row came from.
var provenanceColumns = []string{"source_file", "record_no", "row_uid"}

// cleanColumns are those of the clean table.
func (t *transform) cleanColumns() []string {
	names := slices.Clone(t.layout.Names)
	if t.job.Options.Provenance {
		names = append(names, provenanceColumns...)
	}
	return names
}

// A piece is what one table of one input left to be put together with its siblings.
type piece struct {
	File    int      `json:"file"`   // place in the manifest's files
	Origin  string   `json:"origin"` // what the ids of its rows begin with, before they are hashed
	Table   string   `json:"table"`
	Columns []string `json:"columns"` // of its clean rows
	Header  []string `json:"header"`  // of its quarantined records
	Outputs []Output `json:"outputs"`
}

// output returns what the piece holds of a kind, nil when it holds none.
func (p *piece) output(kind string) *Output {
	for i := range p.Outputs {
		if p.Outputs[i].Kind == kind {
			return &p.Outputs[i]
		}
	}
	return nil
}

// Kinds of outputs.
const (
	kindClean      = "clean"
	kindQuarantine = "quarantine"
	kindDuplicates = "duplicates"
	kindIssues     = "issues"
	kindChanges    = "changes"
	kindPlan       = "plan"
	kindScorecard  = "scorecard"
	kindReport     = "report"
	kindLog        = "log"
	kindFacts      = "facts"   // for what the rows of a patient say about each other; never an output of a job
	kindNames      = "names"   // for the search of patients and visits that are not there; never an output of a job
	kindEntries    = "entries" // for the search of duplicates; never an output of a job
)

// transformSource writes the piece of a planned source, and says what became of it.
func (r *run) transformSource(ctx context.Context, p *planned) (*piece, *FileResult, error) {
	t := newTransform(r, p)
	out, err := r.createPiece(t)
	if err != nil {
		return nil, nil, err
	}
	result := r.fileResult(p.source, p.table.Name)
	counts := newIssueCounts(len(t.layout.Names))
	var workers []*transformer
	var mu sync.Mutex
	failed := r.failing(p)
	progress := r.progress("transform", p.source)
	s := stage[*rows]{name: "transform", source: p.source, goroutines: r.env.Concurrency}
	s.work = func() func(*table.Batch, int64) *rows {
		w := newTransformer(t)
		mu.Lock()
		workers = append(workers, w)
		mu.Unlock()
		return w.chunk
	}
	s.hand = func(done *rows, bytes int) error {
		defer t.shelf.put(done)
		result.Counts.add(done.counts)
		if failed == 0 {
			failed = done.failed
		}
		progress.add(done.counts.RowsIn, bytes)
		return out.add(done)
	}
	out.findings(t, p)
	if err := s.run(ctx); err != nil {
		out.discard()
		return nil, nil, err
	}
	tally := scorecard.NewTally(r.job.Profile, t.cards)
	for _, w := range workers {
		counts.merge(w.counts)
		tally.Merge(w.tally)
	}
	counts.dropped(&result.Counts)
	out.totals(t, counts)
	r.addIssues(t, p, counts)
	if f := r.rejected(&result.Counts, failed); f != nil {
		result.fail(f, r.settings)
		out.withhold(&result.Counts)
	}
	r.addCard(t, p, tally, result)
	pc, err := out.close()
	return pc, result, err
}

// failing returns the rule under which something found about the file, or a column, makes it fail; 0 when none does.
func (r *run) failing(p *planned) rule.ID {
	for _, n := range p.source.Notes {
		if r.settings[n.Rule].disposition == rule.FailFile {
			return n.Rule
		}
	}
	for _, f := range p.findings {
		if r.settings[f.Rule].disposition == rule.FailFile {
			return f.Rule
		}
	}
	return 0
}

// rejected returns why a file fails that could be read: a rule that says so, or too many rows of it are unusable.
func (r *run) rejected(c *Counts, failed rule.ID) *failure {
	if failed != 0 {
		return &failure{failed, r.job.Profile.Rule(failed).Message}
	}
	limit := r.job.Profile.RejectLimit()
	if o := r.job.Options.MaxRejectPct; o != nil {
		limit = *o
	}
	all := c.RowsOut + c.Quarantined
	if c.RowsIn < rejectFrom || float64(c.Quarantined)*100 <= limit*float64(all) {
		return nil
	}
	return &failure{ruleRejected, strconv.FormatInt(c.Quarantined, 10) + " of " + strconv.FormatInt(all, 10) + " rows are unusable"}
}

// rejectFrom is how many records a file has before the share of its unusable rows says something.
const rejectFrom = 100
