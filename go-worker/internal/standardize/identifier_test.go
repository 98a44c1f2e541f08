package standardize

import "testing"

// TestGroupedIdentifiers: a number is the same with marks between its digits and without, where the column says that they are no more.
func TestGroupedIdentifiers(t *testing.T) {
	of := func(form string) Column {
		return Column{Field: "patient_id", Decisions: map[string]string{"id_form": form}}
	}
	runCells(t, clinicalFamilies["identifier"], of("nhs"), []cellCase{
		{name: "spaces", in: "943 476 5919", want: "9434765919", hits: []string{"ID-004"}},
		{name: "dashes", in: "943-476-5919", want: "9434765919", hits: []string{"ID-004"}},
		{name: "without", in: "9434765919", want: "9434765919"},
		{name: "check digit", in: "943 476 5918", want: "9434765918", hits: []string{"ID-004", "ID-005"}},
		{name: "another number", in: "H-12", want: "H-12", hits: []string{"ID-005"}},
	})
	runCells(t, clinicalFamilies["identifier"], of("grouped"), []cellCase{
		{name: "points", in: "12.345.678", want: "12345678", hits: []string{"ID-004"}},
		{name: "too short", in: "1234-1", want: "1234-1"},
		{name: "letters", in: "AB-345-678", want: "AB-345-678"},
	})
	runCells(t, clinicalFamilies["identifier"], of(""), []cellCase{{name: "undecided", in: "943 476 5919", want: "943 476 5919"}})
}

func TestIdentifier(t *testing.T) {
	runCells(t, clinicalFamilies["identifier"], Column{Field: "mrn"}, []cellCase{
		{name: "as it is", in: "A0012345", want: "A0012345"},
		{name: "lower case", in: "a0012345", want: "A0012345", hits: []string{"STD-001"}},
		{name: "digits lost for good", in: "1.23E+11", want: "1.23E+11", hits: []string{"XL-003"}, unusable: true},
		{name: "all digits there", in: "1.23456789E+8", want: "123456789", hits: []string{"XL-013"}},
		{name: "zeros beyond the mantissa are lost digits", in: "1E+5", want: "1E+5", hits: []string{"XL-003"}, unusable: true},
		{name: "an E that is a letter", in: "12E5", want: "12E5"},
		{name: "text mark", in: `="00123"`, want: "00123", hits: []string{"XL-009"}},
		{name: "formula", in: "=A3", want: "=A3", hits: []string{"XL-014"}, unusable: true},
		{name: "formula of a name", in: "=SUM(A1:A3)", want: "=SUM(A1:A3)", hits: []string{"XL-014"}, unusable: true},
		{name: "apostrophe", in: "'00123", want: "00123", hits: []string{"XL-009"}},
		{name: "precision lost", in: "1234567890123450000", want: "1234567890123450000", hits: []string{"XL-010"}},
		{name: "twenty digits", in: "12345678901234567890", want: "12345678901234567890"},
		{name: "digits of Arabic", in: "٠٠١٢٣٤", want: "001234", hits: []string{"ENC-007"}},
		{name: "digits of Persian", in: "A-۰۹", want: "A-09", hits: []string{"ENC-007"}},
		{name: "typographic dash", in: "12–34", want: "12-34", hits: []string{"ENC-007"}},
		{name: "a float is not undone without the column's word", in: "123.0", want: "123.0"},
	})
	t.Run("by column", func(t *testing.T) {
		runCells(t, clinicalFamilies["identifier"], Column{Field: "patient_id", StripFloat: true, Width: 7}, []cellCase{
			{name: "float and zeros", in: "12345.0", want: "0012345", hits: []string{"XL-004", "XL-006"}},
			{name: "case is kept", in: "0c1f3ab2-77aa", want: "0c1f3ab2-77aa"},
			{name: "reference", in: "Patient/77", want: "0000077", hits: []string{"STD-001", "XL-006"}},
			{name: "reference by urn", in: "urn:uuid:0c1f3ab2", want: "0c1f3ab2", hits: []string{"STD-001"}},
			{name: "longer than the width", in: "123456789", want: "123456789"},
		})
	})
	t.Run("by params", func(t *testing.T) {
		runCells(t, clinicalFamilies["identifier"], Column{Field: "lot", Params: map[string]string{"form": "lot"}}, []cellCase{
			{name: "lot number", in: "ab 12 c", want: "AB12C", hits: []string{"STD-002", "STD-001"}},
		})
		runCells(t, clinicalFamilies["identifier"], Column{Field: "account_number", Params: map[string]string{"pattern": `\d{6}`}}, []cellCase{
			{name: "fits", in: "123456", want: "123456"},
			{name: "does not fit", in: "ABC", want: "ABC", hits: []string{"ID-003"}},
		})
	})
}

