package table

import (
	"context"
	"strings"
	"testing"
)

// TestTimings: how often a drug is taken is said in words where the timing says it in numbers or by a code alone.
func TestTimings(t *testing.T) {
	for _, tt := range []struct{ dosage, want string }{
		{`"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}`, "2 times daily"},
		{`"timing":{"repeat":{"period":1,"periodUnit":"wk"}}`, "once weekly"},
		{`"timing":{"repeat":{"frequency":1,"period":8,"periodUnit":"h"}},"asNeededBoolean":true`, "every 8 hours as needed"},
		{`"timing":{"repeat":{"frequency":1,"period":6,"periodUnit":"h"}},"asNeededCodeableConcept":{"text":"pain"}`, "every 6 hours as needed for pain"},
		{`"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d","when":["HS"]}},"asNeededBoolean":false`, "at bedtime"},
		{`"timing":{"repeat":{"when":["MORN","EVE"]}}`, ""},
		{`"timing":{"repeat":{"frequency":1,"frequencyMax":3,"period":1,"periodUnit":"d"}}`, ""},
		{`"timing":{"repeat":{"frequency":3,"period":2,"periodUnit":"d"}}`, ""},
		{`"timing":{"repeat":{"boundsPeriod":{"start":"2024-01-01"}}}`, ""},
		{`"timing":{"code":{"coding":[{"code":"BID"}]}}`, "BID"},
		{`"timing":{"code":{"text":"QD","coding":[{"code":"x"}]},"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}`, "QD"},
	} {
		text := `{"resourceType":"MedicationRequest","id":"1","dosageInstruction":[{` + tt.dosage + `}]}` + "\n"
		sources, err := Open(context.Background(), input("m.ndjson", text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, name := "", "dosageInstruction.0.timing.code.text="
		for _, cell := range strings.Split(strings.Join(describe(t, sources), " "), " dosageInstruction.") {
			if said, ok := strings.CutPrefix("dosageInstruction."+cell, name); ok {
				got = said
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q; want %q", tt.dosage, got, tt.want)
		}
	}
}

// TestWordsForTypesAndDays: an identifier whose type stands in words is of that type, and a text that is a day is that day.
func TestWordsForTypesAndDays(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"resourceType":"Patient","id":"1","identifier":[{"type":{"text":"EPI"},"system":"urn:oid:1.2","value":"E1"},{"type":{"text":"MRN"},"system":"urn:oid:1.3","value":"202"}]}`,
			"identifier.MR=202"},
		{`{"resourceType":"Immunization","id":"1","occurrenceString":"2021-03"}`, "occurrenceDateTime=2021-03"},
		{`{"resourceType":"Immunization","id":"1","occurrenceString":"as a child"}`, "occurrenceString=as a child"},
		{`{"resourceType":"Condition","id":"1","onsetString":"2010"}`, "onsetDateTime=2010"},
	} {
		sources, err := Open(context.Background(), input("m.ndjson", tt.in+"\n"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(describe(t, sources), " "); !strings.Contains(got+" ", " "+tt.want+" ") {
			t.Errorf("%s: %s", tt.in, got)
		}
	}
}
