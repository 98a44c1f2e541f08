package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/labname"
)

// A byCode counts the results that stand without a unit, by the code of their test: a long file of results has one
// column for values of all kinds, so its unit cannot be decided for the column as such (OBS-003).
type byCode struct {
	value            int                     // column
	code, name, unit int                     // columns, or -1
	spares           []sparePair             // of values and units: what they hold is counted too
	tests            map[int32]*numberStats  // nil for tests whose units are not in the table
	named            map[string]*numberStats // of rows without a code, by the LOINC code of the test that their name tells
}

// newByCode returns the watch over the column of results of a table, nil when there is no such column beside codes or names of tests.
func newByCode(columns []Column, params func(field string) map[string]string) *byCode {
	for i := range columns {
		if c := &columns[i]; c.Type == "result_value" && !c.Wide {
			w := &byCode{value: i, unit: -1, code: -1, name: -1, tests: map[int32]*numberStats{}, named: map[string]*numberStats{}}
			for j := range columns {
				switch columns[j].Field {
				case params(c.Field)["code_field"]:
					w.code = j
				case params(c.Field)["unit_field"]:
					w.unit = j
				case "code_text":
					w.name = j
				}
			}
			if w.code >= 0 || w.name >= 0 {
				return w
			}
		}
	}
	return nil
}

// withSpares returns a watch over the same columns and those that may complete them, nil where there are none.
func (w *byCode) withSpares(spares []sparePair) *byCode {
	joined := &byCode{value: w.value, unit: w.unit, code: w.code, name: w.name, tests: map[int32]*numberStats{}, named: map[string]*numberStats{}}
	for _, p := range spares {
		if p.first == w.value || p.first == w.unit {
			joined.spares = append(joined.spares, p)
		}
	}
	if joined.spares == nil {
		return nil
	}
	return joined
}

// filled returns the column, or one that completes it, that holds a value in the record at a place of the last block, -1 when none does.
func (w *byCode) filled(e *Evidence, i, column int) int {
	if column >= 0 && e.columns[column].has(i) {
		return column
	}
	for _, p := range w.spares {
		if p.first == column && e.columns[p.column].has(i) {
			return p.column
		}
	}
	return -1
}

// add counts the record at a place of the last block.
func (w *byCode) add(e *Evidence, i int, cells []string) {
	value := w.filled(e, i, w.value)
	if value < 0 || w.filled(e, i, w.unit) >= 0 {
		return
	}
	if s := w.statsOf(e, i, cells); s != nil {
		s.add(Trim(cells[value]), 1)
	}
}

// statsOf returns the counts of the test of a row, nil where nothing is to be counted.
func (w *byCode) statsOf(e *Evidence, i int, cells []string) *numberStats {
	if w.code >= 0 && e.columns[w.code].has(i) {
		codes := e.columns[w.code].tally.in
		if codes.over {
			return nil
		}
		code := e.columns[w.code].ids[i]
		return w.test(code, codes.values[code])
	}
	if w.name < 0 {
		return nil
	}
	return w.byName(labname.Code(Trim(cells[w.name])))
}

// byName returns the counts of a test that names tell, nil for one whose units are not in the table.
func (w *byCode) byName(code string) *numberStats {
	if columnUnits[code] == nil {
		return nil
	}
	if w.named[code] == nil {
		w.named[code] = newNumberStats()
	}
	return w.named[code]
}

// test returns the counts of a test by the number and the text of its code.
func (w *byCode) test(number int32, code string) *numberStats {
	s, seen := w.tests[number]
	if !seen {
		if columnUnits[code] != nil {
			s = newNumberStats()
		}
		w.tests[number] = s
	}
	return s
}

// merge must run after the column of codes was merged: it finds the codes by their text.
func (w *byCode) merge(e *Evidence, o *byCode, from *Evidence) {
	for code, s := range o.named {
		w.byName(code).merge(s)
	}
	if w.code < 0 {
		return
	}
	mine, theirs := e.columns[w.code].tally.in, from.columns[o.code].tally.in
	if mine.over || theirs.over {
		return // too many codes to tell apart
	}
	for number, s := range o.tests {
		if code := theirs.values[number]; s != nil {
			w.test(mine.number(code), code).merge(s)
		}
	}
}

// decideByCode infers, for each test that the table of units knows, the unit of the results without one.
func (d *decider) decideByCode(w *byCode) {
	tests, ok := d.counted(w)
	c := &d.columns[w.value]
	if _, stated := c.Decisions[Unit]; stated || !ok {
		return
	}
	mark := c.Settings().Decimal
	var found []string
	var results int64
	for _, code := range slices.Sorted(maps.Keys(tests)) {
		values := newDistribution(tests[code].under(mark))
		if u, _ := byShare(values, columnUnits[code]); u != nil && values.total > 0 {
			found = append(found, code+"="+u.unit)
			results += values.total
		}
	}
	if len(found) == 0 {
		return
	}
	slices.Sort(found)
	c.decide(UnitByCode, Decision{Value: strings.Join(found, "|"), Rule: ruleUnitInferred.String(), Confidence: voteShare,
		Why: fmt.Sprintf("%s of %s %s in the usual range of one unit only", some(results, "result", "results"), some(len(found), "test", "tests"),
			verb(results, "stands without a unit and lies", "stand without a unit and lie"))})
}

// counted returns the counts of all tests by LOINC code, whether a code or a name tells them; ok is false where there are too many
// codes to tell apart.
func (d *decider) counted(w *byCode) (tests map[string]*numberStats, ok bool) {
	tests = w.named
	if w.code < 0 {
		return tests, true
	}
	codes := d.evidence[w.code].tally.in
	for number, s := range w.tests {
		if s == nil || codes.over {
			continue
		}
		code := codes.values[number]
		if named := tests[code]; named != nil {
			named.merge(s)
		} else {
			tests[code] = s
		}
	}
	return tests, !codes.over
}

// byShare returns the unit in whose range at least 95 % of the values lie while at most 5 % lie in that of any other,
// and that share; nil when there is none.
func byShare(values distribution, units []columnUnit) (*columnUnit, float64) {
	for i := range units {
		share := values.within(units[i].low, units[i].high)
		if share < voteShare {
			continue
		}
		for j, other := range units {
			if i != j && values.within(other.low, other.high) > 1-voteShare {
				return nil, 0
			}
		}
		return &units[i], share
	}
	return nil, 0
}
