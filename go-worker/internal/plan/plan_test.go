package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
	"harmonizer/go-worker/internal/table"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// usCore is the built-in profile.
func usCore(t testing.TB) *profile.Profile {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// readsFor asks the standardizers, as the engine does, whether they can read the values of a column.
func readsFor(t *profile.Table, c *Column) Reader {
	family, known := standardize.Lookup(c.Type)
	f := t.Field(c.Field)
	if !known || f == nil {
		return func(string) bool { return true }
	}
	s := c.Settings()
	read := family.Bind(standardize.Column{Field: c.Field, Table: t.Name, Type: c.Type, Header: c.Header, Params: f.Settings(), Today: today, Country: cmp.Or(s.Country, home),
		Unit: f.Unit, Decimal: s.Decimal, Width: cmp.Or(s.Width, f.Width), StripFloat: s.StripFloat, Decisions: s.Decisions, Sentinels: s.Sentinels})
	var cell standardize.Cell
	return func(value string) bool {
		cell.Reset()
		read(value, &cell)
		return !cell.Unusable
	}
}

// freeze plans rows under a header, with the built-in profile.
func freeze(t testing.TB, o Options, header string, rows [][]string) (*File, []Finding) {
	t.Helper()
	o.Today, o.Reads = today, readsFor
	b, err := NewBuilder(usCore(t), Input{Name: "file.csv", Source: "clinic", Header: strings.Split(header, ","), Sample: rows[:min(len(rows), 200)]}, o)
	if err != nil {
		t.Fatal(err)
	}
	e := b.NewEvidence()
	addRows(e, rows...)
	b.Merge(e)
	return b.Freeze()
}

// addRows counts rows of any length: missing cells are empty.
func addRows(e *Evidence, rows ...[]string) {
	var text []string
	width := len(e.columns)
	for _, row := range rows {
		row = row[:min(len(row), width)]
		text = append(append(text, row...), make([]string, width-len(row))...)
	}
	e.Add(text, width)
}

// one plans a column of values beside a patient id.
func one(t testing.TB, header string, values ...string) (Column, []Finding) {
	t.Helper()
	var rows [][]string
	for i, v := range values {
		rows = append(rows, []string{fmt.Sprintf("P%d", i), v})
	}
	file, findings := freeze(t, Options{Table: "patient"}, "patient_id,"+header, rows)
	return file.Columns[1], findings
}

// times repeats a value.
func times(n int, value string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = value
	}
	return out
}

func has(findings []Finding, rule string) bool {
	for _, f := range findings {
		if f.Rule.String() == rule {
			return true
		}
	}
	return false
}

func join(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// The numbers are those of the test vectors in the specification of the rules.
func TestDateOrder(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		want   string
		rule   string
		found  string
	}{
		{"1: a day above 12 comes first", []string{"04/05/1985", "13/04/1990"}, "day_first", "DATE-101", "DATE-101"},
		{"2: a day above 12 comes second", []string{"04/05/1985", "04/25/1990"}, "month_first", "DATE-101", "DATE-101"},
		{"4: one slip in a thousand", join(times(1000, "04/25/1990"), []string{"13/04/1990"}), "month_first", "DATE-102", "DATE-101"},
		{"5: half and half", []string{"13/04/1990", "04/13/1990", "04/05/1985"}, "mixed", "DATE-103", ""},
		{"nothing proves it", []string{"04/05/1985", "03/02/1990"}, "month_first", "DATE-104", "DATE-104"},
		{"the month of a future date", join(times(97, "02/03/1985"), times(3, "12/01/2026")), "day_first", "DATE-104", "DATE-104"},
		{"all are of one January", []string{"01/02/2024", "01/03/2024", "01/04/2024", "01/05/2024"}, "month_first", "DATE-104", "DATE-104"},
		{"all are firsts of a month", []string{"01/02/1985", "01/07/1990", "01/11/1970"}, "day_first", "DATE-104", "DATE-104"},
		{"only ISO dates", []string{"1985-05-04", "1990-04-13"}, "", "", ""},
		{"the order does not matter", []string{"05/05/1985"}, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, findings := one(t, "dob", tt.values...)
			got := c.Decisions[DateOrder]
			if got.Value != tt.want || got.Rule != tt.rule {
				t.Errorf("date order %q under %q, %s; want %q under %q", got.Value, got.Rule, got.Why, tt.want, tt.rule)
			}
			if tt.found != "" && !has(findings, tt.found) {
				t.Errorf("findings %v lack %s", findings, tt.found)
			}
		})
	}
}

