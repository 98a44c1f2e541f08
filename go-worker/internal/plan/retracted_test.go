package plan

import "testing"

// TestRetractedRows: rows that an untouched column takes back are counted.
func TestRetractedRows(t *testing.T) {
	for _, tt := range []struct {
		header string
		values []string
		want   int64
	}{
		{"voided", []string{"0", "1", "0", "1"}, 2},
		{"isDeleted", []string{"false", "true", "", "False"}, 1},
		{"doNotPerform", []string{"", "true", "", ""}, 1},
		{"voided", []string{"0", "0", "0", "0"}, 0},
		{"voided_urine_ml", []string{"1", "1", "1", "1"}, 0},
	} {
		var rows [][]string
		for _, v := range tt.values {
			rows = append(rows, []string{"P1", v})
		}
		_, findings := freeze(t, Options{Table: "patient"}, "patient_id,"+tt.header, rows)
		var got int64
		for _, f := range findings {
			if f.Rule == ruleNoFact {
				got += f.Count
			}
		}
		if got != tt.want {
			t.Errorf("%s %v: %d rows; want %d", tt.header, tt.values, got, tt.want)
		}
	}
}
