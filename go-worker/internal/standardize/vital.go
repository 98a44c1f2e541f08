package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/units"
)

// vital is the family of vital signs (SPEC section 13): weight in kg, height and head circumference in cm, temperature in Cel,
// pressures in mm[Hg], rates in /min, saturation in %, body mass index in kg/m2, pain in points of ten. A combined
// pressure is written 120/80.
//
// A unit in the cell is converted, and so is a number in a column whose unit is known. A number without any unit stays as it is
// and is flagged (OBS-004); with the param unit_field that is left to the row step, which knows that field.
//
// Params: kind as in vital_signs.csv, unit_field. Decisions: fraction is yes where saturation is written as 0.98.
func vital(col Column) CellFunc {
	m := vitalSigns[col.Params["kind"]]
	if m == nil {
		return text(col)
	}
	v := newVitalReader(m, col)
	return func(raw string, c *Cell) {
		switch {
		case col.Sentinels[raw]:
			c.Set("", ruleNullNumber)
		case m.name == "bp":
			pressure(raw, c)
		default:
			v.cell(raw, c)
		}
	}
}

// plainVital is the PlainFunc of numbers without a unit, and of the usual pairs of pressures.
func plainVital(col Column) PlainFunc {
	m := vitalSigns[col.Params["kind"]]
	switch {
	case m == nil:
		return plainWords
	case len(col.Sentinels) > 0:
		return nil
	case m.name == "bp":
		return plainPair
	}
	return newVitalReader(m, col).plain
}

func (v *vitalReader) plain(raw string, c *Cell) bool {
	if v.mark != '.' || !plainNumber(raw) {
		return false
	}
	if v.later {
		c.Value = raw
	} else {
		v.bare(raw, raw, v.unit, v.inferred, c)
	}
	return true
}

// A vitalReader reads cells of one vital sign.
type vitalReader struct {
	m        *measure
	mark     byte
	unit     string  // of the column, UCUM; "" unknown
	inferred rule.ID // under which the unit was inferred; 0 when it is stated
	fraction bool
	later    bool // a unit field of the row may say more
}

func newVitalReader(m *measure, col Column) *vitalReader {
	v := &vitalReader{m: m, mark: decimalMark(col), unit: col.Unit, fraction: col.Decisions["fraction"] == "yes",
		later: col.Params["unit_field"] != ""}
	if col.UnitRule != "" {
		v.inferred, _ = rule.Lookup(col.UnitRule)
	}
	return v
}

func (v *vitalReader) cell(raw string, c *Cell) {
	if raw != "" && !isASCIIDigit(raw[0]) {
		if comparator, rest := cutComparator(raw); comparator != "" && v.compared(raw, comparator, rest, c) {
			return
		}
	}
	q, ok := v.read(raw, c)
	switch {
	case !ok:
	case q.whole != "":
		c.Set(q.whole, ruleConverted)
	case q.unit != "":
		if v.m.name == "temperature" {
			q.unit = scale(q.number, q.unit, c)
		}
		v.convert(raw, q, c)
	case v.later:
		settle(c, raw, q.number)
	default:
		v.bare(raw, q.number, v.unit, v.inferred, c)
	}
}

// compared reads what stands behind a comparator, at the limit of what the device measures: >95 %, <34 C.
func (v *vitalReader) compared(raw, comparator, rest string, c *Cell) bool {
	var behind Cell
	behind.Arena = c.Arena
	if v.cell(rest, &behind); behind.Unusable || behind.Value == "" || !isASCIIDigit(behind.Value[0]) {
		return false
	}
	c.Hit(ruleComparator)
	for _, id := range behind.Hits {
		if id != ruleStandard {
			c.Hit(id)
		}
	}
	settle(c, raw, comparator+behind.Value)
	return true
}

// A vitalQuantity is what a cell of a vital sign says.
type vitalQuantity struct {
	number string // plain decimal
	unit   string // UCUM; "" where the cell states none
	whole  string // of several units, such as 5'7", in the canonical unit
}

// read reads a cell without knowing its column. ok is false where the cell was marked unusable.
func (v *vitalReader) read(raw string, c *Cell) (q vitalQuantity, ok bool) {
	if v.mark == '.' && plainNumber(raw) {
		return vitalQuantity{number: raw}, true
	}
	if turned(raw) == ruleTurnedDate {
		c.Fail(raw, ruleTurnedDate)
		return q, false
	}
	s := tidyVital(raw)
	if v.m.name == "systolic" || v.m.name == "diastolic" {
		if first, second, pair := SplitPressure(raw); pair {
			return v.half(raw, first, second, c)
		}
	}
	amounts, ok := v.amounts(s)
	if list, isDashed := dashed(s); isDashed && v.m.name == "height" {
		amounts, ok = list, true
		c.Hit(ruleFeetInches)
	}
	if !ok {
		noVital(raw, c)
		return q, false
	}
	for i := range amounts {
		n, ok := readNumber(amounts[i].number, v.mark, c)
		if !ok {
			c.Value = raw
			return q, false
		}
		amounts[i].number = n
	}
	if len(amounts) == 1 {
		return vitalQuantity{number: amounts[0].number, unit: amounts[0].unit}, true
	}
	if q.whole, ok = v.sum(amounts); !ok {
		c.Fail(raw, ruleNoVital)
	}
	return q, ok
}

