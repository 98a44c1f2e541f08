package plan

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// patterns tell whether a value could be of a type. They choose between fields and systems, nothing else: whether
// the value is right is for the standardizers to say.
var patterns = map[string]func(string) bool{
	"npi":    codes.NPI,
	"ssn":    isSSN,
	"zip":    isZIP,
	"phone":  isPhone,
	"email":  func(s string) bool { return strings.Count(s, "@") == 1 },
	"gender": isWordOrCode,
	"state":  isWordOrCode,

	"integer":      startsNumeric,
	"decimal":      startsNumeric,
	"age":          startsNumeric,
	"vital":        startsNumeric,
	"date":         mayBeDate,
	"datetime":     mayBeDate,
	"code":         isCode,
	"code_text":    isText,
	"name_family":  isText,
	"name_given":   isText,
	"name_full":    isText,
	"city":         isText,
	"address_line": func(s string) bool { return isText(s) || strings.ContainsRune(s, ' ') },
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// digitsIn returns the digits of a value, and how many other characters it has.
func digitsIn(s string) (digits string, others int) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			others++
		}
	}
	if others == 0 {
		return s, 0
	}
	return digitsOf(s), others
}

func isSSN(s string) bool {
	digits, others := digitsIn(s)
	return len(digits) == 9 && (others == 0 || others == 2) || strings.HasPrefix(strings.ToUpper(s), "XXX")
}

func isZIP(s string) bool {
	digits, others := digitsIn(s)
	return others <= 1 && (len(digits) == 5 || len(digits) == 9 || len(digits) == 4)
}

func isPhone(s string) bool {
	digits, others := digitsIn(s)
	return len(digits) >= 7 && len(digits) <= 16 && others <= 12
}

// mayBeDate accepts the days of a spreadsheet too.
func mayBeDate(s string) bool { return isDate(s) || len(s) >= 5 && allDigits(s[:5]) }

func isWordOrCode(s string) bool { return len(s) <= 2 || isText(s) && len(s) <= 24 }

func startsNumeric(s string) bool {
	return isDigit(s[0]) || len(s) > 1 && strings.IndexByte("<>=.-+", s[0]) >= 0 && isDigit(s[len(s)-1])
}

func isText(s string) bool {
	letters := 0
	for i := range len(s) {
		if isLetter(s[i]) {
			letters++
		}
	}
	return letters*2 > len(s)
}

// isCode is for codes of any system: one word with a digit in it.
func isCode(s string) bool {
	return len(s) <= 18 && !strings.Contains(s, " ") && digitsOf(s) != ""
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