func TestSSN(t *testing.T) {
	runCells(t, clinicalFamilies["ssn"], Column{}, []cellCase{
		{name: "with dashes", in: "536-22-1234", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"STD-001"}},
		{name: "plain", in: "536221234", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}},
		{name: "with spaces", in: "536 22 1234", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"STD-001"}},
		{name: "spaces around dashes", in: "536 - 22 - 1234", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"STD-001"}},
		{name: "float", in: "536221234.0", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"XL-004"}},
		{name: "its name before it", in: "SSN: 536-22-1234", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"STD-001"}},
		{name: "a number sign before it", in: "#536221234", want: "536221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"STD-001"}},
		{name: "number signs over digits", in: "###-##-1234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"SSN-003"}},
		{name: "letters before it that name nothing", in: "ST536221234", want: "ST536221234", hits: []string{"SSN-001"}, unusable: true},
		{name: "counting up", in: "123-45-6789", hits: []string{"SSN-002"}},
		{name: "all nines", in: "999-99-9999", hits: []string{"SSN-002"}},
		{name: "all zeros", in: "000-00-0000", hits: []string{"SSN-002"}},
		{name: "wallet card", in: "078051120", hits: []string{"SSN-002"}},
		{name: "area never assigned", in: "666121234", want: "666121234", hits: []string{"SSN-001"}, unusable: true},
		{name: "area 000", in: "000-12-1234", want: "000-12-1234", hits: []string{"STD-001", "SSN-001"}, unusable: true},
		{name: "group 00", in: "536001234", want: "536001234", hits: []string{"SSN-001"}, unusable: true},
		{name: "serial 0000", in: "536120000", want: "536120000", hits: []string{"SSN-001"}, unusable: true},
		{name: "taxpayer number", in: "912-70-1234", parts: map[string]string{"itin": "912701234"}, hits: []string{"STD-001", "STD-001"}},
		{name: "area 9, no taxpayer group", in: "912661234", want: "912661234", hits: []string{"SSN-001"}, unusable: true},
		{name: "hidden", in: "XXX-XX-1234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"SSN-003"}},
		{name: "hidden by stars", in: "***-**-1234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"SSN-003"}},
		{name: "four digits", in: "1234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"SSN-003"}},
		{name: "eight digits", in: "12345678", want: "12345678", hits: []string{"SSN-001"}, unusable: true},
		{name: "form of an employer number", in: "12-3456789", want: "12-3456789", hits: []string{"SSN-001"}, unusable: true},
		{name: "words", in: "on file", want: "on file", hits: []string{"SSN-001"}, unusable: true},
	})
	t.Run("column of nine digits", func(t *testing.T) {
		runCells(t, clinicalFamilies["ssn"], Column{Width: 9}, []cellCase{
			{name: "one zero lost", in: "36221234", want: "036221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"XL-006"}},
			{name: "two zeros lost", in: "1221234", want: "001221234", parts: map[string]string{"ssn_last4": "1234"}, hits: []string{"XL-006"}},
		})
	})
}

func TestProviderAndMedicareNumbers(t *testing.T) {
	runCells(t, clinicalFamilies["npi"], Column{}, []cellCase{
		{name: "good", in: "1234567893", want: "1234567893"},
		{name: "float", in: "1234567893.0", want: "1234567893", hits: []string{"XL-004"}},
		{name: "more zeros", in: "1234567893.00", want: "1234567893", hits: []string{"XL-004"}},
		{name: "check digit", in: "1234567890", want: "1234567890", hits: []string{"NPI-001"}, unusable: true},
		{name: "placeholder", in: "9999999999", want: "9999999999", hits: []string{"NPI-002"}},
	})
	runCells(t, clinicalFamilies["dea"], Column{}, []cellCase{
		{name: "good", in: "AB1234563", want: "AB1234563"},
		{name: "lower case", in: "ab1234563", want: "AB1234563", hits: []string{"STD-001"}},
		{name: "suffix", in: "AB1234563-17", want: "AB1234563-17"},
		{name: "check digit", in: "AB1234560", want: "AB1234560", hits: []string{"DEA-001"}, unusable: true},
	})
	runCells(t, clinicalFamilies["mbi"], Column{}, []cellCase{
		{name: "dashes", in: "1EG4-TE5-MK73", want: "1EG4TE5MK73", hits: []string{"STD-001"}},
		{name: "plain", in: "1EG4TE5MK73", want: "1EG4TE5MK73"},
		{name: "letter that is never used", in: "1SG4TE5MK73", want: "1SG4TE5MK73", hits: []string{"MBI-001"}, unusable: true},
		{name: "old form", in: "123-45-6789A", parts: map[string]string{"hicn": "123456789A"}, hits: []string{"MBI-002"}},
	})
}

func FuzzIdentifiers(f *testing.F) {
	for _, seed := range []string{"1.23456789E+8", `="00123"`, "'00123", "536-22-1234", "XXX-XX-1234", "1EG4-TE5-MK73", "12–34", "1.5E+0", "''"} {
		f.Add(seed)
	}
	var bound []CellFunc
	for _, name := range []string{"identifier", "ssn", "npi", "dea", "mbi"} {
		bound = append(bound, clinicalFamilies[name].Bind(Column{Field: "mrn"}))
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, g := range bound {
			var c Cell
			g(s, &c)
			checkLaws(t, g, s, c.Value, c.Unusable)
		}
	})
}
