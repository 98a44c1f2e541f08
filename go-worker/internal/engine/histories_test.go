package engine

import (
	"strings"
	"testing"
)

// TestHistories joins the rows of a patient over the files of a job, whatever the operation, and lists each row once.
func TestHistories(t *testing.T) {
	encounters := "Encounter ID,Patient ID,Class,Admit Date,Discharge Date\nE1,P1,IMP,2026-01-02,2026-01-09\nE2,P1,IMP,2026-01-05,2026-01-06\n"
	labs := "Result ID,Patient ID,Encounter ID,LOINC,Result,Units,Collected\nR1,P1,E1,2345-7,100,mg/dL,2026-01-03 08:30:15\n" +
		"R2,P1,E1,2345-7,120,mg/dL,2026-01-03 08:30:15\nR3,P1,E1,2345-7,100,mg/dL,2026-03-03 08:30:15\n"
	for _, operation := range Operations {
		a, b := fileOf("encounters.csv", encounters), fileOf("labs.csv", labs)
		a.Source, b.Source = "clinic", "clinic"
		r := runJob(t, newJob(t, operation), Env{Concurrency: 2}, a, b)
		for id, want := range map[string]int64{"ENC-106": 1, "OBS-108": 1, "OBS-103": 1, "OBS-107": 0} {
			if got := r.count(id); got != want {
				t.Errorf("%s: %s was counted %d times, want %d", operation, id, got, want)
			}
			if got := strings.Count(r.read("issues.ndjson"), `"rule_id":"`+id+`"`); int64(got) != want {
				t.Errorf("%s: %s is listed %d times, want %d", operation, id, got, want)
			}
		}
		if !strings.Contains(r.read("scorecard.json"), "ENC-106") {
			t.Errorf("%s: the scorecard does not know ENC-106", operation)
		}
	}
}

// TestLifetimes holds the rows of other files against birth and death of their patient, whatever the files are called; of two sources with
// patients of their own each has its own.
func TestLifetimes(t *testing.T) {
	patients := "Patient ID,DOB,Date of Death\n1,2020-05-01,\n2,1980-01-01,2019-01-01\n"
	encounters := "Encounter ID,Patient ID,Admit Date\nE1,1,2019-12-01\nE2,1,2019-06-01\nE3,2,2020-01-01\n"
	labs := "Patient ID,LOINC,Result,Units,Collected\n2,2345-7,90,mg/dL,1979-01-01\n2,2345-7,90,mg/dL,2019-02-01\n"
	from := func(source, name, text string) File {
		f := fileOf(name, text)
		f.Source = source
		return f
	}
	r := runJob(t, newJob(t, Harmonize), Env{}, from("a", "patients.csv", patients), from("b", "encounters.csv", encounters), from("c", "labs.csv", labs))
	for _, id := range []string{"PAT-003", "PAT-004", "ENC-105", "OBS-101", "OBS-102"} {
		if r.count(id) != 1 {
			t.Errorf("%s was counted %d times", id, r.count(id))
		}
	}
	others := from("d", "others.csv", "Patient ID,DOB\n1,1990-05-01\n")
	r = runJob(t, newJob(t, Harmonize), Env{}, from("a", "patients.csv", patients), others, from("b", "encounters.csv", encounters))
	if n := r.count("PAT-003") + r.count("ENC-105"); n != 0 {
		t.Errorf("%d findings where nobody knows whose patients are meant", n)
	}
}
