package standardize

import (
	"strings"
	"testing"
)

// TestBirthOfParts: year, month and day of birth in columns of their own are a birth date as far as they are known.
func TestBirthOfParts(t *testing.T) {
	columns := map[string]Column{"birth_date": {Field: "birth_date", Type: "date", Today: today}, "birth_year": {Type: "integer", Today: today},
		"birth_month": {Type: "integer"}, "birth_day": {Type: "integer"}}
	for _, tt := range []struct{ name, date, year, month, day, want, precision, hits string }{
		{"whole", "", "1960", "3", "4", "1960-03-04", "day", ""},
		{"without a day", "", "1960", "12", "", "1960-12", "month", ""},
		{"a year", "", "1975", "", "7", "1975", "year", ""},
		{"no such day", "", "1975", "2", "30", "1975-02", "month", "birth_day DATE-001"},
		{"no such month", "", "1975", "13", "4", "1975", "year", "birth_month DATE-001"},
		{"to come", "", "2075", "2", "3", "", "", "birth_year DATE-008"},
		{"of old", "", "1775", "2", "3", "", "", "birth_year DATE-012"},
		{"known already", "1980-01-02", "1960", "3", "4", "1980-01-02", "", ""},
	} {
		l, r, f := rowOf(t, birthStep, columns, map[string]string{"birth_date": tt.date, "birth_year": tt.year, "birth_month": tt.month, "birth_day": tt.day})
		f(r)
		if got, precision := r.Get(l.Slot("birth_date")), r.Get(l.Slot("birth_date_precision")); got != tt.want || precision != tt.precision {
			t.Errorf("%s: %q to the %q; want %q to the %q", tt.name, got, precision, tt.want, tt.precision)
		}
		if got := strings.Join(hitNames(l, r), " "); got != tt.hits {
			t.Errorf("%s: hits %s; want %s", tt.name, got, tt.hits)
		}
	}
}
