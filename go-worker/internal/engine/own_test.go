package engine

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

// siteRules is a profile with rules of its own.
const siteRules = `
name: site
version: "1"
extends: us-core
checks:
  - id: SITE-001
    table: encounter
    when: class == "IMP"
    assert: end != null
    severity: warning
    message: Inpatient stay without discharge.
  - id: SITE-002
    table: encounter
    field: facility
    assert: facility in ["North", "South", "Closed"]
    disposition: null_cell
    message: Not one of our facilities.
  - id: SITE-003
    table: encounter
    when: facility == "Closed"
    assert: start < "2020"
    disposition: quarantine_row
    message: The facility was closed before the visit.
  - id: SITE-004
    table: encounter
    assert: payer != null
  - table: encounter
    assert: encounter_id != "E4"
  - id: SITE-005
    table: encounter
    assert: "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, a + b + c + d + e > 0 && start != 'x')))))"
`

// TestOwnRules applies the rules of a profile to every row, and reports them like those of the catalogue.
func TestOwnRules(t *testing.T) {
	p, err := profile.Parse([]byte(siteRules))
	if err != nil {
		t.Fatal(err)
	}
	job := newJob(t, Harmonize)
	job.Profile = p
	r := runJob(t, job, Env{Concurrency: 2}, fileOf("encounters.csv", `Encounter ID,Patient ID,Class,Admit Date,Discharge Date,Facility
E1,P1,IMP,2026-01-02,2026-01-05,North
E2,P2,IMP,2026-01-02,,South
E3,P3,AMB,2026-01-02,,West
E4,P4,AMB,2026-01-02,,North
E5,P5,AMB,2026-01-02,,Closed
`))
	if r.Status() != "succeeded" || r.Counts.RowsOut != 3 || r.Counts.Quarantined != 2 {
		t.Fatalf("%s, %+v", r.Status(), r.Counts)
	}
	for id, want := range map[string]int64{"SITE-001": 1, "SITE-002": 1, "SITE-003": 1, "SITE-004": 0, "CND-001": 1, "CND-002": 5} {
		if got := r.count(id); got != want {
			t.Errorf("%s was counted %d times, want %d", id, got, want)
		}
	}
	clean := r.rows("encounter.clean.csv")
	if clean[2]["facility"] != "" || clean[0]["facility"] != "North" {
		t.Errorf("clean: %v", clean)
	}
	kept := r.rows("encounter.quarantine.csv")
	if kept[1]["rule_ids"] != "SITE-003" || kept[1]["reasons"] != "The facility was closed before the visit." || kept[0]["rule_ids"] != "CND-001" {
		t.Errorf("quarantine: %v", kept)
	}
	for _, name := range []string{"issues.ndjson", "scorecard.json", "report.html"} {
		if !strings.Contains(r.read(name), "SITE-001") {
			t.Errorf("%s does not name SITE-001", name)
		}
	}
}

// TestAnOwnRuleFailsAFile names the profile's rule as the reason.
func TestAnOwnRuleFailsAFile(t *testing.T) {
	p, err := profile.Parse([]byte(strings.ReplaceAll(siteRules, "disposition: quarantine_row", "disposition: fail_file")))
	if err != nil {
		t.Fatal(err)
	}
	job := newJob(t, Harmonize)
	job.Profile = p
	r := runJob(t, job, Env{}, fileOf("encounters.csv", "Encounter ID,Patient ID,Class,Admit Date,Facility\nE1,P1,AMB,2026-01-02,Closed\n"))
	if f := r.Files[0]; r.Status() != "failed" || f.Reason != "SITE-003" || f.Detail != "The facility was closed before the visit." {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(r.read("report.html"), "The facility was closed before the visit.") {
		t.Error("the report does not say why the file failed")
	}
}
