package engine

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

// TestBadInputs fails each file under a rule, and writes what can be written.
func TestBadInputs(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, messyPatients(2000, 1))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, content, rule string }{
		{"empty.csv", "", "FILE-001"},
		{"header.csv", "patient_id,dob\n", "FILE-001"},
		{"picture.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "FILE-005"},
		{"cut.csv.gz", packed.String()[:packed.Len()/2], "FILE-006"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := harmonizeText(t, tt.name, tt.content)
			if r.Status() != "failed" || r.Files[0].Reason != tt.rule || r.Files[0].Detail == "" {
				t.Errorf("%+v, want %s", r.Files[0], tt.rule)
			}
			if r.count(tt.rule) != 1 || !strings.Contains(r.read(logName), tt.rule) || strings.Count(r.read(issuesName), tt.rule) != 1 {
				t.Errorf("the rule is not told: %v", r.Issues)
			}
		})
	}
}

// TestColumnsThatCompleteEachOther takes a value from where it stands, under either of two names, and says where both are filled.
func TestColumnsThatCompleteEachOther(t *testing.T) {
	const records = `[{"patient_id":"1","test":"Glucose","result":"105","unit":"mg/dL"},{"patient_id":"2","test":"Glucose","result":{"value":"5.5","unit":"mmol/L"}}]`
	r := harmonizeText(t, "results.json", records)
	rows := r.rows("observation.clean.csv")
	if len(rows) != 2 || rows[0]["value"] != "105" || rows[1]["value"] != "99.1" || r.count("HDR-007") != 2 { // of value and unit
		t.Errorf("%v, %v", rows, r.Issues)
	}

	plan := r.read(planName)
	job := newJob(t, Harmonize)
	job.Plan = planIn(t, strings.ReplaceAll(plan, "results.json", "later.json"))
	both := strings.Replace(records, `"result":"105"`, `"result":"105","result.value":"106"`, 1)
	later := runJob(t, job, Env{}, fileOf("later.json", both))
	if rows := later.rows("observation.clean.csv"); len(rows) != 2 || rows[0]["value"] != "105" || later.count("HDR-007") == 0 {
		t.Errorf("%v, %v", rows, later.Issues)
	}
}

// TestSiblings goes on with the other files of a job.
func TestSiblings(t *testing.T) {
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("empty.csv", ""), fileOf("patients.csv", patients("DOB", "1985-01-31")))
	if r.Status() != "partial" || r.Counts.RowsOut != 1 {
		t.Errorf("status %s, %+v", r.Status(), r.Files)
	}
}

// TestBesideTables leaves what is no table aside, when there are tables beside it.
func TestBesideTables(t *testing.T) {
	const sentences = "This extract was made by hand.\nPlease call with questions of any kind.\n"
	archive := func(members map[string]string) File {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(w, members[name])
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return fileOf("all.zip", b.String())
	}
	members := map[string]string{"README.txt": "Key: value\na: 1\n", "cover.txt": sentences, "one line.txt": sentences[:31], "how.md": "a,b\n1,2\n", "draft.csv": "draft\n",
		"logo.png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "patients.csv": patients("DOB", "1985-01-31")}
	r := runJob(t, newJob(t, Harmonize), Env{}, archive(members))
	if r.Status() != "succeeded" || r.Counts.RowsIn != 1 || r.count("FILE-009") != 6 {
		t.Errorf("%s: %+v", r.Status(), r.Files)
	}
	members["empty.csv"] = ""
	if r := runJob(t, newJob(t, Harmonize), Env{}, archive(members)); r.Status() != "partial" {
		t.Errorf("an empty table beside others: %s: %+v", r.Status(), r.Files)
	}
	delete(members, "patients.csv")
	if r := runJob(t, newJob(t, Harmonize), Env{}, archive(members)); r.count("FILE-009") != 0 || r.count("FILE-005") != 2 {
		t.Errorf("no table at all: %+v", r.Files)
	}
}

// TestNamedTable refuses a file that is not the table that the user named.
func TestNamedTable(t *testing.T) {
	f := fileOf("wards.csv", "Ward,Beds\nNorth,12\n")
	f.Table = "patients"
	r := runJob(t, newJob(t, Harmonize), Env{}, f)
	if r.Files[0].Reason != "FILE-002" {
		t.Errorf("%+v", r.Files[0])
	}
}

// TestRejectLimit fails a file of which too much is unusable: its quarantine is written, its clean rows are not.
func TestRejectLimit(t *testing.T) {
	half := "patient_id,Last Name,DOB\n" + strings.Repeat("1,Smith,1985-01-31\n,Doe,1985-01-31\n", 60)
	more := half + ",Roe,1985-01-31\n"
	r := harmonizeText(t, "patients.csv", half)
	if r.Status() == "failed" {
		t.Fatalf("half is accepted: %+v", r.Files)
	}
	r = harmonizeText(t, "patients.csv", more)
	f := r.Files[0]
	if f.Reason != "FILE-008" || f.Counts.Withheld != 60 || f.Counts.RowsOut != 0 || f.Counts.Quarantined != 61 {
		t.Errorf("%+v", f)
	}
	if r.count(f.Reason) != 1 || strings.Count(r.read(issuesName), f.Reason) != 1 {
		t.Errorf("the rule is not told: %v", r.Issues)
	}
	if len(r.rows("patient.quarantine.csv")) != 61 {
		t.Error("the quarantine is not written")
	}
	for _, o := range r.Outputs {
		if o.Kind == kindClean {
			t.Error("clean rows of a failed file are written")
		}
	}
	job := newJob(t, Harmonize)
	all := 100.0
	job.Options.MaxRejectPct = &all
	if r := runJob(t, job, Env{}, fileOf("patients.csv", more)); r.Status() == "failed" {
		t.Error("max_reject_pct is not obeyed")
	}
}

// TestOperations differ in what they change and what they keep.
func TestOperations(t *testing.T) {
	content := "patient_id,Last Name,Sex\n1,SMITH,M\n1,SMITH,M\n,,\n ,,F\n"
	for _, tt := range []struct {
		operation            string
		out, bad, duplicates int64
		kinds                string
	}{
		{Harmonize, 1, 1, 1, "clean quarantine duplicates crosswalk issues changes plan scorecard report log"},
		{Clean, 2, 1, 0, "clean quarantine issues changes plan scorecard report log"},
		{Standardize, 3, 0, 0, "clean issues changes plan scorecard report log"},
		{Validate, 3, 0, 0, "issues plan scorecard report log"},
	} {
		r := runJob(t, newJob(t, tt.operation), Env{}, fileOf("patients.csv", content))
		var kinds []string
		for _, o := range r.Outputs {
			kinds = append(kinds, o.Kind)
		}
		c := r.Counts
		if c.RowsIn != 4 || c.DroppedBlank != 1 || c.RowsOut != tt.out || c.Quarantined != tt.bad || c.DuplicatesRemoved != tt.duplicates {
			t.Errorf("%s: %+v", tt.operation, c)
		}
		if got := strings.Join(kinds, " "); got != tt.kinds {
			t.Errorf("%s writes %s", tt.operation, got)
		}
	}
}

// TestFormats writes the same rows as CSV, NDJSON and JSON.
func TestFormats(t *testing.T) {
	job := newJob(t, Harmonize)
	content := patients("Notes", `"say ""hi"""`, "")
	want := runJob(t, job, Env{}, fileOf("patients.csv", content)).rows("patient.clean.csv")
	check := func(i int, got map[string]any) {
		t.Helper()
		for field, value := range want[i] {
			if g, _ := got[field].(string); g != value {
				t.Errorf("row %d: %s = %v, want %q", i, field, got[field], value)
			}
		}
	}
	job.Options.Format = "json"
	var rows []map[string]any
	if err := json.Unmarshal([]byte(runJob(t, job, Env{}, fileOf("patients.csv", content)).read("patient.clean.json")), &rows); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		check(i, row)
	}
	job.Options.Format = "ndjson"
	i := 0
	for line := range strings.Lines(runJob(t, job, Env{}, fileOf("patients.csv", content)).read("patient.clean.ndjson")) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		check(i, row)
		i++
	}
	if len(rows) != 2 || i != 2 {
		t.Errorf("%d rows of JSON, %d of NDJSON", len(rows), i)
	}
}

