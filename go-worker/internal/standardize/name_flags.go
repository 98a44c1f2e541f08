package standardize

import "strings"

// newborn reports whether given names are a placeholder for a newborn, and the order of birth that stands with it, "" where none
// does (NAME-007): BABY BOY, BABYGIRL A, TWIN B, BOY OF MARIA, FIRST TWIN.
func newborn(given string) (order string, ok bool) {
	tokens := strings.FieldsFunc(given, func(r rune) bool { return r == ' ' || r == ',' || r == '-' || r == '/' })
	if len(tokens) == 0 || len(tokens) > 6 {
		return "", false
	}
	if order, ok := ofMother(given, tokens); ok {
		return order, true
	}
	if n := len(tokens); n > 1 && len(tokens[0]) > 2 && isWord(newbornOrders, tokens[0]) { // FIRST TWIN
		_, ok = newborn(strings.Join(tokens[1:], " "))
		return birthOrder(tokens[0]), ok
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
	case behindMother(tokens):
		return "", true
	}
	return "", false
}

// ofMother reads a newborn named after its mother: B/O MARIA, MARIA'S BABY, MARIA'S TWIN B.
func ofMother(given string, tokens []string) (order string, ok bool) {
	switch {
	case len(given) > 4 && strings.EqualFold(given[:4], "b/o "):
		return "", true
	case len(tokens) > 1 && strings.HasSuffix(strings.ToLower(tokens[0]), "'s"):
		return newborn(strings.Join(tokens[1:], " "))
	}
	return "", false
}

// behindMother reports whether words for a newborn stand behind its mother's name: MARIA BABY BOY, MARIA BABYGIRL.
func behindMother(tokens []string) bool {
	n := len(tokens)
	if n < 2 {
		return false
	}
	last := tokens[n-1]
	return isWord(newbornNames, last) && !strings.EqualFold(last, "baby") || isWord(newbornNames, tokens[n-2]) && isWord(newbornWords, last)
}

// placeholdersAlone reports whether a family name is nothing but words for a newborn, two at least, or that of a twin, with the order of birth
// perhaps: BABY BOY, BABY GIRL A, TWIN A. One alone is also the name of families (Baby, Boy).
func placeholdersAlone(family string) bool {
	words := 0
	for i, t := range strings.Fields(family) {
		switch {
		case isWord(newbornNames, t), isWord(newbornWords, t):
			words++
		case i == 0 || !isWord(newbornOrders, t):
			return false
		}
	}
	first, _, several := strings.Cut(family, " ")
	return words > 1 || several && (strings.EqualFold(first, "twin") || strings.EqualFold(first, "triplet"))
}

// mayBeNewborn reports whether a name of these words is to be looked at by newborn: of most names the first and the last word say no.
func mayBeNewborn(tokens []string) bool {
	first, last := tokens[0], tokens[len(tokens)-1]
	if isWord(newbornNames, first) || isWord(newbornWords, first) {
		return true
	}
	if _, glued := gluedNewborn(first); glued {
		return true
	}
	return len(tokens) > 1 && (isWord(newbornNames, last) || isWord(newbornWords, last) || strings.ContainsAny(first, "/'") || isWord(newbornOrders, first))
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
	case "a", "1", "i", "one", "first", "1st":
		return "1"
	case "b", "2", "ii", "two", "second", "2nd":
		return "2"
	case "c", "3", "three", "third", "3rd":
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
