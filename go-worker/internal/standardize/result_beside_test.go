package standardize

import (
	"maps"
	"testing"
)

// What stands beside a result, in its cell or in a column of its own, finds its field.
func TestResultsAndWhatStandsBeside(t *testing.T) {
	withSign := observations(func(columns map[string]Column) { columns["comparator"] = Column{Type: "comparator"} })
	withTexts := observations(func(columns map[string]Column) {
		columns["comparator"] = Column{Type: "comparator", Header: "TVAL_CHAR"}
	})
	named := observations(func(columns map[string]Column) { columns["code_text"] = Column{Type: "code_text"} })
	withoutRange := observations(func(columns map[string]Column) { delete(columns, "reference_range") })
	for _, tt := range []struct {
		name      string
		columns   map[string]Column
		raw, want map[string]string
	}{
		{"sign of its own column", withSign, map[string]string{"value": "5", "comparator": "LT"}, map[string]string{"value": "<5", "value_comparator": "<", "value_number": "5"}},
		{"equal says nothing", withSign, map[string]string{"value": "5", "comparator": "="}, map[string]string{"value": "5", "value_number": "5"}},
		{"the cell's own sign stays", withSign, map[string]string{"value": ">5", "comparator": "<"}, map[string]string{"value": ">5", "value_comparator": ">", "value_number": "5"}},
		{"a word has no sign", withSign, map[string]string{"value": "NEG", "comparator": "<"}, map[string]string{"value": "NEG", "value_code": "NEG"}},
		{"sign of a vital sign", withSign, map[string]string{"code": "8480-6", "value": "180", "unit": "mm[Hg]", "comparator": ">="},
			map[string]string{"code": "8480-6", "value": ">=180", "unit": "mm[Hg]", "value_comparator": ">=", "value_number": "180", "value_unit": "mm[Hg]"}},
		{"a letter beside texts", withTexts, map[string]string{"value": "0.2", "comparator": "L"}, map[string]string{"value": "<0.2", "value_comparator": "<", "value_number": "0.2"}},
		{"equal beside texts", withTexts, map[string]string{"value": "88", "comparator": "E"}, map[string]string{"value": "88", "value_number": "88"}},
		{"a text among comparators", withTexts, map[string]string{"value": "", "comparator": "Yellow"}, map[string]string{"value": "Yellow", "value_text": "Yellow"}},
		{"a word among comparators", withTexts, map[string]string{"value": "", "comparator": "Negative"}, map[string]string{"value": "NEG", "value_code": "NEG"}},
		{"remark", withSign, map[string]string{"value": "105 (fasting)"}, map[string]string{"value": "105", "value_number": "105", "value_text": "fasting"}},
		{"range in the cell", withSign, map[string]string{"value": "105 (70-99)"}, map[string]string{"value": "105", "value_number": "105", "reference_low": "70", "reference_high": "99"}},
		{"range without a column for it", withoutRange, map[string]string{"value": "105 (70-99)"}, map[string]string{"value": "105", "value_number": "105", "value_text": "70-99"}},
		{"litres beside their unit", withSign, map[string]string{"value": "2.8L", "unit": "L"}, map[string]string{"value": "2.8", "value_number": "2.8", "unit": "L", "value_unit": "L"}},
		{"litres of a volume", named, map[string]string{"code_text": "FEV1", "value": "2.8 L"}, map[string]string{"code_text": "FEV1", "value": "2.8", "value_number": "2.8",
			"unit": "L", "value_unit": "L"}},
		{"a low volume of cells", named, map[string]string{"code_text": "Mean platelet volume", "value": "6.8 L"}, map[string]string{"code_text": "Mean platelet volume",
			"value": "6.8", "value_number": "6.8", "interpretation": "L"}},
		{"a flag of SNOMED", withSign, map[string]string{"value": "140", "interpretation": "281302008"}, map[string]string{"value": "140", "value_number": "140",
			"interpretation": "H"}},
		{"low", withSign, map[string]string{"value": "2.8 L"}, map[string]string{"value": "2.8", "value_number": "2.8", "interpretation": "L"}},
		{"low beside another unit", withSign, map[string]string{"value": "7 L", "unit": "fL"}, map[string]string{"value": "7", "value_number": "7", "unit": "fL", "value_unit": "fL",
			"interpretation": "L"}},
		{"bound in the cell", withSign, map[string]string{"value": "0.06 (<0.04) H"}, map[string]string{"value": "0.06", "value_number": "0.06", "reference_high": "0.04", "interpretation": "H"}},
		{"negative range in the cell", withSign, map[string]string{"value": "1 (-2-2)"}, map[string]string{"value": "1", "value_number": "1", "reference_low": "-2", "reference_high": "2"}},
		{"range in the unit that the result had", withoutRange, map[string]string{"code": "2345-7", "value": "7.0 mmol/L (3.9-5.6)"}, map[string]string{"code": "2345-7", "value": "126.1",
			"value_number": "126.1", "unit": "mg/dL", "value_unit": "mg/dL", "value_text": "3.9-5.6 mmol/L"}},
		{"two reasons for no result", withSign, map[string]string{"value": "TNP (QNS)"}, map[string]string{"absent_reason": "not-performed", "value_text": "QNS"}},
		{"limit of what was found", withSign, map[string]string{"value": "Detected <20"}, map[string]string{"value": "<20", "value_comparator": "<", "value_number": "20", "value_code": "DET"}},
	} {
		got, _ := newHarness("observation", tt.columns).row(tt.raw)
		delete(got, "comparator")
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: %v; want %v", tt.name, got, tt.want)
		}
	}
}
