package standardize

import "testing"

// What charts write around a vital sign is no part of it.
func TestVitalNotes(t *testing.T) {
	std := []string{"STD-001"}
	for kind, cases := range map[string][]cellCase{
		"spo2": {{"room air before", "RA 95%", "95", nil, std, false}, {"on oxygen", "95% on 2L NC", "95", nil, std, false},
			{"room air behind", "95% on room air", "95", nil, std, false}, {"nothing else", "RA", "RA", nil, []string{"VIT-001"}, true},
			{"flow of oxygen", "95% 2L NC", "95", nil, std, false}, {"flow of oxygen alone", "95% 2 L", "95", nil, std, false},
			{"low", "88 L", "88", nil, std, false}, {"marked", "(!) 88 %", "88", nil, std, false}},
		"bp": {{"position", "120/80 sitting", "120/80", nil, std, false}, {"name and position", "BP sitting 120/80", "120/80", nil, std, false},
			{"place", "120/80, L arm", "120/80", nil, std, false}, {"mark before", "(!) 150/95", "150/95", nil, std, false},
			{"mark behind", "150/95*", "150/95", nil, std, false}, {"dash", "120-80", "120/80", nil, std, false},
			{"range", "80-120", "80-120", nil, []string{"VIT-001"}, true}, {"backslash", `120\80`, "120/80", nil, std, false}, {"x", "120x80", "120/80", nil, std, false},
			{"numbers of an export", "120.0/80.0", "120/80", nil, std, false}, {"high", "150/95 H", "150/95", nil, std, false},
			{"dash before the position", "128/84 - standing", "128/84", nil, std, false}, {"upper arm", "120/80 RUE", "120/80", nil, std, false}},
		"pain": {{"in words", "5 out of 10", "5", nil, std, false}, {"with its word", "0-No pain", "0", nil, std, false}, {"of ten", "5 of 10", "5", nil, std, false},
			{"a range", "3-5", "3-5", nil, []string{"VIT-001"}, true}},
		"height":           {{"half an inch", `5'11 1/2"`, "181.6", nil, []string{"UNIT-004"}, false}, {"dash behind feet", `5'-11"`, "180.3", nil, []string{"UNIT-004"}, false}},
		"temperature":      {{"method", "37.2 C oral", "37.2", nil, std, false}, {"short method", "98.6 F ax", "37.0", nil, []string{"UNIT-004"}, false}},
		"heart_rate":       {{"place", "72 apical", "72", nil, std, false}, {"flag", "120 H", "120", nil, std, false}, {"a word", "irregular", "irregular", nil, []string{"VIT-001"}, true}},
		"bmi":              {{"power with its mark", "24.5 kg/m^2", "24.5", nil, []string{"STD-001"}, false}},
		"respiratory_rate": {{"rpm", "16 rpm", "16", nil, std, false}, {"letter before", "R 16", "16", nil, std, false}},
	} {
		runCells(t, resultFamilies["vital"], Column{Params: map[string]string{"kind": kind}}, cases)
	}
}

func TestCountedNumbers(t *testing.T) {
	std := []string{"STD-001"}
	runCells(t, personFamilies["integer"], Column{Params: map[string]string{"unit": "d"}}, []cellCase{
		{"days", "30 days", "30", nil, std, false},
		{"short", "30d", "30", nil, std, false},
		{"another unit", "3 weeks", "3 weeks", nil, []string{"NUM-001"}, true},
		{"plain", "30", "30", nil, nil, false},
	})
	runCells(t, personFamilies["integer"], Column{Params: map[string]string{"unit": "{refill}"}}, []cellCase{
		{"refills", "2 refills", "2", nil, std, false},
		{"one", "1 Refill", "1", nil, std, false},
		{"none", "0 refills", "0", nil, std, false},
		{"something else", "2 boxes", "2 boxes", nil, []string{"NUM-001"}, true},
	})
	runCells(t, personFamilies["integer"], Column{Params: map[string]string{"count": "ordinal"}}, []cellCase{
		{"ordinal", "1st", "1", nil, std, false},
		{"named", "Dose 2", "2", nil, std, false},
		{"numbered", "#3", "3", nil, std, false},
		{"of", "3 of 3", "3", nil, std, false},
		{"slash", "2/3", "2", nil, std, false},
		{"booster", "booster", "booster", nil, []string{"NUM-001"}, true},
	})
	runCells(t, personFamilies["integer"], Column{}, []cellCase{{"no unit expected", "30 days", "30 days", nil, []string{"NUM-001"}, true}})
}

