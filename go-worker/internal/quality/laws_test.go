package quality

import (
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/suites"
)

var long = flag.Bool("long", false, "whole files, and every law for each: minutes instead of seconds")

// shortBytes is how much of a file is read without -long.
const shortBytes = 24 << 10

// folders are the suites whose files go through the engine as they are.
var folders = []string{
	"cdc-code-tables", "cdc-phdi-standardize", "cdc-reportstream-csv", "csv-injection", "csv-small-encodings", "csv-spectrum",
	"cvx", "date-vectors", "duckdb-csv", "email-vectors", "encodings", "fhir-bulk-10-patients", "fhir-r4-code-systems",
	"icd10cm", "iso-codes", "json-test-suite", "naughty-strings", "nicknames", "phone-examples", "raha-beers", "raha-flights",
	"splink-fake-1000", "synthea-csv", "synthea-fhir-bundles", "ucum", "us-addresses-labelled", "us-census-names-1990",
	"us-core-examples", "us-urgent-care",
}

// unsettled are files whose clean table reads differently when it comes back, and why no reader can know better.
var unsettled = map[string]string{
	"27.csv":                      "bytes of no encoding: the one column left looks divided by semicolons",
	"quoted_new_value.csv":        "every value stands in single quotes, which are the data of one dialect and the marks of another",
	"quoted_values_delimited.csv": "one column, whose quoted cells look like lines of another dialect",
}

// TestLaws puts every file of every suite through the default operation, and every eighth of a suite through all that
// there is (all of them with -long), and holds the results against what must be true of any file.
func TestLaws(t *testing.T) {
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			files := 0
			err := filepath.WalkDir(suites.Path(t, folder), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || filepath.Ext(path) == ".md" {
					return err
				}
				files++
				content, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				if !*long {
					content = head(content)
				}
				laws(t, filepath.Base(path), string(content), *long || files%8 == 1)
				return nil
			})
			if err != nil || files == 0 {
				t.Fatalf("%d files, %v", files, err)
			}
		})
	}
}

// head cuts a long text after a line; what has no line there stays whole.
func head(content []byte) []byte {
	if len(content) <= shortBytes {
		return content
	}
	if end := strings.LastIndexByte(string(content[:shortBytes]), '\n'); end > shortBytes/2 {
		return content[:end+1]
	}
	return content
}

