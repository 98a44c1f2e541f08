package standardize

// plainExtension reads a number with an extension as most are written, (617) 555-2345 x12 or ext. 12, exactly as phoneExtension
// does: number has the digits, ext those of the extension. ok is false for anything else.
func plainExtension(s string) (number, ext string, ok bool) {
	end := len(s)
	for end > 0 && isASCIIDigit(s[end-1]) {
		end--
	}
	if end < 10 || end == len(s) || len(s)-end > 7 {
		return "", "", false
	}
	ext = s[end:]
	for end > 0 && (s[end-1] == ' ' || s[end-1] == '.') {
		end--
	}
	switch {
	case s[end-1]|0x20 == 'x':
		end--
	case end >= 3 && s[end-1]|0x20 == 't' && s[end-2]|0x20 == 'x' && s[end-3]|0x20 == 'e':
		end -= 3
	default:
		return "", "", false
	}
	for end > 0 && s[end-1] == ' ' {
		end--
	}
	if end < 10 || !isASCIIDigit(s[end-1]) || s[0] != '(' && s[0] != '+' && !isASCIIDigit(s[0]) {
		return "", "", false
	}
	return s[:end], ext, true
}

// placeholderStarts are the first two digits of placeholders.
var placeholderStarts = func() (starts [100]bool) {
	for number := range phonePlaceholders {
		starts[int(number[0]-'0')*10+int(number[1]-'0')] = true
	}
	return starts
}()

// placeholderNANP is placeholderDigits for ten digits; most numbers do not begin as one.
func placeholderNANP(national string) bool {
	a, b := national[0]-'0', national[1]-'0'
	return (a == b || placeholderStarts[int(a)*10+int(b)]) && placeholderDigits(national)
}
