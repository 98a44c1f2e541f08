package plan

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/profile"
)

// signWords are comparators as they stand alone in a cell, and what they mean.
var signWords = func() map[string]string {
	words := map[string]string{}
	for _, row := range facts.Rows("comparators.csv", "sign", "beside_texts", "written") {
		for _, w := range append(facts.List(row[2]), row[0]) {
			words[w] = row[0]
		}
	}
	return words
}()

// textSigns are comparators as they stand in a column that also holds the results that are no numbers.
var textSigns = func() map[string]bool {
	letters := map[string]bool{}
	for _, row := range facts.Rows("comparators.csv", "sign", "beside_texts", "written") {
		letters[row[1]] = true
	}
	return letters
}()

// findSigns gives the column of comparators beside results its field where its header does not say what it is: Operator, Sign, Qualifier,
// Flag. Without it, <0.01 would be read as 0.01. Every value must be a comparator, and one of them more than an equals sign.
func (d *decider) findSigns() {
	if d.b.options.Supplied != nil || !d.holds("result_value") || d.holds("comparator") {
		return
	}
	at := slices.IndexFunc(d.b.table.Fields, func(f profile.Field) bool { return f.Type == "comparator" })
	if at < 0 {
		return
	}
	for i := range d.columns {
		c := &d.columns[i]
		if !d.b.options.Written[c.Header] && (c.Type == "" || c.Type == "interpretation") && d.evidence[i].signs() {
			c.Field, c.Type, c.Repeat, c.Score, c.Why = d.b.table.Fields[at].Name, "comparator", 0, acceptFrom, "every value is a comparator"
			clear(c.Decisions)
			return
		}
	}
}

// holds reports whether a column of long form has the type.
func (d *decider) holds(typ string) bool {
	return slices.ContainsFunc(d.columns, func(c Column) bool { return c.Type == typ && !c.Wide })
}

// signs reports whether all values are comparators that say more than equal.
func (c *columnEvidence) signs() bool {
	if c.tally == nil || c.tally.in.over {
		return false
	}
	says := false
	for _, v := range c.tally.in.values {
		sign := signWords[strings.ToLower(v)]
		if sign == "" {
			return false
		}
		says = says || sign != "="
	}
	return says
}
