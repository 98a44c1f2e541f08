package plan

import (
	"fmt"
	"slices"
	"testing"
)

// TestCodeLists: of which standard codes are is said by the column's header alone or by the headers beside it, and all of them must fit.
func TestCodeLists(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		values       []string
		list, sex    string
	}{
		{"PCORnet", "PATID,RACE,BIOBANK_FLAG,last_name", []string{"05", "03", "NI", "07"}, "pcornet_race", ""},
		{"PCORnet, zeros lost", "PATID,RACE,RAW_RACE,last_name", []string{"5", "3", "2", "7"}, "pcornet_race", ""},
		{"NAACCR", "patientIdNumber,race1,primarySite,nameLast", []string{"01", "02", "96"}, "naaccr_race", ""},
		{"neither beside it", "patient_id,race,zip,last_name", []string{"01", "02", "03"}, "", ""},
		{"words", "PATID,RACE,BIOBANK_FLAG,last_name", []string{"White", "Asian"}, "", ""},
		{"a code of another list", "PATID,RACE,BIOBANK_FLAG,last_name", []string{"05", "96"}, "", ""},
		{"the header alone", "nhs_number,Person Stated Gender Code,zip,last_name", []string{"1", "2", "9"}, "nhs_gender", ""},
		{"sex of NAACCR", "patientIdNumber,sex,race1,nameLast", []string{"1", "2", "9"}, "naaccr_sex", ""},
		{"sex of anybody", "patient_id,sex,zip,last_name", []string{"1", "2", "9"}, "", "iso5218"},
	} {
		var rows [][]string
		for i, v := range tt.values {
			rows = append(rows, []string{fmt.Sprint("P", i), v, "", "Kim"})
		}
		file, _ := freeze(t, Options{Table: "patient"}, tt.header, rows)
		if c := file.Columns[1]; c.Decisions[CodeStandard].Value != tt.list || c.Decisions[SexCode].Value != tt.sex {
			t.Errorf("%s: %s, %v", tt.name, c.Field, c.Decisions)
		}
	}
}

// TestNumbersOfAList: short numbers many of which mean nothing in their field are those of a program's own list, and pass untouched.
func TestNumbersOfAList(t *testing.T) {
	for _, tt := range []struct {
		header string
		values []string
		want   string
	}{
		{"race", []string{"1", "2", "3"}, "x_race"},
		{"race", []string{"1.0", "2.0", "3.0"}, "x_race"},
		{"race", []string{"1", "White"}, "race"},
		{"race", []string{"8527", "8515", "99999"}, "race"},
		{"sex", []string{"1", "2", "3"}, "x_sex"},
		{"sex", []string{"1", "2"}, "administrative_gender"},
		{"hispanic", []string{"0", "1", "2"}, "x_hispanic"},
		{"hispanic", append(times(30, "0"), "1", "2"), "ethnicity"},
		{"hispanic", []string{"0", "1"}, "ethnicity"},
		{"Hispanic or Latino?", []string{"1", "0"}, "ethnicity"},
		{"ethnicity", []string{"0", "1"}, "x_ethnicity"},
		{"ethnicity", []string{"1.0", "0.0"}, "x_ethnicity"},
		{"ethnicity", []string{"Y", "N"}, "ethnicity"},
		{"deceased", []string{"0", "1"}, "deceased"},
		{"deceased", []string{"1", "2"}, "x_deceased"},
		{"marital_status", []string{"1", "2", "5"}, "x_marital_status"},
	} {
		c, findings := one(t, tt.header, tt.values...)
		if c.Field != tt.want || has(findings, "HDR-006") != (tt.want[:2] == "x_") {
			t.Errorf("%s of %v is %s, %v", tt.header, slices.Compact(tt.values), c.Field, findings)
		}
	}
}
