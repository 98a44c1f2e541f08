package standardize

import (
	"regexp"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/labname"
	"harmonizer/go-worker/internal/rule"
)

var ruleTextBeside = rule.Must("OBS-008")

// resultStep settles results with their test and unit: it finds the unit of each (in the cell, else in the unit field, else what
// the plan decided for the test or the column), converts number, range and reference range to the unit of the test, checks
// where they lie, and fills what the cell said besides (SPEC sections 12 and 13).
//
// Reads value with its companions, unit, code, code_system, code_text, comparator, specimen, reference_range, reference_low, reference_high, interpretation; fills
// them, and value_text, value_titer, absent_reason. unit and value_unit are the unit of the value in UCUM; "" unknown.
//
// Long rows and wide ones are alike to it. A row made of a wide column has code, code_text and category of that column in its
// slots, the cell in the slot of value (Values standardized by the column's own family, Raw as in the file), and its column
// is what Bind gets for "value": type vital or result_value, with the params, unit and decisions of the wide column. A step is
// therefore bound once per wide column. For Adds, a wide file has the fields value, unit and code mapped.
var resultStep = RowStep{
	Name: "results",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("value") {
			return nil
		}
		names := []string{"unit", "interpretation", "value_text", "value_titer", "absent_reason"}
		for _, part := range resultParts {
			names = append(names, strings.Replace(part, "%", "value", 1))
		}
		if mapped("reference_range") {
			names = append(names, "reference_low", "reference_high")
		}
		if mapped("reference_low") || mapped("reference_high") { // what is no number there
			names = append(names, "reference_range", "reference_range_unit")
		}
		return missing(names, mapped)
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		col, ok := columns("value")
		if !ok {
			return nil
		}
		s := &resultRow{col: col, mark: decimalMark(col), byCode: unitsByCode(col.Decisions["unit_by_code"])}
		for field, slot := range map[string]*int{"value": &s.value, "unit": &s.unit, "code": &s.code, "code_system": &s.system,
			"interpretation": &s.flag, "value_comparator": &s.comparator, "value_number": &s.number, "value_low": &s.low,
			"value_high": &s.high, "value_code": &s.coded, "value_unit": &s.valueUnit, "value_text": &s.text,
			"value_titer": &s.titer, "absent_reason": &s.absent, "reference_range": &s.span, "reference_range_unit": &s.spanUnit,
			"reference_low": &s.refLow, "reference_high": &s.refHigh, "comparator": &s.sign, "code_text": &s.name, "specimen": &s.specimen} {
			*slot = l.Slot(field)
		}
		if sign, ok := columns("comparator"); ok && holdsTexts(sign) {
			s.read, s.parts = resultValue(col), [...]int{s.comparator, s.number, s.low, s.high, s.coded, s.valueUnit}
		}
		if col.Type == "vital" {
			s.vital = vitalSigns[col.Params["kind"]]
		}
		if col.UnitRule != "" {
			s.inferred, _ = rule.Lookup(col.UnitRule)
		}
		if end, ok := columns("reference_low"); ok {
			s.endMark = decimalMark(end)
		} else if end, ok := columns("reference_high"); ok {
			s.endMark = decimalMark(end)
		}
		return []Work{{Do: s.row}}
	},
}

// missing returns the names that the file does not map.
func missing(names []string, mapped func(string) bool) []string {
	var left []string
	for _, n := range names {
		if !mapped(n) {
			left = append(left, n)
		}
	}
	return left
}

// unitsByCode reads the plan's decision code=unit|code=unit.
func unitsByCode(decision string) map[string]string {
	all := map[string]string{}
	for pair := range strings.SplitSeq(decision, "|") {
		if code, unit, ok := strings.Cut(pair, "="); ok {
			all[code] = unit
		}
	}
	return all
}

// A resultRow is the step for one file, or one wide column of it.
type resultRow struct {
	col      Column
	mark     byte
	endMark  byte     // of the columns of the ends of reference ranges
	vital    *measure // of a wide column; nil in long files
	inferred rule.ID  // under which the unit of the column was inferred
	byCode   map[string]string

	value, unit, code, system, flag                      int
	comparator, number, low, high, coded, valueUnit      int
	text, titer, absent, span, spanUnit, refLow, refHigh int
	name, specimen, sign                                 int

	read  CellFunc // of results that stand in the column of comparators, nil: none do
	parts [len(resultParts)]int
}

