package engine

import (
	"strings"
	"testing"
)

// TestTimesBesideDates reads a date and the time of day beside it as one, says where both stood, and leaves alone what has no time.
func TestTimesBesideDates(t *testing.T) {
	const text = "patient_id,test,result,units,collection_date,collection_time\n" +
		"1,Glucose,105,mg/dL,02/03/2024,14:30\n2,Glucose,99,mg/dL,02/13/2024,8:05 AM\n3,Glucose,98,mg/dL,02/14/2024,\n4,Glucose,97,mg/dL,,10:00\n" +
		"5,Glucose,97,mg/dL,44927,10:00\n6,Glucose,96,mg/dL,02/16/2024 00:00,11:15\n7,Glucose,95,mg/dL,12/31/2023,2400\n"
	r := harmonizeText(t, "labs.csv", text)
	want := []string{"2024-02-03T14:30:00 minute", "2024-02-13T08:05:00 minute", "2024-02-14 day", " ", " ", "2024-02-16T11:15:00 minute", "2024-01-01T00:00:00 minute"}
	rows := r.rows("observation.clean.csv")
	if len(rows) != len(want) {
		t.Fatalf("%d rows, %v", len(rows), r.Issues)
	}
	for i, row := range rows {
		if got := row["effective"] + " " + row["effective_precision"]; got != want[i] && i != 4 { // a day's number: what one alone is taken for
			t.Errorf("row %d: %s; want %s", i+1, got, want[i])
		}
		if row["x_collection_time"] != strings.Split(strings.Split(text, "\n")[i+1], ",")[5] {
			t.Errorf("row %d: the time does not stay: %v", i+1, row)
		}
	}
	if changes := r.read("changes.ndjson.gz"); !strings.Contains(changes, `["02/03/2024|14:30","2024-02-03T14:30:00"]`) {
		t.Errorf("the change log lacks one of the cells: %s", changes)
	}
	job := newJob(t, Harmonize)
	job.Options.Again = true
	job.Plan = planIn(t, r.read(planName))
	if again := runJob(t, job, Env{chunkBytes: 16}, fileOf("labs.csv", text)); again.read("observation.clean.csv") != r.read("observation.clean.csv") {
		t.Error("the same plan reads other times")
	}
}