// TestDateOrderFromPoints: where nothing else tells, points between numbers and semicolons between cells do, as spreadsheets of many countries
// write them.
func TestDateOrderFromPoints(t *testing.T) {
	for _, tt := range []struct{ value, delimiter, want string }{
		{"03.04.1985", ";", "day_first"}, {"03.04.1985", ",", "month_first"}, {"03/04/1985", ";", "month_first"},
	} {
		b, err := NewBuilder(usCore(t), Input{Name: "a.csv", Header: []string{"patient_id", "dob"}, Ingest: table.Ingest{Delimiter: tt.delimiter}}, Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		e := b.NewEvidence()
		addRows(e, []string{"P1", tt.value})
		b.Merge(e)
		file, _ := b.Freeze()
		if got := file.Columns[1].Decisions[DateOrder]; got.Value != tt.want || got.Rule != "DATE-104" {
			t.Errorf("%s between %s is read %s under %s; want %s, assumed", tt.value, tt.delimiter, got.Value, got.Rule, tt.want)
		}
	}
}

// TestNoConcept: 0 is how OMOP says that no concept fits, and no answer under a header that names concepts.
func TestNoConcept(t *testing.T) {
	for header, want := range map[string]int64{"ethnicity_concept_id": 1, "hispanic": 0} {
		c, _ := one(t, header, "0", "38003563")
		if got := c.Evidence.Nulls["0"]; got != want {
			t.Errorf("%s: 0 stands for no value %d times; want %d", header, got, want)
		}
	}
}

func TestDateOrderFromSiblings(t *testing.T) {
	rows := [][]string{{"P1", "04/05/1985", "25/12/2020"}, {"P2", "03/02/1990", "13/01/2021"}}
	file, _ := freeze(t, Options{}, "patient_id,dob,last_visit", rows)
	if got := file.Columns[1].Decisions[DateOrder]; got.Value != "day_first" || !strings.Contains(got.Why, "1 other date column of the file proves it") {
		t.Errorf("date order %q: %s", got.Value, got.Why)
	}
}

// TestDateOrderFromUntouchedColumns: a date that no field takes tells how the file writes its dates; two that contradict each other tell nothing.
func TestDateOrderFromUntouchedColumns(t *testing.T) {
	for _, tt := range []struct {
		other, want string
		proved      bool
	}{{"25/12/2020", "day_first", true}, {"12/25/2020", "month_first", true}, {"05/06/2020", "month_first", false}, {"2020-12-25", "month_first", false},
		{"25/30/2020", "month_first", false}} {
		file, _ := freeze(t, Options{}, "patient_id,dob,consent signed", [][]string{{"P1", "04/05/1985", tt.other}, {"P2", "03/02/1990", "05/06/2020"}})
		got := file.Columns[1].Decisions[DateOrder]
		if got.Value != tt.want || strings.Contains(got.Why, "1 other date column of the file proves it") != tt.proved {
			t.Errorf("%s: date order %q: %s", tt.other, got.Value, got.Why)
		}
	}
	file, _ := freeze(t, Options{}, "patient_id,dob,consent signed,form sent", [][]string{{"P1", "04/05/1985", "25/12/2020", "12/25/2020"}})
	if got := file.Columns[1].Decisions[DateOrder]; got.Value != "month_first" {
		t.Errorf("contradicting columns: %q: %s", got.Value, got.Why)
	}
}

func TestDateOrderFromConstraints(t *testing.T) {
	var rows [][]string
	for range 50 {
		rows = append(rows, []string{"E1", "P1", "02/03/2020", "03/03/2020"}) // day first: 2 to 3 March; month first: 3 February to 3 March
		rows = append(rows, []string{"E2", "P1", "10/01/2020", "01/02/2020"}) // day first: 10 January to 1 February; month first: October to January
	}
	file, _ := freeze(t, Options{Table: "encounter"}, "encounter_id,patient_id,admit_date,discharge_date", rows)
	for _, c := range file.Columns[2:] {
		if got := c.Decisions[DateOrder]; got.Value != "day_first" || !strings.Contains(got.Why, "wrong sequence") {
			t.Errorf("%s: date order %q: %s", c.Header, got.Value, got.Why)
		}
	}
}

func TestDateOrderFromTheLastPlan(t *testing.T) {
	previous := &File{Columns: []Column{{Field: "birth_date", Decisions: map[string]Decision{DateOrder: {Value: "day_first"}}}}}
	file, _ := freeze(t, Options{Previous: previous}, "patient_id,dob", [][]string{{"P1", "04/05/1985"}})
	if got := file.Columns[1].Decisions[DateOrder]; got.Value != "day_first" || got.Rule != "DATE-104" {
		t.Errorf("date order %q under %q", got.Value, got.Rule)
	}
}

// marked are dates of birth of one order, written with a mark between the numbers; about six in ten of them prove it.
func marked(form string, n int) []string { return days(form, today.AddDate(-60, 0, 0), 37, n) }

func TestOrderByMark(t *testing.T) {
	points, slashes, hyphens := marked("02.01.2006", 40), marked("01/02/2006", 40), marked("02-01-2006", 40)
	spoiled := join(marked("01/02/2006", 400), []string{"25/03/1985", "26/03/1985"})
	for _, tt := range []struct {
		name         string
		values       []string
		order, marks string
	}{
		{"two marks", join(points, slashes), "mixed", "/=month_first|.=day_first"},
		{"with times, years of two digits and without zeros", join(marked("2.1.2006 15:04", 40), marked("1/2/06", 40)), "mixed", "/=month_first|.=day_first"},
		{"three", join(points, slashes, hyphens), "mixed", "/=month_first|-=day_first|.=day_first"},
		{"digits alone", join(marked("02012006", 40), slashes), "mixed", "none=day_first|/=month_first"},
		{"spaces", join(marked("02 01 2006", 40), slashes), "mixed", "/=month_first|space=day_first"},
		{"few of one mark in a large column", join(times(3000, "04/25/1985"), times(5, "13.04.1990")), "mixed", "/=month_first|.=day_first"},
		{"slips among many", join(points, spoiled), "mixed", "/=month_first|.=day_first"},
		{"a mark without proof", join(points, slashes, times(40, "04-05-1985")), "mixed", "/=month_first|.=day_first"},
		{"a mark with little proof", join(points, slashes, times(4, "13-04-1985")), "mixed", "/=month_first|.=day_first"},
		{"one mark", join(marked("02/01/2006", 40), slashes), "mixed", ""},
		{"both orders with one of the marks", join(points, slashes, marked("02/01/2006", 3)), "mixed", ""},
		{"one order and a mix of both", join(points, marked("02/01/2006", 40), slashes), "mixed", ""},
		{"too few of one mark", join(slashes, times(4, "13.04.1990")), "mixed", ""},
		{"slips of one mark", join(times(3000, "04/25/1985"), times(4, "13.04.1990")), "month_first", ""},
		{"what stands around the numbers is no mark", join(slashes, times(40, "(13/04/1990)")), "mixed", ""},
		{"one order", join(points, hyphens), "day_first", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, findings := one(t, "dob", tt.values...)
			order, marks := c.Decisions[DateOrder], c.Decisions[OrderByMark]
			if order.Value != tt.order || marks.Value != tt.marks {
				t.Errorf("order %q, by mark %q; want %q, %q; %s", order.Value, marks.Value, tt.order, tt.marks, order.Why)
			}
			if tt.marks != "" && (marks.Rule != "DATE-101" || !has(findings, "DATE-101")) {
				t.Errorf("decided under %q, found %+v", marks.Rule, findings)
			}
		})
	}
}

func TestPlaceholdersFollowTheMark(t *testing.T) {
	c, _ := one(t, "dob", join(marked("02.01.2006", 40), marked("01/02/2006", 40), []string{"01.02.1900", "01/02/1900", "02.01.1900"})...)
	if got := fmt.Sprint(c.Sentinels); got != "[01/02/1900 02.01.1900]" {
		t.Errorf("placeholders %s; want the second of January only", got)
	}
}

func TestMixedDatesAreSplitBySite(t *testing.T) {
	var rows [][]string
	for i := range 20 {
		rows = append(rows, []string{fmt.Sprint("P", i), "13/04/1990", "Leeds", "M"}, []string{fmt.Sprint("Q", i), "04/13/1990", "Boston", "M"})
	}
	file, _ := freeze(t, Options{}, "patient_id,dob,clinic_site,sex", rows)
	c := file.Columns[1]
	if c.Decisions[DateOrder].Value != "mixed" || c.Decisions[SplitBy].Value != "clinic_site" {
		t.Errorf("order %q, split by %q", c.Decisions[DateOrder].Value, c.Decisions[SplitBy].Value)
	}
}

