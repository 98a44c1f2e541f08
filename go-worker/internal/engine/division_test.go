package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// folderOf opens what an item left in a folder.
func folderOf(dir string) Folder {
	return func(name string) (io.ReadCloser, error) { return os.Open(filepath.Join(dir, name)) }
}

// divide plans a file and transforms its ranges, each as an item of its own, the last one first.
func divide(t testing.TB, job Job, file File, alone bool, rangeBytes int64, env Env) Part {
	t.Helper()
	planned := env
	planned.Dir = t.TempDir()
	m, err := PlanFile(context.Background(), job, file, alone, rangeBytes, planned)
	if err != nil {
		t.Fatal(err)
	}
	part := Part{File: file, Open: folderOf(planned.Dir)}
	if m.Division == nil {
		return part
	}
	part.Ranges = make([]Folder, len(m.Division.Ranges))
	for i := len(part.Ranges) - 1; i >= 0; i-- {
		env.Dir = t.TempDir()
		if _, err := RunRange(context.Background(), job, file, part.Open, i, env); err != nil {
			t.Fatalf("range %d: %v", i, err)
		}
		part.Ranges[i] = folderOf(env.Dir)
	}
	return part
}

// runDivided does a job whose files are read in ranges.
func runDivided(t testing.TB, job Job, rangeBytes int64, env Env, files ...File) (*result, int) {
	t.Helper()
	parts, ranges := make([]Part, len(files)), 0
	for i, f := range files {
		f.No = i + 1
		parts[i] = divide(t, job, f, len(files) == 1, rangeBytes, env)
		ranges += len(parts[i].Ranges)
	}
	env.Dir = t.TempDir()
	m, err := Finish(context.Background(), job, parts, env)
	if err != nil {
		t.Fatal(err)
	}
	r := &result{m, t, env.Dir}
	r.checkOutputs()
	return r, ranges
}

// sameJob compares the outputs of two runs of a job, and what their manifests say.
func sameJob(t *testing.T, got, want *result) {
	t.Helper()
	wanted, found := contents(want), contents(got)
	for name, text := range wanted {
		if found[name] != text {
			t.Errorf("%s differs:\n%.2000s\nwanted\n%.2000s", name, found[name], text)
		}
	}
	if len(found) != len(wanted) {
		t.Errorf("%d outputs, wanted %d", len(found), len(wanted))
	}
	if got.Counts != want.Counts || got.PlanID != want.PlanID || !reflect.DeepEqual(got.Files, want.Files) || !reflect.DeepEqual(got.Issues, want.Issues) {
		t.Errorf("manifest %+v\nwanted   %+v", got.Manifest, want.Manifest)
	}
}

// ndjson writes the rows of a CSV text as one object a line.
func ndjson(t testing.TB, text string) string {
	t.Helper()
	r := runJob(t, Job{Operation: Clean, Profile: usCore(t), Today: today, Options: Options{Format: "ndjson"}}, Env{},
		File{Name: "x.csv", Source: "test", Table: "generic", SHA256: "00", Input: fileOf("x.csv", text).Input})
	return r.read("generic.clean.ndjson")
}

// TestDivided reads files in ranges: the outputs are those of one worker that reads them whole.
func TestDivided(t *testing.T) {
	messy := messyPatients(500, 11)
	footed := messy + "\nTotal,600\nExported by nobody\n"
	cp1252 := strings.NewReplacer("Í", "\xcd", "é", "\xe9").Replace(messy)
	texts := map[string]struct{ name, content string }{
		"csv":              {"patients.csv", messy},
		"mark and CRLF":    {"patients.csv", "\xef\xbb\xbf" + strings.ReplaceAll(messy, "\n", "\r\n")},
		"Windows-1252":     {"patients.csv", cp1252},
		"tabs":             {"patients.tsv", strings.ReplaceAll(messyPatients(600, 5), ",", "\t")},
		"preamble, footer": {"patients.csv", "Report of patients\n\n" + footed},
		"no last line end": {"patients.csv", strings.TrimSuffix(messy, "\n")},
		"ndjson":           {"patients.ndjson", ndjson(t, messy)},
		"quotes never end": {"patients.csv", messy + "\"000001,\"SMITH,\n" + messy[strings.IndexByte(messy, '\n')+1:]},
		"quotes astray":    {"patients.csv", astray(messy)},
	}
	for label, in := range texts {
		t.Run(label, func(t *testing.T) {
			env := Env{Concurrency: 2, chunkBytes: 2 << 10}
			want := runJob(t, newJob(t, Harmonize), env, fileOf(in.name, in.content))
			const bytes = 12 << 10
			got, ranges := runDivided(t, newJob(t, Harmonize), bytes, env, fileOf(in.name, in.content))
			if ranges < len(in.content)/(2*bytes) {
				t.Errorf("only %d ranges of %d bytes", ranges, len(in.content))
			}
			sameJob(t, got, want)
		})
	}
}

