// Package plan decides, once per file, how to read it: which table it is, which column is which field, and for each
// column the order of dates, the unit, the decimal mark and all else that single cells cannot tell. It counts evidence
// over the whole file, freezes the decisions with their reasons, and says what it had to assume. It changes no value.
package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// An Input is what is known of a file before its rows are counted.
type Input struct {
	Name   string       // file name as the user sent it
	Source string       // who delivers it
	Ingest table.Ingest // how the bytes were read
	Hint   string       // table that the format itself names (FHIR resources), or ""
	Header []string
	Sample [][]string // first rows; 200 are enough
}

// Options steer what is decided.
type Options struct {
	Today    time.Time // the day the job calls today, UTC midnight
	Table    string    // name or alias of the table the user named, "" to choose
	Supplied *File     // decisions to follow instead of taking new ones; the evidence then only shows drift
	Previous *File     // the same source's last plan: its date order is a fallback
	// Written are names of columns that the engine adds to clean tables. A clean table may come back as an input.
	Written map[string]bool
	Reads   func(t *profile.Table, c *Column) Reader // nil: nobody is asked what can be read
}

// A Refusal says under which rule a file cannot be planned.
type Refusal struct {
	Rule   rule.ID
	Detail string // names tables and headers, never values
}

func (r *Refusal) Error() string { return r.Rule.String() + ": " + r.Detail }

var (
	ruleNotTheTable     = rule.Must("FILE-002")
	ruleRequiredMissing = rule.Must("HDR-004")
)

// A Builder plans one file: it maps the header, hands out Evidence, merges it and freezes the decisions.
type Builder struct {
	profile *profile.Profile
	input   Input
	options Options
	table   *profile.Table
	why     string
	matches []match
	columns []Column // mapped, not yet decided
	specs   []*columnSpec
	today   time.Time
	dates   []int // columns that hold dates
	groups  []int // columns that may tell sources apart
	spares  []sparePair
	ages    *ageColumns // nil: no ages beside birth dates
	drift   []Finding
	merged  *Evidence
}

// NewBuilder maps the header of a file. The error is a *Refusal when the file does not meet the table that the user
// or a supplied plan named; any other error is a supplied plan that does not fit the profile.
func NewBuilder(p *profile.Profile, in Input, o Options) (*Builder, error) {
	b := &Builder{profile: p, input: in, options: o, today: o.Today}
	decide := b.mapColumns
	if o.Supplied != nil {
		decide = b.follow
	}
	if err := decide(); err != nil {
		return nil, err
	}
	for i := range b.columns {
		c := &b.columns[i]
		spec := b.specOf(c)
		b.specs = append(b.specs, spec)
		switch {
		case spec.kind != datesKind && slices.ContainsFunc(b.spares, func(p sparePair) bool { return p.column == i }):
		case spec.kind == datesKind:
			b.dates = append(b.dates, i)
		case spec.kind == wordsKind || spec.kind == contentKind:
			b.groups = append(b.groups, i)
		}
	}
	b.findAges()
	b.merged = b.NewEvidence()
	return b, nil
}

// specOf returns how a column is counted.
func (b *Builder) specOf(c *Column) *columnSpec {
	spec := &columnSpec{kind: kinds[c.Type], nulls: b.evidenceNulls(c), births: isBirth(b.table, c.Field),
		mayBeFuture: mayBeFuture(b.table, c.Field), today: b.today}
	if _, known := kinds[c.Type]; !known {
		spec.kind = countsOnly
	}
	return spec
}

// evidenceNulls are the null words of a column before any of them is decided to be a value.
func (b *Builder) evidenceNulls(c *Column) *NullSet {
	undecided := Column{Header: c.Header, Field: c.Field, Type: c.Type}
	return undecided.Nulls(b.table)
}

