package codes

// npiPrefix is what the digits 80840, the issuer that precedes every NPI in its check, add to the sum.
const npiPrefix = 24

// NPI reports whether s is a National Provider Identifier: ten digits, the first 1 or 2, with a Luhn check
// digit over 80840 and the number (45 CFR 162.406).
func NPI(s string) bool {
	return len(s) == 10 && allDigits(s) && (s[0] == '1' || s[0] == '2') && luhn(s, npiPrefix)
}

// PlaceholderNPI reports whether s is ten times the same digit, which systems write where none is known.
func PlaceholderNPI(s string) bool { return len(s) == 10 && allDigits(s) && sameDigit(s) }