// TestDividedWide reads a file in ranges whose records become several rows, and whose chunks are smaller for it.
func TestDividedWide(t *testing.T) {
	var text strings.Builder
	text.WriteString("MRN,Date,Height (in),Weight (lb),BP,Temp (F),HR\n")
	for i := range 12_000 {
		fmt.Fprintf(&text, "M%05d,%02d/%02d/2023,%d,%d,%d/%d,%.1f,%d\n", i, i%12+1, i%28+1, 58+i%18, 100+i%150, 95+i%70, 55+i%35, 96.5+float64(i%30)/10, 50+i%60)
	}
	env := Env{Concurrency: 2}
	want := runJob(t, newJob(t, Harmonize), env, fileOf("vitals.csv", text.String()))
	got, ranges := runDivided(t, newJob(t, Harmonize), 100<<10, env, fileOf("vitals.csv", text.String()))
	if ranges < 3 || want.Counts.RowsUnpivoted == 0 {
		t.Errorf("%d ranges of %d bytes, %d rows more than records", ranges, text.Len(), want.Counts.RowsUnpivoted)
	}
	sameJob(t, got, want)
}

// astray opens a quote in some lines of a text, which a line some way below closes, or none does.
func astray(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i := 5; i+30 < len(lines); i += 40 {
		lines[i] = strings.Replace(lines[i], ",", ",\"", 1)
		if i%3 == 0 {
			lines[i+30] = strings.Replace(lines[i+30], ",", "\",", 3)
		}
	}
	return strings.Join(lines, "")
}

// TestDividedOperations divides one of several files, under every operation and in other formats.
func TestDividedOperations(t *testing.T) {
	messy := messyPatients(400, 2)
	files := func() []File {
		return []File{fileOf("a.csv", messyPatients(30, 9)), fileOf("patients.csv", messy), fileOf("b.csv", messy[:len(messy)/2])}
	}
	env := Env{Concurrency: 2, chunkBytes: 2 << 10}
	for _, operation := range Operations {
		for _, format := range []string{"csv", "parquet"} {
			t.Run(operation+" "+format, func(t *testing.T) {
				job := newJob(t, operation)
				job.Options = Options{Format: format, Provenance: true, CSVSafe: true}
				got, _ := runDivided(t, job, 10<<10, env, files()...)
				sameJob(t, got, runJob(t, job, env, files()...))
			})
		}
	}
}

// TestDividedRejected divides a file of which too many rows are unusable: it fails as a whole, its quarantine is written.
func TestDividedRejected(t *testing.T) {
	zero := 0.0
	job := newJob(t, Harmonize)
	job.Options.MaxRejectPct = &zero
	env := Env{Concurrency: 2, chunkBytes: 2 << 10}
	file := fileOf("patients.csv", messyPatients(400, 2))
	want := runJob(t, job, env, file)
	got, ranges := runDivided(t, job, 8<<10, env, file)
	if want.Files[0].Status != StatusFailed || ranges < 2 {
		t.Fatalf("status %s, %d ranges", want.Files[0].Status, ranges)
	}
	sameJob(t, got, want)
}

// TestNotDivided plans what cannot be cut into ranges: it is done whole.
func TestNotDivided(t *testing.T) {
	for _, in := range []struct{ name, content string }{
		{"patients.json", "[" + strings.ReplaceAll(strings.TrimSpace(ndjson(t, messyPatients(300, 3))), "\n", ",") + "]"},
		{"patients.csv", "patient_id,dob\n1,1980-02-03\n"},
		{"patients.csv", ""},
		{"clinic.csv", messyPatients(200, 3) + "\n" + resultsOf(200)},
		{"clinic.csv", strings.Repeat(messyPatients(200, 3), 40) + "\n" + resultsOf(2000)}, // more than is looked at at once
	} {
		env := Env{Dir: t.TempDir(), chunkBytes: 1 << 10}
		m, err := PlanFile(context.Background(), newJob(t, Harmonize), fileOf(in.name, in.content), true, 1<<10, env)
		if err != nil {
			t.Fatal(err)
		}
		if m.Division != nil {
			t.Errorf("%s: %d ranges", in.name, len(m.Division.Ranges))
		}
		got := &result{m, t, env.Dir}
		sameJob(t, got, runJob(t, newJob(t, Harmonize), Env{chunkBytes: 1 << 10}, fileOf(in.name, in.content)))
	}
}

