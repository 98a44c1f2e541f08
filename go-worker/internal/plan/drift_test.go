package plan

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func lastMonth(t *testing.T) *File {
	t.Helper()
	file, _ := freeze(t, Options{}, "patient_id,dob,weight,sex", [][]string{
		{"P1", "04/25/1985", "150", "1"}, {"P2", "03/26/1990", "180", "2"}, {"P3", "03/02/1990", "171", "2"}})
	return file
}

func TestASuppliedPlanDecides(t *testing.T) {
	file, findings := freeze(t, Options{Supplied: lastMonth(t)}, "sex,DOB,patient_id,weight", [][]string{{"2", "04/05/1985", "P9", "165"}})
	for _, c := range file.Columns {
		if c.Header == "DOB" && c.Decisions[DateOrder].Value != "month_first" {
			t.Errorf("date order %q", c.Decisions[DateOrder].Value)
		}
	}
	if len(findings) != 0 {
		t.Errorf("nothing drifted, but found %+v", findings)
	}
}

func TestDrift(t *testing.T) {
	tests := []struct {
		name, header string
		rows         [][]string
		want         map[string]string
	}{
		{"the order of dates", "patient_id,dob,weight,sex", [][]string{{"P1", "25/04/1985", "150", "1"}, {"P2", "26/03/1990", "180", "2"}}, map[string]string{"dob": "DRIFT-003"}},
		{"the unit", "patient_id,dob,weight,sex", [][]string{{"P1", "04/25/1985", "68", "2"}, {"P2", "04/25/1985", "80", "2"}}, map[string]string{"weight": "DRIFT-003"}},
		{"codes of sex", "patient_id,dob,weight,sex", [][]string{{"P1", "04/25/1985", "150", "0"}, {"P2", "04/25/1985", "180", "1"}}, map[string]string{"sex": "DRIFT-003"}},
		{"a new column", "patient_id,dob,weight,sex,ward", [][]string{{"P1", "04/25/1985", "150", "2", "A"}}, map[string]string{"ward": "DRIFT-004"}},
		{"a missing column", "patient_id,dob,sex", [][]string{{"P1", "04/25/1985", "2"}}, map[string]string{"weight": "DRIFT-004"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, findings := freeze(t, Options{Supplied: lastMonth(t)}, tt.header, tt.rows)
			got := map[string]string{}
			for _, f := range findings {
				got[f.Header] = f.Rule.String()
			}
			for header, rule := range tt.want {
				if got[header] != rule || len(got) != len(tt.want) {
					t.Errorf("found %+v; want %v", findings, tt.want)
				}
			}
			if c := file.Columns[1]; c.Decisions[DateOrder].Value != "month_first" {
				t.Errorf("the plan's order became %q", c.Decisions[DateOrder].Value)
			}
		})
	}
}

// TestTheMedianDrifts when it leaves what was the middle half of the numbers, where there are enough of them.
// TestOrdersByMarkDrift: the orders of a supplied plan stay; those of a file that has other marks, or fewer, do not contradict them.
func TestOrdersByMarkDrift(t *testing.T) {
	rowsOf := func(values ...string) (rows [][]string) {
		for i, v := range values {
			rows = append(rows, []string{fmt.Sprint("P", i), v})
		}
		return rows
	}
	points, slashes, hyphens := marked("02.01.2006", 40), marked("01/02/2006", 40), marked("02-01-2006", 40)
	last, _ := freeze(t, Options{}, "patient_id,dob", rowsOf(join(points, slashes)...))
	chosen := &File{Table: last.Table, Columns: slices.Clone(last.Columns)}
	chosen.Columns[1].Decisions = map[string]Decision{DateOrder: {Value: "day_first"}}
	for _, tt := range []struct {
		name         string
		supplied     *File
		values       []string
		order, marks string
		drift        bool
	}{
		{"the same", last, join(points, slashes), "mixed", "/=month_first|.=day_first", false},
		{"a further mark", last, join(points, slashes, hyphens), "mixed", "/=month_first|.=day_first", false},
		{"the other way", last, join(marked("01.02.2006", 40), marked("02/01/2006", 40)), "mixed", "/=month_first|.=day_first", true},
		{"a person chose one order", chosen, join(points, slashes), "day_first", "/=month_first|.=day_first", true},
	} {
		file, findings := freeze(t, Options{Supplied: tt.supplied}, "patient_id,dob", rowsOf(tt.values...))
		c := file.Columns[1]
		if c.Decisions[DateOrder].Value != tt.order || c.Decisions[OrderByMark].Value != tt.marks || has(findings, "DRIFT-003") != tt.drift {
			t.Errorf("%s: order %q, by mark %q, found %+v", tt.name, c.Decisions[DateOrder].Value, c.Decisions[OrderByMark].Value, findings)
		}
	}
}

