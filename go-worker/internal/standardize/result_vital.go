package standardize

import (
	"slices"

	"harmonizer/go-worker/internal/rule"
)

// vitalInLongFile reads the cell of a long file again, as the vital sign that its code or name tells, with the unit of the row.
func (s *resultRow) vitalInLongFile(r *Row, m *measure, code string) {
	raw, col := r.Raw[s.value], s.col
	s.takeFlag(r)
	if r.Values[s.value] == "" || r.Unusable[s.value] {
		s.unread(r)
		return
	}
	unit := s.stated(r, m)
	if unit == "" && r.Get(s.unit) != "" { // a unit that nobody knows
		return
	}
	col.Params = map[string]string{"kind": m.name}
	if unit != "" {
		col.Unit, col.UnitRule = unit, ""
	} else if decided, ok := s.byCode[code]; ok {
		unit, col.Unit, col.UnitRule = decided, decided, ruleUnitInferred.String()
	}
	var c Cell
	if number := r.Get(s.number); number != "" && r.Get(s.comparator) == "" {
		v := newVitalReader(m, col)
		v.bare(number, number, col.Unit, v.inferred, &c)
	} else {
		vital(col)(raw, &c)
	}
	for _, id := range c.Hits {
		if !flagged(r, s.value, id) {
			r.Flag(s.value, id)
		}
	}
	if c.Unusable {
		s.clear(r)
		r.Set(s.value, raw)
		r.setUnusable(s.value, true)
		return
	}
	s.splitRange(r)
	s.checkFlag(r)
	if conversion, ok := m.conversion(unit); ok && measured(c.Hits) {
		s.convertRange(r, m, conversion)
	}
	r.Set(s.value, c.Value)
	s.vitalRow(r, m)
	if m.zeroIsNull && s.isZero(r) { // 0C
		s.clear(r)
		r.Set(s.value, "", ruleNullNumber)
	}
}

// vitalRow fills the parts of a value that the family of vital signs has standardized, and checks where it lies.
func (s *resultRow) vitalRow(r *Row, m *measure) {
	s.unread(r)
	value := r.Values[s.value]
	if m == nil || value == "" || r.Unusable[s.value] {
		return
	}
	if m.name != "bp" {
		if flagged(r, s.value, ruleWrongUnit) || flagged(r, s.value, ruleNoConversion) {
			value = s.apart(r, m, value)
		}
		comparator, number := cutComparator(value)
		number, _ = readNumber(number, '.', &Cell{})
		r.Set(s.comparator, comparator)
		r.Set(s.number, number)
	}
	var buffer [8]rule.ID
	if !measured(hitsOf(buffer[:0], r, s.value)) {
		r.Set(s.valueUnit, r.Get(s.unit))
		return
	}
	s.setUnit(r, m)
	r.Set(s.valueUnit, m.unit.Code)
	if number := r.Get(s.number); number != "" {
		if broken := m.outside(number, r.Get(s.comparator), false); broken != 0 {
			r.Flag(s.value, broken)
		}
	}
}

// apart divides the cell of a wide column that holds a unit which does not convert, as a long file has them: 24.5 % under body mass index.
func (s *resultRow) apart(r *Row, m *measure, value string) string {
	q, ok := newVitalReader(m, s.col).read(value, &Cell{})
	if !ok || q.unit == "" {
		return value
	}
	r.Set(s.value, q.number, ruleStandard)
	r.Set(s.unit, q.unit)
	return q.number
}

// setUnit fills the unit of a vital sign, and says why where it was another.
func (s *resultRow) setUnit(r *Row, m *measure) {
	unit := m.unit.Code
	switch old := r.Get(s.unit); {
	case old == unit:
	case old != "":
		r.Set(s.unit, unit, ruleConverted)
	case s.inferred != 0 && m.severalUnits() && !flagged(r, s.value, s.inferred): // once a row
		r.Set(s.unit, unit, s.inferred)
	default:
		r.Set(s.unit, unit)
	}
}

// hitsOf appends the rules that fired on a slot.
func hitsOf(ids []rule.ID, r *Row, slot int) []rule.ID {
	for _, h := range r.Hits {
		if h.Slot == slot {
			ids = append(ids, h.Rule)
		}
	}
	return ids
}

// measured reports whether a vital sign with these hits is in its canonical unit; otherwise nobody knows its unit, or it is one
// that does not convert.
func measured(hits []rule.ID) bool {
	for _, id := range hits {
		switch id {
		case ruleUnitMissing, ruleHeightUnit, ruleNoConversion, ruleWrongUnit:
			return false
		case ruleFeetInches: // 5-7 was converted, 5.11 was not
			return slices.Contains(hits, ruleConverted)
		}
	}
	return true
}
