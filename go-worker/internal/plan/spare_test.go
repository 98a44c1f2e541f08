package plan

import (
	"strings"
	"testing"
)

// TestColumnsThatCompleteEachOther reads two columns of one field as one where no record says different things in them.
func TestColumnsThatCompleteEachOther(t *testing.T) {
	tests := []struct {
		name, header string
		rows         [][]string
		want         string
		found        bool
	}{
		{"two names in turn", "patient_id,dob,birth_date", [][]string{{"1", "1980-01-31", ""}, {"2", "", "1981-01-31"}}, "patient_id birth_date/1 birth_date/2", true},
		{"both in one record", "patient_id,dob,birth_date", [][]string{{"1", "1980-01-31", ""}, {"2", "", "1981-01-31"}, {"3", "1980-01-31", "1981-01-31"}},
			"patient_id x_dob birth_date", false},
		{"the same in one record", "patient_id,dob,birth_date", [][]string{{"1", "1980-01-31", ""}, {"2", "", "1981-01-31"}, {"3", "1980-01-31", "1980-01-31"}},
			"patient_id birth_date/1 birth_date/2", true},
		{"one has gaps", "patient_id,dob,birth_date", [][]string{{"1", "1980-01-31", ""}, {"2", "1981-01-31", "1981-01-31"}, {"3", "1980-01-31", "1980-01-31"}},
			"patient_id birth_date/1 birth_date/2", true},
		{"the same in all records", "patient_id,dob,birth_date", [][]string{{"1", "1980-01-31", "1980-01-31"}, {"2", "1981-01-31", "1981-01-31"}},
			"patient_id x_dob birth_date", false},
		{"one is empty", "patient_id,dob,birth_date", [][]string{{"1", "1980-01-31", ""}, {"2", "1981-01-31", ""}}, "patient_id birth_date x_birth_date", false},
		{"orders that contradict each other", "patient_id,dob,birth_date", [][]string{{"1", "31/01/1980", ""}, {"2", "", "01/31/1981"}}, "patient_id x_dob birth_date", false},
		{"an order proved in one of them", "patient_id,dob,birth_date", [][]string{{"1", "31/01/1980", ""}, {"2", "", "1981-01-31"}}, "patient_id birth_date/1 birth_date/2", true},
		{"numbers of two givers", "mrn,patient_id,test,result", [][]string{{"1", "", "Glucose", "5"}, {"", "2", "Glucose", "6"}}, "x_mrn patient_id code_text value", false},
		{"one number of two spellings", "patientId,patient_id,test,result", [][]string{{"1", "", "Glucose", "5"}, {"", "2", "Glucose", "6"}}, "patient_id/1 patient_id/2 code_text value", true},
		{"two references of FHIR", "subject.reference,patient.reference,code.text,value", [][]string{{"1", "", "Glucose", "5"}, {"", "2", "Glucose", "6"}},
			"patient_id/1 patient_id/2 code_text value", true},
	}
	for _, tt := range tests {
		file, findings := freeze(t, Options{}, tt.header, tt.rows)
		var got []string
		for _, c := range file.Columns {
			name := c.Field
			if c.Repeat > 0 {
				name += "/" + string(rune('0'+c.Repeat))
			}
			got = append(got, name)
		}
		if strings.Join(got, " ") != tt.want || has(findings, "HDR-007") != tt.found {
			t.Errorf("%s: %v, %v", tt.name, got, findings)
		}
		if first, second := file.Columns[1].Decisions[DateOrder], file.Columns[2].Decisions[DateOrder]; tt.found && first != second {
			t.Errorf("%s: %v and %v", tt.name, first, second)
		}
	}
}
