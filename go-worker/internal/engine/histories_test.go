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
