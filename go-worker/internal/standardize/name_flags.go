package standardize

import "strings"

// newborn reports whether given names are a placeholder for a newborn, and the order of birth that stands with it, "" where none
// does (NAME-007): BABY BOY, BABYGIRL A, TWIN B, BOY OF MARIA.
func newborn(given string) (order string, ok bool) {
	tokens := strings.FieldsFunc(given, func(r rune) bool { return r == ' ' || r == ',' || r == '-' || r == '/' })
	if len(tokens) == 0 || len(tokens) > 6 {
		return "", false
	}
	first, all := isWord(newbornNames, tokens[0]), true
	word, of := first, false
	for i, t := range tokens {
		glued, isGlued := gluedNewborn(t)
		switch {
		case isWord(newbornNames, t), isWord(newbornWords, t):
			word = true
		case isGlued:
			word, order = true, glued
		case strings.EqualFold(t, "of"):
			of = i > 0
			all = false
		case i > 0 && isWord(newbornOrders, t):
			order = birthOrder(t)
		default:
			all = false
		}
	}
	switch {
	case word && all, word && of:
		return order, true
	case first && !strings.EqualFold(tokens[0], "baby"), first && len(tokens) > 1 && isWord(newbornWords, tokens[1]):
		return order, true // BABYBOY MARIA, BABY GIRL MARIA
	}
	return "", false
}

// numberedDoe reports whether a full name is DOE with a number: DOE #23, DOE, 23.
func numberedDoe(name string) bool {
	return len(name) > 4 && strings.EqualFold(name[:3], "doe") && asciiDigits(strings.Trim(name[3:], " -#,"))
}

// gluedNewborn reads the word of a newborn with the order of birth behind it: BG2, BABYBOYA, TWINB.
func gluedNewborn(t string) (order string, ok bool) {
	if len(t) < 3 || len(t) > 16 {
		return "", false
	}
	last := len(t) - 1
	if isASCIILetter(t[last]) {
		ok = isWord(newbornShort, t[:last])
	} else {
		ok = isWord(newbornNames, t[:last]) || isWord(newbornWords, t[:last])
	}
	order = birthOrder(t[last:])
	return order, ok && order != ""
}

func birthOrder(t string) string {
	switch strings.ToLower(t) {
	case "a", "1", "i", "one":
		return "1"
	case "b", "2", "ii", "two":
		return "2"
	case "c", "3", "three":
		return "3"
	case "d", "4":
		return "4"
	}
	return ""
}

// unknownPerson reports whether a name stands for somebody unknown or protected (NAME-008): JOHN DOE, DOE 23, FNU, XXX, TRAUMA ALPHA.
func unknownPerson(family, given string) bool {
	if isWord(unknownNames, family) || isWord(unknownNames, given) || onlyX(family) || onlyX(given) {
		return true
	}
	if strings.EqualFold(firstToken(family), "trauma") || strings.EqualFold(firstToken(given), "trauma") {
		return true
	}
	if len(family) < 3 || !strings.EqualFold(family[:3], "doe") {
		return false
	}
	rest := strings.Trim(family[3:], " -#")
	return asciiDigits(rest) || rest == "" && (isWord(unknownGivens, firstToken(given)) || strings.ContainsAny(given, "0123456789"))
}

func onlyX(s string) bool { return len(s) > 1 && strings.Trim(s, "Xx ") == "" }

// testSignals counts what makes a name look like a test patient's (NAME-010); two are enough.
func testSignals(family, given string) int {
	if zz(family) || zz(given) || isTestPair(family, given) {
		return 2
	}
	signals := 0
	names := [...]string{family, given}
	for i, n := range names {
		if isTestName(n) {
			signals++
			if isWord(testBeside, names[1-i]) {
				signals++
			}
		}
	}
	return signals
}

func isTestName(s string) bool {
	if isWord(testNames, s) {
		return true
	}
	first := strings.TrimRight(firstToken(s), "0123456789") // TEST2, Test Three
	return len(first) < len(s) && isWord(testNames, first)
}

// zz reports the prefix by which hospitals sort test patients to the end: ZZTEST, ZZZ.
func zz(s string) bool { return len(s) > 2 && s[0]|0x20 == 'z' && s[1]|0x20 == 'z' }

func isTestPair(family, given string) bool {
	if family == "" || given == "" || len(family)+len(given) > 24 {
		return false
	}
	var buffer [48]byte
	key := wordKey(wordKey(buffer[:0], given), family)
	return testPairs[string(key)]
}
