package engine

import "testing"

// TestVitalsOfOneRecord holds the measures of a record against each other.
func TestVitalsOfOneRecord(t *testing.T) {
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("vitals.csv", `Patient ID,Taken At,SBP,DBP,Weight (kg),Height (cm),BMI
P1,2026-01-02,120,80,80,180,24.7
P2,2026-01-02,,80,80,180,29
P3,2026-01-02,NA,70,80,,29
P4,2026-01-02,120,,80,180,
`))
	for id, want := range map[string]int64{"OBS-106": 2, "VIT-006": 1} {
		if got := r.count(id); got != want {
			t.Errorf("%s was counted %d times, want %d", id, got, want)
		}
	}
}

// TestLostResultsSayWhy holds that a result whose value a rule took away has a reason instead.
func TestLostResultsSayWhy(t *testing.T) {
	for _, tt := range []struct{ header, cells, want string }{
		{"BP", "12/80", "|error"},
		{"BP", "120/80", "120|"},
		{"SBP,DBP", "80,120", "|error"},
		{"Temp (F)", "tall", "|error"},
	} {
		r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("vitals.csv", "Patient ID,Taken At,"+tt.header+"\nP1,2026-01-02,"+tt.cells+"\n"))
		rows := r.rows("observation.clean.csv")
		if len(rows) == 0 {
			t.Fatalf("%s: no rows", tt.cells)
		}
		if got := rows[0]["value"] + "|" + rows[0]["absent_reason"]; got != tt.want {
			t.Errorf("%s %s: value and reason %s, want %s", tt.header, tt.cells, got, tt.want)
		}
	}
}

// TestDroppedLinesAreFindings counts what was left out, with the reason.
func TestDroppedLinesAreFindings(t *testing.T) {
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("patients.csv",
		"Patient ID,Last Name,DOB\nP1,Smith,1985-01-31\nPatient ID,Last Name,DOB\nP2,Doe,1985-01-30\nTotal rows: 2\n"))
	if r.Counts.DroppedRepeatedHeader != 1 || r.Counts.DroppedFooter != 1 {
		t.Fatalf("%+v", r.Counts)
	}
	for _, id := range []string{"CSV-006", "CSV-007"} {
		if r.count(id) != 1 {
			t.Errorf("%s was counted %d times", id, r.count(id))
		}
	}
}
