package table

import (
	"slices"
	"strings"
	"testing"
)

// TestHeadersAsData loses no line before a known header where known headers are what the file is about.
func TestHeadersAsData(t *testing.T) {
	known := []string{"glucose", "sodium", "potassium", "dob", "sex", "date of birth", "gender", "birth date", "mrn", "chart number"}
	score := func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if slices.Contains(known, strings.ToLower(c)) {
				n++
			}
		}
		return n / float64(len(cells))
	}
	tests := []struct {
		name, in, header string
		records          int
	}{
		{"a list of tests", "Ordered here\nHDL\nGlucose\nPotassium\nXYZ\n", "Ordered here", 4},
		{"a data dictionary", "variable,label\nward,Ward\ndob,Date of birth\nsex,Gender\nmrn,Chart number\n", "variable|label", 4},
		{"a preamble as wide as the table", "Extract of,June\nMRN,DOB\n1,1980-01-31\n2,1981-01-31\n", "MRN|DOB", 2},
	}
	for _, tt := range tests {
		s := openOne(t, input("list.csv", tt.in), Options{HeaderScore: score})
		records, _ := readAll(t, s)
		if got := strings.Join(s.Header, "|"); got != tt.header || len(records) != tt.records {
			t.Errorf("%s: header %s, %d records; want %s, %d", tt.name, got, len(records), tt.header, tt.records)
		}
	}
}
