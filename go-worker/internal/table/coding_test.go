package table

import (
	"context"
	"strings"
	"testing"
)

// TestCodings reads as the first of several codes of a concept one of a system that its field takes; none is lost, and codes of two such
// systems stay as they stand.
func TestCodings(t *testing.T) {
	const (
		local  = `{"system":"urn:oid:1.2.3","code":"77","display":"HGB"}`
		loinc  = `{"system":"http://loinc.org","code":"718-7"}`
		snomed = `{"system":"http://snomed.info/sct","code":"38082009","display":"Hemoglobin"}`
		fhir   = `{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}`
		tag    = `{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-tags","code":"tag"}`
	)
	tests := []struct{ name, resource, members, want string }{
		{"a site's code before LOINC", "Observation", `"code":{"coding":[` + local + "," + loinc + `]}`,
			"observation: id=1 code.text=HGB code.coding.0.system=http://loinc.org code.coding.0.code=718-7 " +
				"code.coding.1.system=urn:oid:1.2.3 code.coding.1.code=77"},
		{"a code without its system", "Observation", `"code":{"text":"Hb","coding":[{"code":"77"},` + loinc + `]}`,
			"observation: id=1 code.text=Hb code.coding.0.system=http://loinc.org code.coding.0.code=718-7 code.coding.1.code=77"},
		{"a system without a code", "Observation", `"code":{"text":"Hb","coding":[{"system":"http://loinc.org"},` + snomed + `]}`,
			"observation: id=1 code.text=Hb code.coding.0.system=http://snomed.info/sct code.coding.0.code=38082009 " +
				"code.coding.0.display=Hemoglobin code.coding.1.system=http://loinc.org"},
		{"two systems that are both read", "Observation", `"code":{"text":"Hb","coding":[` + snomed + "," + loinc + `]}`,
			"observation: id=1 code.text=Hb code.coding.0.system=http://snomed.info/sct code.coding.0.code=38082009 " +
				"code.coding.0.display=Hemoglobin code.coding.1.system=http://loinc.org code.coding.1.code=718-7"},
		{"two systems that nobody knows", "Observation", `"code":{"text":"Hb","coding":[` + local + `,{"system":"urn:x","code":"8"}]}`,
			"observation: id=1 code.text=Hb code.coding.0.system=urn:oid:1.2.3 code.coding.0.code=77 code.coding.0.display=HGB " +
				"code.coding.1.system=urn:x code.coding.1.code=8"},
		{"NDC before CVX", "Immunization", `"vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/ndc","code":"49281-0422-50"},` +
			`{"system":"http://hl7.org/fhir/sid/cvx","code":"141"}]}`,
			"immunization: id=1 vaccineCode.coding.0.system=http://hl7.org/fhir/sid/cvx vaccineCode.coding.0.code=141 " +
				"vaccineCode.coding.1.system=http://hl7.org/fhir/sid/ndc vaccineCode.coding.1.code=49281-0422-50"},
		{"categories of several lists", "Observation", `"category":[{"coding":[` + tag + `]},{"coding":[` + local + "," + fhir + `]}]`,
			"observation: id=1 category.0.coding.0.system=http://terminology.hl7.org/CodeSystem/observation-category category.0.coding.0.code=laboratory " +
				"category.0.coding.1.system=urn:oid:1.2.3 category.0.coding.1.code=77 category.0.coding.1.display=HGB " +
				"category.1.coding.0.system=http://hl7.org/fhir/us/core/CodeSystem/us-core-tags category.1.coding.0.code=tag"},
		{"a category that is no list", "Observation", `"category":{"coding":[{"code":"laboratory"}]},"interpretation":{"coding":[{"code":"H"}]}`,
			"observation: id=1 category.0.coding.0.code=laboratory interpretation.0.coding.0.code=H"},
		{"an allergy's categories are words", "AllergyIntolerance", `"category":["food","medication"]`, "allergy: id=1 category=food|medication"},
		{"parts of a blood pressure", "Observation", `"component":[{"code":{"coding":[{"code":"SYS"},{"system":"http://loinc.org","code":"8480-6"}]},` +
			`"valueQuantity":{"value":120}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80}}]`,
			"observation: id=1 component.8480-6.code.coding.0.code=SYS component.8480-6.code.coding.1.system=http://loinc.org " +
				"component.8480-6.code.coding.1.code=8480-6 component.8480-6.value=120 component.8462-4.code.coding.0.system=http://loinc.org " +
				"component.8462-4.code.coding.0.code=8462-4 component.8462-4.value=80"},
	}
	for _, tt := range tests {
		sources, err := Open(context.Background(), input("p.json", `{"resourceType":"`+tt.resource+`","id":"1",`+tt.members+"}"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(describe(t, sources), "\n"), "p.json/"+tt.resource+" "+tt.want; got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, want)
		}
	}
}
