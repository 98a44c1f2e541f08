package plan

import (
	"slices"
	"strings"
	"testing"
)

// TestRowsOfEvents: where the rows of a person say the same of it and differ in what an event is known by, each is an event.
func TestRowsOfEvents(t *testing.T) {
	for _, tt := range []struct {
		name, header, want string
		rows               []string
	}{
		{"allergies", "MRN,Last Name,First Name,DOB,Allergen", "allergy", []string{"1,Lang,Eric,1961-08-09,Penicillin", "1,Lang,Eric,1961-08-09,Latex", "2,Diaz,Ana,1978-10-30,Sulfa"}},
		{"diagnoses", "MRN,Patient Name,DOB,Sex,ICD10,Diagnosis", "condition", []string{"1,Lang Eric,1961-08-09,M,I10,Hypertension", "1,Lang Eric,1961-08-09,M,E11.9,Diabetes"}},
		{"visits of measurements", "MRN,Last Name,First Name,DOB,Sex,Weight,BP", "observation", []string{"1,Lang,Eric,1961-08-09,M,88.2,130/80", "1,Lang,Eric,1961-08-09,M,86.0,128/76"}},
		{"a weight of each person", "MRN,Last Name,First Name,DOB,Sex,Weight,BP", "patient", []string{"1,Lang,Eric,1961-08-09,M,88.2,130/80", "2,Diaz,Ana,1978-10-30,F,62,118/70"}},
		{"a person written twice, once with another name", "MRN,Last Name,First Name,DOB,Sex,ICD10", "patient", []string{"1,Lang,Eric,1961-08-09,M,I10", "1,Lang,E,1961-08-09,M,E11.9"}},
		{"a person written twice", "MRN,Last Name,First Name,DOB,Sex,ICD10", "patient", []string{"1,Lang,Eric,1961-08-09,M,I10", "1,Lang,Eric,1961-08-09,M,I10"}},
		{"few of very many", "MRN,Last Name,First Name,DOB,Allergen", "patient",
			[]string{"1,Lang,Eric,1961-08-09,Latex", "1,Lang,Eric,1961-08-09,Sulfa", "2,A,B,1970-01-02,x", "3,C,D,1970-01-02,x", "4,E,F,1970-01-02,x", "5,G,H,1970-01-02,x", "6,I,J,1970-01-02,x",
				"7,K,L,1970-01-02,x", "8,M,N,1970-01-02,x", "9,O,P,1970-01-02,x", "10,Q,R,1970-01-02,x"}},
	} {
		var rows [][]string
		for _, r := range tt.rows {
			rows = append(rows, strings.Split(r, ","))
		}
		if got, _ := fields(t, "a.csv", tt.header, rows...); got != tt.want {
			t.Errorf("%s: taken for %s; want %s", tt.name, got, tt.want)
		}
	}
}

// TestEvents: columns by which rows are told to be of different events, and those by which they are not.
func TestEvents(t *testing.T) {
	p := usCore(t)
	for header, want := range map[string]bool{
		"Accession Number": true, "Case #": true, "Surgery Dt": true, "StudyDate": true, "appt_time": true, "claim_id": true, "CPT": true, "Allergen": true,
		"Dept": false, "Notes": false, "Date Created": false, "last_update_dttm": false, "Registration Date": false, "Load Date": false, "PCP Name": false, "Room": false,
	} {
		name := nameOf(header)
		if got := isEvent(p, name); got != want {
			t.Errorf("%s: %v", header, got)
		}
	}
	column := func(field string, values, blank int64) Column {
		return Column{Field: field, Evidence: Summary{Values: values, Blank: blank}}
	}
	f := File{Columns: []Column{column("mrn", 9, 0), column("birth_date", 9, 0), column("x_study_date", 9, 1), column("x_bill_date", 8, 2), column("diagnosis_code", 9, 0), column("x_dept", 9, 0)}}
	if got := f.Events(p); !slices.Equal(got, []string{"x_study_date", "diagnosis_code"}) {
		t.Errorf("events are told by %v", got)
	}
}
