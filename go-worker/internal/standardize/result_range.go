package standardize

import (
	"cmp"
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/units"
)

var ruleRangeEnds = rule.Must("OBS-009")

// readEnds reads what stands in a column for one end of the reference range and is no plain number: a number with its unit, a bound (<200 in
// either column), the whole range. What is none of these, Negative or 99 H, is kept as reference_range.
func (s *resultRow) readEnds(r *Row) {
	unread := func(slot int) bool { return slot >= 0 && r.Unusable[slot] && flagged(r, slot, ruleNotNumber) }
	if !unread(s.refLow) && !unread(s.refHigh) || s.span < 0 || r.Get(s.span) != "" {
		return
	}
	low, high := s.endText(r, s.refLow), s.endText(r, s.refHigh)
	ends, text := s.twoEnds(r, low, high)
	if low == "" || high == "" || low == high {
		ends, text = s.oneEnd(cmp.Or(low, high), low == "")
	}
	r.Set(s.span, text)
	if ends.unit != "" {
		r.Set(s.spanUnit, ends.unit)
	}
	s.setEnd(r, s.refLow, ends.low)
	s.setEnd(r, s.refHigh, ends.high)
}

// endText returns the cell of one end of the reference range, "" for one that holds nothing.
func (s *resultRow) endText(r *Row, slot int) string {
	if slot < 0 || r.Values[slot] == "" && !r.Unusable[slot] {
		return ""
	}
	return oneLine(r.Raw[slot])
}

// oneEnd reads the one text that stands in the columns of both ends, or in one of them, and returns what is to be kept as text.
func (s *resultRow) oneEnd(text string, isHigh bool) (ends span, kept string) {
	if ends, ok := readRange(text, s.endMark, &Cell{}); ok {
		return ends, ends.String()
	}
	switch number, unit, ok := s.endNumber(text, ""); {
	case !ok:
		return span{}, text
	case isHigh:
		return span{high: number, unit: unit}, ""
	default:
		return span{low: number, unit: unit}, ""
	}
}

// twoEnds reads the texts of both ends, and returns what is to be kept as text where one of them is no number.
func (s *resultRow) twoEnds(r *Row, low, high string) (ends span, kept string) {
	from, unit, okLow := s.endNumber(low, ">")
	to, same, okHigh := s.endNumber(high, "<")
	if okLow && okHigh && (unit == "" || same == "" || unit == same) {
		return span{low: from, high: to, unit: cmp.Or(unit, same)}, ""
	}
	return span{low: numberIn(r, s.refLow), high: numberIn(r, s.refHigh)}, low + " - " + high
}

// endNumber reads the number of an end and its unit. It may have the sign that bounds it: 3.5 and above is >=3.5.
func (s *resultRow) endNumber(text, sign string) (number, unit string, ok bool) {
	res, read, ok := readMeasured(text, s.endMark, &Cell{})
	if _, flag := cutFlag(text); flag != "" || !read || !ok || res.number == "" || res.reference != (span{}) || res.comparator != "" && (sign == "" || !strings.HasPrefix(res.comparator, sign)) {
		return "", "", false
	}
	return res.number, res.unit, true
}

// setEnd stores an end of the reference range that was read of other text than a plain number.
func (s *resultRow) setEnd(r *Row, slot int, value string) {
	if slot < 0 || r.Values[slot] == value && !r.Unusable[slot] {
		return
	}
	r.unsay(func(h Hit) bool { return h.Slot == slot && h.Rule == ruleNotNumber })
	r.setUnusable(slot, false)
	r.Set(slot, value, ruleRangeEnds)
}

// splitRange fills the ends of the reference range from the cell that holds both, and checks their order.
func (s *resultRow) splitRange(r *Row) {
	if text := r.Get(s.span); text != "" && !r.Unusable[s.span] && r.Get(s.refLow) == "" && r.Get(s.refHigh) == "" {
		var c Cell
		if ends, ok := readRange(text, '.', &c); ok {
			r.Set(s.refLow, ends.low)
			r.Set(s.refHigh, ends.high)
		}
	}
	low, high := s.ends(r)
	if low != "" && high != "" && compareNumbers(low, high) > 0 {
		r.Flag(s.refLow, ruleRangeReversed)
	}
}

// ends returns the ends of the reference range, "" for one that is missing or no number.
func (s *resultRow) ends(r *Row) (low, high string) {
	return numberIn(r, s.refLow), numberIn(r, s.refHigh)
}

// numberIn returns the plain number in a slot, "" for anything else.
func numberIn(r *Row, slot int) string {
	if slot < 0 || r.Unusable[slot] {
		return ""
	}
	number, _ := readNumber(r.Values[slot], '.', &Cell{})
	return number
}

// checkFlag compares the flag of a number with its reference range, both as they were sent (OBS-105). A number at the end of
// the range may be flagged either way: who flagged it knew more digits.
func (s *resultRow) checkFlag(r *Row) {
	number := r.Get(s.number)
	low, high := s.ends(r)
	if number == "" || r.Get(s.comparator) != "" || low == "" && high == "" || low != "" && high != "" && compareNumbers(low, high) > 0 {
		return
	}
	if stated := r.Get(s.spanUnit); stated != "" && stated != r.Get(s.unit) {
		return
	}
	below := low != "" && compareNumbers(number, low) < 0
	above := high != "" && compareNumbers(number, high) > 0
	contradicts := false
	switch r.Get(s.flag) {
	case "H", "HH", "HU":
		contradicts = below || high != "" && compareNumbers(number, high) < 0
	case "L", "LL", "LU":
		contradicts = above || low != "" && compareNumbers(number, low) > 0
	case "N":
		contradicts = below || above
	}
	if contradicts {
		r.Flag(s.flag, ruleFlagRange)
	}
}

// convertRange brings the reference range to the unit of the test: with the value, or from its own unit where the cell states one.
func (s *resultRow) convertRange(r *Row, m *measure, c units.Conversion) {
	if stated := r.Get(s.spanUnit); stated != "" {
		own, ok := m.conversion(stated)
		if !ok {
			return
		}
		c = own
		r.Set(s.spanUnit, m.unit.Code)
	}
	if c.Same() {
		return
	}
	for _, slot := range [...]int{s.refLow, s.refHigh} {
		if n, ok := c.Apply(numberIn(r, slot), m.decimals); ok {
			r.Set(slot, n, ruleConverted)
		}
	}
	if ends, ok := readRange(r.Get(s.span), '.', &Cell{}); ok {
		for _, end := range [...]*string{&ends.low, &ends.high} {
			if n, ok := c.Apply(*end, m.decimals); ok {
				*end = n
			}
		}
		r.Set(s.span, ends.String(), ruleConverted)
	}
}
