package plan

import (
	"fmt"
	"testing"
	"time"
)

// days are dates of births or of visits in a form, spread over years.
func days(form string, from time.Time, step, n int) []string {
	var all []string
	for i := range n {
		all = append(all, from.AddDate(0, 0, i*step).Format(form))
	}
	return all
}

// TestSixDigits: where the year stands in six digits is read off the whole column, or is said by its header; else nothing is read.
func TestSixDigits(t *testing.T) {
	born, seen := time.Date(1940, 1, 5, 0, 0, 0, 0, time.UTC), time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC)
	lost := days("010206", born, 397, 60)
	for i, v := range lost {
		if v[0] == '0' {
			lost[i] = v[1:]
		}
	}
	few := []string{"010203", "020304", "030405", "040506", "050607"}
	for _, tt := range []struct {
		name, header         string
		values               []string
		digits, order, field string
	}{
		{"births, month first", "dob", days("010206", born, 397, 60), yearLast, "month_first", "birth_date"},
		{"births, day first", "dob", days("020106", born, 397, 60), yearLast, "day_first", "birth_date"},
		{"births, year first", "dob", days("060102", born, 397, 60), yearFirst, "", "birth_date"},
		{"zeros lost", "dob", lost, yearLast, "month_first", "birth_date"},
		{"zeros lost in floats", "dob", suffixed(lost, ".0"), yearLast, "month_first", "birth_date"},
		{"visits of two years, day first", "last_visit", days("020106", seen, 7, 60), yearLast, "day_first", "last_visit"},
		{"visits of two years, year first", "last_visit", days("060102", seen, 7, 60), yearFirst, "", "last_visit"},
		{"months", "dob", days("200601", born, 397, 60), "", "", "birth_date"},
		{"a slip among serials", "dob", append(times(30, "30001"), "130495"), "", "", "birth_date"},
		{"all readings", "dob", few, "", "", "x_dob"},
		{"all readings, the header says", "dob_yymmdd", few, yearFirst, "", "birth_date"},
		{"all readings, the header says the order", "dob_mmddyy", few, yearLast, "month_first", "birth_date"},
	} {
		c, findings := one(t, tt.header, tt.values...)
		if got := c.Decisions[DateDigits].Value; got != tt.digits || c.Decisions[DateOrder].Value != tt.order || c.Field != tt.field || has(findings, "DATE-014") != (tt.digits != "") {
			t.Errorf("%s: %q, %q, %s, %v", tt.name, got, c.Decisions[DateOrder].Value, c.Field, findings)
		}
	}
}

func suffixed(values []string, suffix string) (all []string) {
	for _, v := range values {
		all = append(all, v+suffix)
	}
	return all
}

// TestEpochs: numbers too large for days count from 1970 where the header, other dates or the time in which they lie say so, not from 1960.
func TestEpochs(t *testing.T) {
	moments := func(year int, unit, shift int64) (all []string) {
		for i := range 10 {
			all = append(all, fmt.Sprint((time.Date(year, 1, 1, 8, 30, 7, 0, time.UTC).Unix()+int64(i)*secondsADay+shift)*unit))
		}
		return all
	}
	births := func(clock int64) (all []string) {
		for i := range 10 {
			all = append(all, fmt.Sprint((time.Date(1935+9*i, 3, 4, 0, 0, 0, 0, time.UTC).Unix()+clock)*millis))
		}
		return all
	}
	for _, tt := range []struct {
		name, headers   string
		seen, other     []string
		epoch, birthOf  string
		written, births string
	}{
		{name: "recent seconds", seen: moments(2025, 1, 0), epoch: "s"},
		{name: "recent milliseconds", seen: moments(2025, millis, 0), epoch: "ms"},
		{name: "seconds of old", seen: moments(2015, 1, 0)},
		{name: "seconds of old, the header says", headers: "last_visit_date_epoch", seen: moments(2015, 1, 0), epoch: "s"},
		{name: "seconds beside dates of their years", seen: moments(2015, 1, 0), written: "2015-02-03", epoch: "s"},
		{name: "seconds since 1960 beside dates of their years", seen: moments(2015, 1, since1960), written: "2015-02-03"},
		{name: "to come", seen: moments(2039, 1, 0)},
		{name: "YYMMDDHHMM", seen: []string{"1611231201", "1611221202", "1611211203", "1611201204", "1611191205"}},
		{name: "births beside moments", seen: moments(2025, millis, 0), epoch: "ms", other: births(0), births: "ms"},
		{name: "births at another time", seen: moments(2025, millis, 0), epoch: "ms", other: births(3600)},
		{name: "births alone", seen: moments(2015, 1, 0), other: births(0)},
	} {
		header := tt.headers
		if header == "" {
			header = "last_visit"
		}
		var rows [][]string
		for i, v := range tt.seen {
			row := []string{fmt.Sprint("P", i), v, "", tt.written}
			if tt.other != nil {
				row[2] = tt.other[i]
			}
			rows = append(rows, row)
		}
		file, findings := freeze(t, Options{Table: "patient"}, "patient_id,"+header+",dob,last_updated", rows)
		seen, born := file.Columns[1], file.Columns[2]
		if got := seen.Decisions[DateEpoch].Value; got != tt.epoch || has(findings, "DATE-016") != (tt.epoch != "") || (seen.Type == "") != (tt.epoch == "") {
			t.Errorf("%s: %q, %s, %v", tt.name, got, seen.Field, findings)
		}
		if got := born.Decisions[DateEpoch].Value; got != tt.births || seen.Decisions[DateSerial].Value != "" {
			t.Errorf("%s: births %q, %s, %v", tt.name, got, born.Field, findings)
		}
	}
}
