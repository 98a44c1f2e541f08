package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestFormsOfDates: what a whole column decides about its dates reaches the cells, and a second run changes none of them.
func TestFormsOfDates(t *testing.T) {
	var text strings.Builder
	text.WriteString("patient_id,dob,last_visit_date_ec,last_updated\n")
	born, updated := time.Date(1951, 3, 4, 0, 0, 0, 0, time.UTC), time.Date(2025, 1, 2, 10, 30, 0, 0, time.UTC)
	seen := func(i int) (ethiopian, ours string) {
		if i%2 == 0 { // the thirteenth month
			return fmt.Sprintf("%02d/13/2015", i%5+1), fmt.Sprintf("2023-09-%02d", i%5+6)
		}
		return fmt.Sprintf("%02d/01/2015", i%5+21), fmt.Sprintf("2022-10-%02d", i%5+1)
	}
	for i := range 40 {
		visit, _ := seen(i)
		fmt.Fprintf(&text, "P%d,%s,%s,%d\n", i, born.AddDate(0, 0, 500*i).Format("020106"), visit, updated.AddDate(0, 0, i).UnixMilli())
	}
	r := harmonizeText(t, "patients.csv", text.String())
	clean := r.read("patient.clean.csv")
	for i, row := range r.rows("patient.clean.csv") {
		got := row["birth_date"] + " " + row["last_visit"] + " " + row["last_updated"]
		_, visit := seen(i)
		want := born.AddDate(0, 0, 500*i).Format(time.DateOnly) + " " + visit + " " + updated.AddDate(0, 0, i).Format(time.RFC3339)
		if got != want {
			t.Fatalf("row %d: %s; want %s", i+1, got, want)
		}
	}
	if again := harmonizeText(t, "patients.csv", clean).read("patient.clean.csv"); again != clean {
		t.Errorf("a second run changed\n%s\ninto\n%s", clean, again)
	}
}
