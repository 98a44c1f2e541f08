package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// messyPatients writes n patients in forms that differ from record to record, the same for the same seed.
func messyPatients(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var b strings.Builder
	b.WriteString("patient_id,Last Name,First Name,DOB,Sex,Phone,Email,Address,City,State,ZIP,Race,Notes\n")
	for i := range n {
		id := fmt.Sprintf("%06d", r.IntN(n))
		last := pick("SMITH", "O'Brien", "de la cruz", "Mcdonald", "GARCÍA", " nguyen ", "", "Van Buren")
		dob := fmt.Sprintf(pick("%02d/%02d/%d", "%d/%d/%d"), 1+r.IntN(12), 13+r.IntN(15), 1930+r.IntN(90))
		phone := fmt.Sprintf(pick("(617) 555-%04d", "617-555-%04d x3", "617555%04d.0", "555-%04d", "n/a"), r.IntN(10000))
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s,\"%d Main St, Apt %d\",%s,%s,%s,%s,%s\n", pick(id, id, id, ""), last,
			pick("JOHN", "mary", "Ann-Marie", "José", ""), pick(dob, dob, dob, "02/30/2001", "N/A"), pick("M", "F", "female", "U", "?"),
			strings.Split(phone, "%!")[0], pick("A.B@Example.COM", "none@none.com", "a@b@c", ""), i%90, i%7, pick("boston", "AUSTIN", ""),
			pick("MA", "Texas", "mass.", "ZZ"), pick("2139", "02139", "75001", "7500", ""), pick("White", "asian; White", "2106-3", "??"),
			pick("", "  seen ", `"said ""hi"""`, "\"two\nlines\""))
	}
	return b.String()
}

// TestSameBytes runs one file with different numbers of goroutines and sizes of chunks: the outputs are the same.
func TestSameBytes(t *testing.T) {
	content := messyPatients(3000, 7)
	first := runJob(t, newJob(t, Harmonize), Env{Concurrency: 1}, fileOf("patients.csv", content))
	want := contents(first)
	for _, env := range []Env{{Concurrency: 2}, {Concurrency: 8, chunkBytes: 20 << 10}, {Concurrency: 3, chunkBytes: 1 << 10}} {
		other := runJob(t, newJob(t, Harmonize), env, fileOf("patients.csv", content))
		got := contents(other)
		if env.chunkBytes != 0 { // which is the unit in which these are told
			delete(got, issuesName)
			delete(got, changesName)
			if !slices.Equal(toldIssues(t, first.read(issuesName)), toldIssues(t, other.read(issuesName))) {
				t.Errorf("chunks of %d: other issues", env.chunkBytes)
			}
			if !reflect.DeepEqual(toldChanges(t, first.read(changesName)), toldChanges(t, other.read(changesName))) {
				t.Errorf("chunks of %d: other changes", env.chunkBytes)
			}
		}
		for name, text := range want {
			if got, there := got[name]; there && got != text {
				t.Errorf("%d goroutines, chunks of %d: %s differs", env.Concurrency, env.chunkBytes, name)
			}
		}
	}
}

var madeAt = regexp.MustCompile(`"made_at": "[^"]*"`)

// contents returns the outputs by name, without the clock time of the scorecard, and without the page that shows it.
func contents(r *result) map[string]string {
	all := map[string]string{}
	for _, o := range r.Outputs {
		if o.Kind != kindReport {
			content, err := os.ReadFile(filepath.Join(r.dir, o.Name))
			if err != nil {
				r.t.Fatal(err)
			}
			all[o.Name] = madeAt.ReplaceAllString(string(content), "")
		}
	}
	return all
}

// TestIdempotent harmonizes clean tables again: nothing changes.
func TestIdempotent(t *testing.T) {
	inputs := map[string]string{"messy.csv": messyPatients(500, 3)}
	goldens, _ := filepath.Glob("testdata/*.in")
	for _, path := range goldens {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		inputs[strings.TrimSuffix(filepath.Base(path), ".in")+".csv"] = string(content)
	}
	inputs["abroad.csv"] = "patient_id,dob,zip,country\n1,1980-01-31,10115,Germany\n2,1981-01-31,80331,Germany\n"
	inputs["temperatures.csv"] = "patient_id,visit_date,temperature,bmi\n1,2024-01-05,200F,24.5%\n2,2024-01-06,98.6 C,25\n3,2024-01-06,37.2 F,25\n4,2024-01-07,37.1,25\n"
	inputs["vaccines.csv"] = "patient_id,vaccine_name,date_given\n1,MMR,2024-01-05\n2,\"Influenza, seasonal, injectable\",2024-01-06\n"
	inputs["spoken.csv"] = "patient_id,full_name,language\n1,Mary (TJ) Roe VI,Taiwanese\n2,John Smith,English\n"
	inputs["allergies.csv"] = "patient_id,allergies\n1,NKDA\n2,Penicillin\n"
	inputs["completed.json"] = `[{"patient_id":1,"test":"Glucose","result":105},{"patient_id":2,"test":"Glucose","result":{"value":5.5,"unit":"mmol/L"}}]`
	for name, content := range inputs {
		t.Run(name, func(t *testing.T) {
			first := harmonizeText(t, name, content)
			for _, o := range first.Outputs {
				if o.Kind != kindClean {
					continue
				}
				clean := first.read(o.Name)
				second := harmonizeText(t, o.Name, clean)
				if got := second.read(o.Name); got != clean {
					t.Errorf("%s changes when it is harmonized again:\n%s\n%s", o.Name, clean, got)
				}
				if changes := second.read(changesName); changes != "" {
					t.Errorf("changes in %s:\n%s", o.Name, changes)
				}
			}
		})
	}
}

