package engine

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A hospital's delivery: P3 is no patient, 12 is patient 0012, and visit E1 is P1's.
var hospital = []struct{ name, content string }{
	{"labs.csv", "Result ID,Patient ID,Encounter ID,LOINC,Result,Units,Collected\n" +
		"R1,P1,E1,2345-7,100,mg/dL,2026-01-03\n" +
		"R2,P3,E3,2345-7,\"5,5\",mg/dL,2026-01-03\n" +
		"R3,12,E2,2345-7,120,mg/dL,2026-01-03\n" +
		"R4,12,E1,2345-7,130,mg/dL,2026-01-03\n"},
	{"patients.csv", "Patient ID,MRN,Last Name,First Name,DOB\nP1,M1,Smith,Ann,1980-02-03\n0012,M2,Jones,Bob,1981-02-03\n"},
	{"encounters.csv", "Encounter ID,Patient ID,Class,Admit Date\nE1,P1,AMB,2026-01-02\nE2,0012,AMB,2026-01-02\nE4,M2,AMB,2026-01-04\n"},
}

func delivered() []File {
	var files []File
	for _, d := range hospital {
		f := fileOf(d.name, d.content)
		f.Source, _, _ = strings.Cut(d.name, ".")
		files = append(files, f)
	}
	return files
}

var referenceCounts = map[string]int64{"REF-001": 1, "REF-002": 2, "REF-003": 1}

func TestReferences(t *testing.T) {
	for _, operation := range Operations {
		r := runJob(t, newJob(t, operation), Env{Concurrency: 2}, delivered()...)
		for id, want := range referenceCounts {
			if got := r.count(id); got != want {
				t.Errorf("%s: %s was counted %d times, want %d", operation, id, got, want)
			}
			if got := strings.Count(strings.Join(toldIssues(t, r.read("issues.ndjson")), "\n"), "rule_id:"+id); int64(got) != want {
				t.Errorf("%s: %s is listed %d times, want %d", operation, id, got, want)
			}
			if !strings.Contains(r.read("scorecard.json"), id) {
				t.Errorf("%s: the scorecard does not know %s", operation, id)
			}
		}
	}
	r := runJob(t, newJob(t, Harmonize), Env{}, delivered()...)
	var ids []string
	for _, row := range r.rows("observation.clean.csv") {
		ids = append(ids, row["observation_id"]+"="+row["patient_id"])
	}
	if want := []string{"R1=P1", "R3=0012", "R4=0012"}; !slices.Equal(ids, want) {
		t.Errorf("clean rows %v, want %v", ids, want)
	}
	if kept := r.rows("observation.quarantine.csv"); len(kept) != 1 || kept[0]["Result"] != "5,5" || kept[0]["rule_ids"] != "REF-001" || kept[0]["source_line"] != "3" {
		t.Errorf("quarantine: %v", kept)
	}
	changes := r.read("changes.ndjson.gz")
	if strings.Contains(changes, `"P3"`) || !strings.Contains(changes, `{"field":"patient_id","rules":["REF-002"],"values":[["12","0012"]]}`) {
		t.Errorf("changes: %s", changes)
	}
}

// TestOrphansComeBack submits the quarantine again, together with the patient that was missing.
func TestOrphansComeBack(t *testing.T) {
	first := runJob(t, newJob(t, Harmonize), Env{}, delivered()...)
	files := append(delivered()[1:], fileOf("again.csv", first.read("observation.quarantine.csv")), fileOf("more.csv", "Patient ID,Last Name,First Name,DOB\nP3,Brown,Cy,1982-02-03\n"))
	r := runJob(t, newJob(t, Harmonize), Env{}, files...)
	if r.count("REF-001") != 0 || r.Counts.Quarantined != 0 || len(r.rows("observation.clean.csv")) != 1 {
		t.Errorf("%+v, REF-001 %d", r.Counts, r.count("REF-001"))
	}
}

// TestReferencesOfMembers gives the same from one archive as from several files, and by Finish as by Run.
func TestReferencesOfMembers(t *testing.T) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, d := range hospital {
		w, err := z.Create(d.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, d.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := runJob(t, newJob(t, Harmonize), Env{}, fileOf("delivery.zip", packed.String()))
	files := runJob(t, newJob(t, Harmonize), Env{}, delivered()...)
	for id, want := range referenceCounts {
		if got := whole.count(id); got != want {
			t.Errorf("%s was counted %d times in the archive, want %d", id, got, want)
		}
	}
	for _, name := range []string{"observation.clean.csv", "observation.quarantine.csv", "encounter.clean.csv"} {
		if whole.read(name) != files.read(name) {
			t.Errorf("%s differs between an archive and its members", name)
		}
	}
	if finished := runParts(t, newJob(t, Harmonize), delivered()); !maps.Equal(outputs(finished), outputs(files)) {
		t.Errorf("Finish wrote %v, Run %v", outputs(finished), outputs(files))
	}
}

// outputs are the digests of what the same input always gives.
func outputs(r *result) map[string]string {
	sums := map[string]string{}
	for _, o := range r.Outputs {
		if o.Kind != kindScorecard && o.Kind != kindReport { // they say when they were made
			sums[o.Name] = o.SHA256
		}
	}
	return sums
}

// runParts runs each file in a folder of its own, and finishes in another one, as workers do.
func runParts(t *testing.T, job Job, files []File) *result {
	t.Helper()
	var parts []Part
	for i, f := range files {
		f.No = i + 1
		dir := t.TempDir()
		if _, err := RunFile(context.Background(), job, f, false, Env{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, Part{File: f, Open: func(name string) (io.ReadCloser, error) { return os.Open(filepath.Join(dir, name)) }})
	}
	dir := t.TempDir()
	m, err := Finish(context.Background(), job, parts, Env{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	r := &result{m, t, dir}
	r.checkOutputs()
	return r
}

// TestReferencesNeedTheirTable says nothing where nobody knows who is missing.
func TestReferencesNeedTheirTable(t *testing.T) {
	tests := []struct {
		name   string
		change func(files []File) []File
		want   int64
	}{
		{"no patients", func(f []File) []File { return []File{f[0], f[2]} }, 0},
		{"patients that cannot be read", func(f []File) []File {
			return append(f, fileOf("more.csv", ""))
		}, 0},
		{"patients of another source", func(f []File) []File {
			f[0].Source, f[1].Source = "east", "east"
			west := fileOf("west.csv", "Patient ID,Last Name,First Name,DOB\nP3,Brown,Cy,1982-02-03\n")
			west.Source = "west"
			return append(f, west)
		}, 1},
		{"patients of all sources", func(f []File) []File {
			west := fileOf("west.csv", "Patient ID,Last Name,First Name,DOB\nP3,Brown,Cy,1982-02-03\n")
			west.Source = "west"
			return append(f, west)
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := runJob(t, newJob(t, Harmonize), Env{}, tt.change(delivered())...)
			if got := r.count("REF-001"); got != tt.want {
				t.Errorf("REF-001 was counted %d times, want %d", got, tt.want)
			}
		})
	}
}

// TestAFileOfStrangers fails as a whole when too many of its rows wait for their patients.
func TestAFileOfStrangers(t *testing.T) {
	labs := "Result ID,Patient ID,LOINC,Result,Units,Collected\n" + strings.Repeat("R,X,2345-7,100,mg/dL,2026-01-03\n", rejectFrom)
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("labs.csv", labs), fileOf("patients.csv", hospital[1].content))
	if f := r.Files[0]; f.Status != StatusFailed || f.Reason != "FILE-008" || f.Counts.Quarantined != rejectFrom {
		t.Errorf("%+v", f)
	}
}
