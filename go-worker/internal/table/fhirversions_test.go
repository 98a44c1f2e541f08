package table

import (
	"context"
	"strings"
	"testing"
)

// TestVersions reads what STU3, DSTU2 and R5 name otherwise where R4 says it, and what a guide says by a code alone.
func TestVersions(t *testing.T) {
	tests := []struct{ name, resource, members, want string }{
		{"reasons of STU3", "Encounter", `"reason":[{"coding":[{"code":"25064002","display":"Headache"}]}]`,
			"reasonCode.0.text=Headache reasonCode.0.coding.0.code=25064002"},
		{"a class of DSTU2", "Encounter", `"class":"outpatient"`, "class=outpatient"},
		{"a class of R4", "Encounter", `"class":{"code":"AMB"}`, "class.code=AMB"},
		{"an encounter of R5", "Encounter", `"class":[{"coding":[{"code":"IMP"}]}],"actualPeriod":{"start":"2024-01-01"},"admission":{"admitSource":{"text":"ED"}},` +
			`"reason":[{"value":[{"concept":{"text":"Pain"}}]}]`,
			"class.code=IMP period.start=2024-01-01 hospitalization.admitSource.text=ED reasonCode.0.text=Pain"},
		{"two classes", "Encounter", `"class":[{"coding":[{"code":"IMP"}]},{"coding":[{"code":"EMER"}]}]`, "class.0.coding.0.code=IMP class.1.coding.0.code=EMER"},
		{"a condition of STU3", "Condition", `"assertedDate":"2017-01-02"`, "recordedDate=2017-01-02"},
		{"both dates", "Condition", `"assertedDate":"2017-01-02","recordedDate":"2017-01-03"`, "assertedDate=2017-01-02 recordedDate=2017-01-03"},
		{"an allergy of DSTU2", "AllergyIntolerance", `"substance":{"text":"Peanut"},"onset":"2014-05"`, "code.text=Peanut onsetDateTime=2014-05"},
		{"a reaction of R5", "AllergyIntolerance", `"reaction":[{"manifestation":[{"concept":{"text":"Hives"}},{"concept":{"text":"Itching"}}]}]`,
			"reaction.0.manifestation.0.text=Hives|Itching reaction.0.manifestation.1.text=Itching"},
		{"a drug of R5", "MedicationRequest", `"medication":{"concept":{"coding":[{"code":"1191","display":"Aspirin"}]}},"reason":[{"concept":{"text":"Pain"}}]`,
			"medicationCodeableConcept.text=Aspirin medicationCodeableConcept.coding.0.code=1191 reasonCode.0.text=Pain"},
		{"a drug that R5 refers to", "MedicationRequest", `"medication":{"reference":{"reference":"Medication/9","display":"Aspirin"}}`,
			"medicationReference.reference=9 medicationCodeableConcept.text=Aspirin JSON-007"},
		{"a dose of STU3", "MedicationRequest", `"dosageInstruction":[{"doseQuantity":{"value":81}}]`, "dosageInstruction.0.doseAndRate.0.doseQuantity.value=81"},
		{"a range of STU3", "MedicationRequest", `"dosageInstruction":[{"doseRange":{"low":{"value":1},"high":{"value":2}}}]`,
			"dosageInstruction.0.doseAndRate.0.doseQuantity.value=1-2"},
		{"a statement of DSTU2", "MedicationStatement", `"dosage":[{"quantityQuantity":{"value":1}}],"reasonForUseCodeableConcept":{"text":"Pain"}`,
			"dosageInstruction.0.doseAndRate.0.doseQuantity.value=1 reasonCode.0.text=Pain"},
		{"an administration of DSTU2", "MedicationAdministration", `"effectiveTimePeriod":{"start":"2015-01-01","end":"2015-01-02"}`,
			"effectiveDateTime=2015-01-01 effectivePeriod.end=2015-01-02"},
		{"a vaccine of STU3", "Immunization", `"vaccinationProtocol":[{"doseSequence":2}],"explanation":{"reasonNotGiven":[{"text":"ill"}]}`,
			"protocolApplied.0.doseNumberPositiveInt=2 statusReason.text=ill"},
		{"nothing known", "AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-allergies"}]}`,
			"code.text=no known allergies code.coding.0.system=http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips code.coding.0.code=no-known-allergies"},
		{"a vaccine that was told", "Immunization", `"reported":true`, "historical=true"},
	}
	for _, tt := range tests {
		sources, err := Open(context.Background(), input("p.json", `{"resourceType":"`+tt.resource+`","id":"1",`+tt.members+"}"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(describe(t, sources), "\n")
		if _, got, _ = strings.Cut(got, "id=1 "); got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}
