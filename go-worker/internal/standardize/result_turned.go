package standardize

import (
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
	hours, minutes, ok := strings.Cut(s, ":")
	minutes, seconds, hasSeconds := strings.Cut(minutes, ":")
	clock := ok && asciiDigits(hours) && len(hours) <= 2 && asciiDigits(minutes) && len(minutes) == 2 && minutes < "60"
	if clock && (hasSeconds && seconds == "00" || !hasSeconds && hours != "1") {
		return ruleTurnedTime
	}
	return 0
}

func isMonth(s string) bool {
	return len(s) == 3 && strings.Contains("|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|", "|"+strings.ToLower(s)+"|")
}
