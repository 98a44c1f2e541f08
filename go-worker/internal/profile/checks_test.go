package profile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harmonizer/go-worker/internal/rule"
)

// site holds rules of every kind, over the built-in tables.
const site = `
name: site
version: "1"
extends: us-core
rules:
  SITE-002: {severity: info}
checks:
  - id: SITE-001
    table: encounter
    when: class == "IMP"
    assert: end != null
    severity: warning
    message: Inpatient stay without discharge.
    tests:
      - {given: {class: IMP, end: ""}, expect: fail}
      - {given: {class: IMP, end: 2026-01-03}, expect: pass}
      - {given: {class: AMB}, expect: pass}
      - given: {class: IMP}
        expect: pass
  - id: SITE-002
    table: patients
    field: birth_date
    assert: age(birth_date, today) >= 18
    disposition: null_cell
    tests:
      - {given: {birth_date: 2010-05-06}, today: 2026-01-01, expect: fail}
      - {given: {birth_date: 2010-05-06}, today: 2030-01-01, expect: pass}
      - {given: {birth_date: "2010"}, expect: pass}
      - {given: {birth_order: 2}, expect: pass}
  - table: patient
    assert: city != null || zip != null
`

func TestChecks(t *testing.T) {
	p := parse(t, site)
	if p.RuleCount() != rule.Count()+2 {
		t.Errorf("%d rules of its own", p.RuleCount()-rule.Count())
	}
	id, ok := p.LookupRule("SITE-001")
	severity, disposition := p.RuleFor(id)
	if !ok || p.Rule(id).Message != "Inpatient stay without discharge." || severity != rule.Warning || disposition != rule.KeepFlag {
		t.Errorf("SITE-001: %+v, %v, %v", p.Rule(id), severity, disposition)
	}
	id, _ = p.LookupRule("SITE-002")
	if severity, disposition = p.RuleFor(id); severity != rule.Info || disposition != rule.NullCell || p.Rule(id).Title == "" {
		t.Errorf("SITE-002: %+v, %v, %v", p.Rule(id), severity, disposition)
	}
	if id, _ = p.LookupRule("DATE-001"); p.Rule(id).ID != "DATE-001" {
		t.Error("a rule of the catalogue is lost")
	}
	if got := p.Checks[2].Rule().String(); got != "CND-001" {
		t.Errorf("a check without an id is reported as %s", got)
	}
}

func TestTestsOfChecks(t *testing.T) {
	results := tested(t, parse(t, site))
	if len(results) != 8 {
		t.Fatalf("%d tests ran", len(results))
	}
	for i, r := range results {
		if r.Passed() != (i != 3) { // which expects what is not so
			t.Errorf("%+v", r)
		}
	}
}

// TestChecksAreInherited replaces checks by their id and keeps the others.
func TestChecksAreInherited(t *testing.T) {
	over := &Profile{Checks: []Check{{ID: "SITE-001", Table: "patient", Assert: "true"}, {Table: "patient", Assert: "false"}}}
	base := &Profile{Checks: []Check{{ID: "SITE-001", Table: "encounter"}, {Table: "encounter"}}}
	var got []string
	for _, c := range merge(base, over).Checks {
		got = append(got, c.ID+"/"+c.Table)
	}
	if !slices.Equal(got, []string{"SITE-001/patient", "/encounter", "/patient"}) {
		t.Errorf("%v", got)
	}
}

// TestEveryFieldCanBeNamed compiles a check on each field of the built-in tables: none is hidden by a word of CEL.
func TestEveryFieldCanBeNamed(t *testing.T) {
	base, err := Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range base.Tables {
		var b strings.Builder
		b.WriteString("name: p\nversion: \"1\"\nextends: us-core\nchecks:\n")
		for _, f := range table.Fields {
			b.WriteString("  - {table: " + table.Name + ", assert: '" + f.Name + " != null'}\n")
		}
		if len(table.Fields) == 0 {
			continue
		}
		if _, err := Parse([]byte(b.String())); err != nil {
			t.Error(err)
		}
	}
}

