package fhir

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// resourceOf returns the line of a row, whose columns and values are given as column=value.
func resourceOf(t *testing.T, table string, cells ...string) string {
	t.Helper()
	var columns, values []string
	for _, c := range cells {
		column, value, _ := strings.Cut(c, "=")
		columns, values = append(columns, column), append(values, value)
	}
	line := NewWriter(table, columns).Append(nil, values)
	if !json.Valid(line) || bytes.Count(line, []byte{'\n'}) != 1 {
		t.Errorf("%s: no line of JSON: %s", table, line)
	}
	return strings.TrimSuffix(string(line), "\n")
}

// TestParts looks for the part of a resource that a few columns make; a part that begins with - must not be there.
func TestParts(t *testing.T) {
	const absent = `{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}`
	tests := []struct {
		name, table, cells, want string
	}{
		{"name", "patient", "name_family=Lee|name_given=Ann|name_middle=B|name_prefix=Dr|name_suffix=Jr|name_credential=MD",
			`"name":[{"family":"Lee","given":["Ann","B"],"prefix":["Dr"],"suffix":["Jr","MD"]}]`},
		{"other names", "patient", "name_family=Lee|name_maiden=Roy|name_nickname=Al",
			`"name":[{"family":"Lee"},{"use":"maiden","family":"Roy"},{"use":"nickname","text":"Al"}]`},
		{"phone", "patient", "phone_home=+16175550101|phone_home_ext=12|phone_home_use=work",
			`"telecom":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-extension","valueString":"12"}],` +
				`"system":"phone","value":"+16175550101","use":"work"}]`},
		{"local phone", "patient", "phone_mobile=|phone_mobile_local=5550101",
			`"telecom":[{"system":"phone","value":"5550101","use":"mobile"}]`},
		{"address", "patient", "address_line1=1 Elm St|address_line2=Apt 2|zip=02138|zip4=1234|county=Suffolk|state=MA",
			`"address":[{"line":["1 Elm St","Apt 2"],"district":"Suffolk","state":"MA","postalCode":"02138-1234"}]`},
		{"ssn", "patient", "ssn=987654321", `"system":"http://hl7.org/fhir/sid/us-ssn","value":"987654321"`},
		{"gender that is none", "patient", "administrative_gender=mail", `-gender`},
		{"month of birth", "patient", "birth_date=1987-06", `"birthDate":"1987-06"`},
		{"birth that is no date", "patient", "birth_date=1987-13-01", `-birthDate`},
		{"death", "patient", "deceased=false|death_date=2020-01-31", `"deceasedDateTime":"2020-01-31"`},
		{"alive", "patient", "deceased=false|death_date=", `"deceasedBoolean":false`},
		{"twin", "patient", "birth_order=2|multiple_birth=true", `"multipleBirthInteger":2`},
		{"language", "patient", "language=es", `"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"es"}]}}]`},
		{"unknown status of marriage", "patient", "marital_status=UNK",
			`"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-NullFlavor","code":"UNK"}]}`},
		{"test", "patient", "is_test=true", `"meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]}`},

		{"nothing known of an encounter", "encounter", "encounter_id=E1",
			`{"resourceType":"Encounter","id":"E1","identifier":[{"value":"E1"}],"status":"unknown",` +
				`"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-NullFlavor","code":"UNK"},"subject":` + absent + `}`},
		{"time without a zone", "encounter", "start=2024-01-05T10:30:00|end=2024-01-05T11:00:00-05:00",
			`"period":{"start":"2024-01-05","_start":{"extension":[{"url":"urn:harmonizer:local-time","valueTime":"10:30:00"}]},` +
				`"end":"2024-01-05T11:00:00-05:00"}`},
		{"provider", "encounter", "provider_npi=1234567893|provider_name=Dr. Who",
			`"participant":[{"individual":{"type":"Practitioner","identifier":{"system":"http://hl7.org/fhir/sid/us-npi",` +
				`"value":"1234567893"},"display":"Dr. Who"}}]`},

		{"number", "observation", "value=<5.50|value_comparator=<|value_number=5.50|value_unit=mg/dL",
			`"valueQuantity":{"value":5.50,"comparator":"<","unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}`},
		{"unit of nobody", "observation", "value_number=5|unit=drops", `"valueQuantity":{"value":5,"unit":"drops"}`},
		{"titer", "observation", "value=1:80|value_titer=80", `"valueRatio":{"numerator":{"value":1},"denominator":{"value":80}}`},
		{"range", "observation", "value=2-5|value_low=2|value_high=5|value_unit=/[HPF]",
			`"valueRange":{"low":{"value":2,"unit":"/[HPF]","system":"http://unitsofmeasure.org","code":"/[HPF]"},"high":`},
		{"word", "observation", "value=NONREACTIVE|value_code=NONREACTIVE",
			`"valueCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"NR"}],` +
				`"text":"NONREACTIVE"}`},
		{"text", "observation", "value=turbid|value_text=turbid", `"valueString":"turbid"`},
		{"no result", "observation", "value=|absent_reason=not-performed",
			`"dataAbsentReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"not-performed"}]}`},
		{"no code", "observation", "value=1", `"code":` + absent},
		{"text for a code", "observation", "code=|code_text=Glucose", `"code":{"text":"Glucose"}`},
		{"code with odd blanks", "observation", "code=A  B|code_system=LOINC", `"code":{"text":"A  B"}`},
		{"local system", "observation", "code=GLU|code_system=LAB", `"code":{"coding":[{"code":"GLU"}]}`},
		{"reference range", "observation", "reference_low=3.5|reference_high=5.0|value_unit=mmol/L",
			`"referenceRange":[{"low":{"value":3.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"high":{"value":5.0,`},

		{"ended", "condition", "abatement=2020-01-01", `"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical",` +
			`"code":"inactive"}]`},
		{"active but ended", "condition", "clinical_status=active|abatement=2020-01-01", `"note":[{"text":"ended 2020-01-01"}]`},
		{"active but ended, no end", "condition", "clinical_status=active|abatement=2020-01-01", `-abatementDateTime`},
		{"an error has no status", "condition", "verification=entered-in-error|clinical_status=active", `-clinicalStatus`},

		{"dose", "medication", "dose=0.5|dose_unit=mg|route=PO|frequency=BID|sig=take one",
			`"dosageInstruction":[{"text":"take one","timing":{"code":{"coding":[{"system":` +
				`"http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation","code":"BID"}],"text":"BID"}},` +
				`"route":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0162","code":"PO"}]},` +
				`"doseAndRate":[{"doseQuantity":{"value":0.5,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}]}]`},
		{"an order", "medication", "medication_id=M1|status=in-progress", `"status":"unknown","intent":"order"`},
		{"a plan", "medication", "medication_kind=request|medication_intent=plan|status=active", `"status":"active","intent":"plan"`},
		{"a statement", "medication", "medication_kind=statement|medication_id=M1|status=not-taken|start=2024-01-05|end=2024-02-05|sig=take one",
			`{"resourceType":"MedicationStatement","id":"M1","identifier":[{"value":"M1"}],"status":"not-taken",` +
				`"medicationCodeableConcept":` + absent + `,"subject":` + absent +
				`,"effectivePeriod":{"start":"2024-01-05","end":"2024-02-05"},"dosage":[{"text":"take one"}]}`},
		{"an administration", "medication", "medication_kind=administration|encounter_id=E1|status=not-done",
			`"context":{"reference":"Encounter/E1"},"effectivePeriod":` + absent},
		{"its dose", "medication", "medication_kind=administration|start=2024-01-05|route=IV|dose=500|dose_unit=mg",
			`"effectiveDateTime":"2024-01-05","dosage":{"route":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0162","code":"IV"}]},` +
				`"dose":{"value":500,`},
		{"a dispense", "medication", "medication_kind=dispense|status=declined|start=2024-01-05|quantity=30|days_supply=30",
			`"quantity":{"value":30},"daysSupply":{"value":30,"unit":"d","system":"http://unitsofmeasure.org","code":"d"},"whenHandedOver":"2024-01-05"`},
		{"a category of US Core", "condition", "category=health-concern",
			`"category":[{"coding":[{"system":"http://hl7.org/fhir/us/core/CodeSystem/condition-category","code":"health-concern"}]}]`},
		{"supply", "medication", "refills=0|quantity=30|days_supply=30", `"dispenseRequest":{"numberOfRepeatsAllowed":0,` +
			`"quantity":{"value":30},"expectedSupplyDuration":{"value":30,"unit":"d","system":"http://unitsofmeasure.org","code":"d"}}`},

		{"nothing known of a vaccination", "immunization", "code=08|code_system=CVX|patient_id=1",
			`{"resourceType":"Immunization","id":"h-`},
		{"no status", "immunization", "code=08", `"_status":` + absent},
		{"no date", "immunization", "code=08", `"occurrenceString":"unknown"`},
		{"date in words", "immunization", "date=as a child", `"occurrenceString":"as a child"`},
		{"refused", "immunization", "status=refused|status_reason=fear",
			`"status":"not-done","statusReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason",` +
				`"code":"PATOBJ"}],"text":"fear"}`},
		{"told by the patient", "immunization", "historical=true", `"primarySource":false`},

		{"no status of an allergy", "allergy", "code_text=Latex", `"clinicalStatus":` + absent},
		{"severity alone", "allergy", "severity=severe", `"reaction":[{"manifestation":[` + absent + `],"severity":"severe"}]`},
		{"reaction", "allergy", "reaction=hives|severity=bad", `"reaction":[{"manifestation":[{"text":"hives"}]}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := resourceOf(t, tt.table, strings.Split(tt.cells, "|")...)
			if unwanted, no := strings.CutPrefix(tt.want, "-"); no {
				if strings.Contains(got, unwanted) {
					t.Errorf("%s holds %s", got, unwanted)
				}
			} else if !strings.Contains(got, tt.want) {
				t.Errorf("got\n%s\nwithout\n%s", got, tt.want)
			}
		})
	}
}

func TestRace(t *testing.T) {
	got := resourceOf(t, "patient", "race=2034-7|2106-3", "race_omb=2028-9|2106-3", "ethnicity=ASKU")
	for _, want := range []string{
		`{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2028-9","display":"Asian"}}`,
		`{"url":"detailed","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"2034-7"}}`,
		`{"url":"text","valueString":"Asian, White, 2034-7"}`,
		`{"system":"http://terminology.hl7.org/CodeSystem/v3-NullFlavor","code":"ASKU","display":"Asked but no answer"}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwithout\n%s", got, want)
		}
	}
}

func TestIDs(t *testing.T) {
	long := strings.Repeat("9", 65)
	for key, want := range map[string]string{"": "", "A-1.b": "A-1.b", "A/1": "h-a5b3d27a72bcfbb32966f423463d0d09"} {
		if got := ID(key); got != want {
			t.Errorf("ID(%q) = %q; want %q", key, got, want)
		}
	}
	for _, key := range []string{long, "a b", "ä", "A_1"} {
		if got := ID(key); !isID(got) || got == key || got != ID(key) {
			t.Errorf("ID(%q) = %q", key, got)
		}
	}
	child := resourceOf(t, "encounter", "encounter_id=1", "patient_id=A/1")
	if want := `"reference":"Patient/` + ID("A/1") + `"`; !strings.Contains(child, want) {
		t.Errorf("%s without %s", child, want)
	}
	if parent := resourceOf(t, "patient", "patient_id=", "mrn=A/1"); !strings.Contains(parent, `"id":"`+ID("A/1")+`"`) {
		t.Errorf("%s has not the id that others know", parent)
	}
}

// TestWideRecord tells results apart that share the key of their record.
func TestWideRecord(t *testing.T) {
	w := NewWriter("observation", []string{"observation_id", "code", "value"})
	var ids []string
	for _, row := range [][]string{{"V1", "8480-6", "120"}, {"V1", "8462-4", "80"}, {"V2", "8480-6", "1"}, {"", "", "x"}, {"", "", "y"}} {
		var r struct{ ID string }
		if err := json.Unmarshal(w.Append(nil, row), &r); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	if got := strings.Join(ids[:3], " "); got != "V1 V1.8462-4 V2" || ids[3] == ids[4] || !isID(ids[3]) {
		t.Errorf("ids %q", ids)
	}
}

// FuzzAppend writes any values into every column: a line of JSON comes out, with an id that is one.
func FuzzAppend(f *testing.F) {
	f.Add("2345-7", "1985-01-31", "x|y")
	f.Add("\x00", "\"\\", "\xff\u2028")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for table, kind := range resources {
			columns := []string{kind.key, "patient_id", "code", "code_system", "code_text", "value", "value_number", "value_unit", "start",
				"status", "birth_date", "race", "phone_home", "last_updated", "effective", "dose", "dose_unit", "refills", "onset"}
			values := make([]string, len(columns))
			for i := range values {
				values[i] = []string{a, b, c}[i%3]
			}
			line := NewWriter(table, columns).Append(nil, values)
			var r struct{ ID string }
			if err := json.Unmarshal(line, &r); err != nil || !isID(r.ID) {
				t.Errorf("%s: %v, id %q", table, err, r.ID)
			}
		}
	})
}

// TestReactions writes what a reaction showed, which is a list, as one manifestation each.
func TestReactions(t *testing.T) {
	const want = `"reaction":[{"manifestation":[{"text":"hives"},{"text":"itching"}],"severity":"mild"}]`
	if got := resourceOf(t, "allergy", "reaction=hives|itching", "severity=mild"); !strings.Contains(got, want) {
		t.Errorf("%s; want %s", got, want)
	}
}

// TestIDsAreGivenOnce gives every row an id of its own, also where keys come back later, codes repeat, and rows are the same.
func TestIDsAreGivenOnce(t *testing.T) {
	w := NewWriter("observation", []string{"observation_id", "code", "value_number"})
	rows := [][]string{{"V1", "8480-6", "120"}, {"V1", "8462-4", "80"}, {"V1", "8462-4", "81"}, {"V2", "8480-6", "120"}, {"V1", "8867-4", "70"},
		{"V1", "8867-4", "70"}, {"V1", "8867-4", "70"}, {"", "8867-4", "70"}, {"", "8867-4", "70"}}
	seen := map[string]bool{}
	for i, row := range rows {
		var one struct{ ID string }
		if err := json.Unmarshal(w.Append(nil, row), &one); err != nil {
			t.Fatal(err)
		}
		if seen[one.ID] || !isID(one.ID) {
			t.Errorf("row %d: %s was given before", i+1, one.ID)
		}
		seen[one.ID] = true
	}
	for _, id := range []string{"V1", "V1.8462-4", "V2"} {
		if !seen[id] {
			t.Errorf("no row has the id %s", id)
		}
	}
}
