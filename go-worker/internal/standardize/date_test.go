package standardize

import (
	"fmt"
	"testing"

	"harmonizer/go-worker/internal/dates"
)

func dateColumn(role string, order dates.Order) Column {
	return Column{Field: "birth_date", Table: "patient", Type: "date", Today: today, DateOrder: order, Params: map[string]string{"role": role}}
}

// TestShiftedDates keeps days to come where the plan says that the dates of the file are shifted; an open end is one there, too.
func TestShiftedDates(t *testing.T) {
	col := dateColumn("birth", dates.MonthFirst)
	col.Decisions = map[string]string{"shifted": "yes"}
	runCells(t, personFamilies["date"], col, []cellCase{
		{"to come", "05/06/2180", "2180-05-06", map[string]string{"%_precision": "day"}, []string{"DATE-012"}, false},
		{"past", "1985-04-05", "1985-04-05", map[string]string{"%_precision": "day"}, nil, false},
		{"open end", "9999-12-31", "", nil, []string{"DATE-004"}, false},
	})
}

func TestBirthDates(t *testing.T) {
	day := map[string]string{"%_precision": "day"}
	runCells(t, personFamilies["date"], dateColumn("birth", dates.MonthFirst), []cellCase{
		{"canonical", "1985-04-05", "1985-04-05", day, nil, false},
		{"month first", "04/05/1985", "1985-04-05", day, []string{"STD-001"}, false},
		{"against the order", "13/04/1990", "1990-04-13", day, []string{"DATE-102"}, false},
		{"never in the future", "12/31/49", "1949-12-31", day, []string{"DATE-002"}, false},
		{"a year from now", "1/1/27", "1927-01-01", day, []string{"DATE-002"}, false},
		{"both centuries possible", "5/6/20", "2020-05-06", day, []string{"DATE-002", "DATE-003"}, false},
		{"no such month", "31/02/2001", "31/02/2001", nil, []string{"DATE-001"}, true},
		{"no leap year", "02/29/2001", "02/29/2001", nil, []string{"DATE-001"}, true},
		{"no date", "yesterday", "yesterday", nil, []string{"DATE-001"}, true},
		{"a serial where none is expected", "44562", "44562", nil, []string{"DATE-001"}, true},
		{"future", "2027-01-01", "2027-01-01", nil, []string{"DATE-008"}, true},
		{"today", "2026-11-23", "2026-11-23", day, nil, false},
		{"time dropped", "1985-04-05 00:00:00", "1985-04-05", day, []string{"DATE-009"}, false},
		{"end of a day stays on it", "1985-04-05 24:00", "1985-04-05", day, []string{"DATE-009"}, false},
		{"year", "1985", "1985", map[string]string{"%_precision": "year"}, []string{"DATE-007"}, false},
		{"month", "06/1985", "1985-06", map[string]string{"%_precision": "month"}, []string{"DATE-007"}, false},
		{"unknown day", "UU/06/1985", "1985-06", map[string]string{"%_precision": "month"}, []string{"DATE-007"}, false},
		{"float export", "19850405.0", "1985-04-05", day, []string{"XL-004"}, false},
		{"open end", "9999-12-31", "", nil, []string{"DATE-004"}, false},
		{"open end, another", "01/01/3000", "", nil, []string{"DATE-004"}, false},
		{"database's first day", "01/01/1753", "", nil, []string{"DATE-005"}, false},
		{"zero date", "0000-00-00", "", nil, []string{"DATE-005"}, false},
		{"left to the plan", "1900-01-01", "1900-01-01", day, nil, false},
		{"the number 0 as a spreadsheet shows it", "1/0/1900", "", nil, []string{"DATE-005"}, false},
		{"second day", "1900-01-02", "", nil, []string{"DATE-005"}, false},
		{"a birth on the first day of 1980", "1980-01-01", "1980-01-01", day, nil, false},
	})
}

