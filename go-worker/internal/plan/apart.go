package plan

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/profile"
)

// RepeatsStay says of a table that records which say the same are not one record: people of the same age, sex and treatment, say.
const RepeatsStay = "stay"

// Limits from which on equal records of a generic table are taken for one that was written twice: a column that tells at least half of them
// apart, and is named or looks like a number of theirs, or columns that are together so various that hardly two records would be equal by
// chance. In a file of few rows the repeats themselves make the columns look less various than they are.
const (
	tellingShare  = 0.5
	chanceRepeats = 0.05
	fewRows       = 20
	chanceInFew   = 0.5
)

// keyWords are last words of headers of what names a record.
var keyWords = []string{"accession", "email", "guid", "id", "identifier", "key", "mrn", "name", "serial", "uuid"}

// repeats returns RepeatsStay for a file whose records nothing tells apart, though each may be a person of its own: of a table that is not
// understood no column is known to be a key.
func (d *decider) repeats() string {
	if supplied := d.b.options.Supplied; supplied != nil {
		return supplied.Table.Repeats
	}
	rows := float64(d.b.merged.rows)
	pairs := rows * (rows - 1) / 2
	if d.b.table.Name != profile.Generic || pairs == 0 {
		return ""
	}
	chance, telling := pairs, false
	for i, e := range d.evidence {
		distinct, equal := e.variety()
		if distinct >= tellingShare*rows {
			if isKey(d.columns[i].Header) || e.holdsNumbers() {
				return ""
			}
			telling = true
		}
		chance *= equal / pairs
	}
	if telling && (chance < chanceRepeats || rows < fewRows && chance < chanceInFew) {
		return ""
	}
	return RepeatsStay
}

// variety returns about how many values a column has, and how many pairs of records say the same in it, those that say nothing there too.
// Where the values were too many to be kept, hardly two records share one.
func (c *columnEvidence) variety() (distinct, equal float64) {
	pairsOf := func(n int64) float64 { return float64(n) * float64(n-1) / 2 }
	equal = pairsOf(c.blank)
	for _, n := range c.words {
		equal += pairsOf(n)
	}
	if c.tally == nil || c.tally.in.over {
		return float64(c.values), equal + float64(c.values)*float64(c.values)/(2*maxWords)
	}
	c.tally.in.each(func(_ string, n int64) { equal += pairsOf(n) })
	return float64(len(c.tally.in.values)), equal
}

// isKey reports whether a header is of what names a record: Serial, Case Number. A bare number may count something.
func isKey(header string) bool {
	words := strings.Split(nameOf(header), "_")
	last := words[len(words)-1]
	return slices.Contains(keyWords, last) || last == "number" && len(words) > 1
}

// holdsNumbers reports whether a column holds numbers of things, in which letters stand beside digits: D0017.
func (c *columnEvidence) holdsNumbers() bool {
	return c.tally != nil && !c.tally.in.over && !slices.ContainsFunc(c.tally.in.values, func(v string) bool {
		return !hasDigit(v) || !hasLetter(v) || strings.ContainsAny(v, " .:")
	})
}
