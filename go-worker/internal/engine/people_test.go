package engine

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/scorecard"
)

const (
	clinic = "MRN,Last Name,First Name,DOB,Sex,Address,City,State,Zip,Phone,SSN\n" +
		"M1,FEATHERSTONE,ANNELISE,1985-04-05,F,12 Oak St,Salem,MA,01970,617-555-2301,123-45-6780\n" +
		"M2,QUIGLEY,OMAR,1971-08-09,M,9 Elm St,Lynn,MA,01901,617-555-2302,\n" +
		"M3,LINDQVIST,MARA,2015-06-07,F,3 Hill Rd,Lynn,MA,01901,617-555-2303,\n"
	hospitalPatients = "Patient ID,Name,Birth Date,Gender,Street,Town,Province,Postcode,Cell\n" +
		"H7,\"Featherstone, Annelise\",04/05/1985,female,12 Oak Street,Salem,MA,01970,6175552301\n" +
		"H8,\"Lindqvist, Tove\",06/07/2015,female,3 Hill Road,Lynn,MA,01901,6175552303\n" +
		"H9,\"Okafor, Ben\",12/25/1990,male,77 Pine Ave,Salem,MA,01970,6175552309\n"
	hospitalLabs = "Result ID,Patient ID,LOINC,Result,Units,Collected\n" +
		"R1,H7,2345-7,100,mg/dL,2026-01-03\nR2,H9,2345-7,101,mg/dL,2026-01-03\nR3,H404,2345-7,102,mg/dL,2026-01-03\n"
)

func linkFiles() []File {
	files := []File{fileOf("clinic.csv", clinic), fileOf("hospital.csv", hospitalPatients), fileOf("labs.csv", hospitalLabs)}
	files[0].Source, files[1].Source, files[2].Source = "clinic", "hospital", "hospital"
	return files
}

func TestLink(t *testing.T) {
	job := newJob(t, Link)
	job.GoldPairs = []byte("file_a,record_a,file_b,record_b,same\nclinic.csv,1,hospital.csv,1,yes\nclinic.csv,3,hospital.csv,2,no\n")
	r := runJob(t, job, Env{Concurrency: 2}, linkFiles()...)
	persons := map[string]string{}
	for _, row := range r.rows("crosswalk.csv") {
		persons[row["source_id"]] = row["person_id"]
	}
	if len(persons) != 6 || persons["M1"] != persons["H7"] || persons["M3"] == persons["H8"] {
		t.Fatalf("persons %v", persons)
	}
	if rows := r.rows("patient.clean.csv"); len(rows) != 6 || rows[3]["person_id"] != persons["M1"] || rows[3]["row_uid"] == "" {
		t.Errorf("clean patients: %v", rows)
	}
	labs := r.rows("observation.clean.csv")
	if len(labs) != 3 || labs[0]["person_id"] != persons["M1"] || labs[1]["person_id"] != persons["H9"] || labs[2]["person_id"] != "" {
		t.Errorf("results do not follow their patients: %v", labs)
	}
	if r.count("REF-001") != 1 {
		t.Errorf("the orphan is told %d times", r.count("REF-001"))
	}
	review := r.rows("review_pairs.csv")
	if len(review) != 1 || review[0]["reason"] != "twins" || !strings.Contains(review[0]["why"], "twins") || review[0]["name_given_score"] != "differs" {
		t.Errorf("twins to review: %v", review)
	}
	golden := r.rows("persons.csv")
	if len(golden) != 5 || golden[0]["records"] != "2" || golden[0]["sources"] != "clinic|hospital" || golden[0]["ssn"] != "123456780" ||
		!strings.Contains(golden[0]["winners"], `"ssn":{"rule":"only-value"`) {
		t.Errorf("persons: %v", golden)
	}
	if card := r.read("scorecard.json"); !strings.Contains(card, `"f1": 1`) || !strings.Contains(card, `"true_pairs": 1`) {
		t.Errorf("the scorecard does not hold the links against the known pairs: %s", card)
	}
	var card struct{ People scorecard.People }
	if err := json.Unmarshal([]byte(r.read("scorecard.json")), &card); err != nil || !slices.Equal(card.People.OneEach, []string{"clinic.csv", "hospital.csv"}) {
		t.Errorf("files with one record of each person: %v, %v", card.People.OneEach, err)
	}
	if c := r.Counts; c.RowsOut != c.RowsIn || c.Quarantined != 0 {
		t.Errorf("rows were lost: %+v", c)
	}
}

