package standardize

import (
	"slices"
	"testing"
)

func TestResults(t *testing.T) {
	number := func(n string) map[string]string { return map[string]string{"%_number": n} }
	with := func(n, u string) map[string]string { return map[string]string{"%_number": n, "%_unit": u} }
	compared := func(c, n string) map[string]string { return map[string]string{"%_comparator": c, "%_number": n} }
	span := func(l, h string) map[string]string { return map[string]string{"%_low": l, "%_high": h} }
	code := func(c string) map[string]string { return map[string]string{"%_code": c} }
	runCells(t, resultFamilies["result_value"], Column{Field: "value", Type: "result_value"}, []cellCase{
		{"number", "5.60", "5.60", number("5.60"), nil, false},
		{"zero", "0", "0", number("0"), nil, false},
		{"thousands", "1,234", "1234", number("1234"), []string{"XL-012"}, false},
		{"negative", "−2.5", "-2.5", number("-2.5"), []string{"STD-001"}, false},
		{"leading point", ".5", "0.5", number("0.5"), []string{"STD-001"}, false},
		{"scientific", "1.2E3", "1200", number("1200"), []string{"STD-001"}, false},
		{"unit", "5.6 mmol/L", "5.6", with("5.6", "mmol/L"), []string{"STD-001"}, false},
		{"unit as people write it", "7.2 K/uL", "7.2", with("7.2", "10*3/uL"), []string{"UNIT-001"}, false},
		{"unit without a space", "7.2x10^9/L", "7.2", with("7.2", "10*9/L"), []string{"UNIT-001"}, false},
		{"counts", "7200 /uL", "7200", with("7200", "/uL"), []string{"STD-001"}, false},
		{"percent", "42%", "42", with("42", "%"), []string{"STD-001"}, false},
		{"below", "<0.1", "<0.1", compared("<", "0.1"), []string{"OBS-002"}, false},
		{"below, in words", "less than 0.10", "<0.10", compared("<", "0.10"), []string{"OBS-002"}, false},
		{"at most", "≤ 5", "<=5", compared("<=", "5"), []string{"OBS-002"}, false},
		{"above, with unit", "> 90 mL/min/1.73m2", ">90", map[string]string{"%_comparator": ">", "%_number": "90", "%_unit": "mL/min/{1.73_m2}"}, []string{"UNIT-001", "OBS-002"}, false},
		{"flag behind", "140 H", "140", number("140"), []string{"OBS-005"}, false},
		{"flag before", "L 3.1", "3.1", number("3.1"), []string{"OBS-005"}, false},
		{"flag in parentheses", "3.1 (L)", "3.1", number("3.1"), []string{"OBS-005"}, false},
		{"star", "5.2*", "5.2", number("5.2"), []string{"OBS-005"}, false},
		{"flag and unit", "250 mg/dL H", "250", with("250", "mg/dL"), []string{"OBS-005"}, false},
		{"hours are no flag", "24 h", "24", with("24", "h"), []string{"STD-001"}, false},
		{"star behind a unit", "5.2 mmol/L*", "5.2", with("5.2", "mmol/L"), []string{"OBS-005"}, false},
		{"word with a flag", "Positive (A)", "POS", code("POS"), []string{"OBS-005"}, false},
		{"factor before the unit", "1.2 x 10^3/uL", "1.2", with("1.2", "10*3/uL"), []string{"UNIT-001"}, false},
		{"critical", "7.1 critical high", "7.1", number("7.1"), []string{"OBS-005"}, false},
		{"range", "2-5 /hpf", "2-5", map[string]string{"%_low": "2", "%_high": "5", "%_unit": "/[HPF]"}, []string{"UNIT-001"}, false},
		{"range with dash", "0 – 2", "0-2", span("0", "2"), []string{"STD-001"}, false},
		{"range in words", "10 to 20", "10-20", span("10", "20"), []string{"STD-001"}, false},
		{"structured, below", "<^0.1", "<0.1", compared("<", "0.1"), []string{"OBS-002"}, false},
		{"structured, a titer", "^1^:^80", "1:80", nil, []string{"STD-001"}, false},
		{"titer", "1:80", "1:80", nil, nil, false},
		{"titer below", "<1:10", "<1:10", map[string]string{"%_comparator": "<"}, []string{"OBS-002"}, false},
		{"positive", "Positive", "POS", code("POS"), []string{"STD-001"}, false},
		{"negative", "neg.", "NEG", code("NEG"), []string{"STD-001"}, false},
		{"detected", "NOT DETECTED", "ND", code("ND"), []string{"STD-001"}, false},
		{"non-reactive", "Non-Reactive", "NONREACTIVE", code("NONREACTIVE"), []string{"STD-001"}, false},
		{"plus signs", "++", "2+", code("2+"), []string{"STD-001"}, false},
		{"no result", "QNS", "", nil, []string{"OBS-006"}, false},
		{"hemolyzed", "Hemolyzed", "", nil, []string{"OBS-006"}, false},
		{"see note", "SEE NOTE", "", nil, []string{"OBS-006"}, false},
		{"date by a spreadsheet", "5-Feb", "5-Feb", nil, []string{"XL-007"}, false},
		{"date by a spreadsheet, another", "Mar-20", "Mar-20", nil, []string{"XL-007"}, false},
		{"time by a spreadsheet", "2:20", "2:20", nil, []string{"XL-008"}, false},
		{"time with seconds", "1:40:00", "1:40:00", nil, []string{"XL-008"}, false},
		{"time of day", "14:30", "14:30", nil, nil, false},
		{"text", "slightly cloudy", "slightly cloudy", nil, nil, false},
		{"text with a number", "3 to 5 times a week", "3 to 5 times a week", nil, nil, false},
		{"text with a unit nobody knows", "12 blobs/L", "12 blobs/L", nil, nil, false},
		{"telephone", "555-123-4567", "555-123-4567", nil, nil, false},
		{"date", "2021-04-05", "2021-04-05", nil, nil, false},
		{"name", "High school", "High school", nil, nil, false},
		{"a flag alone", "H", "H", nil, nil, false},
		{"pressure", "120/80", "120/80", nil, nil, false},
		{"at most, in a phrase", "< OR = 60", "<=60", compared("<=", "60"), []string{"OBS-002"}, false},
		{"above, in letters", "GT 600", ">600", compared(">", "600"), []string{"OBS-002"}, false},
		{"escaped sign", "&lt;5", "<5", compared("<", "5"), []string{"OBS-002"}, false},
		{"flag between number and unit", "105 H mg/dL", "105", with("105", "mg/dL"), []string{"OBS-005"}, false},
		{"mark of a chart", "105!", "105", number("105"), []string{"OBS-005"}, false},
		{"remark in parentheses", "105 (fasting)", "105", number("105"), []string{"OBS-007"}, false},
		{"remark behind a semicolon", "105; repeated and verified", "105", number("105"), []string{"OBS-007"}, false},
		{"range in parentheses", "105 (70-99)", "105", number("105"), []string{"OBS-007"}, false},
		{"spaces between thousands", "12 345", "12345", number("12345"), []string{"XL-012"}, false},
		{"apostrophes between thousands", "12'345.6", "12345.6", number("12345.6"), []string{"XL-012"}, false},
		{"two numbers", "120 80", "120 80", nil, nil, false},
		{"power of ten", "1.2 x 10^6 copies/mL", "1200000", with("1200000", "{copies}/mL"), []string{"UNIT-001"}, false},
		{"limit of what was found", "<20 DETECTED", "<20", map[string]string{"%_comparator": "<", "%_number": "20", "%_code": "DET"}, []string{"OBS-002"}, false},
		{"limit of what was not found", "Not detected <20", "Not detected <20", nil, nil, false},
		{"concentration of a germ", "<=0.5 S", "<=0.5", compared("<=", "0.5"), []string{"OBS-002", "OBS-005"}, false},
		{"concentration behind its letter", "R >=32", ">=32", compared(">=", "32"), []string{"OBS-002", "OBS-005"}, false},
		{"seconds", "12.5 S", "12.5", with("12.5", "s"), []string{"UNIT-001"}, false},
		{"blood group", "A Positive", "A Positive", nil, nil, false},
		{"weak one", "Low positive", "Low positive", nil, nil, false},
		{"flag that stands apart", "ABNORMAL: POSITIVE", "POS", code("POS"), []string{"OBS-005"}, false},
		{"explained word", "NOT DETECTED (NEGATIVE)", "ND", code("ND"), []string{"STD-001"}, false},
		{"contradicted word", "NEGATIVE (POSITIVE)", "NEGATIVE (POSITIVE)", nil, nil, false},
		{"sign in parentheses", "(-)", "NEG", code("NEG"), []string{"STD-001"}, false},
		{"remark made to stand out", "**SEE NOTE**", "", nil, []string{"OBS-006"}, false},
		{"flag against the number", "5.6(H)", "5.6", number("5.6"), []string{"OBS-005"}, false},
		{"flag between stars", "5.6 *H*", "5.6", number("5.6"), []string{"OBS-005"}, false},
		{"flag behind a comma", "5.6 mg/dL, high", "5.6", with("5.6", "mg/dL"), []string{"OBS-005"}, false},
		{"arrow", "5.6↑", "5.6", number("5.6"), []string{"OBS-005"}, false},
		{"in range", "5.6 (N)", "5.6", number("5.6"), []string{"OBS-005"}, false},
		{"words that are no flag", "5 normal cells", "5 normal cells", nil, nil, false},
		{"capital letters that are no units", "5A", "5A", nil, nil, false},
		{"days", "5 d", "5", with("5", "d"), []string{"STD-001"}, false},
		{"letter in brackets that is no unit", "5.6 (D)", "5.6 (D)", nil, nil, false},
		{"range behind the unit", "126 mg/dL (70-99)", "126", with("126", "mg/dL"), []string{"OBS-007"}, false},
		{"range with a word before it", "126 [Ref: <100]", "126", number("126"), []string{"OBS-007"}, false},
		{"range that states the unit", "126 (70-99 mg/dL) H", "126", with("126", "mg/dL"), []string{"UNIT-001", "OBS-005", "OBS-007"}, false},
		{"range in another unit", "7 mmol/L (70-99 mg/dL)", "7 mmol/L (70-99 mg/dL)", nil, nil, false},
		{"range turned around", "7 (99-70)", "7 (99-70)", nil, nil, false},
		{"how strongly positive", "POS 2+", "2+", code("2+"), []string{"STD-001"}, false},
		{"how strongly positive, behind", "2+ (Positive)", "2+", code("2+"), []string{"STD-001"}, false},
		{"word and sign", "Negative (-)", "NEG", code("NEG"), []string{"STD-001"}, false},
		{"two reasons for no result", "TNP (QNS)", "", nil, []string{"OBS-006", "OBS-007"}, false},
		{"a reason and more", "Cancelled - repeat Monday", "Cancelled - repeat Monday", nil, nil, false},
		{"at least, with a slash", ">/=60", ">=60", compared(">=", "60"), []string{"OBS-002"}, false},
		{"at most, in capitals", "<OR=5", "<=5", compared("<=", "5"), []string{"OBS-002"}, false},
		{"at least, written out", "> or equal to 60", ">=60", compared(">=", "60"), []string{"OBS-002"}, false},
		{"equal", "= 5.6", "5.6", number("5.6"), []string{"STD-001"}, false},
		{"decimal comma in a column of points", "5,6", "5.6", number("5.6"), []string{"XL-012"}, false},
	})
	runCells(t, resultFamilies["result_value"], Column{Field: "value", Decimal: ',', Sentinels: map[string]bool{"999": true}}, []cellCase{
		{"null number", "999", "", nil, []string{"NULL-002"}, false},
	})
}

