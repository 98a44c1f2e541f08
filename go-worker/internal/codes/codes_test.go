package codes

import "testing"

func TestCheck(t *testing.T) {
	tests := []struct {
		name    string
		system  System
		in      string
		want    string
		verdict Verdict
	}{
		{"no dot, lower case", ICD10CM, "e119", "E11.9", Good},
		{"trailing dot", ICD10CM, "E11.9.", "E11.9", Good},
		{"lower x", ICD10CM, "W22.01xA", "W22.01XA", Good},
		{"covid", ICD10CM, "U071", "U07.1", Good},
		{"heading", ICD10CM, "J45", "J45", Good},
		{"heading as printed", ICD10CM, "J45.-", "J45", Good},
		{"heading without dot", ICD10CM, "J45-", "J45", Good},
		{"spaces between", ICD10CM, "E11 .9", "E11.9", Good},
		{"a word of the letters that codes have", ICD10CM, "CANCER", "CANCER", Bad},
		{"no external cause", ICD9CM, "E119", "E119", Bad},
		{"letter A in second place", ICD10CM, "QA0", "QA0", Good},
		{"letter in third place", ICD10CM, "c7a.00", "C7A.00", Good},
		{"a word with a digit", ICD10CM, "T2DM", "T2DM", Bad},
		{"a date of a spreadsheet", ICD10CM, "2-Jan", "2-Jan", Bad},
		{"two dots", ICD10CM, "J45..9", "J45..9", Bad},
		{"dot too early", ICD10CM, "E1.19", "E1.19", Bad},
		{"too long", ICD10CM, "E11.99999", "E11.99999", Bad},
		{"a number", ICD10CM, "250.00", "250.00", Bad},
		{"nothing but marks", ICD10CM, ".-", ".-", Bad},
		{"not ASCII", ICD10CM, "É11.9", "É11.9", Bad},

		{"numeric", ICD9CM, "25000", "250.00", Good},
		{"with its dot", ICD9CM, "250.00", "250.00", Good},
		{"three digits", ICD9CM, "486", "486", Good},
		{"V code", ICD9CM, "v5869", "V58.69", Good},
		{"E code", ICD9CM, "E8859", "E885.9", Good},
		{"E code has one decimal", ICD9CM, "E885.91", "E885.91", Bad},
		{"lost zeros", ICD9CM, "8.5", "8.5", Bad},
		{"ICD-10", ICD9CM, "J45.909", "J45.909", Bad},
		{"empty behind the dot", ICD9CM, ".", ".", Bad},

		{"diabetes mellitus", SNOMED, "73211009", "73211009", Good},
		{"wrong check digit", SNOMED, "73211008", "73211008", Bad},
		{"a description", SNOMED, "517382016", "517382016", Bad},
		{"with a namespace", SNOMED, "999000011000001104", "999000011000001104", Good},
		{"too short", SNOMED, "12345", "12345", Bad},

		{"glucose", LOINC, "2345-7", "2345-7", Good},
		{"seven digits", LOINC, "1234567-1", "1234567-1", Bad},
		{"wrong check digit", LOINC, "2345-8", "2345-8", Bad},
		{"no dash", LOINC, "23457", "23457", Bad},
		{"local name", LOINC, "GLU-FAST", "GLU-FAST", Local},
		{"a date of a spreadsheet", LOINC, "2-Jan", "2-Jan", Bad},
		{"a date the other way", LOINC, "Jan-02", "Jan-02", Bad},

		{"metformin", RxNorm, "6809", "6809", Good},
		{"letters", RxNorm, "RX12", "RX12", Bad},
		{"too long", RxNorm, "123456789", "123456789", Bad},

		{"4-4-2", NDC, "0002-3227-30", "00002322730", Good},
		{"5-3-2", NDC, "12345-678-90", "12345067890", Good},
		{"5-4-1", NDC, "12345-6789-1", "12345678901", Good},
		{"5-4-2", NDC, "12345-6789-01", "12345678901", Good},
		{"6-4-2", NDC, "123456-7890-12", "123456789012", Good},
		{"qualifier of claims", NDC, "N400002322730", "00002322730", Good},
		{"qualifier and a space", NDC, "N4 0002-3227-30", "00002322730", Good},
		{"name before it", NDC, "NDC0002-3227-30", "00002322730", Good},
		{"qualifier alone", NDC, "N4", "N4", Bad},
		{"zeros", NDC, "00000000000", "00000000000", Bad},
		{"nines", NDC, "99999999999", "99999999999", Bad},
		{"eleven digits", NDC, "00002322730", "00002322730", Good},
		{"star for a missing digit", NDC, "12345-*678-90", "12345067890", Good},
		{"ten digits", NDC, "0002322730", "0002322730", Ambiguous},
		{"zeros lost", NDC, "2322730", "2322730", Ambiguous},
		{"bar code", NDC, "300023227300", "0002322730", Ambiguous},
		{"a labeler without its zeros", NDC, "93-1111-01", "00093111101", Good},
		{"the same, and another part is short too", NDC, "93-111-01", "93-111-01", Bad},
		{"two parts", NDC, "12-34", "12-34", Bad},
		{"letters", NDC, "1234A-567-89", "1234A-567-89", Bad},

		{"one digit", CVX, "8", "08", Good},
		{"covid", CVX, "213", "213", Good},
		{"three digits with a zero", CVX, "008", "08", Good},
		{"a name", CVX, "T-dap", "115", Good},
		{"no code", CVX, "999X", "999X", Bad},
		{"zero", CVX, "0", "0", Bad},
		{"manufacturer", MVX, "pfr", "PFR", Good},
		{"manufacturer by name", MVX, "Pfizer, Inc.", "PFR", Good},
		{"manufacturer unknown", MVX, "Acme Labs", "Acme Labs", Bad},

		{"level I", CPT, "99213", "99213", Good},
		{"with a modifier", CPT, "99213-25", "99213", Good},
		{"with two modifiers", CPT, "99213 25,LT", "99213", Good},
		{"category III", CPT, "0001t", "0001T", Good},
		{"level II", HCPCS, "g0008", "G0008", Good},
		{"neither", CPT, "12A45", "12A45", Bad},
		{"no modifier", CPT, "99213-", "99213-", Bad},

		{"a system we cannot check", System("LOCAL"), "x y", "x y", Good},
	}
	for _, tt := range tests {
		t.Run(string(tt.system)+" "+tt.name, func(t *testing.T) {
			got, verdict := Check(tt.system, tt.in)
			if got != tt.want || verdict != tt.verdict {
				t.Fatalf("Check(%s, %q) = %q, %d; want %q, %d", tt.system, tt.in, got, verdict, tt.want, tt.verdict)
			}
			if again, v := Check(tt.system, got); again != got || v != verdict {
				t.Errorf("Check(%s, %q) again = %q, %d; want it unchanged", tt.system, got, again, v)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	tests := []struct {
		name  string
		check func(string) bool
		in    string
		want  bool
	}{
		{"npi", NPI, "1234567893", true},
		{"npi, check digit", NPI, "1234567890", false},
		{"npi, start", NPI, "3234567899", false},
		{"npi, length", NPI, "123456789", false},
		{"npi placeholder", PlaceholderNPI, "9999999999", true},
		{"npi no placeholder", PlaceholderNPI, "1234567893", false},
		{"dea", DEA, "AB1234563", true},
		{"dea of a business", DEA, "F91234563", true},
		{"dea, check digit", DEA, "AB1234560", false},
		{"dea, lower case", DEA, "ab1234563", false},
		{"mbi", MBI, "1EG4TE5MK73", true},
		{"mbi, forbidden letter", MBI, "1SG4TE5MK73", false},
		{"mbi, starts with 0", MBI, "0EG4TE5MK73", false},
		{"mbi, dashes", MBI, "1EG4-TE5-MK73", false},
		{"hicn", HICN, "123456789A", true},
		{"hicn, two", HICN, "123456789B6", true},
		{"hicn, railroad", HICN, "WA123456", true},
		{"hicn, nine digits", HICN, "123456789", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.check(tt.in); got != tt.want {
				t.Errorf("%q = %t; want %t", tt.in, got, tt.want)
			}
		})
	}
}

func TestSystems(t *testing.T) {
	for name, want := range map[string]System{
		"ICD10": ICD10CM, "icd-10-cm": ICD10CM, "I9": ICD9CM, "urn:oid:2.16.840.1.113883.6.1": LOINC, "SNOMED CT": SNOMED,
		"http://loinc.org": LOINC, "http://hl7.org/fhir/sid/cvx": CVX, "RXNORM": RxNorm, "C4": CPT,
	} {
		if got, ok := ParseSystem(name); !ok || got != want {
			t.Errorf("ParseSystem(%q) = %q, %t; want %q", name, got, ok, want)
		}
	}
	if got, ok := ParseSystem("house codes"); ok {
		t.Errorf("ParseSystem of an unknown name = %q; want none", got)
	}
	for system := range uris {
		if !system.Known() || system.URI() == "" {
			t.Errorf("%s: known %t, uri %q; want both", system, system.Known(), system.URI())
		}
	}
}

func TestSplitPrefix(t *testing.T) {
	tests := []struct {
		in, code string
		system   System
		ok       bool
	}{
		{"ICD10:E11.9", "E11.9", ICD10CM, true},
		{"LOINC: 2345-7", "2345-7", LOINC, true},
		{"http://snomed.info/sct|73211009", "73211009", SNOMED, true},
		{"SNOMED CT 73211009", "73211009", SNOMED, true},
		{"NDC 0002-3227-30", "0002-3227-30", NDC, true},
		{"ICD-10 E11.9", "E11.9", ICD10CM, true},
		{"I10 E11.9", "I10 E11.9", "", false},
		{"asthma 493", "asthma 493", "", false},
		{"E11.9", "E11.9", "", false},
		{"note: see chart", "note: see chart", "", false},
		{"LOINC:", "LOINC:", "", false},
	}
	for _, tt := range tests {
		system, code, ok := SplitPrefix(tt.in)
		if system != tt.system || code != tt.code || ok != tt.ok {
			t.Errorf("SplitPrefix(%q) = %q, %q, %t; want %q, %q, %t", tt.in, system, code, ok, tt.system, tt.code, tt.ok)
		}
	}
}

func TestVaccines(t *testing.T) {
	if v, ok := VaccineByCode("115"); !ok || v.Name != "Tdap" || !v.Active {
		t.Errorf("VaccineByCode(115) = %+v, %t", v, ok)
	}
	if v, ok := VaccineByCode("100"); !ok || v.Active {
		t.Errorf("VaccineByCode(100) = %+v, %t; want one no longer in use", v, ok)
	}
	for name, want := range map[string]string{"Tdap (Boostrix)": "115", "HPV - Gardasil 9": "165", "Shingrix (zoster)": "187", "MMR vaccine": "03", "polio": "89",
		"Prevnar": "152", "Daptacel": "106", "Pfizer-BioNTech COVID-19 Vaccine": "213", "J&J COVID": "212", "MMR - polio": "", "Tdap - flu": "", "HPV - Hep B": "",
		"MMR (varicella)": "", "vaccine": "", "(MMR)": "03", "Tdap (something)": ""} {
		if code, ok := VaccineByName(name); code != want || ok != (want != "") {
			t.Errorf("VaccineByName(%s) = %q, %t; want %q", name, code, ok, want)
		}
	}
	if code, ok := VaccineByName("hepatitis b"); !ok || code != "45" {
		t.Errorf("VaccineByName(hepatitis b) = %q, %t; want 45", code, ok)
	}
}

func TestPadICD9(t *testing.T) {
	for in, want := range map[string]string{"8.5": "008.5", "38.9": "038.9", "250.0": "250.0", "V1.2": "V1.2", "8": "8"} {
		if got := PadICD9(in); got != want {
			t.Errorf("PadICD9(%q) = %q; want %q", in, got, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"e119", "W22.01xA", "2-Jan", "2345-7", "0002-3227-30", "99213-25", "8", "É", ".", "-", "1-2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for system := range uris {
			code, verdict := Check(system, s)
			again, v := Check(system, code)
			if again != code || v != verdict {
				t.Errorf("Check(%s, %q) = %q, %d, and again %q, %d", system, s, code, verdict, again, v)
			}
		}
	})
}
