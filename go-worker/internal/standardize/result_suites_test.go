package standardize

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

// Every result of the Synthea sample is read: all its units are known, all its numbers found, and what is flagged is odd in truth.
func TestSyntheaResults(t *testing.T) {
	h := newHarness("observation", observations(nil))
	found := map[string]int{}
	for _, rec := range suites.Records(t, "synthea-csv/observations.csv") {
		unit := rec["UNITS"]
		if unit == "null" || unit == "n/a" { // words for nothing, which the engine drops before
			unit = ""
		}
		got, hits := h.row(map[string]string{"code": rec["CODE"], "value": rec["VALUE"], "unit": unit})
		for _, hit := range hits {
			found[hit+" "+rec["CODE"]+" "+unit]++
		}
		if rec["TYPE"] == "numeric" && got["value_number"] == "" {
			t.Errorf("%s %s: no number", rec["CODE"], rec["DESCRIPTION"])
		}
		h.again(t, got)
	}
	want := map[string]int{
		"value:OBS-011 2885-2 g/dL":    42, // total protein in g/L, labelled g/dL: ten times too much
		"value:OBS-010 4548-4 %":       12, // HbA1c below 3 %
		"unit:UNIT-006 33914-3 mL/min": 42, // a rate that LOINC has per 1.73 m2
		"unit:UNIT-001 5803-2 pH":      3,
		"value:STD-001 65750-2 ":       6,  // Negative (qualifier value)
		"value:STD-002 93030-5 ":       63, // two spaces
		"value:STD-002 32624-9 ":       5,
		"value:STD-002 93031-3 ":       4,
	}
	if !maps.Equal(found, want) {
		t.Errorf("found %v\nwant %v", found, want)
	}
}

// The quantities of the US Core examples are read with the unit and code as HL7 wrote them.
func TestUSCoreResults(t *testing.T) {
	type quantity struct {
		Value json.Number `json:"value"`
		Unit  string      `json:"unit"`
		Code  string      `json:"code"`
	}
	type observation struct {
		ResourceType string `json:"resourceType"`
		Code         struct {
			Coding []struct {
				Code string `json:"code"`
			} `json:"coding"`
		} `json:"code"`
		Quantity  *quantity `json:"valueQuantity"`
		Reference []struct {
			Low, High *quantity
		} `json:"referenceRange"`
	}
	columns := observations(func(c map[string]Column) {
		c["reference_low"], c["reference_high"] = Column{Type: "decimal"}, Column{Type: "decimal"}
	})
	h := newHarness("observation", columns)
	folder := suites.Path(t, "us-core-examples")
	files, err := filepath.Glob(filepath.Join(folder, "[oO]bservation-*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	read, found := 0, map[string]int{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var o observation
		if err := json.Unmarshal(content, &o); err != nil {
			t.Fatal(err)
		}
		if o.Quantity == nil {
			continue
		}
		read++
		raw := map[string]string{"code": o.Code.Coding[0].Code, "value": o.Quantity.Value.String(), "unit": o.Quantity.Unit}
		for _, ends := range o.Reference {
			if ends.Low != nil && ends.High != nil {
				raw["reference_low"], raw["reference_high"] = ends.Low.Value.String(), ends.High.Value.String()
			}
		}
		got, hits := h.row(raw)
		for _, hit := range hits {
			found[hit]++
		}
		if got["value"] != raw["value"] || o.Quantity.Code != "" && o.Quantity.Code != "1" && got["unit"] != o.Quantity.Code {
			t.Errorf("%s: %v became %v", filepath.Base(file), raw, got)
		}
	}
	if keys := slices.Sorted(maps.Keys(found)); read < 15 || !slices.Equal(keys, []string{"reference_low:OBS-104", "unit:UNIT-001"}) {
		t.Errorf("%d quantities, %v", read, found)
	}
}
