package validate

import (
	"testing"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/profile"
)

func TestCodeFitsSex(t *testing.T) {
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, code, system, gender, birth, want string }{
		{"pregnancy of a man", "O80", "ICD-10-CM", "male", "", "PAT-011 diagnosis_code"},
		{"pregnancy of a woman", "O80", "ICD-10-CM", "female", "", ""},
		{"the last code of a range", "O9A.111", "ICD-10-CM", "male", "", "PAT-011 diagnosis_code"},
		{"prostate of a woman", "C61", "ICD-10-CM", "female", "", "PAT-011 diagnosis_code"},
		{"screening, by four characters", "Z12.5", "ICD-10-CM", "female", "", "PAT-011 diagnosis_code"},
		{"another screening", "Z12.11", "ICD-10-CM", "female", "", ""},
		{"breast belongs to both", "C50.911", "ICD-10-CM", "male", "", ""},
		{"the old system", "650", "ICD-9-CM", "male", "", "PAT-011 diagnosis_code"},
		{"a number of another system", "650", "SNOMED", "male", "", ""},
		{"one of several", "E11.9|N40.1", "ICD-10-CM", "female", "", "PAT-011 diagnosis_code"},
		{"born otherwise", "O80", "ICD-10-CM", "male", "F", ""},
		{"not known", "O80", "ICD-10-CM", "unknown", "", ""},
		{"not known at birth", "O80", "ICD-10-CM", "male", "UNK", "PAT-011 diagnosis_code"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := map[string]string{"patient_id": "1", "birth_date": "1985-01-31", "diagnosis_code": tt.code, "diagnosis_code_system": tt.system,
				"administrative_gender": tt.gender, "birth_sex": tt.birth}
			if got := found(t, p, "patient", row, nil); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSexSpecificRanges holds the table against itself: ends of one length, in order, one of two sexes.
func TestSexSpecificRanges(t *testing.T) {
	for _, row := range facts.Rows("sex_specific.csv", "system", "from", "to", "gender", "what") {
		if len(row[1]) != len(row[2]) || row[1] > row[2] || row[3] != "male" && row[3] != "female" {
			t.Errorf("%v", row)
		}
	}
}
