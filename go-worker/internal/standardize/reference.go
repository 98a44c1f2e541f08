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
		if ends, ok := readReversed(s, mark); ok {
			return ends, true
		}
		if plain := plainRange(s); plain != s {
			return readRange(plain, mark, c)
		}
		return span{}, false
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

// plainRange drops from a range what says that it is one (Normal: 70-99, <200 (desirable)), and the unit behind its first end where the same stands
// behind the second: 36%-46%.
func plainRange(s string) string {
	if label, ends, ok := strings.Cut(s, ":"); ok && rangeWords[phrase(label)] {
		return strings.TrimSpace(ends)
	}
	if at := strings.IndexAny(s, "0123456789<>≤≥"); at > 0 && rangeWords[phrase(strings.TrimRight(s[:at], " .="))] {
		return s[at:]
	}
	if ends, label, ok := strings.Cut(s, "("); ok && rangeWords[phrase(strings.TrimSuffix(label, ")"))] {
		return strings.TrimSpace(ends)
	}
	low, rest := cutNumber(s)
	if at := strings.IndexAny(rest, "-–"); low != "" && at > 0 {
		if unit := strings.TrimSpace(rest[:at]); unit != "" && strings.HasSuffix(rest, unit) {
			return low + rest[at:]
		}
	}
	return s
}

// cutSpan takes a reference range in brackets off the end of what stands behind a number: 105 mg/dL (70-99), 105 [Ref: <99].
func cutSpan(s string, mark byte) (rest string, ends span) {
	open := strings.LastIndexAny(s, "([")
	if open < 0 || !strings.HasSuffix(s, ")") && !strings.HasSuffix(s, "]") {
		return s, span{}
	}
	ends, ok := readRange(s[open+1:len(s)-1], mark, &Cell{})
	if !ok || ends.low != "" && ends.high != "" && compareNumbers(ends.low, ends.high) > 0 {
		return s, span{}
	}
	return strings.TrimRight(s[:open], " "), ends
}
