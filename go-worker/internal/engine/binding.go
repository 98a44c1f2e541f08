package engine

import (
	"cmp"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
	"harmonizer/go-worker/internal/validate"
)

// A binding is how the records of one file become rows of one table. It is fixed once the plan is frozen and shared
// by all goroutines.
type binding struct {
	table    *profile.Table
	layout   *standardize.Layout
	headers  []string // by slot: the columns of the file that fill it, for findings
	types    []string // by slot: the family of those columns
	columns  []column // fill the slots of every row
	variants []variant

	pressures      []variant // the halves of a blood pressure in one cell of a long file
	code, codeText int       // slots that say whether one is; set with them
	plain          bool      // the record itself is a row, beside or without those of variants
	result         int       // slot of what a variant fills, -1 without variants
	value          int       // slots of a result, its text and the reason why there is none; -1 in other tables
	text           int
	absent         int
	steps          []standardize.Work
	rules          *validate.Rules
	parts          [][]int           // by slot: the companions that go with its value
	filled         standardize.Slots // the file has cells for them, so that a change is told
	given          bool              // a column is given
}

// A column of a file, or several that are one list, and the slots they fill.
type column struct {
	slot   int
	cells  []int // places in the record
	adds   []string
	heads  []string // headers of the cells, of one-hot columns
	nulls  *plan.NullSet
	reason int                   // slot of why there is no value, -1: none; of a column that knows null words
	read   standardize.CellFunc  // nil: the value passes untouched
	plain  standardize.PlainFunc // for the most usual values, nil: there is none
	parts  []int                 // slots of the companions
	given  bool                  // an untouched column named like a companion, which an earlier run wrote
	owner  int                   // of a given one: slot of the value that it goes with, -1 none
	trim   bool                  // of an untouched column: without the white space around it
	memo   int                   // place of its memo, -1: none
	oneOf  bool                  // of its cells the first that holds a value counts
	timed  bool                  // the second of its cells holds the time of day of the date in the first one
	units  []string              // its cells hold parts of one measure in these units, nil: they do not
}

// A variant is a row that one cell of a record makes: one observation of a wide file, one of several diagnoses.
type variant struct {
	column column
	half   int // 1, 2: this half of a combined blood pressure; 0: the whole cell
	fixed  []fixedValue
	steps  []standardize.Work
	name   string // header of the cell and part, to tell the rows of a record apart
	source int    // place of its cell

	pressure int // systolic, diastolic; 0: no blood pressure
	body     int // weight, height, bodyMass; 0: none of them
}

// Pressures of one record are compared.
const (
	systolic  = 1
	diastolic = 2
)

// A fixedValue is what the profile says about every cell of a wide column.
type fixedValue struct {
	slot  int
	value string
}

// A binder makes a binding.
type binder struct {
	job     *Job
	table   *profile.Table
	section *plan.File
	fields  map[string][]int // by field: the places of its columns, in order of the header
	wide    []int            // places of wide columns
	rows    string           // field of which each column becomes a row, "" none
	names   []string         // of the slots
	b       *binding
}

// bind resolves a planned file.
func bind(job *Job, t *profile.Table, section *plan.File) *binding {
	d := &binder{job: job, table: t, section: section, fields: map[string][]int{}, b: &binding{table: t, result: -1}}
	d.sort()
	d.name()
	d.b.layout = standardize.NewLayout(d.names)
	d.b.value, d.b.text, d.b.absent = d.b.layout.Slot("value"), d.b.layout.Slot("value_text"), d.b.layout.Slot("absent_reason")
	n := len(d.names)
	d.b.headers, d.b.types = make([]string, n), make([]string, n)
	d.b.parts, d.b.filled = make([][]int, n), standardize.NewSlots(n)
	d.bindColumns()
	d.bindVariants()
	d.bindPressures()
	d.b.given = slices.ContainsFunc(d.b.columns, func(c column) bool { return c.given })
	d.b.steps = d.bindSteps(d.columnOf)
	d.b.rules = validate.Bind(job.Profile, t, d.b.layout, job.Codes, d.agesOn(), job.Today, job.links())
	return d.b
}

// agesOn returns what was decided about the day of the ages, "" for nothing.
func (d *binder) agesOn() string {
	columns := d.fields["age"]
	if len(columns) == 0 {
		return ""
	}
	return d.section.Columns[columns[0]].Decisions[plan.AgesOn].Value
}