// mapColumns chooses the table and maps every column.
func (b *Builder) mapColumns() error {
	header := b.input.Header
	sample := newSample(len(header), b.input.Sample)
	known := knownHeaders{weakHeaders(b.profile), b.options.Written, roleOf(header), map[string]readHeader{}}
	var m mapping
	switch {
	case b.options.Table == "" && b.input.Hint != "":
		m, b.why = hintedTable(b.profile, b.input, sample, known)
	case b.options.Table == "":
		m, b.why = chooseTable(b.profile, b.input.Name, header, sample, known)
	default:
		t := b.profile.Table(b.options.Table)
		if t == nil {
			return &Refusal{ruleNotTheTable, fmt.Sprintf("there is no table %q", b.options.Table)}
		}
		b.why = "named by the user"
		if t.Name == profile.Generic {
			m = genericMapping(b.profile, header)
			break
		}
		m = mapHeader(b.profile, t, header, sample, known)
		if !meetsNamed(t, m.has) {
			return refuse(&m)
		}
	}
	b.table, b.matches = m.table, m.columns
	taken := map[string]bool{}
	for i, h := range header {
		c := newColumn(h, i, &m.columns[i], taken)
		if spare := m.columns[i].spare; spare != nil { // the evidence decides whether it stays so
			b.spares = append(b.spares, sparePair{i, firstOf(m.columns, spare), c, b.specOf(&c)})
			c = Column{Header: h, Field: spare.target.name, Type: spare.target.typ, Score: round(spare.score), Why: spare.why,
				Decisions: statedUnit(h, spare.target.typ, spare.unit)}
		}
		b.columns = append(b.columns, c)
	}
	numberRepeats(b.columns)
	return nil
}

// refuse says what the named table lacks.
func refuse(m *mapping) error {
	t := m.table
	closest, missing := t.Minimum[0], len(t.Fields)
	for _, set := range t.Minimum {
		lacking := 0
		for _, f := range set {
			if !m.has(f) {
				lacking++
			}
		}
		if lacking < missing {
			closest, missing = set, lacking
		}
	}
	var lacking []string
	for _, f := range closest {
		if !m.has(f) {
			lacking = append(lacking, accepted(t, f))
		}
	}
	detail := fmt.Sprintf("table %s needs %s", t.Name, strings.Join(lacking, " and "))
	if missing == len(closest) {
		return &Refusal{ruleNotTheTable, detail}
	}
	return &Refusal{ruleRequiredMissing, detail}
}

// accepted lists the headers under which a field is found.
func accepted(t *profile.Table, field string) string {
	f := t.Field(field)
	if f == nil {
		return "a column of results"
	}
	names := f.Synonyms[:min(len(f.Synonyms), 8)]
	return fmt.Sprintf("%s (also accepted: %s)", field, strings.Join(names, ", "))
}

// newColumn turns a match into a column of the plan.
func newColumn(header string, at int, m *match, taken map[string]bool) Column {
	if m.target == nil {
		return Column{Header: header, Field: untouched(header, at, taken), Why: whyUntouched(m)}
	}
	return Column{Header: header, Field: m.target.name, Type: m.target.typ, Wide: m.target.wide, Repeat: m.repeat,
		Adds: m.adds, Score: round(m.score), Why: m.why, Decisions: statedUnit(header, m.target.typ, m.unit)}
}

// statedUnit returns the decision about a unit that the header states, in brackets or at its end.
func statedUnit(header, typ, atEnd string) map[string]Decision {
	if !takesUnit(typ) {
		return map[string]Decision{}
	}
	name, bracketed := Normalize(header)
	unit := unitInBrackets(bracketed)
	if unit == "" {
		unit = atEnd
	}
	if _, last := unitAtEnd(name); unit == "" && last != "" && typ == "vital" {
		unit = last
	}
	if unit == "" && strings.HasSuffix(strings.TrimSpace(header), "%") {
		unit = "%" // HgbA1c %
	}
	if unit == "" {
		return map[string]Decision{}
	}
	return map[string]Decision{Unit: {Value: unit, Confidence: 1, Why: "stated in the header"}}
}

