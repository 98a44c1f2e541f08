package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// patientsOfAges writes people with the ages that they had on a day, and one that nobody had; some rows are in a part of the file of its own.
func patientsOfAges(day time.Time) string {
	var b strings.Builder
	b.WriteString("patient_id,dob,age\n")
	for i := range 500 {
		born := time.Date(1930+i*37%75, time.Month(1+i*7%12), 1+i*11%28, 0, 0, 0, 0, time.UTC)
		age := day.Year() - born.Year()
		if day.YearDay() < born.YearDay() {
			age--
		}
		fmt.Fprintf(&b, "P%d,%s,%d\n", i, born.Format("01/02/2006"), age)
	}
	b.WriteString("P500,04/25/1950,31\n")
	return b.String()
}

// TestAgesOfAnOldExtract holds ages against the day on which they were true, and says once that it does: one row is flagged, not all.
func TestAgesOfAnOldExtract(t *testing.T) {
	text := patientsOfAges(time.Date(2017, 3, 14, 0, 0, 0, 0, time.UTC))
	r := runJob(t, newJob(t, Harmonize), Env{Concurrency: 1}, fileOf("patients.csv", text))
	rules := func(r *result) string {
		var all []string
		for _, i := range r.Issues {
			if strings.HasPrefix(i.RuleID, "PAT-") || strings.HasPrefix(i.RuleID, "DRIFT-") {
				all = append(all, fmt.Sprintf("%s %s %d", i.RuleID, i.Field, i.Count))
			}
		}
		return strings.Join(all, ", ")
	}
	const want = "PAT-010 age 1, PAT-014 age 1"
	if got := rules(r); got != want {
		t.Errorf("found %s; want %s", got, want)
	}
	if plan := r.read(planName); !strings.Contains(plan, "2017-03-14") || !strings.Contains(plan, "ages_on") {
		t.Errorf("the plan does not name the day:\n%s", plan)
	}
	clean := r.read("patient.clean.csv")
	parts := runJob(t, newJob(t, Harmonize), Env{Concurrency: 8, chunkBytes: 1 << 10}, fileOf("patients.csv", text))
	if parts.read("patient.clean.csv") != clean || parts.read(planName) != r.read(planName) {
		t.Error("eight goroutines read another day")
	}
	if again := runJob(t, newJob(t, Harmonize), Env{}, fileOf("patient.clean.csv", clean)); rules(again) != want {
		t.Errorf("the clean table: %s; want %s", rules(again), want)
	}
	under := func(document string) *result {
		job := newJob(t, Harmonize)
		job.Options.Again, job.Plan = true, planIn(t, document)
		return runJob(t, job, Env{}, fileOf("patients.csv", text))
	}
	if under(r.read(planName)).read("patient.clean.csv") != clean {
		t.Error("the same plan reads another day")
	}
	if edited := under(strings.Replace(r.read(planName), `"2017-03-14"`, "today", 1)); !strings.Contains(rules(edited), "PAT-010 age 501") {
		t.Errorf("a plan that says today: %s", rules(edited))
	}
}
