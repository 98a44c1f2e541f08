package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/worker"
)

const clinic = `name: clinic
version: "3"
extends: us-core
checks:
  - id: SITE-001
    table: patient
    assert: age(birth_date, today) < 120
    tests:
      - {given: {birth_date: "1985-04-05"}, expect: pass}
      - {given: {birth_date: "1785-04-05"}, expect: pass}
`

func checkProfile(t *testing.T, document string) (int, map[string]any) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/profile?today=2026-11-26", strings.NewReader(document))
	request.Header.Set("Authorization", "Bearer secret")
	rw := httptest.NewRecorder()
	worker.CheckProfile("secret").ServeHTTP(rw, request)
	var got map[string]any
	if err := json.Unmarshal(rw.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", rw.Body, err)
	}
	return rw.Code, got
}

// What takes too long is the profile's fault: its author hears of it, and no worker is kept busy.
func TestAProfileWhoseTestsTakeLongIsRefused(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/profile?today=2026-11-26", strings.NewReader(clinic))
	rw := httptest.NewRecorder()
	worker.CheckProfile("").ServeHTTP(rw, request)
	if rw.Code != http.StatusUnprocessableEntity || !strings.Contains(rw.Body.String(), "take too long together") {
		t.Errorf("status %d: %s", rw.Code, rw.Body)
	}
}

func TestAProfileIsShownWithItsTests(t *testing.T) {
	status, got := checkProfile(t, clinic)
	if status != http.StatusOK {
		t.Fatalf("status %d: %v", status, got)
	}
	if got["name"] != "clinic" || got["version"] != "3" || got["extends"] != "us-core" || got["checks"] != 1.0 {
		t.Errorf("shown as %v", got)
	}
	if tables := got["tables"].(map[string]any); tables["patients"] != "patient" || tables["vitals"] != "observation" {
		t.Errorf("tables %v", tables)
	}
	if content := got["content"].(map[string]any); content["extends"] != "us-core" || content["tables"] != nil {
		t.Errorf("content %v, want the document alone", content)
	}
	tests := got["tests"].([]any)
	if first, second := tests[0].(map[string]any), tests[1].(map[string]any); first["got"] != "pass" || second["got"] != "fail" {
		t.Errorf("tests %v", tests)
	}
}

func TestProfilesThatAreRefused(t *testing.T) {
	bomb := "name: b\nversion: '1'\nx0: &x0 [a, a]\n"
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf("x%d: &x%d [*x%d, *x%d]\n", i, i, i-1, i-1)
	}
	rule := func(expression string) string {
		return "name: c\nversion: '1'\nextends: us-core\nchecks:\n  - {id: SITE-001, table: patient, assert: '" + expression + "'}\n"
	}
	tests := []struct{ name, document, want string }{
		{"nothing", "", "the document is empty"},
		{"no YAML", "name: [", "line 1"},
		{"an unknown key", "name: c\nversion: '1'\nspeed: 9\n", "line 3"},
		{"a file of the machine", "name: c\nversion: '1'\nextends: /etc/passwd\n", "only a profile that is one itself may extend a file"},
		{"a file beside it", "name: c\nversion: '1'\nextends: other.yaml\n", "only a profile that is one itself may extend a file"},
		{"a list of the machine", "name: c\nversion: '1'\ncode_lists: [/etc/passwd.csv]\n", "only a profile that is one itself may name files"},
		{"aliases within aliases", bomb, "an alias (*) within an anchor (&)"},
		{"deep", "name: " + strings.Repeat("[", 1000) + strings.Repeat("]", 1000), "lie within each other"},
		{"deep by lines", "name: c\nversion: '1'\nx:\n" + deep(1000), "line 3"},
		{"long", "name: c\nversion: '1'\ndescription: " + strings.Repeat("x", 1<<20), "longer than 1048576 bytes"},
		{"no number of JSON", "name: c\nversion: '1'\nextends: us-core\nmax_reject_pct: .nan\n", ""},
		{"a rule that is none", rule("birth_date <"), "assert"},
		{"a deep rule", rule(strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300)), "assert"},
		{"a long rule", rule(strings.Repeat("true && ", 1000) + "true"), "assert"},
		{"a pattern that is none", rule(`mrn.matches("(a{1000}){1000}")`), "assert"},
		{"many tests", rule("true") + "    tests: [" + strings.Repeat("{given: {}, expect: pass},", 1001) + "]\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, got := checkProfile(t, tt.document)
			message, _ := got["message"].(string)
			if status != http.StatusUnprocessableEntity || got["reason"] != "bad_profile" || !strings.Contains(message, tt.want) {
				t.Errorf("status %d, %v; want a message with %q", status, got, tt.want)
			}
		})
	}
}

// deep is a map within a map, so many times, each on a line of its own.
func deep(levels int) string {
	var s strings.Builder
	for i := 1; i <= levels; i++ {
		s.WriteString(strings.Repeat(" ", i) + "x:\n")
	}
	return s.String()
}

func TestARuleThatRunsLongIsCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("up to its limit it takes the race detector longer than all tests of a profile may")
	}
	list := "[" + strings.TrimSuffix(strings.Repeat("1,", 100), ",") + "]"
	document := "name: c\nversion: '1'\nextends: us-core\nchecks:\n  - id: SITE-001\n    table: patient\n    assert: '" + list +
		".all(a, " + list + ".all(b, " + list + ".all(c, a + b + c > 0 && mrn != null)))'\n    tests: [{given: {mrn: A1}, expect: pass}]\n"
	status, got := checkProfile(t, document)
	if status != http.StatusOK || got["tests"].([]any)[0].(map[string]any)["got"] != "too costly" {
		t.Errorf("status %d, %v", status, got)
	}
}

func TestOnlyTheStackAsks(t *testing.T) {
	rw := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/profile?today=2026-11-26", strings.NewReader(clinic))
	if worker.CheckProfile("secret").ServeHTTP(rw, request); rw.Code != http.StatusUnauthorized {
		t.Errorf("status %d", rw.Code)
	}
}