// noVital settles a cell without a measurement: it may say why there is none.
func noVital(raw string, c *Cell) {
	if AbsentReason(raw) != "" {
		c.Set("", ruleNoResult)
		return
	}
	c.Fail(raw, ruleNoVital)
}

// half takes one of a pair of pressures that stands where only that one belongs.
func (v *vitalReader) half(raw, systolic, diastolic string, c *Cell) (q vitalQuantity, ok bool) {
	q.number = systolic
	if v.m.name == "diastolic" {
		q.number = diastolic
	}
	switch {
	case q.number == "":
		c.Fail(raw, ruleNoVital)
	case PressureReversed(systolic, diastolic):
		c.Fail(raw, rulePressure)
	}
	return q, !c.Unusable
}

// convert writes a number with a stated unit in the canonical one.
func (v *vitalReader) convert(raw string, q vitalQuantity, c *Cell) {
	conversion, ok := v.m.conversion(q.unit)
	if !ok {
		c.Value = raw
		c.Hit(v.m.refusal(q.unit))
		return
	}
	var buffer [32]byte
	var value string
	if out, ok := conversion.Append(buffer[:0], q.number, v.m.decimals); ok {
		value = c.Arena.Text(out)
	} else {
		value, _ = conversion.Apply(q.number, v.m.decimals)
	}
	if v.m.name == "temperature" && fahrenheit(value) {
		c.Fail(raw, ruleTemperature) // 200 °F: as 93.3 Cel it would be read as degrees Fahrenheit later
		return
	}
	if !conversion.Same() {
		c.Hit(ruleConverted)
	}
	settle(c, raw, v.written(value))
}

// written writes temperatures with a decimal, as custom is and as the converted ones beside them are; other numbers keep the digits
// that they have.
func (v *vitalReader) written(number string) string {
	if v.m.name == "temperature" && !strings.Contains(number, ".") {
		return number + ".0"
	}
	return number
}

// bare settles a number that stands without a unit; unit is what the row or the column says, "" for nothing.
func (v *vitalReader) bare(raw, number, unit string, inferred rule.ID, c *Cell) {
	switch v.m.name {
	case "temperature":
		if unit == "" || inferred != 0 {
			v.temperature(raw, number, c)
			return
		}
		unit = scale(number, unit, c)
	case "height":
		if feetOrInches(number) && (unit == "" || unit == "[ft_i]" || inferred != 0 && unit != "m") {
			c.Hit(ruleFeetInches)
			settle(c, raw, number)
			return
		}
		if unit == "" && within(number, "84", "100") {
			c.Hit(ruleHeightUnit)
			settle(c, raw, number)
			return
		}
	case "spo2":
		if v.fraction && within(number, "0", "1") {
			c.Hit(ruleSaturation)
			_, digits, _ := strings.Cut(number, ".")
			number, _ = percent.Apply(number, max(0, len(digits)-2))
			settle(c, raw, number)
			return
		}
	}
	if unit == "" && v.m.severalUnits() && v.m.name != "temperature" {
		c.Hit(ruleUnitMissing)
		settle(c, raw, number)
		return
	}
	if unit == "" || unit == v.m.unit.Code {
		settle(c, raw, v.written(number))
		return
	}
	if inferred != 0 {
		c.Hit(inferred)
	}
	v.convert(raw, vitalQuantity{number, unit, ""}, c)
}

var percent = units.NewConversion("100", "0")

// temperature settles a temperature by its size: no body is as warm in one scale as another is in the other.
func (v *vitalReader) temperature(raw, number string, c *Cell) {
	switch {
	case celsius(number):
		settle(c, raw, v.written(number))
	case fahrenheit(number):
		c.Hit(ruleVitalUnit)
		v.convert(raw, vitalQuantity{number, "[degF]", ""}, c)
	default:
		c.Fail(raw, ruleTemperature)
	}
}

// scale is the unit that a temperature is given in: the stated one, unless nobody has it in that scale and somebody does in the other.
func scale(number, unit string, c *Cell) string {
	switch {
	case unit == "[degF]" && celsius(number): // 37.9
		c.Hit(ruleOtherScale)
		return "Cel"
	case unit == "Cel" && fahrenheit(number):
		c.Hit(ruleOtherScale)
		return "[degF]"
	}
	return unit
}

// celsius and fahrenheit report whether a body may be that warm in the scale.
func celsius(number string) bool    { return within(number, "30", "45") }
func fahrenheit(number string) bool { return within(number, "86", "115") }

func within(number, low, high string) bool {
	return compareNumbers(number, low) >= 0 && compareNumbers(number, high) <= 0
}

// feetOrInches reports whether a height may be feet and inches with a point between them: 5.11.
func feetOrInches(number string) bool {
	return strings.Contains(number, ".") && within(number, "4", "7.99")
}
