// Package codes knows the written form and the check digit of the code systems and numbers that health records
// use. It judges form only: whether a code was ever issued is for a loaded list to say. It is pure.
package codes

// allDigits reports whether s is one or more ASCII digits.
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// luhn reports whether the digits of s, with sum added for digits that stand before it, satisfy the mod 10
// check of ISO/IEC 7812-1. Digits are doubled from the right, so a prefix only adds a constant.
func luhn(s string, sum int) bool {
	double := false
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// sameDigit reports whether s repeats one byte.
func sameDigit(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] != s[0] {
			return false
		}
	}
	return s != ""
}

func upperByte(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