func TestFewMixedDatesAreSplitByNothing(t *testing.T) {
	file, _ := freeze(t, Options{}, "patient_id,dob,sex", [][]string{{"P1", "13/04/1990", "M"}, {"P2", "04/13/1990", "F"}, {"P3", "04/14/1990", "F"}})
	c := file.Columns[1]
	if c.Decisions[DateOrder].Value != "mixed" || c.Decisions[SplitBy].Value != "" {
		t.Errorf("order %q, split by %q", c.Decisions[DateOrder].Value, c.Decisions[SplitBy].Value)
	}
}

func TestSerials(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		want   string
	}{
		{"10: only serials", []string{"44562.75"}, "1900"},
		{"11: a serial that is no day", []string{"60"}, "1900"},
		{"beside dates of the same years", []string{"44562", "2021-05-04", "2023-01-01"}, "1900"},
		{"beside dates of the year before", []string{"44562", "2021-05-04", "2021-01-01"}, "1900"},
		{"beside dates of other years", []string{"999", "2021-05-04", "2023-01-01"}, ""},
		{"none", []string{"2021-05-04"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c, _ := one(t, "last_visit", tt.values...); c.Decisions[DateSerial].Value != tt.want {
				t.Errorf("serials count from %q; want %q", c.Decisions[DateSerial].Value, tt.want)
			}
		})
	}
}

// The few written births of a column need not lie among those that a spreadsheet made numbers of.
func TestSerialsOfBirths(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"older than the written ones", []string{"32875", "33000", "3/4/2001"}, "1900"},
		{"younger than the written ones", []string{"32875", "33000", "3/4/1980"}, "1900"},
		{"days to come", []string{"92875", "93000", "3/4/1980"}, ""},
		{"counted up", []string{"101", "102", "3/4/1980"}, ""},
		{"one number among many dates", append(times(20, "3/4/1980"), "32875"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if c, _ := one(t, "birth_date", tt.values...); c.Decisions[DateSerial].Value != tt.want {
				t.Errorf("serials count from %q; want %q", c.Decisions[DateSerial].Value, tt.want)
			}
		})
	}
}

func TestSerialsOf1904(t *testing.T) {
	var rows [][]string
	for i := range 10 { // visits two years after birth, written by a workbook that counts from 1904
		rows = append(rows, []string{fmt.Sprint("P", i), "2010-01-01", "39445"})
	}
	file, _ := freeze(t, Options{}, "patient_id,dob,last_visit", rows)
	if got := file.Columns[2].Decisions[DateSerial]; got.Value != "1904" || got.Rule != "XL-002" {
		t.Errorf("serials count from %q under %q", got.Value, got.Rule)
	}
}

