package plan

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// day returns a day written in a test.
func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fullYears are the birthdays from one day to another.
func fullYears(born, at time.Time) int {
	years := at.Year() - born.Year()
	if at.Month() < born.Month() || at.Month() == born.Month() && at.Day() < born.Day() {
		years--
	}
	return years
}

// extract returns people with their ages on a day of each: patient_id, dob, age, last_visit, death_date.
func extract(t *testing.T, n int, layout string, on func(i int) string) (rows [][]string) {
	t.Helper()
	for i := range n {
		born := time.Date(1930+i*37%75, time.Month(1+i*7%12), 1+i*11%28, 0, 0, 0, 0, time.UTC)
		rows = append(rows, []string{fmt.Sprintf("P%d", i), born.Format(layout), fmt.Sprint(fullYears(born, day(t, on(i)))), on(i), ""})
	}
	return rows
}

// overYears spreads days over ten years.
func overYears(i int) string { return fmt.Sprintf("%d-%02d-%02d", 2010+i*3%10, 1+i*5%12, 1+i*13%28) }

func always(s string) func(int) string { return func(int) string { return s } }

func TestTheDayOfAges(t *testing.T) {
	tests := []struct {
		name, want string
		found      bool
		rows       func() [][]string
	}{
		{"of today", AgesToday, false, func() [][]string { return extract(t, 400, time.DateOnly, always("2026-11-23")) }},
		{"of last month", AgesToday, false, func() [][]string { return extract(t, 400, time.DateOnly, always("2026-10-25")) }},
		{"of an old extract", "2019-03-14", true, func() [][]string { return extract(t, 2000, time.DateOnly, always("2019-03-14")) }},
		{"of an old extract whose dates are of the other order", "2019-03-14", true, func() [][]string { return extract(t, 2000, "02/01/2006", always("2019-03-14")) }},
		{"of an extract with a slip in twenty", "2019-03-14", true, func() [][]string {
			rows := extract(t, 2000, time.DateOnly, always("2019-03-14"))
			for i := 0; i < len(rows); i += 20 {
				rows[i][2] = "5"
			}
			return rows
		}},
		{"as programs write them", "2019-03-14", true, func() [][]string {
			rows := extract(t, 2000, time.DateOnly, always("2019-03-14"))
			for i := range rows {
				rows[i][2] += [...]string{".0", " years", "Y", ""}[i%4]
			}
			return rows
		}},
		{"of the last visits", AgesOfVisit, true, func() [][]string { return extract(t, 400, time.DateOnly, overYears) }},
		{"of visits that the file does not date", AgesAnytime, true, func() [][]string {
			rows := extract(t, 400, time.DateOnly, overYears)
			for i := range rows {
				rows[i][3] = ""
			}
			return rows
		}},
		{"of visits long before the last ones", AgesAnytime, true, func() [][]string {
			rows := extract(t, 400, time.DateOnly, overYears)
			for i := range rows {
				rows[i][3] = "2026-01-01"
			}
			return rows
		}},
		{"of the dead say nothing", "", false, func() [][]string {
			rows := extract(t, 400, time.DateOnly, overYears)
			for i := range rows {
				rows[i][4] = rows[i][3]
			}
			return rows
		}},
		{"of a few", "", false, func() [][]string { return extract(t, 4, time.DateOnly, always("2019-03-14")) }},
		{"in months, of people born lately", "", false, func() [][]string {
			var rows [][]string
			for i := range 40 {
				rows = append(rows, []string{fmt.Sprintf("P%d", i), fmt.Sprintf("2024-%02d-11", 1+i%12), fmt.Sprint(34 - i%12), "", ""})
			}
			return rows
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, findings := freeze(t, Options{Table: "patient"}, "patient_id,dob,age,last_visit,death_date", tt.rows())
			decision := file.Columns[2].Decisions[AgesOn]
			if decision.Value != tt.want || has(findings, "PAT-014") != tt.found {
				t.Errorf("ages on %q (%s), found %v; want %q, %v", decision.Value, decision.Why, findings, tt.want, tt.found)
			}
		})
	}
}

