package standardize

import (
	"strings"
	"testing"
)

// sign is the column of a vital sign, with the unit of the column and the rule under which that was inferred.
func sign(kind string, unit ...string) Column {
	col := Column{Field: kind, Type: "vital", Params: map[string]string{"kind": kind}}
	if len(unit) > 0 {
		col.Unit = unit[0]
	}
	if len(unit) > 1 {
		col.UnitRule = unit[1]
	}
	return col
}

func TestWeights(t *testing.T) {
	runCells(t, resultFamilies["vital"], sign("weight", "kg"), []cellCase{
		{"pounds", "150 lb", "68.04", nil, []string{"UNIT-004"}, false},
		{"pounds and ounces", "7 lb 8 oz", "3.40", nil, []string{"UNIT-004"}, false},
		{"pounds and ounces, tight", "7lbs, 8oz", "3.40", nil, []string{"UNIT-004"}, false},
		{"grams", "3250 g", "3.25", nil, []string{"UNIT-004"}, false},
		{"kilograms", "68 kg", "68", nil, []string{"STD-001"}, false},
		{"number sign", "150#", "68.04", nil, []string{"UNIT-004"}, false},
		{"stone", "11 st 4", "71.67", nil, []string{"UNIT-004"}, false},
		{"stone and pounds", "11 st 4 lb", "71.67", nil, []string{"UNIT-004"}, false},
		{"name in front", "Wt: 150 lbs", "68.04", nil, []string{"UNIT-004"}, false},
		{"note behind", "150 lb (stated)", "68.04", nil, []string{"UNIT-004"}, false},
		{"bare, in a column of kilograms", "68.2", "68.2", nil, nil, false},
		{"too many ounces", "7 lb 18 oz", "7 lb 18 oz", nil, []string{"VIT-001"}, true},
		{"ounces alone behind", "150 lb 4", "68.15", nil, []string{"UNIT-004"}, false},
		{"wrong unit", "150 cm", "150 cm", nil, []string{"UNIT-003"}, false},
		{"no unit at all known", "150 blobs", "150 blobs", nil, []string{"VIT-001"}, true},
		{"a word", "heavy", "heavy", nil, []string{"VIT-001"}, true},
	})
	runCells(t, resultFamilies["vital"], sign("weight"), []cellCase{
		{"no unit", "150", "150", nil, []string{"OBS-004"}, false},
	})
	f := vital(sign("weight", "[lb_av]", "VIT-007"))
	var c Cell
	if f("150", &c); c.Value != "68.04" || len(c.Hits) != 2 || c.Hits[0] != ruleVitalUnit {
		t.Errorf("150 in a column of pounds = %q %v", c.Value, ids(c.Hits))
	}
}

func TestHeights(t *testing.T) {
	runCells(t, resultFamilies["vital"], sign("height", "cm"), []cellCase{
		{"feet and inches", `5'7"`, "170.2", nil, []string{"UNIT-004"}, false},
		{"no mark behind", "5' 7", "170.2", nil, []string{"UNIT-004"}, false},
		{"curly", "5’7”", "170.2", nil, []string{"UNIT-004"}, false},
		{"two strokes", "5'7''", "170.2", nil, []string{"UNIT-004"}, false},
		{"words", "5 ft 7 in", "170.2", nil, []string{"UNIT-004"}, false},
		{"half an inch", `5'7.5"`, "171.5", nil, []string{"UNIT-004"}, false},
		{"feet only", "6 ft", "182.9", nil, []string{"UNIT-004"}, false},
		{"dash", "5-7", "170.2", nil, []string{"VIT-003", "UNIT-004"}, false},
		{"inches", "67 in", "170.2", nil, []string{"UNIT-004"}, false},
		{"inch mark", `67"`, "170.2", nil, []string{"UNIT-004"}, false},
		{"centimetres", "170 cm", "170", nil, []string{"STD-001"}, false},
		{"metres", "1.70 m", "170.0", nil, []string{"UNIT-004"}, false},
		{"metres the French way", "1m70", "170.0", nil, []string{"UNIT-004"}, false},
		{"twelve inches", `5'12"`, `5'12"`, nil, []string{"VIT-001"}, true},
		{"date by a spreadsheet", "7-May", "7-May", nil, []string{"XL-007"}, true},
		{"bare", "170.18", "170.18", nil, nil, false},
	})
	runCells(t, resultFamilies["vital"], sign("height"), []cellCase{
		{"feet.inches", "5.11", "5.11", nil, []string{"VIT-003"}, false},
		{"inches or centimetres", "90", "90", nil, []string{"VIT-002"}, false},
		{"unknown", "170", "170", nil, []string{"OBS-004"}, false},
	})
	runCells(t, resultFamilies["vital"], sign("height", "[ft_i]"), []cellCase{
		{"feet.inches in a column of feet", "5.11", "5.11", nil, []string{"VIT-003"}, false},
	})
}