// TestSerialsOfAWorkbook: numbers without the look of a date are counted as the workbook counts, where that fits the dates beside them.
func TestSerialsOfAWorkbook(t *testing.T) {
	for _, tt := range []struct {
		values []string
		want   string
	}{
		{[]string{"29680", "30001", "31234"}, "1904"},
		{[]string{"1985-04-05", "29681", "29700"}, "1904"},
		{[]string{"2019-04-05", "2019-05-06", "31"}, ""},
	} {
		var rows [][]string
		for i, v := range tt.values {
			rows = append(rows, []string{fmt.Sprint("P", i), v})
		}
		in := Input{Name: "book.xlsx", Source: "clinic", Header: []string{"patient_id", "last_visit"}, Sample: rows, Ingest: table.Ingest{Format: "xlsx", Days: "1904"}}
		b, err := NewBuilder(usCore(t), in, Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		e := b.NewEvidence()
		addRows(e, rows...)
		b.Merge(e)
		file, _ := b.Freeze()
		if got := file.Columns[1].Decisions[DateSerial].Value; got != tt.want {
			t.Errorf("%q count from %q; want %q", tt.values, got, tt.want)
		}
	}
}

func TestDaysFrom1960(t *testing.T) {
	tests := []struct {
		name, header string
		rows         [][]string
		want         []string // by column
	}{
		{"deaths in data of CDISC", "USUBJID,RACE,DTHDT", [][]string{{"1", "WHITE", "19740"}, {"2", "ASIAN", ""}, {"3", "WHITE", ""}}, []string{"", "", "1960"}},
		{"days below zero", "patient_id,dob,death_date", [][]string{{"1", "-3079", "."}, {"2", "-4000", "."}, {"3", "-12", "23805"}, {"4", "1995", "."}}, []string{"", "1960", "1960"}},
		{"numbers for no value", "patient_id,dob", [][]string{{"1", "-99"}, {"2", "-99"}, {"3", "-999"}, {"4", "31142"}}, []string{"", "1900"}},
		{"events long ago", "patient_id,dob,death_date", [][]string{{"1", "9001", "23801"}, {"2", "9002", "23802"}, {"3", "9003", "23803"}, {"4", "9004", "23804"},
			{"5", "9005", "23805"}}, []string{"", "1960", "1960"}},
		{"written events ten years later", "patient_id,last_visit,death_date", [][]string{{"1", "2024-01-05", "19801"}, {"2", "2024-03-05", "19802"}, {"3", "2023-01-05", "19703"},
			{"4", "2023-04-05", "19704"}, {"5", "2024-05-05", "19705"}}, []string{"", "", "1970"}},
		{"written events with those of 1960", "patient_id,last_visit,death_date", [][]string{{"1", "2014-01-05", "19801"}, {"2", "2014-03-05", "19802"}, {"3", "2013-01-05", "19703"},
			{"4", "2013-04-05", "19704"}, {"5", "2014-05-05", "19705"}}, []string{"", "", "1960"}},
		{"births after 1960's", "patient_id,dob,last_visit", [][]string{{"1", "2019-01-05", "19801"}, {"2", "2020-03-05", "19802"}, {"3", "1973-01-05", "19703"},
			{"4", "1951-04-05", "19704"}, {"5", "1934-05-05", "19705"}}, []string{"", "", "1970"}},
		{"one birth after 1960's", "patient_id,dob,last_visit", [][]string{{"1", "2019-01-05", "19801"}, {"2", "1990-03-05", "19802"}, {"3", "1973-01-05", "19703"},
			{"4", "1951-04-05", "19704"}, {"5", "1934-05-05", "19705"}}, []string{"", "", "1960"}},
		{"events of these years", "patient_id,dob,death_date", [][]string{{"1", "30001", "45801"}, {"2", "30002", "45802"}, {"3", "30003", "45803"},
			{"4", "30004", "45804"}, {"5", "30005", "45805"}}, []string{"", "1900", "1900"}},
	}
	for _, tt := range tests {
		file, _ := freeze(t, Options{}, tt.header, tt.rows)
		for i, want := range tt.want {
			if got := file.Columns[i].Decisions[DateSerial].Value; got != want {
				t.Errorf("%s: column %d counts from %q, want %q", tt.name, i, got, want)
			}
		}
	}
}

func TestCalendars(t *testing.T) {
	tests := []struct {
		name, era, field, rule string
		values                 []string
	}{
		{"Buddhist Era", "buddhist", "birth_date", "", []string{"14/03/2534", "15/04/2500", "16/05/2566"}},
		{"Ethiopian by its header", "ethiopian", "birth_date", "", []string{"14/03/1991", "05/13/1957", "16/05/2001", "03/13/2001", "02/13/2001"}},
		{"Ethiopian, with years to come", "", "x_dob", "HDR-006", []string{"14/03/1991", "15/04/1957", "16/05/2024"}},
		{"one slip", "", "birth_date", "", []string{"14/03/1991", "15/04/1957", "16/05/2566"}},
		{"Persian", "", "x_dob", "HDR-006", []string{"1345/05/05", "1320/01/02", "1399/12/27", "1360/07/01", "1361/07/01"}},
		{"shifted to protect", "", "birth_date", "", []string{"1745-05-05", "1720-01-02", "1799-12-27", "1760-07-01", "1761-07-01"}},
		{"seconds", "", "x_dob", "HDR-006", []string{"1746632640", "1740408120", "1739106840", "1712345678", "1712345679"}},
		{"another language", "", "x_dob", "HDR-006", []string{"12 Eanáir 1985", "13 Feabhra 1985", "1 Aibreán 1985", "2 Aibreán 1986", "3 Lúnasa 1986"}},
		{"too few to tell", "", "birth_date", "", []string{"soon", "later"}},
		{"one that can be read", "", "birth_date", "", []string{"a", "b", "c", "d", "e", "1985-01-01"}},
	}
	for _, tt := range tests {
		header := "dob"
		if strings.HasPrefix(tt.name, "Ethiopian") {
			header = "DOB (E.C.)"
		}
		c, findings := one(t, header, tt.values...)
		if c.Decisions[Era].Value != tt.era || c.Field != tt.field || has(findings, "HDR-006") != (tt.rule != "") {
			t.Errorf("%s: era %q, field %s, findings %v", tt.name, c.Decisions[Era].Value, c.Field, findings)
		}
	}
}

// TestAgesWithUnits: an age is one in years unless a column beside it says otherwise.
func TestAgesWithUnits(t *testing.T) {
	for _, tt := range []struct{ unit, want string }{{"Y", "age"}, {"D", "x_age"}} {
		file, findings := freeze(t, Options{}, "patient_id,last_name,age,age_unit", [][]string{{"1", "Smith", "3", tt.unit}, {"2", "Kim", "40", "Y"}})
		if got := file.Columns[2].Field; got != tt.want || has(findings, "HDR-006") != (tt.want != "age") {
			t.Errorf("beside %s the age is %s, %v", tt.unit, got, findings)
		}
	}
	for header, want := range map[string]string{"Age (hrs)": "x_age", "Age (days)": "x_age", "Age [mo]": "x_age", "Age (wk)": "x_age", "Age (yrs)": "age", "Age (Y)": "age", "Age": "age", "Age (at visit)": "age"} {
		if c, findings := one(t, header, "3"); c.Field != want || has(findings, "HDR-006") != (want != "age") {
			t.Errorf("%s is %s, %v", header, c.Field, findings)
		}
	}
}

// TestLife: 1 under a header that may say alive as well as dead says neither.
func TestLife(t *testing.T) {
	for _, tt := range []struct{ header, value, want string }{
		{"vitalStatus", "1", "x_vital_status"}, {"Living Status", "Y", "x_living_status"}, {"vital_status", "Alive", "deceased"}, {"vital status", "D", "deceased"},
		{"deceased", "1", "deceased"}, {"death_flag", "N", "deceased"},
	} {
		c, findings := one(t, tt.header, tt.value, "")
		if c.Field != tt.want || has(findings, "HDR-006") != (tt.want != "deceased") {
			t.Errorf("%s of %s is %s, %v", tt.value, tt.header, c.Field, findings)
		}
	}
}

// TestContradictedHeaders: what a header says is not believed where the values are surely something else.
func TestContradictedHeaders(t *testing.T) {
	for _, tt := range []struct{ table, header, value, want string }{
		{"patient", "Unit", "mmol/L", "x_unit"}, {"patient", "Unit", "4B", "address_line2"}, {"patient", "Unit", "C", "address_line2"},
		{"patient", "UF", "Cardio", "x_uf"}, {"patient", "UF", "SP", "state"}, {"patient", "state", "Nyanza", "state"},
		{"patient", "Patient", "Doe, Jane", "name_full"}, {"patient", "Patient", "Doe, Jane|Roe, Bo|*** EMPTY ***", "name_full"}, {"observation", "RR", "120/80", "blood_pressure"}, {"observation", "RR", "16", "respiratory_rate"},
		{"patient", "PCP", "Dow, Al", "x_pcp"}, {"patient", "PCP", "1234567893", "pcp_npi"}, {"patient", "Title", "1:20", "x_title"}, {"patient", "Title", "Dr.", "name_prefix"},
		{"immunization", "Dose", "0.5", "x_dose"}, {"immunization", "Dose", ".25", "x_dose"}, {"immunization", "Dose", "2", "dose_number"},
	} {
		var rows [][]string
		for value := range strings.SplitSeq(tt.value+"|"+tt.value, "|") {
			rows = append(rows, []string{"1", "08", value})
		}
		file, _ := freeze(t, Options{Table: tt.table}, "patient_id,cvx,"+tt.header, rows)
		if got := file.Columns[2].Field; got != tt.want {
			t.Errorf("%s under %s is %s; want %s", tt.value, tt.header, got, tt.want)
		}
	}
}

func TestDatePlaceholders(t *testing.T) {
	c, _ := one(t, "dob", join(times(12, "01/01/1900"), []string{"1899-12-30", "1980-01-01", "05/14/1985"})...)
	if got := strings.Join(c.Sentinels, " "); got != "01/01/1900 1899-12-30" {
		t.Errorf("placeholders of birth dates: %s", got)
	}
	c, _ = one(t, "dob", "01/01/1900", "05/14/1985")
	if len(c.Sentinels) != 0 {
		t.Errorf("a single birth on 1900-01-01 is left to its age, but got %s", c.Sentinels)
	}
	c, _ = one(t, "last_visit", "1980-01-01", "9999-12-31", "2020-05-04", "01/02/1900", "25/12/2020")
	if got := strings.Join(c.Sentinels, " "); got != "1980-01-01" {
		t.Errorf("placeholders of event dates: %s; 01/02/1900 is the first of February here", got)
	}
}

func TestFrequentBirthDate(t *testing.T) {
	var values []string
	for i := range 1000 {
		values = append(values, fmt.Sprintf("19%02d-%02d-%02d", 50+i%50, 1+i%12, 1+i%28))
	}
	c, findings := one(t, "dob", join(values, times(60, "2000-01-01"))...)
	if c.Decisions[SpikeDates].Value != "2000-01-01" || !has(findings, "DATE-006") {
		t.Errorf("spikes %q, findings %v", c.Decisions[SpikeDates].Value, findings)
	}
}

func TestSexCodes(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		want   string
		rule   string
	}{
		{"52: 1 and 2", []string{"1", "2"}, "iso5218", "SEX-002"},
		{"52: 0 and 1", []string{"0", "1"}, "unknown01", "SEX-003"},
		{"letters", []string{"M", "F"}, "", ""},
		{"numbers beside letters", []string{"1", "2", "M"}, "", ""},
		{"numbers beside words for unknown", []string{"1", "2", "U", "not known"}, "iso5218", "SEX-002"},
		{"X, which may be another sex", []string{"1", "2", "X"}, "", ""},
		{"hombre and mujer", []string{"H", "M", "m"}, "spanish", ""},
		{"H beside F", []string{"H", "M", "F"}, "", ""},
		{"V, of any language", []string{"V", "M"}, "", ""},
		{"codes of PCORnet", []string{"F", "M", "UN", "NI"}, "pcornet", ""},
		{"undifferentiated", []string{"F", "M", "UN"}, "", ""},
		{"V beside mujer", []string{"V", "M", "mujer"}, "spanish", ""},
		{"V beside vrouw", []string{"V", "M", "vrouw"}, "dutch", ""},
		{"D beside W", []string{"D", "m", "w"}, "german", ""},
		{"D", []string{"D", "M", "F"}, "", ""},
		{"erkek and kadın", []string{"E", "K"}, "turkish", ""},
		{"K beside M", []string{"K", "M"}, "northern", ""},
		{"K, a slip", []string{"K", "M", "F"}, "", ""},
		{"laki-laki and perempuan", []string{"L", "P"}, "indonesian", ""},
		{"L, a slip", []string{"L", "M", "F"}, "", ""},
		{"Me and Ke", []string{"Me", "Ke"}, "swahili", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := one(t, "sex", tt.values...)
			if got := c.Decisions[SexCode]; got.Value != tt.want || got.Rule != tt.rule {
				t.Errorf("sex codes %q under %q; want %q under %q", got.Value, got.Rule, tt.want, tt.rule)
			}
		})
	}
}

