package codes

import "strings"

// loinc accepts LOINC codes: up to seven digits, a dash, and a Luhn check digit over them. Something with letters that
// is no date is Local: the name that the sending laboratory gives the test.
func loinc(raw string) (string, Verdict) {
	n := len(raw)
	if n >= 3 && n <= 9 && raw[n-2] == '-' && isDigit(raw[n-1]) && allDigits(raw[:n-2]) {
		if luhnDashed(raw) {
			return raw, Good
		}
		return raw, Bad
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r > '9' }) && !monthName(raw) {
		return raw, Local
	}
	return raw, Bad
}

// luhnDashed is luhn over the digits of a code whose last but one character is a dash.
func luhnDashed(s string) bool {
	n := len(s)
	var digits [8]byte
	copy(digits[:], s[:n-2])
	digits[n-2] = s[n-1]
	return luhn(string(digits[:n-1]), 0)
}

// monthName reports whether a spreadsheet may have made this of a code: a number and a month, as in 2-Jan or Jan-02.
func monthName(s string) bool {
	head, tail, ok := strings.Cut(s, "-")
	if !ok || !allDigits(head) && !allDigits(tail) {
		return false
	}
	if allDigits(head) {
		head = tail
	}
	return len(head) == 3 && strings.Contains("jan feb mar apr may jun jul aug sep oct nov dec", strings.ToLower(head))
}
