package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleSSN            = rule.Must("SSN-001")
	ruleSSNPlaceholder = rule.Must("SSN-002")
	ruleSSNPartial     = rule.Must("SSN-003")
)

var ssnPlaceholders = func() map[string]bool {
	set := map[string]bool{}
	for _, line := range facts.Rows("ssn_placeholders.csv", "number", "reason") {
		set[line[0]] = true
	}
	return set
}()

// PlaceholderSSN reports whether nine digits are written where no number is known. Such a number is nobody's, so that it
// is read as none: the lineage keeps it.
func PlaceholderSSN(digits string) bool {
	return ssnPlaceholders[digits] || len(digits) == 9 && oneDigit(digits)
}

// Places of the companions of ssn.
const (
	ssnLast4 = iota
	ssnITIN
)

// ssn is the family of social security numbers: nine digits without dashes. Companions: ssn_last4, also where only
// these are known (SSN-003), and itin for a taxpayer number that stands in place of one.
// Column: Width 9 lets 7 and 8 digits get their zeros back (XL-006).
func ssn(col Column) CellFunc {
	padded := col.Width == 9
	return func(raw string, c *Cell) { readSSN(raw, padded, c) }
}

// readSSN reads a cell of any form.
func readSSN(raw string, padded bool, c *Cell) {
	s, ok := repairID(raw, true, c)
	if !ok {
		return
	}
	digits, ok := ssnDigits(withoutSSN(s))
	if !ok {
		partialSSN(raw, s, c)
		return
	}
	if padded && (len(digits) == 7 || len(digits) == 8) {
		digits = "00"[:9-len(digits)] + digits
		c.Hit(rulePadded)
	} else if digits != s && !PlaceholderSSN(digits) {
		c.Hit(ruleStandard)
	}
	switch {
	case len(digits) != 9:
		partialSSN(raw, s, c)
	case PlaceholderSSN(digits):
		c.Set("", ruleSSNPlaceholder)
	case itin(digits):
		c.Parts[ssnITIN] = digits
		c.Hit(ruleStandard)
	case assignableSSN(digits):
		c.Set(digits)
		c.Parts[ssnLast4] = digits[5:]
	default:
		c.Fail(raw, ruleSSN)
	}
}

// withoutSSN takes the name of the number off, which some write before it: SSN 536-22-1234, #536221234.
func withoutSSN(s string) string {
	bare := s
	if len(s) > 3 && strings.EqualFold(s[:2], "ss") {
		bare = strings.TrimLeft(strings.TrimLeft(s[2:], "nN"), " :.#")
	} else if s != "" && s[0] == '#' {
		bare = s[1:]
	}
	if bare != "" && isASCIIDigit(bare[0]) && countDigits(bare) == 9 {
		return bare
	}
	return s
}

// ssnDigits takes the separators out of a number written in groups of 3, 2 and 4; plain digits pass as they are.
func ssnDigits(s string) (string, bool) {
	if asciiDigits(s) {
		return s, true
	}
	if len(s) != 11 {
		s = strings.ReplaceAll(s, " ", "")
	}
	if len(s) == 9 && asciiDigits(s) {
		return s, true
	}
	if len(s) != 11 || s[3] != s[6] || s[3] != '-' && s[3] != ' ' && s[3] != '.' {
		return "", false
	}
	var digits [9]byte
	copy(digits[:3], s[:3])
	copy(digits[3:5], s[4:6])
	copy(digits[5:], s[7:])
	for _, b := range digits {
		if !isASCIIDigit(b) {
			return "", false
		}
	}
	return string(digits[:]), true
}

// partialSSN accepts the last four digits alone or behind marks that hide the others.
func partialSSN(raw, s string, c *Cell) {
	hidden := strings.TrimLeft(s, "Xx*#•-. ")
	marked := s[:len(s)-len(hidden)]
	if len(hidden) != 4 || !asciiDigits(hidden) || hidden == "0000" || marked != "" && len(marked) < 3 {
		c.Fail(raw, ruleSSN)
		return
	}
	c.Hit(ruleSSNPartial)
	c.Parts[ssnLast4] = hidden
}

// assignableSSN reports whether the agency could have assigned the number: no area 000, 666 or 900-999, no group
// 00, no serial 0000.
func assignableSSN(d string) bool {
	return d[:3] != "000" && d[:3] != "666" && d[0] != '9' && d[3:5] != "00" && d[5:] != "0000"
}

// itin reports whether the number is an individual taxpayer identification number (IRS: area 9, groups 50-65, 70-88,
// 90-92 and 94-99).
func itin(d string) bool {
	group := int(d[3]-'0')*10 + int(d[4]-'0')
	return d[0] == '9' && (group >= 50 && group <= 65 || group >= 70 && group <= 88 ||
		group >= 90 && group <= 92 || group >= 94)
}