func TestTemperatures(t *testing.T) {
	runCells(t, resultFamilies["vital"], sign("temperature"), []cellCase{
		{"Fahrenheit by size", "98.6", "37.0", nil, []string{"VIT-007", "UNIT-004"}, false},
		{"Celsius by size", "37", "37.0", nil, []string{"STD-001"}, false},
		{"Celsius, finer", "37.25", "37.25", nil, nil, false},
		{"neither", "60", "60", nil, []string{"VIT-004"}, true},
		{"F", "98.6 F", "37.0", nil, []string{"UNIT-004"}, false},
		{"degree sign", "98.6°F", "37.0", nil, []string{"UNIT-004"}, false},
		{"C", "37 C", "37.0", nil, []string{"STD-001"}, false},
	})
	var c Cell
	if vital(Column{Decimal: ',', Params: map[string]string{"kind": "temperature"}})("37,2", &c); c.Value != "37.2" {
		t.Errorf("37,2 = %q", c.Value)
	}
	c.Reset()
	for _, tt := range []struct{ unit, in, want, hits string }{
		{"[degF]", "37.9", "37.9", "VIT-008"}, {"[degF]", "100.2", "37.9", "UNIT-004"}, {"Cel", "100.2", "37.9", "VIT-008 UNIT-004"}, {"Cel", "39", "39.0", ""},
		{"[degF]", "82", "27.8", "UNIT-004"}, {"[degF]", "98.6 C", "37.0", "VIT-008 UNIT-004"}, {"Cel", "37.9 F", "37.9", "VIT-008"},
		{"[degF]", "200", "200", "VIT-004"}, {"Cel", "200 F", "200 F", "VIT-004"}, {"Cel", "372 K", "372 K", "VIT-001"},
	} {
		c = Cell{}
		vital(sign("temperature", tt.unit))(tt.in, &c)
		if got := strings.ReplaceAll(strings.Join(ids(c.Hits), " "), "STD-001", ""); c.Value != tt.want || strings.TrimSpace(got) != tt.hits {
			t.Errorf("%s in a column of %s is %s, %s; want %s, %s", tt.in, tt.unit, c.Value, got, tt.want, tt.hits)
		}
	}
	c = Cell{}
	if vital(sign("temperature", "[degF]"))("60", &c); c.Value != "15.6" || c.Unusable {
		t.Errorf("60 in a column that says Fahrenheit = %q %v", c.Value, ids(c.Hits))
	}
}

