package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A byCode counts the results that stand without a unit, by the code of their test: a long file of results has one
// column for values of all kinds, so its unit cannot be decided for the column as such (OBS-003).
type byCode struct {
	value, code int                    // columns
	unit        int                    // column, or -1
	tests       map[int32]*numberStats // nil for tests whose units are not in the table
}

// newByCode returns the watch over the column of results of a table, nil when there is no such column with a code.
func newByCode(columns []Column, params func(field string) map[string]string) *byCode {
	for i := range columns {
		if c := &columns[i]; c.Type == "result_value" && !c.Wide {
			w := &byCode{value: i, unit: -1, code: -1, tests: map[int32]*numberStats{}}
			for j := range columns {
				switch columns[j].Field {
				case params(c.Field)["code_field"]:
					w.code = j
				case params(c.Field)["unit_field"]:
					w.unit = j
				}
			}
			if w.code >= 0 {
				return w
			}
		}
	}
	return nil
}

// add counts the row that was just counted.
func (w *byCode) add(e *Evidence, cells []string) {
	code := e.columns[w.code].last
	if code < 0 || !e.columns[w.value].filled || w.unit >= 0 && e.columns[w.unit].filled {
		return
	}
	if s := w.test(code, e.columns[w.code].tally.in.values[code]); s != nil {
		s.add(Trim(cells[w.value]), 1)
	}
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
	mine, theirs := e.columns[w.code].tally.in, from.columns[o.code].tally.in
	if mine.over || theirs.over {
		return // too many codes to tell apart
	}
	for number, s := range o.tests {
		if code := theirs.values[number]; s != nil {
			w.test(mine.ids[code], code).merge(s)
		}
	}
}

// decideByCode infers, for each test that the table of units knows, the unit of the results without one.
func (d *decider) decideByCode(w *byCode) {
	codes := d.evidence[w.code].tally.in
	if codes.over {
		return
	}
	c := &d.columns[w.value]
	if _, stated := c.Decisions[Unit]; stated {
		return
	}
	mark := c.Settings().Decimal
	var found []string
	var results int64
	for _, code := range slices.Sorted(maps.Keys(w.tests)) {
		if w.tests[code] == nil {
			continue
		}
		name := codes.values[code]
		values := newDistribution(w.tests[code].under(mark))
		if u, _ := byShare(values, columnUnits[name]); u != nil && values.total > 0 {
			found = append(found, name+"="+u.unit)
			results += values.total
		}
	}
	if len(found) == 0 {
		return
	}
	slices.Sort(found)
	c.decide(UnitByCode, Decision{Value: strings.Join(found, "|"), Rule: ruleUnitInferred.String(), Confidence: voteShare,
		Why: fmt.Sprintf("%d results of %d tests stand without a unit and lie in the usual range of one unit only", results, len(found))})
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
