package plan

import (
	"slices"
	"strconv"
	"testing"
)

// TestSodiumIsKept among the codes of tests that are called by their symbols, and nowhere else.
func TestSodiumIsKept(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		codes        []string
		kept         bool
	}{
		{"names of tests", "test_code", []string{"GLU", "NA", "K", "CREA"}, true},
		{"under a header of LOINC", "loinc", []string{"Na", "Cl"}, true},
		{"no other electrolyte", "test_code", []string{"GLU", "NA", "CREA"}, false},
		{"codes of LOINC", "loinc", []string{"2345-7", "NA", "2823-3", "2160-0"}, false},
		{"codes of a site", "test_code", []string{"L100", "NA", "L200", "K", "L300"}, false},
	} {
		var rows [][]string
		for i := range 4 * len(tt.codes) {
			rows = append(rows, []string{"P" + strconv.Itoa(i), tt.codes[i%len(tt.codes)], "5", "mg/dL"})
		}
		file, _ := freeze(t, Options{}, "patient_id,"+tt.header+",result,unit", rows)
		if c := file.Columns[1]; c.Field != "code" || slices.Contains(c.KeepWords, sodium) != tt.kept {
			t.Errorf("%s: %s keeps %v", tt.name, c.Field, c.KeepWords)
		}
	}
}
