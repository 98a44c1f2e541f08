package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// deliveredOn is what a source delivers on a day: results of one test, collected in the days before.
func deliveredOn(day time.Time, glucose, daysAgo int) File {
	b := &strings.Builder{}
	b.WriteString("Patient ID,LOINC,Result,Units,Collected\n")
	for n := range 150 {
		fmt.Fprintf(b, "P%d,2345-7,%d,mg/dL,%s\n", n, glucose+n%30, day.AddDate(0, 0, -daysAgo-n%20).Format(time.DateOnly))
	}
	return fileOf("labs.csv", b.String())
}

// TestMedians of tests and of dates are held against those of the last delivery; dates by how long before its day they lie.
func TestMedians(t *testing.T) {
	job := newJob(t, Harmonize)
	first := runJob(t, job, Env{}, deliveredOn(job.Today, 90, 1))
	document := first.read(planName)
	for _, want := range []string{"months_ago:", "tests:", "name: glucose"} {
		if !strings.Contains(document, want) {
			t.Fatalf("the plan has no %s:\n%s", want, document)
		}
	}
	job.Plan = planIn(t, document)
	job.Today = job.Today.AddDate(0, 1, 0)
	for name, tt := range map[string]struct {
		file File
		told string
	}{
		"as ever":        {deliveredOn(job.Today, 91, 1), ""},
		"higher results": {deliveredOn(job.Today, 140, 1), "the median of glucose (2345-7) is 154 mg/dL; when the plan was made it was 104"},
		"older results":  {deliveredOn(job.Today, 90, 200), "the middle date lies 7 months before the day of the job"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runJob(t, job, Env{Concurrency: 3}, tt.file)
			if (r.count("DRIFT-001") > 0) != (tt.told != "") {
				t.Errorf("%d drifts", r.count("DRIFT-001"))
			}
			for _, name := range []string{"issues.ndjson", reportName} {
				if !strings.Contains(r.read(name), tt.told) {
					t.Errorf("%s does not say %q", name, tt.told)
				}
			}
		})
	}
}
