package plan

import "testing"

func TestNormalize(t *testing.T) {
	tests := []struct{ in, name, bracketed string }{
		{"Patient  DOB ", "patient_dob", ""},
		{"PID-7", "pid_7", ""},
		{"birthDate", "birth_date", ""},
		{"PatientID", "patient_id", ""},
		{"MRNumber", "mr_number", ""},
		{"Weight (kg)", "weight", "kg"},
		{"Temp [°F]", "temp", "°f"},
		{"name[0].family", "name_0_family", ""},
		{"Admit Dt", "admit_date", ""},
		{"Fname", "first_name", ""},
		{"Año", "ano", ""},
		{"D.O.B.", "d_o_b", ""},
		{"phone1", "phone_1", ""},
		{"Sex*", "sex", ""},
		{"", "", ""},
		{"()", "", ""},
	}
	for _, tt := range tests {
		if name, bracketed := Normalize(tt.in); name != tt.name || bracketed != tt.bracketed {
			t.Errorf("Normalize(%q) = %q, %q; want %q, %q", tt.in, name, bracketed, tt.name, tt.bracketed)
		}
	}
}

func TestUnitsOfHeaders(t *testing.T) {
	tests := []struct{ in, rest, unit string }{
		{"temp_f", "temp", "[degF]"},
		{"glucose_mg_dl", "glucose", "mg/dL"},
		{"height_in_cm", "height", "cm"},
		{"height_in", "height", "[in_i]"},
		{"hemoglobin_g_d_l", "hemoglobin", "g/dL"},
		{"wbc_10_3_ul", "wbc", "10*3/uL"},
		{"weight", "weight", ""},
		{"kg", "kg", ""},
	}
	for _, tt := range tests {
		if rest, unit := unitAtEnd(tt.in); rest != tt.rest || unit != tt.unit {
			t.Errorf("unitAtEnd(%q) = %q, %q; want %q, %q", tt.in, rest, unit, tt.rest, tt.unit)
		}
	}
	for in, want := range map[string]string{"kg": "kg", "°f": "[degF]", "%": "%", "mg/dl": "mg/dL", "years": "", "mm hg": "mm[Hg]"} {
		if got := unitInBrackets(in); got != want {
			t.Errorf("unitInBrackets(%q) = %q; want %q", in, got, want)
		}
	}
}

// The first values are those of Winkler's own paper.
func TestJaroWinkler(t *testing.T) {
	tests := []struct {
		a, b string
		want float64
	}{
		{"martha", "marhta", 0.961}, {"dwayne", "duane", 0.84}, {"dixon", "dicksonx", 0.813},
		{"abc", "abc", 1}, {"abc", "xyz", 0}, {"", "abc", 0},
	}
	for _, tt := range tests {
		if got := round(jaroWinkler(tt.a, tt.b)); got != tt.want {
			t.Errorf("jaroWinkler(%q, %q) = %v; want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"Weight (kg)", "name[0].family", "((", "é́", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, _ := Normalize(s)
		for _, r := range name {
			if r > 127 || r >= 'A' && r <= 'Z' || r == ' ' {
				t.Fatalf("Normalize(%q) = %q holds %q", s, name, r)
			}
		}
	})
}
