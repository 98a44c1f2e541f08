package plan

import (
	"testing"
	"time"
)

// TestExchanged: of a column that a spreadsheet has read in another order, the dates that it could not read show what it did to the others; dates whose
// second number is no month show it themselves.
func TestExchanged(t *testing.T) {
	from := time.Date(1951, 3, 1, 0, 0, 0, 0, time.UTC)
	// read returns dates in a form, but for those that a spreadsheet would read, which it writes in another one.
	read := func(text, other string, n int) (all []string) {
		for i := range n {
			at, form := from.AddDate(0, 0, 97*i), text
			if at.Day() <= 12 {
				form = other
			}
			all = append(all, at.Format(form))
		}
		return all
	}
	for _, tt := range []struct {
		name, header    string
		values          []string
		exchanged, want string // and the order of the others
	}{
		{"the day in front", "dob", read("02/01/2006", "2006-02-01", 40), "yes", "day_first"},
		{"with times", "dob", read("02/01/2006", "2006-02-01 00:00:00", 40), "yes", "day_first"},
		{"the month in front", "dob", read("01/02/2006", "2006-02-01", 40), "yes", "month_first"},
		{"days of a spreadsheet", "dob", append(read("02/01/2006", "02/01/2006", 0), "25/03/2014", "26/03/2014", "27/03/2014", "28/03/2014", "29/03/2014", "30/03/2014",
			"41641", "41673", "41702", "41734", "41765", "41797"), "yes", "day_first"}, // the first to the sixth of January, February, … 2014
		{"no month behind the year", "dob", days("2006-02-01", from, 97, 40), "yes", ""},
		{"two sources", "dob", append(days("02/01/2006", from, 97, 40), days("2006-01-02", from, 89, 40)...), "", "day_first"},
		{"few", "dob", []string{"25/03/2014", "26/03/2014", "2014-03-04", "2014-03-05"}, "", "day_first"},
		{"first days of months", "dob", append([]string{"25/03/2014", "26/03/2014", "27/03/2014", "28/03/2014", "29/03/2014", "30/03/2014"},
			suffixed(days("2006-01", from, 97, 10), "-01")...), "", "day_first"},
		{"a text that a spreadsheet would have read", "dob", append(read("02/01/2006", "2006-02-01", 40), "04/03/2014"), "", "day_first"},
		{"slips", "dob", append(days("2006-01-02", from, 97, 40), "2014-25-03", "2014-26-03", "2014-27-03"), "", ""},
	} {
		c, findings := one(t, tt.header, tt.values...)
		got := c.Decisions[Exchanged]
		if got.Value != tt.exchanged || c.Decisions[DateOrder].Value != tt.want || has(findings, "XL-019") != (tt.exchanged != "") {
			t.Errorf("%s: %q (%s), order %q", tt.name, got.Value, got.Why, c.Decisions[DateOrder].Value)
		}
	}
}
