package table

import (
	"strings"
	"testing"
)

// TestAnotherTableBelow keeps the records of a second table in the same text out of the first.
func TestAnotherTableBelow(t *testing.T) {
	known := func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if strings.Contains("|mrn|last name|dob|test|result|units|date|", "|"+strings.ToLower(c)+"|") {
				n++
			}
		}
		return n / float64(len(cells))
	}
	const patients = "MRN,Last Name,DOB,Sex\n1,Smith,1980-01-31,M\n2,Kim,1981-01-31,F\n3,Lee,1982-01-31,F\n"
	tests := []struct {
		name, in    string
		fine, below int
	}{
		{"behind a blank line", patients + "\n" + "MRN,Test,Result,Units\n1,Glucose,105,mg/dL\n2,Sodium,140,mmol/L\n", 3, 3},
		{"under a title", patients + ",,,\nResults,,,\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", 3, 3},
		{"the same table again", patients + "\n" + patients, 6, 0},
		{"no gap", patients + "4,Test,Result,Units\n5,Glucose,105,mg/dL\n", 5, 0},
		{"a blank line alone", patients + "\n4,Moe,1980-01-31,M\n5,Poe,1980-01-31,M\n", 5, 0},
		{"words behind a gap", patients + "\nMoe,Poe,Roe,Coe\n5,Poe,1980-01-31,M\n", 5, 0},
	}
	for _, tt := range tests {
		s := openOne(t, input("list.csv", tt.in), Options{HeaderScore: known})
		records, _ := readAll(t, s)
		fine, below := 0, 0
		for _, r := range records {
			if strings.Contains(r.rules, "CSV-012") {
				below++
			} else {
				fine++
			}
		}
		if fine != tt.fine || below != tt.below {
			t.Errorf("%s: %d records, %d of another table; want %d, %d", tt.name, fine, below, tt.fine, tt.below)
		}
	}
}
