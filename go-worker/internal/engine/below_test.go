package engine

import (
	"fmt"
	"strings"
	"testing"
)

const twoTables = "MRN,Last Name,First Name,DOB,Sex\n1001,Doe,Ann,1980-01-31,F\n1002,Roe,Bo,1981-01-31,M\nTotal,2,,,\n\nLab results,,,,\n" +
	"MRN,Test,Result,Units,Date\n1001,Glucose,105,mg/dL,2024-02-03\n1002,Sodium,140,mmol/L,2024-02-03\n1009,Sodium,141,mmol/L,2024-02-03\n"

// TestTablesBelow makes a table of each in a file, holds one against the other, and does the same again with its plan.
func TestTablesBelow(t *testing.T) {
	job := newJob(t, Harmonize)
	file := fileOf("clinic.csv", twoTables)
	file.Table = "patient" // the one that the file begins with
	r := runJob(t, job, Env{}, file)
	patients, results := r.rows("patient.clean.csv"), r.rows("observation.clean.csv")
	if len(patients) != 2 || patients[1]["birth_date"] != "1981-01-31" || len(results) != 2 || results[1]["value_number"] != "140" {
		t.Errorf("%v, %v", patients, results)
	}
	if len(r.Files) != 2 || r.Files[0].Name != "clinic.csv" || r.Files[1].Name != "clinic.csv/table 2" || r.count("CSV-012") != 1 || r.count("CSV-007") != 1 {
		t.Errorf("%+v, %v", r.Files, r.Issues)
	}
	if r.count("REF-001") != 1 {
		t.Errorf("the patient whom a result names is not looked for: %v", r.Issues)
	}
	if issues := r.read(issuesName); !strings.Contains(issues, `"rows":[[3,10]]`) {
		t.Errorf("a record of the second table is not where it stands: %s", issues)
	}
	job.Plan = planIn(t, r.read(planName))
	again := runJob(t, job, Env{chunkBytes: 16}, fileOf("clinic.csv", twoTables))
	for _, name := range []string{"patient.clean.csv", "observation.clean.csv"} {
		if again.read(name) != r.read(name) {
			t.Errorf("%s is another one under its own plan", name)
		}
	}
}

// farTables is a text that is too large to be looked at at once, in which results stand below patients, and drugs below them.
func farTables() string {
	var b strings.Builder
	b.WriteString("MRN,Last Name,First Name,DOB,Sex\n")
	for i := range 40000 {
		fmt.Fprintf(&b, "%d,Doe,Ann,19%02d-01-31,F\n", 10000+i, 50+i%50)
	}
	b.WriteString("\nLab results\nMRN,Test,Result,Units,Date\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "%d,Glucose,%d,mg/dL,2024-02-03\n", 10000+i, 80+i%60)
	}
	return b.String() + "MRN,Glucose,no quote\n\n,,,,\nMRN,Medication,Dose,Start Date\n10001,Aspirin 81 mg,81 mg,2024-02-03\n99,Aspirin 81 mg,81 mg,2024-02-03\n"
}

// TestTablesFarBelow makes the same of the tables of a large text, however it is cut, by however many goroutines, and under its own plan.
func TestTablesFarBelow(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds, and a minute under the race detector, which sees other files")
	}
	job, text := newJob(t, Harmonize), farTables()
	want := runJob(t, job, Env{}, fileOf("clinic.csv", text))
	if len(want.Files) != 3 || want.Files[2].Name != "clinic.csv/table 3" || want.Files[2].Table != "medication" || want.Files[0].Counts.RowsOut != 40000 || want.count("REF-001") != 2 {
		t.Fatalf("%+v, %v", want.Files, want.Issues)
	}
	same := func(name string, r *result) {
		t.Helper()
		for _, o := range want.Outputs {
			if o.Kind == kindClean && r.read(o.Name) != want.read(o.Name) {
				t.Errorf("%s: %s is another one", name, o.Name)
			}
		}
		if got := r.read(planName); got != want.read(planName) {
			t.Errorf("%s: the plan is another one:\n%s", name, got)
		}
	}
	for _, env := range []Env{{chunkBytes: 5000}, {chunkBytes: 50000, Concurrency: 4}, {Concurrency: 3}} {
		same(fmt.Sprintf("%+v", env), runJob(t, job, env, fileOf("clinic.csv", text)))
	}
	job.Plan, job.Options.Again = planIn(t, want.read(planName)), true
	again := runJob(t, job, Env{}, fileOf("clinic.csv", text))
	if len(again.Files) != 3 || again.read("observation.clean.csv") != want.read("observation.clean.csv") {
		t.Errorf("under its own plan: %+v", again.Files)
	}
}

// TestTablesFarBelowRefused plans the tables below one that is not what the user named it.
func TestTablesFarBelowRefused(t *testing.T) {
	file := fileOf("clinic.csv", farTables())
	file.Table = "encounter"
	r := runJob(t, newJob(t, Harmonize), Env{}, file)
	if len(r.Files) != 3 || r.Files[0].Status != StatusFailed || r.Files[1].Status != StatusOK || r.Files[1].Counts.RowsOut != 3001 {
		t.Errorf("%+v", r.Files)
	}
}