// laws holds one file against all of them; further adds those that run it several times.
func laws(t *testing.T, name, content string, further bool) {
	t.Helper()
	job := newJob(t, engine.Harmonize)
	first := runJob(t, job, 2, fileOf(name, content))
	accounted(t, name, first)
	confidential(t, name, first)
	if unsettled[name] == "" {
		settled(t, name, first)
	}
	if !further {
		return
	}
	for _, operation := range []string{engine.Clean, engine.Standardize, engine.Validate} {
		r := runJob(t, newJob(t, operation), 2, fileOf(name, content))
		accounted(t, name, r)
		if r.Counts.RowsIn != first.Counts.RowsIn {
			t.Errorf("%s: %s reads %d rows, harmonize %d", name, operation, r.Counts.RowsIn, first.Counts.RowsIn)
		}
	}
	for _, goroutines := range []int{1, 8} {
		other := runJob(t, job, goroutines, fileOf(name, content))
		same(t, name, "other goroutines", first, other, "clean", "quarantine", "duplicates", "changes", "plan", "issues", "log")
	}
	supplied, err := plan.Parse([]byte(first.files["plan.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	job.Plan, job.Options.Again = supplied, true
	planned := runJob(t, job, 2, fileOf(name, content)) // its plan says that it was supplied
	same(t, name, "its own plan", first, planned, "clean", "quarantine", "duplicates", "changes")
}

// accounted: each row that came in is in one output or counted as dropped, and the outputs hold as many as they say.
func accounted(t *testing.T, name string, r *result) {
	t.Helper()
	c := r.Counts
	dropped := c.DroppedBlank + c.DroppedRepeatedHeader + c.DroppedFooter
	if c.RowsIn+c.RowsUnpivoted != c.RowsOut+c.Quarantined+c.DuplicatesRemoved+dropped+c.Withheld {
		t.Errorf("%s, %s: rows are lost: %+v", name, r.Operation, c)
	}
	want := map[string]int64{"clean": c.RowsOut, "quarantine": c.Quarantined, "duplicates": c.DuplicatesRemoved}
	for kind, n := range want {
		var got int64
		for _, lines := range r.lines(kind) {
			got += int64(len(lines)) - 1
		}
		if r.Operation != engine.Validate && got != n {
			t.Errorf("%s, %s: %d %s rows are written, %d counted", name, r.Operation, got, kind, n)
		}
	}
	for _, f := range r.Files {
		if _, known := rule.Lookup(f.Reason); f.Status == engine.StatusFailed && (!known || f.Detail == "") {
			t.Errorf("%s: failed without a reason: %+v", name, f)
		}
	}
}

// settled: a clean table that is harmonized again stays as it is.
func settled(t *testing.T, name string, first *result) {
	t.Helper()
	for table, content := range first.kind("clean") {
		if strings.Count(content, "\n") < 2 { // a header alone is no file
			continue
		}
		file := fileOf(table, content)
		own := strings.Contains(table, "."+profile.Generic+".") // one of several without a known table, each named after its file
		if own || strings.HasPrefix(table, profile.Generic) {   // FHIR said what it was; without that it may look like a table
			file.Table = profile.Generic
		}
		again := runJob(t, newJob(t, engine.Harmonize), 2, file)
		got := again.files[table]
		if own {
			got = again.files[strings.TrimPrefix(table[strings.Index(table, "."+profile.Generic+"."):], ".")]
		}
		if got != content {
			t.Errorf("%s: %s changes when it is harmonized again: %s", name, table, firstDifference(content, got))
		}
		for kind, changes := range again.kind("changes") {
			if changes != "" {
				t.Errorf("%s: %s of the clean table: %.300s", name, kind, changes)
			}
		}
	}
}

// same: two runs wrote the same bytes in outputs of some kinds.
func same(t *testing.T, name, why string, a, b *result, kinds ...string) {
	t.Helper()
	for output, content := range a.kind(kinds...) {
		if got := b.files[output]; got != content {
			t.Errorf("%s with %s: %s differs: %s", name, why, output, firstDifference(content, got))
		}
	}
}

// firstDifference shows the first lines that differ.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) {
			return "ends after line " + x[max(0, i-1)]
		}
		if x[i] != y[i] {
			return "\n- " + x[i] + "\n+ " + y[i]
		}
	}
	return "is longer"
}

// confidential: no value of the data stands in what is read without leave to see it: issues, log and manifest.
func confidential(t *testing.T, name string, r *result) {
	t.Helper()
	values := r.values()
	told := map[string]bool{}
	for output, content := range r.kind("issues", "log") {
		for line := range strings.Lines(content) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatalf("%s: %s: %v", name, output, err)
			}
			for key, value := range fields {
				if text, _ := value.(string); text != "" && (key == "detail" || key == "msg") {
					told[text] = true
				}
			}
			if id, ok := fields["rule_id"].(string); ok && fields["message"] != rule.Must(id).Rule().Message {
				t.Errorf("%s: the message of %s is not the catalogue's", name, id)
			}
		}
	}
	for _, f := range r.Files {
		told[f.Detail] = true
	}
	for text := range told {
		for value := range values {
			if strings.Contains(text, value) {
				t.Errorf("%s: a value is told: %q", name, text)
				break
			}
		}
	}
}

// values returns the cells of the data that are no word of an explanation nor part of a header.
func (r *result) values() map[string]bool {
	values := map[string]bool{}
	for _, kind := range []string{"clean", "quarantine"} {
		for _, lines := range r.lines(kind) {
			header := strings.Join(lines[0], "\n")
			for _, line := range lines[1:] {
				for i, cell := range line {
					if len(cell) < 6 || !strings.ContainsAny(cell, "0123456789") || values[cell] || strings.Contains(header, cell) {
						continue
					}
					values[cell] = lines[0][i] != "reasons" && lines[0][i] != "rule_ids"
				}
			}
		}
	}
	maps.DeleteFunc(values, func(_ string, data bool) bool { return !data })
	return values
}
