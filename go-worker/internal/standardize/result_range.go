package standardize

import "harmonizer/go-worker/internal/units"

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