// TestSexLettersByHeader: V is varón in Spanish and vrouw in Dutch; the header tells the language.
func TestSexLettersByHeader(t *testing.T) {
	for header, want := range map[string]string{"Sexo": "spanish", "Geslacht": "dutch", "sex": ""} {
		c, _ := one(t, header, "M", "V")
		if got := c.Decisions[SexCode].Value; got != want {
			t.Errorf("M and V under %s: %q; want %q", header, got, want)
		}
	}
	if c, _ := one(t, "Sexo", "M"); c.Decisions[SexCode].Value != "" {
		t.Error("M alone says nothing of the language")
	}
}

func TestNullNumbers(t *testing.T) {
	var weights []string
	for i := range 400 {
		weights = append(weights, fmt.Sprint(40+i%90))
	}
	c, _ := one(t, "weight_kg", join(weights, times(40, "999"), times(3, "0"))...)
	if got := strings.Join(c.Sentinels, " "); got != "0 999" {
		t.Errorf("76: null numbers %q", got)
	}
	c, _ = one(t, "weight_kg", join(weights, times(2, "999"))...)
	if len(c.Sentinels) != 0 {
		t.Errorf("two of 402 are not repeated, but got %q", c.Sentinels)
	}
	c, _ = one(t, "age", join(times(50, "45"), times(5, "99"), times(5, "999"))...)
	if got := strings.Join(c.Sentinels, " "); got != "999" {
		t.Errorf("99 is an age, but got %q", got)
	}
	file, _ := freeze(t, Options{Table: "observation"}, "patient_id,date,pain_score",
		[][]string{{"P1", "2020-01-01", "0"}, {"P2", "2020-01-01", "0"}, {"P3", "2020-01-01", "0"}})
	if got := file.Columns[2].Sentinels; len(got) != 0 {
		t.Errorf("77: 0 is a value for pain, but got %q", got)
	}
}

func TestNamesThatLookLikeNulls(t *testing.T) {
	c, _ := one(t, "last_name", join(times(4999, "Smith"), []string{"NULL"})...)
	if got := strings.Join(c.KeepWords, " "); got != "null" {
		t.Errorf("26: one in 5,000 is a name; kept %q", got)
	}
	c, _ = one(t, "last_name", join(times(70, "Smith"), times(30, "NULL"))...)
	if len(c.KeepWords) != 0 || c.Evidence.Nulls["null"] != 30 {
		t.Errorf("26: 30 %% are nulls; kept %q, counted %v", c.KeepWords, c.Evidence.Nulls)
	}
	for name, kept := range map[string]string{"Nan": "nan", "NAN": "", "NaN": "", "nan": "", "None": "", "Null": "null"} {
		if c, _ = one(t, "first_name", join(times(20, "Mary"), []string{name})...); strings.Join(c.KeepWords, " ") != kept {
			t.Errorf("%s, once among 20: kept %q; want %q", name, c.KeepWords, kept)
		}
	}
	if c, _ = one(t, "first_name", join(times(20, "Mary"), times(2, "Nan"))...); len(c.KeepWords) != 0 {
		t.Errorf("Nan, twice among 20: kept %q", c.KeepWords)
	}
	var rows [][]string
	for i := range 5000 {
		rows = append(rows, []string{fmt.Sprint("P", i), "Smith", []string{"Boston", "NULL"}[i%2]})
	}
	rows[7][1] = "NULL"
	file, _ := freeze(t, Options{Table: "patient"}, "patient_id,last_name,city", rows)
	if got := file.Columns[1].KeepWords; len(got) != 0 {
		t.Errorf("a file that writes NULL for no city means no name by it either; kept %q", got)
	}
}

