package plan

import "testing"

// TestSignsBesideResults: a column of comparators is one whatever its header says, and only when nothing else stands in it.
func TestSignsBesideResults(t *testing.T) {
	const header = "patient_id,test,result,"
	for _, tt := range []struct {
		name, header string
		signs        []string
		want         string
	}{
		{"under a header of its own", "comparator", []string{"<", "", "="}, "comparator"},
		{"under any header", "Operator", []string{"<", "", "="}, "comparator"},
		{"in words", "Qual.", []string{"GT", "", "less than"}, "comparator"},
		{"as flag", "flag", []string{"<", "", ">="}, "comparator"},
		{"flags too", "flag", []string{"<", "H", ""}, "interpretation"},
		{"nothing but equal", "Operator", []string{"=", "=", ""}, "x_operator"},
		{"a person", "Operator", []string{"<", "jd", ""}, "x_operator"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var rows [][]string
			for _, sign := range tt.signs {
				rows = append(rows, []string{"P1", "Lead", "1.0", sign})
			}
			file, findings := freeze(t, Options{Table: "observation"}, header+tt.header, rows)
			if c := file.Columns[3]; c.Field != tt.want {
				t.Errorf("it became %s; want %s", c.Field, tt.want)
			}
			if got, want := has(findings, "HDR-001"), tt.want == "x_operator"; got != want {
				t.Errorf("said to be unknown: %t; want %t", got, want)
			}
		})
	}
}