func TestTheMedianDrifts(t *testing.T) {
	delivery := func(rows, from int) (rowsOf [][]string) {
		for i := range rows {
			rowsOf = append(rowsOf, []string{fmt.Sprintf("P%d", i), "04/25/1985", fmt.Sprint(from + i%40), fmt.Sprint(i%2 + 1)})
		}
		return rowsOf
	}
	last, _ := freeze(t, Options{}, "patient_id,dob,weight,sex", delivery(200, 60))
	if q := last.Columns[2].Evidence.Quartiles; !reflect.DeepEqual(q, []float64{70, 80, 90}) {
		t.Fatalf("quartiles %v", q)
	}
	for _, tt := range []struct{ rows, from, want int }{{200, 60, 0}, {200, 70, 0}, {200, 71, 1}, {200, 49, 1}, {99, 71, 0}} {
		_, findings := freeze(t, Options{Supplied: last}, "patient_id,dob,weight,sex", delivery(tt.rows, tt.from))
		found := 0
		for _, f := range findings {
			if f.Rule == ruleContentDrift && strings.Contains(f.Detail, "median") {
				found++
			}
		}
		if found != tt.want {
			t.Errorf("%d numbers from %d: found %+v", tt.rows, tt.from, findings)
		}
	}
}

// TestTheShareOfEmptyCellsDrifts compares it with that of the files the plan was made from, where both have enough cells.
func TestTheShareOfEmptyCellsDrifts(t *testing.T) {
	rows := func(n, filled int) [][]string {
		all := make([][]string, n)
		for i := range all {
			all[i] = []string{fmt.Sprintf("P%d", i), "04/25/1985", "Boston"}
			switch {
			case i < filled:
			case i%2 == 0:
				all[i][2] = ""
			default:
				all[i][2] = "N/A"
			}
		}
		return all
	}
	const header = "patient_id,dob,city"
	tests := []struct {
		name      string
		then, now [][]string
		want      string
	}{
		{"the same", rows(200, 190), rows(200, 180), ""},
		{"half empty now", rows(200, 190), rows(200, 100), "50 % of its cells are empty; when the plan was made, 5 % were"},
		{"filled now", rows(200, 0), rows(400, 400), "0 % of its cells are empty; when the plan was made, 100 % were"},
		{"too few to say", rows(200, 190), rows(20, 0), ""},
		{"too few to compare with", rows(20, 20), rows(200, 0), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, _ := freeze(t, Options{}, header, tt.then)
			_, findings := freeze(t, Options{Supplied: plan}, header, tt.now)
			got := ""
			for _, f := range findings {
				if f.Rule.String() == "DRIFT-001" {
					got += f.Detail
				}
			}
			if got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAnEditedFieldTakesItsType(t *testing.T) {
	supplied := lastMonth(t)
	supplied.Columns[1].Field = "death_date"
	supplied.Columns[2].Field = "x_weight"
	file, _ := freeze(t, Options{Supplied: supplied}, "patient_id,dob,weight,sex", [][]string{{"P1", "04/25/1985", "150", "2"}})
	if c := file.Columns[1]; c.Field != "death_date" || c.Type != "date" {
		t.Errorf("%s is %s of type %s", c.Header, c.Field, c.Type)
	}
	if c := file.Columns[2]; c.Type != "" {
		t.Errorf("%s is of type %s; want it untouched", c.Header, c.Type)
	}
}

func TestASuppliedPlanThatDoesNotFit(t *testing.T) {
	unknown := lastMonth(t)
	unknown.Columns[1].Field = "horse"
	_, err := NewBuilder(usCore(t), Input{Header: []string{"patient_id", "dob"}}, Options{Today: today, Supplied: unknown})
	if err == nil || !strings.Contains(err.Error(), "horse") {
		t.Errorf("an unknown field: %v", err)
	}
	_, err = NewBuilder(usCore(t), Input{Header: []string{"weight"}}, Options{Today: today, Supplied: lastMonth(t)})
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("no identifier left: %v", err)
	}
}

func TestTheSectionForAFile(t *testing.T) {
	p := &Plan{Files: []File{
		{Name: "a.csv", Source: "north", Columns: []Column{{Header: "id"}, {Header: "dob"}}},
		{Name: "b.csv", Source: "south", Columns: []Column{{Header: "id"}, {Header: "code"}}},
	}}
	tests := []struct {
		name, source string
		header       []string
		want         string
	}{
		{"a.csv", "south", []string{"id"}, "a.csv"},
		{"c.csv", "south", []string{"id"}, "b.csv"},
		{"c.csv", "west", []string{"id", "code"}, "b.csv"},
		{"a.csv", "north", []string{"other"}, ""},
	}
	for _, tt := range tests {
		got := p.For(tt.name, tt.source, tt.header)
		if got == nil && tt.want != "" || got != nil && got.Name != tt.want {
			t.Errorf("For(%s, %s, %v) = %v; want %s", tt.name, tt.source, tt.header, got, tt.want)
		}
	}
}
