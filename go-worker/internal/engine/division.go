package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// A Division is how the records of a large file are shared out: what the item that planned it knows, so that those that
// transform a range read the very same table, and the ranges.
type Division struct {
	Alone      bool          `json:"alone"`  // the only file of its job
	Source     string        `json:"source"` // name of the table.Source
	Hint       string        `json:"hint"`
	Header     []string      `json:"header"`
	HeaderLine int64         `json:"header_line"`
	Rows       int           `json:"rows"`     // of a record, at most; 0 of an earlier release
	Notes      []found       `json:"notes"`    // about the file
	Findings   []found       `json:"findings"` // about its columns
	Ranges     []table.Range `json:"ranges"`
}

// found is something found about the file or a column, with its rule by its public id.
type found struct {
	Rule   string `json:"rule_id"`
	Header string `json:"header"`
	Field  string `json:"field"`
	Count  int64  `json:"count"`
	Detail string `json:"detail"`
}

// errNotAsPlanned reports that a range cannot be read as the whole file was.
var errNotAsPlanned = errors.New("the file is not read as it was planned")

// PlanFile plans a file, which is then read in ranges of about so many bytes: its manifest has a Division, RunRange does each of
// them, and Finish puts them together. A file that cannot be divided is done whole, as RunFile does it.
func PlanFile(ctx context.Context, job Job, file File, alone bool, rangeBytes int64, env Env) (*Manifest, error) {
	return runFile(ctx, job, file, alone, max(rangeBytes, 1), env)
}

// divides reports whether the source is to be cut into ranges.
func (r *run) divides(src *table.Source) bool {
	return r.rangeBytes > 0 && r.members == 1 && src.Divisible()
}

// cut begins a range with the chunk at a place of the file, when the one before has enough bytes.
func (r *run) cut(place, line, records int64) {
	if n := len(r.ranges); n > 0 {
		if place-r.ranges[n-1].Start < r.rangeBytes {
			return
		}
		r.ranges[n-1].End = place
	}
	r.ranges = append(r.ranges, table.Range{Start: place, End: r.file.Input.Size, Line: line, Records: records})
}

// division is what the items of the ranges have to know.
func (r *run) division(p *planned) *Division {
	s := p.source
	d := &Division{Alone: r.alone, Source: s.Name, Hint: s.TableHint, Header: s.Header, HeaderLine: s.HeaderLine, Rows: p.rows, Ranges: r.ranges,
		Notes: []found{}, Findings: []found{}}
	for _, n := range s.Notes {
		d.Notes = append(d.Notes, found{r.settings[n.Rule].id, n.Column, "", n.Count, n.Detail})
	}
	for _, f := range p.findings {
		d.Findings = append(d.Findings, found{r.settings[f.Rule].id, f.Header, f.Field, f.Count, f.Detail})
	}
	return d
}

// planned returns what the item that planned a file knew of it, but for the way to its bytes.
func (r *run) planned(d *Division, section *plan.File) (*planned, error) {
	p := &planned{rows: max(d.Rows, 1), section: section, table: r.job.Profile.Table(section.Table.Name)}
	if p.table == nil {
		return nil, fmt.Errorf("the profile has no table %q", section.Table.Name)
	}
	p.source = &table.Source{Name: d.Source, TableHint: d.Hint, Header: d.Header, HeaderLine: d.HeaderLine, Ingest: section.Ingest}
	for _, n := range d.Notes {
		id, err := r.ruleCalled(n.Rule)
		if err != nil {
			return nil, err
		}
		p.source.Notes = append(p.source.Notes, table.Note{Rule: id, Count: n.Count, Column: n.Header, Detail: n.Detail})
	}
	for _, f := range d.Findings {
		id, err := r.ruleCalled(f.Rule)
		if err != nil {
			return nil, err
		}
		p.findings = append(p.findings, plan.Finding{Rule: id, Header: f.Header, Field: f.Field, Count: f.Count, Detail: f.Detail})
	}
	return p, nil
}

// ruleCalled returns a rule of the job's profile by its public id.
func (r *run) ruleCalled(id string) (rule.ID, error) {
	at := slices.IndexFunc(r.settings, func(s setting) bool { return s.id == id })
	if at < 0 {
		return 0, fmt.Errorf("no rule %q", id)
	}
	return rule.ID(at), nil
}
