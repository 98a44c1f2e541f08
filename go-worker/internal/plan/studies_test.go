package plan

import (
	"fmt"
	"strings"
	"testing"
)

// TestColumnsThatAreNotWhatTheyAreCalled: headers of studies that are short, and mean other things there.
func TestColumnsThatAreNotWhatTheyAreCalled(t *testing.T) {
	for _, tt := range []struct {
		name, header, table, fields string
		rows                        []string
	}{
		{"whether a tumour has spread", "ptid,date,ca,resp", "generic", "x_ptid,x_date,x_ca,x_resp", []string{"1,2024-01-02,No,Yes", "2,2024-01-02,Yes,No", "3,2024-01-03,No,No", "4,2024-01-04,No,No", "5,2024-01-05,No,Yes"}},
		{"calcium and breaths", "ptid,date,ca,resp", "observation", "patient_id,effective,calcium,respiratory_rate", []string{"1,2024-01-02,9.1,18", "2,2024-01-02,,16", "3,2024-01-03,8.8,", "4,2024-01-04,QNS,20", "5,2024-01-05,9,22"}},
		{"classes of a school", "ptid,cl,na", "observation", "patient_id,x_cl,sodium", []string{"1,1st class,140", "2,preschool,138", "3,preschool,139", "4,2nd class,140", "5,preschool,141"}},
		{"nothing but results in words", "ptid,date,glucose", "observation", "patient_id,effective,glucose", []string{"1,2024-01-02,Negative", "2,2024-01-02,negative", "3,2024-01-03,Positive", "4,2024-01-04,Negative", "5,2024-01-05,pending"}},
		{"flags of a sign", "mrn,dob,weight", "patient", "mrn,birth_date,x_weight", []string{"1,1980-01-02,1", "2,1980-01-03,0", "3,1980-01-04,1", "4,1980-01-05,0", "5,1980-01-06,0"}},
		{"whether it is the first visit", "mrn,dob,first,sex", "patient", "mrn,birth_date,x_first,administrative_gender", []string{"1,1980-01-02,TRUE,M", "2,1980-01-03,FALSE,F", "3,1980-01-04,TRUE,F", "4,1980-01-05,TRUE,F", "5,1980-01-06,FALSE,M"}},
		{"procedures of OMOP", "procedure_occurrence_id,person_id,procedure_concept_id,procedure_date,provider_id,visit_occurrence_id", "generic",
			"x_procedure_occurrence_id,x_person_id,x_procedure_concept_id,x_procedure_date,x_provider_id,x_visit_occurrence_id", nil},
		{"a patient told twice", "id,patientId,patient.reference,code.text,valueQuantity.value,effectiveDateTime", "observation",
			"observation_id,patient_id,x_patient_reference,code_text,value,effective", nil},
		{"a short word like two", "id,code,series,numberr", "generic", "x_id,x_code,x_series,x_numberr", nil},
	} {
		var rows [][]string
		for _, r := range tt.rows {
			rows = append(rows, strings.Split(r, ","))
		}
		if table, got := fields(t, "a.csv", tt.header, rows...); table != tt.table || got != tt.fields {
			t.Errorf("%s: %s with %s; want %s with %s", tt.name, table, got, tt.table, tt.fields)
		}
	}
}

// TestDatesOfStudies: days that research data was shifted to are kept; numbers that count from no day, and years with a fraction, pass untouched.
func TestDatesOfStudies(t *testing.T) {
	valuesOf := func(n int, value func(i int) string) (values []string) {
		for i := range n {
			values = append(values, value(i))
		}
		return values
	}
	for _, tt := range []struct {
		name, header, field string
		values              []string
		shifted             string
	}{
		{"shifted", "death_date", "death_date", valuesOf(9, func(i int) string { return fmt.Sprintf("21%d0-05-06", i+1) }), "yes"},
		{"one slip", "death_date", "death_date", append(valuesOf(9, func(i int) string { return fmt.Sprintf("201%d-05-06", i) }), "2201-05-06"), ""},
		{"years with a fraction", "dob", "x_dob", append(valuesOf(60, func(i int) string { return fmt.Sprintf("18%d.0192", 30+i) }), "1885"), ""},
		{"years", "dob", "birth_date", valuesOf(9, func(i int) string { return fmt.Sprintf("19%d", 30+i) }), ""},
		{"days of a study", "death_date", "x_death_date", valuesOf(9, func(i int) string { return fmt.Sprint(1 + 30*i) }), ""},
		{"days of a spreadsheet", "death_date", "death_date", valuesOf(9, func(i int) string { return fmt.Sprint(44562 + 30*i) }), ""},
		{"days from 1960", "dob", "birth_date", valuesOf(9, func(i int) string { return fmt.Sprint(-20450 - 30*i) }), ""},
	} {
		c, _ := one(t, tt.header, tt.values...)
		if c.Field != tt.field || c.Decisions[Shifted].Value != tt.shifted {
			t.Errorf("%s: %s, shifted %q (%s)", tt.name, c.Field, c.Decisions[Shifted].Value, c.Why)
		}
	}
}

// TestAgesBelowZero are of a scale of their own, unless one number far below stands for no age.
func TestAgesBelowZero(t *testing.T) {
	for _, tt := range []struct {
		values []string
		field  string
	}{
		{[]string{"-2", "-1", "0", "1", "2", "-3", "3", "-1", "1", "-2"}, "x_age"},
		{[]string{"-0.62", "1.1", "0.4", "-1.3", "-0.2", "2.2", "-0.9", "0.1", "-0.4"}, "x_age"},
		{[]string{"-9", "45", "61", "-9", "38", "-8", "70", "-9", "55", "-9", "-9"}, "age"},
		{[]string{"0", "1", "2", "45", "61", "-1"}, "age"},
	} {
		if c, _ := one(t, "age", tt.values...); c.Field != tt.field {
			t.Errorf("%v: %s (%s)", tt.values, c.Field, c.Why)
		}
	}
}
