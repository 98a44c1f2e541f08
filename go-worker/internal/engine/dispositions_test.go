package engine

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

// withRule is the built-in profile, but for what one rule does.
func withRule(t *testing.T, rule, disposition string) *profile.Profile {
	t.Helper()
	p, err := profile.Parse(fmt.Appendf(nil, "name: local\nversion: \"1\"\nextends: us-core\nrules:\n  %s: {disposition: %s}\n", rule, disposition))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDispositions obeys the profile: what a rule does with a cell, a row or a file is not the rule's to say.
func TestDispositions(t *testing.T) {
	content := patients("DOB,Email", "01/31/1985,a@b.org", "02/30/2001,a@b.org")
	tests := []struct {
		rule, disposition string
		birth             string // of the second row; "-" when it is not there
		quarantined       int64
		status            string
	}{
		{"DATE-001", "null_cell", "", 0, "succeeded"},
		{"DATE-001", "keep_flag", "02/30/2001", 0, "succeeded"},
		{"DATE-001", "quarantine_row", "-", 1, "succeeded"},
		{"DATE-001", "fail_file", "-", 0, "failed"},
		{"DATE-101", "fail_file", "-", 0, "failed"}, // about the column
	}
	for _, tt := range tests {
		t.Run(tt.rule+"_"+tt.disposition, func(t *testing.T) {
			job := newJob(t, Harmonize)
			job.Profile = withRule(t, tt.rule, tt.disposition)
			r := runJob(t, job, Env{}, fileOf("patients.csv", content))
			if r.Status() != tt.status || r.Counts.Quarantined != tt.quarantined {
				t.Fatalf("%s, %+v", r.Status(), r.Files)
			}
			if tt.status == "failed" {
				if r.Files[0].Reason != tt.rule || r.Counts.RowsOut != 0 {
					t.Errorf("%+v", r.Files[0])
				}
				return
			}
			rows := r.rows("patient.clean.csv")
			if tt.birth == "-" {
				if len(rows) != 1 || len(r.rows("patient.quarantine.csv")) != 1 {
					t.Errorf("rows: %v", rows)
				}
			} else if rows[1]["birth_date"] != tt.birth {
				t.Errorf("birth date %q, want %q", rows[1]["birth_date"], tt.birth)
			}
			if r.count(tt.rule) != 1 {
				t.Errorf("%s was counted %d times", tt.rule, r.count(tt.rule))
			}
		})
	}
}

// TestRequiredValueDropped quarantines the row whose required value a rule drops.
func TestRequiredValueDropped(t *testing.T) {
	r := harmonizeText(t, "lab_results.csv", "patient_id,LOINC,Result,Units\n1,2823-3,4.0,mmol/L\n1.23E+11,2823-3,4.1,mmol/L\n")
	bad := r.rows("observation.quarantine.csv")
	if len(bad) != 1 || bad[0]["patient_id"] != "1.23E+11" || bad[0]["rule_ids"] != "REQ-001" {
		t.Errorf("quarantine: %v, issues: %v", bad, r.Issues)
	}
}

// TestArchive reads the members of an archive as files of their own: those of one table become one, and what cannot be
// read does not stop the others.
func TestArchive(t *testing.T) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, m := range [][2]string{
		{"north.csv", patients("DOB", "1985-01-31")}, {"picture.png", "\x89PNG\r\n\x1a\n\x00\x00"},
		{"south.csv", patients("DOB", "1985-01-31", "1986-01-31")}, {"wards.csv", "Ward,Beds\nNorth,12\n"},
	} {
		w, err := z.Create(m[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]File{nil, {fileOf("east.csv", patients("City", "boston"))}} {
		job := newJob(t, Clean)
		job.Options.Provenance = true
		uids := map[string]bool{}
		for _, row := range runJob(t, job, Env{}, fileOf("all.zip", packed.String())).rows("patient.clean.csv") {
			uids[row["row_uid"]] = true
		}
		if len(uids) != 3 {
			t.Errorf("the ids of three rows: %v", uids)
		}
		r := runJob(t, newJob(t, Harmonize), Env{}, append([]File{fileOf("all.zip", packed.String())}, more...)...)
		rows := r.rows("patient.clean.csv")
		if len(rows) != 2+len(more) || len(r.rows("generic.clean.csv")) != 1 || r.Counts.DuplicatesRemoved != 1 {
			t.Errorf("clean rows: %v, counts: %+v", rows, r.Counts)
		}
		if r.Status() != "succeeded" || r.Files[1].Name != "all.zip/picture.png" || r.Files[1].Status != StatusSkipped {
			t.Errorf("files: %+v", r.Files)
		}
	}
}
