package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/engine"
)

// call runs the command line and returns its exit code and what it printed.
func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	cleanPatients = "patient_id,Last Name,DOB\n1,Smith,1985-01-31\n"
	dirtyPatients = "patient_id,Last Name,DOB\n1,Smith,02/30/1985\n,,\n,Doe,1985-01-31\n"
)

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	clean, dirty := write(t, dir, "clean.csv", cleanPatients), write(t, dir, "dirty.csv", dirtyPatients)
	empty, odd := write(t, dir, "empty.csv", ""), write(t, dir, "odd.csv", "a,b\n1\n")
	full := t.TempDir()
	write(t, full, "mine.txt", "")
	tests := []struct {
		name string
		args []string
		want int
	}{
		{"clean", []string{clean, "-o", "DIR"}, exitClean},
		{"flags after files", []string{"--operation", "clean", clean, "-o", "DIR", "--today", "2026-11-23"}, exitClean},
		{"quarantine", []string{"-o", "DIR", dirty}, exitIssues},
		{"one failed", []string{"-o", "DIR", clean, empty}, exitIssues},
		{"all failed", []string{"-o", "DIR", empty}, exitNothing},
		{"nothing at all", nil, exitUsage},
		{"help", []string{"help"}, exitClean},
		{"help among flags", []string{clean, "--help"}, exitClean},
		{"help for a command", []string{"explain", "--help"}, exitClean},
		{"help among the flags of a command", []string{"convert", clean, "-h"}, exitClean},
		{"version", []string{"--version"}, exitClean},
		{"no folder", []string{clean}, exitUsage},
		{"no file", []string{"-o", "DIR"}, exitUsage},
		{"no such file", []string{"-o", "DIR", filepath.Join(dir, "none.csv")}, exitUsage},
		{"unknown flag", []string{"--nonsense", clean, "-o", "DIR"}, exitUsage},
		{"unknown operation", []string{"--operation", "polish", clean, "-o", "DIR"}, exitUsage},
		{"link", []string{"--operation", "link", clean, "-o", "DIR"}, exitClean},
		{"link what names nobody", []string{"--operation", "link", "--table", "generic", odd, "-o", "DIR"}, exitNothing},
		{"known pairs with other columns", []string{"--operation", "link", "--gold-pairs", clean, clean, "-o", "DIR"}, exitUsage},
		{"no share", []string{"--max-reject-pct", "NaN", clean, "-o", "DIR"}, exitUsage},
		{"known pairs of no link", []string{"--gold-pairs", clean, clean, "-o", "DIR"}, exitUsage},
		{"a source of no link", []string{"--source-unique", "clean", clean, "-o", "DIR"}, exitUsage},
		{"a source that has each person once", []string{"--operation", "link", "--source-unique", "clean", clean, "-o", "DIR"}, exitClean},
		{"no source has", []string{"--operation", "link", "--source-unique", "", clean, "-o", "DIR"}, exitClean},
		{"a source that delivers nothing", []string{"--operation", "link", "--source-unique", "west", clean, "-o", "DIR"}, exitUsage},
		{"unknown profile", []string{"--profile", "none", clean, "-o", "DIR"}, exitUsage},
		{"unknown table", []string{"--table", "wards", clean, "-o", "DIR"}, exitUsage},
		{"no plan", []string{"--plan", clean, clean, "-o", "DIR"}, exitUsage},
		{"bad date", []string{"--today", "tomorrow", clean, "-o", "DIR"}, exitUsage},
		{"folder not empty", []string{clean, "-o", full}, exitUsage},
		{"forced", []string{clean, "-o", full, "--force"}, exitClean},
		{"explain", []string{"explain", "date-001"}, exitClean},
		{"a command misspelt", []string{"previw", clean}, exitUsage},
		{"explain a family", []string{"explain", "date"}, exitClean},
		{"explain nothing", []string{"explain", "NONE-1"}, exitUsage},
		{"preview", []string{"preview", clean}, exitClean},
		{"preview of what is no table", []string{"preview", write(t, dir, "no.png", "\x89PNG\r\n\x1a\n")}, exitNothing},
		{"no profile", []string{"profile", "test", clean}, exitUsage},
		{"codes", []string{clean, "--codes", "cvx", "-o", "DIR"}, exitClean},
		{"no such list", []string{clean, "--codes", "horses", "-o", "DIR"}, exitUsage},
		{"no list", []string{clean, "--codes", clean, "-o", "DIR"}, exitUsage},
		{"convert", []string{"convert", "--format", "parquet", clean, "-o", "DIR"}, exitClean},
		{"convert what is no clean table", []string{"convert", odd, "-o", "DIR"}, exitNothing},
		{"convert to nowhere", []string{"convert", clean}, exitUsage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string(nil), tt.args...)
			for i, a := range args {
				if a == "DIR" {
					args[i] = filepath.Join(t.TempDir(), "out")
				}
			}
			code, stdout, stderr := call(t, args...)
			if code != tt.want {
				t.Errorf("exit %d, want %d\n%s%s", code, tt.want, stdout, stderr)
			}
			if code == exitUsage && stderr == "" {
				t.Error("nothing says what is wrong")
			}
		})
	}
}