func TestOpenEndsInWords(t *testing.T) {
	runCells(t, personFamilies["datetime"], Column{Params: map[string]string{"role": "end"}}, []cellCase{
		{"ongoing", "Ongoing", "", nil, []string{"DATE-004"}, false},
		{"present", "PRESENT", "", nil, []string{"DATE-004"}, false},
		{"another word", "soon", "soon", nil, []string{"DATE-001"}, true},
	})
	runCells(t, personFamilies["datetime"], Column{Params: map[string]string{"role": "past"}}, []cellCase{
		{"a beginning", "ongoing", "ongoing", nil, []string{"DATE-001"}, true},
	})
	l, r, f := rowOf(t, openEndStep, map[string]Column{"end": {Field: "end", Type: "datetime", Params: map[string]string{"role": "end"}}}, map[string]string{"end": "ongoing"})
	if f(r); r.Get(l.Slot("end_open_ended")) != "true" {
		t.Error("ongoing is no open end")
	}
}

func TestQuantities(t *testing.T) {
	l := NewLayout([]string{"quantity", "quantity_unit"})
	col := Column{Field: "quantity", Type: "decimal"}
	step := whole(doseStep.Bind(l, func(f string) (Column, bool) { return col, f == "quantity" }))
	for raw, want := range map[string][2]string{"30 tabs": {"30", "{tbl}"}, "150 mL": {"150", "mL"}, "1 Inhaler": {"1", "{inhaler}"}, "60": {"60", ""}, "#30": {"30", ""},
		"2 boxes of 30": {"2 boxes of 30", ""}} {
		var c Cell
		decimal(col)(raw, &c)
		r := &Row{Values: []string{c.Value, ""}, Raw: []string{raw, ""}, Unusable: []bool{c.Unusable, false}}
		for _, id := range c.Hits {
			r.Flag(0, id)
		}
		if step(r); r.Values[0] != want[0] || r.Values[1] != want[1] || r.Unusable[0] != (raw == "2 boxes of 30") {
			t.Errorf("%q is %q, unusable %v", raw, r.Values, r.Unusable[0])
		}
	}
}

func TestAllergies(t *testing.T) {
	columns := map[string]Column{"code_text": {Type: "code_text"}, "severity": {Type: "value_set", Params: map[string]string{"values": "severe=life threatening"}}}
	for _, tt := range []struct{ text, severity, code, criticality string }{
		{"NKDA", "", "409137002", ""}, {"No known allergies", "", "716186003", ""}, {"None", "", "", ""}, {"Peanuts", "Life-threatening", "", "high"},
		{"NKFA", "", "", ""}, {"NKDA - confirmed", "", "409137002", ""}, {"No Active Allergies", "", "716186003", ""}, {"Latex", "severe", "", ""},
	} {
		l, r, f := rowOf(t, allergyStep, columns, map[string]string{"code_text": tt.text, "severity": tt.severity})
		f(r)
		system := ""
		if tt.code != "" {
			system = "SNOMED"
		}
		if r.Get(l.Slot("code")) != tt.code || r.Get(l.Slot("code_system")) != system || r.Get(l.Slot("criticality")) != tt.criticality {
			t.Errorf("%s %s: %v", tt.text, tt.severity, r.Values)
		}
	}
}

func TestVaccines(t *testing.T) {
	columns := map[string]Column{"code_text": {Type: "code_text"}, "code_system": {Type: "code_system"}}
	for _, tt := range []struct{ text, system, code, left string }{
		{"MMR", "", "03", "MMR"}, {"mmr", "CVX", "03", "mmr"}, {"8", "", "08", ""}, {"213", "", "213", ""}, {"987", "", "", "987"}, {"CVX:208", "", "208", "CVX:208"}, {"CVX 987", "", "", "CVX 987"},
		{"MMR booster given", "", "", "MMR booster given"}, {"MMR", "SNOMED", "", "MMR"}, {"", "", "", ""},
	} {
		l, r, f := rowOf(t, vaccineStep, columns, map[string]string{"code_text": tt.text, "code_system": tt.system})
		f(r)
		if r.Get(l.Slot("code")) != tt.code || r.Get(l.Slot("code_text")) != tt.left || tt.code != "" && r.Get(l.Slot("code_system")) != "CVX" {
			t.Errorf("%q of %q: %v", tt.text, tt.system, r.Values)
		}
	}
}