func TestUnits(t *testing.T) {
	tests := []struct {
		name, header, table string
		values              []string
		want, rule          string
	}{
		{"header in brackets", "Weight (kg)", "patient", []string{"70"}, "kg", ""},
		{"header at its end", "wt_lbs", "patient", []string{"170"}, "[lb_av]", ""},
		{"pounds by the median", "weight", "patient", []string{"150", "180", "210"}, "[lb_av]", "VIT-007"},
		{"kilograms by the median", "weight", "patient", []string{"60", "70", "95"}, "kg", "VIT-007"},
		{"inches", "height", "patient", []string{"64", "70", "72"}, "[in_i]", "VIT-007"},
		{"metres", "height", "patient", []string{"1.64", "1.80"}, "m", "VIT-007"},
		{"between inches and centimetres", "height", "patient", []string{"90", "92"}, "", ""},
		{"units in the cells", "weight", "patient", []string{"150 lb", "70 kg", "68 kg"}, "", ""},
		{"71: hemoglobin", "hemoglobin", "observation", []string{"8", "13.5", "17"}, "g/dL", "OBS-003"},
		{"71: hemoglobin in g/L", "hgb", "observation", []string{"80", "135", "170"}, "g/L", "OBS-003"},
		{"temperature", "temp_f", "observation", []string{"98.6"}, "[degF]", ""},
		{"temperature without a unit", "temp", "observation", []string{"36.8", "37.2"}, "Cel", "VIT-007"},
		{"glucose", "glucose_mg_dl", "observation", []string{"95"}, "mg/dL", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rows [][]string
			for i, v := range tt.values {
				rows = append(rows, []string{fmt.Sprint("P", i), v})
			}
			file, _ := freeze(t, Options{Table: tt.table}, "patient_id,"+tt.header, rows)
			c := file.Columns[1]
			if got := c.Decisions[Unit]; got.Value != tt.want || got.Rule != tt.rule {
				t.Errorf("%s: unit %q under %q (%s); want %q under %q", c.Field, got.Value, got.Rule, got.Why, tt.want, tt.rule)
			}
		})
	}
}

func TestUnitsByTest(t *testing.T) {
	var rows [][]string
	for i := range 40 {
		rows = append(rows, []string{"P1", "718-7", fmt.Sprintf("%.1f", 8+float64(i%10)), ""}, []string{"P1", "2345-7", fmt.Sprint(80 + i), "mg/dL"},
			[]string{"P1", "2160-0", fmt.Sprint(60 + i), "n/a"}, []string{"P1", "30341-2", "12", ""}, []string{"P1", "17861-6", fmt.Sprint(i), ""})
	}
	file, _ := freeze(t, Options{}, "patient_id,loinc_code,result_value,units", rows)
	if got := file.Columns[2].Decisions[UnitByCode]; got.Value != "2160-0=umol/L|718-7=g/dL" || got.Rule != "OBS-003" {
		t.Errorf("71: units %q under %q", got.Value, got.Rule)
	}
}

func TestUnitsByNameOfTest(t *testing.T) {
	var rows [][]string
	for i := range 40 {
		rows = append(rows, []string{"P1", "", "Hgb", fmt.Sprintf("%.1f", 8+float64(i%10))}, []string{"P1", "", "Urine creatinine", fmt.Sprint(60 + i)},
			[]string{"P1", "2160-0", "Creatinine", fmt.Sprint(60 + i)})
	}
	for header, of := range map[string]func(row []string) []string{
		"patient_id,loinc_code,test_name,result_value": func(row []string) []string { return row },
		"patient_id,test_name,result_value":            func(row []string) []string { return []string{row[0], row[2], row[3]} },
	} {
		var some [][]string
		for _, row := range rows {
			some = append(some, of(row))
		}
		file, _ := freeze(t, Options{Table: "observation"}, header, some)
		if got := file.Columns[len(file.Columns)-1].Decisions[UnitByCode]; got.Value != "2160-0=umol/L|718-7=g/dL" {
			t.Errorf("%s: units %q", header, got.Value)
		}
	}
}

func TestUnitColumnWins(t *testing.T) {
	file, _ := freeze(t, Options{}, "patient_id,dob,weight,weight_unit", [][]string{{"P1", "1980-01-02", "170", "lb"}, {"P2", "1980-01-03", "70", "kg"}})
	if d, ok := file.Columns[2].Decisions[Unit]; ok {
		t.Errorf("unit %q was inferred beside a unit column", d.Value)
	}
}

func TestDecimalMark(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		want   string
	}{
		{"commas", []string{"5,6", "7,25", "1.234,5"}, "comma"},
		{"points and thousands", []string{"5.6", "1,234"}, "point"},
		{"only thousands or decimals", []string{"1,234", "12"}, "point"},
		{"both", []string{"5,6", "5.6"}, "mixed"},
		{"plain", []string{"5.6", "7"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rows [][]string
			for i, v := range tt.values {
				rows = append(rows, []string{fmt.Sprint("P", i), "2823-3", v})
			}
			file, _ := freeze(t, Options{Table: "observation"}, "patient_id,code,value", rows)
			if got := file.Columns[2].Decisions[DecimalMark].Value; got != tt.want {
				t.Errorf("decimal mark %q; want %q", got, tt.want)
			}
		})
	}
}

