package table

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestReferences reads what names a patient of a transaction as the id that the patient has there, in all tables; what names none is told.
func TestReferences(t *testing.T) {
	const patients = `{"fullUrl":"urn:uuid:AA-1","resource":{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:mrn","value":"M1"}]}},
		{"fullUrl":"http://h.org/fhir/Patient/x2","resource":{"resourceType":"Patient","id":"p2","identifier":[{"system":"urn:mrn","value":"M2"}]}},
		{"fullUrl":"urn:uuid:cc-3","resource":{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"M3"},{"system":"urn:other","value":"M2"}]}}`
	tests := []struct{ name, subject, want string }{
		{"address of a transaction", `{"reference":"urn:uuid:aa-1"}`, "p1"},
		{"of one without an id", `{"reference":"urn:uuid:cc-3"}`, "cc-3"},
		{"address with a version", `{"reference":"http://h.org/fhir/Patient/x2/_history/4"}`, "p2"},
		{"relative to that address", `{"reference":"Patient/x2"}`, "p2"},
		{"id", `{"reference":"Patient/p2"}`, "p2"},
		{"id with a version", `{"reference":"Patient/p2/_history/1"}`, "p2"},
		{"address elsewhere", `{"reference":"https://other.org/Patient/77"}`, "77"},
		{"none of the document", `{"reference":"urn:uuid:dd-4"}`, "dd-4"},
		{"identifier", `{"identifier":{"system":"urn:mrn","value":"M1"}}`, "p1"},
		{"identifier without its system", `{"identifier":{"value":"M1"}}`, "p1"},
		{"identifier of several", `{"identifier":{"value":"M2"}}`, "M2 JSON-006"},
		{"identifier of nobody", `{"identifier":{"system":"urn:mrn","value":"M9"}}`, "M9 JSON-006"},
		{"search", `{"reference":"Patient?identifier=urn:mrn|M2"}`, "p2"},
		{"another search", `{"reference":"Patient?name=Lee"}`, " Patient?name=Lee JSON-005"},
		{"held by itself", `{"reference":"#in"}`, "p1"},
		{"held, without an identifier", `{"reference":"#bare"}`, " #bare JSON-005"},
		{"not held", `{"reference":"#gone"}`, " #gone JSON-005"},
		{"words alone", `{"display":"Ann"}`, ""},
	}
	kinds := map[string]string{"Observation": "subject", "Condition": "subject", "Encounter": "subject", "MedicationRequest": "subject", "MedicationStatement": "subject",
		"MedicationAdministration": "subject", "MedicationDispense": "subject", "Immunization": "patient", "AllergyIntolerance": "patient", "Procedure": "subject"}
	for _, tt := range tests {
		for kind, element := range kinds {
			record := fmt.Sprintf(`{"resource":{"resourceType":%q,"id":"r","contained":[{"resourceType":"Patient","id":"in","identifier":[{"system":"urn:mrn","value":"M1"}]},
				{"resourceType":"Patient","id":"bare"}],%q:%s}}`, kind, element, tt.subject)
			for _, entries := range []string{patients + "," + record, record + "," + patients} {
				sources, err := Open(context.Background(), input("b.json", `{"resourceType":"Bundle","type":"transaction","entry":[`+entries+`]}`), Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := subjectOf(t, sources, kind, element); got != tt.want {
					t.Errorf("%s, %s: %q; want %q", tt.name, kind, got, tt.want)
				}
			}
		}
	}
}

// subjectOf returns whom the one record of a kind names, what it names nobody by, and the rules it is told with.
func subjectOf(t *testing.T, sources []*Source, kind, element string) string {
	for _, s := range sources {
		if s.Ingest.Resource != kind {
			continue
		}
		records, _ := readAll(t, s)
		var id, left string
		for k, cell := range records[0].cells {
			switch s.Header[k] {
			case element + ".reference":
				id = cell
			case element + ".unresolved":
				left = " " + cell
			}
		}
		return strings.TrimRight(id+left+" "+records[0].rules, " ")
	}
	return "no " + kind
}
