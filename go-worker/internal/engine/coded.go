package engine

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/standardize"
)

// codedTypes are the families whose values are codes of a short list.
var codedTypes = []string{"gender", "birth_sex", "race", "ethnicity", "marital_status", "boolean", "value_set", "interpretation",
	"encounter_class", "route", "code_system", "unit"}

// countCodes notes in the plan how often each code stands in the coded columns of a file, for the next delivery to be held against, and
// holds the file against the last one. The distinct values were counted already: each is read once.
func (r *run) countCodes(b *plan.Builder, p *planned, last *plan.File) {
	d := &binder{job: &r.job, table: p.table, section: p.section}
	for i := range p.section.Columns {
		c := &p.section.Columns[i]
		f := p.table.Field(c.Field)
		if f == nil || c.Wide || c.Adds != "" || !slices.Contains(codedTypes, c.Type) {
			continue
		}
		values, ok := b.Distinct(i)
		family, known := standardize.Lookup(c.Type)
		if !ok || !known || len(values) == 0 {
			continue
		}
		c.Evidence.CountCodes(codesAmong(values, family.Bind(d.describe(i, c.Field, f.Settings(), f.Unit, f.Width))))
		if last != nil {
			p.findings = append(p.findings, plan.CodeDrift(last, c)...)
		}
	}
}

// codesAmong counts the codes that values stand for; a cell may hold several. A text that was kept because nobody knows it is no code:
// it is not read as itself without a finding, and stays out of the plan.
func codesAmong(values map[string]int64, f standardize.CellFunc) map[string]int64 {
	codes := map[string]int64{}
	var cell standardize.Cell
	for value, n := range values {
		for code := range strings.SplitSeq(read(f, value, &cell).Value, "|") {
			if again := read(f, code, &cell); code != "" && again.Value == code && len(again.Hits) == 0 {
				codes[code] += n
			}
		}
	}
	return codes
}

func read(f standardize.CellFunc, value string, scratch *standardize.Cell) *standardize.Cell {
	scratch.Reset()
	f(value, scratch)
	return scratch
}
