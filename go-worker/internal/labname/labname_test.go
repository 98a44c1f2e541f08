package labname

import "testing"

func TestCode(t *testing.T) {
	for name, want := range map[string]string{
		"Glucose": "2345-7", "GLUCOSE, SERUM": "2345-7", "Glucose Lvl": "2345-7", "glu": "2345-7", "Bilirubin, Total": "1975-2",
		"Hemoglobin A1c": "4548-4", "HGB": "718-7", "LDL-Cholesterol (calc)": "", "WBC": "6690-2", "White Blood Cell Count": "6690-2",
		"Urine glucose": "", "Glucose, CSF": "", "Ionized calcium": "", "Vitamin D, 25-hydroxy": "", "D-dimer": "", "": "", "Blood": "",
		"Glucose [Mass/volume] in Serum or Plasma": "2345-7", "Cholesterol in HDL [Mass/volume] in Serum or Plasma": "2085-9",
		"Hematocrit [Volume Fraction] of Blood by Automated count": "4544-3", "MCV [Entitic volume] by Automated count": "787-2",
		"Glucose [Mass/volume] in Urine": "", "Leukocytes [#/area] in Urine sediment by Microscopy": "", "Glucose [Presence] with strip": "", "Glucose [": "2345-7", "Calcium [ionized]": "", "ALT [SGPT]": "1742-6",
		"Heart rate": "8867-4", "Body Weight": "29463-7", "glucosé": "",
	} {
		if got := Code(name); got != want {
			t.Errorf("Code(%q) = %q; want %q", name, got, want)
		}
	}
}

func TestOfBlood(t *testing.T) {
	for specimen, want := range map[string]bool{"": true, "Serum": true, "VENOUS BLOOD": true, "Urine": false, "CSF": false} {
		if got := OfBlood(specimen); got != want {
			t.Errorf("OfBlood(%q) = %v; want %v", specimen, got, want)
		}
	}
}
