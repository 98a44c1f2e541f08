package plan

import (
	"fmt"
	"strings"
	"testing"
)

// TestRecordsThatNothingTellsApart stay in a table that is not understood; where columns tell them apart, equal ones are one.
func TestRecordsThatNothingTellsApart(t *testing.T) {
	rowsOf := func(n int, row func(i int) string) (rows [][]string) {
		for i := range n {
			rows = append(rows, strings.Split(row(i), ","))
		}
		return rows
	}
	long := strings.Repeat("long ", 40)
	tests := []struct {
		name, header string
		rows         [][]string
		want         string
	}{
		{"a study without numbers", "arm,grade,outcome", rowsOf(60, func(i int) string { return fmt.Sprintf("%d,%d,%d", i%2, i%3, i%5%2) }), RepeatsStay},
		{"days that differ, and little else", "arm,days,dose", rowsOf(60, func(i int) string { return fmt.Sprintf("%d,%d,%d", i%2, 20+i*7%41, i%3) }), RepeatsStay},
		{"one column", "ward", rowsOf(3, func(i int) string { return []string{"north", "north", "south"}[i] }), RepeatsStay},
		{"a device a row", "serial,kind,site", rowsOf(60, func(i int) string { return fmt.Sprintf("D%04d,pump,%d", i-i/59, i%3) }), ""},
		{"each row written twice", "serial,kind,site", rowsOf(80, func(i int) string { return fmt.Sprintf("D%04d,pump,%d", i%40, i%40%3) }), ""},
		{"many measures", "a,b,c,d", rowsOf(90, func(i int) string { return fmt.Sprintf("%d,%d,%d,%d", i*i%83, i*7%61, i*i*i%59, i*11%47) }), ""},
		{"three rows", "ward,beds,note", rowsOf(3, func(i int) string { return []string{"north,12,", "south,8,full", "south,8,full"}[i] }), ""},
		{"a remark that is rare and long", "arm,grade,note", rowsOf(60, func(i int) string { return fmt.Sprintf("%d,%d,%s", i%2, i%3, strings.Repeat(long, (60-i)/60)) }), RepeatsStay},
		{"a table with a key", "patient_id,sex,birth_date", rowsOf(60, func(i int) string { return fmt.Sprintf("%d,F,1980-01-0%d", i%3, i%3+1) }), ""},
		{"numbers of cases", "Case No,arm", rowsOf(60, func(i int) string { return fmt.Sprintf("%d,%d", i%50, i%2) }), ""},
		{"how many there were", "number,arm", rowsOf(60, func(i int) string { return fmt.Sprintf("%d,%d", i%50, i%2) }), RepeatsStay},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, _ := freeze(t, Options{}, tt.header, tt.rows)
			if f.Table.Repeats != tt.want {
				t.Errorf("%s: repeats %q, want %q", f.Table.Name, f.Table.Repeats, tt.want)
			}
			supplied := *f
			supplied.Table.Repeats = RepeatsStay
			if again, _ := freeze(t, Options{Supplied: &supplied}, tt.header, tt.rows); again.Table.Repeats != RepeatsStay {
				t.Error("a supplied plan is not followed")
			}
		})
	}
}