func TestDatesByColumn(t *testing.T) {
	second := map[string]string{"%_precision": "second"}
	col := dateColumn("birth", dates.DayFirst)
	runCells(t, personFamilies["date"], col, []cellCase{
		{"day first", "04/05/1985", "1985-05-04", map[string]string{"%_precision": "day"}, []string{"STD-001"}, false},
	})
	col = dateColumn("birth", dates.Mixed)
	runCells(t, personFamilies["date"], col, []cellCase{
		{"mixed, ambiguous", "04/05/1985", "04/05/1985", nil, []string{"DATE-103"}, true},
		{"mixed, plain", "13/04/1985", "1985-04-13", map[string]string{"%_precision": "day"}, []string{"STD-001"}, false},
	})
	col = dateColumn("birth", dates.MonthFirst)
	col.DateSerial = dates.Serial1900
	col.Sentinels = map[string]bool{"01/01/1900": true}
	runCells(t, personFamilies["date"], col, []cellCase{
		{"day that never was", "60", "60", nil, []string{"DATE-001"}, true},
		{"an age among serials", "85", "85", nil, []string{"DATE-001"}, true},
		{"serial", "31142", "1985-04-05", map[string]string{"%_precision": "day"}, []string{"XL-001"}, false},
		{"sentinel of the column", "01/01/1900", "", nil, []string{"DATE-005"}, false},
	})
	runCells(t, personFamilies["date"], dateColumn("future", dates.MonthFirst), []cellCase{
		{"month of expiry", "12/25", "2025-12", map[string]string{"%_precision": "month"}, []string{"DATE-002", "DATE-007"}, false},
		{"no month", "13/25", "13/25", nil, []string{"DATE-001"}, true},
	})
	col = dateColumn("past", dates.MonthFirst)
	col.DateSerial = dates.Serial1900
	runCells(t, personFamilies["datetime"], col, []cellCase{
		{"serial with a time", "44562.75", "2022-01-01T18:00:00", second, []string{"XL-001"}, false},
		{"HL7", "20210105120030.1234-0500", "2021-01-05T12:00:30.1234-05:00", second, []string{"STD-001"}, false},
		{"12 h clock", "3-Mar-21 2:05 PM", "2021-03-03T14:05:00", map[string]string{"%_precision": "minute"}, []string{"DATE-002"}, false},
		{"end of a day is the next midnight", "2021-12-31T24:00:00", "2022-01-01T00:00:00", second, []string{"STD-001"}, false},
		{"tomorrow, in another zone", "2026-11-24", "2026-11-24", map[string]string{"%_precision": "day"}, nil, false},
		{"future", "2026-11-25", "2026-11-25", nil, []string{"DATE-008"}, true},
		{"start of the clock", "1970-01-01 00:00:00", "", nil, []string{"DATE-005"}, false},
		{"a year of Islam", "1445-09-12", "1445-09-12", map[string]string{"%_precision": "day"}, []string{"DATE-012"}, false},
	})
	runCells(t, personFamilies["date"], dateColumn("future", dates.MonthFirst), []cellCase{
		{"a year of Buddhism", "2567-04-05", "2567-04-05", map[string]string{"%_precision": "day"}, []string{"DATE-012"}, false},
		{"no end", "9999-12-31", "", nil, []string{"DATE-004"}, false},
	})
}

// TestOrderByMark: the mark between the numbers tells the order where the column has both, and only there.
func TestOrderByMark(t *testing.T) {
	col := dateColumn("birth", dates.Mixed)
	col.Decisions = map[string]string{"order_by_mark": "/=month_first|.=day_first"}
	day := map[string]string{"%_precision": "day"}
	runCells(t, personFamilies["date"], col, []cellCase{
		{"point", "04.05.1985", "1985-05-04", day, []string{"STD-001"}, false},
		{"point, with a time", "4.5.1985 0:00", "1985-05-04", day, []string{"DATE-009"}, false},
		{"slash", "04/05/1985", "1985-04-05", day, []string{"STD-001"}, false},
		{"slash, against its order", "25/04/1985", "1985-04-25", day, []string{"DATE-102"}, false},
		{"a mark that tells nothing", "04-05-1985", "04-05-1985", nil, []string{"DATE-103"}, true},
		{"that, with one reading", "25-04-1985", "1985-04-25", day, []string{"STD-001"}, false},
		{"year in front", "1985-04-05", "1985-04-05", day, nil, false},
	})
	col.DateOrder = dates.DayFirst
	runCells(t, personFamilies["date"], col, []cellCase{
		{"one order for all", "04/05/1985", "1985-05-04", day, []string{"STD-001"}, false},
	})
}

