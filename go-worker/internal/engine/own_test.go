package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/plan"
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

// TestCodeLists holds codes against a list, and says so in the plan.
func TestCodeLists(t *testing.T) {
	path := filepath.Join(t.TempDir(), "icd.csv")
	if err := os.WriteFile(path, []byte("system,code,valid_from,status\nICD-10-CM,E11,,header\nICD-10-CM,E11.9,2015-10-01,\nICD-10-CM,U07.1,2020-04-01,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lists, err := codelist.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	file := fileOf("conditions.csv", "Patient ID,ICD10,Recorded\nP1,e119,2020-05-01\nP2,E11,2020-05-01\nP3,U07.1,2019-05-01\nP4,E11.8,2020-05-01\n")
	job := newJob(t, Harmonize)
	plain := runJob(t, job, Env{}, file)
	job.Codes = lists
	r := runJob(t, job, Env{}, file)
	for id, want := range map[string]int64{"ICD-003": 1, "CODE-004": 1, "CODE-005": 1, "CODE-003": 0} {
		if got := r.count(id); got != want || plain.count(id) != 0 {
			t.Errorf("%s was counted %d times, want %d; without a list %d", id, got, want, plain.count(id))
		}
	}
	p, err := plan.Parse([]byte(r.read("plan.yaml")))
	if err != nil || len(p.Lists) != 1 || p.Lists[0] != (plan.CodeList{Name: "icd.csv", SHA256: lists.Sources()[0].SHA256, Codes: 3}) {
		t.Errorf("plan: %v, %v", p.Lists, err)
	}
	if r.PlanID == plain.PlanID {
		t.Error("the plan with a list has the id of the one without")
	}
}
