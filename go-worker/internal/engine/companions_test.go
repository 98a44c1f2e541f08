package engine

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

const keyed = `name: site
version: "1"
extends: us-core
tables:
  - name: patient
    fields:
      - {name: birth_date, params: {impute: middle}}
      - {name: name_family, params: {keys: "yes"}}
`

// TestCompanionsOnRequest: a profile asks for the keys of names and for whole dates; a second run keeps them.
func TestCompanionsOnRequest(t *testing.T) {
	p, err := profile.Parse([]byte(keyed))
	if err != nil {
		t.Fatal(err)
	}
	run := func(content string) *result {
		job := newJob(t, Harmonize)
		job.Profile = p
		return runJob(t, job, Env{}, fileOf("patients.csv", content))
	}
	first := run("patient_id,last_name,first_name,dob\n1,O’BRIEN,MARY,1985\n2,van der Berg,Jan,06/1985\n3,García-López,José,1985-04-05\n")
	var got []string
	for _, row := range first.rows("patient.clean.csv") {
		got = append(got, row["name_family_key"]+" "+row["name_family_key_bare"]+" "+row["birth_date"]+" "+row["birth_date_imputed"])
		if _, asked := row["name_given_key"]; asked {
			t.Error("keys of given names, which nobody asked for")
		}
	}
	want := "OBRIEN OBRIEN 1985 1985-07-01,VANDERBERG BERG 1985-06 1985-06-15,GARCIALOPEZ GARCIALOPEZ 1985-04-05 1985-04-05"
	if strings.Join(got, ",") != want {
		t.Errorf("got %s; want %s", strings.Join(got, ","), want)
	}
	clean := first.read("patient.clean.csv")
	if again := run(clean).read("patient.clean.csv"); again != clean {
		t.Errorf("a second run made\n%sof\n%s", again, clean)
	}
	if plain := harmonizeText(t, "patients.csv", "patient_id,last_name,dob\n1,Ng,1985\n").read("patient.clean.csv"); strings.Contains(plain, "_key") || strings.Contains(plain, "imputed") {
		t.Errorf("without asking: %s", plain)
	}
}

// TestBirthYear estimates the year of birth from an age and the day when it was stated.
func TestBirthYear(t *testing.T) {
	r := harmonizeText(t, "patients.csv", "patient_id,last_name,dob,age,last_visit\n1,Ng,,40,2026-01-13\n2,Lee,1980-02-03,45,2026-01-13\n3,Roe,,41,\n")
	var got []string
	for _, row := range r.rows("patient.clean.csv") {
		got = append(got, row["birth_year"]+" "+row["birth_year_precision"])
	}
	if want := "1986 estimated, , "; strings.Join(got, ",") != want {
		t.Errorf("years %q; want %q", strings.Join(got, ","), want)
	}
}