// resultsOf writes a table of results.
func resultsOf(rows int) string {
	var b strings.Builder
	b.WriteString("Patient ID,Test,Result,Units,Collection Date\n")
	for i := range rows {
		fmt.Fprintf(&b, "%06d,Glucose,%d,mg/dL,2024-02-03\n", i, 80+i%50)
	}
	return b.String()
}

// TestDividedReferences divides a file of which some rows name patients that the job does not hold.
func TestDividedReferences(t *testing.T) {
	var visits strings.Builder
	visits.WriteString("Encounter ID,Patient ID,Class,Admit Date\n")
	for i := range 300 {
		fmt.Fprintf(&visits, "E%d,%06d,AMB,2026-01-02\n", i, i)
	}
	files := func() []File {
		return []File{fileOf("encounters.csv", visits.String()), fileOf("patients.csv", messyPatients(300, 2))}
	}
	env := Env{Concurrency: 2, chunkBytes: 1 << 10}
	want := runJob(t, newJob(t, Harmonize), env, files()...)
	got, ranges := runDivided(t, newJob(t, Harmonize), 3<<10, env, files()...)
	if want.count("REF-001") == 0 || ranges < 4 {
		t.Fatalf("%d rows without a patient, %d ranges", want.count("REF-001"), ranges)
	}
	sameJob(t, got, want)
}

// TestDividedSuppliedPlan divides a file that is read by a plan of before.
func TestDividedSuppliedPlan(t *testing.T) {
	file := fileOf("patients.csv", messyPatients(400, 4))
	env := Env{chunkBytes: 2 << 10}
	job := newJob(t, Harmonize)
	job.Plan, job.Options.Again = planIn(t, runJob(t, job, env, file).read(planName)), true
	got, _ := runDivided(t, job, 8<<10, env, file)
	sameJob(t, got, runJob(t, job, env, file))
}

// TestRangeOfAnotherFile meets a file that is not the one that was planned.
func TestRangeOfAnotherFile(t *testing.T) {
	job, env := newJob(t, Harmonize), Env{Dir: t.TempDir(), chunkBytes: 2 << 10}
	file := fileOf("patients.csv", messyPatients(400, 4))
	if _, err := PlanFile(context.Background(), job, file, false, 8<<10, env); err != nil {
		t.Fatal(err)
	}
	planned := folderOf(env.Dir)
	env.Dir = t.TempDir()
	file.Input = fileOf("patients.csv", "other,header\n1,2\n").Input
	if _, err := RunRange(context.Background(), job, file, planned, 1, env); !errors.Is(err, errNotAsPlanned) {
		t.Errorf("error %v", err)
	}
	env.Dir = t.TempDir()
	if _, err := RunRange(context.Background(), job, file, planned, 99, env); err == nil || !strings.Contains(err.Error(), "no range 99") {
		t.Errorf("error %v", err)
	}
}

// TestPartsOfAnotherRelease are not read as if they were its own.
func TestPartsOfAnotherRelease(t *testing.T) {
	job, env := newJob(t, Harmonize), Env{chunkBytes: 2 << 10}
	part := divide(t, job, fileOf("patients.csv", messyPatients(400, 4)), true, 8<<10, env)
	asWritten := part.Ranges[0]
	part.Ranges[0] = func(name string) (io.ReadCloser, error) {
		in, err := asWritten(name)
		if err != nil || name != ManifestName {
			return in, err
		}
		defer in.Close()
		text, err := io.ReadAll(in)
		older := strings.Replace(string(text), fmt.Sprintf(`"form": %d`, pieceForm), `"form": 1`, 1)
		if older == string(text) {
			t.Error("the manifest says no form")
		}
		return io.NopCloser(strings.NewReader(older)), err
	}
	env.Dir = t.TempDir()
	if _, err := Finish(context.Background(), job, []Part{part}, env); !errors.Is(err, ErrOtherRelease) {
		t.Errorf("error %v", err)
	}
}

// TestMissingRange puts a file together of which a range is missing.
func TestMissingRange(t *testing.T) {
	job, env := newJob(t, Harmonize), Env{chunkBytes: 2 << 10}
	part := divide(t, job, fileOf("patients.csv", messyPatients(400, 4)), true, 8<<10, env)
	part.Ranges = part.Ranges[1:]
	env.Dir = t.TempDir()
	_, err := Finish(context.Background(), job, []Part{part}, env)
	if want := fmt.Sprintf("%d of %d ranges", len(part.Ranges), len(part.Ranges)+1); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v", err)
	}
}
