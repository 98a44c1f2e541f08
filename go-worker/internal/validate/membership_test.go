package validate

import (
	"os"
	"path/filepath"
	"testing"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

func TestMemberships(t *testing.T) {
	path := filepath.Join(t.TempDir(), "icd.csv")
	content := "system,code,valid_from,status\nICD-10-CM,E11,,header\nICD-10-CM,E11.9,2015-10-01,\nICD-10-CM,U07.1,2020-04-01,\nICD-10-CM,Z99.0,,retired\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	lists, err := codelist.Load(path, "cvx")
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, table, code, system, date string
		want                            string // the rule, with "!" where the code cannot be used
	}{
		{"listed", "condition", "E11.9", "ICD-10-CM", "2020-01-01", ""},
		{"not listed", "condition", "E11.99", "ICD-10-CM", "2020-01-01", "CODE-004!"},
		{"heading", "condition", "E11", "ICD-10-CM", "2020-01-01", "ICD-003"},
		{"too early", "condition", "U07.1", "ICD-10-CM", "2019-05-01", "CODE-005"},
		{"retired", "condition", "Z99.0", "ICD-10-CM", "2019-05-01", "CODE-003"},
		{"no list of the system", "condition", "73211009", "SNOMED", "2019-05-01", ""},
		{"no system", "condition", "E11.99", "", "2019-05-01", ""},
		{"several", "condition", "E11.9|E11", "ICD-10-CM", "2020-01-01", "ICD-003"},
		{"built-in", "immunization", "01", "CVX", "2020-01-01", "CODE-003"},
		{"the only system of the field", "immunization", "01", "", "2020-01-01", "CODE-003"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			date := map[string]string{"condition": "recorded", "immunization": "date"}[tt.table]
			l := standardize.NewLayout([]string{"code", "code_system", date, "onset"})
			r := &standardize.Row{Values: []string{tt.code, tt.system, tt.date, "1990-01-01"}, Raw: make([]string, 4), Unusable: make([]bool, 4)}
			for _, c := range (binding{table: p.Table(tt.table), layout: l}).memberships(lists) {
				c(nil, r)
			}
			got := ""
			for _, h := range r.Hits {
				got += h.Rule.String()
			}
			if r.Unusable[0] {
				got += "!"
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if (binding{table: p.Table("condition")}).memberships(nil) != nil {
		t.Error("without lists there is something to do")
	}
}
