package validate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// site is a profile that sets limits of its own, and lets results carry the birth date.
const site = `
name: site
version: "1"
extends: us-core
rules:
  NUM-001: {disposition: keep_flag}
tables:
  - name: patient
    fields:
      - {name: medicaid_id, params: {min_length: "5", max_length: "9"}}
      - {name: birth_order, params: {min: "1", max: "12"}}
      - {name: city, params: {pattern: "[A-Z].*"}}
  - name: observation
    fields:
      - {name: birth_date, type: date, params: {role: birth}}
      - {name: death_date, type: date, params: {role: past}}
  - name: encounter
    fields:
      - {name: birth_date, type: date, params: {role: birth}}
      - {name: death_date, type: date, params: {role: past}}
  - name: immunization
    fields:
      - {name: birth_date, type: date, params: {role: birth}}
  - name: condition
    fields:
      - {name: birth_date, type: date, params: {role: birth}}
  - name: medication
    fields:
      - {name: dose, params: {max: "5000"}}
  - name: visit_note
    fields:
      - {name: opened, type: datetime}
      - {name: closed, type: datetime, params: {after: opened}}
`

// found returns the findings on one row as "RULE field", failed ones with "!"; unusable names fields that could not be read, with the
// rule that said so.
func found(t *testing.T, p *profile.Profile, table string, row map[string]string, unusable map[string]string) string {
	t.Helper()
	names := slices.Sorted(maps.Keys(row))
	l := standardize.NewLayout(names)
	r := &standardize.Row{Unusable: make([]bool, len(names))}
	for _, n := range names {
		r.Values, r.Raw = append(r.Values, row[n]), append(r.Raw, cmp.Or(row[n+" (raw)"], row[n]))
	}
	for field, id := range unusable {
		r.Fail(l.Slot(field), mustRule(t, id))
	}
	before := slices.Clone(r.Values)
	given, failed := len(r.Hits), slices.Clone(r.Unusable)
	Bind(p, p.Table(table), l, nil, row["ages on"], today, row["linked"] != "").Check(r)
	if !slices.Equal(r.Values, before) {
		t.Error("a value was changed")
	}
	var all []string
	for _, h := range r.Hits[given:] {
		s := h.Rule.String()
		if h.Slot >= 0 {
			s += " " + names[h.Slot]
			if r.Unusable[h.Slot] && !failed[h.Slot] {
				s += "!"
			}
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

type row = map[string]string

func TestRules(t *testing.T) {
	p, err := profile.Parse([]byte(site))
	if err != nil {
		t.Fatal(err)
	}
	named := row{"name_family": "Doe", "name_given": "Jane", "birth_date": "1985-01-02"}
	with := func(base row, more row) row {
		all := maps.Clone(base)
		maps.Copy(all, more)
		return all
	}
	person := func(more row) row { return with(row{"patient_id": "7", "birth_date": "1985-01-02"}, more) }
	visit := func(more row) row { return with(row{"encounter_id": "1", "patient_id": "7"}, more) }
	about := func(more row) row { return with(row{"patient_id": "7", "code": "1"}, more) }
	tests := []struct {
		name, table string
		row         row
		unusable    map[string]string
		want        string
	}{
		{"a person by name", "patient", named, nil, ""},
		{"a person by number", "patient", row{"mrn": "7"}, nil, ""},
		{"nobody", "patient", row{"patient_id": "", "name_family": "Doe", "city": "Boston"}, nil, "PAT-001"},
		{"nobody once unreadable values are dropped", "patient", row{"ssn": "12", "name_family": "Doe"}, map[string]string{"ssn": "SSN-001"}, "PAT-001"},
		{"half a name and a birth date", "patient", row{"name_family": "", "name_given": "Jo", "birth_date": "1985-01-02"}, nil, "PAT-001"},
		{"the same where rows are compared", "patient", row{"name_family": "", "name_given": "Jo", "birth_date": "1985-01-02", "linked": "yes"}, nil, ""},
		{"a name and a phone where rows are compared", "patient", row{"name_family": "Doe", "phone_mobile": "+15555550100", "linked": "yes"}, nil, ""},
		{"a name and a town where rows are compared", "patient", row{"name_family": "Doe", "name_given": "Jo", "city": "Boston", "linked": "yes"}, nil, "PAT-001"},
		{"a phone and a birth date where rows are compared", "patient", row{"phone_home": "+15555550100", "birth_date": "1985-01-02", "linked": "yes"}, nil, ""},
		{"a home without a name where rows are compared", "patient", row{"birth_date": "1985-01-02", "address_line1": "1 Elm St", "linked": "yes"}, nil, "PAT-001"},
		{"an unreadable birth date where rows are compared", "patient", row{"name_family": "Doe", "birth_date": "31/02", "linked": "yes"},
			map[string]string{"birth_date": "DATE-001"}, "PAT-001"},
		{"a kept unreadable value still tells", "patient", row{"patient_id": "12"}, map[string]string{"patient_id": "NUM-001"}, ""},
		{"no birth date", "patient", row{"patient_id": "7", "birth_date": ""}, nil, "PAT-002 birth_date"},
		{"an unreadable birth date was reported already", "patient", row{"patient_id": "7", "birth_date": "31/02"},
			map[string]string{"birth_date": "DATE-001"}, ""},

		{"born tomorrow", "patient", person(row{"birth_date": "2026-11-24"}), nil, "PAT-003 birth_date!"},
		{"born this year", "patient", person(row{"birth_date": "2026"}), nil, ""},
		{"seen within a pregnancy", "patient", person(row{"birth_date": "2020-05-01", "last_visit": "2019-12-01"}), nil, "PAT-004 last_visit"},
		{"seen long before birth", "patient", person(row{"birth_date": "2020-05-01", "last_visit": "2019-06-01"}), nil, "PAT-003 birth_date!"},
		{"seen the day before birth", "patient", person(row{"birth_date": "2020-05-01", "last_visit": "2020-04-30"}), nil, ""},
		{"seen in the year of birth", "patient", person(row{"birth_date": "2020-05-01", "last_visit": "2020"}), nil, ""},
		{"died before birth", "patient", person(row{"death_date": "1958-01-01"}), nil, "PAT-008 death_date!"},
		{"died at birth", "patient", person(row{"death_date": "1985"}), nil, ""},

		{"too old", "patient", person(row{"birth_date": "1890-01-01"}), nil, "PAT-005 birth_date"},
		{"not too old at death", "patient", person(row{"birth_date": "1890-01-01", "death_date": "1960-01-01"}), nil, ""},
		{"died nobody knows when", "patient", person(row{"birth_date": "1890-01-01", "deceased": "true"}), nil, ""},
		{"very old", "patient", person(row{"birth_date": "1912-01-01"}), nil, "PAT-006 birth_date"},
		{"120 to the day", "patient", person(row{"birth_date": "1906-11-23"}), nil, "PAT-006 birth_date"},
		{"121 to the day", "patient", person(row{"birth_date": "1905-11-23"}), nil, "PAT-005 birth_date"},
		{"121 perhaps", "patient", person(row{"birth_date": "1905"}), nil, "PAT-006 birth_date"},

		{"an age that nobody reaches", "patient", row{"patient_id": "7", "age": "130"}, nil, "PAT-005 age"},
		{"a great age", "patient", row{"patient_id": "7", "age": "112"}, nil, "PAT-006 age"},
		{"an age", "patient", row{"patient_id": "7", "age": "110"}, nil, ""},

		{"alive and dead", "patient", person(row{"deceased": "false", "death_date": "2020-01-01"}), nil, "PAT-009 deceased"},
		{"dead without a date", "patient", person(row{"deceased": "true", "death_date": ""}), nil, "PAT-009 deceased"},
		{"dead, the file states no dates", "patient", person(row{"deceased": "true"}), nil, ""},
		{"dead, unreadable date", "patient", person(row{"deceased": "true", "death_date": "x"}), map[string]string{"death_date": "DATE-001"}, ""},

		{"another age", "patient", person(row{"age": "35"}), nil, "PAT-010 age"},
		{"an age within a year", "patient", person(row{"age": "42"}), nil, ""},
		{"the age at the last visit", "patient", person(row{"age": "35", "last_visit": "2020-03-01"}), nil, ""},
		{"the age at death", "patient", person(row{"age": "15", "death_date": "2000-03-01"}), nil, ""},
		{"an age at no time", "patient", person(row{"age": "28", "last_visit": "2020-03-01", "last_updated": "2024-01-01"}), nil, "PAT-010 age"},
		{"an age of 90 or more", "patient", person(row{"birth_date": "1928-01-01", "age": "90", "age (raw)": "90+"}), nil, ""},
		{"an age of the plan's day", "patient", person(row{"age": "34", "ages on": "2019-03-14"}), nil, ""},
		{"an age of today, in ages of the plan's day", "patient", person(row{"age": "41", "ages on": "2019-03-14"}), nil, "PAT-010 age"},
		{"the age at death, in ages of the plan's day", "patient", person(row{"age": "15", "death_date": "2000-03-01", "ages on": "2019-03-14"}), nil, ""},
		{"an age of a visit", "patient", person(row{"age": "28", "last_visit": "2013-03-01", "ages on": "visit"}), nil, ""},
		{"an age of no visit", "patient", person(row{"age": "41", "last_visit": "2013-03-01", "ages on": "visit"}), nil, "PAT-010 age"},
		{"an age of a visit without a date", "patient", person(row{"age": "28", "last_visit": "", "ages on": "visit"}), nil, ""},
		{"an age of any day", "patient", person(row{"age": "28", "last_visit": "2020-03-01", "ages on": "any"}), nil, ""},
		{"an age that nobody can have reached", "patient", person(row{"age": "43", "ages on": "any"}), nil, "PAT-010 age"},
		{"an age that the dead cannot have reached", "patient", person(row{"age": "17", "death_date": "2000-03-01", "ages on": "any"}), nil, "PAT-010 age"},
		{"90 or more on any day", "patient", person(row{"birth_date": "1980-01-01", "age": "90", "age (raw)": "90+", "ages on": "any"}), nil, "PAT-010 age"},
		{"an age of 90", "patient", person(row{"birth_date": "1928-01-01", "age": "90"}), nil, "PAT-010 age"},

		{"a title of the other sex", "patient", person(row{"name_prefix": "Mr", "administrative_gender": "female"}), nil, "PAT-012 name_prefix"},
		{"a title of the sex", "patient", person(row{"name_prefix": "Mrs", "administrative_gender": "female"}), nil, ""},
		{"a title of both", "patient", person(row{"name_prefix": "Dr", "administrative_gender": "female"}), nil, ""},
		{"a title beside another gender", "patient", person(row{"name_prefix": "Mr", "administrative_gender": "other"}), nil, ""},

		{"a visit without a patient", "encounter", row{"encounter_id": "1", "patient_id": ""}, nil, "REQ-001 patient_id"},
		{"a visit without a number", "encounter", row{"encounter_id": "", "patient_id": "7"}, nil, "ID-001 encounter_id"},
		{"a result needs no number", "observation", row{"observation_id": "", "patient_id": "7"}, nil, ""},
		{"required, dropped by its rule", "encounter", visit(nil), map[string]string{"patient_id": "XL-003"}, "REQ-001 patient_id"},
		{"a visit ends first", "encounter", visit(row{"start": "2020-01-02", "end": "2020-01-01"}), nil, "ENC-102 end!"},
		{"a visit ends that day", "encounter", visit(row{"start": "2020-01-02T10:00:00", "end": "2020-01-02"}), nil, ""},
		{"a long stay", "encounter", visit(row{"start": "2018-01-02", "end": "2021-01-01"}), nil, "ENC-104 end"},
		{"a long stay perhaps", "encounter", visit(row{"start": "2018", "end": "2019"}), nil, ""},
		{"an open stay", "encounter", visit(row{"start": "2018-01-02", "end": ""}), nil, ""},
		{"a visit before birth", "encounter", visit(row{"start": "2019-12-01", "birth_date": "2020-05-01"}), nil, "PAT-004 start"},
		{"a visit after death", "encounter", visit(row{"start": "2020-03-01", "death_date": "2020-02-01"}), nil, "ENC-105 start"},

		{"a result before birth", "observation", row{"patient_id": "7", "effective": "1950-01-01", "birth_date": "1985-01-01"}, nil, "OBS-101 effective"},
		{"a result after death", "observation", row{"patient_id": "7", "effective": "2020-02-09", "death_date": "2020-02-01"}, nil, "OBS-102 effective"},
		{"a result a week after death", "observation", row{"patient_id": "7", "effective": "2020-02-08", "death_date": "2020-02-01"}, nil, ""},

		{"resolved before onset", "condition", about(row{"onset": "2019", "abatement": "2018"}), nil, "COND-102 abatement!"},
		{"recorded before onset", "condition", about(row{"onset": "2019", "recorded": "2018-12-31"}), nil, "COND-103 recorded"},
		{"recorded before birth", "condition", about(row{"recorded": "1980", "birth_date": "1985-01-01"}), nil, "COND-103 recorded"},
		{"a condition denied", "condition", about(row{"code_text": "No history of asthma"}), nil, "COND-104 code_text"},
		{"a condition considered", "condition", about(row{"code_text": "R/O pneumonia"}), nil, "COND-104 code_text"},
		{"a condition entered in error", "condition", about(row{"verification": "entered-in-error"}), nil, "REC-001 verification"},
		{"a condition refuted", "condition", about(row{"verification": "refuted"}), nil, "REC-001 verification"},
		{"a condition confirmed", "condition", about(row{"verification": "confirmed"}), nil, ""},
		{"a result entered in error", "observation", row{"patient_id": "7", "status": "entered-in-error"}, nil, "REC-001 status"},
		{"a prescription entered in error", "medication", about(row{"status": "entered-in-error"}), nil, "REC-001 status"},
		{"a prescription stopped", "medication", about(row{"status": "stopped"}), nil, ""},
		{"an allergy refuted", "allergy", about(row{"verification": "refuted", "status": "active"}), nil, "REC-001 verification"},
		{"a condition asked for", "condition", about(row{"code_text": "?MI"}), nil, "COND-104 code_text"},
		{"a word that begins alike", "condition", about(row{"code_text": "Notalgia paresthetica"}), nil, ""},
		{"a term that begins alike", "condition", about(row{"code_text": "Not-seen-before syndrome"}), nil, ""},
		{"no diagnosis", "condition", row{"patient_id": "7", "code": "", "code_text": ""}, nil, "COND-101"},
		{"a text is enough", "condition", row{"patient_id": "7", "code": "", "code_text": "asthma"}, nil, ""},
		{"no text and a code that is dropped", "condition", row{"patient_id": "7", "code": "??"}, map[string]string{"code": "ICD-001"}, "COND-101"},

		{"a drug ends first", "medication", about(row{"start": "2020-02", "end": "2020-01"}), nil, "MED-102 end!"},
		{"no drug", "medication", row{"patient_id": "7", "code_text": ""}, nil, "MED-101"},
		{"too many days", "medication", about(row{"days_supply": "900"}), nil, "MED-103 days_supply"},
		{"no days", "medication", about(row{"days_supply": "0"}), nil, "MED-103 days_supply"},
		{"a year", "medication", about(row{"days_supply": "365"}), nil, ""},
		{"no dose", "medication", about(row{"dose": "0"}), nil, "MED-104 dose"},
		{"a dose above the limit", "medication", about(row{"dose": "5000.5"}), nil, "MED-104 dose"},
		{"a dose", "medication", about(row{"dose": "0.5"}), nil, ""},
		{"no medication", "medication", row{"patient_id": "7", "code_text": "N.K.M."}, nil, "MED-106 code_text"},
		{"a medication", "medication", row{"patient_id": "7", "code_text": "Nomedol"}, nil, ""},

		{"vaccinated before birth", "immunization", about(row{"date": "1980-01-01", "birth_date": "1985-01-01"}), nil, "IMM-102 date"},
		{"an expired vaccine", "immunization", about(row{"date": "2020-02-01", "expiry": "2020-01"}), nil, "IMM-103 expiry"},
		{"in the month of expiry", "immunization", about(row{"date": "2020-01-15", "expiry": "2020-01"}), nil, ""},
		{"not given", "immunization", about(row{"status": "not-done"}), nil, "IMM-105 status"},
		{"not given for a reason", "immunization", about(row{"status": "not-done", "status_reason": "fever"}), nil, ""},
		{"no vaccine", "immunization", row{"patient_id": "7", "code": ""}, nil, "IMM-101"},

		{"no known drug allergy", "allergy", row{"patient_id": "7", "code_text": "No Known Drug Allergies."}, nil, "ALG-002 code_text"},
		{"an allergy", "allergy", row{"patient_id": "7", "code_text": "Nuts"}, nil, ""},
		{"no substance", "allergy", row{"patient_id": "7", "code_text": ""}, nil, "ALG-101"},
		{"an allergy ends first", "allergy", about(row{"onset": "2020-02", "end": "2020-01"}), nil, "DATE-011 end!"},
		{"a table of the site's own", "visit_note", row{"opened": "2020-02-02T10:00:00", "closed": "2020-02-02T09:00:00"}, nil, "DATE-011 closed!"},

		{"within its limits", "patient", person(row{"birth_order": "2", "medicaid_id": "12345", "city": "Boston"}), nil, ""},
		{"out of range", "patient", person(row{"birth_order": "13"}), nil, "RNG-001 birth_order!"},
		{"too short", "patient", person(row{"medicaid_id": "1234"}), nil, "LEN-001 medicaid_id!"},
		{"too long", "patient", person(row{"medicaid_id": "1234567890"}), nil, "LEN-001 medicaid_id!"},
		{"letters count, not bytes", "patient", person(row{"medicaid_id": "ÄÄÄÄÄÄÄÄÄ"}), nil, ""},
		{"another pattern", "patient", person(row{"city": "boston"}), nil, "PTN-001 city!"},
		{"nothing is judged of the unreadable", "patient", person(row{"birth_order": "many"}), map[string]string{"birth_order": "NUM-001"}, ""},
		{"a generic table has no rules", "generic", row{"x": "y"}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(t, p, tt.table, tt.row, tt.unusable); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func mustRule(t *testing.T, name string) rule.ID {
	t.Helper()
	id, ok := rule.Lookup(name)
	if !ok {
		t.Fatalf("there is no rule %s", name)
	}
	return id
}

// A file that maps only a part of a table must not trip over the rest of it.
func TestAnyColumnsWillDo(t *testing.T) {
	p, err := profile.Parse([]byte(site))
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Tables {
		table := &p.Tables[i]
		for _, f := range table.Fields {
			for _, value := range []string{"", "x", "2020-01-01", "7"} {
				found(t, p, table.Name, row{f.Name: value}, nil)
			}
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	p, err := profile.Load("us-core")
	if err != nil {
		b.Fatal(err)
	}
	names := strings.Fields("patient_id name_family name_given birth_date age deceased death_date last_visit city")
	values := strings.Fields("7 Doe Jane 1985-01-02 41 false")
	r := &standardize.Row{Values: append(values, "", "2020-02-03", "Boston"), Unusable: make([]bool, len(names)), Raw: make([]string, len(names))}
	v := Bind(p, p.Table("patient"), standardize.NewLayout(names), nil, "", today, false)
	b.ReportAllocs()
	for b.Loop() {
		r.Hits = r.Hits[:0]
		v.Check(r)
	}
}
