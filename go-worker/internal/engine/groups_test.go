package engine

import (
	"slices"
	"strings"
	"testing"
)

// TestUnrelatedFiles share no table: each header has its own, whatever the order of its columns.
func TestUnrelatedFiles(t *testing.T) {
	files := []File{fileOf("wards.csv", "Ward,Beds\nNorth,12\n"), fileOf("beds/wards.csv", "Colour,Size\nred,2\n"),
		fileOf("more.csv", "Beds,Ward\n12,North\n3,South\n"), fileOf("patients.csv", hospital[1].content)}
	r := runJob(t, newJob(t, Harmonize), Env{}, files...)
	var clean []string
	for _, o := range r.Outputs {
		if o.Kind == kindClean {
			clean = append(clean, o.Name+" "+o.Table)
		}
	}
	if want := []string{"patient.clean.csv patient", "wards.generic.clean.csv generic", "wards-2.generic.clean.csv generic"}; !slices.Equal(clean, want) {
		t.Errorf("clean tables %v, want %v", clean, want)
	}
	if rows := r.rows("wards.generic.clean.csv"); len(rows) != 2 || rows[1]["Ward"] != "South" || r.Counts.DuplicatesRemoved != 1 {
		t.Errorf("rows %v, %+v", rows, r.Counts)
	}
	one := runJob(t, newJob(t, Harmonize), Env{}, files[0], files[2])
	if len(one.rows("generic.clean.csv")) != 2 {
		t.Errorf("files of one header: %v", one.Outputs)
	}
}

// TestQuarantinesOfHeaders keeps records under the header that they came under, so that they come back as they were.
func TestQuarantinesOfHeaders(t *testing.T) {
	east := fileOf("east.csv", "Result ID,Patient ID,LOINC,Result\nR1,,2345-7,100\nR2,P1,2345-7,100\n")
	west := fileOf("west.csv", "Lab ID,MRN,Test Code,Value\nR3,,2345-7,90\n")
	south := fileOf("south.csv", "Lab ID,MRN,Test Code,Value\nR4,,2345-7,80\n")
	none := fileOf("north.csv", "Lab No,MRN,LOINC,Value\nR5,P2,2345-7,80\n")
	r := runJob(t, newJob(t, Harmonize), Env{}, none, east, west, south)
	var kept []string
	for _, o := range r.Outputs {
		if o.Kind == kindQuarantine {
			kept = append(kept, o.Name)
		}
	}
	if want := []string{"observation.quarantine.csv", "observation-2.quarantine.csv"}; !slices.Equal(kept, want) {
		t.Fatalf("quarantines %v, want %v", kept, want)
	}
	if a, b := r.rows(kept[0]), r.rows(kept[1]); len(a) != 1 || a[0]["Result"] != "100" || len(b) != 2 || b[1]["Value"] != "80" || b[1]["Lab ID"] != "R4" {
		t.Errorf("%v\n%v", a, b)
	}
	mended := strings.ReplaceAll(r.read(kept[1]), ",,2345-7", ",P7,2345-7")
	again := runJob(t, newJob(t, Harmonize), Env{}, fileOf(kept[1], mended))
	if rows := again.rows("observation.clean.csv"); len(rows) != 2 || rows[0]["patient_id"] != "P7" || rows[1]["value"] != "80" {
		t.Errorf("submitted again: %v", rows)
	}
}
