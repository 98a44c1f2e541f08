package plan

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/headers.txt
var headersSeen string

// A header alone, without values, is read as the field that people mean by it, or as none.
func TestHeadersOfExtracts(t *testing.T) {
	p := usCore(t)
	for line := range strings.Lines(headersSeen) {
		target, headers, ok := strings.Cut(strings.TrimSpace(line), ": ")
		table, field, named := strings.Cut(target, ".")
		if !ok || !named || strings.HasPrefix(line, "#") {
			continue
		}
		for header := range strings.SplitSeq(headers, " | ") {
			m := mapHeader(p, p.Table(table), []string{header}, newSample(1, nil), knownHeaders{weak: weakHeaders(p), read: map[string]readHeader{}})
			got := "-"
			if m.columns[0].target != nil {
				got = m.columns[0].target.name
			}
			if got != field {
				t.Errorf("%s: %q is read as %s; want %s", table, header, got, field)
			}
		}
	}
}

// TestRoles: the persons of a register of births or deaths are those before whose names the word stands; beside patients it is somebody else.
func TestRoles(t *testing.T) {
	for _, tt := range []struct{ headers, want string }{
		{"Kit No|Infant MRN|Infant Last Name|DOB|Mother Last Name", ""}, // the date of birth could be anybody's
		{"Kit No|Infant MRN|Infant Last Name|Infant DOB|Mother Last Name", "infant"},
		{"State File Number|Child's Last Name|Child's First Name|Mother's DOB", "childs"},
		{"Child's Last Name|Date of Birth|Mother's DOB|Mother's Maiden Last Name", "childs"},
		{"DecedentLastName|DateOfBirth|DateOfDeath", "decedent"},
		{"StateFileNo|DecedentLastName|DecedentFirstName|SSN", "decedent"},
		{"formid|form.patient_name|form.dob|received_on", "form"},
		{"Mother Name|MRN|DOB|Baby Name|Baby Sex", ""},
		{"Patient No|Beneficiary Name", ""},
		{"Infant Last Name|Decedent Last Name", ""},
		{"Last Name|First Name", ""},
	} {
		if got := roleOf(strings.Split(tt.headers, "|")); got != tt.want {
			t.Errorf("%s: role %q; want %q", tt.headers, got, tt.want)
		}
	}
	file, _ := freeze(t, Options{}, "infant_mrn,infant_last_name,infant_dob,mother_last_name,baby_sex,Q1_race", nil)
	got := ""
	for _, c := range file.Columns {
		got += c.Field + " "
	}
	if want := "mrn name_family birth_date x_mother_last_name x_baby_sex race "; got != want {
		t.Errorf("columns %s; want %s", got, want)
	}
}
