package standardize

import (
	"cmp"
	"strings"

	"harmonizer/go-worker/internal/facts"
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

// comparator is the family of signs that stand in a column of their own, beside a number: <, <=, >, >=, =. A column that also holds the
// results that are no numbers has letters for them, and keeps its texts: the step of results takes them.
func comparator(col Column) CellFunc {
	texts := holdsTexts(col)
	return func(raw string, c *Cell) {
		code := signs[phrase(raw)]
		if texts && code == "" {
			code = cmp.Or(textSigns[phrase(raw)], raw)
		}
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
var signs = phrases("comparators.csv", 0, "sign", "beside_texts", "written")

// textSigns are the letters of comparators in the column of i2b2 that holds a text instead, where the result is one.
var textSigns = func() map[string]string {
	letters := map[string]string{}
	for _, row := range facts.Rows("comparators.csv", "sign", "beside_texts", "written") {
		letters[row[1]] = row[0]
	}
	return letters
}()

// holdsTexts reports whether a column of comparators holds the results that are no numbers as well: tval_char of i2b2.
func holdsTexts(col Column) bool { return strings.EqualFold(col.Header, "tval_char") }

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