// TestAccounting runs every golden file through every operation; runJob checks that each record is accounted for.
func TestAccounting(t *testing.T) {
	goldens, _ := filepath.Glob("testdata/*.in")
	for _, path := range goldens {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file := fileOf(strings.TrimSuffix(filepath.Base(path), ".in")+".csv", string(content))
		for _, operation := range Operations {
			r := runJob(t, newJob(t, operation), Env{}, file)
			if c := r.Counts; operation == Validate && (c.RowsOut != c.RowsIn-c.dropped() || c.RowsUnpivoted != 0) {
				t.Errorf("%s of %s: %+v", operation, file.Name, c)
			}
		}
	}
}

// TestSuppliedPlan follows the plan of an earlier run: the outputs are the same.
func TestSuppliedPlan(t *testing.T) {
	for _, content := range []string{messyPatients(400, 5), "MRN,Wt (lb),Temp,DOB\n1,150,98.6,01/31/1980\n2,160,99.1,02/03/1981\n"} {
		job := newJob(t, Harmonize)
		first := runJob(t, job, Env{}, fileOf("patients.csv", content))
		job.Plan, job.Options.Again = planIn(t, first.read(planName)), true
		second := runJob(t, job, Env{}, fileOf("patients.csv", content))
		if first.PlanID != second.PlanID {
			t.Errorf("plan %s became %s", first.PlanID, second.PlanID)
		}
		for _, o := range first.Outputs {
			if o.Kind == kindClean || o.Kind == kindQuarantine || o.Kind == kindChanges {
				if first.read(o.Name) != second.read(o.Name) {
					t.Errorf("%s differs under its own plan", o.Name)
				}
			}
		}
	}
}

// TestForeignPlan says that a plan of other columns was not followed.
func TestForeignPlan(t *testing.T) {
	job := newJob(t, Harmonize)
	job.Plan = planIn(t, runJob(t, job, Env{}, fileOf("flights.csv", "src,flight\n1,2\n")).read(planName))
	r := runJob(t, job, Env{}, fileOf("patients.csv", messyPatients(20, 5)))
	if r.Files[0].Table != "patient" || !strings.Contains(r.read(issuesName), "it was read without it") {
		t.Errorf("%+v\n%s", r.Files, r.read(issuesName))
	}
}

// TestAnotherForm follows a plan with a file of the same columns that came in another form.
func TestAnotherForm(t *testing.T) {
	content := messyPatients(20, 5)
	job := newJob(t, Harmonize)
	first := runJob(t, job, Env{}, fileOf("patients.csv", content))
	job.Plan = planIn(t, first.read(planName))
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(content)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"sentence above": "Patients of the ward\n\n" + content, "UTF-16": utf16,
		"tabs": strings.ReplaceAll(content, ",", "\t")} {
		r := runJob(t, job, Env{}, fileOf("patients.csv", text))
		if r.Files[0].Table != "patient" || r.count("DRIFT-003") != 1 || r.Counts.RowsOut != first.Counts.RowsOut {
			t.Errorf("%s: %+v, DRIFT-003 %d times", name, r.Files, r.count("DRIFT-003"))
		}
	}
}

