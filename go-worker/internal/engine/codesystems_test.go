package engine

import "testing"

// TestTheHeaderNamesTheSystem reads codes under the system that the header of their column names, however few have its form.
func TestTheHeaderNamesTheSystem(t *testing.T) {
	tests := []struct {
		name, file, content string
		row                 int
		code, system        string
	}{
		{"ICD-10", "conditions.csv", "Patient ID,icd10\nP1,e119\nP2,nonsense\nP3,rubbish\n", 0, "E11.9", "ICD-10-CM"},
		{"ICD-9 whose codes look like others", "conditions.csv", "Patient ID,ICD9 Code\nP1,V270\nP2,E8120\n", 1, "E812.0", "ICD-9-CM"},
		{"SNOMED", "conditions.csv", "Patient ID,snomed\nP1,44054006\nP2,x\nP3,y\n", 0, "44054006", "SNOMED"},
		{"RxNorm", "medications.csv", "Patient ID,RxNorm\nP1,860975\n", 0, "860975", "RxNorm"},
		{"NDC", "medications.csv", "Patient ID,ndc\nP1,0002-3227-30\n", 0, "00002322730", "NDC"},
		{"LOINC", "labs.csv", "Patient ID,loinc_code,Result\nP1,2345-7,100\nP2,GLU,100\nP3,NA,140\n", 0, "2345-7", "LOINC"},
		{"CVX", "immunizations.csv", "Patient ID,cvx,Date Given\nP1,8,2020-01-02\n", 0, "08", "CVX"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := runJob(t, newJob(t, Standardize), Env{}, fileOf(tt.file, tt.content))
			for _, o := range r.Outputs {
				if o.Kind != kindClean {
					continue
				}
				if row := r.rows(o.Name)[tt.row]; row["code"] != tt.code || row["code_system"] != tt.system {
					t.Errorf("code %q of %q, want %q of %q", row["code"], row["code_system"], tt.code, tt.system)
				}
			}
		})
	}
}
