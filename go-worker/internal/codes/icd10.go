package codes

// icd10 keeps ICD-10-CM codes in upper case with a dot after the third character. It accepts codes without dot, with a
// trailing dot or dash (as the tabular list prints headings), in lower case, and with spaces between.
// Form: a letter, a digit or A (QA0 exists since October 2025), a letter or digit, then up to four of either. Behind an A a digit must
// follow: PAIN, CANCER and CAD are words.
func icd10(raw string) (string, Verdict) {
	if canonicalICD10(raw) {
		return raw, Good
	}
	end := len(raw)
	for end > 0 && (raw[end-1] == '.' || raw[end-1] == '-' || raw[end-1] == ' ') {
		end--
	}
	var code [8]byte // three characters, the dot, four more
	n := 0
	for i := range end {
		c := upperByte(raw[i])
		switch {
		case c == ' ':
			continue
		case c == '.' && n == 3 && raw[i-1] != '.':
			if i+1 < end && raw[i+1] == '.' {
				return raw, Bad
			}
			continue
		case n == len(code) || !isDigit(c) && !isUpper(c):
			return raw, Bad
		}
		if n == 3 {
			code[n] = '.'
			n++
		}
		code[n] = c
		n++
	}
	if s := string(code[:n]); canonicalICD10(s) {
		return s, Good
	}
	return raw, Bad
}

// canonicalICD10 reports whether a code has the form of ICD-10-CM: a letter, a digit (or A, in QA0), a digit or one of the two letters that
// stand there (C4A, C7B), and behind the dot up to four digits or letters. T2DM is none.
func canonicalICD10(s string) bool {
	if len(s) < 3 || len(s) > 8 || len(s) == 4 || !isUpper(s[0]) || !isDigit(s[1]) && (s[1] != 'A' || !isDigit(s[2])) {
		return false
	}
	for i := 2; i < len(s); i++ {
		if i == 3 {
			if s[i] != '.' {
				return false
			}
		} else if !isDigit(s[i]) && !isUpper(s[i]) || i == 2 && s[i] > 'B' {
			return false
		}
	}
	return true
}