// In a column that mixes both marks a number is read where its shape allows one reading only.
func TestMixedMarks(t *testing.T) {
	f := resultValue(Column{Decisions: map[string]string{"decimal": "mixed"}})
	for raw, want := range map[string]string{"5.5": "5.5", "1,1": "1.1", "<7,0": "<7.0", "0,85": "0.85", "0,850": "0.850", "1,2345": "1.2345",
		"1234,567": "1234.567", "1.234,5": "1234.5", "1,234.5": "1234.5", "1,234,567": "1234567", "1.234.567": "1234567", "12": "12",
		"-1,5": "-1.5", "3,5-5,0": "3.5-5.0", "1,234": "", "1.234": "", "<123,456": ""} {
		var c Cell
		f(raw, &c)
		ambiguous := c.Unusable && slices.Contains(ids(c.Hits), "NUM-002")
		if ambiguous != (want == "") || !ambiguous && c.Value != want {
			t.Errorf("%s = %q %v; want %q", raw, c.Value, ids(c.Hits), want)
		}
	}
}

func TestDecimalCommaResults(t *testing.T) {
	f := resultValue(Column{Decimal: ','})
	for raw, want := range map[string]string{"5,6": "5.6", "5,6 mmol/L": "5.6", "<0,1": "<0.1", "1.234,5": "1234.5", "3,5-5,0": "3.5-5.0"} {
		var c Cell
		if f(raw, &c); c.Value != want || c.Unusable {
			t.Errorf("%s = %q %v; want %q", raw, c.Value, ids(c.Hits), want)
		}
	}
}