// TestTestPatients are persons of their own, unless the profile keeps them.
func TestTestPatients(t *testing.T) {
	const head = "MRN,Last Name,First Name,DOB,Sex,SSN\n"
	files := func() []File {
		a := fileOf("clinic.csv", head+"M1,ZZTEST,PATIENT,1985-04-05,F,529-12-6780\nM2,Lee,Ann,1985-04-05,F,529-12-6781\n")
		b := fileOf("lab.csv", head+"L1,ZZTEST,PATIENT,1985-04-05,F,529-12-6780\nL2,Lee,Ann,1985-04-05,F,529-12-6781\n")
		a.Source, b.Source = "clinic", "lab"
		return []File{a, b}
	}
	for _, keep := range []bool{false, true} {
		for _, operation := range []string{Harmonize, Deduplicate, Link} {
			job := newJob(t, operation)
			if keep {
				kept := *job.Profile
				kept.TestRecords = profile.KeepTests
				job.Profile = &kept
			}
			person := map[string]string{}
			for _, row := range runJob(t, job, Env{}, files()...).rows("crosswalk.csv") {
				person[row["source_id"]] = row["person_id"]
			}
			if (person["M1"] == person["L1"]) != keep || person["M2"] != person["L2"] || len(person) != 4 {
				t.Errorf("%s, keep %v: %v", operation, keep, person)
			}
		}
	}
}

func TestDeduplicate(t *testing.T) {
	twice := clinic + "M1,FEATHERSTONE,ANELISE,1985-04-05,F,14 Elm St,Salem,MA,01970,617-555-2301,123-45-6780\n" + "M9,,,1985-04-05,F,,,,,,\n"
	r := runJob(t, newJob(t, Deduplicate), Env{}, fileOf("clinic.csv", twice))
	rows := r.rows("patient.clean.csv")
	if len(rows) != 4 || rows[0]["name_given"] != "Annelise" || rows[0]["person_id"] == "" || rows[0]["record_no"] != "1" {
		t.Errorf("golden rows: %v", rows)
	}
	if gone := r.rows("patient.duplicates.csv"); len(gone) != 1 || gone[0]["record_no"] != "4" || gone[0]["kept_record_no"] != "1" || gone[0]["method"] == "" {
		t.Errorf("duplicates: %v", gone)
	}
	c := r.Counts
	if c.RowsIn != c.RowsOut+c.Quarantined+c.DuplicatesRemoved || c.DuplicatesRemoved != 1 {
		t.Errorf("the rows do not add up: %+v", c)
	}
	if walk := r.rows("crosswalk.csv"); len(walk) != 5 {
		t.Errorf("crosswalk: %v", walk)
	}
}

// TestDeduplicateIncomplete merges a record without a birth date, and one without a family name, into the persons that others show they are; what
// nothing can be compared of is kept out.
func TestDeduplicateIncomplete(t *testing.T) {
	const people = "Last Name,First Name,DOB,Phone,Email,City\n" +
		"Featherstone,Anneliese,1985-04-05,617-555-2301,a.featherstone@example.org,Salem\n" +
		"Featherstone,Anneliese,,617-555-2301,a.featherstone@example.org,Salem\n" +
		",Anneliese,1985-04-05,,a.featherstone@example.org,Salem\n" +
		"Okafor,Ben,1990-11-30,617-555-4455,ben@example.org,Lynn\n" +
		"Okafor,,,,,Lynn\n"
	r := runJob(t, newJob(t, Deduplicate), Env{}, fileOf("people.csv", people))
	if rows := r.rows("patient.clean.csv"); len(rows) != 2 || rows[0]["birth_date"] != "1985-04-05" || rows[0]["name_family"] != "Featherstone" {
		t.Errorf("golden rows: %v", rows)
	}
	if out := r.rows("patient.quarantine.csv"); len(out) != 1 || out[0]["record_no"] != "5" || out[0]["rule_ids"] != "PAT-001" {
		t.Errorf("quarantine: %v", out)
	}
}

