package table

import (
	"context"
	"strings"
	"testing"
)

// TestNotGiven reads as the status that a vaccine was not given, which STU3 and DSTU2 say beside a status of completed.
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
