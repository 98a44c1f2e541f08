package standardize

import (
	"strconv"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/units"
)

// A measure is one test or vital sign: the unit its results are kept in, and where they can lie.
type measure struct {
	name     string
	vital    bool
	of       string // what units.Read is told to be measured
	unit     units.Unit
	decimals int // of a converted result
	// molar holds the codes of the measure that stand for an amount of substance, each with the code for the unit above, ""
	// where there is none. The other codes are not in it.
	molar map[string]string
	// from are conversions that no unit tells, such as those by molar mass.
	from []measureConversion
	// ready are the conversions from the usual units.
	ready map[string]units.Conversion

	plausible, possible bounds
	adultLow            plainDecimal // plausible from here for adults; "" as for everybody
	zeroIsNull          bool         // nothing living measures 0: it stands for no value
}

type measureConversion struct {
	unit       units.Unit
	conversion units.Conversion
}

// bounds are both included; "" is no bound.
type bounds struct{ low, high plainDecimal }

// Measures by LOINC code, and vital signs by the kind that a profile names.
var measures, vitalSigns = readMeasures()

func readMeasures() (byCode, byKind map[string]*measure) {
	byCode, byKind = map[string]*measure{}, map[string]*measure{}
	tests := map[string]*measure{}
	for _, row := range facts.Rows("lab_tests.csv", "test", "codes", "molar_codes", "unit", "decimals", "plausible_low",
		"plausible_high", "possible_low", "possible_high") {
		m := newMeasure(row[0], row[3], row[4], row[5:9])
		own, molar := facts.List(row[1]), facts.List(row[2])
		for _, code := range own {
			byCode[code] = m
		}
		for i, code := range molar {
			byCode[code], m.molar[code] = m, ""
			if i < len(own) {
				m.molar[code] = own[i]
			}
		}
		tests[m.name] = m
	}
	for _, row := range facts.Rows("unit_conversions.csv", "test", "from", "multiply", "add", "molar_mass") {
		m := tests[row[0]]
		m.from = append(m.from, measureConversion{mustUnit(row[1]), units.NewConversion(row[2], row[3])})
	}
	for _, row := range facts.Rows("vital_signs.csv", "kind", "codes", "unit", "decimals", "plausible_low", "plausible_high",
		"possible_low", "possible_high", "adult_low") {
		m := newMeasure(row[0], row[2], row[3], row[4:8])
		m.vital, m.adultLow, m.of = true, newPlainDecimal(row[8]), vitalContexts[row[0]]
		byKind[m.name] = m
		for _, code := range facts.List(row[1]) {
			byCode[code] = m
		}
		tests[m.name] = m
	}
	for _, row := range facts.Rows("zero_is_null.csv", "measure", "code") {
		tests[row[0]].zeroIsNull = true
	}
	for _, m := range tests {
		m.prepare()
	}
	return byCode, byKind
}

var vitalContexts = map[string]string{
	"height": "height", "head_circumference": "height", "weight": "weight", "temperature": "temperature",
	"bp": "pressure", "systolic": "pressure", "diastolic": "pressure",
}

func newMeasure(name, unit, decimals string, ranges []string) *measure {
	n, err := strconv.Atoi(decimals)
	if err != nil {
		panic("standardize: decimals of " + name + ": " + err.Error())
	}
	m := &measure{name: name, unit: mustUnit(unit), decimals: n, molar: map[string]string{},
		plausible: bounds{newPlainDecimal(ranges[0]), newPlainDecimal(ranges[1])}, possible: bounds{newPlainDecimal(ranges[2]), newPlainDecimal(ranges[3])}}
	if m.unit.Counts() {
		m.of = "count"
	}
	return m
}

func mustUnit(code string) units.Unit {
	u, ok := units.Parse(code)
	if !ok {
		panic("standardize: " + code + " is not UCUM")
	}
	return u
}

func (m *measure) prepare() {
	m.ready = map[string]units.Conversion{}
	for _, u := range units.Usual() {
		if c, ok := m.convert(u); ok {
			m.ready[u.Code] = c
		}
	}
}

// conversion returns how numbers in a unit become those of the measure; ok is false where that is not defined.
func (m *measure) conversion(code string) (units.Conversion, bool) {
	if c, ok := m.ready[code]; ok {
		return c, true
	}
	u, ok := units.Parse(code)
	if !ok {
		return units.Conversion{}, false
	}
	return m.convert(u)
}

func (m *measure) convert(u units.Unit) (units.Conversion, bool) {
	if c, ok := u.To(m.unit); ok {
		return c, true
	}
	for _, f := range m.from {
		if c, ok := u.To(f.unit); ok {
			return c.Then(f.conversion), true
		}
	}
	return units.Conversion{}, false
}

// refusal returns the rule under which a known unit is no unit of the measure: UNIT-006 where both measure an amount of
// something in the same way and only the factor is missing, UNIT-003 where they do not.
func (m *measure) refusal(code string) rule.ID {
	if u, ok := units.Parse(code); ok && u.Alike(m.unit) {
		return ruleNoConversion
	}
	return ruleWrongUnit
}

// disagrees reports whether a code and a unit name different properties in LOINC: mass against amount of substance.
func (m *measure) disagrees(code, unit string) bool {
	_, molar := m.molar[code]
	return isMolar(unit) != (molar || isMolar(m.unit.Code))
}

// molarUnits say of the usual units whether they count moles or equivalents.
var molarUnits = func() map[string]bool {
	all := map[string]bool{}
	for _, u := range units.Usual() {
		all[u.Code] = u.Molar()
	}
	return all
}()

func isMolar(code string) bool {
	molar, known := molarUnits[code]
	if !known {
		u, _ := units.Parse(code)
		return u.Molar()
	}
	return molar
}

// severalUnits reports whether a vital sign is measured in more than one unit, so that a number alone says little.
func (m *measure) severalUnits() bool {
	return m.of == "weight" || m.of == "height" || m.of == "temperature"
}

// outside returns the rule that a number in the unit of the measure breaks, 0 for none.
func (m *measure) outside(number, comparator string, adult bool) rule.ID {
	n, low := newPlainDecimal(number), &m.plausible.low
	if adult && m.adultLow.text != "" {
		low = &m.adultLow
	}
	switch {
	case beyond(&n, comparator, &m.possible.low, &m.possible.high):
		return ruleImpossible
	case beyond(&n, comparator, low, &m.plausible.high):
		return ruleImplausible
	}
	return 0
}

// beyond reports whether a number surely lies outside of bounds. One below a limit of detection is not known to; one above
// a limit that is too high already is.
func beyond(n *plainDecimal, comparator string, low, high *plainDecimal) bool {
	whole := comparator == ""
	above := whole || comparator == ">" || comparator == ">="
	return whole && low.text != "" && n.compare(low) < 0 || above && high.text != "" && n.compare(high) > 0
}