func TestChecksThatAreRefused(t *testing.T) {
	tests := []struct{ name, check, says string }{
		{"an unknown table", "id: SITE-001, table: horse, assert: 'true'", "horse"},
		{"an unknown field", "id: SITE-001, table: encounter, assert: 'ending != null'", "ending"},
		{"an unknown field to blame", "id: SITE-001, table: encounter, field: ending, assert: 'end != null'", "ending"},
		{"no assertion", "id: SITE-001, table: encounter", "assert"},
		{"a bad condition", "id: SITE-001, table: encounter, when: 'class =', assert: 'true'", "when"},
		{"no form of an id", "id: site1, table: encounter, assert: 'true'", "SITE-001"},
		{"a family that is taken", "id: PAT-900, table: encounter, assert: 'true'", "PAT"},
		{"words without an id", "table: encounter, assert: 'true', message: Oh.", "id"},
		{"a value to drop, but which", "id: SITE-001, table: encounter, assert: 'true', disposition: null_cell", "field"},
		{"an unknown severity", "id: SITE-001, table: encounter, assert: 'true', severity: bad", "bad"},
		{"a test without an end", "id: SITE-001, table: encounter, assert: 'true', tests: [{given: {class: IMP}}]", "expect"},
		{"a test of an unknown field", "id: SITE-001, table: encounter, assert: 'true', tests: [{given: {clas: IMP}, expect: pass}]", "clas"},
		{"a test on no day", "id: SITE-001, table: encounter, assert: 'true', tests: [{given: {}, today: soon, expect: pass}]", "soon"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			document := "name: p\nversion: \"1\"\nextends: us-core\nchecks: [{" + tt.check + "}]\n"
			if _, err := Parse([]byte(document)); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v; want an error that names %s", err, tt.says)
			}
		})
	}
	twice := "name: p\nversion: \"1\"\nextends: us-core\nchecks: [{id: SITE-001, table: encounter, assert: 'true'}, {id: SITE-001, table: patient, assert: 'true'}]\n"
	if _, err := Parse([]byte(twice)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("one id for two checks: %v", err)
	}
}

// TestCodeLists finds files from the folder of the profile that names them, and lets a document without one name no file.
func TestCodeLists(t *testing.T) {
	const head = "name: p\nversion: \"1\"\nextends: us-core\ncode_lists: "
	folder := t.TempDir()
	base, top := filepath.Join(folder, "base.yaml"), filepath.Join(folder, "sub", "top.yaml")
	for path, document := range map[string]string{base: head + "[cvx, icd.csv]\n", top: "name: q\nversion: \"1\"\nextends: ../base.yaml\ncode_lists: [more.ndjson]\n"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Load(top)
	want := []string{"cvx", filepath.Join(folder, "icd.csv"), filepath.Join(folder, "sub", "more.ndjson")}
	if err != nil || !slices.Equal(p.Lists(), want) {
		t.Errorf("%v, %v; want %v", p, err, want)
	}
	for name, document := range map[string]string{"a file": head + "[/etc/passwd.csv]\n", "horses": head + "[horses]\n",
		"the most": head + "[" + strings.Repeat("cvx, ", 30) + "cvx]\n"} {
		if _, err := Parse([]byte(document)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v; want an error that names %s", err, name)
		}
	}
}

// TestTheExampleOfTheDocumentation reads the profile in docs/profiles.md and runs its tests.
func TestTheExampleOfTheDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	path := filepath.Join(t.TempDir(), "clinic.yaml")
	if err := os.WriteFile(path, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Load(path)
	if err != nil || p.Name != "clinic" {
		t.Fatal(err)
	}
	results := tested(t, p)
	if len(results) != 2 || slices.ContainsFunc(results, func(r TestResult) bool { return !r.Passed() }) {
		t.Errorf("%+v", results)
	}
}

// tested returns what the tests of a profile say on one day.
func tested(t *testing.T, p *Profile) []TestResult {
	t.Helper()
	results, err := p.Test(context.Background(), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestTestsEndWhenTheirTimeIsOver(t *testing.T) {
	p := parse(t, site)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if results, err := p.Test(ctx, time.Now()); !errors.Is(err, ErrTestsTakeLong) || results != nil {
		t.Errorf("Test = %v, %v, want ErrTestsTakeLong", results, err)
	}
}