func TestUnits(t *testing.T) {
	runCells(t, resultFamilies["unit"], Column{Field: "unit", Params: map[string]string{"of": "value"}}, []cellCase{
		{"canonical", "mg/dL", "mg/dL", nil, nil, false},
		{"alias", "mg%", "mg/dL", nil, []string{"UNIT-001"}, false},
		{"unknown", "blobs/L", "blobs/L", nil, []string{"UNIT-002"}, true},
		{"needs its test", "C", "C", nil, []string{"UNIT-002"}, true},
	})
	runCells(t, resultFamilies["unit"], Column{Field: "weight_unit", Params: map[string]string{"of": "weight"}}, []cellCase{
		{"pounds", "#", "[lb_av]", nil, []string{"UNIT-001"}, false},
	})
}

func TestInterpretations(t *testing.T) {
	runCells(t, resultFamilies["interpretation"], Column{Field: "interpretation"}, []cellCase{
		{"code", "H", "H", nil, nil, false},
		{"word", "High", "H", nil, []string{"STD-001"}, false},
		{"critical", "critical low", "LL", nil, []string{"STD-001"}, false},
		{"normal", "Normal", "N", nil, []string{"STD-001"}, false},
		{"star", "*", "A", nil, []string{"STD-001"}, false},
		{"in parentheses", "(L)", "L", nil, []string{"STD-001"}, false},
		{"with its word", "L - Low", "L", nil, []string{"STD-001"}, false},
		{"both abnormal and low", "Abnormal Low", "L", nil, []string{"STD-001"}, false},
		{"two of them", "H/L", "H/L", nil, []string{"SET-001"}, true},
		{"unknown", "purple", "purple", nil, []string{"SET-001"}, true},
	})
	runCells(t, resultFamilies["comparator"], Column{Field: "comparator"}, []cellCase{
		{"sign", "<", "<", nil, nil, false},
		{"letters", "GE", ">=", nil, []string{"STD-001"}, false},
		{"words", "less than", "<", nil, []string{"STD-001"}, false},
		{"concept of OMOP", "4171756", "<", nil, []string{"STD-001"}, false},
		{"something else", "TX", "TX", nil, []string{"SET-001"}, true},
	})
}

