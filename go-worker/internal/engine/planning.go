package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// A planned source is ready to be transformed.
type planned struct {
	source   *table.Source
	rows     int // of a record, at most: its chunks are so many times smaller
	table    *profile.Table
	section  *plan.File
	findings []plan.Finding
}

// A failure says under which rule a file cannot be processed, and why, without any value.
type failure struct {
	rule   rule.ID
	detail string
}

// failureOf returns the failure of a file that an error stands for; other errors are the caller's.
func failureOf(err error) (*failure, error) {
	var refused *table.Refused
	var refusal *plan.Refusal
	switch {
	case errors.As(err, &refused):
		return &failure{refused.Rule, refused.Message}, nil
	case errors.As(err, &refusal):
		return &failure{refusal.Rule, refusal.Detail}, nil
	}
	return nil, err
}

// furtherTables are those of a source of which more than one was found, by reading it through.
type furtherTables struct{ sources []*table.Source }

func (*furtherTables) Error() string { return "further tables stand below" }

// apart returns the tables of a source as an error where it has several.
func apart(ctx context.Context, src *table.Source) error {
	sources, err := src.Apart(ctx)
	if err == nil && len(sources) > 1 {
		err = &furtherTables{sources}
	}
	return err
}

// planSource counts the evidence of a source and freezes its decisions. The error is furtherTables when it is more than one.
func (r *run) planSource(ctx context.Context, src *table.Source) (*planned, error) {
	if src.Refused != nil {
		return nil, src.Refused
	}
	header := src.Header[:dataWidth(src.Header)]
	sample, err := sampleOf(ctx, src, len(header))
	if err != nil {
		return nil, err
	}
	o := plan.Options{Today: r.job.Today, Table: r.file.Table, Written: written(r.job.Profile), Reads: r.job.reads}
	if src.Below {
		o.Table = "" // the user named that of the file, which begins with another table
	}
	if r.job.Plan != nil {
		o.Supplied = r.job.Plan.For(src.Name, r.file.Source, header)
	}
	in := plan.Input{Name: r.nameOf(src), Source: r.file.Source, Ingest: src.Ingest, Hint: src.TableHint, Header: header, Sample: sample}
	b, err := plan.NewBuilder(r.job.Profile, in, o)
	if err != nil {
		if err := apart(ctx, src); err != nil {
			return nil, err
		}
		var refusal *plan.Refusal
		if !errors.As(err, &refusal) && o.Supplied != nil {
			return nil, &plan.Refusal{Rule: ruleNotTheTable, Detail: err.Error()}
		}
		return nil, err
	}
	rows := b.RowsOfRecord()
	src = src.InSmallerChunks(rows)
	if err := r.count(ctx, src, b); err != nil {
		return nil, err
	}
	p := &planned{source: src, rows: rows, table: b.Table()}
	p.section, p.findings = b.Freeze()
	if r.limited {
		p.section.Rows = 0 // not all were counted: no delivery is held against so few
	}
	r.countCodes(b, p, o.Supplied)
	switch {
	case r.job.Plan != nil && o.Supplied == nil:
		p.findings = append(p.findings, plan.Unfollowed)
	case r.anew:
		p.findings = append(p.findings, plan.OtherForm)
	}
	return p, nil
}

// sampleRows are as many as the mapping of a header looks at; sampleChunk is about how many bytes are read for them at once.
const (
	sampleRows  = 200
	sampleChunk = 64 << 10
)

var errEnough = errors.New("enough rows")

// sampleOf returns the first rows of a source.
func sampleOf(ctx context.Context, src *table.Source, width int) ([][]string, error) {
	var sample [][]string
	src = src.InChunks(sampleChunk)
	err := src.Scan(ctx, func(c *table.Chunk) error {
		defer c.Release()
		b := new(table.Batch)
		if err := src.Decode(c, b); err != nil {
			return err
		}
		for i := 0; i < b.Len() && len(sample) < sampleRows; i++ {
			row := slices.Clone(b.Row(i)[:width])
			for k := range row {
				row[k] = strings.Clone(row[k])
			}
			sample = append(sample, row)
		}
		if len(sample) >= sampleRows {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return sample, err
}

// evident is what remains to be told of a chunk whose evidence was taken.
type evident struct {
	records int64
	goesOn  bool // one of them may head a further table
}

// count gathers the evidence of all records.
func (r *run) count(ctx context.Context, src *table.Source, b *plan.Builder) error {
	var all []*plan.Evidence
	var mu sync.Mutex
	progress := r.progress("plan", src)
	s := stage[evident]{name: "plan", source: src, goroutines: r.env.Concurrency}
	r.ranges = nil
	if r.divides(src) {
		s.meet = func(c *table.Chunk) { r.cut(src.Place(c), c.Line, progress.p.Rows) }
	}
	s.work = func() func(*table.Batch, int64) evident {
		e := b.NewEvidence()
		mu.Lock()
		all = append(all, e)
		mu.Unlock()
		return func(batch *table.Batch, _ int64) evident {
			r.countBatch(e, batch)
			return evident{int64(batch.Len()), src.MayGoOn(batch)}
		}
	}
	looked := false // for further tables
	s.hand = func(c evident, bytes int) error {
		progress.add(c.records, bytes)
		if c.goesOn && !looked {
			looked = true
			if err := apart(ctx, src); err != nil {
				return err
			}
		}
		if r.limit > 0 && progress.p.Bytes >= r.limit {
			r.limited = true
			return errEnough
		}
		return nil
	}
	if err := s.run(ctx); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for _, e := range all {
		b.Merge(e)
	}
	return nil
}

// countBatch takes the evidence of the records that can be read.
func (r *run) countBatch(e *plan.Evidence, batch *table.Batch) {
	from := 0
	for i := range batch.Len() {
		if r.damaged(batch.Faults(i)) {
			e.Add(batch.Rows(from, i), batch.Width)
			from = i + 1
		}
	}
	e.Add(batch.Rows(from, batch.Len()), batch.Width)
}

// damaged reports whether a fault keeps a record from being read.
func (r *run) damaged(faults []table.Fault) bool {
	for _, f := range faults {
		if r.settings[f.Rule].disposition >= rule.QuarantineRow {
			return true
		}
	}
	return false
}
