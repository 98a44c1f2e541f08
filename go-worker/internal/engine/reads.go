package engine

import (
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

// reads returns what tells whether the values of a column can be read at all, so that the plan does not promise what would empty it.
func (j *Job) reads(t *profile.Table, c *plan.Column) plan.Reader {
	family, ok := standardize.Lookup(c.Type)
	f := t.Field(c.Field)
	if !ok || f == nil {
		return func(string) bool { return true }
	}
	d := &binder{job: j, table: t, section: &plan.File{Columns: []plan.Column{*c}}}
	read := family.Bind(d.describe(0, c.Field, f.Settings(), f.Unit, f.Width))
	var cell standardize.Cell
	return func(value string) bool {
		cell.Reset()
		read(value, &cell)
		return !cell.Unusable
	}
}
