package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/table"
)

// today is the day that all tests call today.
var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func usCore(t testing.TB) *profile.Profile {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newJob(t testing.TB, operation string) Job {
	return Job{Operation: operation, Profile: usCore(t), Today: today}
}

// fileOf is an input file in memory.
func fileOf(name, content string) File {
	sum := sha256.Sum256([]byte(content))
	return File{No: 1, Name: name, Source: "test", SHA256: hex.EncodeToString(sum[:]), Input: table.Input{
		Name: name, Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(content))), nil },
	}}
}

// planIn reads a plan that a job wrote.
func planIn(t testing.TB, document string) *plan.Plan {
	t.Helper()
	p, err := plan.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A result is what a job left behind.
type result struct {
	*Manifest
	t   testing.TB
	dir string
}

func runJob(t testing.TB, job Job, env Env, files ...File) *result {
	t.Helper()
	env.Dir = t.TempDir()
	for i := range files {
		files[i].No = i + 1
	}
	m, err := Run(context.Background(), job, files, env)
	if err != nil {
		t.Fatal(err)
	}
	r := &result{m, t, env.Dir}
	r.checkOutputs()
	return r
}

// harmonizeText runs one file through the default operation.
func harmonizeText(t testing.TB, name, content string) *result {
	t.Helper()
	return runJob(t, newJob(t, Harmonize), Env{}, fileOf(name, content))
}

// read returns an output, unpacked.
func (r *result) read(name string) string {
	r.t.Helper()
	content, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	if filepath.Ext(name) != ".gz" {
		return string(content)
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		r.t.Fatal(err)
	}
	if content, err = io.ReadAll(z); err != nil {
		r.t.Fatal(err)
	}
	return string(content)
}

// rows returns the rows of a CSV output by header.
func (r *result) rows(name string) []map[string]string {
	r.t.Helper()
	lines, err := csv.NewReader(bytes.NewReader([]byte(r.read(name)))).ReadAll()
	if err != nil {
		r.t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, h := range lines[0] {
			row[h] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// count returns how often a rule was counted, over all files and fields.
func (r *result) count(rule string) (n int64) {
	for _, i := range r.Issues {
		if i.RuleID == rule {
			n += i.Count
		}
	}
	return n
}

// checkOutputs checks what holds for every job: the manifest tells the truth about the folder, and every record is
// accounted for.
func (r *result) checkOutputs() {
	r.t.Helper()
	var total Counts
	for _, f := range r.Files {
		c := f.Counts
		if in, out := c.RowsIn+c.RowsUnpivoted, c.RowsOut+c.Quarantined+c.DuplicatesRemoved+c.dropped()+c.Withheld; in != out {
			r.t.Errorf("%s: %d rows in, %d accounted for: %+v", f.Name, in, out, c)
		}
		total.add(c)
	}
	if total != r.Counts {
		r.t.Errorf("counts of the job are %+v, of its files %+v", r.Counts, total)
	}
	listed := map[string]bool{ManifestName: true}
	for _, o := range r.Outputs {
		listed[o.Name] = true
		content, err := os.ReadFile(filepath.Join(r.dir, o.Name))
		if err != nil {
			r.t.Fatal(err)
		}
		if sum := sha256.Sum256(content); int64(len(content)) != o.Bytes || hex.EncodeToString(sum[:]) != o.SHA256 {
			r.t.Errorf("%s is not what the manifest says", o.Name)
		}
	}
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range entries {
		if !listed[e.Name()] && e.Name() != DeltaName {
			r.t.Errorf("%s is in the folder, but not in the manifest", e.Name())
		}
	}
}
