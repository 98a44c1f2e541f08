package engine

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// patients returns a patient file with a column of the given values.
func patients(header string, values ...string) string {
	var b strings.Builder
	b.WriteString("patient_id,Last Name,First Name," + header + "\n")
	for i, v := range values {
		fmt.Fprintf(&b, "%d,Smith%c,Ann,%s\n", i+1, 'a'+rune(i%26), v)
	}
	return b.String()
}

// repeat returns n copies of a value, and then more.
func repeat(n int, value string, more ...string) []string {
	values := make([]string, n, n+len(more))
	for i := range values {
		values[i] = value
	}
	return append(values, more...)
}

// TestVectors holds vectors of SPEC section 19 that take a whole file: the plan of the column decides them.
func TestVectors(t *testing.T) {
	mixed := append(repeat(20, "13/04/1990"), repeat(20, "04/13/1990")...)
	tests := []struct {
		no     int
		header string
		values []string
		field  string
		want   string // of the last value
		rule   string
	}{
		{1, "DOB", []string{"13/04/1990", "04/05/1985"}, "birth_date", "1985-05-04", "DATE-101"},
		{2, "DOB", []string{"04/25/1990", "04/05/1985"}, "birth_date", "1985-04-05", "DATE-101"},
		{4, "DOB", repeat(1000, "04/25/1990", "13/04/1990"), "birth_date", "1990-04-13", "DATE-102"},
		{5, "DOB", append(mixed, "04/05/1985"), "birth_date", "", "DATE-103"},
		{7, "DOB", []string{"12/31/49"}, "birth_date", "1949-12-31", "DATE-002"},
		{7, "DOB", []string{"12/31/49", "1/1/27"}, "birth_date", "1927-01-01", "DATE-002"},
		{8, "DOB,age", []string{"5/16/20,6"}, "birth_date", "2020-05-16", "DATE-003"},
		{8, "DOB,age", []string{"5/16/20,106"}, "birth_date", "1920-05-16", "DATE-003"},
		{10, "last_updated", []string{"44562.75"}, "last_updated", "2022-01-01T18:00:00", "XL-001"},
		{13, "DOB", []string{"12/31/2000", "02/29/2001"}, "birth_date", "", "DATE-001"},
		{14, "DOB", append(repeat(88, "03/14/1985"), repeat(12, "01/01/1900")...), "birth_date", "", "DATE-005"},
		{16, "last_updated", []string{"20210105120030.1234-0500"}, "last_updated", "2021-01-05T12:00:30.1234-05:00", ""},
		{17, "last_updated", []string{"3-Mar-21 2:05 PM"}, "last_updated", "2021-03-03T14:05:00", ""},
		{32, "mrn", []string{"1.23E+11"}, "mrn", "", "XL-003"},
		{34, "mrn", []string{"12E5"}, "mrn", "12E5", ""},
		{43, "phone", []string{"6175552345.0"}, "phone_home", "+16175552345", "XL-004"},
		{52, "sex", []string{"1", "2", "1"}, "administrative_gender", "male", "SEX-002"},
		{53, "race", []string{"White; Asian"}, "race", "2106-3|2028-9", "STD-001"},
		{89, "Patient  DOB ", []string{"1985-01-31"}, "birth_date", "1985-01-31", ""},
		{89, "pat_dob", []string{"1985-01-31"}, "birth_date", "1985-01-31", ""},
		{89, "PID-7", []string{"19850131"}, "birth_date", "1985-01-31", "STD-001"},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprintf("%d_%d", tt.no, i), func(t *testing.T) {
			r := runJob(t, newJob(t, Standardize), Env{}, fileOf("patients.csv", patients(tt.header, tt.values...)))
			rows := r.rows("patient.clean.csv")
			got, ok := rows[len(rows)-1][tt.field]
			if !ok || got != tt.want {
				t.Errorf("%s = %q, want %q", tt.field, got, tt.want)
			}
			if tt.rule != "" && r.count(tt.rule) == 0 {
				t.Errorf("%s did not fire: %+v", tt.rule, r.Issues)
			}
		})
	}
}

// TestUnquotedComma quarantines the shifted record under its line (vector 86); repaired, it comes back.
func TestUnquotedComma(t *testing.T) {
	lines := []string{"patient_id,Last Name,First Name,Address,State"}
	for i := range 6 {
		lines = append(lines, fmt.Sprintf("%d,Smith,Ann,%d Main St,MA", i, i))
	}
	lines[6] = "5,Smith,Ann,5 Main St, Apt 2,MA"
	r := harmonizeText(t, "patients.csv", strings.Join(lines, "\n")+"\n")
	bad := r.rows("patient.quarantine.csv")
	if len(bad) != 1 || bad[0]["source_line"] != "7" || bad[0]["rule_ids"] != "CSV-004" || r.Counts.RowsOut != 5 {
		t.Fatalf("quarantine: %v", bad)
	}

	unchanged := harmonizeText(t, "patient.quarantine.csv", r.read("patient.quarantine.csv"))
	if unchanged.Counts.Quarantined != 1 || unchanged.Counts.RowsOut != 0 {
		t.Errorf("a damaged record came back as it was: %+v", unchanged.Counts)
	}
	repaired := strings.Replace(r.read("patient.quarantine.csv"), `5 Main St," Apt 2,MA"`, `"5 Main St, Apt 2",MA`, 1)
	again := harmonizeText(t, "patient.quarantine.csv", repaired)
	rows := again.rows("patient.clean.csv")
	if len(rows) != 1 || rows[0]["state"] != "MA" || rows[0]["address_line1"] != "5 Main St, Apt 2" {
		t.Errorf("the repaired record: %v", rows)
	}
	if _, there := rows[0]["x_rule_ids"]; there {
		t.Error("the columns of the quarantine were taken for data")
	}
}

// TestUTF16 reads a file as spreadsheets save it (vector 88).
func TestUTF16(t *testing.T) {
	text := strings.ReplaceAll(patients("DOB,Sex", "1985-01-31,M"), ",", "\t")
	encoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	r := harmonizeText(t, "patients.txt", encoded)
	rows := r.rows("patient.clean.csv")
	if len(rows) != 1 || rows[0]["administrative_gender"] != "male" || r.count("ENC-001") != 1 {
		t.Errorf("rows: %v, issues: %v", rows, r.Issues)
	}
}

// TestJSONRecords keeps numbers as written and quarantines a record that is no JSON (vector 91).
func TestJSONRecords(t *testing.T) {
	r := harmonizeText(t, "patients.ndjson", `{"patient_id": "1", "last_name": "Smith", "mrn": 12345678901234567890, "dob": "1985-01-31"}
{"patient_id": "2", "last_name": "Doe", "zip": 02139}
{"patient_id": "3", "last_name": "Roe", "mrn": 7, "dob": "1985-01-31"}
`)
	rows := r.rows("patient.clean.csv")
	if len(rows) != 2 || rows[0]["mrn"] != "12345678901234567890" || r.count("JSON-002") != 1 || r.Counts.Quarantined != 1 {
		t.Errorf("rows: %v, counts: %+v", rows, r.Counts)
	}
}