func TestIdentifiers(t *testing.T) {
	tests := []struct {
		name, header string
		values       []string
		decision     string
		want         string
	}{
		{"lost zeros proved", "mrn", join(times(60, "00123456"), times(60, "12345678"), times(3, "123456")), Width, "8"},
		{"lost zeros suspected", "mrn", join(times(99, "12345678"), times(1, "123456")), WidthSuspect, "8"},
		{"numbers that were counted up", "mrn", join(times(99, "123456"), times(1, "99999")), Width, ""},
		{"letters", "mrn", join(times(60, "0012345A"), times(3, "123456")), Width, ""},
		{"float export", "mrn", []string{"123.0", "456.0"}, StripFloat, "yes"},
		{"decimals", "mrn", []string{"123.0", "456.5"}, StripFloat, ""},
		{"a number of a database", "mrn", []string{"1829301.00", "1829302.00"}, StripFloat, "yes"},
		{"some of a number and some of none", "mrn", []string{"1829301.00", "1829302.50"}, StripFloat, ""},
		{"diagnoses that end in zeros", "diagnosis_code", []string{"250.00", "401.00"}, StripFloat, ""},
		{"social security numbers", "ssn", []string{"123456789", "012345678", "12345678"}, Width, "9"},
		{"zip codes", "zip", []string{"02139", "10001", "2139"}, Width, "5"},
		{"as many short zip codes as whole ones", "zip", []string{"10001", "60601", "2134", "2139"}, Width, "5"},
		{"more short zip codes, but a zero beside them", "zip", []string{"02140", "2134", "2139"}, Width, "5"},
		{"zip codes with four more digits", "zip", []string{"02140-1234", "10001-0001", "2139"}, Width, "5"},
		{"nearly all zip codes short", "zip", []string{"10001", "2134", "2139"}, Width, ""},
		{"no zip code whole", "zip", []string{"2134", "2139"}, Width, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c, _ := one(t, tt.header, tt.values...); c.Decisions[tt.decision].Value != tt.want {
				t.Errorf("%s %q; want %q (%v)", tt.decision, c.Decisions[tt.decision].Value, tt.want, c.Decisions)
			}
		})
	}
}

func TestCodeSystems(t *testing.T) {
	tests := []struct {
		name, header, table string
		values              []string
		want                string
	}{
		{"diagnoses", "dx", "condition", []string{"E11.9", "i10", "J45909"}, "ICD-10-CM"},
		{"old diagnoses", "dx", "condition", []string{"250.00", "401.9", "V58.69"}, "ICD-9-CM"},
		{"old diagnoses of one letter", "dx", "condition", []string{"V58.69", "V7231", "V10.05"}, "ICD-9-CM"},
		{"accidents", "dx", "condition", []string{"V58.69", "V43.52XA", "V00.01XA"}, "ICD-10-CM"},
		{"diagnoses of SNOMED", "dx", "condition", []string{"73211009", "38341003"}, "SNOMED"},
		{"drugs", "drug_code", "medication", []string{"00002-3227-30", "0002-3227-30"}, "NDC"},
		{"drugs of RxNorm", "rxnorm", "medication", []string{"562251", "197361"}, "RxNorm"},
		{"tests", "test_code", "observation", []string{"2345-7", "718-7"}, "LOINC"},
		{"tests of CPT", "test_code", "observation", []string{"80053", "85025", "83036"}, "CPT"},
		{"a visit and its tests", "test_code", "observation", []string{"99213", "36415", "80053"}, "CPT"},
		{"operations", "test_code", "observation", []string{"27447", "47562", "10060"}, "CPT"},
		{"numbers of a list of its own", "itemid", "observation", []string{"50912", "51222", "50931"}, "unknown"},
		{"vaccines", "cvx", "immunization", []string{"8", "140"}, "CVX"},
		{"of two systems", "dx", "condition", []string{"E11.9", "250.00"}, "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rows [][]string
			for i, v := range tt.values {
				rows = append(rows, []string{fmt.Sprint("P", i), v, "1"})
			}
			file, findings := freeze(t, Options{Table: tt.table}, "patient_id,"+tt.header+",value", rows)
			if got := file.Columns[1].Decisions[CodeSystem]; got.Value != tt.want {
				t.Errorf("code system %q (%s); want %q", got.Value, got.Why, tt.want)
			}
			if has(findings, "CODE-001") != (tt.want == "unknown") {
				t.Errorf("findings %v", findings)
			}
		})
	}
}

func TestContentOfUnknownColumns(t *testing.T) {
	tests := []struct {
		want   string
		values []string
	}{
		{"integer", []string{"1", "22", "-3"}},
		{"decimal", []string{"1", "2.5"}},
		{"date", []string{"2020-01-01", "2021-05-04"}},
		{"boolean", []string{"Y", "n"}},
		{"text", []string{"blue", "2", "green"}},
	}
	for _, tt := range tests {
		var rows [][]string
		for _, v := range tt.values {
			rows = append(rows, []string{v})
		}
		file, findings := freeze(t, Options{Table: "generic"}, "something", rows)
		if file.Table.Name != "generic" || file.Columns[0].Decisions[Content].Value != tt.want || len(findings) != 0 {
			t.Errorf("%v: table %s, content %q, findings %v; want %s", tt.values, file.Table.Name, file.Columns[0].Decisions[Content].Value, findings, tt.want)
		}
	}
}

// TestOneIsNotMany: what is said of one thing is said in the singular.
func TestOneIsNotMany(t *testing.T) {
	for _, tt := range []struct {
		header   string
		values   []string
		decision string
		want     string
	}{
		{"phone", []string{"unknown"}, AbsentReason, "1 word says why there is no value"},
		{"phone", []string{"unknown", "refused"}, AbsentReason, "2 words say why there is no value"},
		{"dob", []string{"13/04/1985"}, DateOrder, "1 value has a first number above 12 and 0 a second one; 0 can be read both ways"},
		{"dob", []string{"03/04/1985"}, DateOrder, "assumed: the profile's locale; the order matters in 1 value (100 %)"},
		{"zip", []string{"01234", "1234"}, Width, "1 ZIP code has five or nine digits, 1 has fewer; 1 of the whole ones begins with 0"},
		{"height", []string{"180"}, Unit, "the median of 1 value without a unit lies in the usual range of cm"},
	} {
		c, _ := one(t, tt.header, tt.values...)
		if got := c.Decisions[tt.decision].Why; got != tt.want {
			t.Errorf("%s of %d values: %s; want: %s", tt.header, len(tt.values), got, tt.want)
		}
	}
}

// TestNameOrder: a header that names the parts of full names says in which order they stand.
func TestNameOrder(t *testing.T) {
	for header, want := range map[string]string{"Cognome e nome": "family_first", "Nom et prénom": "family_first", "Nombre y apellidos": "given_first",
		"Apellidos y nombre": "families_first", "Name (Last First)": "family_first", "Imię i nazwisko": "given_first", "Patient Name": "", "Nome completo": ""} {
		c, _ := one(t, header, "ROSSI MARIA", "BIANCHI PAOLO")
		if c.Field != "name_full" || c.Decisions[NameOrder].Value != want {
			t.Errorf("%s is %s, %q; want %q", header, c.Field, c.Decisions[NameOrder].Value, want)
		}
	}
}

