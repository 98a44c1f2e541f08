package standardize

import (
	"strings"
	"testing"
)

// Results whose row has no code are settled by the name of their test, where nothing in the row speaks against it.
func TestResultsByName(t *testing.T) {
	h := newHarness("observation", observations(func(columns map[string]Column) {
		columns["code_text"], columns["code_system"], columns["specimen"] = Column{Type: "code_text"}, Column{Type: "code_system"}, Column{Type: "text"}
		value := columns["value"]
		value.Decisions = map[string]string{"unit_by_code": "718-7=g/dL"}
		columns["value"] = value
	}))
	for _, tt := range []struct {
		text, system, code, specimen, value, unit string
		wantValue, wantUnit, hits                 string
	}{
		{text: "Glucose", value: "5.6", unit: "mmol/L", wantValue: "100.9", wantUnit: "mg/dL", hits: "unit:UNIT-004 value:UNIT-004"},
		{text: "GLUCOSE, SERUM", value: "5.6 mmol/L", wantValue: "100.9", wantUnit: "mg/dL", hits: "unit:UNIT-004 value:STD-001 value:UNIT-004"},
		{text: "Potassium", code: "K", value: "4.1", unit: "mEq/L", wantValue: "4.1", wantUnit: "mmol/L", hits: "unit:UNIT-001 unit:UNIT-004"},
		{text: "Glucose", value: "98", wantValue: "98", hits: "value:OBS-004"},
		{text: "Hgb", value: "14", wantValue: "14", wantUnit: "g/dL", hits: "unit:OBS-003"},
		{text: "Glucose", value: "9000", unit: "mg/dL", wantValue: "9000", wantUnit: "mg/dL", hits: "value:OBS-011"},
		{text: "Glucose", specimen: "Urine", value: "5.6", unit: "mmol/L", wantValue: "5.6", wantUnit: "mmol/L"},
		{text: "Glucose", code: "2342-4", value: "5.6", unit: "mmol/L", wantValue: "5.6", wantUnit: "mmol/L"},
		{text: "Glucose", system: "local", code: "G1", value: "5.6", unit: "mmol/L", wantValue: "5.6", wantUnit: "mmol/L",
			hits: "code_system:CODE-001"},
		{text: "WBC", value: "5", unit: "/hpf", wantValue: "5", wantUnit: "/[HPF]", hits: "unit:UNIT-001"},
		{text: "WBC", value: "many", wantValue: "many"},
		{text: "WBC", value: "8-10", unit: "/hpf", wantValue: "8-10", wantUnit: "/[HPF]", hits: "unit:UNIT-001"},
		{text: "Sodium", value: "135-145", unit: "mEq/L", wantValue: "135-145", wantUnit: "mmol/L", hits: "unit:UNIT-001 unit:UNIT-004"},
		{text: "Creatinine", value: "about 1", unit: "mg/dL", wantValue: "about 1", wantUnit: "mg/dL", hits: "value:OBS-001"},
		{text: "Body weight", value: "150", unit: "lbs", wantValue: "68.04", wantUnit: "kg", hits: "unit:UNIT-001 unit:UNIT-004 value:UNIT-004"},
		{text: "Apgar", value: "9", wantValue: "9"},
	} {
		got, hits := h.row(map[string]string{"code_text": tt.text, "code_system": tt.system, "code": tt.code, "specimen": tt.specimen,
			"value": tt.value, "unit": tt.unit})
		if got["value"] != tt.wantValue || got["unit"] != tt.wantUnit || got["code"] != tt.code {
			t.Errorf("%+v = %v", tt, got)
		}
		if strings.Join(hits, " ") != tt.hits {
			t.Errorf("%s %s %s: rules\n got %s\nwant %s", tt.text, tt.value, tt.unit, strings.Join(hits, " "), tt.hits)
		}
		h.again(t, got)
	}
}
