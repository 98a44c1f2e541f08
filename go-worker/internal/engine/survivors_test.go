package engine

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestPersonsInEveryFormat: a clean table of CSV takes over the lines of persons of one record, another format reads all rows again. Both
// say the same, and persons.csv beside them is the same.
func TestPersonsInEveryFormat(t *testing.T) {
	rows := messyPeople(300, 7)
	for i, row := range rows {
		more := []string{"", "White|Asian", `"Asian; White"`, "White"}[i%4] + "," + []string{"plain", `"a ""note"", with a comma`, "a|b"}[i%3]
		rows[i] = strings.TrimSuffix(row, "\n") + "," + more + "\n"
	}
	file := fileOf("people.csv", strings.TrimSuffix(peopleHeader, "\n")+",Race,Note\n"+strings.Join(rows, ""))
	lines := runJob(t, newJob(t, Deduplicate), Env{Concurrency: 2}, file)
	job := newJob(t, Deduplicate)
	job.Options.Format = "ndjson"
	objects := runJob(t, job, Env{Concurrency: 2}, file)
	if lines.read(personsName) != objects.read(personsName) {
		t.Error("persons.csv differs by the format of the clean table")
	}
	clean := lines.rows("patient.clean.csv")
	others := strings.Split(strings.TrimSpace(objects.read("patient.clean.ndjson")), "\n")
	if len(clean) < 100 || len(clean) != len(others) {
		t.Fatalf("%d and %d rows", len(clean), len(others))
	}
	for i, text := range others {
		var object map[string]string
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			t.Fatal(err)
		}
		for name, value := range clean[i] {
			if object[name] != value {
				t.Errorf("row %d: %s is %q and %q", i, name, value, object[name])
			}
		}
	}
}
