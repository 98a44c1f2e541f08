package standardize

import (
	"encoding/csv"
	"os"
	"testing"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/suites"
)

func TestValueSet(t *testing.T) {
	poa := Column{Params: map[string]string{"values": "N=no|false|0;U=unknown|unk;W=undetermined;Y=yes|true|1"}}
	runCells(t, clinicalFamilies["value_set"], poa, []cellCase{
		{name: "as it is", in: "Y", want: "Y"},
		{name: "small letter", in: "y", want: "Y", hits: []string{"STD-001"}},
		{name: "word", in: "Unknown", want: "U", hits: []string{"STD-001"}},
		{name: "float export", in: "1.0", want: "Y", hits: []string{"XL-004"}},
		{name: "none of them", in: "maybe", want: "maybe", hits: []string{"SET-001"}, unusable: true},
		{name: "list", in: "yes|unk|1", want: "Y|U", hits: []string{"STD-001"}},
		{name: "list with another word", in: "yes|maybe", want: "yes|maybe", hits: []string{"SET-001"}, unusable: true},
		{name: "no letter", in: "--", want: "--", hits: []string{"SET-001"}, unusable: true},
	})
	verification := Column{Params: map[string]string{"values": "confirmed=c|definite;entered-in-error=error;provisional=rule out|r/o"}}
	runCells(t, clinicalFamilies["value_set"], verification, []cellCase{
		{name: "punctuation", in: "R/O", want: "provisional", hits: []string{"STD-001"}},
		{name: "separators", in: "Entered in Error", want: "entered-in-error", hits: []string{"STD-001"}},
	})
	yesNo := Column{Params: map[string]string{"values": "absent=no|n;present=yes|y"}}
	runCells(t, clinicalFamilies["value_set"], yesNo, []cellCase{
		{name: "what a spreadsheet made of yes", in: "TRUE", want: "present", hits: []string{"XL-011"}},
		{name: "what a spreadsheet made of no", in: "False", want: "absent", hits: []string{"XL-011"}},
	})
	clash := Column{Params: map[string]string{"values": "a=b;b=c|a"}}
	runCells(t, clinicalFamilies["value_set"], clash, []cellCase{
		{name: "a value means itself, whatever lists it", in: "B", want: "b", hits: []string{"STD-001"}},
	})
}

func TestEncounterClass(t *testing.T) {
	runCells(t, clinicalFamilies["encounter_class"], Column{}, []cellCase{
		{name: "as it is", in: "AMB", want: "AMB"},
		{name: "word", in: "Outpatient", want: "AMB", hits: []string{"STD-001"}},
		{name: "office", in: "Office Visit", want: "AMB", hits: []string{"STD-001"}},
		{name: "table 0004", in: "O", want: "AMB", hits: []string{"STD-001"}},
		{name: "emergency", in: "ED", want: "EMER", hits: []string{"STD-001"}},
		{name: "inpatient", in: "admitted inpatient", want: "IMP", hits: []string{"STD-001"}},
		{name: "observation", in: "obs", want: "OBSENC", hits: []string{"STD-001"}},
		{name: "home", in: "Home Health", want: "HH", hits: []string{"STD-001"}},
		{name: "virtual", in: "Telehealth", want: "VR", hits: []string{"STD-001"}},
		{name: "before admission", in: "pre-admit", want: "PRENC", hits: []string{"STD-001"}},
		{name: "components", in: "I^Inpatient^HL70004", want: "IMP", hits: []string{"STD-001"}},
		{name: "with its word", in: "AMB - ambulatory", want: "AMB", hits: []string{"STD-001"}},
		{name: "with another word", in: "AMB - inpatient", want: "AMB - inpatient", hits: []string{"ENC-101"}, unusable: true},
		{name: "OMOP concept", in: "9203", want: "EMER", hits: []string{"STD-001"}},
		{name: "not known", in: "U", hits: []string{"NULL-001"}},
		{name: "no such kind", in: "ZZ", want: "ZZ", hits: []string{"ENC-101"}, unusable: true},
	})
}

