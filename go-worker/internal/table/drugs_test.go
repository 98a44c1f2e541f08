package table

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestDrugsReferredTo reads the drug that a resource refers to as if the resource said it: from another entry of the bundle, before or behind
// it, from a line of the file, or from what it holds itself. A Medication that says no more is no table of its own.
func TestDrugsReferredTo(t *testing.T) {
	const code = `"code":{"coding":[{"system":"rx","code":"1"}],"text":"Zinc"}`
	const drug = "medicationCodeableConcept.coding.0.system=rx medicationCodeableConcept.coding.0.code=1 medicationCodeableConcept.text=Zinc"
	plain := `{"resourceType":"Medication","id":"m","status":"active",` + code + `}`
	tests := []struct{ name, address, medication, reference, want, table string }{
		{"by its id", "", plain, `{"reference":"Medication/m"}`, "medicationReference.reference=m " + drug, ""},
		{"by the address of its entry", "urn:uuid:A", plain, `{"reference":"urn:uuid:a"}`, "medicationReference.reference=m " + drug, ""},
		{"that is displayed otherwise", "", plain, `{"reference":"Medication/m","display":"Z"}`,
			"medicationReference.reference=m " + drug + " medicationReference.display=Z", ""},
		{"that is displayed alike", "", plain, `{"reference":"Medication/m","display":"Zinc"}`, "medicationReference.reference=m " + drug, ""},
		{"that says more", "", `{"resourceType":"Medication","id":"m",` + code + `,"batch":{"lotNumber":"7"}}`, `{"reference":"Medication/m"}`,
			"medicationReference.reference=m " + drug, "id=m code.coding.0.system=rx code.coding.0.code=1 code.text=Zinc batch.lotNumber=7"},
		{"that is in error", "", `{"resourceType":"Medication","id":"m","status":"entered-in-error","code":{"text":"Zinc"}}`, `{"reference":"Medication/m"}`,
			"medicationReference.reference=m medicationCodeableConcept.text=Zinc", "id=m status=entered-in-error code.text=Zinc"},
		{"whose code has no words", "", `{"resourceType":"Medication","id":"m","code":{"coding":[{"code":"1"}]}}`, `{"reference":"Medication/m","display":"Z"}`,
			"medicationReference.reference=m medicationCodeableConcept.coding.0.code=1 medicationCodeableConcept.text=Z", ""},
		{"of another file", "", `{"resourceType":"Medication","id":"n","code":{"text":"Iron"}}`, `{"reference":"Medication/m","display":"Z"}`,
			"medicationReference.reference=m medicationCodeableConcept.text=Z JSON-007", "id=n code.text=Iron"},
		{"that is told twice", "", plain + `@` + plain, `{"reference":"Medication/m"}`, "medicationReference.reference=m " + drug, ""},
		{"that may be two", "", plain + `@{"resourceType":"Medication","id":"m","code":{"text":"Iron"}}`, `{"reference":"Medication/m"}`,
			"medicationReference.reference=m JSON-007", "id=m status=active code.coding.0.system=rx code.coding.0.code=1 code.text=Zinc\nid=m code.text=Iron"},
		{"in words alone", "", plain, `{"display":"Z"}`, "medicationCodeableConcept.text=Z",
			"id=m status=active code.coding.0.system=rx code.coding.0.code=1 code.text=Zinc"},
	}
	for _, tt := range tests {
		request := `{"resourceType":"MedicationRequest","id":"r","medicationReference":` + tt.reference + `}`
		medications := strings.Split(tt.medication, "@")
		bundle := func(resources ...string) string {
			var entries []string
			for _, r := range resources {
				address := tt.address
				if r == request {
					address = ""
				}
				entries = append(entries, `{"fullUrl":"`+address+`","resource":`+r+`}`)
			}
			return `{"resourceType":"Bundle","entry":[` + strings.Join(entries, ",") + `]}`
		}
		texts := map[string]string{
			"b.json": bundle(append(slices.Clone(medications), request)...), "c.json": bundle(append([]string{request}, medications...)...),
			"d.ndjson": strings.Join(append([]string{request}, medications...), "\n") + "\n",
		}
		for name, text := range texts {
			if tt.address != "" && name == "d.ndjson" { // which has no entries
				continue
			}
			sources, err := Open(context.Background(), input(name, text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := []string{name + "/MedicationRequest medication: medication_kind=request id=r " + tt.want}
			if tt.table != "" {
				want = append(strings.Split(name+"/Medication generic: "+tt.table, "\n"), want...)
			}
			if header := sources[len(sources)-1].Header; slices.Contains(header, shownDrug) != strings.Contains(tt.want, shownDrug) {
				t.Errorf("a drug %s has columns %q", tt.name, header)
			}
			if got := describe(t, sources); !slices.Equal(got, want) {
				t.Errorf("a drug %s: got\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if taken := sources[0].Ingest.Resource == "MedicationRequest"; taken && sources[0].Divisible() {
				t.Errorf("%s: a range of %s would lack the drug", tt.name, name)
			} else if taken != slices.ContainsFunc(sources[0].Notes, func(n Note) bool { return strings.Contains(n.Detail, "no table of") }) {
				t.Errorf("%s: %s tells %v", tt.name, name, sources[0].Notes)
			}
		}
	}
}

// TestDrugsHeld reads the drug that a resource holds itself; what else is held, and what else the drug says, stays.
func TestDrugsHeld(t *testing.T) {
	const text = `{"resourceType":"MedicationRequest","id":"r","contained":[{"resourceType":"Practitioner","id":"p"},
		{"resourceType":"Medication","id":"d","code":{"text":"Zinc"},"form":{"text":"Tablet"}}],"medicationReference":{"reference":"#d","display":"Z"}}`
	sources, err := Open(context.Background(), input("r.json", text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "r.json/MedicationRequest medication: medication_kind=request id=r contained.0.resourceType=Practitioner contained.0.id=p contained.1.resourceType=Medication contained.1.id=d " +
		"contained.1.form.text=Tablet medicationCodeableConcept.text=Zinc medicationReference.display=Z"
	if got := strings.Join(describe(t, sources), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestDrugsBeyondTheLimit keeps what does not fit into memory as a table of its own.
func TestDrugsBeyondTheLimit(t *testing.T) {
	d := newDrugs(10)
	d.bytes = maxDrugBytes - 200
	p := tape{maxDepth: 10}
	for _, id := range []string{"a", "b"} {
		if !p.parse([]byte(`{"resourceType":"Medication","id":"` + id + `","code":{"text":"Zinc"}}`)) {
			t.Fatal("not parsed")
		}
		d.add(&p, 0)
	}
	n := names{drugs: d}
	if n.drug("Medication/a") == nil || n.drug("Medication/b") != nil {
		t.Errorf("kept %v", d.byID)
	}
}
