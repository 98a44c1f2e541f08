package table

import (
	"context"
	"strings"
	"testing"
)

// TestNotGiven reads as the status that a vaccine was not given, or a drug not taken, which STU3 and DSTU2 say beside a status of completed.
func TestNotGiven(t *testing.T) {
	tests := []struct{ name, members, want string }{
		{"of STU3", `"status":"completed","notGiven":true`, "status=not-done"},
		{"of DSTU2", `"wasNotGiven":true,"status":"completed"`, "status=not-done"},
		{"without a status", `"notGiven":true`, "status=not-done"},
		{"given", `"status":"completed","notGiven":false`, "status=completed notGiven=false"},
		{"an error", `"status":"entered-in-error","notGiven":true`, "status=entered-in-error notGiven=true"},
		{"of R4", `"status":"not-done"`, "status=not-done"},
	}
	for _, tt := range tests {
		sources, err := Open(context.Background(), input("p.json", `{"resourceType":"Immunization","id":"1",`+tt.members+"}"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(describe(t, sources), "\n"), "p.json/Immunization immunization: id=1 "+tt.want; got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, want)
		}
	}
}

// TestMedicationKinds says what a row of medications is by its resource, and that a drug was not taken by its status.
func TestMedicationKinds(t *testing.T) {
	tests := []struct{ resource, members, want string }{
		{"MedicationStatement", `"status":"completed","taken":"n"`, "medication_kind=statement id=1 status=not-taken"},
		{"MedicationStatement", `"status":"completed","taken":"y"`, "medication_kind=statement id=1 status=completed taken=y"},
		{"MedicationStatement", `"wasNotTaken":true,"status":"active"`, "medication_kind=statement id=1 status=not-taken"},
		{"MedicationAdministration", `"status":"completed","notGiven":true`, "medication_kind=administration id=1 status=not-done"},
		{"MedicationOrder", `"dateWritten":"2015-01-31"`, "medication_kind=request id=1 authoredOn=2015-01-31"},
		{"MedicationDispense", `"status":"declined"`, "medication_kind=dispense id=1 status=declined"},
	}
	for _, tt := range tests {
		sources, err := Open(context.Background(), input("p.json", `{"resourceType":"`+tt.resource+`","id":"1",`+tt.members+"}"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(describe(t, sources), "\n"), "p.json/"+tt.resource+" medication: "+tt.want; got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.members, got, want)
		}
	}
}
