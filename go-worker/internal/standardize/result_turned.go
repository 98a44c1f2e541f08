package standardize

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

// turned returns the rule for what a spreadsheet made of a range or a titer: 5-Feb of 2-5 (XL-007), 2:20 of 1:80 (XL-008); 0 for
// anything else. What it was can only be guessed, so it is kept.
func turned(s string) rule.ID {
	if head, tail, ok := strings.Cut(s, "-"); ok && len(s) <= 8 {
		if asciiDigits(head) && len(head) <= 2 && isMonth(tail) || isMonth(head) && asciiDigits(tail) && len(tail) == 2 {
			return ruleTurnedDate
		}
	}
	if isTurnedTiter(s) {
		return ruleTurnedTime
	}
	return 0
}

// isWholeDay reports whether a text is a day with its year, as a workbook holds what it made of a range; where no day can stand it is one.
func isWholeDay(s string) bool {
	s = strings.TrimSuffix(s, " 00:00:00")
	return len(s) == len("2006-01-02") && s[4] == '-' && s[7] == '-' && asciiDigits(s[:4]) && asciiDigits(s[5:7]) && asciiDigits(s[8:])
}

// isTurnedTiter reports whether a time of day is what a spreadsheet makes of a titer: 1:80 is an hour and eighty minutes, 2:20.
// Only dilutions in use are taken for one; other times of day are results.
func isTurnedTiter(s string) bool {
	hours, rest, ok := strings.Cut(s, ":")
	if !ok {
		return false
	}
	minutes, seconds, hasSeconds := strings.Cut(rest, ":")
	h, errHours := strconv.Atoi(hours)
	m, errMinutes := strconv.Atoi(minutes)
	if errHours != nil || errMinutes != nil || len(minutes) != 2 || m > 59 || h < 1 || h > 99 || hasSeconds && seconds != "00" {
		return false
	}
	if h == 1 && !hasSeconds {
		return false // a titer as it was written
	}
	dilution := (h-1)*60 + m
	for dilution%2 == 0 && dilution > 0 {
		dilution /= 2
	}
	return dilution == 1 || dilution == 5 // 1:16, 1:32, …; 1:10, 1:20, 1:40, …
}

func isMonth(s string) bool {
	return len(s) == 3 && strings.Contains("|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|", "|"+strings.ToLower(s)+"|")
}
