package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleScientific = rule.Must("XL-003")
	ruleFloat      = rule.Must("XL-004")
	rulePadded     = rule.Must("XL-006")
	ruleMonthDay   = rule.Must("XL-007")
	ruleUnwrapped  = rule.Must("XL-009")
	rulePrecision  = rule.Must("XL-010")
	ruleRestored   = rule.Must("XL-013")
	ruleFormula    = rule.Must("XL-014")
	ruleMarks      = rule.Must("ENC-007")
	ruleStandard   = rule.Must("STD-001")
	ruleSpaces     = rule.Must("STD-002")
)

// repairID undoes what spreadsheets and typesetting do to identifiers, codes and phone numbers, and notes it in c:
// text marks are unwrapped, typographic dashes made plain, scientific notation written out where no digit was lost, and
// ".0" dropped where float says that it comes from an export of numbers. When digits were lost for good, or a formula stands
// where its result should, it fails the cell and returns false.
func repairID(raw string, float bool, c *Cell) (string, bool) {
	if !needsRepair(raw) {
		return raw, true
	}
	s := raw
	if inner, ok := unwrapText(s); ok {
		s = inner
		c.Hit(ruleUnwrapped)
	}
	if len(s) > 1 && s[0] == '=' {
		c.Fail(raw, ruleFormula)
		return "", false
	}
	if plain, ok := plainMarks(s); ok {
		s = plain
		c.Hit(ruleMarks)
	}
	if number, found, whole := fromScientific(s); found {
		if !whole {
			c.Fail(raw, ruleScientific)
			return "", false
		}
		s = number
		c.Hit(ruleRestored)
	}
	if float {
		if digits, ok := withoutFloat(s); ok {
			s = digits
			c.Hit(ruleFloat)
		}
	}
	return s, true
}

// needsRepair reports whether raw holds a byte that repairID may act on: most values hold none.
func needsRepair(raw string) bool {
	for i := range len(raw) {
		if repairable[raw[i]] {
			return true
		}
	}
	return false
}

var repairable = func() (bytes [256]bool) {
	for b := range bytes {
		bytes[b] = b == '.' || b == '=' || b == '\'' || b == '+' || b >= 0x80
	}
	return bytes
}()

// unwrapText takes off the marks by which spreadsheets keep digits as text: ="00123" and a leading apostrophe.
func unwrapText(s string) (string, bool) {
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) && len(inner) > 1 {
		return strings.TrimSpace(inner[:len(inner)-1]), true
	}
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte(s[1:], '\'') < 0 {
		return strings.TrimSpace(s[1:]), true
	}
	return s, false
}

var marks = strings.NewReplacer(
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "－", "-",
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "´", "'", "＇", "'",
	"“", `"`, "”", `"`, "„", `"`, "″", `"`, "〃", `"`,
	"\u00a0", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ", "\u3000", " ",
	"\u00ad", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "",
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "＃", "#", "／", "/", "．", ".", "＋", "+", "（", "(", "）", ")",
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9",
)

// plainMarks brings typographic dashes, quotes and spaces to their ASCII form, and drops characters that show
// nothing. Letters stay.
func plainMarks(s string) (string, bool) {
	for i := range len(s) {
		if s[i] >= 0x80 {
			plain := strings.TrimSpace(marks.Replace(s))
			return plain, plain != s
		}
	}
	return s, false
}

// fromScientific reads what a spreadsheet shows of a long number, such as 1.23456789E+8. whole is false when it shows
// fewer digits than the number had: 1.23E+11 stands for a billion numbers. Forms without a plus, such as 12E5, are
// identifiers with a letter.
func fromScientific(s string) (number string, found, whole bool) {
	e := strings.IndexAny(s, "eE")
	if e < 1 || len(s)-e < 3 || len(s)-e > 4 || s[e+1] != '+' || !asciiDigits(s[e+2:]) {
		return s, false, false
	}
	mantissa := s[:e]
	if !isASCIIDigit(mantissa[0]) || len(mantissa) > 1 && (mantissa[1] != '.' || !asciiDigits(mantissa[2:])) {
		return s, false, false
	}
	digits := mantissa[:1] + mantissa[min(2, len(mantissa)):]
	exponent := 0
	for _, d := range []byte(s[e+2:]) {
		exponent = exponent*10 + int(d-'0')
	}
	if len(digits) < exponent+1 {
		return s, true, false
	}
	if fraction := digits[exponent+1:]; fraction != "" {
		return digits[:exponent+1] + "." + fraction, true, true
	}
	return digits, true, true
}

// withoutFloat drops the ".0" that programs append when they read digits as a number, also with more zeros (1829301.00).
func withoutFloat(s string) (string, bool) {
	digits, zeros, ok := strings.Cut(s, ".")
	if !ok || zeros == "" || strings.Trim(zeros, "0") != "" || digits == "" || !asciiDigits(digits) {
		return s, false
	}
	return digits, true
}

// asciiDigits reports whether s is one or more ASCII digits.
func asciiDigits(s string) bool {
	for i := range len(s) {
		if !isASCIIDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// oneDigit reports whether s repeats one byte.
func oneDigit(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] != s[0] {
			return false
		}
	}
	return true
}

func isASCIIDigit(b byte) bool { return b >= '0' && b <= '9' }

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
