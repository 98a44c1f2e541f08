package engine

import (
	"fmt"
	"slices"
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

// A columnVector is a column of a patient file; the plan of the column decides what its last value means.
type columnVector struct {
	no     int
	header string
	values []string
	field  string
	want   string // of the last value
	rule   string
}

func columnVectors() []columnVector {
	mixed := append(repeat(20, "13/04/1990"), repeat(20, "04/13/1990")...)
	byMark := append(repeat(20, "13.04.1990"), repeat(20, "04/13/1990")...)
	return []columnVector{
		{1, "DOB", []string{"13/04/1990", "04/05/1985"}, "birth_date", "1985-05-04", "DATE-101"},
		{2, "DOB", []string{"04/25/1990", "04/05/1985"}, "birth_date", "1985-04-05", "DATE-101"},
		{4, "DOB", repeat(1000, "04/25/1990", "13/04/1990"), "birth_date", "1990-04-13", "DATE-102"},
		{5, "DOB", append(mixed, "04/05/1985"), "birth_date", "", "DATE-103"},
		{5, "DOB", slices.Concat(byMark, []string{"04.05.1985"}), "birth_date", "1985-05-04", "STD-001"},
		{5, "DOB", slices.Concat(byMark, []string{"04-05-1985"}), "birth_date", "", "DATE-103"},
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
}

// TestVectors holds vectors of SPEC section 19 that take a whole file.
func TestVectors(t *testing.T) {
	for i, tt := range columnVectors() {
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

// A vector is one file of a table; want are fields of its last row, and rules those that must fire.
type vector struct {
	no          int
	file, text  string
	want, rules string
}

// people is a patient file whose rows all have what a person needs.
func people(no int, header, row, want, rules string) vector {
	return vector{no, "patients.csv", "patient_id,DOB," + header + "\n1,1980-01-31," + row + "\n", want, rules}
}

// named is a patient file of one full name.
func named(no int, name, want, rules string) vector {
	return people(no, "Patient Name", `"`+name+`"`, want, rules)
}

// family is a patient file of one family name.
func family(no int, name, want, rules string) vector {
	return people(no, "First Name,Last Name", "Ann,"+name, "name_family="+want, rules)
}

func coded(no int, file, header, code, want, rules string) vector {
	return vector{no, file, "patient_id," + header + "\n1," + code + "\n", want, rules}
}

// lab is one result.
func lab(no int, code, value, unit, want, rules string) vector {
	return vector{no, "labs.csv", "patient_id,loinc_code,result,units\n1," + code + "," + value + "," + unit + "\n", want, rules}
}

// results is a file of results of one column, the last of which is looked at.
func results(no int, header string, values []string, want, rules string) vector {
	var b strings.Builder
	b.WriteString("patient_id," + header + "\n")
	for i, v := range values {
		fmt.Fprintf(&b, "%d,%s\n", i+1, v)
	}
	return vector{no, "observations.csv", b.String(), want, rules}
}

// spread returns n numbers, none of which comes twice in a row, from a first on.
func spread(n, from, over int, more ...string) []string {
	values := make([]string, n, n+len(more))
	for i := range values {
		values[i] = fmt.Sprint(from + i%over)
	}
	return append(values, more...)
}

// endToEnd are the other vectors of SPEC section 19, through the whole engine.
func endToEnd() []vector {
	names := "patient_id,First Name,Last Name\n"
	for i := range 4999 {
		names += fmt.Sprintf("%d,Ann,Smith%c\n", i, 'a'+rune(i%26))
	}
	thirds := "patient_id,First Name,Last Name\n" + strings.Repeat("1,Ann,Smith\n2,Bob,Jones\n3,Chris,NULL\n", 20)
	return []vector{
		{11, "patients.csv", patients("DOB", "30000", "31000", "60"), "birth_date=", "XL-001"},
		{13, "patients.csv", patients("DOB", "25/12/2000", "31/02/2001"), "birth_date=", "DATE-001"},
		named(19, "DOE, JOHN A JR", "name_family=Doe|name_given=John|name_middle=A|name_suffix=Jr", "NAME-001"),
		named(20, "O’BRIEN, MARY", "name_family=O'Brien|name_given=Mary", "ENC-007 NAME-005"),
		family(22, "MCDONALD", "McDonald", "NAME-005"),
		family(22, "MACK", "Mack", "NAME-005"),
		family(22, "MACDONALD", "MacDonald", "NAME-005"),
		family(22, "DE LA CRUZ", "De La Cruz", "NAME-005"),
		family(22, "ST JOHN", "St John", "NAME-005"),
		named(23, "Ma, Andrew", "name_family=Ma|name_given=Andrew|name_suffix=", ""),
		named(23, "Van Nguyen", "name_family=Nguyen|name_given=Van", ""),
		named(23, "Royce, Ed", "name_family=Royce|name_given=Ed|name_prefix=", ""),
		named(25, "ZZTEST, PATIENT", "is_test=true", "NAME-010"),
		people(25, "First Name,Last Name", "Maria,Test", "is_test=|name_family=Test", "NAME-010"),
		{26, "patients.csv", names + "5000,Chris,NULL\n", "name_family=Null", "NAME-009"},
		{26, "patients.csv", thirds, "name_family=", "NULL-001"},
		family(28, "Garc\xeda", "García", "ENC-002"),
		// A placeholder stays in the record; it matches nobody.
		people(29, "ssn", "123-45-6789", "ssn=", "SSN-002"),
		people(29, "ssn", "999-99-9999", "ssn=", "SSN-002"),
		people(29, "ssn", "078051120", "ssn=", "SSN-002"),
		people(29, "ssn", "666121234", "ssn=", "SSN-001"),
		people(31, "ssn", "XXX-XX-1234", "ssn=|ssn_last4=1234", "SSN-003"),
		people(32, "mrn", "1.23456789E+8", "mrn=123456789", "XL-013"),
		people(32, "mrn", "=A3", "mrn=", "XL-014"),
		people(35, "pcp_npi", "1234567893", "pcp_npi=1234567893", ""),
		people(35, "pcp_npi", "1234567890", "pcp_npi=", "NPI-001"),
		people(37, "mbi", "1EG4-TE5-MK73", "mbi=1EG4TE5MK73", ""),
		people(37, "mbi", "1SG4TE5MK73", "mbi=", "MBI-001"),
		people(38, "zip,state", "2139,MA", "zip=02139", "XL-005"),
		people(38, "zip,state", "2139,TX", "zip=", "ADDR-006"),
		people(40, "state", "Calif.", "state=CA", ""),
		people(40, "state", "massachusetts", "state=MA", ""),
		people(40, "state", "06", "state=CA", ""),
		people(40, "state", "ZZ", "state=", "STATE-001"),
		people(41, "phone", "(617) 555-2345 x12", "phone_home=+16175552345|phone_home_ext=12", ""),
		people(44, "phone", "555-1234", "phone_home=|phone_home_local=5551234", "PHONE-004"),
		people(46, "phone", "+44 20 7946 0958", "phone_home=+442079460958", ""),
		people(47, "email", "Jane.Doe@GMAIL.COM", "email=Jane.Doe@gmail.com", ""),
		people(47, "email", "none@none.com", "email=", "EMAIL-002"),
		people(47, "email", "a@b@c", "email=", "EMAIL-001"),
		people(49, "address", "PSC 1234 BOX 5678 APO AE 09421", "address_line1=PSC 1234 BOX 5678|city=APO|state=AE|zip=09421", ""),
		people(50, "address", "HOMELESS", "address_line1=|address_status=no-fixed-address", "ADDR-003"),
		{52, "patients.csv", patients("sex", "0", "1", "0", "1"), "administrative_gender=", "SEX-003"},
		people(55, "ethnicity", "Non Hispanic or Latino", "ethnicity=2186-5", ""),
		coded(56, "conditions.csv", "icd10", "e119", "code=E11.9", "ICD-002"),
		coded(56, "conditions.csv", "icd10", "E11.9.", "code=E11.9", ""),
		coded(56, "conditions.csv", "icd10", "W22.01xA", "code=W22.01XA", ""),
		coded(56, "conditions.csv", "icd10", "U071", "code=U07.1", "ICD-002"),
		{56, "conditions.csv", "patient_id,icd10\n1,E11.9\n2,I10\n3,2-Jan\n", "code=", "ICD-001"},
		lab(58, "2345-7", "100", "mg/dL", "code=2345-7", ""),
		results(58, "loinc_code,result,units", []string{"2345-7,100,mg/dL", "2823-3,4.1,mmol/L", "2345-8,100,mg/dL"}, "code=", "LNC-001"),
		coded(59, "medications.csv", "ndc", "0002-3227-30", "code=00002322730", ""),
		coded(59, "medications.csv", "ndc", "12345-678-90", "code=12345067890", ""),
		coded(59, "medications.csv", "ndc", "12345-6789-1", "code=12345678901", ""),
		coded(61, "immunizations.csv", "cvx", "8", "code=08", ""),
		coded(61, "immunizations.csv", "cvx", "213", "code=213", ""),
		lab(62, "2345-7", "5.6", "mmol/L", "value=100.9|unit=mg/dL|code=2345-7", "UNIT-004 UNIT-005"),
		lab(64, "2823-3", "4.1", "mEq/L", "value=4.1|unit=mmol/L", "UNIT-004"),
		lab(65, "6690-2", "7.2", "K/uL", "value=7.2|unit=10*3/uL", ""),
		lab(65, "6690-2", "7200", "/uL", "value=7.2|unit=10*3/uL", ""),
		lab(65, "6690-2", "7.2", "x10^9/L", "value=7.2|unit=10*3/uL", ""),
		lab(67, "4548-4", "53", "mmol/mol", "value=7.0|unit=%", "UNIT-004"),
		lab(68, "48065-7", "500", "ng/mL DDU", "value=500", "UNIT-006"),
		lab(70, "2345-7", "QNS", "", "value=", ""),
		coded(70, "labs.csv", "test_name,result", "WBC urine,2-5 /hpf", "value_low=2|value_high=5", ""),
		coded(70, "labs.csv", "test_name,result", "Epithelial cells,5-Feb", "", "XL-007"),
		coded(70, "labs.csv", "test_name,result", "ANA titer,1:80", "value_titer=80", ""),
		coded(70, "labs.csv", "test_name,result", `Platelet aggregation,"1,234"`, "value_number=1234", ""),
		results(70, "test_name,result", []string{`Potassium,"4,1"`, `Potassium,"3,9"`, `Potassium,"5,6"`}, "value_number=5.6", "XL-012"),
		results(70, "test_name,result", []string{"Potassium,4.1", "Potassium,5.5", `Potassium,"<7,0"`}, "value=<7.0|value_number=7.0|value_text=", "XL-012"),
		results(70, "test_name,result", []string{"Potassium,4.1", `Potassium,"7,0"`, `Potassium,"1,234"`}, "value=|value_number=|value_text=1,234", "NUM-002"),
		results(71, "loinc_code,result", repeat(20, "718-7,9.5", "718-7,13.1", "718-7,16.8"), "value=16.8|unit=g/dL", "OBS-003"),
		results(73, "weight", []string{"150 lb"}, "value=68.04|unit=kg", ""),
		results(73, "weight", []string{"7 lb 8 oz"}, "value=3.40|unit=kg", ""),
		results(73, "weight", []string{"3250 g"}, "value=3.25|unit=kg", ""),
		results(74, "temp", []string{"98.6"}, "value=37.0|unit=Cel", ""),
		results(74, "temp", []string{"37"}, "value=37.0|unit=Cel", ""),
		results(74, "temp", []string{"98.6", "99.1", "60"}, "value=", "VIT-004"),
		results(76, "weight_kg", append(spread(160, 40, 90), repeat(40, "999")...), "value=", "NULL-002"),
		results(77, "pain", []string{"5", "0"}, "value=0", ""),
		{79, "patients.csv", "patient_id,Last Name,DOB\n1,Smith,1980-01-31\n2,Doe,1890-01-01\n", "", "PAT-005"},
		{80, "patients.csv", "patient_id,Last Name,DOB,last_visit\n1,Smith,2020-05-01,2019-12-01\n", "birth_date=2020-05-01", "PAT-004"},
		{80, "patients.csv", "patient_id,Last Name,DOB,last_visit\n1,Smith,2020-05-01,2019-06-01\n", "", "PAT-003"},
	}
}

// TestEndToEnd holds the vectors that do not hang on the rest of a column.
func TestEndToEnd(t *testing.T) {
	for i, v := range endToEnd() {
		t.Run(fmt.Sprintf("%d_%d", v.no, i), func(t *testing.T) {
			r := runJob(t, newJob(t, Standardize), Env{}, fileOf(v.file, v.text))
			for _, id := range strings.Fields(v.rules) {
				if r.count(id) == 0 {
					t.Errorf("%s did not fire: %+v", id, r.Issues)
				}
			}
			rows := r.rows(r.Files[0].Table + ".clean.csv")
			for _, pair := range strings.Split(v.want, "|") {
				field, want, _ := strings.Cut(pair, "=")
				if got := rows[len(rows)-1][field]; got != want {
					t.Errorf("%s = %q, want %q", field, got, want)
				}
			}
		})
	}
}

// TestEveryVector misses none of the vectors that belong to SPEC sections 2 to 15. 86, 88 and 91 are the tests that follow.
func TestEveryVector(t *testing.T) {
	held := map[int]bool{86: true, 88: true, 91: true}
	for _, v := range columnVectors() {
		held[v.no] = true
	}
	for _, v := range endToEnd() {
		held[v.no] = true
	}
	for _, no := range []int{1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28, 29, 31, 32, 34, 35, 37, 38, 40,
		41, 43, 44, 46, 47, 49, 50, 52, 53, 55, 56, 58, 59, 61, 62, 64, 65, 67, 68, 70, 71, 73, 74, 76, 77, 79, 80, 86, 88, 89, 91} {
		if !held[no] {
			t.Errorf("vector %d is no test", no)
		}
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