func TestRoute(t *testing.T) {
	runCells(t, clinicalFamilies["route"], Column{}, []cellCase{
		{name: "as it is", in: "PO", want: "PO"},
		{name: "by mouth", in: "by mouth", want: "PO", hits: []string{"STD-001"}},
		{name: "points", in: "p.o.", want: "PO", hits: []string{"STD-001"}},
		{name: "under the skin", in: "SubQ", want: "SC", hits: []string{"STD-001"}},
		{name: "topical", in: "TOP", want: "TP", hits: []string{"STD-001"}},
		{name: "inhaled", in: "INH", want: "IH", hits: []string{"STD-001"}},
		{name: "components", in: "IM^Intramuscular^HL70162", want: "IM", hits: []string{"STD-001"}},
		{name: "concept of the NCI", in: "C28161", want: "IM", hits: []string{"STD-001"}},
		{name: "right eye", in: "OD", want: "OP", hits: []string{"STD-001"}},
		{name: "SNOMED CT", in: "26643006", want: "PO", hits: []string{"STD-001"}},
		{name: "no such route", in: "through  the tube", want: "through the tube", hits: []string{"STD-002", "MED-108"}},
	})
}

func TestFrequency(t *testing.T) {
	runCells(t, clinicalFamilies["frequency"], Column{}, []cellCase{
		{name: "as it is", in: "BID", want: "BID"},
		{name: "points", in: "b.i.d.", want: "BID", hits: []string{"STD-001"}},
		{name: "words", in: "three times a day", want: "TID", hits: []string{"STD-001"}},
		{name: "daily", in: "Once daily", want: "DAILY", hits: []string{"STD-001"}},
		{name: "error-prone", in: "QD", want: "DAILY", hits: []string{"MED-105"}},
		{name: "error-prone with points", in: "q.o.d.", want: "Q2D", hits: []string{"MED-105"}},
		{name: "error-prone at night", in: "qhs", want: "BEDTIME", hits: []string{"MED-105"}},
		{name: "interval", in: "every 6 hours", want: "Q6H", hits: []string{"STD-001"}},
		{name: "interval from to", in: "q 4 to 6 hrs.", want: "Q4-6H", hits: []string{"STD-001"}},
		{name: "minutes", in: "q15min", want: "Q15MIN", hits: []string{"STD-001"}},
		{name: "interval with a word of its own", in: "every 28 days", want: "Q4W", hits: []string{"STD-001"}},
		{name: "interval in words", in: "every six hours", want: "Q6H", hits: []string{"STD-001"}},
		{name: "interval in words, from to", in: "every four to six hours", want: "Q4-6H", hits: []string{"STD-001"}},
		{name: "interval in Britain", in: "6-hourly", want: "Q6H", hits: []string{"STD-001"}},
		{name: "every hour", in: "hourly", want: "Q1H", hits: []string{"STD-001"}},
		{name: "no interval", in: "6 hours", want: "6 hours", hits: []string{"MED-107"}},
		{name: "from to, no code with its word", in: "1-2 times daily", want: "1-2 times daily", hits: []string{"MED-107"}},
		{name: "twice the same", in: "every night at bedtime", want: "BEDTIME", hits: []string{"STD-001"}},
		{name: "times with a slash", in: "2 times/day", want: "BID", hits: []string{"STD-001"}},
		{name: "scheduled", in: "Every 12 Hours Scheduled", want: "Q12H", hits: []string{"STD-001"}},
		{name: "explained", in: "BID (2 times a day)", want: "BID", hits: []string{"STD-001"}},
		{name: "as needed", in: "q6h prn", want: "Q6H PRN", hits: []string{"STD-001"}},
		{name: "as needed alone", in: "As needed", want: "PRN", hits: []string{"STD-001"}},
		{name: "as needed for something", in: "BID as needed for pain", want: "BID PRN pain", hits: []string{"STD-001"}},
		{name: "error-prone as needed", in: "QD PRN", want: "DAILY PRN", hits: []string{"MED-105"}},
		{name: "with meals", in: "TID with meals", want: "TID WM", hits: []string{"STD-001"}},
		{name: "not understood", in: "as  directed", want: "as directed", hits: []string{"STD-002", "MED-107"}},
		{name: "may mean two things", in: "biweekly", want: "biweekly", hits: []string{"MED-107"}},
	})
}

// Every code that a table writes is read as itself, and every word for it too.
func TestClinicalWordsAreStable(t *testing.T) {
	for typ, words := range map[string]codedWords{"encounter_class": encounterClasses, "route": routes, "frequency": frequencies} {
		f := clinicalFamilies[typ].Bind(Column{})
		for word, code := range words {
			var c Cell
			f(word, &c)
			if c.Value != code || c.Unusable {
				t.Errorf("%s: %s = %q; want %s", typ, word, c.Value, code)
			}
			checkLaws(t, f, word, c.Value, c.Unusable)
		}
	}
}

