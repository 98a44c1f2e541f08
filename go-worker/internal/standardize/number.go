package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/units"
)

var (
	ruleNullNumber   = rule.Must("NULL-002")
	ruleNotNumber    = rule.Must("NUM-001")
	ruleMixedMarks   = rule.Must("NUM-002")
	ruleDecimalComma = rule.Must("XL-012")
)

// maxDigits bounds the digits of a number written out of scientific notation.
const maxDigits = 40

// decimal writes a number with a point and no marks between thousands, every significant digit kept (never through a float).
// Column.Decimal says which mark the column uses; a number that can be read only with the other one is read with that. Where
// the column mixes both, a number that can be read either way is NUM-002.
func decimal(col Column) CellFunc {
	mark := decimalMark(col)
	return func(raw string, c *Cell) {
		if col.Sentinels[raw] {
			c.Set("", ruleNullNumber)
			return
		}
		if value, ok := readNumber(raw, mark, c); ok {
			settle(c, raw, value)
		}
	}
}

// integer is decimal for whole numbers: a ".0" is dropped (XL-004), any other fraction is TYP-001.
//
// Params: unit is the unit that all its numbers are in and that people write behind some (d: 30 days; {refill}: 2 refills); count is ordinal where they are
// also counted in words (2nd, #2, Dose 2, 2 of 3).
func integer(col Column) CellFunc {
	mark := decimalMark(col)
	unit, ordinal := col.Params["unit"], col.Params["count"] == "ordinal"
	return func(raw string, c *Cell) {
		if col.Sentinels[raw] {
			c.Set("", ruleNullNumber)
			return
		}
		if number := bareCount(raw, unit, ordinal); number != "" {
			settle(c, raw, number)
			return
		}
		value, ok := readNumber(raw, mark, c)
		if !ok {
			return
		}
		whole, fraction, float := strings.Cut(value, ".")
		if strings.Trim(fraction, "0") != "" {
			c.Fail(raw, ruleType)
			return
		}
		if float {
			c.Hit(ruleFloat)
		}
		if whole == "-0" {
			whole = "0"
		}
		settle(c, raw, whole)
	}
}

// bareCount takes a whole number out of what people write around it, "" where they wrote nothing or something else.
func bareCount(raw, unit string, ordinal bool) string {
	if unit == "" && !ordinal || asciiDigits(raw) {
		return ""
	}
	s := strings.ToLower(raw)
	if ordinal {
		s = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(s, "dose"), "no."), " #")
	}
	end := 0
	for end < len(s) && isASCIIDigit(s[end]) {
		end++
	}
	number, rest := strings.TrimLeft(s[:end], "0"), strings.TrimSpace(s[end:])
	if ordinal {
		first, of, _ := strings.Cut(strings.Replace(rest, "/", "of ", 1), "of ")
		switch strings.TrimSpace(first) {
		case "", "st", "nd", "rd", "th":
			if of == "" || asciiDigits(strings.TrimSpace(of)) {
				return number
			}
		}
	} else if u, known := units.Read(rest, ""); known && u.Code == unit || unit == "{"+strings.TrimSuffix(rest, "s")+"}" {
		if number == "" && end > 0 {
			return "0"
		}
		return number
	}
	return ""
}

// mixedMarks is the mark of a column that has no mark of its own.
const mixedMarks = 0

func decimalMark(col Column) byte {
	switch {
	case col.Decisions["decimal"] == "mixed":
		return mixedMarks
	case col.Decimal == ',':
		return ','
	}
	return '.'
}

// markOf returns the decimal mark of one number: the only one that its shape allows, else that of the column.
func markOf(s string, column byte) byte {
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return '.'
	}
	mark, other := s[last], byte('.'+','-s[last])
	switch {
	case strings.IndexByte(s, mark) < last: // 1.234.567
		return other
	case strings.IndexByte(s, other) >= 0: // 1.234,5
		return mark
	case last <= 3 && asciiDigits(s[:last]) && s[0] != '0' && len(s)-last == 4: // 1,234
		return column
	}
	return mark
}

