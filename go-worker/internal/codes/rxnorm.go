package codes

// rxnorm accepts identifiers of RxNorm concepts: one to eight digits, no check digit.
func rxnorm(raw string) (string, Verdict) {
	if len(raw) > 8 || !allDigits(raw) || raw[0] == '0' {
		return raw, Bad
	}
	return raw, Good
}
