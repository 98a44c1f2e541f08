package scorecard

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/shape"
	"harmonizer/go-worker/internal/standardize"
)

// lookAt is in how many rows of a file its columns are looked at; of a longer file in every so many-th, so that it is all of it that is
// seen, whoever reads which part.
const lookAt = 1000

// Stride returns which rows of a file with so many records are looked at: those whose number it divides.
func Stride(records int64) int64 { return max((records+lookAt-1)/lookAt, 1) }

// A Look is what a column looks like in the rows that were looked at. It is exact, so that parts can be summed up; a card that leaves the
// engine has a Profile instead.
type Look struct {
	Before Side `json:"before"`
	After  Side `json:"after"`
}

// A Side is a column as it arrived or as it leaves.
type Side struct {
	Cells    int64            `json:"cells"`            // with a value
	Shapes   map[string]int64 `json:"shapes,omitempty"` // by mask, see package shape
	Values   map[string]int64 `json:"values,omitempty"` // of coded columns
	Shortest int              `json:"shortest,omitempty"`
	Longest  int              `json:"longest,omitempty"` // in characters
}

// codedTypes are the families whose values are words of a list, which say nothing of one person.
var codedTypes = []string{"gender", "birth_sex", "race", "ethnicity", "language", "marital_status", "boolean", "value_set", "state", "country",
	"unit", "interpretation", "encounter_class", "route", "frequency", "code_system", "code"}

// freeTypes are the families of texts that have as many forms as there are of them: only their lengths say something.
var freeTypes = []string{"text", "code_text", "address_line", "email", "name_full"}

// A glance gathers a Side while rows are looked at.
type glance struct {
	cells             int64
	shapes, values    words
	shortest, longest int
}

// A looking is how a column is looked at, and what was seen of it.
type looking struct {
	slot          int
	coded, free   bool
	before, after glance
}

// lookingOf returns how columns are looked at.
func lookingOf(columns []Column) []looking {
	var all []looking
	for i := range columns {
		if c := &columns[i]; c.Header != "" {
			all = append(all, looking{slot: i, coded: slices.Contains(codedTypes, c.Type), free: slices.Contains(freeTypes, c.Type)})
		}
	}
	return all
}

// Look looks at a row, for the rows that Stride tells; nulls are the slots whose cells hold words for no value.
func (t *Tally) Look(r *standardize.Row, nulls standardize.Slots, kept bool) {
	for i := range t.looks {
		l := &t.looks[i]
		if raw := strings.TrimSpace(r.Raw[l.slot]); raw != "" && !nulls.Has(l.slot) {
			t.scratch = l.add(&l.before, raw, t.scratch)
		}
		if value := r.Values[l.slot]; kept && value != "" {
			t.scratch = l.add(&l.after, value, t.scratch)
		}
	}
}

func (l *looking) add(to *glance, value string, scratch []byte) []byte {
	if !l.free {
		scratch = shape.AppendShort(scratch[:0], value)
		to.shapes.add(scratch, 1)
	}
	if l.coded {
		scratch = append(scratch[:0], value...)
		to.values.add(scratch, 1)
	}
	to.measure(1, utf8.RuneCountInString(value), utf8.RuneCountInString(value))
	return scratch
}

// measure counts cells of some lengths.
func (g *glance) measure(cells int64, shortest, longest int) {
	if g.cells == 0 || shortest < g.shortest {
		g.shortest = shortest
	}
	g.cells, g.longest = g.cells+cells, max(g.longest, longest)
}

// merge adds what another one has seen.
func (g *glance) merge(o *glance) {
	if o.cells == 0 {
		return
	}
	g.shapes.merge(o.shapes)
	g.values.merge(o.values)
	g.measure(o.cells, o.shortest, o.longest)
}

// side is what was seen.
func (g *glance) side() Side {
	return Side{g.cells, g.shapes.counted(), g.values.counted(), g.shortest, g.longest}
}

// look is what was seen of the column, nil for nothing.
func (l *looking) look() *Look {
	if l.before.cells+l.after.cells == 0 {
		return nil
	}
	return &Look{l.before.side(), l.after.side()}
}

// take adds what another one, which is not used again, looked at.
func (s *Side) take(o *Side) {
	if s.Cells == 0 {
		*s = *o
		return
	}
	if o.Cells == 0 {
		return
	}
	for key, n := range o.Shapes {
		s.Shapes[key] += n
	}
	for key, n := range o.Values {
		s.Values[key] += n
	}
	s.Cells, s.Shortest, s.Longest = s.Cells+o.Cells, min(s.Shortest, o.Shortest), max(s.Longest, o.Longest)
}

