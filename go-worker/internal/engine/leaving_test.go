package engine

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

// twoMonths are two deliveries: P1 moved, P2 came twice under two numbers, P4 is P3's twin.
func twoMonths() []File {
	const head = "Patient ID,Last Name,First Name,DOB,SSN,City,Zip,Updated At\n"
	files := []File{
		fileOf("november.csv", head+"P1,Smith,Ann,1980-02-03,,Rome,02139,2026-11-02\nP2,Jones,Bob,1971-05-06,523-45-6780,Lynn,02140,2026-11-02\nP9,Roe,Eve,1970-01-02,,Lynn,02140,2026-11-02\n"),
		fileOf("october.csv", head+"P1,Smith,Ann,1980-02-03,,Lynn,02140,2026-10-02\nP7,Jones,Robert,1971-05-06,523456780,,,2026-10-01\nP2,Jones,Bob,1971-05-06,523-45-6780,Lynn,02140,2026-11-02\n"+
			"P3,Brown,Cy,1999-03-04,,Lynn,02140,2026-10-02\nP4,Brown,Di,1999-03-04,,Lynn,02140,2026-10-02\n"),
	}
	return files
}

func TestVersionsAndPersonsLeave(t *testing.T) {
	r := runJob(t, newJob(t, Harmonize), Env{}, twoMonths()...)
	var ids []string
	for _, row := range r.rows("patient.clean.csv") {
		ids = append(ids, row["patient_id"]+" "+row["city"])
	}
	if got, want := strings.Join(ids, ", "), "P1 Rome, P2 Lynn, P9 Lynn, P7 , P3 Lynn, P4 Lynn"; got != want {
		t.Errorf("clean rows %s; want %s", got, want)
	}
	want := "source_file,record_no,kept_source_file,kept_record_no,method,score\n" +
		"october.csv,1,november.csv,1,source-key,1\noctober.csv,3,november.csv,2,exact,1\n"
	if got := r.read("patient.duplicates.csv"); got != want {
		t.Errorf("duplicates:\n%s", got)
	}
	for id, want := range map[string]int64{"UNQ-001": 1, "UNQ-002": 1, "UNQ-004": 1, "UNQ-005": 0} {
		if got := r.count(id); got != want {
			t.Errorf("%s was counted %d times, want %d", id, got, want)
		}
	}
	if strings.Contains(r.read("scorecard.json"), `"key_conflicts": 1`) {
		t.Error("a conflict that was settled counts as one of the kept rows")
	}
}

func TestRecordsOfOnePersonLeave(t *testing.T) {
	files := twoMonths()
	files[1] = fileOf("october.csv", strings.Replace(text(t, files[1]), "P7,Jones,Robert", "P7,Jones,Bobby", 1))
	r := runJob(t, newJob(t, Harmonize), Env{}, files...)
	if !strings.Contains(r.read("patient.duplicates.csv"), "october.csv,2,november.csv,2,deterministic:ssn+birth-date,1\n") || r.count("UNQ-005") != 1 {
		t.Errorf("duplicates:\n%s", r.read("patient.duplicates.csv"))
	}
	if finished := runParts(t, newJob(t, Harmonize), files); finished.read("patient.duplicates.csv") != r.read("patient.duplicates.csv") {
		t.Error("Finish finds others than Run")
	}
}

// TestRowsLeaveAloneAsBesideOthers finds in a file that is alone, whose rows are held against each other by their lines, what it finds where
// they are held against those of files with other columns, and with provenance, where no two lines are alike.
func TestRowsLeaveAloneAsBesideOthers(t *testing.T) {
	content := messyPatients(300, 5)
	content += content[strings.IndexByte(content, '\n')+1:]
	file := fileOf("patients.csv", content)
	alone := runJob(t, newJob(t, Harmonize), Env{}, file)
	want := alone.read("patient.duplicates.csv")
	if n := alone.Manifest.Counts.DuplicatesRemoved; n < 200 {
		t.Fatalf("only %d rows left", n)
	}
	beside := runJob(t, newJob(t, Harmonize), Env{}, file, fileOf("others.csv", "City,Patient ID\nRome,ZZ1\n"))
	if beside.read("patient.duplicates.csv") != want {
		t.Error("beside another file other rows leave")
	}
	job := newJob(t, Harmonize)
	job.Options.Provenance = true
	if runJob(t, job, Env{}, file).read("patient.duplicates.csv") != want {
		t.Error("with provenance other rows leave")
	}
}

