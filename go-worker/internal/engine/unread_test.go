package engine

import (
	"fmt"
	"strings"
	"testing"
)

// manyRows writes a table of so many rows; each # of a row is its number.
func manyRows(header string, n int, rows ...string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		b.WriteString(strings.ReplaceAll(rows[i%len(rows)], "#", fmt.Sprint(i+10)) + "\n")
	}
	return b.String()
}

// TestColumnsThatCannotBeRead: a column of which nothing can be read is not emptied, but passes untouched, with a reason.
func TestColumnsThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct{ name, header, value, field, kept string }{
		{"stages of a cancer under a header like that of states", "Stage", "pT1c pN0", "x_stage", "pT1c pN0"},
		{"codes of races that nothing explains", "Race 1", "96", "x_race_1", "96"},
		{"numbers of the Medicare of Australia", "Medicare No", "2950 12345 1/1", "x_medicare_number", "2950 12345 1/1"},
		{"sexes of which nobody knows the codes", "Sex", "0", "x_sex", "0"},
		{"jobs", "Employer phone", "none given yet", "x_employer_phone", "none given yet"},
	} {
		text := manyRows("MRN,Last Name,First Name,DOB,"+tt.header, 6, "M#,Doe,Ann,1980-01-31,"+tt.value)
		r := harmonizeText(t, "patients.csv", text)
		if rows := r.rows("patient.clean.csv"); len(rows) != 6 || rows[0][tt.field] != tt.kept {
			t.Errorf("%s: %v", tt.name, rows)
		}
	}
	numbers := harmonizeText(t, "patients.csv", manyRows("MRN,Last Name,First Name,DOB,race,ethnicity", 6, "M#,Doe,Ann,1980-01-31,4,Hispanic"))
	if rows := numbers.rows("patient.clean.csv"); rows[0]["x_race"] != "4" || rows[0]["race"] != "" {
		t.Errorf("a column that is no race stands in the place of the race that the ethnicity may say: %v", rows[0])
	}
	one := harmonizeText(t, "patients.csv", manyRows("MRN,Last Name,First Name,DOB,State", 20, "M#,Doe,Ann,1980-01-31,MA", "M#,Roe,Bo,1981-01-31,Massachusets"))
	if rows := one.rows("patient.clean.csv"); rows[0]["state"] != "MA" || rows[1]["state"] != "" || one.count("STATE-001") != 10 {
		t.Errorf("a state that is none among states: %v", rows[:2])
	}
}

// TestElsewhere: what cannot be of the country of the profile is not made something of that country, the second time either.
func TestElsewhere(t *testing.T) {
	for _, tt := range []struct{ name, header, row, field, want string }{
		{"regions that are no states", "State,Phone", "Lagos,7011234567", "phone_home", "7011234567"},
		{"the same, dialled within the country", "State,Phone", "Kano,0701 123 4567", "phone_home", "07011234567"},
		{"regions stay", "State,Phone", "Lagos,7011234567", "state", "Lagos"},
		{"postal codes of four digits", "Postcode,Phone", "2150,0412345678", "postal_code", "2150"},
		{"phone numbers alone", "City,Phone", "Accra,0244123456", "phone_home", "0244123456"},
		{"headers of another language", "Sesso,Cognome di nascita,Telefono,Comune", "F,Rossi,339 2345678,Roma", "phone_home", "3392345678"},
		{"ZIP codes without their zeros, in states", "State,Zip", "MA,2139", "zip", "02139"},
	} {
		text := manyRows("MRN,Last Name,First Name,DOB,"+tt.header, 8, "M#,Doe,Ann,19#-01-31,"+tt.row)
		r := harmonizeText(t, "patients.csv", text)
		rows := r.rows("patient.clean.csv")
		if rows[0][tt.field] != tt.want || (r.count("COUNTRY-003") == 1) != (tt.field != "zip") {
			t.Errorf("%s: %q, want %q; %v", tt.name, rows[0][tt.field], tt.want, r.Issues)
		}
		again := harmonizeText(t, "patients.csv", r.read("patient.clean.csv"))
		if got := again.rows("patient.clean.csv")[0][tt.field]; got != tt.want {
			t.Errorf("%s, the second time: %q, want %q", tt.name, got, tt.want)
		}
	}
}
