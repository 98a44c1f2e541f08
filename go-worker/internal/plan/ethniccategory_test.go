package plan

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

// TestEthnicCategories of the United Kingdom are not read as those of the US, in which A is Asian, and the plan says what they are.
func TestEthnicCategories(t *testing.T) {
	for _, tt := range []struct {
		header, values, field string
		named                 bool
	}{
		{"ethnic_category", "A B C H J K Z 99", "x_ethnic_category", true},
		{"Ethnic Category Code", "A A A", "x_ethnic_category_code", true},
		{"ethnic_category", "one two three", "x_ethnic_category", false},
		{"ethnic_group", "A A A B C H J K L M N P R S Z", "x_ethnic_group", true},
		{"ethnicity", "a a J S X", "x_ethnicity", true},
		{"race", "A B E G H J Z", "x_race", true},
		{"ethnic_group", "H N H N U", "ethnicity", false},
		{"race", "A B C H R", "race", false},
		{"race", "A B W J K F L", "race", false}, // the finer letters of the US have W
	} {
		c, findings := one(t, tt.header, strings.Fields(tt.values)...)
		if c.Field != tt.field || strings.Contains(c.Why, "United Kingdom") != tt.named {
			t.Errorf("%s of %s: %s, %s", tt.header, tt.values, c.Field, c.Why)
		}
		said := false
		for _, f := range findings {
			said = said || strings.Contains(f.Detail, "United Kingdom") && strings.Contains(f.Detail, "value_set")
		}
		if said != tt.named {
			t.Errorf("%s of %s: found %+v", tt.header, tt.values, findings)
		}
	}
}

// TestAProfileReadsEthnicCategories as the plan says that it can.
func TestAProfileReadsEthnicCategories(t *testing.T) {
	p, err := profile.Parse([]byte(`
name: uk
version: "1"
extends: us-core
tables:
  - name: patient
    fields:
      - {name: ethnic_group, type: value_set, values: {White British: [A], Indian: [H], other: [J, K, S], Not stated: [Z]}}
`))
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{{"P1", "A"}, {"P2", "J"}, {"P3", "K"}, {"P4", "Z"}}
	b, err := NewBuilder(p, Input{Header: []string{"patient_id", "Ethnic Group"}, Sample: rows}, Options{Today: today, Table: "patient"})
	if err != nil {
		t.Fatal(err)
	}
	e := b.NewEvidence()
	addRows(e, rows...)
	b.Merge(e)
	if file, _ := b.Freeze(); file.Columns[1].Field != "ethnic_group" || file.Columns[1].Type != "value_set" {
		t.Errorf("%+v", file.Columns[1])
	}
}