func (s *resultRow) row(r *Row) {
	s.readEnds(r)
	if s.col.Type == "vital" {
		s.vitalRow(r, s.vital)
		return
	}
	if s.read != nil {
		s.takeText(r)
	}
	m, code := s.measure(r)
	if m != nil && m.zeroIsNull && s.isZero(r) {
		s.clear(r)
		r.Set(s.value, "", ruleNullNumber)
	}
	if sign := r.Get(s.sign); m != nil && m.vital && r.Get(s.comparator) == "" && (sign == "" || sign == "=") {
		s.vitalInLongFile(r, m, code)
		return
	}
	if r.Unusable[s.value] {
		s.unread(r)
		return
	}
	s.takeFlag(r)
	s.takeComparator(r)
	s.describe(r)
	s.splitRange(r)
	unit := s.stated(r, m)
	s.checkFlag(r)
	turned := isWholeDay(r.Get(s.value)) && (m != nil || r.Get(s.unit) != "") // no day has a unit
	if turned {
		r.Flag(s.value, ruleTurnedDate)
	}
	if m == nil {
		s.unknownTest(r, unit)
		return
	}
	switch {
	case r.Get(s.number) == "" && r.Get(s.low) == "":
		if r.Values[s.value] != "" && r.Get(s.titer) == "" && !turned {
			r.Flag(s.value, ruleNoNumber)
		}
		r.Set(s.valueUnit, unit)
	case unit == "" && r.Get(s.unit) != "": // a unit that nobody knows
		r.Set(s.valueUnit, "")
	case unit == "":
		s.withoutUnit(r, m, code)
	default:
		s.convert(r, m, unit)
	}
}

// isZero reports whether the result is the number 0, and nothing less exact.
func (s *resultRow) isZero(r *Row) bool {
	number := r.Get(s.number)
	return number != "" && strings.Trim(number, "0.") == "" && r.Get(s.comparator) == "" && !r.Unusable[s.value]
}

// unknownTest settles a result whose test is not in the tables: its unit is the one stated, else that of the column.
func (s *resultRow) unknownTest(r *Row, unit string) {
	if unit == "" && r.Get(s.unit) == "" && s.col.Unit != "" && (r.Get(s.number) != "" || r.Get(s.low) != "") {
		unit = s.col.Unit
		r.Set(s.unit, unit)
	}
	r.Set(s.valueUnit, unit)
}

// measure returns the test or vital sign of a row and its LOINC code; nil for one that is not in the tables. The code of the row tells it,
// else its name, where there is no code of LOINC or another system that might say something else.
func (s *resultRow) measure(r *Row) (m *measure, code string) {
	if s.code >= 0 && r.Unusable[s.code] {
		return nil, ""
	}
	code = r.Get(s.code)
	if system := r.Get(s.system); system != "" && system != string(codes.LOINC) || code != "" && measures[code] == nil && codes.Looks(codes.LOINC, code) {
		return nil, ""
	}
	if m = measures[code]; m != nil {
		return m, code
	}
	return s.named(r)
}

// named returns the test that the name of a row tells, where nothing in the row speaks against it: another specimen than blood, a unit
// that the test is not measured in, a text without any unit (white blood cells are also counted in urine, in words).
func (s *resultRow) named(r *Row) (m *measure, code string) {
	code = labname.Code(r.Get(s.name))
	m = measures[code]
	if m == nil || !labname.OfBlood(r.Get(s.specimen)) {
		return nil, ""
	}
	measured := m.vital || r.Get(s.number) != "" || r.Get(s.low) != ""
	for _, unit := range [...]string{r.Get(s.valueUnit), r.Get(s.unit)} {
		if unit == "" {
			continue
		}
		if _, fits := m.conversion(unit); !fits && inContext(unit, unit, m) == "" {
			return nil, ""
		}
		measured = true
	}
	if !measured {
		return nil, ""
	}
	return m, code
}