// readNumber returns a number in plain form. It marks the cell and returns false where there is none.
func readNumber(raw string, mark byte, c *Cell) (string, bool) {
	if plainNumber(raw) && (mark == '.' || strings.IndexByte(raw, '.') < 0) {
		return raw, true
	}
	s := strings.Replace(raw, "−", "-", 1)
	sign := ""
	switch {
	case strings.HasPrefix(s, "-"):
		sign, s = "-", s[1:]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	s, exponent, ok := cutExponent(s)
	if !ok || s == "" || !isASCIIDigit(s[len(s)-1]) && s[len(s)-1] != mark {
		c.Fail(raw, ruleNotNumber)
		return "", false
	}
	if mark = markOf(s, mark); mark == mixedMarks {
		c.Fail(raw, ruleMixedMarks)
		return "", false
	}
	whole, fraction, marked, ok := splitNumber(s, mark)
	if !ok {
		c.Fail(raw, ruleNotNumber)
		return "", false
	}
	if marked {
		c.Hit(ruleDecimalComma)
	}
	if whole, fraction, ok = shiftPoint(whole, fraction, exponent); !ok {
		c.Fail(raw, ruleNotNumber)
		return "", false
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if strings.Trim(whole, "0.") == "" {
		sign = ""
	}
	return sign + whole, true
}

// plainNumber reports whether s has the canonical form already: digits without a leading zero, at most one point inside.
func plainNumber(s string) bool {
	if len(s) > 1 && s[0] == '0' && s[1] != '.' {
		return false
	}
	point := false
	for i := range len(s) {
		if s[i] == '.' && !point && i > 0 && i < len(s)-1 {
			point = true
		} else if !isASCIIDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// cutExponent takes the exponent off a number such as 1.5E-3.
func cutExponent(s string) (mantissa string, exponent int, ok bool) {
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s, 0, true
	}
	digits := s[at+1:]
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	if !asciiDigits(digits) || len(digits) > 3 {
		return s, 0, false
	}
	for _, d := range []byte(digits) {
		exponent = 10*exponent + int(d-'0')
	}
	if negative {
		exponent = -exponent
	}
	return s[:at], exponent, true
}

// splitNumber splits the digits of an unsigned number at its decimal mark. marked reports that a decimal comma or marks between
// thousands were read.
func splitNumber(s string, mark byte) (whole, fraction string, marked, ok bool) {
	other := byte(',')
	if mark == ',' {
		other = '.'
	}
	whole, fraction, found := strings.Cut(s, string(mark))
	if !asciiDigits(fraction) && fraction != "" {
		return "", "", false, false
	}
	groups, separated := thousands(whole, other)
	switch {
	case asciiDigits(groups):
		return groups, fraction, separated || found && mark == ',', true
	case groups == "" && fraction != "":
		return "0", fraction, found && mark == ',', true
	}
	return "", "", false, false
}

// thousands takes the marks between groups of three digits out of a whole number; it returns it as it is when the groups are not
// of three digits.
func thousands(s string, mark byte) (digits string, separated bool) {
	for _, m := range []string{string(mark), " ", "'", "\u00a0", "\u202f", "\u2009"} {
		groups := strings.Split(s, m)
		if len(groups) == 1 {
			continue
		}
		for i, g := range groups {
			if !asciiDigits(g) || i > 0 && len(g) != 3 || i == 0 && len(g) > 3 {
				return s, false
			}
		}
		return strings.Join(groups, ""), true
	}
	return s, false
}

// shiftPoint multiplies by a power of ten and drops zeros in front.
func shiftPoint(whole, fraction string, exponent int) (string, string, bool) {
	if len(whole)+len(fraction)+max(exponent, -exponent) > maxDigits && exponent != 0 {
		return "", "", false
	}
	if exponent > 0 {
		fraction += strings.Repeat("0", max(0, exponent-len(fraction)))
		whole, fraction = whole+fraction[:exponent], fraction[exponent:]
	}
	if exponent < 0 {
		whole = strings.Repeat("0", max(0, 1-exponent-len(whole))) + whole
		at := len(whole) + exponent
		whole, fraction = whole[:at], whole[at:]+fraction
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	return whole, fraction, true
}