func TestSuiteSyntheaEncounterClasses(t *testing.T) {
	f := encounterClass(Column{})
	for _, r := range suites.Records(t, "synthea-csv/encounters.csv") {
		var c Cell
		if f(r["ENCOUNTERCLASS"], &c); c.Unusable || c.Value == "" {
			t.Errorf("%q is no kind of visit: %v", r["ENCOUNTERCLASS"], ids(c.Hits))
		}
	}
}

// The codes of encounter_class.csv are those of HL7 v3 ActCode, and its letters those of HL7 v2 table 0004.
func TestSuiteEncounterClassCodes(t *testing.T) {
	file, err := os.Open(suites.Path(t, "fhir-r4-code-systems/code_systems.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	actCodes, letters := map[string]bool{}, 0
	for _, line := range lines {
		switch line[0] {
		case "v3-ActCode":
			actCodes[line[2]] = true
		case "v2-0004":
			if letters++; line[2] == "C" {
				continue // commercial account: no kind of visit
			}
			if _, ok := encounterClasses.find(line[2]); !ok {
				t.Errorf("table 0004: %s (%s) is not known", line[2], line[3])
			}
		}
	}
	if len(actCodes) == 0 || letters == 0 {
		t.Fatal("the suite lacks its code systems")
	}
	for word, code := range encounterClasses {
		if code != "" && !actCodes[code] {
			t.Errorf("%s means %s, which ActCode lacks", word, code)
		}
	}
}

func FuzzClinicalWords(f *testing.F) {
	for _, seed := range []string{"QD", "q 4-6 hrs prn for for pain", "BID as needed, as needed", "TID with meals", "I^Inpatient", "p.o.", "TRUE", "1.0", "PRN\u200bx"} {
		f.Add(seed)
	}
	set := Column{Params: map[string]string{"values": "a=b|yes|1;b=c|a;entered-in-error=error"}}
	f.Fuzz(func(t *testing.T, s string) {
		for _, typ := range []string{"value_set", "encounter_class", "route", "frequency"} {
			cell := clinicalFamilies[typ].Bind(set)
			var c Cell
			cell(s, &c)
			checkLaws(t, cell, s, c.Value, c.Unusable)
		}
	})
}

func TestErrorProneText(t *testing.T) {
	for text, want := range map[string]bool{
		"Take 1 tablet QD": true, "take 1 tablet q.o.d. with food": true, "inject 10U before meals": true, "10 units": false, "10 IU": true, "U": true,
		".5": true, ".5mg": true, "0.5 mg": false, "5.0 mg": true, "5.0": false, "5.0mg": true, "10.05 mg": false, "MSO4 2 mg": true,
		"once daily": false, "...": false, "Use as directed": false, "vitamin D": false,
	} {
		if got := errorProneText(text); got != want {
			t.Errorf("%q is error-prone: %t", text, got)
		}
	}
	columns := map[string]Column{"dose": {Type: "decimal", Decimal: '.'}, "sig": {Type: "text"}}
	runRows(t, errorProneStep, columns, nil, []rowCase{
		{name: "both", in: map[string]string{"dose": ".5", "sig": "1 tab QD"}, want: map[string]string{"sig": "1 tab QD"},
			hits: []string{"dose MED-105", "dose STD-001", "sig MED-105"}},
		{name: "neither", in: map[string]string{"dose": "5.0", "sig": "1 tab BID"}, want: map[string]string{"dose": "5.0"}},
	})
}

// Every word of the value sets of the built-in profile means one value, and every value is stable.
func TestBuiltInValueSets(t *testing.T) {
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	sets := 0
	for _, table := range p.Tables {
		for _, field := range table.Fields {
			if field.Type != "value_set" {
				continue
			}
			sets++
			f := valueSet(Column{Params: field.Settings()})
			for value, words := range field.Values {
				for _, word := range append([]string{value}, words...) {
					var c Cell
					if f(word, &c); c.Value != value || c.Unusable {
						t.Errorf("%s.%s: %q = %q; want %q", table.Name, field.Name, word, c.Value, value)
					}
					checkLaws(t, f, word, c.Value, c.Unusable)
				}
			}
		}
	}
	if sets == 0 {
		t.Error("the profile has no value set")
	}
}
