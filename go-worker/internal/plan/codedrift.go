package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fewCells is the number below which a count may point to a person, and is not written down.
const fewCells = 11

// Distinct returns how often each value of a column occurs, as it arrived; false when they were not counted or are too many.
func (b *Builder) Distinct(column int) (map[string]int64, bool) {
	if t := b.merged.columns[column].tally; t != nil {
		return t.distinct()
	}
	return nil, false
}

// CountCodes notes how often each code of a column occurs.
func (s *Summary) CountCodes(codes map[string]int64) {
	s.Codes = make(map[string]int64, len(codes))
	for code, n := range codes {
		if n < fewCells {
			n = 0
		}
		s.Codes[code] = n
	}
}

// CodeDrift says what of a coded column is not as it was in the last delivery: codes that are new (DRIFT-002), and shares that moved
// (DRIFT-001). A plan that counted no codes says nothing.
func CodeDrift(last *File, now *Column) []Finding {
	i := slices.IndexFunc(last.Columns, func(c Column) bool { return c.Header == now.Header })
	if i < 0 {
		i = slices.IndexFunc(last.Columns, func(c Column) bool { return c.Field == now.Field && c.Repeat == now.Repeat })
	}
	if i < 0 || last.Columns[i].Field != now.Field || len(last.Columns[i].Evidence.Codes) == 0 {
		return nil
	}
	then, is := &last.Columns[i].Evidence, &now.Evidence
	var findings []Finding
	var added, moved []string
	for _, code := range slices.Sorted(maps.Keys(is.Codes)) {
		if _, known := then.Codes[code]; !known {
			added = append(added, code)
		}
	}
	if len(added) > 0 {
		findings = append(findings, Finding{ruleCodeDrift, now.Header, now.Field, int64(len(added)), "not there before: " + strings.Join(added, ", ")})
	}
	if then.Values < moveFrom || is.Values < moveFrom {
		return findings
	}
	all := maps.Clone(then.Codes)
	maps.Copy(all, is.Codes)
	for _, code := range slices.Sorted(maps.Keys(all)) {
		d := float64(is.Codes[code])/float64(is.Values) - float64(then.Codes[code])/float64(then.Values)
		if d >= moveOf || d <= -moveOf {
			moved = append(moved, fmt.Sprintf("%s from %s to %s", code, percent(then.Codes[code], then.Values), percent(is.Codes[code], is.Values)))
		}
	}
	if len(moved) > 0 {
		findings = append(findings, Finding{ruleContentDrift, now.Header, now.Field, 1, "the share of a code moved: " + strings.Join(moved, ", ")})
	}
	return findings
}
