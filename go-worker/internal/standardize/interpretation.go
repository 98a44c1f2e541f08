package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var ruleNotInSet = rule.Must("SET-001")

// interpretation is the family of flags of results, written in the codes of HL7 (H, L, N, A, HH, LL, POS, …).
func interpretation(Column) CellFunc {
	return func(raw string, c *Cell) {
		code := interpretations[phrase(raw)]
		if code == "" {
			code = labelledFlag(raw)
		}
		if code == "" {
			c.Fail(raw, ruleNotInSet)
			return
		}
		settle(c, raw, code)
	}
}

// comparator is the family of signs that stand in a column of their own, beside a number: <, <=, >, >=, =.
func comparator(Column) CellFunc {
	return func(raw string, c *Cell) {
		code := signs[phrase(raw)]
		if code == "" {
			if sign, _ := cutComparator(phrase(raw) + " "); sign != "" && len(raw) > 1 {
				code = sign
			}
		}
		if code == "" {
			c.Fail(raw, ruleNotInSet)
			return
		}
		settle(c, raw, code)
	}
}

// signs are comparators alone in a cell, also by the concepts that OMOP has for them.
var signs = phrases("comparators.csv", 0, "sign", "written")

// labelledFlag reads a flag that stands with its word or between marks: (L), L - Low, L^Low, Low (L), HIGH*, Abnormal Low.
func labelledFlag(raw string) string {
	found := ""
	for part := range strings.FieldsFuncSeq(raw, func(r rune) bool { return strings.ContainsRune("()[]^-:*!=/", r) }) {
		part = phrase(strings.TrimPrefix(phrase(part), "abnormal "))
		code := interpretations[part]
		if part == "" || code == found {
			continue
		}
		if code == "" || found != "" {
			return ""
		}
		found = code
	}
	return found
}
