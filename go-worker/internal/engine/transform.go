package engine

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"

	"harmonizer/go-worker/internal/history"
	"harmonizer/go-worker/internal/match"
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

	dispositions []rule.Disposition // of the settings, close together
	suggests     []bool             // likewise
	applies      []rule.ID          // rules whose suggestions the profile takes
	hashed       *keyHash           // of the rows that issues name; nil: not asked for

	uidHead     string // of what every row's id is a hash of
	changesHead []byte // of every line of changes
	issueHead   []byte // of every line of issues

	keys       []string // fields of the table's key, where the rows of a file can have one
	taker      *history.Taker
	sames      *match.Facts     // nil where rows have no versions
	crosses    bool             // a crosswalk says who the records are
	crossHead  []byte           // of every line of it
	ownIDs     []int            // slots of what the source calls a person, best first
	related    bool             // the job has other tables: who and what rows name is noted down
	references *reference.Check // what rows name that the job does not hold; nil: all of it is there, or nobody knows yet
	cards      []scorecard.Column
	stride     int64 // rows whose number it divides are looked at more closely
	shelf      shelf[rows]
}

func newTransform(r *run, p *planned) *transform {
	t := &transform{binding: bind(&r.job, p.table, p.section), job: &r.job, file: r.file, section: p.section, settings: r.settings,
		width: len(p.section.Columns), stride: scorecard.Stride(p.section.Rows), shelf: make(shelf[rows], 2*r.env.Concurrency+2)}
	t.file.Name = p.section.Name
	if p.table.Name != patientTable || r.related() { // alone, patients have nothing that is held against their birth
		t.taker = history.NewTaker(p.table.Name, t.layout)
	}
	t.related = r.related()
	t.references = r.broken[len(r.manifest.Pieces)].Check(p.table, t.layout)
	t.uidHead = r.file.Source + r.file.SHA256
	if r.members > 1 { // the members of an archive share its hash
		t.uidHead += p.section.Name + "/"
	}
	t.issueHead = append(appendJSON(append(appendJSON([]byte(`{"file":`), p.section.Name), `,"table":`...), p.table.Name), ',')
	t.changesHead = append(appendJSON(append(slices.Clone(t.issueHead), `"origin":`...), t.uidHead), ',')
	for slot, name := range t.layout.Names {
		t.cards = append(t.cards, scorecard.Column{Field: name, Header: t.headers[slot], Type: t.types[slot], Companion: !t.filled.Has(slot)})
	}
	for _, s := range t.settings {
		t.dispositions = append(t.dispositions, s.disposition)
		t.suggests = append(t.suggests, s.suggests)
	}
	if t.applies = applied(t.settings); t.applies != nil { // what is found in any value may change how it is read
		for i := range t.columns {
			t.columns[i].plain = nil
		}
	}
	for _, f := range p.table.Fields {
		if f.Key && len(t.variants) == 0 { // the rows of one record share its key
			t.keys = append(t.keys, f.Name)
		}
	}
	if t.job.Options.Provenance {
		t.hashed = newKeyHash(t.file.Source, t.table, t.layout)
	}
	if t.job.Operation == Harmonize {
		t.sames = match.NewFacts(match.SecretOf(t.job.ID), t.file.Source, t.job.Profile, t.table, t.layout, t.keys, t.section.Events(t.job.Profile))
		t.crosses = t.table.Name == patientTable
		t.crossHead = append(table.AppendCSVCell(append(table.AppendCSVCell(nil, t.file.Source), ','), t.file.Name), ',')
	}
	for _, field := range ownIDs {
		if slot := t.layout.Slot(field); slot >= 0 {
			t.ownIDs = append(t.ownIDs, slot)
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

// pieceForm is the form of what pieces hold for the engine alone: sums of rows, facts, lines of the crosswalk. It grows by one when that changes.
const pieceForm = 5

// ErrOtherRelease reports a piece that a worker of another release left.
var ErrOtherRelease = errors.New("a part of the job was made by another release of the worker")

// A piece is what one table of one input left to be put together with its siblings.
type piece struct {
	Form    int      `json:"form"`   // see pieceForm
	File    int      `json:"file"`   // place in the manifest's files
	Origin  string   `json:"origin"` // what the ids of its rows begin with, before they are hashed
	Table   string   `json:"table"`
	Repeats string   `json:"repeats,omitempty"` // see plan.RepeatsStay
	Columns []string `json:"columns"`           // of its clean rows
	Header  []string `json:"header"`            // of its quarantined records
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
	kindCrosswalk  = "crosswalk"
	kindPersons    = "persons"
	kindReview     = "review_pairs"
	kindLog        = "log"
	kindFacts      = "facts"   // for what the rows of a patient say about each other; never an output of a job
	kindSames      = "sames"   // for the search of versions and of records of one person; never an output of a job
	kindPeople     = "people"  // for the crosswalk of patients; never an output of a job
	kindPairs      = "pairs"   // for who is who, of a shard of the patients; never an output of a job
	kindNames      = "names"   // for the search of patients and visits that are not there; never an output of a job
	kindEntries    = "entries" // for the search of duplicates; never an output of a job
)

// A yield is what was counted while records became rows.
type yield struct {
	counts Counts
	issues issueCounts
	card   scorecard.File
	failed rule.ID // under which the file fails, 0: none
}

// transformSource writes the piece of a planned source, and says what became of it.
func (r *run) transformSource(ctx context.Context, p *planned) (*piece, *FileResult, error) {
	t := newTransform(r, p)
	out, err := r.createPiece(t)
	if err != nil {
		return nil, nil, err
	}
	out.heads()
	out.findings(t, p)
	y, err := r.transformRecords(ctx, t, r.stage(p.source), out)
	if err != nil {
		out.discard()
		return nil, nil, err
	}
	result := r.judge(t, p, y, out)
	pc, err := out.close()
	return pc, result, err
}

// stage is the second pass over a source.
func (r *run) stage(src *table.Source) stage[*rows] {
	return stage[*rows]{name: "transform", source: src, goroutines: r.env.Concurrency}
}

// transformRecords writes the rows of the records of a stage.
func (r *run) transformRecords(ctx context.Context, t *transform, s stage[*rows], out *pieceWriter) (*yield, error) {
	y := &yield{issues: newIssueCounts(len(t.layout.Names))}
	var workers []*transformer
	var mu sync.Mutex
	progress := r.progress("transform", s.source)
	s.work = func() func(*table.Batch, int64) *rows {
		w := newTransformer(t)
		mu.Lock()
		workers = append(workers, w)
		mu.Unlock()
		return w.chunk
	}
	s.hand = func(done *rows, bytes int) error {
		defer t.shelf.put(done)
		y.counts.add(done.counts)
		if y.failed == 0 {
			y.failed = done.failed
		}
		progress.add(done.counts.RowsIn, bytes)
		return out.add(done)
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	tally := scorecard.NewTally(r.job.Profile, t.cards)
	for _, w := range workers {
		w.settle()
		y.issues.merge(w.counts)
		tally.Merge(w.tally)
	}
	y.card = tally.File(r.job.Profile)
	return y, nil
}

// judge says what became of a file whose records are rows, and writes what is known of all of them.
func (r *run) judge(t *transform, p *planned, y *yield, out *pieceWriter) *FileResult {
	result := r.fileResult(p.source, p.table.Name)
	result.Counts = y.counts
	y.issues.dropped(&result.Counts)
	out.totals(t, y.issues)
	r.addIssues(t, p, y.issues)
	failed := r.failing(p)
	if failed == 0 {
		failed = y.failed
	}
	empty := int64(0)
	if r.settings[ruleNoRows].disposition == rule.QuarantineRow {
		empty = y.issues.of(-1, ruleNoRows)
	}
	if f := r.rejected(&result.Counts, empty, failed); f != nil {
		result.fail(f, r.settings)
		out.withhold(&result.Counts)
	}
	r.addCard(t, p, y.card, result)
	return result
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

// rejected returns why a file fails that could be read: a rule that says so, or too many rows of it are unusable. Those that are empty are not
// unusable: nothing was measured.
func (r *run) rejected(c *Counts, empty int64, failed rule.ID) *failure {
	if failed != 0 {
		return &failure{failed, r.job.Profile.Rule(failed).Message}
	}
	limit := r.job.Profile.RejectLimit()
	if o := r.job.Options.MaxRejectPct; o != nil {
		limit = *o
	}
	unusable, all := c.Quarantined-empty, c.RowsOut+c.Quarantined
	if c.RowsIn < rejectFrom || float64(unusable)*100 <= limit*float64(all) {
		return nil
	}
	return &failure{ruleRejected, strconv.FormatInt(unusable, 10) + " of " + strconv.FormatInt(all, 10) + " rows are unusable"}
}

// rejectFrom is how many records a file has before the share of its unusable rows says something.
const rejectFrom = 100
