package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProfile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, document string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const head = "name: site\nversion: \"1\"\nextends: us-core\nchecks:\n  - {id: SITE-001, table: encounter, assert: end >= start, tests: ["
	good := write("good.yaml", head+"{given: {start: 2026-01-02, end: 2026-01-01}, expect: fail}, {given: {start: 2026-01-02}, expect: pass}]}\n")
	bad := write("bad.yaml", head+"{given: {start: 2026-01-02, end: 2026-01-03}, expect: fail}]}\n")
	minor := write("minor.yaml", "name: m\nversion: \"1\"\nextends: us-core\nchecks:\n"+
		"  - {id: SITE-001, table: patient, assert: 'age(birth_date, today) >= 18', tests: [{given: {birth_date: 2010-01-01}, expect: fail}]}\n")
	broken := write("broken.yaml", "name: b\nversion: \"1\"\nextends: us-core\nchecks: [{id: SITE-001, table: encounter, assert: 'ending > 1'}]\n")
	tests := []struct {
		args string
		code int
		says string
	}{
		{"list", 0, "us-core"},
		{"show us-core", 0, "extends: us-core"},
		{"show " + good, 0, "SITE-001"},
		{"show horses", 64, "horses"},
		{"check " + good, 0, "rules of its own: 1"},
		{"check " + broken, 64, "ending"},
		{"test " + good, 0, "2 of 2 tests passed"},
		{"test " + bad, 1, "SITE-001, test 1: expected fail, got pass"},
		{"test --json " + bad, 1, `"failed": 1`},
		{"test " + bad + " --json", 1, `"got": "pass"`},
		{"test --today 2020-01-01 " + minor, 0, "1 of 1"},
		{"test --today 2040-01-01 " + minor, 1, "got pass"},
		{"test --today soon " + minor, 64, "soon"},
		{"test " + broken, 64, "ending"},
		{"test", 64, "profile takes"},
		{"test a b", 64, "one name"},
		{"burn " + good, 64, "profile takes"},
		{"test --loud " + good, 64, "loud"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			var out, errs strings.Builder
			code := run(t.Context(), append([]string{"profile"}, strings.Fields(tt.args)...), &out, &errs)
			if code != tt.code || !strings.Contains(out.String()+errs.String(), tt.says) {
				t.Errorf("code %d, said %q, %q; want %d and %q", code, out.String(), errs.String(), tt.code, tt.says)
			}
		})
	}
}
