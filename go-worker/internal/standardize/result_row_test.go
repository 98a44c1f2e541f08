package standardize

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A harness runs rows of one file through the families of its columns and the steps of results, as package engine does.
type harness struct {
	columns map[string]Column
	cells   map[string]CellFunc
	layout  *Layout
	steps   []RowFunc
	implied string // a field that the profile fills, not the file
}

func newHarness(table string, columns map[string]Column) *harness {
	h := &harness{columns: columns, cells: map[string]CellFunc{}}
	mapped := func(f string) bool { _, ok := columns[f]; return ok }
	names := slices.Sorted(maps.Keys(columns))
	add := func(more []string) {
		for _, n := range more {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	for field, col := range columns {
		col.Field, col.Table, col.Today = field, table, today
		columns[field] = col
		family, ok := Lookup(col.Type)
		if !ok {
			family = Family{Bind: text}
		}
		h.cells[field] = family.Bind(col)
		for _, companion := range family.Companions {
			add([]string{strings.Replace(companion, "%", field, 1)})
		}
	}
	for _, step := range resultSteps[table] {
		add(step.Adds(mapped))
	}
	h.layout = NewLayout(names)
	for _, step := range resultSteps[table] {
		h.steps = append(h.steps, whole(step.Bind(h.layout, func(f string) (Column, bool) { col, ok := columns[f]; return col, ok })))
	}
	return h
}

// row returns the values of one row that are not empty, and its rules as field:rule, sorted. Values that cannot be used have "‼" in
// front.
func (h *harness) row(raw map[string]string) (values map[string]string, hits []string) {
	r := h.cellsOf(raw)
	for _, f := range h.steps {
		f(r)
	}
	values = map[string]string{}
	for i, v := range r.Values {
		if r.Unusable[i] {
			v = "‼" + v
		}
		if v != "" {
			values[h.layout.Names[i]] = v
		}
	}
	for _, hit := range r.Hits {
		hits = append(hits, h.layout.Names[hit.Slot]+":"+hit.Rule.String())
	}
	slices.Sort(hits)
	return values, slices.Compact(hits)
}

// cellsOf returns the row as its cells make it, before the steps.
func (h *harness) cellsOf(raw map[string]string) *Row {
	n := len(h.layout.Names)
	r := &Row{Values: make([]string, n), Raw: make([]string, n), Unusable: make([]bool, n)}
	for field, cell := range raw {
		if cell == "" {
			continue
		}
		slot := h.layout.Slot(field)
		var c Cell
		h.cells[field](cell, &c)
		r.Values[slot], r.Unusable[slot] = c.Value, c.Unusable
		if field != h.implied {
			r.Raw[slot] = cell
		}
		for _, id := range c.Hits {
			r.Flag(slot, id)
		}
		family, _ := Lookup(h.columns[field].Type)
		for i, companion := range family.Companions {
			if slot := h.layout.Slot(strings.Replace(companion, "%", field, 1)); slot >= 0 && c.Parts[i] != "" {
				r.Values[slot] = c.Parts[i]
			}
		}
	}
	return r
}

// observations are the columns of a long file of results.
func observations(change func(columns map[string]Column)) map[string]Column {
	columns := map[string]Column{
		"code":            {Type: "test code"},
		"value":           {Type: "result_value", Params: map[string]string{"unit_field": "unit", "code_field": "code"}},
		"unit":            {Type: "unit", Params: map[string]string{"of": "value"}},
		"reference_range": {Type: "reference_range"},
		"interpretation":  {Type: "interpretation"},
	}
	if change != nil {
		change(columns)
	}
	return columns
}

// settles runs one result of a long file and compares value, unit, code and rules; a unit in the table's third place stands in the
// unit field.
func TestResultRows(t *testing.T) {
	h := newHarness("observation", observations(nil))
	for _, tt := range []struct {
		name, code, value, unit         string
		wantCode, wantValue, wantUnit   string
		hits                            string
		range_, flag, wantRange, absent string
	}{
		{name: "62 glucose", code: "2345-7", value: "5.6 mmol/L", wantValue: "100.9", wantUnit: "mg/dL",
			hits: "unit:UNIT-004 unit:UNIT-005 value:STD-001 value:UNIT-004"},
		{name: "62 glucose, unit beside", code: "2345-7", value: "5.6", unit: "mmol/l", wantValue: "100.9", wantUnit: "mg/dL",
			hits: "unit:UNIT-001 unit:UNIT-004 unit:UNIT-005 value:UNIT-004"},
		{name: "62 glucose by its molar code", code: "14749-6", value: "5.6", unit: "mmol/L", wantCode: "2345-7", wantValue: "100.9",
			wantUnit: "mg/dL", hits: "code:UNIT-004 unit:UNIT-004 value:UNIT-004"},
		{name: "mass under a molar code", code: "14749-6", value: "101", unit: "mg/dL", wantCode: "2345-7", wantValue: "101",
			wantUnit: "mg/dL", hits: "code:UNIT-004 unit:UNIT-005"},
		{name: "no glucose", code: "2345-7", value: "0", unit: "mg/dL", wantValue: "", wantUnit: "mg/dL", hits: "value:NULL-002"},
		{name: "no weight", code: "29463-7", value: "0.0", unit: "kg", wantValue: "", wantUnit: "kg", hits: "value:NULL-002"},
		{name: "64 potassium", code: "2823-3", value: "4.1 mEq/L", wantValue: "4.1", wantUnit: "mmol/L",
			hits: "unit:UNIT-004 value:UNIT-001"},
		{name: "65 leukocytes", code: "6690-2", value: "7.2 K/uL", wantValue: "7.2", wantUnit: "10*3/uL", hits: "value:UNIT-001"},
		{name: "65 leukocytes in cells", code: "6690-2", value: "7200 /uL", wantValue: "7.2", wantUnit: "10*3/uL",
			hits: "unit:UNIT-004 value:STD-001 value:UNIT-004"},
		{name: "65 leukocytes in SI", code: "6690-2", value: "7.2 x10^9/L", wantValue: "7.2", wantUnit: "10*3/uL",
			hits: "unit:UNIT-004 value:UNIT-001"},
		{name: "a protein in capitals", code: "2885-2", value: "71", unit: "G/L", wantValue: "7.1", wantUnit: "g/dL", hits: "unit:UNIT-001 unit:UNIT-004 value:UNIT-004"},
		{name: "giga or grams of nobody knows what", code: "", value: "4.2", unit: "G/L", wantValue: "4.2", wantUnit: "‼G/L", hits: "unit:UNIT-002"},
		{name: "leukocytes in thousands of no volume", code: "6690-2", value: "7.2", unit: "x10^3", wantValue: "7.2", wantUnit: "10*3/uL", hits: "unit:UNIT-001"},
		{name: "thousands under the unit of single ones", code: "777-3", value: "220", unit: "/uL", wantValue: "0.22", wantUnit: "10*3/uL",
			hits: "unit:UNIT-004 value:OBS-010 value:UNIT-004"},
		{name: "leukocytes in giga", code: "6690-2", value: "7.2", unit: "G/L", wantValue: "7.2", wantUnit: "10*3/uL",
			hits: "unit:UNIT-001 unit:UNIT-004"},
		{name: "67 HbA1c", code: "4548-4", value: "53 mmol/mol", wantValue: "7.0", wantUnit: "%",
			hits: "unit:UNIT-004 unit:UNIT-005 value:STD-001 value:UNIT-004"},
		{name: "68 D-dimer", code: "48065-7", value: "500 ng/mL DDU", wantValue: "500", wantUnit: "ng/mL{DDU}",
			hits: "unit:UNIT-006 value:UNIT-001"},
		{name: "D-dimer, FEU as the code says", code: "48065-7", value: "0.5", unit: "ug/mL", wantValue: "500", wantUnit: "ng/mL{FEU}",
			hits: "unit:UNIT-004 value:UNIT-004"},
		{name: "D-dimer in mg/L FEU", code: "48065-7", value: "0.5", unit: "mg/L FEU", wantValue: "500", wantUnit: "ng/mL{FEU}",
			hits: "unit:UNIT-001 unit:UNIT-004 value:UNIT-004"},
		{name: "another test's unit", code: "2345-7", value: "70", unit: "kg", wantValue: "70", wantUnit: "kg", hits: "unit:UNIT-003"},
		{name: "unknown unit", code: "2345-7", value: "70", unit: "blobs", wantValue: "70", wantUnit: "‼blobs", hits: "unit:UNIT-002"},
		{name: "no unit", code: "2345-7", value: "70", wantValue: "70", hits: "value:OBS-004"},
		{name: "no unit needed", code: "6301-6", value: "2.5", wantValue: "2.5", wantUnit: "{INR}"},
		{name: "two units", code: "2345-7", value: "5.6 mmol/L", unit: "mg/dL", wantValue: "100.9", wantUnit: "mg/dL",
			hits: "unit:UNIT-004 unit:UNIT-005 unit:UNIT-007 value:STD-001 value:UNIT-004"},
		{name: "implausible", code: "2345-7", value: "2000", unit: "mg/dL", wantValue: "2000", wantUnit: "mg/dL", hits: "value:OBS-010"},
		{name: "impossible", code: "2345-7", value: "9000", unit: "mg/dL", wantValue: "9000", wantUnit: "mg/dL", hits: "value:OBS-011"},
		{name: "a bound below is no value", code: "2345-7", value: "<10", unit: "mg/dL", wantValue: "<10", wantUnit: "mg/dL", hits: "value:OBS-002"},
		{name: "a bound above is", code: "2345-7", value: ">9000", unit: "mg/dL", wantValue: ">9000", wantUnit: "mg/dL", hits: "value:OBS-002 value:OBS-011"},
		{name: "comparator converted", code: "2345-7", value: "<0.5 mmol/L", wantValue: "<9.0", wantUnit: "mg/dL",
			hits: "unit:UNIT-004 unit:UNIT-005 value:OBS-002 value:UNIT-004"},
		{name: "words for a number", code: "2345-7", value: "slightly cloudy", wantValue: "slightly cloudy", hits: "value:OBS-001"},
		{name: "70 no result", code: "2345-7", value: "QNS", absent: "not-performed", hits: "value:OBS-006"},
		{name: "70 pending", code: "2345-7", value: "Pending", unit: "mg/dL", wantUnit: "mg/dL", absent: "temp-unknown", hits: "value:OBS-006"},
		{name: "70 range of another test", code: "5821-4", value: "2-5 /hpf", wantValue: "2-5", wantUnit: "/[HPF]", hits: "value:UNIT-001"},
		{name: "70 date", code: "5821-4", value: "5-Feb", wantValue: "5-Feb", hits: "value:XL-007"},
		{name: "day of a workbook", code: "2345-7", value: "2024-02-05", wantValue: "2024-02-05", hits: "value:XL-007"},
		{name: "day of a workbook, of an unknown test", code: "L1", value: "2024-02-05 00:00:00", unit: "mg/dL", wantValue: "2024-02-05 00:00:00", wantUnit: "mg/dL", hits: "value:XL-007"},
		{name: "day that is a result", code: "L1", value: "2024-02-05", wantValue: "2024-02-05"},
		{name: "reference range converted", code: "2345-7", value: "5.6", unit: "mmol/L", range_: "3.9 - 5.5", wantRange: "70.3-99.1",
			wantValue: "100.9", wantUnit: "mg/dL", hits: "reference_high:UNIT-004 reference_low:UNIT-004 reference_range:STD-001 " +
				"reference_range:UNIT-004 unit:UNIT-004 unit:UNIT-005 value:UNIT-004"},
		{name: "reference range in another unit", code: "2345-7", value: "5.6", unit: "mmol/L", range_: "70-99 mg/dL", wantRange: "70-99",
			wantValue: "100.9", wantUnit: "mg/dL", hits: "reference_range:STD-001 unit:UNIT-004 unit:UNIT-005 value:UNIT-004"},
		{name: "reference range, one end", code: "2093-3", value: "5.0", unit: "mmol/L", range_: "<5.2", wantRange: "<201",
			wantValue: "193", wantUnit: "mg/dL", hits: "reference_high:UNIT-004 reference_range:UNIT-004 unit:UNIT-004 unit:UNIT-005 value:UNIT-004"},
		{name: "range reversed", code: "4544-3", value: "43", unit: "%", range_: "46-38", wantRange: "46-38", wantValue: "43", wantUnit: "%",
			hits: "reference_low:OBS-104"},
		{name: "flag contradicts", code: "2345-7", value: "80", unit: "mg/dL", range_: "70-99", wantRange: "70-99", flag: "H", wantValue: "80",
			wantUnit: "mg/dL", hits: "interpretation:OBS-105"},
		{name: "low but above the only end", code: "2345-7", value: "110", unit: "mg/dL", range_: "<100", wantRange: "<100", flag: "L", wantValue: "110",
			wantUnit: "mg/dL", hits: "interpretation:OBS-105"},
		{name: "flag agrees", code: "2345-7", value: "110 H", unit: "mg/dL", range_: "70-99", wantRange: "70-99", wantValue: "110",
			wantUnit: "mg/dL", hits: "value:OBS-005"},
		{name: "normal but outside", code: "2345-7", value: "110", unit: "mg/dL", range_: "70-99", wantRange: "70-99", flag: "N", wantValue: "110",
			wantUnit: "mg/dL", hits: "interpretation:OBS-105"},
		{name: "flagged at the end", code: "2345-7", value: "99", unit: "mg/dL", range_: "70-99", wantRange: "70-99", flag: "H", wantValue: "99",
			wantUnit: "mg/dL"},
		{name: "a test that is not in the tables", code: "99999-9", value: "5.6", unit: "mmol/l", wantValue: "5.6", wantUnit: "mmol/L", hits: "unit:UNIT-001"},
		{name: "hematocrit as a fraction", code: "4544-3", value: "0.42", unit: "L/L", wantValue: "42.0", wantUnit: "%", hits: "unit:UNIT-004 value:UNIT-004"},
		{name: "thyrotropin", code: "3016-3", value: "2.50", unit: "mIU/L", wantValue: "2.50", wantUnit: "u[IU]/mL", hits: "unit:UNIT-001 unit:UNIT-004"},
		{name: "thyrotropin in units of nobody's enzyme", code: "3016-3", value: "2.50", unit: "mU/L", wantValue: "2.50", wantUnit: "u[IU]/mL", hits: "unit:UNIT-004"},
		{name: "clearance without surface", code: "33914-3", value: "60", unit: "mL/min", wantValue: "60", wantUnit: "mL/min", hits: "unit:UNIT-006"},
		{name: "weight in a long file", code: "29463-7", value: "150 lb", wantValue: "68.04", wantUnit: "kg",
			hits: "unit:UNIT-004 value:UNIT-001 value:UNIT-004"},
		{name: "weight, unit beside", code: "29463-7", value: "150", unit: "lbs", wantValue: "68.04", wantUnit: "kg", hits: "unit:UNIT-001 unit:UNIT-004 value:UNIT-004"},
		{name: "weight without a unit", code: "29463-7", value: "150", wantValue: "150", hits: "value:OBS-004"},
		{name: "height in a long file", code: "8302-2", value: `5'7"`, wantValue: "170.2", wantUnit: "cm", hits: "value:UNIT-004"},
		{name: "temperature, letter beside", code: "8310-5", value: "98.6", unit: "F", wantValue: "37.0", wantUnit: "Cel",
			hits: "unit:UNIT-001 unit:UNIT-004 value:UNIT-004"},
		{name: "temperature without a unit", code: "8310-5", value: "98.6", wantValue: "37.0", wantUnit: "Cel", hits: "value:UNIT-004 value:VIT-007"},
		{name: "pressure", code: "8480-6", value: "120", unit: "mm", wantValue: "120", wantUnit: "mm[Hg]", hits: "unit:UNIT-001"},
		{name: "pair", code: "85354-9", value: "120/80 mmHg", wantValue: "120/80", wantUnit: "mm[Hg]", hits: "value:STD-001"},
		{name: "vital sign flagged", code: "8867-4", value: "140 H", wantValue: "140", wantUnit: "/min", hits: "value:OBS-005"},
		{name: "vital sign refused", code: "29463-7", value: "Patient refused", absent: "asked-declined", hits: "value:OBS-006"},
		{name: "vital sign unreadable", code: "29463-7", value: "tall", wantValue: "‼tall", hits: "value:VIT-001"},
		{name: "impossible weight", code: "29463-7", value: "900", unit: "kg", wantValue: "900", wantUnit: "kg", hits: "value:OBS-011"},
		{name: "another unit", code: "29463-7", value: "70", unit: "mg/dL", wantValue: "70", wantUnit: "mg/dL", hits: "value:UNIT-003"},
		{name: "a bound of a vital sign", code: "59408-5", value: ">95", wantValue: ">95", wantUnit: "%", hits: "value:OBS-002"},
		{name: "a bound of a weight", code: "29463-7", value: ">400 lb", wantValue: ">181.44", wantUnit: "kg",
			hits: "unit:UNIT-004 value:OBS-002 value:UNIT-001 value:UNIT-004"},
		{name: "both pressures under the code of one", code: "8480-6", value: "120/80", unit: "mmHg", wantValue: "120", wantUnit: "mm[Hg]",
			hits: "unit:UNIT-001 value:STD-001"},
		{name: "feet and inches with a dash", code: "8302-2", value: "5-7", wantValue: "170.2", wantUnit: "cm", hits: "value:UNIT-004 value:VIT-003"},
		{name: "77 pain", code: "72514-3", value: "0", wantValue: "0", wantUnit: "{score}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw := map[string]string{"code": tt.code, "value": tt.value, "unit": tt.unit, "reference_range": tt.range_, "interpretation": tt.flag}
			got, hits := h.row(raw)
			code := tt.wantCode
			if code == "" {
				code = tt.code
			}
			if got["value"] != tt.wantValue || got["unit"] != tt.wantUnit || got["code"] != code ||
				got["absent_reason"] != tt.absent || got["reference_range"] != tt.wantRange {
				t.Errorf("%v = %v", raw, got)
			}
			if strings.Join(hits, " ") != tt.hits {
				t.Errorf("rules\n got %s\nwant %s", strings.Join(hits, " "), tt.hits)
			}
			h.again(t, got)
		})
	}
}

// again checks that a standardized row stays as it is.
func (h *harness) again(t *testing.T, values map[string]string) {
	t.Helper()
	raw := map[string]string{}
	for field := range h.columns {
		raw[field] = strings.TrimPrefix(values[field], "‼")
	}
	again, _ := h.row(raw)
	for field := range h.columns {
		if strings.TrimPrefix(again[field], "‼") != raw[field] {
			t.Errorf("%s: %q became %q", field, raw[field], again[field])
		}
	}
}