// plus returns the sum of two looks, either of which may be nil; it changes neither.
func (l *Look) plus(o *Look) *Look {
	switch {
	case l == nil:
		return o
	case o == nil:
		return l
	}
	return &Look{l.Before.plus(&o.Before), l.After.plus(&o.After)}
}

func (s *Side) plus(o *Side) Side {
	sum := *s
	sum.Shapes, sum.Values = maps.Clone(s.Shapes), maps.Clone(s.Values)
	other := *o
	sum.take(&other)
	return sum
}

// A Profile is what a column looks like, as it is published: in all rows of a file of up to lookAt records, else in an even share of them.
type Profile struct {
	Before ProfileSide `json:"before"`
	After  ProfileSide `json:"after"`
}

// A ProfileSide is a column as it arrived or as it leaves.
type ProfileSide struct {
	Cells    int64   `json:"cells"` // with a value, that were looked at
	Shapes   []Count `json:"shapes"`
	Values   []Count `json:"values,omitempty"` // of coded columns
	Shortest int     `json:"shortest"`
	Longest  int     `json:"longest"`
}

// A Count is how often something occurs.
type Count struct {
	What  string `json:"what"`
	Count int64  `json:"count"`
}

// mostCounts is how many shapes and values are published of a column.
const mostCounts = 10

func (l *Look) profile() *Profile {
	if l == nil || l.Before.Cells == 0 && l.After.Cells == 0 {
		return nil
	}
	return &Profile{l.Before.profile(), l.After.profile()}
}

func (s *Side) profile() ProfileSide {
	return ProfileSide{s.Cells, most(s.Shapes, 1), most(s.Values, fewValues), s.Shortest, s.Longest}
}

// most returns what occurs most often, and at least so many times.
func most(counts map[string]int64, least int64) []Count {
	all := []Count{}
	for what, n := range counts {
		if n >= least {
			all = append(all, Count{what, n})
		}
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.What, b.What)) })
	return all[:min(len(all), mostCounts)]
}

// A Sample is a row in which a rule fired, without what stands there.
type Sample struct {
	Rule   string `json:"rule_id"`
	Field  string `json:"field,omitempty"`
	Record int64  `json:"record_no"`
	Line   int64  `json:"source_line"`
	Masked string `json:"raw_masked,omitempty"` // the mask of the cell
}

// mostSamples is how many rows are told for each rule of a file: the first ones.
const mostSamples = 3

// sampled counts the records of which samples of a rule were taken.
type sampled struct {
	records int
	last    int64
}

// Sample notes a row in which a rule fired, when its record is one of the first. All that the rule found in such a record is kept until
// the end: what is found first depends on what stood in the rows before.
func (t *Tally) Sample(id rule.ID, slot int, record, line int64, raw string) {
	if t.sampled == nil {
		t.sampled = make([]sampled, len(t.weight))
	}
	if of := &t.sampled[id]; of.records == 0 || of.last != record {
		if of.records == mostSamples {
			return
		}
		of.records++
		of.last = record
	}
	s := sample{rule: id, Sample: Sample{Record: record, Line: line}}
	if slot >= 0 {
		s.Field, s.Masked = t.columns[slot].Field, string(shape.Append(nil, raw))
	}
	t.samples = append(t.samples, s)
}

type sample struct {
	rule rule.ID
	Sample
}

// firstSamples keeps those of the first records of each rule.
func firstSamples(all []Sample) []Sample {
	slices.SortFunc(all, func(a, b Sample) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), cmp.Compare(a.Record, b.Record), strings.Compare(a.Field, b.Field), strings.Compare(a.Masked, b.Masked))
	})
	var first []Sample
	records := 0
	for i, s := range all {
		switch {
		case i == 0 || all[i-1].Rule != s.Rule:
			records = 1
		case all[i-1].Record != s.Record:
			records++
		}
		if records <= mostSamples {
			first = append(first, s)
		}
	}
	return first
}

// told keeps as many of each rule as are published.
func told(all []Sample) []Sample {
	var first []Sample
	for i, s := range all {
		if i < mostSamples || all[i-mostSamples].Rule != s.Rule {
			first = append(first, s)
		}
	}
	return first
}
