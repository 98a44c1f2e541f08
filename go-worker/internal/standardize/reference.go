package standardize

import "strings"

// referenceRange is the family of reference ranges in one cell: 3.5-5.0, <200, up to 40, (3.5 - 5.0 mmol/L). Numbers are
// written as those of results are; other texts are kept. The row step resultStep splits them into reference_low and
// reference_high, where those are empty. The companion %_unit is a unit in the cell.
func referenceRange(col Column) CellFunc {
	mark := decimalMark(col)
	return func(raw string, c *Cell) {
		if turned(raw) == ruleTurnedDate || isWholeDay(raw) {
			c.Hit(ruleTurnedDate)
			c.Value = raw
			return
		}
		span, ok := readRange(raw, mark, c)
		switch {
		case c.Unusable:
		case ok:
			c.Parts[0] = span.unit
			settle(c, raw, span.String())
		default:
			settle(c, raw, textOf(raw, c))
		}
	}
}

// A span is a reference range. One of low and high may be "": then comparator says how the other bounds it.
type span struct {
	low, high, comparator string
	unit                  string // UCUM, where the cell states one
}

// String returns 3.5-5.0 or <200.
func (s span) String() string {
	if s.comparator != "" {
		return s.comparator + s.low + s.high
	}
	return s.low + "-" + s.high
}

// readRange reads a range; ok is false for a text.
func readRange(raw string, mark byte, c *Cell) (span, bool) {
	s := oneLine(raw)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") || strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = s[1 : len(s)-1]
	}
	var scratch Cell
	res, read, ok := readMeasured(strings.TrimSpace(s), mark, &scratch)
	if !ok {
		c.Fail(raw, ruleMixedMarks)
		return span{}, false
	}
	switch {
	case !read:
		return readReversed(s, mark)
	case res.low != "":
		return span{low: res.low, high: res.high, unit: res.unit}, true
	case res.number == "" || res.comparator == "":
		return span{}, false
	case res.comparator[0] == '<':
		return span{high: res.number, comparator: res.comparator, unit: res.unit}, true
	}
	return span{low: res.number, comparator: res.comparator, unit: res.unit}, true
}

// readReversed reads a range whose lower end is above the upper one, which a result cannot be (OBS-104 is for the row).
func readReversed(s string, mark byte) (span, bool) {
	low, rest := cutNumber(s)
	high, behind, ok := cutRange(rest)
	if low == "" || !ok || strings.TrimSpace(behind) != "" {
		return span{}, false
	}
	var scratch Cell
	low, okLow := readNumber(low, mark, &scratch)
	high, okHigh := readNumber(high, mark, &scratch)
	return span{low: low, high: high}, okLow && okHigh
}