// TestAgesAreCountedInParts: whatever the parts of a file and their order, the decision and its reason are the same.
func TestAgesAreCountedInParts(t *testing.T) {
	rows := extract(t, 1000, "01/02/2006", always("2019-03-14"))
	whole, _ := freeze(t, Options{Table: "patient"}, "patient_id,dob,age,last_visit,death_date", rows)
	b, err := NewBuilder(usCore(t), Input{Header: []string{"patient_id", "dob", "age", "last_visit", "death_date"}, Sample: rows[:200]}, Options{Today: today, Table: "patient"})
	if err != nil {
		t.Fatal(err)
	}
	parts := slices.Collect(slices.Chunk(rows, 77))
	slices.Reverse(parts)
	for _, part := range parts {
		e := b.NewEvidence()
		addRows(e, part...)
		b.Merge(e)
	}
	file, _ := b.Freeze()
	if got, want := file.Columns[2].Decisions[AgesOn], whole.Columns[2].Decisions[AgesOn]; got != want || want.Value == "" {
		t.Errorf("in parts %+v, at once %+v", got, want)
	}
}

// TestTheDayOfAgesDrifts when the ages of a delivery are not those of the plan any more; some months more or less change nothing.
func TestTheDayOfAgesDrifts(t *testing.T) {
	const header = "patient_id,dob,age,last_visit,death_date"
	plan := func(rows [][]string) *File {
		file, _ := freeze(t, Options{Table: "patient"}, header, rows)
		return file
	}
	old := plan(extract(t, 2000, time.DateOnly, always("2019-03-14")))
	tests := []struct {
		name     string
		supplied *File
		rows     [][]string
		want     string
		drift    bool
	}{
		{"the same day", old, extract(t, 2000, time.DateOnly, always("2019-03-14")), "2019-03-14", false},
		{"half a year later", old, extract(t, 2000, time.DateOnly, always("2019-09-14")), "2019-03-14", false},
		{"years later", old, extract(t, 2000, time.DateOnly, always("2023-09-14")), "2019-03-14", true},
		{"of today", old, extract(t, 2000, time.DateOnly, always("2026-11-23")), "2019-03-14", true},
		{"of any day", old, extract(t, 2000, time.DateOnly, overYears), "2019-03-14", true},
		{"a plan that says nothing, and ages of today", plan(nil), extract(t, 400, time.DateOnly, always("2026-11-23")), AgesToday, false},
		{"a plan that says nothing, and ages of another day", plan(nil), extract(t, 2000, time.DateOnly, always("2019-03-14")), "2019-03-14", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, findings := freeze(t, Options{Supplied: tt.supplied}, header, tt.rows)
			drift := slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule == ruleFormatDrift && f.Field == "age" })
			if got := file.Columns[2].Decisions[AgesOn].Value; got != tt.want || drift != tt.drift {
				t.Errorf("ages on %q, drift %v: %v", got, drift, findings)
			}
		})
	}
}

func TestAPersonNamesTheDayOfAges(t *testing.T) {
	for value, fine := range map[string]bool{"today": true, "visit": true, "any": true, "2019-03-14": true, "2019-02-30": false, "14/03/2019": false, "": false} {
		if err := checkDecision(AgesOn, value); (err == nil) != fine {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// TestYearsOfAges: on the days of yearsOfAge, and on no others, somebody has one of the ages.
func TestYearsOfAges(t *testing.T) {
	for _, birth := range []string{"1980-02-29", "1980-12-31", "2000-01-01"} {
		born := day(t, birth)
		for _, age := range []int{1, 20, 44} {
			from, to := yearsOfAge(dayNumber(born.Year(), int(born.Month()), born.Day()), age-AgeSlack, age+AgeSlack)
			for at := born; at.Year() < born.Year()+50; at = at.AddDate(0, 0, 1) {
				n := dayNumber(at.Year(), int(at.Month()), at.Day())
				years := fullYears(born, at)
				if has := years >= age-AgeSlack && years <= age+AgeSlack; has != (n >= from && n < to) {
					t.Fatalf("born on %s, %d years old on %s: about %d: %v", birth, years, at.Format(time.DateOnly), age, !has)
				}
			}
		}
	}
}