// TestPatientsWithoutAFieldOfPersons are known by a number alone.
func TestPatientsWithoutAFieldOfPersons(t *testing.T) {
	r := runJob(t, newJob(t, Harmonize), Env{}, append(twoMonths(), fileOf("people.csv", "Person,Region\nP21,West\nP22,East\nP22,East\n"))...)
	if got := r.Manifest.Counts; got.RowsIn != 11 || got.DuplicatesRemoved < 2 {
		t.Errorf("counts %+v", got)
	}
}

// TestAProfileKeepsVersions only flags them when it says so.
func TestAProfileKeepsVersions(t *testing.T) {
	p, err := profile.Parse([]byte("name: site\nversion: \"1\"\nextends: us-core\nrules:\n  UNQ-004: {disposition: keep_flag}\n"))
	if err != nil {
		t.Fatal(err)
	}
	job := newJob(t, Harmonize)
	job.Profile = p
	r := runJob(t, job, Env{}, twoMonths()...)
	if r.Counts.DuplicatesRemoved != 1 || r.count("UNQ-004") != 1 {
		t.Errorf("%d removed, UNQ-004 %d", r.Counts.DuplicatesRemoved, r.count("UNQ-004"))
	}
}

// TestEqualRecordsStay where nothing tells them apart: two women of one age and treatment are two, and no row of a study is lost.
func TestEqualRecordsStay(t *testing.T) {
	const head, body = "arm,stage,age,outcome\n", "1,2,61,0\n1,2,61,0\n2,1,58,1\n2,1,58,1\n1,1,58,0\n"
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("study.csv", head+strings.Repeat(body, 6)), fileOf("again.csv", head+body))
	if r.Counts.DuplicatesRemoved != 0 || r.Counts.RowsOut != 35 || r.count("UNQ-007") != 32 || r.count("UNQ-002") != 0 {
		t.Errorf("counts %+v, UNQ-007 %d", r.Counts, r.count("UNQ-007"))
	}
	if !strings.Contains(r.read("plan.yaml"), "repeats: stay") {
		t.Error("the plan does not tell")
	}
}

// TestEventsOfAPersonStay: a second operation, study or prescription is no version of the first one, though the person is the same.
func TestEventsOfAPersonStay(t *testing.T) {
	const head = "Case #,MRN,Patient Name,DOB,Surgery Dt,Procedure\n"
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("or.csv", head+"1,77,\"Lang, Eric\",1961-08-09,2024-03-04,Left knee\n2,77,\"Lang, Eric\",1961-08-09,2024-03-09,Right knee\n"+
		"3,78,\"Diaz, Ana\",1978-10-30,2024-03-04,Hip\n"))
	if r.Counts.RowsOut != 3 || r.count("UNQ-006") != 1 || r.count("UNQ-005") != 0 {
		t.Errorf("%d rows stay, UNQ-006 %d", r.Counts.RowsOut, r.count("UNQ-006"))
	}
	if rows := r.rows("crosswalk.csv"); rows[0]["person_id"] != rows[1]["person_id"] || rows[0]["person_id"] == rows[2]["person_id"] {
		t.Errorf("the crosswalk tells other persons: %v", rows)
	}
	r = runJob(t, newJob(t, Harmonize), Env{}, fileOf("fills.csv", "Rx Number,Fill Date,Patient ID,NDC,Qty\n7,2024-01-02,P1,00093720410,90\n7,2024-04-02,P1,00093720410,90\n7,2024-04-02,P1,00093720410,90\n"))
	if r.Counts.RowsOut != 2 || r.count("UNQ-001") != 1 {
		t.Errorf("%d fills stay, UNQ-001 %d", r.Counts.RowsOut, r.count("UNQ-001"))
	}
}
