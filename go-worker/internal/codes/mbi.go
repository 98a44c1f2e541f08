package codes

// mbiForm says what stands at each place of a Medicare Beneficiary Identifier (CMS, MBI format):
// 1 a digit but 0, N a digit, A a letter, E either.
const mbiForm = "1AENAENAANN"

// MBI reports whether s is a Medicare Beneficiary Identifier: eleven characters, upper case, without dashes.
func MBI(s string) bool {
	if len(s) != len(mbiForm) {
		return false
	}
	for i := range len(mbiForm) {
		c := s[i]
		switch mbiForm[i] {
		case '1':
			if c < '1' || c > '9' {
				return false
			}
		case 'A':
			if !mbiLetter(c) {
				return false
			}
		case 'E':
			if !mbiLetter(c) && !isDigit(c) {
				return false
			}
		default:
			if !isDigit(c) {
				return false
			}
		}
	}
	return true
}

// mbiLetter leaves out the letters that are easy to misread.
func mbiLetter(c byte) bool {
	switch c {
	case 'S', 'L', 'O', 'I', 'B', 'Z':
		return false
	}
	return isUpper(c)
}

// HICN reports whether s, in upper case without dashes or spaces, has the form of the Medicare claim number that
// was in use until 2019: nine digits and a suffix of a letter or of a letter with a letter or digit, or, for
// railroad retirement, one to three letters before six or nine digits.
func HICN(s string) bool {
	if len(s) >= 10 && len(s) <= 11 && allDigits(s[:9]) && isUpper(s[9]) {
		return len(s) == 10 || isUpper(s[10]) || isDigit(s[10])
	}
	letters := 0
	for letters < len(s) && isUpper(s[letters]) {
		letters++
	}
	digits := s[letters:]
	return letters >= 1 && letters <= 3 && allDigits(digits) && (len(digits) == 6 || len(digits) == 9)
}