func TestPressures(t *testing.T) {
	runCells(t, resultFamilies["vital"], sign("bp"), []cellCase{
		{"canonical", "120/80", "120/80", nil, nil, false},
		{"spaces and unit", "120 / 80 mmHg", "120/80", nil, []string{"STD-001"}, false},
		{"name and arm", "BP 120/80 (L arm)", "120/80", nil, []string{"STD-001"}, false},
		{"palpated", "120/P", "120/P", nil, nil, false},
		{"over", "120 over 80", "120/80", nil, []string{"STD-001"}, false},
		{"reversed", "80/120", "80/120", nil, []string{"VIT-010"}, true},
		{"equal", "80/80", "80/80", nil, []string{"VIT-010"}, true},
		{"one number", "120", "120", nil, []string{"VIT-001"}, true},
		{"lower one missing", "120/", "120/", nil, []string{"VIT-001"}, true},
		{"upper one missing", "/80", "/80", nil, []string{"VIT-001"}, true},
		{"date by a spreadsheet", "Mar-20", "Mar-20", nil, []string{"XL-007"}, true},
		{"a date", "12/08/2021", "12/08/2021", nil, []string{"VIT-001"}, true},
	})
	runCells(t, resultFamilies["vital"], sign("diastolic"), []cellCase{
		{"its half of a pair", "120/80", "80", nil, []string{"STD-001"}, false},
		{"a pair without it", "120/P", "120/P", nil, []string{"VIT-001"}, true},
		{"a pair reversed", "80/120", "80/120", nil, []string{"VIT-010"}, true},
		{"unit", "80 mmHg", "80", nil, []string{"STD-001"}, false},
	})
	runCells(t, resultFamilies["vital"], sign("systolic"), []cellCase{
		{"its half of a pair", "120/P", "120", nil, []string{"STD-001"}, false},
	})
	for _, tt := range []struct{ raw, systolic, diastolic string }{
		{"120/80", "120", "80"}, {"BP: 118 / 76 mm Hg", "118", "76"}, {"90/palp", "90", ""}, {"", "", ""}, {"/80", "", "80"}, {"120/", "120", ""},
		{"1200/80", "", ""}, {"120/80/60", "", ""}, {"/", "", ""},
	} {
		systolic, diastolic, ok := SplitPressure(tt.raw)
		if systolic != tt.systolic || diastolic != tt.diastolic || ok != (tt.systolic+tt.diastolic != "") {
			t.Errorf("%q = %q %q %t", tt.raw, systolic, diastolic, ok)
		}
	}
}

func TestOtherVitalSigns(t *testing.T) {
	family := resultFamilies["vital"]
	runCells(t, family, sign("heart_rate"), []cellCase{
		{"rate", "72 bpm", "72", nil, []string{"STD-001"}, false},
		{"name in front", "HR 72", "72", nil, []string{"STD-001"}, false},
		{"bare", "72", "72", nil, nil, false},
	})
	runCells(t, family, sign("spo2"), []cellCase{
		{"percent", "98%", "98", nil, []string{"STD-001"}, false},
		{"room air", "98% on RA", "98", nil, []string{"STD-001"}, false},
	})
	runCells(t, family, sign("pain"), []cellCase{
		{"zero", "0", "0", nil, nil, false},
		{"of ten", "5/10", "5", nil, []string{"STD-001"}, false},
	})
	runCells(t, family, sign("bmi"), []cellCase{
		{"bare", "24.5", "24.5", nil, nil, false},
		{"unit", "24.5 kg/m2", "24.5", nil, []string{"STD-001"}, false},
	})
	runCells(t, family, sign("head_circumference"), []cellCase{
		{"inches", "14 in", "35.6", nil, []string{"UNIT-004"}, false},
		{"no unit", "35", "35", nil, []string{"OBS-004"}, false},
	})
	fraction := sign("spo2")
	fraction.Decisions = map[string]string{"fraction": "yes"}
	f := vital(fraction)
	for raw, want := range map[string]string{"0.98": "98", "0.985": "98.5", "1": "100", "97": "97"} {
		var c Cell
		if f(raw, &c); c.Value != want {
			t.Errorf("%s of a column of fractions = %q %v; want %s", raw, c.Value, ids(c.Hits), want)
		}
	}
	var c Cell
	if vital(Column{Params: map[string]string{"kind": "charm"}})("much", &c); c.Value != "much" {
		t.Errorf("an unknown vital sign is read as %q", c.Value)
	}
}

func TestBMIDiffers(t *testing.T) {
	for _, tt := range []struct {
		bmi, weight, height string
		want                bool
	}{
		{"24.2", "70", "170", false}, {"25.2", "70", "170", false}, {"25.3", "70", "170", true}, {"23.2", "70", "170", true},
		{"35", "70", "170", true}, {"", "70", "170", false}, {"24", "", "170", false}, {"24", "70", "0", false}, {"24", "70", "tall", false},
	} {
		if got := BMIDiffers(tt.bmi, tt.weight, tt.height); got != tt.want {
			t.Errorf("%s of %s kg and %s cm differs: %t", tt.bmi, tt.weight, tt.height, got)
		}
	}
}
