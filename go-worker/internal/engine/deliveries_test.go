package engine

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// month is a file of n patients, the first women of which are women.
func month(name string, n, women int) File {
	var b strings.Builder
	b.WriteString("Patient ID,Last Name,First Name,DOB,Sex\n")
	for i := range n {
		sex := "M"
		if i < women {
			sex = "F"
		}
		fmt.Fprintf(&b, "%d,Smith%c,Ann,1980-02-%02d,%s\n", i, 'a'+rune(i%26), i%28+1, sex)
	}
	f := fileOf(name, b.String())
	f.Source, _, _ = strings.Cut(name, ".")
	return f
}

// TestTheLastDelivery holds a file against the plan that was made from the one before.
func TestTheLastDelivery(t *testing.T) {
	last := runJob(t, newJob(t, Harmonize), Env{}, month("patients_2026_10.csv", 200, 100))
	job := newJob(t, Harmonize)
	job.Plan = planIn(t, last.read("plan.yaml"))
	oneMore := month("patients_2026_11.csv", 200, 100)
	oneMore.Input = fileOf("", strings.Replace(text(t, oneMore), ",M\n", ",Nonbinary\n", 1)).Input
	two := func(n int) []File { return []File{month("patients_2026_10.csv", n, n/2), month("more.csv", n, n/2)} }
	tests := []struct {
		name  string
		files []File
		want  map[string]int64
	}{
		{"as before", []File{month("patients_2026_11.csv", 210, 100)}, nil},
		{"far fewer", []File{month("patients_2026_11.csv", 90, 45)}, map[string]int64{"FILE-004": 1}},
		{"far more", []File{month("patients_2026_11.csv", 301, 150)}, map[string]int64{"FILE-004": 1}},
		{"half as many", []File{month("patients_2026_11.csv", 100, 50)}, nil},
		{"another mix", []File{month("patients_2026_11.csv", 200, 150)}, map[string]int64{"DRIFT-001": 1}},
		{"a new code", []File{oneMore}, map[string]int64{"DRIFT-002": 1}},
		{"a second source", two(200), nil},
		{"two sources, one is small", two(40), map[string]int64{"FILE-004": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := runJob(t, job, Env{}, tt.files...)
			for _, id := range []string{"FILE-004", "DRIFT-001", "DRIFT-002", "DRIFT-003", "DRIFT-004"} {
				if got := r.count(id); got != tt.want[id] {
					t.Errorf("%s was counted %d times, want %d", id, got, tt.want[id])
				}
				if listed := strings.Contains(r.read("issues.ndjson"), id) && strings.Contains(r.read("scorecard.json"), id); listed != (tt.want[id] > 0) {
					t.Errorf("%s is listed in issues and scorecard: %v", id, listed)
				}
			}
		})
	}
}

// text returns the content of a file.
func text(t *testing.T, f File) string {
	t.Helper()
	in, err := f.Input.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestThePlanKeepsNoRareCount counts codes, never how few persons have one, and no word that is no code.
func TestThePlanKeepsNoRareCount(t *testing.T) {
	r := harmonizeText(t, "encounters.csv", "Encounter ID,Patient ID,Class,Admit Date,Status\n"+
		strings.Repeat("E,P,IMP,2026-01-02,Ann Smith\n", 12)+"E2,P2,AMB,2026-01-02,done\n")
	document := r.read("plan.yaml")
	for _, want := range []string{"IMP: 12", "AMB: 0", "finished: 0"} {
		if !strings.Contains(document, want) {
			t.Errorf("the plan lacks %q", want)
		}
	}
	if strings.Contains(document, "Smith") {
		t.Error("the plan holds a word of the data")
	}
}