// TestNameOrderOfNames: initials behind all names and usual given names before them show together that the family name stands first.
func TestNameOrderOfNames(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"initials behind", []string{"ROSSI MARIA A", "OTIENO SUSAN W.", "WEBER MICHAEL J JR", "KIM SU"}, "family_first"},
		{"initials between", []string{"MARIA A ROSSI", "GRACE W. OTIENO", "KARL J WEBER JR"}, ""},
		{"initials for family names", []string{"Maria R", "Grace Ann O", "Karl Otto W", "Susan Kay L", "Peter T"}, ""},
		{"one initial", []string{"ROSSI MARIA A", "OTIENO GRACE"}, ""},
		{"fathers' initials behind", []string{"Suresh Kumar R", "Lakshmi Priya S", "Anand Raj M", "Divya Devi K"}, ""},
		{"family names that are given names", []string{"Sunil Thomas", "Bindu George", "Jincy Mathew", "Asha Joseph", "Rajesh Paul", "Keisha Martin", "Latoya James"}, ""},
		{"given names behind", []string{"OTIENO SUSAN", "WEBER MICHAEL", "ROSSI BARBARA ANN", "DE LA CRUZ THOMAS", "TRAN KATHERINE", "KOWALSKI ROBERT"}, ""},
		{"given names in front", []string{"SUSAN OTIENO", "MICHAEL WEBER", "BARBARA ANN ROSSI", "THOMAS DE LA CRUZ", "KATHERINE TRAN", "PATRICIA THOMAS"}, ""},
		{"commas", []string{"OTIENO, SUSAN A", "WEBER, MICHAEL B", "ROSSI, BARBARA C"}, ""},
	} {
		c, _ := one(t, "Patient Name", tt.values...)
		if got := c.Decisions[NameOrder].Value; c.Field != "name_full" || got != tt.want {
			t.Errorf("%s: %s, %q; want %q", tt.name, c.Field, got, tt.want)
		}
	}
}

// TestRangesShareTheMarkOfResults: thousands of a reference range are those of the results beside it.
func TestRangesShareTheMarkOfResults(t *testing.T) {
	for value, want := range map[string]string{"13,9": "comma", "1.250": ""} {
		file, _ := freeze(t, Options{Table: "observation"}, "patient_id,test,result,rango", [][]string{{"1", "Hb", value, "4.000-11.000"}, {"2", "Hb", value, "12-16"}})
		if got := file.Columns[3].Decisions[DecimalMark].Value; got != want {
			t.Errorf("ranges beside %s: %q, want %q", value, got, want)
		}
	}
}

// TestPlaceholdersAloneAreOfNoEra: a column of nothing but 9999-12-31 has no years.
func TestPlaceholdersAloneAreOfNoEra(t *testing.T) {
	file, _ := freeze(t, Options{Table: "medication"}, "patient_id,drug,stop", slices.Repeat([][]string{{"1", "x", "12/31/9999"}}, 10))
	if got := file.Columns[2].Decisions[Era]; got.Value != "" {
		t.Errorf("%+v", got)
	}
}

// TestNumbersOfPatientsBeforeNames: where a file has both, Patient holds names, and is no number of a patient.
func TestNumbersOfPatientsBeforeNames(t *testing.T) {
	file, _ := freeze(t, Options{Table: "observation"}, "Patient,Pat-Nr,RR", [][]string{{"Doe, Ann", "P1", "120/80"}, {"Roe, Bo", "P2", "130/80"}})
	if file.Columns[1].Field != "patient_id" {
		t.Errorf("%s is the number of a patient", file.Columns[0].Field)
	}
}

// TestCountry: the signs of one country alone say whose phone numbers, regions and postal codes a file has.
func TestCountry(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		row          []string
		want         string
	}{
		{"a national number", "patient_id,phone,curp", []string{"1", "33 1234 5678", "X"}, "MX"},
		{"two words", "patient_id,phone,CEP,Bairro", []string{"1", "(11) 98765-4321", "01310100", "Centro"}, "BR"},
		{"a word over nothing", "patient_id,phone,CEP,Bairro", []string{"1", "(11) 98765-4321", "", "Centro"}, ""},
		{"a name that is written in two ways", "patient_id,phone,PhilHealth No.,ZIP", []string{"1", "09171234567", "12-3", "1100"}, "PH"},
		{"phone numbers without a plus", "patient_id,phone", []string{"1", "966501234567"}, "SA"},
		{"one word", "patient_id,phone,Bairro", []string{"1", "(11) 98765-4321", "Centro"}, ""},
		{"the form of postal codes", "patient_id,phone,postcode", []string{"1", "0113 496 0000", "LS1 4AB"}, "GB"},
		{"phone numbers", "patient_id,phone", []string{"1", "+254 722 000 111"}, "KE"},
		{"a number of the United States as well", "patient_id,phone,curp,ssn", []string{"1", "33 1234 5678", "X", "219-34-5678"}, ""},
		{"numbers of two countries", "patient_id,phone,curp,cpf", []string{"1", "33 1234 5678", "X", "Y"}, ""},
		{"a column states it", "patient_id,phone,curp,country", []string{"1", "33 1234 5678", "X", "GT"}, ""},
		{"a number of two countries, and phone numbers of neither", "patient_id,phone,cpf,mobile", []string{"1", "087 123 4567", "X", "+353 86 123 4567"}, ""},
		{"a number of Ireland", "patient_id,phone,IHI Number,Eircode", []string{"1", "087 123 4567", "X", "V92 X2Y3"}, "IE"},
		{"a number of Australia", "patient_id,phone,IHI,Suburb", []string{"1", "0412 345 678", "X", "Newtown"}, "AU"},
		{"nothing", "patient_id,phone,zip", []string{"1", "617 555 2345", "02139"}, ""},
	} {
		file, findings := freeze(t, Options{Table: "patient"}, tt.header, [][]string{tt.row, tt.row, tt.row})
		if got := file.Columns[1].Decisions[Country].Value; got != tt.want || has(findings, "COUNTRY-002") != (tt.want != "") {
			t.Errorf("%s: country %q, findings %v; want %q", tt.name, got, findings, tt.want)
		}
	}
	file, _ := freeze(t, Options{}, "patient_id,dob,nhs_number", [][]string{{"1", "03/04/1952", "1"}})
	if got := file.Columns[1].Decisions[DateOrder]; got.Value != "day_first" || got.Rule != "DATE-104" {
		t.Errorf("dates of a file of Great Britain: %+v", got)
	}
}
