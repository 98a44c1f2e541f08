package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleZIP        = rule.Must("ADDR-006")
	ruleZIPState   = rule.Must("ADDR-007")
	rulePostalCode = rule.Must("ADDR-008")
	ruleZIPPadded  = rule.Must("XL-005")
	ruleZIPLetter  = rule.Must("ADDR-011")
)

// Places of the companions of zip.
const (
	zipPlus4 = iota
	zipPostal
)

// zip is the family of ZIP codes: five digits, or three where the source keeps only these. Companions: zip4, the
// four digits behind them, and postal_code, the code of another country (ADDR-008). What has lost zeros stays as it is
// for the row step zipStateStep, which knows the state; anything else fails (ADDR-006).
//
// Column: Country; outside the US every value is a postal code. Width 5 says that those of four digits have lost a zero.
func zip(col Column) CellFunc {
	abroad := abroad(col.Country)
	return func(raw string, c *Cell) {
		if abroad {
			c.Hit(rulePostalCode)
			c.Parts[zipPostal] = strings.ToUpper(raw)
			if col.Width == 5 && len(raw) == 4 && asciiDigits(raw) {
				c.Hit(ruleZIPPadded)
				c.Parts[zipPostal] = "0" + raw
			}
			return
		}
		s, ok := repairID(raw, true, c)
		if !ok {
			return
		}
		s = besideState(barePostal(s))
		five, four, ok := splitZIP(s)
		switch {
		case ok:
			c.Parts[zipPlus4] = four
			settle(c, raw, five)
		case len(s) == 9 && s[4] == '-' && asciiDigits(s[:4]) && asciiDigits(s[5:]): // 2139-1234
			c.Set(s[:4] + s[5:])
		case asciiDigits(s) && (len(s) == 3 || len(s) == 4 || len(s) == 8):
			settle(c, raw, s)
		case len(s) == 10 && s[5] == '-' && asciiDigits(s[:5]) && strings.Trim(s[6:], "*xX#") == "": // 02139-XXXX
			settle(c, raw, s[:5])
		case len(s) == 5 && asciiDigits(s[:3]) && strings.Trim(s[3:], "*xX#-") == "":
			settle(c, raw, s[:3])
		case foreignPostalCode(s):
			c.Hit(rulePostalCode)
			c.Parts[zipPostal] = strings.ToUpper(s)
		default:
			c.Fail(raw, ruleZIP)
		}
	}
}

// barePostal takes off what stands around a code: marks at its end, the word ZIP, the comma by which a spreadsheet groups digits.
func barePostal(s string) string {
	s = strings.TrimRight(s, " ,;.")
	if len(s) > 7 && strings.EqualFold(s[:3], "zip") {
		s = strings.TrimLeft(s[3:], " :")
	}
	if before, behind, ok := strings.Cut(s, ","); ok && len(before) > 0 && len(before) < 3 && len(behind) == 3 && asciiDigits(before) && asciiDigits(behind) { // 10,001
		s = before + behind
	}
	return s
}

// besideState returns the ZIP code that stands beside its state or country in a cell, MA 02139, 02139 USA; anything else as it is.
func besideState(s string) string {
	if len(s) < 7 || !isASCIILetter(s[0]) && !isASCIILetter(s[len(s)-1]) {
		return s
	}
	const between = " ,-"
	words := leadingLetters(s)
	code, word := strings.TrimLeft(s[words:], between), s[:words]
	if words == 0 {
		words = trailingLetters(s)
		code, word = strings.TrimRight(s[:len(s)-words], between), s[len(s)-words:]
	}
	five, _, ok := splitZIP(code)
	if !ok {
		return s
	}
	switch upper := strings.ToUpper(word); {
	case upper == "US", upper == "USA", stateCodes[upper] != "" && inState(five, upper):
		return code
	}
	return s
}

// plainZIP is the PlainFunc of 02139 and 02139-1234 where ZIP codes are used.
func plainZIP(col Column) PlainFunc {
	if abroad(col.Country) {
		return nil
	}
	return func(raw string, c *Cell) bool {
		switch {
		case len(raw) == 5 && asciiDigits(raw):
			c.Value = raw
			return true
		case len(raw) == 10 && raw[5] == '-' && asciiDigits(raw[:5]) && asciiDigits(raw[6:]) && raw[6:] != "0000":
			c.Value, c.Parts[zipPlus4] = raw[:5], raw[6:]
			c.Hit(ruleStandard)
			return true
		}
		return false
	}
}

// usTerritories are the countries of ISO 3166-1 that have ZIP codes.
var usTerritories = map[string]bool{"PR": true, "VI": true, "GU": true, "AS": true, "MP": true, "FM": true, "MH": true, "PW": true}

// abroad reports whether a country is one without ZIP codes and states; an empty one is not known.
func abroad(country string) bool { return country != "" && country != "US" && !usTerritories[country] }

// splitZIP reads 02139, 02139-1234, 021391234, 02139 1234 and 02139-; the four digits 0000 stand for none.
func splitZIP(s string) (five, four string, ok bool) {
	five, four = s, ""
	if len(s) > 5 && (s[5] == '-' || s[5] == ' ') {
		five, four = s[:5], strings.Trim(s[6:], " -")
	} else if len(s) == 9 {
		five, four = s[:5], s[5:]
	}
	if len(five) != 5 || !asciiDigits(five) || four != "" && (len(four) != 4 || !asciiDigits(four)) {
		return "", "", false
	}
	if four == "0000" {
		four = ""
	}
	return five, four, true
}

// foreignPostalCode reports whether s has letters and digits as postal codes of other countries do (K1A 0B6, SW1A 1AA).
func foreignPostalCode(s string) bool {
	letters, digits := 0, 0
	for i := range len(s) {
		switch b := s[i]; {
		case isASCIILetter(b):
			letters++
		case isASCIIDigit(b):
			digits++
		case b != ' ' && b != '-':
			return false
		}
	}
	n := len(s) // SW1A 1AA has five letters
	british := letters == 5 && n > 5 && isASCIIDigit(s[n-3]) && isASCIILetter(s[n-2]) && isASCIILetter(s[n-1])
	return letters >= 1 && (letters <= 4 || british) && digits >= 1 && letters+digits >= 5 && letters+digits <= 8
}