// TestCSVSafe disarms formulas and nothing else.
func TestCSVSafe(t *testing.T) {
	job := newJob(t, Harmonize)
	job.Options.CSVSafe = true
	r := runJob(t, job, Env{}, fileOf("patients.csv", patients("Phone,Notes", "617-555-2345,=1+1", "617-555-2346,-5")))
	rows := r.rows("patient.clean.csv")
	if rows[0]["x_notes"] != "'=1+1" || rows[1]["x_notes"] != "-5" || rows[0]["phone_home"] != "+16175552345" || r.count("OUT-001") != 1 {
		t.Errorf("%v", rows)
	}
}

// TestProvenance says where each row came from, with the id that SPEC section 1 defines.
func TestProvenance(t *testing.T) {
	job := newJob(t, Harmonize)
	job.Options.Provenance = true
	rows := runJob(t, job, Env{}, fileOf("patients.csv", patients("DOB", "1985-01-31", "1985-01-31"))).rows("patient.clean.csv")
	if rows[1]["source_file"] != "patients.csv" || rows[1]["record_no"] != "2" || len(rows[1]["row_uid"]) != 32 || rows[0]["row_uid"] == rows[1]["row_uid"] {
		t.Errorf("%v", rows)
	}
}

// TestSuites takes every CSV that others made through the engine: what table each is, and that its rows are accounted for.
func TestSuites(t *testing.T) {
	want := map[string]string{
		"allergies.csv": "allergy", "conditions.csv": "condition", "encounters.csv": "encounter", "immunizations.csv": "immunization",
		"medications.csv": "medication", "observations.csv": "observation", "patients.csv": "patient", "careplans.csv": "generic",
		"devices.csv": "generic", "imaging_studies.csv": "generic", "organizations.csv": "generic", "payers.csv": "generic",
		"procedures.csv": "generic", "providers.csv": "generic", "supplies.csv": "generic",
	}
	paths, _ := filepath.Glob(filepath.Join(suites.Path(t, "synthea-csv"), "*.csv"))
	if len(paths) != len(want) {
		t.Errorf("%d files of synthea", len(paths))
	}
	for _, path := range paths {
		r := runPath(t, path)
		if name := filepath.Base(path); r.Files[0].Table != want[name] || r.Counts.Quarantined > 0 {
			t.Errorf("%s: %+v", name, r.Files[0])
		}
	}
	failed := map[string]string{"completely-empty-file.csv": "FILE-001", "column-headers-only.csv": "FILE-001"}
	paths, _ = filepath.Glob(filepath.Join(suites.Path(t, "cdc-reportstream-csv"), "input", "*.csv"))
	for _, path := range paths {
		r := runPath(t, path)
		if name := filepath.Base(path); r.Files[0].Reason != failed[name] {
			t.Errorf("%s: %+v", name, r.Files[0])
		}
	}
}

func runPath(t *testing.T, path string) *result {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return harmonizeText(t, filepath.Base(path), string(content))
}