// TestExchangedDates: where day and month stand in each other's place, one whose year is in front cannot be told from one that was put back, so that a second
// reading is left to the next plan.
func TestExchangedDates(t *testing.T) {
	col := dateColumn("birth", dates.DayFirst)
	col.Today, col.DateSerial, col.Decisions = today, dates.Serial1900, map[string]string{"exchanged": "yes"}
	read, plain := date(col), plainDate(col)
	for _, tt := range []struct{ in, want, hits string }{
		{"2014-12-03", "2014-03-12", "[XL-019]"},
		{"41976", "2014-03-12", "[XL-001 XL-019]"},
		{"25/03/2014", "2014-03-25", "[STD-001]"},
		{"2014-03-03", "2014-03-03", "[]"},
	} {
		var c Cell
		if read(tt.in, &c); c.Value != tt.want || fmt.Sprint(ids(c.Hits)) != tt.hits {
			t.Errorf("%q = %q %v; want %q %s", tt.in, c.Value, ids(c.Hits), tt.want, tt.hits)
		}
		checkShort(t, plain, read, tt.in)
	}
}

func TestDateColumns(t *testing.T) {
	col := dateColumn("past", dates.MonthFirst)
	col.DateSerial = dates.Serial1904
	runCells(t, personFamilies["date"], col, []cellCase{
		{"old Mac", "43100", "2022-01-01", map[string]string{"%_precision": "day"}, []string{"XL-002"}, false},
	})
	col = dateColumn("birth", dates.MonthFirst)
	col.DateSerial = dates.Serial1960
	runCells(t, personFamilies["date"], col, []cellCase{
		{"days from 1960", "14609", "1999-12-31", map[string]string{"%_precision": "day"}, []string{"XL-016"}, false},
		{"days before 1960", "-3079", "1951-07-28", map[string]string{"%_precision": "day"}, []string{"XL-016"}, false},
		{"no year", "1995", "1965-06-18", map[string]string{"%_precision": "day"}, []string{"XL-016"}, false},
		{"seconds", "2020357440", "2020357440", nil, []string{"DATE-001"}, true},
	})
	col = dateColumn("birth", dates.DayFirst)
	col.Decisions = map[string]string{"era": "buddhist"}
	runCells(t, personFamilies["date"], col, []cellCase{
		{"Buddhist Era", "29/02/2543", "2000-02-29", map[string]string{"%_precision": "day"}, []string{"DATE-013"}, false},
		{"common era beside it", "14/03/1999", "1999-03-14", map[string]string{"%_precision": "day"}, []string{"STD-001"}, false},
		{"two digits of either", "14/03/43", "14/03/43", nil, []string{"DATE-103"}, true},
		{"no end in any era", "9999-12-31", "", nil, []string{"DATE-004"}, false},
	})
	col = dateColumn("end", dates.MonthFirst)
	runCells(t, personFamilies["date"], col, []cellCase{
		{"a planned end", "1/1/27", "2027-01-01", map[string]string{"%_precision": "day"}, []string{"DATE-002"}, false},
		{"no end", "12/31/9999", "", nil, []string{"DATE-004"}, false},
	})
	col = dateColumn("past", dates.MonthFirst)
	col.Decisions = map[string]string{"date_only": "yes"}
	runCells(t, personFamilies["datetime"], col, []cellCase{
		{"midnight only", "2021-04-05 00:00", "2021-04-05", map[string]string{"%_precision": "day"}, []string{"DATE-009"}, false},
	})
	col = dateColumn("past", dates.MonthFirst)
	col.Params = map[string]string{"role": "past", "epoch": "ms"}
	runCells(t, personFamilies["datetime"], col, []cellCase{
		{"epoch", "1700000000123", "2023-11-14T22:13:20.123Z", map[string]string{"%_precision": "second"}, []string{"STD-001"}, false},
	})
	col.Params = map[string]string{"role": "past", "zone": "America/New_York"}
	runCells(t, personFamilies["datetime"], col, []cellCase{
		{"winter", "2021-01-05 12:00:00", "2021-01-05T12:00:00-05:00", map[string]string{"%_precision": "second"}, []string{"STD-001"}, false},
		{"summer", "2021-07-05 12:00:00", "2021-07-05T12:00:00-04:00", map[string]string{"%_precision": "second"}, []string{"STD-001"}, false},
		{"skipped", "2021-03-14T02:30:00", "2021-03-14T02:30:00", map[string]string{"%_precision": "second"}, []string{"DATE-010"}, false},
		{"twice", "2021-11-07T01:30:00", "2021-11-07T01:30:00", map[string]string{"%_precision": "second"}, []string{"DATE-010"}, false},
		{"before the change", "2021-11-07T00:30:00", "2021-11-07T00:30:00-04:00", map[string]string{"%_precision": "second"}, []string{"STD-001"}, false},
		{"after the change", "2021-11-07T02:30:00", "2021-11-07T02:30:00-05:00", map[string]string{"%_precision": "second"}, []string{"STD-001"}, false},
		{"its own zone", "2021-01-05T12:00:00Z", "2021-01-05T12:00:00Z", map[string]string{"%_precision": "second"}, nil, false},
	})
}

