package plan

import (
	"fmt"
	"slices"
)

// A sparePair is a column whose field another one, the first, was found to fit better. It is counted as both: as a further column of the
// field, and as one that passes untouched.
type sparePair struct {
	column, first int
	untouched     Column
	spec          *columnSpec // of the untouched column
}

// firstOf returns the place of the column that has taken the field of a spare one.
func firstOf(matches []match, spare *candidate) int {
	return slices.IndexFunc(matches, func(m match) bool { return m.target == spare.target })
}

// dropSpares lets a column whose field another one has taken pass untouched, unless both are one: they never hold different values, and it has some
// where the other has none, as where the records of a file name the same thing in two ways.
func (d *decider) dropSpares() {
	for k, p := range d.b.spares {
		more := d.evidence[p.column].values - d.b.merged.both[k]
		if d.b.merged.differ[k] > 0 || more == 0 || d.evidence[p.first].values == 0 {
			d.dropSpare(k)
		}
	}
}

func (d *decider) dropSpare(k int) {
	p := &d.b.spares[k]
	d.columns[p.column], d.evidence[p.column] = p.untouched, d.b.merged.spares[k]
	d.columns[p.column].Decisions = map[string]Decision{}
	d.settle(p.column)
}

// joinSpares makes one field of the columns that complete each other. Their decisions must agree; what is decided about one of them holds
// for both.
func (d *decider) joinSpares() {
	for k, p := range d.b.spares {
		c, first, both := &d.columns[p.column], &d.columns[p.first], d.b.merged.both[k]
		if c.Type == "" {
			continue
		}
		if !c.agrees(first) {
			d.dropSpare(k)
			d.decideContent(&d.columns[p.column], d.evidence[p.column])
			d.findings = slices.DeleteFunc(d.findings, func(f Finding) bool { return f.Header == c.Header })
			continue
		}
		for name, decision := range c.Decisions {
			first.decide(name, decision)
		}
		for name, decision := range first.Decisions {
			c.decide(name, decision)
		}
		beside := "never both"
		if c.Why = "never filled beside " + first.Header; both > 0 {
			c.Why, beside = "never says anything else than "+first.Header, fmt.Sprintf("the same in %s", some(both, "row", "rows"))
		}
		d.find(Finding{Rule: ruleCompletes, Count: 1, Detail: fmt.Sprintf("%s here and %s in %q, %s",
			some(d.evidence[p.column].values, "value", "values"), some(d.evidence[p.first].values, "value", "values"), first.Header, beside)}, c)
	}
	numberRepeats(d.columns)
}

// byCode returns what was counted of results by their tests: with the columns that complete those of values and units, if all of them do.
func (d *decider) byCode() *byCode {
	joined := d.b.merged.joined
	if joined == nil || slices.ContainsFunc(joined.spares, func(p sparePair) bool { return d.columns[p.column].Type == "" }) {
		return d.b.merged.byCode
	}
	return joined
}

// agrees reports whether no decision about the one column contradicts one about the other.
func (c *Column) agrees(other *Column) bool {
	for name, decision := range c.Decisions {
		if theirs, ok := other.Decisions[name]; ok && theirs.Value != decision.Value {
			return false
		}
	}
	return true
}