func TestReferenceRanges(t *testing.T) {
	runCells(t, resultFamilies["reference_range"], Column{Field: "reference_range"}, []cellCase{
		{"canonical", "3.5-5.0", "3.5-5.0", nil, nil, false},
		{"spaces", "3.5 - 5.0", "3.5-5.0", nil, []string{"STD-001"}, false},
		{"parentheses", "(3.5–5.0)", "3.5-5.0", nil, []string{"STD-001"}, false},
		{"unit", "70-99 mg/dl", "70-99", map[string]string{"%_unit": "mg/dL"}, []string{"STD-001"}, false},
		{"below", "<200", "<200", nil, nil, false},
		{"à", "4 à 10", "4-10", nil, []string{"STD-001"}, false},
		{"bis", "3.5 bis 5.1", "3.5-5.1", nil, []string{"STD-001"}, false},
		{"a wave", "3.5~5.1", "3.5-5.1", nil, []string{"STD-001"}, false},
		{"up to", "up to 40", "<=40", nil, []string{"STD-001"}, false},
		{"with a word before it", "Normal range: 70-99", "70-99", nil, []string{"STD-001"}, false},
		{"with a word and no colon", "Desirable <200", "<200", nil, []string{"STD-001"}, false},
		{"with a word behind it", "<200 (desirable)", "<200", nil, []string{"STD-001"}, false},
		{"of men", "M: 13.5-17.5", "M: 13.5-17.5", nil, nil, false},
		{"of the fasting", "Fasting: 70-99", "Fasting: 70-99", nil, nil, false},
		{"several", "Normal <200; high >=240", "Normal <200; high >=240", nil, nil, false},
		{"unit at both ends", "36%-46%", "36-46", map[string]string{"%_unit": "%"}, []string{"STD-001"}, false},
		{"at least", ">= 60", ">=60", nil, []string{"STD-001"}, false},
		{"reversed", "5.0-3.5", "5.0-3.5", nil, nil, false},
		{"text", "Negative", "Negative", nil, nil, false},
		{"by sex", "M: 13.5-17.5 F: 12-16", "M: 13.5-17.5 F: 12-16", nil, nil, false},
		{"date by a spreadsheet", "5-Mar", "5-Mar", nil, []string{"XL-007"}, false},
		{"date by a workbook", "2024-03-05", "2024-03-05", nil, []string{"XL-007"}, false},
		{"negative", "-2.0-2.0", "-2.0-2.0", nil, nil, false},
		{"negative ends", "-4 to -1", "-4--1", nil, []string{"STD-001"}, false},
	})
}
