package engine

import (
	"slices"
	"strings"
	"testing"
)

// TestHitsTakenBack reads phones that are wrong at home and right where their row lives: what was said of the cell is taken back, of every
// row that has it.
func TestHitsTakenBack(t *testing.T) {
	content := "patient_id,phone,country\nP1,18001234567,CO\nP2,18001234567,CO\nP3,0612345678,NL\n"
	r := runJob(t, newJob(t, Standardize), Env{}, fileOf("patients.csv", content))
	var phones []string
	for _, row := range r.rows("patient.clean.csv") {
		phones = append(phones, row["phone_home"])
	}
	if want := []string{"+5718001234567", "+5718001234567", "+31612345678"}; !slices.Equal(phones, want) {
		t.Errorf("phones %v, want %v", phones, want)
	}
	if issues := r.read(issuesName); strings.Contains(issues, "PHONE-") {
		t.Errorf("issues: %s", issues)
	}
	if r.count("STD-001") != 3 {
		t.Errorf("%d phones in standard form", r.count("STD-001"))
	}
}
