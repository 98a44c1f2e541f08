package engine

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/table"
)

// A Preview is what the engine understands of a file from its beginning. It holds values: it is for the eyes of whom
// the file belongs to.
type Preview struct {
	Tables []PreviewTable `json:"tables"` // one of a file, several of an archive
	Plan   string         `json:"plan"`   // as YAML, to be edited and supplied
	Whole  bool           `json:"whole"`  // the whole file was looked at
}

// A PreviewTable is one table of the file.
type PreviewTable struct {
	Name    string          `json:"name"`
	Reason  string          `json:"reason,omitempty"`  // rule id, when it cannot be processed
	Detail  string          `json:"message,omitempty"` // why, in words
	Form    PreviewForm     `json:"form"`
	Table   string          `json:"table"`
	Why     string          `json:"why"`
	Columns []PreviewColumn `json:"columns"`
	Fields  []string        `json:"fields"` // of the rows
	Rows    []PreviewRow    `json:"rows"`
	Issues  []IssueCount    `json:"issues"` // of the records looked at
}

// A PreviewForm says how the bytes are read.
type PreviewForm struct {
	Format    string `json:"format"`
	Packing   string `json:"packing,omitempty"`
	Encoding  string `json:"encoding,omitempty"`
	Delimiter string `json:"delimiter,omitempty"`
	Quote     string `json:"quote,omitempty"`
	Header    string `json:"header,omitempty"`
	Line      int64  `json:"line,omitempty"` // of the header
}

// A PreviewColumn says what a column was taken for.
type PreviewColumn struct {
	Header    string            `json:"header"`
	Field     string            `json:"field"`
	Type      string            `json:"type,omitempty"`
	Score     float64           `json:"score,omitempty"`
	Why       string            `json:"why,omitempty"`
	Decisions []PreviewDecision `json:"decisions,omitempty"`
}

// A PreviewDecision is one thing that was decided about a column.
type PreviewDecision struct {
	Name       string  `json:"name"`
	Value      string  `json:"value"`
	Rule       string  `json:"rule_id,omitempty"`
	Confidence float64 `json:"confidence,omitempty"`
	Why        string  `json:"why,omitempty"`
}

// A PreviewRow is a record before, and the rows it becomes.
type PreviewRow struct {
	Record      int64      `json:"record_no"`
	Line        int64      `json:"source_line"`
	Before      []string   `json:"before"`
	After       [][]string `json:"after"`
	Quarantined []string   `json:"quarantined,omitempty"` // rule ids

	// Rules are what was found in cells, by field. Of a record that becomes several rows they are not told.
	Rules map[string][]string `json:"rules,omitempty"`
}

// How much of a file a preview looks at.
const (
	previewBytes   = 4 << 20
	previewRecords = 50
	beyondLimit    = 1 << 20 // of the bytes behind, so that chunks end as they do in the whole file
)

// PreviewFile plans the beginning of a file and shows its first records before and after. Nothing is written.
func PreviewFile(ctx context.Context, job Job, file File) (_ *Preview, err error) {
	defer recovered(&err, "preview")
	r, err := newRun(job, file, Env{Concurrency: 1})
	if err != nil {
		return nil, err
	}
	r.limit = previewBytes
	p := &Preview{Tables: []PreviewTable{}}
	sources, err := r.open(ctx)
	if err != nil {
		f, err := failureOf(err)
		if err != nil {
			return nil, err
		}
		p.Tables = append(p.Tables, PreviewTable{Name: file.Name, Reason: f.rule.String(), Detail: f.detail})
		return p, nil
	}
	r.members = len(sources)
	for _, src := range sources {
		t, err := r.previewSource(ctx, src)
		if err != nil {
			return nil, err
		}
		p.Tables = append(p.Tables, *t)
	}
	p.Plan = string(plan.Marshal(job.newPlan(r.sections...)))
	p.Whole = !r.limited
	return p, nil
}

// previewSource previews one table.
func (r *run) previewSource(ctx context.Context, src *table.Source) (*PreviewTable, error) {
	i := src.Ingest
	t := &PreviewTable{Name: r.nameOf(src), Columns: []PreviewColumn{}, Rows: []PreviewRow{}, Issues: []IssueCount{},
		Form: PreviewForm{i.Format, i.Packing, i.Encoding, i.Delimiter, i.Quote, i.Header, i.Line}}
	p, err := r.planSource(ctx, src)
	if err != nil {
		f, err := failureOf(err)
		if err != nil {
			return nil, err
		}
		t.Reason, t.Detail = r.settings[f.rule].id, f.detail
		return t, nil
	}
	r.sections = append(r.sections, p.section)
	t.Table, t.Why = p.section.Table.Name, p.section.Table.Why
	for i := range p.section.Columns {
		t.Columns = append(t.Columns, previewColumn(&p.section.Columns[i]))
	}
	return t, r.previewRows(ctx, p, t)
}

func previewColumn(c *plan.Column) PreviewColumn {
	column := PreviewColumn{Header: c.Header, Field: c.Field, Type: c.Type, Score: c.Score, Why: c.Why}
	for _, name := range slices.Sorted(maps.Keys(c.Decisions)) {
		d := c.Decisions[name]
		column.Decisions = append(column.Decisions, PreviewDecision{name, d.Value, d.Rule, d.Confidence, d.Why})
	}
	return column
}

// previewRows transforms the first records.
func (r *run) previewRows(ctx context.Context, p *planned, t *PreviewTable) error {
	w := newTransformer(newTransform(r, p))
	t.Fields = w.cleanColumns()
	err := p.source.Scan(ctx, func(c *table.Chunk) error {
		defer c.Release()
		b := new(table.Batch)
		if err := p.source.Decode(c, b); err != nil {
			return err
		}
		for i := 0; i < b.Len() && len(t.Rows) < previewRecords; i++ {
			row, err := w.previewRecord(b, i, int64(len(t.Rows)+1))
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, *row)
		}
		if len(t.Rows) >= previewRecords {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	w.settle()
	r.addIssues(w.transform, p, w.counts)
	t.Issues, r.manifest.Issues = r.manifest.Issues, []IssueCount{}
	return nil
}

// previewRecord shows one record before and after.
func (w *transformer) previewRecord(b *table.Batch, i int, no int64) (*PreviewRow, error) {
	w.out = new(rows)
	row := &PreviewRow{Record: no, Line: b.Line(i), After: [][]string{}}
	for _, cell := range append(b.Row(i)[:w.width:w.width], b.Extra(i)...) {
		row.Before = append(row.Before, strings.Clone(cell)) // its memory is used again
	}
	w.records(b, i, i+1, no-int64(i))
	for _, h := range w.quarantine {
		row.Quarantined = append(row.Quarantined, w.settings[h.Rule].id)
	}
	in := newRowReader(bytes.NewReader(w.out.clean))
	if w.job.Operation == Validate { // which writes no rows
		return row, nil
	}
	for range w.out.counts.RowsOut {
		cells, err := in.next()
		if err != nil {
			return nil, err
		}
		row.After = append(row.After, append([]string(nil), cells...))
	}
	if len(row.After) == 1 {
		row.Rules = w.rulesByField()
	}
	return row, nil
}

// rulesByField are the rules that the row at work met in its cells.
func (w *transformer) rulesByField() map[string][]string {
	found := map[string][]string{}
	for _, h := range w.row.Hits {
		if h.Slot < 0 {
			continue
		}
		field, id := w.layout.Names[h.Slot], w.settings[h.Rule].id
		if !slices.Contains(found[field], id) {
			found[field] = append(found[field], id)
		}
	}
	return found
}
