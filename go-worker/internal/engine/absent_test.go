package engine

import (
	"strings"
	"testing"
)

// TestReasonsOfMissingValues: words of people say why there is no value, in a column of their own that a second run keeps.
func TestReasonsOfMissingValues(t *testing.T) {
	r := harmonizeText(t, "patients.csv", "patient_id,last_name,dob,ssn,phone\n"+
		"1,Ng,unknown,declined,N/A\n2,Lee,1980-01-02,Not asked,617-555-2345\n3,Diaz,1981-01-02,529-12-3457,N/A\n4,Roy,n/a,,\n")
	var got []string
	for _, row := range r.rows("patient.clean.csv") {
		got = append(got, row["birth_date_absent_reason"]+" "+row["ssn_absent_reason"])
	}
	if want := "unknown asked-declined, not-asked, ,not-applicable "; strings.Join(got, ",") != want {
		t.Errorf("reasons %q; want %q", strings.Join(got, ","), want)
	}
	clean := r.read("patient.clean.csv")
	if strings.Contains(clean, "phone_home_absent_reason") {
		t.Error("N/A alone has got a column for reasons")
	}
	again := harmonizeText(t, "patients.csv", clean)
	if second := again.read("patient.clean.csv"); second != clean {
		t.Errorf("a second run changed\n%sto\n%s", clean, second)
	}
}
