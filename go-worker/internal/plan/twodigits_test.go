package plan

import (
	"slices"
	"testing"
	"time"
)

// TestYearsInFront: whether the year of two digits stands in front of month and day is read off the whole column, or said by its header.
func TestYearsInFront(t *testing.T) {
	born, children := time.Date(1940, 1, 5, 0, 0, 0, 0, time.UTC), time.Date(2004, 1, 5, 0, 0, 0, 0, time.UTC)
	seen := time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, header  string
		values        []string
		digits, order string
	}{
		{"births", "dob", days("06-01-02", born, 397, 60), yearFirst, ""},
		{"births without zeros", "dob", days("06/1/2", born, 397, 60), yearFirst, ""},
		{"children without zeros", "dob", days("06/1/2", children, 97, 60), yearFirst, ""},
		{"a day of one digit among others", "dob", append(days("01/02/06", born, 411, 100), "12/03/8"), "", "month_first"},
		{"births beside others", "dob", append(days("06/01/02", born, 397, 30), days("01/02/2006", born, 411, 30)...), yearFirst, "month_first"},
		{"births, the year behind", "dob", days("02-01-06", born, 397, 60), "", "day_first"},
		{"children", "dob", days("06.01.02", children, 97, 60), yearFirst, ""},
		{"children, the year behind", "dob", days("02.01.06", children, 97, 60), "", "day_first"},
		{"children, the month in front", "dob", days("01/02/06", children, 97, 60), "", "month_first"},
		{"visits", "last_visit", days("06-01-02", seen, 7, 60), yearFirst, ""},
		{"visits with times", "last_visit", days("06-01-02 15:04", seen, 7, 60), yearFirst, ""},
		{"few visits", "last_visit", days("06-01-02", seen, 87, 7), yearFirst, ""},
		{"visits, the year behind", "last_visit", days("02-01-06", seen, 7, 60), "", "day_first"},
		{"few visits, the year behind", "last_visit", days("02-01-06", seen, 87, 7), "", "day_first"},
		{"first days of months", "last_visit", []string{"01-02-11", "01-06-14", "15-09-15", "01-11-18", "15-03-20", "01-12-23"}, "", "day_first"},
		{"a slip that is no day", "last_visit", append(days("02/01/06", seen, 7, 60), "32/05/24"), "", "day_first"},
		{"a slip among few", "last_visit", append(days("02/01/06", seen, 37, 8), "32/05/24"), "", "day_first"},
		{"both", "dob", append(days("06-01-02", born, 397, 30), days("01/02/06", born, 411, 30)...), yearEither, "month_first"},
		{"the header says so", "dob (yy-mm-dd)", []string{"04-05-12", "12-03-11"}, yearFirst, ""},
		{"nothing says so", "dob", []string{"04-05-12", "12-03-11"}, "", "month_first"},
	} {
		for _, turned := range []bool{false, true} {
			if turned {
				slices.Reverse(tt.values)
			}
			c, findings := one(t, tt.header, tt.values...)
			if got := c.Decisions[DateDigits]; got.Value != tt.digits || c.Decisions[DateOrder].Value != tt.order || has(findings, "DATE-014") != (tt.digits != "") {
				t.Errorf("%s: %q (%s), %q", tt.name, got.Value, got.Why, c.Decisions[DateOrder].Value)
			}
		}
	}
}

// TestYearsThatGoOnPast99: years of two digits beside such of three are those of another calendar, or counted from 1900, and nobody knows which.
func TestYearsThatGoOnPast99(t *testing.T) {
	born := time.Date(1940, 1, 5, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		values []string
		unfit  bool
	}{
		{"Taiwan", append(days("06/01/02", born, 397, 58), "104/05/02", "101/1/2"), true},
		{"one slip", append(days("06/01/02", born, 197, 100), "104/05/02"), false},
		{"no day", append(days("06/01/02", born, 397, 58), "104/13/02", "104/45"), false},
		{"among years of four digits", append(days("2006/01/02", born, 397, 58), "104/05/02", "101/01/02"), false},
	} {
		c, findings := one(t, "dob", tt.values...)
		if got := has(findings, "HDR-006"); got != tt.unfit || tt.unfit != (c.Type == "") {
			t.Errorf("%s: passed through %t, %s", tt.name, got, c.Why)
		}
	}
}
