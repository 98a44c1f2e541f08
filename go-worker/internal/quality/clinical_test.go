package quality

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/suites"
)

// clinicalMeasures are about codes, results and the resources of FHIR.
var clinicalMeasures = []measure{
	{"icd10cm", "codes of 2022 without a dot that get theirs", 1, icd10},
	{"cvx", "codes without their leading zero that get it back", 1, cvx},
	{"ucum", "units of the standard kept as they are", 0.9, ucum},
	{"fhir-r4-code-systems", "codes kept as they are", 0.95, fhirCodes},
	{"synthea-csv", "cells of the canonical tables standardized without an error", 0.99, synthea},
	{"synthea-fhir-bundles", "resources in the clean table of their kind", 0.95, resources("synthea-fhir-bundles", "*.json")},
	{"fhir-bulk-10-patients", "resources in the clean table of their kind", 1, resources("fhir-bulk-10-patients", "*.ndjson")},
	{"us-core-examples", "resources in the clean table of their kind", 0.7, resources("us-core-examples", "*.json")},
	{"cdc-phdi-standardize", "dates of birth and phones as that project writes them", 1, phdi},
}

func icd10(t *testing.T) (s score) {
	records := suites.Records(t, "icd10cm/icd10cm_2022_codes.csv")
	for i, row := range standardized(t, "condition", columnOf("icd10", records, "code")) {
		want := records[i]["code"]
		if len(want) > 3 {
			want = want[:3] + "." + want[3:]
		}
		s.outcome(t, records[i]["code"], row["code"], want)
	}
	return s
}

func cvx(t *testing.T) (s score) {
	codes := []string{"cvx"}
	records := suites.Records(t, "cvx/cvx.csv")
	for _, r := range records {
		codes = append(codes, strings.TrimLeft(r["cvx_code"], "0"))
	}
	for i, row := range standardized(t, "immunization", codes) {
		s.outcome(t, codes[i+1], row["code"], records[i]["cvx_code"])
	}
	return s
}

func ucum(t *testing.T) (s score) {
	var essence struct {
		BaseUnits []struct {
			Code string `xml:"Code,attr"`
		} `xml:"base-unit"`
		Units []struct {
			Code string `xml:"Code,attr"`
		} `xml:"unit"`
	}
	document := xml.NewDecoder(strings.NewReader(readSuite(t, "ucum/ucum-essence.xml")))
	document.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // ASCII
	if err := document.Decode(&essence); err != nil {
		t.Fatal(err)
	}
	tests, values, units := []string{"test_name"}, []string{"result"}, []string{"units"}
	for _, u := range append(essence.BaseUnits, essence.Units...) {
		tests, values, units = append(tests, "Something new"), append(values, "1"), append(units, u.Code)
	}
	for i, row := range standardized(t, "observation", tests, values, units) {
		s.outcome(t, units[i+1], row["unit"], units[i+1])
	}
	return s
}

// codeFields are the code systems that are the output of a field, and that field.
var codeFields = []struct{ system, table, header, field string }{
	{"administrative-gender", "patient", "sex", "administrative_gender"},
	{"v3-MaritalStatus", "patient", "marital_status", "marital_status"},
	{"v3-Race", "patient", "race", "race"},
	{"encounter-status", "encounter", "status", "status"},
	{"observation-status", "observation", "status", "status"},
	{"v3-ObservationInterpretation", "observation", "abnormal_flag", "interpretation"},
	{"condition-clinical", "condition", "clinical_status", "clinical_status"},
	{"condition-ver-status", "condition", "verification", "verification"},
	{"medicationrequest-status", "medication", "status", "status"},
	{"allergyintolerance-clinical", "allergy", "status", "status"},
	{"allergy-intolerance-category", "allergy", "category", "category"},
	{"allergy-intolerance-criticality", "allergy", "criticality", "criticality"},
}

