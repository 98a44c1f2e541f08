package table

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

const smallBundle = `{"resourceType":"Bundle","type":"collection","entry":[
{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"1","active":true,
  "extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[
    {"url":"ombCategory","valueCoding":{"code":"2106-3","display":"White"}},{"url":"ombCategory","valueCoding":{"code":"2028-9"}}]},
   {"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex","valueCode":"F"}],
  "identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"77"},{"system":"http://hl7.org/fhir/sid/us-ssn","value":"9"},{"value":"x"}],
  "telecom":[{"system":"phone","value":"5"},{"system":"email","value":"a@b.c"},{"system":"phone","value":"6"}],
  "name":[{"family":"Lee","given":["Ann","Bea"]}]}},
{"resource":{"resourceType":"Observation","id":"2","subject":{"reference":"Patient/1"},"encounter":{"reference":"urn:uuid:e"},
  "valueQuantity":{"value":70.10},"component":[{"code":{"coding":[{"code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg"}}]}},
{"resource":{"resourceType":"Patient","id":02}},
{"resource":{"resourceType":"Basic","id":"3","subject":{"reference":"http://x.org/fhir/Patient/1/_history/2"},
  "author":{"reference":"Practitioner?identifier=a/b"}}}
]}`

func TestFHIR(t *testing.T) {
	sources, err := Open(context.Background(), input("b.json", smallBundle), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`b.json/Basic generic: id={"resource":{"resourceType":"Patient","id":02}} JSON-002`,
		"id=3 subject.reference=1 author.reference=Practitioner?identifier=a/b",
		"b.json/Observation observation: id=2 subject.reference=1 encounter.reference=e value=70.10 " +
			"component.8480-6.code.coding.0.code=8480-6 component.8480-6.value=120 component.8480-6.unit=mmHg",
		"b.json/Patient patient: id=1 active=true extension.us-core-race.ombCategory.code=2106-3|2028-9 " +
			"extension.us-core-race.ombCategory.display=White extension.us-core-birthsex=F identifier.MR.type.coding.0.code=MR " +
			"identifier.MR=77 identifier.us-ssn.system=http://hl7.org/fhir/sid/us-ssn identifier.us-ssn=9 identifier.0.value=x " +
			"telecom.phone=5|6 telecom.email=a@b.c name.0.family=Lee name.0.given.0=Ann name.0.given.1=Bea",
	}
	if got := describe(t, sources); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestFHIRValues reads results of every type into one column, and puts together what FHIR keeps apart.
func TestFHIRValues(t *testing.T) {
	tests := []struct{ name, members, want string }{
		{"number below", `"valueQuantity":{"value":5.50,"comparator":"<","unit":"mg/dL"}`, "value=<5.50 valueQuantity.unit=mg/dL"},
		{"text", `"valueString":"turbid"`, "value=turbid"},
		{"truth", `"valueBoolean":false`, "value=false"},
		{"words of a concept", `"valueCodeableConcept":{"coding":[{"code":"260385009","display":"Negative"}]}`,
			"value=Negative valueCodeableConcept.coding.0.code=260385009 valueCodeableConcept.coding.0.display=Negative"},
		{"code of a concept", `"valueCodeableConcept":{"coding":[{"code":"260385009"}]}`,
			"value=260385009 valueCodeableConcept.coding.0.code=260385009"},
		{"range", `"valueRange":{"low":{"value":2,"unit":"/hpf"},"high":{"value":5,"unit":"/hpf"}}`,
			"value=2-5 /hpf valueRange.low.value=2 valueRange.low.unit=/hpf valueRange.high.value=5 valueRange.high.unit=/hpf"},
		{"titer", `"valueRatio":{"numerator":{"value":1},"denominator":{"value":80}}`,
			"value=1:80 valueRatio.numerator.value=1 valueRatio.denominator.value=80"},
		{"range open above", `"valueRange":{"low":{"value":2,"unit":"/hpf"}}`, "value=>=2 /hpf valueRange.low.value=2 valueRange.low.unit=/hpf"},
		{"range open below", `"valueRange":{"high":{"value":5}}`, "value=<=5 valueRange.high.value=5"},
		{"range of nothing", `"valueRange":{"high":{"unit":"/hpf"}}`, "valueRange.high.unit=/hpf"},
		{"period", `"valuePeriod":{"start":"2024-01-02","end":"2024-01-04"}`,
			"value=2024-01-02/2024-01-04 valuePeriod.start=2024-01-02 valuePeriod.end=2024-01-04"},
		{"samples of a curve", `"valueSampledData":{"period":10,"data":"20 E 21"}`, "value=20 E 21 valueSampledData.period=10 valueSampledData.data=20 E 21"},
		{"samples", `"valueSampledData":{"period":10}`, "valueSampledData.period=10"},
		{"limit of a range", `"referenceRange":[{"low":{"value":3,"comparator":">"}}]`, "referenceRange.0.low.value=>3"},
		{"time without a zone", `"effectiveDateTime":"2024-01-05","_effectiveDateTime":{"extension":[{"url":"` + LocalTime +
			`","valueTime":"10:30:00"}]}`, "effectiveDateTime=2024-01-05T10:30:00"},
		{"another extension", `"status":"final","_status":{"extension":[{"url":"http://x.org/why","valueCode":"x"}]}`,
			"status=final _status.extension.why=x"},
		{"telephones", `"telecom":[{"system":"phone","value":"1","use":"home"},{"system":"phone","value":"2","use":"mobile"}]`,
			"telecom.phone=1 telecom.phone.use=home telecom.phone.mobile=2"},
		{"a drug inside", `"contained":[{"resourceType":"Medication","id":"d","code":{"text":"Zinc"}}],"medicationReference":{"reference":"#d"}`,
			"medicationCodeableConcept.text=Zinc"},
		{"a drug elsewhere", `"contained":[{"resourceType":"Medication","id":"d","code":{"text":"Zinc"}}],"medicationReference":{"reference":"Medication/e"}`,
			"contained.0.resourceType=Medication contained.0.id=d contained.0.code.text=Zinc medicationReference.reference=e JSON-007"},
		{"names", `"name":[{"family":"Lee"},{"use":"maiden","family":"Roy"}]`, "name.0.family=Lee name.maiden.family=Roy"},
		{"names, the former one first", `"name":[{"use":"old","family":"Roy"},{"family":"Lee"}]`, "name.0.family=Lee name.old.family=Roy"},
		{"a telephone with its extension", `"telecom":[{"system":"phone","value":"1","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-extension",
			"valueString":"77"}]}]`, "telecom.phone=1 x77"},
		{"words of a code without a text", `"code":{"coding":[{"code":"2345-7","display":"Glucose"},{"display":"Sugar"}]}`,
			"code.text=Glucose code.coding.0.code=2345-7 code.coding.1.display=Sugar"},
		{"words of a code with a text", `"code":{"coding":[{"display":"Glucose"}],"text":"GLU"}`, "code.coding.0.display=Glucose code.text=GLU"},
		{"words without a code", `"maritalStatus":{"text":"Married"}`, "maritalStatus.coding.0.code=Married"},
		{"a death", `"deceasedDateTime":"2024-02-03"`, "deceasedDateTime=2024-02-03 deceasedBoolean=true"},
		{"a period for a time", `"effectivePeriod":{"start":"2024-01-03","end":"2024-01-04"}`, "effectiveDateTime=2024-01-03 effectivePeriod.end=2024-01-04"},
		{"dosage of what was given", `"dosage":{"text":"x","dose":{"value":5,"unit":"mg"}}`,
			"dosageInstruction.0.text=x dosageInstruction.0.doseAndRate.0.doseQuantity.value=5 dosageInstruction.0.doseAndRate.0.doseQuantity.unit=mg"},
		{"dosage of what is taken", `"dosage":[{"text":"x"}]`, "dosageInstruction.0.text=x"},
		{"told later", `"primarySource":false`, "historical=true"},
		{"addresses", `"address":[{"use":"old","city":"Rome"},{"use":"home","city":"Oslo"}]`, "address.0.use=home address.0.city=Oslo address.old.city=Rome"},
	}
	for _, tt := range tests {
		text := `{"resourceType":"Observation","id":"1",` + tt.members + "}"
		sources, err := Open(context.Background(), input("o.json", text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := "o.json/Observation observation: id=1 " + tt.want
		if got := strings.Join(describe(t, sources), "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, want)
		}
	}
}

// A resource without an id is known to others by the address of its entry.
func TestIDsOfEntries(t *testing.T) {
	in := input("b.json", `{"resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","gender":"male"}},
		{"fullUrl":"urn:uuid:q","resource":{"resourceType":"Patient","id":"1"}}]}`)
	sources, err := Open(context.Background(), in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(describe(t, sources), "\n"), "b.json/Patient patient: id=p gender=male\nid=1"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestSeveralBundles refuses bundles in one file, whose resources would be columns of one wide table.
func TestSeveralBundles(t *testing.T) {
	const bundle = `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"1"}}]}`
	for _, text := range []string{bundle + "\n" + bundle + "\n", "[" + bundle + "," + bundle + "]"} {
		var refused *Refused
		if _, err := Open(context.Background(), input("b.json", text), Options{}); !errors.As(err, &refused) || refused.Rule != ruleNotTable {
			t.Errorf("%.40s…: %v", text, err)
		}
	}
}

// TestNoData refuses a file of nothing but what a server says instead of data; beside data it is a table.
func TestNoData(t *testing.T) {
	const outcome = `{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}`
	for _, text := range []string{outcome, `{"resourceType":"Parameters","parameter":[{"name":"x","resource":{"resourceType":"Patient","id":"1"}}]}`} {
		var refused *Refused
		if _, err := Open(context.Background(), input("b.json", text), Options{}); !errors.As(err, &refused) || refused.Rule != ruleNotTable {
			t.Errorf("%.40s…: %v", text, err)
		}
	}
	sources, err := Open(context.Background(), input("b.ndjson", outcome+"\n"+`{"resourceType":"Patient","id":"1"}`+"\n"), Options{})
	if err != nil || len(sources) != 2 {
		t.Errorf("%d sources, %v", len(sources), err)
	}
}

// describe writes each record as its columns with their cells, those of a source after its name and table.
func describe(t *testing.T, sources []*Source) []string {
	var out []string
	for _, s := range sources {
		records, _ := readAll(t, s)
		for i, r := range records {
			var words []string
			if i == 0 {
				words = append(words, s.Name, s.TableHint+":")
			}
			for k, cell := range r.cells {
				if cell != "" {
					words = append(words, s.Header[k]+"="+cell)
				}
			}
			if r.rules != "" {
				words = append(words, r.rules)
			}
			out = append(out, strings.Join(words, " "))
		}
	}
	return out
}

// TestFHIRFrozen reads a bundle again by its plan: with Trust the same sources come, without a look at the text.
func TestFHIRFrozen(t *testing.T) {
	first, err := Open(context.Background(), input("b.json", smallBundle), Options{})
	if err != nil {
		t.Fatal(err)
	}
	frozen := map[string]Ingest{}
	for _, s := range first {
		frozen[s.Name] = s.Ingest
	}
	for _, trust := range []bool{false, true} {
		again, err := Open(context.Background(), input("b.json", smallBundle), Options{Frozen: frozen, Trust: trust})
		if err != nil || !slices.Equal(describe(t, again), describe(t, first)) {
			t.Errorf("trust %v: %v", trust, err)
		}
	}
}

// TestFHIRFrozenByFile follows a plan that calls the only table of a file by the name of the file.
func TestFHIRFrozenByFile(t *testing.T) {
	frozen := map[string]Ingest{"p.json": {Format: "json", Resource: "Patient", Columns: []string{"gender", "id"}}}
	in := input("p.json", `{"resourceType":"Patient","id":"1","gender":"male"}`)
	for _, trust := range []bool{false, true} {
		s := openOne(t, in, Options{Frozen: frozen, Trust: trust})
		if got, _ := readAll(t, s); !slices.Equal(got[0].cells, []string{"male", "1"}) {
			t.Errorf("trust %v: %q", trust, got[0].cells)
		}
	}
}

// TestFHIRTooWide refuses one table of a file and reads the others.
func TestFHIRTooWide(t *testing.T) {
	sources, err := Open(context.Background(), input("b.json", smallBundle), Options{MaxColumns: 5})
	if err != nil || len(sources) != 3 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	var r *Refused
	if err := sources[2].Scan(context.Background(), nil); !errors.As(err, &r) || r.Rule != ruleLimit {
		t.Errorf("%s: %v", sources[2].Name, err)
	}
}

// TestFHIRSuites counts the resources in bundles and in bulk files of other makers.
func TestFHIRSuites(t *testing.T) {
	bulk := suites.Path(t, "fhir-bulk-10-patients")
	files, err := filepath.Glob(filepath.Join(bulk, "*.ndjson"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := openOne(t, fileInput(file), Options{})
		records, _ := readAll(t, s)
		name := filepath.Base(file)
		resource, _, _ := strings.Cut(name, ".")
		if want := strings.Count(string(text), "\n"); s.Name != name+"/"+resource || len(records) != want {
			t.Errorf("%s: %s with %d records; want %d", name, s.Name, len(records), want)
		}
	}
	bundles, err := filepath.Glob(filepath.Join(suites.Path(t, "synthea-fhir-bundles"), "*.json"))
	if err != nil || len(bundles) == 0 {
		t.Fatalf("%d bundles, %v", len(bundles), err)
	}
	for _, file := range bundles {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources, err := Open(context.Background(), fileInput(file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, s := range sources {
			records, _ := readAll(t, s)
			id := slices.Index(s.Header, "id")
			for _, r := range records {
				if !strings.Contains(r.cells[id], ".") { // a further result of a panel
					total++
				}
			}
		}
		if want := strings.Count(string(text), `"fullUrl"`); total != want {
			t.Errorf("%s: %d records; want %d", filepath.Base(file), total, want)
		}
	}
}