// TestForce replaces the outputs of an earlier run, and leaves other files alone.
func TestForce(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	clean := write(t, dir, "clean.csv", cleanPatients)
	if code, _, stderr := call(t, clean, "-o", out); code != exitClean {
		t.Fatal(stderr)
	}
	mine := write(t, out, "mine.txt", "")
	wards := write(t, dir, "wards.csv", "Ward,Beds\nNorth,12\n")
	if code, _, stderr := call(t, wards, "-o", out, "--force"); code != exitClean {
		t.Fatal(stderr)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error("a file of the user is gone")
	}
	if _, err := os.Stat(filepath.Join(out, "patient.clean.csv")); err == nil {
		t.Error("an output of the earlier run is left")
	}
	left, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

// TestManifestPrinted prints the manifest for programs.
func TestManifestPrinted(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "dirty.csv", dirtyPatients)
	code, stdout, _ := call(t, "--json", "--source", "mercy", "-o", filepath.Join(dir, "out"), path)
	var m engine.Manifest
	if err := json.Unmarshal([]byte(stdout), &m); err != nil || code != exitIssues {
		t.Fatalf("exit %d, %v\n%s", code, err, stdout)
	}
	if m.Files[0].Source != "mercy" || m.Files[0].Name != "dirty.csv" || m.Counts.RowsIn != 3 {
		t.Errorf("%+v", m)
	}
}

// TestRefusalsSayWhatIsPossible names the choices when one is refused.
func TestRefusalsSayWhatIsPossible(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "clean.csv", cleanPatients)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--operation", "mend", path, "-o", dir + "/out"}, "harmonize, "},
		{[]string{"--format", "docx", path, "-o", dir + "/out"}, "parquet"},
		{[]string{"--table", "horses", path, "-o", dir + "/out"}, "encounter"},
		{[]string{dir, "-o", dir + "/out"}, "is a folder"},
		{[]string{path, "-o", path}, "is a file, not a folder"},
		{[]string{"-", "-o", dir + "/out"}, "more than once"},
		{[]string{os.DevNull, "-o", dir + "/out"}, "more than once"},
		{[]string{"explain", "FOO-1"}, "docs/rules.md"},
	} {
		code, _, stderr := call(t, tt.args...)
		if code != exitUsage || !strings.Contains(stderr, tt.want) {
			t.Errorf("%v: %d, %s", tt.args, code, stderr)
		}
	}
}

// TestPreviewPrinted says what a file was taken for.
func TestPreviewPrinted(t *testing.T) {
	path := write(t, t.TempDir(), "clean.csv", cleanPatients)
	_, stdout, _ := call(t, "preview", path)
	for _, want := range []string{"table patient", "birth_date", "Last Name", "exact header", "record 1, line 2", "→ day"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}
}

// TestConvertedWithoutAResource says that a table was not written as what was asked for.
func TestConvertedWithoutAResource(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{"wards.csv": "as plain ndjson", "patient.clean.csv": ""} {
		path := write(t, dir, name, "patient_id,name_family\n1,Smith\n")
		code, stdout, stderr := call(t, "convert", "--format", "fhir", path, "-o", filepath.Join(dir, "out"))
		if code != exitClean || strings.Contains(stdout, "as plain") != (want != "") || !strings.Contains(stdout, want) {
			t.Errorf("%s: %d, %s%s", name, code, stdout, stderr)
		}
	}
}

// TestSourceOfAName is what the API takes from the name of a file.
func TestSourceOfAName(t *testing.T) {
	for path, want := range map[string]string{
		"in/patients.csv": "patients", "patients.csv.GZ": "patients", "st.marys.2024-10.csv": "st.marys.2024-10", "patients": "patients", ".gz": ".gz", "a.": "a.",
	} {
		if got := stem(path); got != want {
			t.Errorf("%s is from %s, want %s", path, got, want)
		}
	}
}