// sort tells columns of fields from wide ones.
func (d *binder) sort() {
	for i := range d.section.Columns {
		switch c := &d.section.Columns[i]; {
		case c.Wide:
			d.wide = append(d.wide, i)
		case c.Type != "":
			d.fields[c.Field] = append(d.fields[c.Field], i)
		}
	}
	for i := range d.table.Fields {
		if f := &d.table.Fields[i]; f.Repeat == "rows" && len(d.fields[f.Name]) > 1 {
			d.rows = f.Name
		}
	}
	_, value := d.fields["value"]
	d.b.plain = d.rows == "" && (len(d.wide) == 0 || value)
}

// impliedByWide are the fields that a wide column fills.
var impliedByWide = []string{"category", "code", "code_text", "value", "unit"}

// has reports whether the file fills a field of the table.
func (d *binder) has(field string) bool {
	if _, ok := d.fields[field]; ok {
		return true
	}
	return len(d.wide) > 0 && slices.Contains(impliedByWide, field) || d.rows != "" && field == "rank"
}

// name lists the slots: fields in order of the profile, companions, what row steps add, untouched columns.
func (d *binder) name() {
	var added []string
	for _, step := range standardize.Steps(d.table.Name) {
		added = append(added, step.Adds(d.has)...)
	}
	var fields []*profile.Field
	for i := range d.table.Fields {
		if f := &d.table.Fields[i]; d.has(f.Name) || slices.Contains(added, f.Name) {
			fields = append(fields, f)
			d.addName(f.Name)
		}
	}
	for _, f := range fields {
		for _, c := range companions(f.Type, f.Name, f.Params) {
			d.addName(c)
		}
		if d.saysWhy(f.Name) {
			d.addName(f.Name + reasonSuffix)
		}
		if f.Name == "value" {
			for _, i := range d.wide {
				for _, c := range companions(d.section.Columns[i].Type, f.Name, nil) {
					d.addName(c)
				}
			}
		}
	}
	for _, a := range added {
		d.addName(a)
	}
	for i := range d.section.Columns {
		if c := &d.section.Columns[i]; c.Type == "" {
			d.addName(d.untouched(c))
		}
	}
}

// reasonSuffix ends the names of the columns that say why a value is missing, in words of FHIR's data-absent-reason.
const reasonSuffix = "_absent_reason"

// saysWhy reports whether a field has a column for the reasons of missing values: the plan wants it, or an earlier run wrote it.
func (d *binder) saysWhy(field string) bool {
	return slices.ContainsFunc(d.fields[field], func(place int) bool { return d.section.Columns[place].Settings().SaysWhy }) ||
		slices.ContainsFunc(d.section.Columns, func(c plan.Column) bool { return c.Type == "" && c.Header == field+reasonSuffix })
}

func (d *binder) addName(name string) {
	if !slices.Contains(d.names, name) {
		d.names = append(d.names, name)
	}
}

// written returns the names of all columns that the engine may add to clean tables of a profile.
func written(p *profile.Profile) map[string]bool {
	names := map[string]bool{}
	for i := range p.Tables {
		for _, name := range additions(&p.Tables[i]) {
			names[name] = true
		}
	}
	return names
}

// additions returns the columns that the engine may add to a table, in their order.
func additions(t *profile.Table) []string {
	var names []string
	for i := range t.Fields {
		names = append(names, companions(t.Fields[i].Type, t.Fields[i].Name, t.Fields[i].Params)...)
		if plan.SaysWhy(t.Fields[i].Type) {
			names = append(names, t.Fields[i].Name+reasonSuffix)
		}
	}
	for _, step := range standardize.Steps(t.Name) {
		names = append(names, step.Adds(func(field string) bool { return t.Field(field) != nil })...)
	}
	return names
}

// companions returns the names of the fields that a family fills beside its own.
func companions(typ, field string, params map[string]string) []string {
	family, _ := standardize.Lookup(typ)
	return family.Fills(field, params)
}

// untouched names the slot of a column that no field takes. One that an earlier run wrote (birth_date_precision)
// keeps its place, and a generic table its headers; one that is named as a field, but is none, does not stand in that field's place.
func (d *binder) untouched(c *plan.Column) string {
	if d.table.Name == profile.Generic {
		return c.Header
	}
	if slices.Contains(d.names, c.Header) && d.table.Field(c.Header) == nil {
		return c.Header
	}
	return c.Field
}

// bindColumns binds what fills the slots of every row.
func (d *binder) bindColumns() {
	for i := range d.table.Fields {
		f := &d.table.Fields[i]
		places, ok := d.fields[f.Name]
		if !ok || f.Name == d.rows {
			continue
		}
		d.b.columns = append(d.b.columns, d.bindColumn(f.Name, places))
	}
	for i := range d.section.Columns {
		c := &d.section.Columns[i]
		if c.Type != "" {
			continue
		}
		name := d.untouched(c)
		slot := d.b.layout.Slot(name)
		d.b.filled.Add(slot)
		d.b.headers[slot] = c.Header
		generic := d.table.Name == profile.Generic
		d.b.columns = append(d.b.columns, column{slot: slot, cells: []int{i}, memo: -1,
			given: name != c.Field && !generic, owner: d.owner(slot), trim: generic})
	}
}

