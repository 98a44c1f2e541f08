package standardize

import "strings"

// SplitPressure splits a combined blood pressure such as "120/80", "BP 120 / 80 mmHg" or "120/P" into its two numbers. What
// stands for a diastolic pressure that was not heard (P, palpated) gives "". ok is false where raw is no pair.
//
// Package engine calls it for a wide column with parts, so that its cell becomes two rows.
func SplitPressure(raw string) (systolic, diastolic string, ok bool) {
	systolic, diastolic, ok = strings.Cut(raw, "/")
	return strings.TrimSpace(systolic), strings.TrimSpace(diastolic), ok
}
