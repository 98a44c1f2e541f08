package standardize

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/labname"
	"harmonizer/go-worker/internal/rule"
)

// suggestions are the rules that keep a value and know what it probably was.
var suggestions = map[rule.ID]func(raw string) string{
	ruleTurnedDate:       monthAndDay,
	ruleTurnedTime:       turnedTiter,
	ruleEmailTypo:        meantEmail,
	badCode[codes.LOINC]: undashedLOINC,
	ruleLocalTest:        labname.Code,
}

// Suggests reports whether a rule may have a suggestion.
func Suggests(id rule.ID) bool { return suggestions[id] != nil }

// Suggest returns what a text probably was, in which a rule was found; "" where nothing is known. It is never taken unless a profile
// says so.
func Suggest(id rule.ID, raw string) string {
	if of := suggestions[id]; of != nil {
		return of(strings.TrimSpace(raw))
	}
	return ""
}

// monthAndDay undoes what a spreadsheet of the US makes of two numbers with a dash: 5-Feb was 2-5, Mar-40 was 3-40. A workbook holds them
// with the year in which they were typed, or as the first of the month in a year that two digits mean.
func monthAndDay(s string) string {
	if isWholeDay(s) {
		year, month, day := s[:4], strings.TrimPrefix(s[5:7], "0"), strings.TrimPrefix(s[8:10], "0")
		if day == "1" && year < "2000" {
			return month + "-" + year[2:]
		}
		return month + "-" + day
	}
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	month, number, _ := strings.Cut(strings.ToLower(s), "-")
	if isMonth(number) {
		month, number = number, strings.TrimPrefix(month, "0")
	}
	if !isMonth(month) || !asciiDigits(number) {
		return ""
	}
	return strconv.Itoa(strings.Index(months, month)/3+1) + "-" + number
}

// turnedTiter undoes what a spreadsheet makes of a titer, as isTurnedTiter says.
func turnedTiter(s string) string {
	if !isTurnedTiter(s) {
		return ""
	}
	parts := strings.Split(s, ":")
	hours, _ := strconv.Atoi(parts[0])
	minutes, _ := strconv.Atoi(parts[1])
	return "1:" + strconv.Itoa((hours-1)*60+minutes)
}

// meantEmail mends the known mistakes in a domain.
func meantEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return ""
	}
	domain := strings.ToLower(s[at+1:])
	if meant := emailTypos[domain]; meant != "" {
		return s[:at+1] + meant
	}
	if dot := strings.LastIndexByte(domain, '.'); dot > 0 && emailTypos[domain[dot:]] != "" {
		return s[:at+1] + domain[:dot] + emailTypos[domain[dot:]]
	}
	return ""
}

// undashedLOINC puts the dash back into a code that lost it, where the last digit is then its check digit.
func undashedLOINC(s string) string {
	if len(s) < 3 || !asciiDigits(s) {
		return ""
	}
	code := s[:len(s)-1] + "-" + s[len(s)-1:]
	if !codes.Looks(codes.LOINC, code) {
		return ""
	}
	if _, verdict := codes.Check(codes.LOINC, code); verdict != codes.Good {
		return ""
	}
	return code
}