// owner returns the slot whose companion a slot is, -1 when it is none.
func (d *binder) owner(companion int) int {
	return slices.IndexFunc(d.b.parts, func(parts []int) bool { return slices.Contains(parts, companion) })
}

// bindColumn binds the columns of one field; several are one list.
func (d *binder) bindColumn(field string, places []int) column {
	first := &d.section.Columns[places[0]]
	c := column{slot: d.b.layout.Slot(field), cells: places, nulls: first.Nulls(d.table), reason: d.b.layout.Slot(field + reasonSuffix)}
	f := d.table.Field(field)
	col := d.describe(places[0], field, f.Settings(), f.Unit, f.Width)
	family, ok := standardize.Lookup(first.Type)
	if ok {
		c.read, c.plain = family.Bind(col), family.BindPlain(col)
	}
	if at := d.other(first, plan.TimeOfDay); at >= 0 && len(places) == 1 {
		c.cells, c.timed = []int{places[0], at}, true
		places = c.cells
	}
	if at := d.other(first, plan.OtherPart); at >= 0 && len(places) == 1 {
		c.cells, c.units = d.parted(places[0], at)
		places = c.cells
	}
	c.parts = d.slots(companions(first.Type, field, f.Params))
	heads := make([]string, len(places))
	for i, place := range places {
		heads[i] = d.section.Columns[place].Header
		if adds := d.section.Columns[place].Adds; adds != "" && c.adds == nil {
			c.adds = make([]string, len(places))
		}
	}
	for i := range c.adds {
		c.adds[i] = d.section.Columns[places[i]].Adds
	}
	c.heads = heads
	c.oneOf = len(places) > 1 && f.Repeat == "" && c.adds == nil && !c.timed && c.units == nil
	c.memo = d.b.memos()
	d.b.headers[c.slot], d.b.types[c.slot] = strings.Join(heads, "|"), first.Type
	d.b.filled.Add(c.slot)
	d.b.parts[c.slot] = c.parts
	return c
}

// other returns the place of the column that a decision about a column names, -1 when there is none.
func (d *binder) other(c *plan.Column, decision string) int {
	named, ok := c.Decisions[decision]
	if !ok {
		return -1
	}
	return slices.IndexFunc(d.section.Columns, func(other plan.Column) bool { return other.Header == named.Value })
}

// memos returns how many columns have a memo, and so the place of the next one's.
func (b *binding) memos() int {
	n := 0
	for i := range b.columns {
		if b.columns[i].memo >= 0 {
			n++
		}
	}
	return n + len(b.variants) + len(b.pressures)
}

func (d *binder) slots(names []string) []int {
	slots := make([]int, len(names))
	for i, n := range names {
		slots[i] = d.b.layout.Slot(n)
	}
	return slots
}

// columnOf describes the column that fills a field, for standardizers.
func (d *binder) columnOf(field string) (standardize.Column, bool) {
	places, ok := d.fields[field]
	if !ok {
		return standardize.Column{}, false
	}
	f := d.table.Field(field)
	return d.describe(places[0], field, f.Settings(), f.Unit, f.Width), true
}

// describe fills a Column from the profile and the plan.
func (d *binder) describe(place int, field string, params map[string]string, unit string, width int) standardize.Column {
	c := &d.section.Columns[place]
	s := c.Settings()
	if s.Unit != "" {
		unit = s.Unit
	}
	if s.Width != 0 {
		width = s.Width
	}
	return standardize.Column{
		Field: field, Table: d.table.Name, Type: c.Type, Header: c.Header, Params: params,
		Today: d.job.Today, Country: cmp.Or(s.Country, d.job.Profile.Locale.Country), DateOrder: s.DateOrder, DateSerial: s.DateSerial, DateDigits: s.DateDigits,
		Unit: unit, UnitRule: s.UnitRule, Decimal: s.Decimal, Width: width, StripFloat: s.StripFloat,
		CodeSystem: s.CodeSystem, Decisions: s.Decisions, Sentinels: s.Sentinels,
	}
}

// bindSteps binds the row steps of the table to the file's columns.
func (d *binder) bindSteps(columns func(string) (standardize.Column, bool)) []standardize.Work {
	var steps []standardize.Work
	for _, step := range standardize.Steps(d.table.Name) {
		steps = append(steps, step.Bind(d.b.layout, columns)...)
	}
	return steps
}
