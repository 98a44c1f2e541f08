package quality

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
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/table"
)

// today is the day that all tests call today.
var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// usCore is read once: thousands of jobs use it.
var usCore = sync.OnceValues(func() (*profile.Profile, error) { return profile.Load("us-core") })

func newJob(t testing.TB, operation string) engine.Job {
	t.Helper()
	p, err := usCore()
	if err != nil {
		t.Fatal(err)
	}
	return engine.Job{Operation: operation, Profile: p, Today: today}
}

// fileOf is an input file in memory.
func fileOf(name, content string) engine.File {
	sum := sha256.Sum256([]byte(content))
	return engine.File{No: 1, Name: name, Source: "suite", SHA256: hex.EncodeToString(sum[:]), Input: table.Input{
		Name: name, Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil },
	}}
}

// csvOf writes columns of equal length as a CSV file; columns are a header and its cells.
func csvOf(columns ...[]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	line := make([]string, len(columns))
	for i := range columns[0] {
		for k, c := range columns {
			line[k] = c[i]
		}
		if err := w.Write(line); err != nil { // to memory: only a wrong delimiter fails
			panic(err)
		}
	}
	w.Flush()
	return b.String()
}

// A result is what a job left behind: its manifest, and each file that it wrote, unpacked.
type result struct {
	*engine.Manifest
	t     testing.TB
	files map[string]string
}

func runJob(t testing.TB, job engine.Job, goroutines int, file engine.File) *result {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.RunFile(context.Background(), job, file, true, engine.Env{Dir: dir, Concurrency: goroutines})
	if err != nil {
		t.Fatalf("%s: %v", file.Name, err)
	}
	r := &result{m, t, map[string]string{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		r.files[e.Name()] = unpacked(t, filepath.Join(dir, e.Name()))
	}
	if err := os.RemoveAll(dir); err != nil { // hundreds of jobs follow
		t.Fatal(err)
	}
	return r
}

func harmonizeText(t testing.TB, name, content string) *result {
	t.Helper()
	return runJob(t, newJob(t, engine.Harmonize), 2, fileOf(name, content))
}

func unpacked(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) != ".gz" {
		return string(content)
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if content, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// kind returns the outputs of a kind, by name.
func (r *result) kind(kinds ...string) map[string]string {
	outputs := map[string]string{}
	for _, o := range r.Outputs {
		for _, k := range kinds {
			if o.Kind == k {
				outputs[o.Name] = r.files[o.Name]
			}
		}
	}
	return outputs
}

// lines returns the header and the rows of all CSV outputs of a kind; each begins with its header.
func (r *result) lines(kind string) (all [][][]string) {
	r.t.Helper()
	for name, content := range r.kind(kind) {
		lines, err := csv.NewReader(strings.NewReader(content)).ReadAll()
		if err != nil {
			r.t.Fatalf("%s: %v", name, err)
		}
		all = append(all, lines)
	}
	return all
}

// rows returns the rows of the one clean table by header.
func (r *result) rows() []map[string]string {
	r.t.Helper()
	tables := r.lines("clean")
	if len(tables) != 1 {
		r.t.Fatalf("%d clean tables: %+v", len(tables), r.Files)
	}
	rows := make([]map[string]string, 0, len(tables[0]))
	for _, line := range tables[0][1:] {
		row := make(map[string]string, len(line))
		for i, h := range tables[0][0] {
			row[h] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// linesOf returns the lines of a CSV file of the suites.
func linesOf(t testing.TB, file string) [][]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(readSuite(t, file))).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%s: %d lines, %v", file, len(lines), err)
	}
	return lines
}

// A column is what the plan says of one.
type column struct {
	Header, Field string
	Evidence      struct {
		Values, Blank int
		Nulls         map[string]int
	}
}

// plan returns the columns of the plan by header.
func (r *result) plan() map[string]column {
	r.t.Helper()
	var document struct{ Files []struct{ Columns []column } }
	if err := yaml.Unmarshal([]byte(r.files["plan.yaml"]), &document); err != nil {
		r.t.Fatal(err)
	}
	columns := map[string]column{}
	for _, f := range document.Files {
		for _, c := range f.Columns {
			columns[c.Header] = c
		}
	}
	return columns
}

// standardized sends columns through a file of a table, each a header and its cells, and returns the rows in order.
// No row is removed, so that every case has its row.
func standardized(t testing.TB, table string, columns ...[]string) []map[string]string {
	t.Helper()
	ids := []string{"patient_id"}
	for i := range columns[0][1:] {
		ids = append(ids, "P"+strconv.Itoa(i+1))
	}
	file := fileOf(table+"s.csv", csvOf(append([][]string{ids}, columns...)...))
	file.Table = table
	r := runJob(t, newJob(t, engine.Standardize), 2, file)
	rows := r.rows()
	if len(rows) != len(ids)-1 {
		t.Fatalf("%d rows of %d: %+v", len(rows), len(ids)-1, r.Files)
	}
	return rows
}

// columnOf returns a header and the cells of a column of a suite.
func columnOf(header string, records []map[string]string, name string) []string {
	column := []string{header}
	for _, r := range records {
		column = append(column, r[name])
	}
	return column
}