// rowOf binds a step to the named fields and what it adds; columns are those given.
func rowOf(t *testing.T, step RowStep, columns map[string]Column, values map[string]string) (*Layout, *Row, RowFunc) {
	t.Helper()
	var names []string
	for name := range columns {
		names = append(names, name)
	}
	mapped := func(f string) bool { _, ok := columns[f]; return ok }
	names = append(names, step.Adds(mapped)...)
	l := NewLayout(names)
	r := &Row{Values: make([]string, len(names)), Raw: make([]string, len(names)), Unusable: make([]bool, len(names))}
	for name, raw := range values {
		if raw == "" {
			continue
		}
		slot := l.Slot(name)
		r.Raw[slot] = raw
		var c Cell
		families[columns[name].Type].Bind(columns[name])(raw, &c)
		r.Values[slot], r.Unusable[slot] = c.Value, c.Unusable
		for _, h := range c.Hits {
			r.Hits = append(r.Hits, Hit{slot, h})
		}
	}
	return l, r, whole(step.Bind(l, func(f string) (Column, bool) { col, ok := columns[f]; return col, ok }))
}

// whole does all works of a step, one after the other.
func whole(works []Work) RowFunc {
	return func(r *Row) {
		for _, w := range works {
			w.Do(r)
		}
	}
}

func TestBirthStep(t *testing.T) {
	columns := map[string]Column{
		"birth_date": dateColumn("birth", dates.MonthFirst),
		"age":        {Field: "age", Type: "age", Today: today},
		"death_date": dateColumn("past", dates.MonthFirst),
	}
	for _, tt := range []struct{ name, birth, age, death, want string }{
		{"six years old", "5/6/20", "6", "", "2020-05-06"},
		{"a hundred and six", "5/6/20", "106", "", "1920-05-06"},
		{"age when it was written", "5/6/20", "104", "", "1920-05-06"},
		{"no age", "5/6/20", "", "", "2020-05-06"},
		{"a full year is never changed", "05/06/2020", "106", "", "2020-05-06"},
		{"too old to be alive", "1900-01-01", "", "", ""},
		{"died", "1900-01-01", "", "1980-02-03", "1900-01-01"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, r, f := rowOf(t, birthStep, columns, map[string]string{"birth_date": tt.birth, "age": tt.age, "death_date": tt.death})
			f(r)
			if r.Get(l.Slot("birth_date")) != tt.want {
				t.Errorf("born %q; want %q", r.Get(l.Slot("birth_date")), tt.want)
			}
		})
	}
}

func TestOpenEnds(t *testing.T) {
	columns := map[string]Column{"end": dateColumn("end", dates.MonthFirst)}
	for raw, want := range map[string]string{"12/31/9999": "true", "2999-12-31": "true", "2021-04-05": "", "0000-00-00": ""} {
		l, r, f := rowOf(t, openEndStep, columns, map[string]string{"end": raw})
		if f(r); r.Get(l.Slot("end_open_ended")) != want {
			t.Errorf("%s is open: %q; want %q", raw, r.Get(l.Slot("end_open_ended")), want)
		}
	}
	if openEndStep.Bind(NewLayout(nil), func(string) (Column, bool) { return Column{}, false }) != nil {
		t.Error("the step runs without an end")
	}
}

func TestDateCellsAllocateLittle(t *testing.T) {
	f := date(dateColumn("birth", dates.MonthFirst))
	c := Cell{}
	for raw, most := range map[string]float64{"1985-04-05": 0, "1985": 0, "04/05/1985": 1, "1985-04-05 00:00:00": 1} {
		if n := testing.AllocsPerRun(100, func() { c.Reset(); f(raw, &c) }); n > most {
			t.Errorf("%q takes %v allocations", raw, n)
		}
	}
}