// TestDeduplicateContacts needs neither numbers nor birth dates where the user says that a file is of patients.
func TestDeduplicateContacts(t *testing.T) {
	f := fileOf("list.csv", "first_name,last_name,mailing_address_street_number,mailing_address_street_name,mailing_address_city,email\n"+
		"Anneliese,Featherstone,12,elm st,Salem,a.featherstone@example.org\nAnnelise,Featherstone,12,elm street,Salem,a.featherstone@example.org\n"+
		"Ben,Okafor,40,mill rd,Lynn,ben@example.org\n")
	f.Table = patientTable
	r := runJob(t, newJob(t, Deduplicate), Env{}, f)
	rows := r.rows("patient.clean.csv")
	if len(rows) != 2 || rows[0]["address_line1"] != "12 elm street" {
		t.Errorf("golden rows: %v", rows)
	}
}

// TestLinkByFinish gives the same bytes as when the parts come from elsewhere, and whatever the number of goroutines.
func TestLinkByFinish(t *testing.T) {
	want := runJob(t, newJob(t, Link), Env{Concurrency: 1}, linkFiles()...)
	got := runJob(t, newJob(t, Link), Env{Concurrency: 3}, linkFiles()...)
	for _, o := range want.Outputs {
		if slices.Contains([]string{kindCrosswalk, kindPersons, kindReview, kindClean}, o.Kind) && want.read(o.Name) != got.read(o.Name) {
			t.Errorf("%s differs", o.Name)
		}
	}
}

// TestLinkNeedsFields refuses files that tell nobody apart, with the fields that are needed: no patients, and patients without any of
// the fields.
func TestLinkNeedsFields(t *testing.T) {
	for _, operation := range []string{Link, Deduplicate} {
		for _, files := range [][]File{linkFiles()[2:], {fileOf("clinic.csv", "Patient,City,Sex\n,Salem,F\n,Lynn,M\n")}} {
			r := runJob(t, newJob(t, operation), Env{}, files...)
			f := r.Files[0]
			if r.Status() != "failed" || f.Reason != "FILE-010" || !strings.Contains(f.Detail, "a name and a birth date") {
				t.Errorf("%s of %s: %+v", operation, f.Name, f)
			}
			if f.Counts.Withheld+f.Counts.Quarantined != f.Counts.RowsIn || f.Counts.RowsOut != 0 || r.count("FILE-010") != 1 {
				t.Errorf("%s of %s: the rows do not add up: %+v", operation, f.Name, f.Counts)
			}
			for _, o := range r.Outputs {
				if o.Kind == kindClean || o.Kind == kindCrosswalk || o.Kind == kindPersons {
					t.Errorf("%s of %s wrote %s", operation, f.Name, o.Name)
				}
			}
		}
	}
}

// TestLinkOfNobody tells the reason of the files where none could be used, and finds nobody where every row was kept out.
func TestLinkOfNobody(t *testing.T) {
	r := runJob(t, newJob(t, Link), Env{}, fileOf("clinic.csv", ""))
	if r.Status() != "failed" || r.Files[0].Reason != "FILE-001" {
		t.Errorf("an empty file: %+v", r.Files)
	}
	r = runJob(t, newJob(t, Deduplicate), Env{}, fileOf("clinic.csv", "MRN,Last Name,First Name,DOB\n,,,1985-04-05\n"))
	if walk := r.rows("crosswalk.csv"); r.Counts.Quarantined != 1 || len(walk) != 1 || len(r.rows("persons.csv")) != 0 {
		t.Errorf("nobody is left: %+v, %v", r.Counts, walk)
	}
	r = runJob(t, newJob(t, Link), Env{}, fileOf("clinic.csv", "MRN,Last Name,First Name,DOB\n1,ZZTEST,Ann,1985-04-05\n2,ZZTEST,Ann,1985-04-05\n"))
	if walk := r.rows("crosswalk.csv"); r.Status() != "succeeded" || len(walk) != 2 || walk[0]["person_id"] == walk[1]["person_id"] {
		t.Errorf("test patients alone: %s, %v", r.Status(), walk)
	}
}

func TestGoldPairsThatAreNone(t *testing.T) {
	for _, document := range []string{"a,b\n1,2\n", "file_a,record_a,file_b,record_b\nx,one,y,2\n", "\"\n"} {
		if _, err := readGold([]byte(document)); err == nil {
			t.Errorf("%q was taken", document)
		}
	}
	if pairs, err := readGold([]byte("\ufefffile_a,record_a,file_b,record_b\na,1,b,2\n")); err != nil || len(pairs) != 1 {
		t.Errorf("marked as UTF-8: %v, %v", pairs, err)
	}
}
