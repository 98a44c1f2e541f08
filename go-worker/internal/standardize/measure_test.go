package standardize

import (
	"math/big"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/units"
)

func TestMeasureTables(t *testing.T) {
	seen := map[string]string{}
	check := func(name, list string) {
		for _, code := range facts.List(list) {
			if _, verdict := codes.Check(codes.LOINC, code); verdict != codes.Good {
				t.Errorf("%s: %s is no LOINC code", name, code)
			}
			if seen[code] != "" {
				t.Errorf("%s stands for %s and for %s", code, seen[code], name)
			}
			seen[code] = name
		}
	}
	for _, row := range facts.Rows("lab_tests.csv", "test", "codes", "molar_codes", "unit", "decimals", "plausible_low",
		"plausible_high", "possible_low", "possible_high") {
		check(row[0], row[1])
		check(row[0], row[2])
	}
	for _, row := range facts.Rows("vital_signs.csv", "kind", "codes", "unit", "decimals", "plausible_low", "plausible_high",
		"possible_low", "possible_high", "adult_low") {
		check(row[0], row[1])
	}
	for code, m := range measures {
		for _, pair := range [][2]plainDecimal{
			{m.possible.low, m.plausible.low}, {m.plausible.low, m.plausible.high}, {m.plausible.high, m.possible.high},
			{m.plausible.low, m.adultLow},
		} {
			if pair[0].text != "" && pair[1].text != "" && pair[0].compare(&pair[1]) > 0 {
				t.Errorf("%s (%s): %s is above %s", m.name, code, pair[0].text, pair[1].text)
			}
		}
	}
}

// The plan infers units from the same measures: what it finds must be a unit of the test, and its plausible ranges ours.
func TestColumnUnitsBelongToMeasures(t *testing.T) {
	for _, row := range facts.Rows("column_units.csv", "what", "unit", "low", "high", "plausible_low", "plausible_high") {
		m := vitalSigns[row[0]]
		if m == nil {
			m = measures[row[0]]
		}
		if m == nil {
			t.Errorf("column_units.csv: nobody measures %s", row[0])
			continue
		}
		if _, ok := m.conversion(row[1]); !ok {
			t.Errorf("%s in %s does not become %s", m.name, row[1], m.unit.Code)
		}
		if row[1] == m.unit.Code && !m.vital && (row[4] != m.plausible.low.text || row[5] != m.plausible.high.text) {
			t.Errorf("%s: plausible from %s to %s here and from %s to %s there", m.name, m.plausible.low.text, m.plausible.high.text, row[4], row[5])
		}
	}
}

// The customary factors are what molar masses say, worked out here from the units alone: grams = moles * molar mass.
func TestFactorsAgainstMolarMass(t *testing.T) {
	exact := map[string]string{ // conversions without a mass: definitions, and the NGSP/IFCC master equation
		"sodium": "1", "potassium": "1", "chloride": "1", "carbon_dioxide": "1", "alt": "1", "ast": "1", "alp": "1", "hematocrit": "100",
		"hba1c": "0.09148", "tsh": "1", "inr": "1", "d_dimer_feu": "1000", "d_dimer_ddu": "1000",
	}
	for _, row := range facts.Rows("unit_conversions.csv", "test", "from", "multiply", "add", "molar_mass") {
		name, from := row[0], mustUnit(row[1])
		var m *measure
		for _, some := range measures {
			if some.name == name {
				m = some
			}
		}
		got := asRat(t, row[2])
		if row[4] == "" {
			if exact[name] == "" || got.Cmp(asRat(t, exact[name])) != 0 {
				t.Errorf("%s: factor %s has no source", name, row[2])
			}
			continue
		}
		// One of the units counts moles (or equivalents) and one grams; both are brought to a litre.
		mass := asRat(t, row[4])
		moles, grams, inverse := from, m.unit, false
		if !from.Molar() {
			moles, grams, inverse = m.unit, from, true
		}
		perLitre := new(big.Rat).Mul(litre(t, moles), mass)
		want := perLitre.Quo(perLitre, litre(t, grams))
		if inverse {
			want.Inv(want)
		}
		off := new(big.Rat).Quo(got, want)
		if off.Sub(off, big.NewRat(1, 1)).Abs(off).Cmp(big.NewRat(5, 10_000)) > 0 {
			t.Errorf("%s: %s %s is %s %s by the table, %s by molar mass", name, "1", row[1], got.FloatString(5), m.unit.Code, want.FloatString(5))
		}
	}
}

// litre returns how many moles, equivalents or grams one of the unit is, in a litre or at all.
func litre(t *testing.T, u units.Unit) *big.Rat {
	t.Helper()
	for _, base := range []string{"mol/L", "eq/L", "g/L", "mol", "g"} {
		if c, ok := u.To(mustUnit(base)); ok {
			n, _ := c.Apply("1", 30)
			return asRat(t, n)
		}
	}
	t.Fatalf("%s is no concentration and no amount", u.Code)
	return nil
}

func asRat(t *testing.T, s string) *big.Rat {
	t.Helper()
	over, under, fraction := strings.Cut(s, "/")
	r, ok := new(big.Rat).SetString(over)
	if fraction {
		u, okUnder := new(big.Rat).SetString(under)
		r, ok = r.Quo(r, u), ok && okUnder
	}
	if !ok {
		t.Fatalf("%s is no number", s)
	}
	return r
}

// A number that is converted there and back comes back, within what the decimals on both sides can hold.
func TestThereAndBack(t *testing.T) {
	for code, m := range measures {
		for unit, c := range m.ready {
			for _, number := range []string{"1", "7.2", "100", "0.35", "1234.5"} {
				there, ok := c.Apply(number, 40)
				if !ok {
					t.Fatalf("%s: %s %s does not convert", code, number, unit)
				}
				back, ok := c.Inverse().Apply(there, 6)
				if !ok && len(there) > 60 { // moles of hemoglobin in a cell are picograms of more digits than a number may have
					continue
				}
				if asRat(t, back).Cmp(asRat(t, number)) != 0 {
					t.Errorf("%s: %s %s became %s %s and back %s", m.name, number, unit, there, m.unit.Code, back)
				}
			}
		}
	}
}

func TestCompareNumbers(t *testing.T) {
	ordered := []string{"-10", "-2.5", "-2.05", "-1", "0", "0.05", "0.5", "1", "1.05", "1.5", "2", "10", "10.01", "100"}
	for i, a := range ordered {
		for j, b := range ordered {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := compareNumbers(a, b); got != want {
				t.Errorf("%s against %s is %d; want %d", a, b, got, want)
			}
		}
	}
	for _, same := range [][2]string{{"1", "1.0"}, {"0", "0.00"}, {"2.50", "2.5"}} {
		if compareNumbers(same[0], same[1]) != 0 {
			t.Errorf("%s is not %s", same[0], same[1])
		}
	}
}
