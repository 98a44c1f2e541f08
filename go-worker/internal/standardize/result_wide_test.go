package standardize

import (
	"strings"
	"testing"
)

// wide are the columns of a row that was made of a wide column.
func wide(value Column) map[string]Column {
	return map[string]Column{"code": {Type: "test code"}, "value": value, "unit": {Type: "unit"}}
}

func TestWideRows(t *testing.T) {
	lab := func(unit, rule string) Column { return Column{Type: "result_value", Unit: unit, UnitRule: rule} }
	for _, tt := range []struct {
		name, code, value        string
		column                   Column
		want, unit, number, hits string
	}{
		{"71 inferred", "718-7", "13.2", lab("g/dL", "OBS-003"), "13.2", "g/dL", "13.2", "unit:OBS-003"},
		{"inferred and converted", "718-7", "132", lab("g/L", "OBS-003"), "13.2", "g/dL", "13.2", "unit:OBS-003 unit:UNIT-004 value:UNIT-004"},
		{"in the header", "2345-7", "5.6", lab("mmol/L", ""), "100.9", "mg/dL", "100.9", "unit:UNIT-004 value:UNIT-004"},
		{"in the header, of a test that is not in the tables", "99999-9", "5.6", lab("mmol/L", ""), "5.6", "mmol/L", "5.6", ""},
		{"nowhere", "2345-7", "5.6", lab("", ""), "5.6", "", "5.6", "value:OBS-004"},
		{"in the cell", "2345-7", "5.6 mmol/L", lab("mg/dL", ""), "100.9", "mg/dL", "100.9", "unit:UNIT-004 value:STD-001 value:UNIT-004"},
		{"pounds in the header", "29463-7", "150", sign("weight", "[lb_av]"), "68.04", "kg", "68.04", "value:UNIT-004"},
		{"pounds inferred", "29463-7", "150", sign("weight", "[lb_av]", "VIT-007"), "68.04", "kg", "68.04", "value:UNIT-004 value:VIT-007"},
		{"weight of no known unit", "29463-7", "150", sign("weight"), "150", "", "150", "value:OBS-004"},
		{"impossible in its unit", "29463-7", "150", sign("weight", "[stone_av]"), "952.54", "kg", "952.54", "value:OBS-011 value:UNIT-004"},
		{"74 temperature", "8310-5", "98.6", sign("temperature"), "37.0", "Cel", "37.0", "value:UNIT-004 value:VIT-007"},
		{"74 temperature that is none", "8310-5", "60", sign("temperature"), "‼60", "", "", "value:VIT-004"},
		{"a unit that it is not measured in", "39156-5", "24.5%", sign("bmi"), "24.5", "%", "24.5", "value:STD-001 value:UNIT-003"},
		{"a unit of its kind without a factor", "8480-6", "16 kPa", sign("systolic"), "120", "mm[Hg]", "120", "value:UNIT-004"},
		{"pressure", "8480-6", "120", sign("systolic"), "120", "mm[Hg]", "120", ""},
		{"impossible pressure", "8480-6", "1200", sign("systolic"), "1200", "mm[Hg]", "1200", "value:OBS-011"},
		{"beyond what the device shows", "59408-5", ">95 %", sign("spo2"), ">95", "%", "95", "value:OBS-002"},
		{"below a limit, converted", "8310-5", "less than 95 F", sign("temperature"), "<35.0", "Cel", "35.0", "value:OBS-002 value:UNIT-004"},
		{"77 pain", "72514-3", "0", sign("pain"), "0", "{score}", "0", ""},
		{"no value", "72514-3", "", sign("pain"), "", "", "", ""},
		{"words", "29463-7", "tall", sign("weight"), "‼tall", "", "", "value:VIT-001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness("observation", wide(tt.column))
			h.implied = "code"
			got, hits := h.row(map[string]string{"code": tt.code, "value": tt.value})
			if got["value"] != tt.want || got["unit"] != tt.unit || got["value_number"] != tt.number || got["value_unit"] != tt.unit {
				t.Errorf("%s = %v", tt.value, got)
			}
			if strings.Join(hits, " ") != tt.hits {
				t.Errorf("rules\n got %s\nwant %s", strings.Join(hits, " "), tt.hits)
			}
		})
	}
}

func TestUnitsDecidedByCode(t *testing.T) {
	h := newHarness("observation", observations(func(c map[string]Column) {
		value := c["value"]
		value.Decisions = map[string]string{"unit_by_code": "2345-7=mmol/L|718-7=g/dL|29463-7=[lb_av]"}
		c["value"] = value
	}))
	for _, tt := range []struct{ code, value, unit, want, wantUnit, hits string }{
		{"718-7", "13.2", "", "13.2", "g/dL", "unit:OBS-003"},
		{"2345-7", "5.6", "", "100.9", "mg/dL", "unit:OBS-003 unit:UNIT-004 unit:UNIT-005 value:UNIT-004"},
		{"2345-7", "101", "mg/dL", "101", "mg/dL", ""},
		{"29463-7", "150", "", "68.04", "kg", "value:OBS-003 value:UNIT-004"},
		{"2160-0", "1.1", "", "1.1", "", "value:OBS-004"},
	} {
		got, hits := h.row(map[string]string{"code": tt.code, "value": tt.value, "unit": tt.unit})
		if got["value"] != tt.want || got["unit"] != tt.wantUnit || strings.Join(hits, " ") != tt.hits {
			t.Errorf("%s %s = %v %v", tt.code, tt.value, got, hits)
		}
	}
}

func TestPartsOfResults(t *testing.T) {
	h := newHarness("observation", observations(nil))
	for _, tt := range []struct {
		code, value string
		want        map[string]string
	}{
		{"2345-7", "<0.5 mmol/L", map[string]string{"value_comparator": "<", "value_number": "9.0", "value_unit": "mg/dL"}},
		{"5821-4", "2-5 /hpf", map[string]string{"value_low": "2", "value_high": "5", "value_unit": "/[HPF]"}},
		{"20507-0", "1:80", map[string]string{"value_titer": "80"}},
		{"20507-0", "<1:10", map[string]string{"value_titer": "10", "value_comparator": "<"}},
		{"20507-0", "Positive", map[string]string{"value_code": "POS"}},
		{"5778-6", "straw  colored", map[string]string{"value_text": "straw colored"}},
		{"2345-7", "QNS", map[string]string{"absent_reason": "not-performed"}},
		{"2823-3", "6.1 HH", map[string]string{"value_number": "6.1", "interpretation": "HH"}},
		{"8302-2", `5'7"`, map[string]string{"value_number": "170.2", "value_unit": "cm"}},
	} {
		got, _ := h.row(map[string]string{"code": tt.code, "value": tt.value})
		for _, field := range h.layout.Names {
			if field == "interpretation" || strings.HasPrefix(field, "value_") || field == "absent_reason" {
				if got[field] != tt.want[field] {
					t.Errorf("%s: %s = %q; want %q", tt.value, field, got[field], tt.want[field])
				}
			}
		}
	}
	if resultStep.Adds(func(string) bool { return false }) != nil {
		t.Error("the step adds fields to a table without results")
	}
}