func whyUntouched(m *match) string {
	switch {
	case m.rival != "":
		return "another column is a better " + m.rival
	case m.suggest != "":
		return "resembles " + m.suggest + ", but not enough"
	}
	return "no known header"
}

// untouched names the column at a place that passes as it is: x_ and its normalized header, made unique. One that was
// untouched in an earlier run keeps its name.
func untouched(header string, at int, taken map[string]bool) string {
	name, _ := Normalize(header)
	if name == "" {
		name = fmt.Sprintf("column_%d", at+1)
	}
	if !strings.HasPrefix(header, "x_") {
		name = "x_" + name
	}
	unique := name
	for n := 2; taken[unique]; n++ {
		unique = fmt.Sprintf("%s_%d", name, n)
	}
	taken[unique] = true
	return unique
}

// numberRepeats numbers the columns of one field from 1, in order of the header.
func numberRepeats(columns []Column) {
	count := map[string]int{}
	for i := range columns {
		if c := &columns[i]; c.Type != "" && c.Adds == "" {
			count[c.Field]++
		}
	}
	next := map[string]int{}
	for i := range columns {
		c := &columns[i]
		c.Repeat = 0
		if c.Type != "" && c.Adds == "" && count[c.Field] > 1 {
			next[c.Field]++
			c.Repeat = next[c.Field]
		}
	}
}

// round keeps scores and confidences readable.
func round(x float64) float64 { return float64(int(x*1000+0.5)) / 1000 }

// Table returns the table that the file was taken for.
func (b *Builder) Table() *profile.Table { return b.table }

// RowsOfRecord returns how many rows a record becomes at most, as far as its header tells.
func (b *Builder) RowsOfRecord() int {
	wide, repeated := 0, 0
	for i := range b.columns {
		c := &b.columns[i]
		if c.Wide {
			wide++
		} else if f := b.table.Field(c.Field); f != nil && f.Repeat == "rows" {
			repeated++
		}
	}
	return max(1, wide, repeated)
}

// NewEvidence returns counts for one goroutine; Merge takes them back.
func (b *Builder) NewEvidence() *Evidence {
	e := &Evidence{b: b, both: make([]int64, len(b.spares)), differ: make([]int64, len(b.spares))}
	named := slices.Clone(b.columns)
	for _, p := range b.spares {
		e.spares = append(e.spares, newColumnEvidence(p.spec))
		named[p.column] = p.untouched
	}
	for _, spec := range b.specs {
		e.columns = append(e.columns, newColumnEvidence(spec))
	}
	for _, d := range b.dates {
		e.orders = append(e.orders, &orderTest{pairs: b.pairs(d)})
		e.splits = append(e.splits, &splitTest{counts: make([][][2]int64, len(b.groups))})
	}
	if b.ages != nil {
		e.ages = newAgeStats(b.today)
	}
	e.byCode = newByCode(named, func(field string) map[string]string {
		if f := b.table.Field(field); f != nil {
			return f.Params
		}
		return nil
	})
	if e.byCode != nil {
		e.joined = e.byCode.withSpares(b.spares)
	}
	return e
}

// Merge adds the counts of a part of the file; the order of merging does not matter. It must not be called at the
// same time from two goroutines.
func (b *Builder) Merge(e *Evidence) { b.merged.merge(e) }

// pairs returns the columns that a date column is compared with: birth dates with every other date of the past, ends
// with their starts.
func (b *Builder) pairs(column int) []datePair {
	this := b.table.Field(b.columns[column].Field)
	if this == nil {
		return nil
	}
	var pairs []datePair
	for _, other := range b.dates {
		that := b.table.Field(b.columns[other].Field)
		if other == column || that == nil {
			continue
		}
		switch {
		case this.Params["role"] == "birth" && that.Params["role"] != "birth",
			that.Params["after"] == this.Name:
			pairs = append(pairs, datePair{other, false})
		case that.Params["role"] == "birth" && this.Params["role"] != "birth",
			this.Params["after"] == that.Name:
			pairs = append(pairs, datePair{other, true})
		}
	}
	return slices.Clip(pairs)
}
