package standardize

import (
	"strings"
	"testing"
)

func TestDoseStep(t *testing.T) {
	tests := []struct {
		name, dose, unit    string
		wantDose, wantUnit  string
		readable, flaggedAs bool
	}{
		{"number and unit", "5.0 mg", "", "5.0", "mg", true, false},
		{"without a space", "500mg", "", "500", "mg", true, false},
		{"thousands", "1,000 mg", "", "1000", "mg", true, false},
		{"micrograms", "75 mcg", "", "75", "ug", true, false},
		{"the same unit twice", "5 mg", "mg", "5", "mg", true, false},
		{"another unit beside it", "5 mg", "g", "5 mg", "g", false, true},
		{"a number", "5", "mg", "5", "mg", true, false},
		{"a range", "1-2 mg", "", "1-2 mg", "", false, true},
		{"a unit that nobody knows", "5 blobs", "", "5 blobs", "", false, true},
		{"words", "as needed", "", "as needed", "", false, true},
	}
	l := NewLayout([]string{"dose", "dose_unit"})
	col := Column{Field: "dose", Type: "decimal"}
	step := whole(doseStep.Bind(l, func(string) (Column, bool) { return col, true }))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Cell
			decimal(col)(tt.dose, &c)
			r := &Row{Values: []string{c.Value, tt.unit}, Raw: []string{tt.dose, tt.unit}, Unusable: []bool{c.Unusable, false}}
			for _, id := range c.Hits {
				r.Flag(0, id)
			}
			step(r)
			if r.Values[0] != tt.wantDose || r.Values[1] != tt.wantUnit || r.Unusable[0] == tt.readable || flagged(r, 0, ruleNotNumber) != tt.flaggedAs {
				t.Errorf("%v, unusable %v, hits %v", r.Values, r.Unusable[0], r.Hits)
			}
		})
	}
}

// TestDosesThatAreNoNumber have columns for their ends, or for their words.
func TestDosesThatAreNoNumber(t *testing.T) {
	tests := []struct{ dose, want string }{
		{"1-2 tabs", "|{tbl}|1|2|"},
		{"5-325 mg", "||||5-325 mg"},
		{"81 mg EC tablet", "81|mg|||81 mg EC tablet"},
		{"10 mg (2 tabs)", "10|mg|||10 mg (2 tabs)"},
		{"81mg tablet daily", "||||81mg tablet daily"},
		{"one tablet", "1|{tbl}|||"},
		{"½ tab", "0.5|{tbl}|||"},
		{"200 - 400mg", "|mg|200|400|"},
		{"1 to 2 puffs", "|{puff}|1|2|"},
		{"0.5–1 mL", "|mL|0.5|1|"},
		{"2-4", "||2|4|"},
		{"1/2 tab", "0.5|{tbl}|||"},
		{"1 1/4 tabs", "1.25|{tbl}|||"},
		{"1/3 tab", "||||1/3 tab"},
		{"4-2 mg", "||||4-2 mg"},
		{"1/0 tab", "||||1/0 tab"},
		{"5-10-2020", "||||5-10-2020"},
		{"500mg/5ml", "||||500mg/5ml"},
		{"5 mg", "5|mg|||"},
		{"1½ tablets", "1.5|{tbl}|||"},
		{"1½ blobs", "||||1½ blobs"},
		{"half a tablet", "0.5|{tbl}|||"},
		{"one a day", "||||one a day"},
		{"two (2) tablets", "2|{tbl}|||"},
		{"1 (one) tab", "1|{tbl}|||"},
		{"2 (one) tab", "||||2 (one) tab"},
		{"1 or 2 tabs", "|{tbl}|1|2|"},
		{"5 mg - 10 mg", "|mg|5|10|"},
		{"5 mg to 10 g", "||||5 mg to 10 g"},
		{"5 mg for 2 days", "||||5 mg for 2 days"},
		{"1 gr", "||||1 gr"},
		{"2.4 MU", "||||2.4 MU"},
		{"2 mU", "2|mU|||"},
		{"100 units/mL", "100|[USP'U]/mL|||"},
	}
	l := NewLayout(append([]string{"dose", "dose_unit"}, doseParts...))
	col := Column{Field: "dose", Type: "decimal"}
	step := whole(doseStep.Bind(l, func(string) (Column, bool) { return col, true }))
	for _, tt := range tests {
		var c Cell
		decimal(col)(tt.dose, &c)
		r := &Row{Values: make([]string, 5), Raw: []string{tt.dose, "", "", "", ""}, Unusable: make([]bool, 5)}
		r.Values[0], r.Unusable[0] = c.Value, c.Unusable
		for _, id := range c.Hits {
			r.Flag(0, id)
		}
		step(r)
		if r.Unusable[0] { // the profile leaves such a value out
			r.Values[0] = ""
		}
		if got := strings.Join(r.Values, "|"); got != tt.want || r.Unusable[0] != (r.Values[4] != "" && r.Values[1] == "") {
			t.Errorf("%q: %s, unusable %v; want %s", tt.dose, got, r.Unusable[0], tt.want)
		}
	}
}

// TestDosesOfTwoDrugs are no ranges.
func TestDosesOfTwoDrugs(t *testing.T) {
	l := NewLayout(append([]string{"dose", "dose_unit", "code_text"}, doseParts...))
	col := Column{Field: "dose", Type: "decimal"}
	step := whole(doseStep.Bind(l, func(string) (Column, bool) { return col, true }))
	for drug, want := range map[string]string{"Lisinopril-Hydrochlorothiazide": "|||10-12.5 mg", "amlodipine / benazepril": "|||10-12.5 mg",
		"Ezetimibe and Simvastatin": "|||10-12.5 mg", "Lisinopril": "mg|10|12.5|", "": "mg|10|12.5|"} {
		r := &Row{Values: make([]string, 6), Raw: []string{"10-12.5 mg", "", drug, "", "", ""}, Unusable: make([]bool, 6)}
		r.Values[2], r.Unusable[0] = drug, true
		r.Flag(0, ruleNotNumber)
		step(r)
		if got := strings.Join(append(r.Values[1:2], r.Values[3:]...), "|"); got != want {
			t.Errorf("%s: %s; want %s", drug, got, want)
		}
	}
}
