package codes

// DEA reports whether s is a DEA registration number in upper case: a letter for the kind of registrant, a
// letter or 9, and seven digits of which the last checks the others.
func DEA(s string) bool {
	if len(s) != 9 || !isUpper(s[0]) || (!isUpper(s[1]) && s[1] != '9') || !allDigits(s[2:]) {
		return false
	}
	d := func(i int) int { return int(s[1+i] - '0') }
	return (d(1)+d(3)+d(5)+2*(d(2)+d(4)+d(6)))%10 == d(7)
}
