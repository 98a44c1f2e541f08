package standardize

import (
	"maps"
	"testing"
)

// TestEndsOfRanges reads what stands in the columns for the ends of reference ranges and is no plain number, and keeps what is none.
func TestEndsOfRanges(t *testing.T) {
	h := newHarness("observation", map[string]Column{"value": {Type: "result_value"}, "unit": {Type: "unit", Params: map[string]string{"of": "value"}},
		"code":          {Type: "code", Params: map[string]string{"systems": "LOINC"}, CodeSystem: "LOINC"},
		"reference_low": {Type: "decimal"}, "reference_high": {Type: "decimal"}})
	for _, tt := range []struct{ low, high, wantLow, wantHigh, text string }{
		{"70", "99", "70", "99", ""},
		{"70 mg/dL", "99 mg/dL", "70", "99", ""},
		{">=70", "<99", "70", "99", ""},
		{"", "<200", "", "200", "<200"},
		{">60", "", "60", "", ">60"},
		{"<5", "", "", "5", "<5"},
		{">=60", ">=60", "60", "", ">=60"},
		{"70-99", "", "70", "99", "70-99"},
		{"70-99", "70-99", "70", "99", "70-99"},
		{"Negative", "Negative", "", "", "Negative"},
		{"", "Not detected", "", "", "Not detected"},
		{"neg", "1+", "", "", "neg - 1+"},
		{"70", "see note", "70", "", "70 - see note"},
		{"3.9 mmol/L", "5.5 mg/dL", "", "", "3.9 mmol/L - 5.5 mg/dL"},
		{"70", "99 H", "70", "", "70 - 99 H"}, // no hours
		{"<0.01", "0.04", "", "0.04", "<0.01 - 0.04"},
	} {
		values, hits := h.row(map[string]string{"value": "80", "unit": "mg/dL", "reference_low": tt.low, "reference_high": tt.high})
		got := [...]string{values["reference_low"], values["reference_high"], values["reference_range"]}
		if got != [...]string{tt.wantLow, tt.wantHigh, tt.text} {
			t.Errorf("%q and %q: %q, %v", tt.low, tt.high, got, hits)
		}
	}
	values, _ := h.row(map[string]string{"code": "2345-7", "value": "101", "unit": "mg/dL", "reference_low": "3.9 mmol/L", "reference_high": "5.5 mmol/L"})
	want := map[string]string{"code": "2345-7", "value": "101", "value_number": "101", "unit": "mg/dL", "value_unit": "mg/dL",
		"reference_low": "70.3", "reference_high": "99.1", "reference_range_unit": "mg/dL"}
	if !maps.Equal(values, want) {
		t.Errorf("a range in another unit than the result: %v", values)
	}
	values, _ = h.row(map[string]string{"value": "negative", "reference_low": "Negative"})
	want = map[string]string{"value": "NEG", "value_code": "NEG", "reference_range": "Negative"}
	if !maps.Equal(values, want) {
		t.Errorf("a result in words: %v", values)
	}
}
