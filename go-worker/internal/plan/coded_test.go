package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestDigitsAlone: dates in five, seven and eight digits are read in the form that all of the column have, and days of a spreadsheet stay such.
func TestDigitsAlone(t *testing.T) {
	born, seen := time.Date(1940, 1, 5, 0, 0, 0, 0, time.UTC), time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC)
	counted := func(from, first time.Time, step, n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprint(int(first.AddDate(0, 0, i*step).Sub(from).Hours())/24))
		}
		return all
	}
	fileMan := func(from time.Time, step, n int) (all []string) {
		for _, v := range days("20060102", from, step, n) {
			all = append(all, strings.NewReplacer("19", "2", "20", "3").Replace(v[:2])+v[2:])
		}
		return all
	}
	lost := append(days("1022006", born, 397, 60), "2052005", "2012010")
	spreadsheet, statistics := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, header                  string
		values                        []string
		digits, serial, order, column string
	}{
		{"visits by the day of the year", "last_visit", days("06002", seen, 17, 40), dayOfYear, "", "", "last_visit"},
		{"births by the day of the year", "dob", days("06002", born, 397, 60), dayOfYear, "", "", "birth_date"},
		{"few, the header says so", "last_visit (yyddd)", days("06002", seen, 87, 6), dayOfYear, "", "", "last_visit"},
		{"visits of one year", "last_visit", days("06002", seen, 9, 30), "", "1960", "", "last_visit"},
		{"visits as days of a spreadsheet", "last_visit", counted(spreadsheet, seen, 17, 40), "", "1900", "", "last_visit"},
		{"births as days of a spreadsheet", "dob", counted(spreadsheet, born, 397, 60), "", "1900", "", "birth_date"},
		{"visits as days of SAS", "last_visit", counted(statistics, seen, 17, 40), "", "1960", "", "last_visit"},
		{"FileMan", "dob", fileMan(born, 397, 60), "fileman", "", "", "birth_date"},
		{"FileMan with times", "last_visit", suffixed(fileMan(seen, 17, 40), ".0830"), "fileman", "", "", "last_visit"},
		{"zeros lost", "dob", lost, zeroLost, "", "month_first", "birth_date"},
		{"years and days of them", "dob", days("2006002", born, 397, 60), "", "", "", "birth_date"},
		{"days of a spreadsheet to come", "dob", times(12, "99001"), "", "", "", "x_dob"},
	} {
		c, findings := one(t, tt.header, tt.values...)
		if c.Decisions[DateDigits].Value != tt.digits || c.Decisions[DateSerial].Value != tt.serial || c.Decisions[DateOrder].Value != tt.order || c.Field != tt.column ||
			has(findings, "DATE-014") != (tt.digits != "") {
			t.Errorf("%s: %q, from %q, %q, %s", tt.name, c.Decisions[DateDigits].Value, c.Decisions[DateSerial].Value, c.Decisions[DateOrder].Value, c.Field)
		}
	}
}