// clear empties the parts of a value that could not be read.
func (s *resultRow) clear(r *Row) {
	for _, slot := range [...]int{s.comparator, s.number, s.low, s.high, s.coded, s.valueUnit} {
		r.Set(slot, "")
	}
}

// unread settles a value that could not be read. A number that can be read in two ways stays as a text: it says something.
func (s *resultRow) unread(r *Row) {
	s.clear(r)
	if flagged(r, s.value, ruleMixedMarks) {
		r.Set(s.text, r.Raw[s.value])
	}
}

// takeFlag fills what the cell said beside the value: its flag, and the reason why there is none.
func (s *resultRow) takeFlag(r *Row) {
	if flagged(r, s.value, ruleNoResult) || flagged(r, s.value, ruleFlagSplit) || flagged(r, s.value, ruleBesides) {
		var c Cell
		res, _ := readResult(r.Raw[s.value], s.mark, &c)
		setEmpty(r, s.absent, res.absent)
		if flagged(r, s.value, ruleBesides) {
			setEmpty(r, s.text, res.text)
		}
		if ends := res.reference; ends != (span{}) && s.refLow < 0 {
			unit := res.unit
			if unit == "" {
				unit = r.Get(s.unit)
			}
			setEmpty(r, s.text, joinNonEmpty(ends.String(), unit))
		} else if r.Get(s.span) == "" {
			setEmpty(r, s.refLow, ends.low)
			setEmpty(r, s.refHigh, ends.high)
		}
		if res.flag == "L" && s.inLitres(r) { // 2.8 L
			r.unsay(func(h Hit) bool { return h.Slot == s.value && h.Rule == ruleFlagSplit })
			r.Set(s.valueUnit, "L")
			r.Flag(s.value, ruleUnit)
		} else if r.Get(s.flag) == "" {
			r.Set(s.flag, res.flag)
		}
	}
}

// inLitres reports whether the L behind a number is a unit, and not the flag of a low one: where the unit of the row is litres, or it has none and
// the test is a volume.
func (s *resultRow) inLitres(r *Row) bool {
	unit := r.Get(s.unit)
	return unit == "L" || unit == "" && volumes.MatchString(r.Get(s.name)) && r.Get(s.number) != ""
}

// volumes are tests that are measured in litres. The volumes of blood cells are not.
var volumes = regexp.MustCompile(`(?i)\b(fev[ -]?1?|fvc|vital capacity|forced expiratory volume|lung capacity|tidal volume|urine volume|urine output|volume of urine)\b`)

// takeText takes a result that is no number out of the column of comparators.
func (s *resultRow) takeText(r *Row) {
	text := r.Get(s.sign)
	if text == "" || signs[text] != "" {
		return
	}
	if r.Values[s.value] != "" {
		r.Fail(s.sign, ruleNotInSet)
		return
	}
	c := r.cell(0)
	s.read(text, c)
	r.Raw[s.value] = text
	r.Set(s.value, c.Value, append(c.Hits, ruleTextBeside)...)
	r.setUnusable(s.value, c.Unusable)
	for i, slot := range s.parts {
		r.Set(slot, c.Parts[i])
	}
	r.Set(s.sign, "", ruleTextBeside)
}

// takeComparator puts the sign of a column of its own before a number that has none.
func (s *resultRow) takeComparator(r *Row) {
	sign := r.Get(s.sign)
	if sign == "" || sign == "=" || r.Get(s.number) == "" || r.Get(s.comparator) != "" {
		return
	}
	r.Set(s.comparator, sign)
	r.Set(s.value, sign+r.Get(s.number), ruleComparator)
}

// describe fills the fields of a value that is neither number, range nor coded word.
func (s *resultRow) describe(r *Row) {
	value := r.Values[s.value]
	if value == "" || r.Get(s.number) != "" || r.Get(s.low) != "" || r.Get(s.coded) != "" {
		return
	}
	if before, digits, ok := strings.Cut(value, "1:"); ok && strings.Trim(before, "<>=") == "" && asciiDigits(digits) {
		r.Set(s.titer, digits)
		return
	}
	r.Set(s.text, value)
}
