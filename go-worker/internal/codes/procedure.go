package codes

import "strings"

// procedure accepts codes of the Healthcare Common Procedure Coding System: level I (CPT) has four digits and a
// digit or one of A F M T U, level II a letter A-V and four digits. Modifiers behind the code, set off by a dash,
// comma or space, are dropped from it. Form only: the list of level I belongs to the American Medical Association.
func procedure(raw string) (string, Verdict) {
	code := raw
	if at := strings.IndexAny(raw, "- ,"); at >= 0 {
		if !modifiers(raw[at+1:]) {
			return raw, Bad
		}
		code = raw[:at]
	}
	if len(code) != 5 {
		return raw, Bad
	}
	upper := strings.ToUpper(code)
	levelOne := allDigits(upper[:4]) && (isDigit(upper[4]) || strings.IndexByte("AFMTU", upper[4]) >= 0)
	levelTwo := upper[0] >= 'A' && upper[0] <= 'V' && allDigits(upper[1:])
	if !levelOne && !levelTwo {
		return raw, Bad
	}
	return upper, Good
}

// modifiers reports whether s is one or more pairs of letters or digits.
func modifiers(s string) bool {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == ',' || r == ' ' })
	for _, f := range fields {
		if len(f) != 2 || strings.Trim(strings.ToUpper(f), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return false
		}
	}
	return len(fields) > 0
}
