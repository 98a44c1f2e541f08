package codes

// snomed accepts concept identifiers of SNOMED CT: 6 to 18 digits without a leading zero, the partition (the two
// digits before the check digit) 00 or 10, and a Verhoeff check digit. Descriptions and relationships are not codes.
func snomed(raw string) (string, Verdict) {
	n := len(raw)
	if n < 6 || n > 18 || !allDigits(raw) || raw[0] == '0' || raw[n-2] != '0' || raw[n-3] > '1' || !verhoeff(raw) {
		return raw, Bad
	}
	return raw, Good
}