// abstract are codes that stand for a group of others, and one of two that mean the same as another (H>, HU).
var abstract = map[string]bool{"Carrier": true, "ObservationInterpretationDetection": true, "ObservationInterpretationExpectation": true,
	"ReactivityObservationInterpretation": true, "H>": true, "L<": true}

func fhirCodes(t *testing.T) (s score) {
	records := suites.Records(t, "fhir-r4-code-systems/code_systems.csv")
	for _, f := range codeFields {
		codes, encounters, texts, values := []string{f.header}, []string{"encounter_id"}, []string{"code_text"}, []string{"value"}
		for _, r := range records {
			if code := r["code"]; r["code_system"] == f.system && !strings.HasPrefix(code, "_") && !abstract[code] {
				codes, encounters = append(codes, code), append(encounters, "E"+code)
				texts, values = append(texts, "something"), append(values, "1")
			}
		}
		for i, row := range standardized(t, f.table, codes, encounters, texts, values) {
			s.outcome(t, f.system+" "+codes[i+1], row[f.field], codes[i+1])
		}
	}
	return s
}

func synthea(t *testing.T) (s score) {
	for _, path := range glob(t, "synthea-csv", "*.csv") {
		r := harmonizeText(t, filepath.Base(path), readSuite(t, "synthea-csv/"+filepath.Base(path)))
		for _, c := range r.plan() {
			if r.Files[0].Table != "generic" {
				s.of += c.Evidence.Values
				s.right += c.Evidence.Values
			}
		}
		for _, i := range r.Issues {
			if i.Severity == "error" && i.Field != "" {
				s.right -= int(i.Count)
				t.Logf("%s: %d of %s %s", i.File, i.Count, i.Field, i.RuleID)
			}
		}
	}
	return s
}

// kinds are the types of resources that have a table.
var kinds = map[string]string{
	"Patient": "patient", "Encounter": "encounter", "Observation": "observation", "Condition": "condition",
	"MedicationRequest": "medication", "Immunization": "immunization", "AllergyIntolerance": "allergy",
}

type resource struct {
	Type  string `json:"resourceType"`
	ID    string `json:"id"`
	Entry []struct {
		Resource resource `json:"resource"`
	} `json:"entry"`
}

// resources counts those that are found, by their id, in the clean table of their kind.
func resources(folder, pattern string) func(*testing.T) score {
	return func(t *testing.T) (s score) {
		for _, path := range glob(t, folder, pattern) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r := runJob(t, newJob(t, engine.Harmonize), 2, fileOf(filepath.Base(path), string(content)))
			found := map[string]bool{}
			for name, content := range r.kind("clean") {
				for line := range strings.Lines(content) {
					id, _, _ := strings.Cut(line, ",")
					found[strings.SplitN(name, ".", 2)[0]+" "+id] = true
				}
			}
			for d := json.NewDecoder(strings.NewReader(string(content))); d.More(); {
				var top resource
				if err := d.Decode(&top); err != nil {
					t.Fatal(err)
				}
				for _, one := range append(top.all(), top) {
					if table := kinds[one.Type]; table != "" {
						if s.count(found[table+" "+one.ID]); !found[table+" "+one.ID] {
							t.Logf("%s: %s %s is in no clean table", filepath.Base(path), one.Type, one.ID)
						}
					}
				}
			}
		}
		return s
	}
}

func (r resource) all() (all []resource) {
	for _, e := range r.Entry {
		all = append(all, e.Resource)
	}
	return all
}

func phdi(t *testing.T) (s score) {
	date := harmonizeText(t, "dob.json", readSuite(t, "cdc-phdi-standardize/sample_standardize_date_of_birth_request_data.json")).rows()
	s.outcome(t, "05/30/1955", date[0]["birth_date"], "1955-05-30")
	phone := harmonizeText(t, "phone.json", readSuite(t, "cdc-phdi-standardize/sample_standardize_phone_request_data.json")).rows()
	s.outcome(t, "(555) 867-5309", phone[0]["phone_home"], "+15558675309")
	return s
}
