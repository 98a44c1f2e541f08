package engine

import (
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
