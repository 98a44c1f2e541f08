package engine

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"harmonizer/go-worker/internal/columnar"
)

const someLabs = "Result ID,MRN,Test,Value,Units,Collected\n" +
	"1,A/1,2345-7,<5.50,mg/dL,2024-01\n2,A/1,2345-7,90,mg/dL,2024-01-05\n2,A/1,2345-7,90,mg/dL,2024-01-05\n3,B,HIV,negative,,\n"

// TestConvert converts the clean CSV of a job: the file is the one that the job makes in that format.
func TestConvert(t *testing.T) {
	files := []File{fileOf("patients.csv", messyPatients(500, 3)), fileOf("lab_results.csv", someLabs),
		fileOf("wards.csv", "ward,floor\nA,007\nB,\n")}
	job := newJob(t, Harmonize)
	clean := runJob(t, job, Env{}, files...)
	for _, format := range Formats {
		job.Options.Format = format
		made := runJob(t, job, Env{}, files...)
		for _, table := range []string{"patient", "observation", "generic"} {
			source := fileOf(table+".clean.csv", clean.read(table+".clean.csv"))
			dir := t.TempDir()
			out, err := Convert(context.Background(), job.Profile, source, job.Options, dir)
			if err != nil {
				t.Fatal(err)
			}
			converted := result{t: t, dir: dir}
			if converted.read(out.Name) != made.read(out.Name) {
				t.Errorf("%s of %s differs from what the job makes", format, table)
			}
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	job := newJob(t, Clean)
	for name, content := range map[string]string{
		"ragged.csv": "a,b\n1,2\n3\n", "empty.csv": "", "twice.csv": "a,a\n1,2\n", "cut.csv": "a,b\n1,2", "quote.csv": "a,b\n\"1,2\n",
		"rows.json": "[]",
	} {
		dir := t.TempDir()
		if _, err := Convert(context.Background(), job.Profile, fileOf(name, content), job.Options, dir); !errors.Is(err, ErrNotClean) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
			t.Errorf("%s left %q", name, left)
		}
	}
	done, stop := context.WithCancel(context.Background())
	stop()
	_, err := Convert(done, job.Profile, fileOf("a.csv", "a\n1\n"), job.Options, t.TempDir())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestKinds takes the kinds of columns from the profile, and text where a value does not fit.
func TestKinds(t *testing.T) {
	p := usCore(t)
	tests := []struct {
		table, column string
		want          columnar.Kind
	}{
		{"patient", "patient_id", columnar.Text},
		{"patient", "birth_date", columnar.Text},
		{"patient", "zip", columnar.Text},
		{"patient", "age", columnar.Integer},
		{"patient", "deceased", columnar.Boolean},
		{"patient", "race_multiple", columnar.Boolean},
		{"patient", "is_test", columnar.Boolean},
		{"patient", "weight", columnar.Decimal},
		{"patient", "blood_pressure", columnar.Text},
		{"patient", "record_no", columnar.Integer},
		{"observation", "value", columnar.Text},
		{"observation", "value_number", columnar.Decimal},
		{"observation", "reference_high", columnar.Decimal},
		{"medication", "end_open_ended", columnar.Boolean},
		{"medication", "refills", columnar.Integer},
		{"condition", "poa", columnar.Text},
		{"generic", "is_test", columnar.Text},
		{"generic", "age", columnar.Text},
	}
	for _, tt := range tests {
		if got := kindOf(p.Table(tt.table), tt.column); got != tt.want {
			t.Errorf("%s.%s is %d; want %d", tt.table, tt.column, got, tt.want)
		}
	}
	k := newKinds(p.Table("medication"), []string{"dose", "refills", "start"})
	k.check([]string{"3", "half", ""}, []int{1, 0, 2})
	if k[0].Kind != columnar.Text || k[1].Kind != columnar.Integer {
		t.Errorf("kinds %v; dose does not fit, refills do", k)
	}
}

// TestParquetFails says so when the file cannot be written.
func TestParquetFails(t *testing.T) {
	w, err := create(t.TempDir(), cleanOutput("patient", "parquet"))
	if err != nil {
		t.Fatal(err)
	}
	refusal := errors.New("full")
	w.tick = func(int) error { return refusal }
	form := newParquetForm(w, kinds{{Name: "a"}})
	form.row([]string{"1"})
	form.end()
	if _, err := w.close(); !errors.Is(err, refusal) {
		t.Errorf("closed with %v", err)
	}
}