// TestLineage finds an entry with a rule for every cell that is not what arrived.
func TestLineage(t *testing.T) {
	content := messyPatients(300, 11)
	job := newJob(t, Standardize) // all rows stay, so rows and records go together
	r := runJob(t, job, Env{}, fileOf("patients.csv", content))
	told := map[string]int{}
	for _, c := range toldChanges(t, r.read(changesName)) {
		if len(c.rules) == 0 {
			t.Errorf("a change without a rule: %+v", c)
		}
		told[fmt.Sprint(c.record, " ", c.field)]++
	}
	in := runJob(t, newJob(t, Validate), Env{}, fileOf("patients.csv", content))
	if len(in.Outputs) == 0 || in.Counts.RowsOut != in.Counts.RowsIn {
		t.Errorf("validate: %+v", in.Counts)
	}
	pairs := map[string]string{"Last Name": "name_family", "DOB": "birth_date", "Sex": "administrative_gender", "Phone": "phone_home",
		"ZIP": "zip", "State": "state", "Email": "email", "City": "city", "Race": "race", "Notes": "x_notes"}
	source := (&result{t: t, dir: writeTemp(t, content)}).rows("in.csv")
	for i, row := range r.rows("patient.clean.csv") {
		for header, field := range pairs {
			want := 0
			if source[i][header] != row[field] {
				want = 1
			}
			if got := told[fmt.Sprintf("%d %s", i+1, field)]; got != want {
				t.Errorf("record %d, %s: %d entries, want %d", i+1, field, got, want)
			}
		}
	}
}

func writeTemp(t *testing.T, content string) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestParts harmonizes two files in parts and puts them together: the duplicates are those of both, and the columns too.
func TestParts(t *testing.T) {
	a := "patient_id,Last Name,First Name,DOB,City\n1,Smith,John,1980-01-31,Boston\n2,Doe,Ann,1981-01-31,\n"
	b := "patient_id,Last Name,First Name,DOB,State\n2,DOE,ANN,1981-01-31,\n3,Roe,Sam,1982-01-31,MA\n"
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("a.csv", a), fileOf("b.csv", b))
	rows := r.rows("patient.clean.csv")
	if len(rows) != 3 || rows[0]["city"] != "Boston" || rows[2]["state"] != "MA" || rows[2]["city"] != "" {
		t.Errorf("clean rows: %v", rows)
	}
	dup := r.rows("patient.duplicates.csv")
	if len(dup) != 1 || dup[0]["source_file"] != "b.csv" || dup[0]["record_no"] != "1" || dup[0]["kept_source_file"] != "a.csv" {
		t.Errorf("duplicates: %v", dup)
	}
	if r.count("UNQ-002") != 1 || r.Files[1].Counts.DuplicatesRemoved != 1 {
		t.Errorf("counts: %+v", r.Files)
	}
}

// TestPartWithoutFolder finishes a job of which one file was given up: it is failed, the others are there.
func TestPartWithoutFolder(t *testing.T) {
	job, dir := newJob(t, Harmonize), t.TempDir()
	good := fileOf("a.csv", patients("DOB", "1985-01-31"))
	if _, err := RunFile(context.Background(), job, good, false, Env{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	lost := fileOf("b.csv", "")
	lost.No = 2
	parts := []Part{{File: lost, Reason: "poison"}, {File: good, Open: localPart(dir, nil).open}}
	out := t.TempDir()
	m, err := Finish(context.Background(), job, parts, Env{Dir: out})
	if err != nil {
		t.Fatal(err)
	}
	r := &result{m, t, out}
	r.checkOutputs()
	if r.Status() != "partial" || r.Files[1].Reason != "poison" || len(r.rows("patient.clean.csv")) != 1 {
		t.Errorf("%+v", r.Files)
	}
}

// TestDeliveredTwice says when a file of the job is another one again.
func TestDeliveredTwice(t *testing.T) {
	content := patients("DOB", "1985-01-31")
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("a.csv", content), fileOf("b.csv", content), fileOf("c.csv", content+"\n"))
	if r.count("FILE-003") != 1 || !strings.Contains(r.read(issuesName), `"file":"b.csv","table":"patient","field":"","source_column":"","rule_id":"FILE-003"`) {
		t.Errorf("%+v", r.Issues)
	}
}

// TestPartsComeBack harmonizes what was put together from files with different columns: nothing changes, not even their order.
func TestPartsComeBack(t *testing.T) {
	a := "mrn,name,phone,zip\n1,\"Smith, John\",617-555-2345,02139\n"
	b := "mrn,Last Name,cell,ethnicity,DOB\n2,Roe,617-555-2346,Hispanic,1982-01-31\n"
	first := runJob(t, newJob(t, Harmonize), Env{}, fileOf("a.csv", a), fileOf("b.csv", b)).read("patient.clean.csv")
	if second := harmonizeText(t, "patient.clean.csv", first).read("patient.clean.csv"); first != second {
		t.Errorf("%s\nbecame\n%s", first, second)
	}
}

// TestCancelled stops with the context, and leaves no manifest.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	_, err := Run(ctx, newJob(t, Harmonize), []File{fileOf("patients.csv", messyPatients(50, 1))}, Env{Dir: dir})
	if err == nil {
		t.Fatal("a cancelled job succeeded")
	}
	if _, err := os.Stat(filepath.Join(dir, ManifestName)); err == nil {
		t.Error("a cancelled job left a manifest")
	}
}
