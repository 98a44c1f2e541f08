package quality

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/suites"
)

// formatMeasures are about reading and writing: what arrives must leave.
var formatMeasures = []measure{
	{"csv-spectrum", "cells as the suite's JSON has them", 1, spectrum},
	{"csv-small-encodings", "rows equal in Latin-1 and in UTF-8", 1, smallEncodings},
	{"duckdb-csv", "files read; the others are refused with a reason", 0.9, duckdb},
	{"json-test-suite", "y_ files accepted", 1, jsonAccepted},
	{"json-test-suite", "n_ files refused, or their faulty records quarantined", 1, jsonRefused},
	{"naughty-strings", "strings that leave as they came, but for white space and control characters around them", 1, naughty},
	{"csv-injection", "payloads that begin no cell of a CSV under csv_safe", 1, disarmed},
	{"csv-injection", "payloads unchanged in JSON", 1, undisturbed},
	{"raha-beers", "right cells that stay right", 1, kept("raha-beers")},
	{"raha-flights", "right cells that stay right", 1, kept("raha-flights")},
	{"raha-beers", "missing values that the plan counts as missing", 1, missing("raha-beers")},
	{"raha-flights", "missing values that the plan counts as missing", 1, missing("raha-flights")},
}

func readSuite(t testing.TB, file string) string {
	t.Helper()
	content, err := os.ReadFile(suites.Path(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func glob(t testing.TB, folder, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(suites.Path(t, folder), pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s/%s: %d files, %v", folder, pattern, len(paths), err)
	}
	return paths
}

func spectrum(t *testing.T) (s score) {
	for _, path := range glob(t, "csv-spectrum/csvs", "*.csv") {
		name := filepath.Base(path)
		var want []map[string]string
		if err := json.Unmarshal([]byte(readSuite(t, "csv-spectrum/json/"+strings.TrimSuffix(name, "csv")+"json")), &want); err != nil {
			t.Fatal(err)
		}
		rows := harmonizeText(t, name, readSuite(t, "csv-spectrum/csvs/"+name)).rows()
		for i, row := range want {
			for column, value := range row {
				s.count(i < len(rows) && rows[i][column] == strings.TrimSpace(value))
			}
		}
	}
	return s
}

func smallEncodings(t *testing.T) (s score) {
	latin := harmonizeText(t, "uspop.csv", readSuite(t, "csv-small-encodings/uspop-latin1.csv")).rows()
	for i, row := range harmonizeText(t, "uspop.csv", readSuite(t, "csv-small-encodings/uspop.csv")).rows() {
		if i < len(latin) && latin[i]["City"] == "Õakman" { // one letter tells the encodings apart
			latin[i]["City"] = "Oakman"
		}
		s.count(i < len(latin) && maps.Equal(row, latin[i]))
	}
	return s
}

func duckdb(t *testing.T) (s score) {
	err := filepath.WalkDir(suites.Path(t, "duckdb-csv"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".md" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		r := runJob(t, newJob(t, engine.Validate), 1, fileOf(filepath.Base(path), string(content)))
		if s.count(r.Status() != "failed"); r.Status() == "failed" {
			t.Logf("%s: %s %s", filepath.Base(path), r.Files[0].Reason, r.Files[0].Detail)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A text that holds no record is accepted when it is refused for holding none.
func jsonAccepted(t *testing.T) (s score) {
	for _, path := range glob(t, "json-test-suite", "y_*.json") {
		r := harmonizeText(t, filepath.Base(path), readSuite(t, "json-test-suite/"+filepath.Base(path)))
		good := r.Counts.Quarantined == 0 && (r.Status() == "succeeded" || r.Files[0].Reason == "FILE-001")
		if s.count(good); !good {
			t.Logf("%s: %+v", filepath.Base(path), r.Files)
		}
	}
	return s
}

func jsonRefused(t *testing.T) (s score) {
	for _, path := range glob(t, "json-test-suite", "n_*.json") {
		r := harmonizeText(t, filepath.Base(path), readSuite(t, "json-test-suite/"+filepath.Base(path)))
		good := r.Counts.Quarantined > 0 || r.Files[0].Reason != ""
		if s.count(good); !good {
			t.Logf("%s: %+v", filepath.Base(path), r.Files)
		}
	}
	return s
}

// naughty sends the strings through a CSV and through JSON lines.
func naughty(t *testing.T) (s score) {
	var texts []string
	if err := json.Unmarshal([]byte(readSuite(t, "naughty-strings/blns.json")), &texts); err != nil {
		t.Fatal(err)
	}
	ids, lines := []string{"key"}, &strings.Builder{}
	for i, text := range texts {
		ids = append(ids, strconv.Itoa(i))
		if err := json.NewEncoder(lines).Encode(map[string]string{"key": strconv.Itoa(i), "words": text}); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{
		"naughty.csv": csvOf(ids, append([]string{"words"}, texts...)), "naughty.ndjson": lines.String(),
	} {
		rows := map[string]string{}
		for _, row := range harmonizeText(t, name, content).rows() {
			rows[row["key"]] = row["words"]
		}
		for i, text := range texts {
			want := strings.TrimFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(r rune) bool { return r <= ' ' || r == '\u00a0' })
			got, there := rows[strconv.Itoa(i)]
			good := there && strings.ReplaceAll(got, "\r\n", "\n") == want
			if s.count(good); !good {
				t.Logf("%s: %q became %q", name, text, got)
			}
		}
	}
	return s
}

// payloads returns the lines of csv-injection, and a file that holds them.
func payloads(t *testing.T) (lines []string, content string) {
	lines = slices.DeleteFunc(strings.Split(readSuite(t, "csv-injection/csv-payload.txt"), "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	ids := []string{"key"}
	for i := range lines {
		ids = append(ids, strconv.Itoa(i))
	}
	return lines, csvOf(ids, append([]string{"words"}, lines...))
}

func disarmed(t *testing.T) (s score) {
	_, content := payloads(t)
	job := newJob(t, engine.Harmonize)
	job.Options.CSVSafe = true
	for _, row := range runJob(t, job, 1, fileOf("words.csv", content)).rows() {
		s.count(!strings.ContainsAny(row["words"][:1], "=+-@\t\r"))
	}
	return s
}

func undisturbed(t *testing.T) (s score) {
	lines, content := payloads(t)
	job := newJob(t, engine.Harmonize)
	job.Options.CSVSafe, job.Options.Format = true, "ndjson"
	rows := runJob(t, job, 1, fileOf("words.csv", content)).files["generic.clean.ndjson"]
	for _, line := range lines {
		quoted, err := json.Marshal(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted))
		s.count(strings.Contains(rows, text))
	}
	return s
}

// aligned returns the cells of a raha data set: as they arrive, as they leave, and as they should be.
func aligned(t *testing.T, folder string) (dirty, got, clean [][]string) {
	r := harmonizeText(t, "dirty.csv", readSuite(t, folder+"/dirty.csv"))
	got = r.lines("clean")[0]
	dirty, clean = linesOf(t, folder+"/dirty.csv"), linesOf(t, folder+"/clean.csv")
	if len(got) != len(dirty) || len(dirty) != len(clean) {
		t.Fatalf("%s: %d rows became %d, %d are right", folder, len(dirty), len(got), len(clean))
	}
	return dirty, got, clean
}

// kept counts the right cells that come out right.
func kept(folder string) func(*testing.T) score {
	return func(t *testing.T) (s score) {
		dirty, got, clean := aligned(t, folder)
		for i := range clean[1:] {
			for k, right := range clean[i+1] {
				if dirty[i+1][k] == right {
					s.count(got[i+1][k] == right)
				}
			}
		}
		return s
	}
}

// nullWords are how the two data sets write that there is no value.
var nullWords = []string{"", "N/A", "Not Available"}

// missing compares the cells without a value, which are the wrong ones that can be found without knowing the
// subject, with what the plan says of their columns.
func missing(folder string) func(*testing.T) score {
	return func(t *testing.T) (s score) {
		plan := harmonizeText(t, "dirty.csv", readSuite(t, folder+"/dirty.csv")).plan()
		dirty := linesOf(t, folder+"/dirty.csv")
		for k, header := range dirty[0] {
			want := 0
			for _, row := range dirty[1:] {
				if slices.Contains(nullWords, row[k]) {
					want++
				}
			}
			told := plan[header].Evidence.Blank
			for _, n := range plan[header].Evidence.Nulls {
				told += n
			}
			s.of += want
			s.right += min(told, want)
			if told > want {
				t.Errorf("%s: %d values are counted as missing, %d are", header, told, want)
			}
		}
		return s
	}
}
