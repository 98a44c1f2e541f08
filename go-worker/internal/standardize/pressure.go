package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/units"
)

// SplitPressure splits a combined blood pressure such as 120/80, "BP 120 / 80 mmHg (L arm)" or 120/P into its two numbers. A
// half that is missing, or a diastolic pressure that was palpated (P), gives "". ok is false where raw is no pair.
//
// Package engine calls it for a wide column with parts, so that its cell becomes two rows.
func SplitPressure(raw string) (systolic, diastolic string, ok bool) {
	if slash := plainPressure(raw); slash > 0 {
		return raw[:slash], raw[slash+1:], true
	}
	systolic, rest := cutNumber(tidyVital(raw))
	rest = strings.TrimLeft(rest, " ")
	behind, slash := strings.CutPrefix(rest, "/")
	if !slash {
		behind, slash = strings.CutPrefix(rest, "over ")
	}
	if !slash {
		behind, slash = strings.CutPrefix(rest, "\\")
	}
	if !slash && isPressure(systolic) && within(systolic, "60", "350") {
		if behind, slash = strings.CutPrefix(rest, "-"); slash { // a range goes up, a pressure down
			lower, _ := cutNumber(behind)
			slash = isPressure(lower) && lower != "" && within(lower, "20", "200") && compareNumbers(systolic, lower) > 0
		}
	}
	if !slash {
		return "", "", false
	}
	if behind = strings.TrimSpace(behind); palpated[strings.ToLower(behind)] {
		behind = ""
	}
	diastolic, behind = cutNumber(behind)
	systolic, diastolic = strings.TrimSuffix(systolic, ".0"), strings.TrimSuffix(diastolic, ".0")
	if behind = strings.TrimSpace(behind); behind != "" {
		if u, known := units.Read(behind, "pressure"); !known || u.Code != "mm[Hg]" {
			return "", "", false
		}
	}
	if !isPressure(systolic) || !isPressure(diastolic) || systolic == "" && diastolic == "" {
		return "", "", false
	}
	return systolic, diastolic, true
}

// plainPressure returns the place of the slash in a pair in its usual form, 0 in anything else: two numbers of two or three
// digits.
func plainPressure(s string) int {
	slash := 0
	for i := range len(s) {
		switch {
		case s[i] == '/' && slash == 0:
			slash = i
		case !isASCIIDigit(s[i]):
			return 0
		}
	}
	behind := len(s) - slash - 1
	if slash < 2 || slash > 3 || behind < 2 || behind > 3 || s[0] == '0' || s[slash+1] == '0' {
		return 0
	}
	return slash
}

// palpated says that the lower pressure was not heard but felt, which gives no number.
var palpated = map[string]bool{"p": true, "palp": true, "palpated": true, "palpation": true}

func isPressure(s string) bool { return s == "" || asciiDigits(s) && plainNumber(s) && len(s) <= 3 }

// PressureReversed reports whether the systolic pressure of a pair is not above the diastolic one (VIT-010); false where one of them
// is missing.
func PressureReversed(systolic, diastolic string) bool {
	return plainNumber(systolic) && plainNumber(diastolic) && compareNumbers(systolic, diastolic) <= 0
}

// pressure is the family vital for combined pressures: 120/80, or 120/P.
func pressure(raw string, c *Cell) {
	if slash := plainPressure(raw); slash > 0 {
		if compareDigits(raw[:slash], raw[slash+1:]) <= 0 {
			c.Fail(raw, rulePressure)
			return
		}
		c.Value = raw
		return
	}
	systolic, diastolic, ok := SplitPressure(raw)
	switch {
	case turned(raw) == ruleTurnedDate:
		c.Fail(raw, ruleTurnedDate)
	case !ok || systolic == "" || strings.HasSuffix(tidyVital(raw), "/"):
		c.Fail(raw, ruleNoVital)
	case PressureReversed(systolic, diastolic):
		c.Fail(raw, rulePressure)
	case diastolic == "":
		settle(c, raw, systolic+"/P")
	default:
		settle(c, raw, systolic+"/"+diastolic)
	}
}
