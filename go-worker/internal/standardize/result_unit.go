package standardize

import "harmonizer/go-worker/internal/units"

// stated returns the unit that the row states, "" for none or an unknown one.
func (s *resultRow) stated(r *Row, m *measure) string {
	column := s.columnUnit(r, m)
	own := r.Get(s.valueUnit)
	if code := inContext(own, own, m); code != "" {
		own = code
		r.Flag(s.value, ruleUnit)
	}
	switch {
	case own == "":
		return column
	case column == "" && r.Get(s.unit) == "":
		r.Set(s.unit, own)
	case own != column:
		r.Set(s.unit, own, ruleTwoUnits)
		r.setUnusable(s.unit, false)
	}
	return own
}

// columnUnit returns what the unit field says.
func (s *resultRow) columnUnit(r *Row, m *measure) string {
	unit := r.Get(s.unit)
	if unit == "" {
		return ""
	}
	if code := inContext(r.Raw[s.unit], unit, m); code != "" {
		r.setUnusable(s.unit, false)
		r.unflag(s.unit)
		r.Set(s.unit, code, ruleUnit)
		return code
	}
	if r.Unusable[s.unit] {
		return ""
	}
	return unit
}

// inContext reads a unit that is unknown, or fits no result of the test, again beside the test: G/L of leukocytes, mm of a
// pressure, grams of a protein. It returns "" where that does not help.
func inContext(text, unit string, m *measure) string {
	if text == "" || m == nil {
		return ""
	}
	if _, fits := m.conversion(unit); fits {
		return ""
	}
	u, known := units.Read(text, m.of)
	if _, fits := m.conversion(u.Code); !known || !fits {
		return ""
	}
	return u.Code
}

// withoutUnit settles a number that states no unit: by what the plan decided, or as unknown (OBS-003, OBS-004). What is
// never written with its unit, such as INR and pH, or has only one, such as a pulse, needs none.
func (s *resultRow) withoutUnit(r *Row, m *measure, code string) {
	unit, why := s.col.Unit, s.inferred
	if decided, ok := s.byCode[code]; ok {
		unit, why = decided, ruleUnitInferred
	}
	if unit == "" && (m.unit.Plain() || m.vital && !m.severalUnits()) {
		unit, why = m.unit.Code, 0
	}
	if unit == "" {
		r.Flag(s.value, ruleUnitMissing)
		return
	}
	if why != 0 {
		r.Set(s.unit, unit, why)
	} else {
		r.Set(s.unit, unit)
	}
	s.convert(r, m, unit)
}

// convert brings number, range and reference range to the unit of the test, and checks where they lie.
func (s *resultRow) convert(r *Row, m *measure, unit string) {
	r.Set(s.valueUnit, unit)
	c, ok := m.conversion(unit)
	if !ok {
		r.Flag(s.unit, m.refusal(unit))
		return
	}
	s.settleCode(r, m, unit)
	if unit != m.unit.Code {
		r.Set(s.unit, m.unit.Code, ruleConverted)
		r.Set(s.valueUnit, m.unit.Code)
	}
	if !c.Same() {
		for _, slot := range [...]int{s.number, s.low, s.high} {
			if n, ok := c.Apply(r.Get(slot), m.decimals); ok {
				r.Set(slot, n)
			}
		}
		res := result{comparator: r.Get(s.comparator), number: r.Get(s.number), low: r.Get(s.low), high: r.Get(s.high)}
		r.Set(s.value, res.value(), ruleConverted)
	}
	s.convertRange(r, m, c)
	if number := r.Get(s.number); number != "" {
		if broken := m.outside(number, r.Get(s.comparator), false); broken != 0 {
			r.Flag(s.value, broken)
		}
	}
}

// settleCode makes code and unit say the same: the code of an amount of substance becomes that of the mass that the value is now
// given in. A code of the file that names another property than the unit is UNIT-005; that of a wide column is the profile's.
func (s *resultRow) settleCode(r *Row, m *measure, unit string) {
	code := r.Get(s.code)
	if code == "" {
		return
	}
	if r.Raw[s.code] != "" && m.disagrees(code, unit) {
		r.Flag(s.unit, ruleCodeUnit)
	}
	if pair := m.molar[code]; pair != "" {
		r.Set(s.code, pair, ruleConverted)
	}
}
