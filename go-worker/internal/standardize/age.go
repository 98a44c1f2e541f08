package standardize

import (
	"slices"
	"strconv"
	"strings"
)

// age writes an age in whole years: 45, 45 years, 45Y, 18 months, 6M, 3 weeks, 90+, 2y4m, 6/12, newborn. A fraction of a year is dropped, as
// people do with their age. Stated ages are never used to make up a birth date.
func age(col Column) CellFunc {
	return func(raw string, c *Cell) {
		if col.Sentinels[raw] {
			c.Set("", ruleNullNumber)
			return
		}
		if len(raw) <= 3 && plainNumber(raw) && !strings.Contains(raw, ".") {
			c.Value = raw
			return
		}
		years, ok := readAge(raw)
		if !ok {
			c.Fail(raw, ruleNotNumber)
			return
		}
		settle(c, raw, years)
	}
}

// ageUnits say how many of a unit make a year, by wordKey; 0 is a year itself.
var ageUnits = map[string]int{
	"": 1, "y": 1, "yr": 1, "yrs": 1, "year": 1, "years": 1, "yo": 1, "yearsold": 1, "yearold": 1, "yrsold": 1, "yrold": 1, "a": 1, "años": 1,
	"m": 12, "mo": 12, "mos": 12, "mon": 12, "month": 12, "months": 12, "monthsold": 12, "monthold": 12, "meses": 12,
	"w": 52, "wk": 52, "wks": 52, "week": 52, "weeks": 52, "weeksold": 52, "weekold": 52, "wko": 52,
	"d": 365, "day": 365, "days": 365, "daysold": 365, "dayold": 365, "do": 365, "dias": 365,
	"h": 8766, "hr": 8766, "hrs": 8766, "hour": 8766, "hours": 8766,
}

// parted are ages as paediatricians write them: 6/12 are months, 3/52 weeks, 5/7 days. They are those of children, so that 1/2 and a
// day of a month are none.
var parted = map[string]int{"12": 12, "52": 52, "7": 365}

// newborns are words for the age of a child that was just born.
var newborns = []string{"newborn", "neonate", "nb", "birth", "atbirth"}

// readAgeParts reads ages of several parts, and those that are none but a word.
func readAgeParts(raw string) (string, bool) {
	if number, of, ok := strings.Cut(raw, "/"); ok {
		per, n := parted[of], digitsValue(number)
		return strconv.Itoa(max(n, 0) / max(per, 1)), per > 0 && n > 0
	}
	end := 0
	for end < len(raw) && isASCIIDigit(raw[end]) {
		end++
	}
	at := end
	for at < len(raw) && !isASCIIDigit(raw[at]) {
		at++
	}
	var buffer [16]byte
	if end > 0 && at < len(raw) && !strings.ContainsAny(raw[end:at], ".,/-+<>") { // 2y4m: what stands behind the years is less than one
		first, rest := string(wordKey(buffer[:0], raw[end:at])), strings.TrimLeft(raw[at:], "0123456789")
		per, known := ageUnits[first]
		less := ageUnits[string(wordKey(buffer[:0], rest))]
		if known && first != "" && less > per && len(raw)-len(rest)-at <= 2 {
			return strconv.Itoa(digitsValue(raw[:end]) / per), true
		}
		return "", false
	}
	return "0", slices.Contains(newborns, string(wordKey(buffer[:0], raw)))
}

// digitsValue returns the number that at most three digits are, -1 of anything else.
func digitsValue(s string) int {
	if len(s) > 3 || !asciiDigits(s) {
		return -1
	}
	n, _ := strconv.Atoi(s)
	return n
}

func readAge(raw string) (string, bool) {
	if younger, ok := strings.CutPrefix(raw, "<"); ok && strings.TrimSpace(younger) == "1" { // of less than a year
		return "0", true
	}
	s := strings.TrimSuffix(raw, "+")
	for _, prefix := range []string{">=", ">", "≥"} { // 90 and older, as de-identified extracts have it
		s = strings.TrimPrefix(s, prefix)
	}
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && isASCIIDigit(s[end]) {
		end++
	}
	number, unit := s[:end], s[end:]
	if len(unit) > 1 && (unit[0] == '.' || unit[0] == ',') && isASCIIDigit(unit[1]) { // 45.5
		unit = strings.TrimLeft(unit[1:], "0123456789")
	}
	var buffer [16]byte
	per, ok := ageUnits[string(wordKey(buffer[:0], unit))]
	if !ok || number == "" || len(number) > 6 {
		return readAgeParts(raw)
	}
	n := 0
	for _, d := range []byte(number) {
		n = 10*n + int(d-'0')
	}
	if strings.HasPrefix(raw, ">") && !strings.HasPrefix(raw, ">=") && per == 1 {
		n++ // >89 is at least 90
	}
	return strconv.Itoa(n / per), true
}
