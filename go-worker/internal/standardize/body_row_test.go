package standardize

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/dates"
)

func persons(weight, height Column) map[string]Column {
	weight.Type, height.Type = "vital", "vital"
	weight.Params = map[string]string{"kind": "weight", "unit_field": "weight_unit"}
	height.Params = map[string]string{"kind": "height", "unit_field": "height_unit"}
	return map[string]Column{
		"weight": weight, "height": height,
		"weight_unit":    {Type: "unit", Params: map[string]string{"of": "weight"}},
		"birth_date":     {Type: "date", Params: map[string]string{"role": "birth"}, DateOrder: dates.MonthFirst},
		"blood_pressure": {Type: "vital", Params: map[string]string{"kind": "bp"}},
	}
}

func TestBodies(t *testing.T) {
	for _, tt := range []struct {
		name       string
		weightUnit string // of the column
		raw        map[string]string
		want       map[string]string
		hits       string
	}{
		{"73 pounds in the cell", "", map[string]string{"weight": "150 lb"}, map[string]string{"weight": "68.04", "weight_unit": "kg"}, "weight:UNIT-004"},
		{"pounds beside", "", map[string]string{"weight": "150", "weight_unit": "lbs"}, map[string]string{"weight": "68.04", "weight_unit": "kg"},
			"weight:UNIT-004 weight_unit:UNIT-001 weight_unit:UNIT-004"},
		{"the unit field before the header", "kg", map[string]string{"weight": "150", "weight_unit": "lbs"}, map[string]string{"weight": "68.04", "weight_unit": "kg"},
			"weight:UNIT-004 weight_unit:UNIT-001 weight_unit:UNIT-004"},
		{"the cell before the unit field", "", map[string]string{"weight": "68 kg", "weight_unit": "lbs"}, map[string]string{"weight": "68", "weight_unit": "kg"},
			"weight:STD-001 weight_unit:UNIT-001 weight_unit:UNIT-007"},
		{"pounds in the header", "[lb_av]", map[string]string{"weight": "150"}, map[string]string{"weight": "68.04", "weight_unit": "kg"}, "weight:UNIT-004"},
		{"nowhere", "", map[string]string{"weight": "150"}, map[string]string{"weight": "150"}, "weight:OBS-004"},
		{"a unit that nobody knows", "", map[string]string{"weight": "150", "weight_unit": "blobs"}, map[string]string{"weight": "150", "weight_unit": "‼blobs"},
			"weight_unit:UNIT-002"},
		{"a unit of something else", "", map[string]string{"weight": "150", "weight_unit": "cm"}, map[string]string{"weight": "150", "weight_unit": "cm"},
			"weight:UNIT-003"},
		{"canonical", "", map[string]string{"weight": "68.04", "weight_unit": "kg"}, map[string]string{"weight": "68.04", "weight_unit": "kg"}, ""},
		{"light for an adult", "", map[string]string{"weight": "20 kg", "birth_date": "01/02/1980"},
			map[string]string{"weight": "20", "weight_unit": "kg", "birth_date": "1980-01-02"}, "birth_date:STD-001 weight:OBS-010 weight:STD-001"},
		{"a child's", "", map[string]string{"weight": "20 kg", "birth_date": "01/02/2020"},
			map[string]string{"weight": "20", "weight_unit": "kg", "birth_date": "2020-01-02"}, "birth_date:STD-001 weight:STD-001"},
		{"height", "", map[string]string{"height": `5'7"`}, map[string]string{"height": "170.2", "height_unit": "cm"}, "height:UNIT-004"},
		{"impossible height", "", map[string]string{"height": "18 cm"}, map[string]string{"height": "18", "height_unit": "cm"}, "height:OBS-011 height:STD-001"},
		{"height that may be two things", "", map[string]string{"height": "5.11"}, map[string]string{"height": "5.11"}, "height:VIT-003"},
		{"pressure", "", map[string]string{"blood_pressure": "BP 120/80"}, map[string]string{"blood_pressure": "120/80", "systolic": "120", "diastolic": "80"},
			"blood_pressure:STD-001"},
		{"pressure reversed", "", map[string]string{"blood_pressure": "80/120"}, map[string]string{"blood_pressure": "‼80/120"}, "blood_pressure:VIT-010"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness("patient", persons(Column{Unit: tt.weightUnit}, Column{}))
			got, hits := h.row(tt.raw)
			delete(got, "birth_date_precision")
			if len(got) != len(tt.want) || strings.Join(hits, " ") != tt.hits {
				t.Errorf("%v %v", got, hits)
			}
			for field, want := range tt.want {
				if got[field] != want {
					t.Errorf("%s = %q; want %q", field, got[field], want)
				}
			}
			h.again(t, got)
		})
	}
}
