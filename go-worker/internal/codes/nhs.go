package codes

import "strings"

// NHS reports whether ten digits are a number of the NHS: the sum of the first nine, weighted by 10 down to 2, leaves the check digit, counted
// from eleven (NHS Data Model and Dictionary, NHS NUMBER: modulus 11).
func NHS(s string) bool {
	if len(s) != 10 || !allDigits(s) {
		return false
	}
	sum := 0
	for i := range 9 {
		sum += int(s[i]-'0') * (10 - i)
	}
	check := (11 - sum%11) % 11
	return check < 10 && int(s[9]-'0') == check
}

// FewestGrouped is from how many digits on an identifier is one number whether marks stand between them or not, where both ways occur in a
// column: of shorter ones, 1234-1 and 12341 may be two.
const FewestGrouped = 8

// GroupedDigits returns how many digits a text has that is digits with at most one space, dash or point between two of them; 0 of any other.
func GroupedDigits(s string) (digits int) {
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c != ' ' && c != '-' && c != '.' || i == 0 || i+1 == len(s) || !isDigit(s[i+1]):
			return 0
		}
	}
	return digits
}

// Digits returns the digits of such a text, "" of any other.
func Digits(s string) string {
	if GroupedDigits(s) == 0 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if !isDigit(byte(r)) {
			return -1
		}
		return r
	}, s)
}
