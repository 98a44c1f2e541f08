package plan

import "testing"

// TestGrouped: marks between digits are only how a number is written where both ways occur, or where the header names the NHS.
func TestGrouped(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		values       []string
		want         string
	}{
		{"of the NHS", "nhs_number", []string{"943 476 5919", "401 023 2137"}, "nhs"},
		{"of the NHS, without marks", "nhs_number", []string{"9434765919", "4010232137"}, "nhs"},
		{"not of the NHS after all", "nhs_number", []string{"H1", "H2"}, ""},
		{"with and without", "mrn", []string{"123-456-78", "12345679", "123-456-80"}, "grouped"},
		{"with", "mrn", []string{"123-456-78", "123-456-79", "123-456-80"}, ""},
		{"short", "mrn", []string{"1234-1", "12342", "1234-3"}, ""},
		{"of several lengths", "mrn", []string{"123-456-78", "12345679", "1234567", "12345"}, ""},
	} {
		rows := make([][]string, len(tt.values))
		for i, v := range tt.values {
			rows[i] = []string{v, "Kim"}
		}
		file, _ := freeze(t, Options{Table: "patient"}, tt.header+",last_name", rows)
		if got := file.Columns[0].Decisions[IDForm].Value; got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}
