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

// TestReasonsInFHIR: the reasons stand in the resource, and are read back from it.
func TestReasonsInFHIR(t *testing.T) {
	const patients = "patient_id,last_name,first_name,dob,ssn,phone,email,address,city,state,zip\n" +
		"1,Ng,Ann,unknown,declined,not asked,refused,unknown,unknown,unknown,unknown\n2,Lee,refused,1980-01-02,529-12-3457,617-555-2345,a@b.org,1 Elm St,Boston,MA,02139\n"
	const visits = "encounter_id,patient_id,admit_date\n7,1,unknown\n"
	for name, content := range map[string]string{"patients.csv": patients, "encounters.csv": visits} {
		job := newJob(t, Harmonize)
		want := runJob(t, job, Env{}, fileOf(name, content))
		table := want.Manifest.Files[0].Table
		job.Options.Format = "fhir"
		resources := runJob(t, job, Env{}, fileOf(name, content)).read(table + ".clean.ndjson")
		if n := strings.Count(resources, "/data-absent-reason\""); n < 1 {
			t.Errorf("%s: %d reasons in %s", name, n, resources)
		}
		job.Options.Format = ""
		back := runJob(t, job, Env{}, fileOf("resources.ndjson", resources)).rows(table + ".clean.csv")
		for i, row := range want.rows(table + ".clean.csv") {
			for column, value := range row {
				if strings.HasSuffix(column, reasonSuffix) && back[i][column] != value {
					t.Errorf("%s, row %d: %s is %q; want %q", name, i+1, column, back[i][column], value)
				}
			}
		}
	}
}
