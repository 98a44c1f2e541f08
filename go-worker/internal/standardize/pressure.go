package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/units"
)

// SplitPressure splits a combined blood pressure such as 120/80, "BP 120 / 80 mmHg (L arm)" or 120/P into its two numbers. A
// half that is missing, or a diastolic pressure that was palpated (P), gives "". ok is false where raw is no pair.
//
// Package engine calls it for a wide column with parts, so that its cell becomes two rows.
func SplitPressure(raw string) (systolic, diastolic string, ok bool) {
	if systolic, diastolic, ok = plainPressure(raw); ok {
		return systolic, diastolic, true
	}
	return splitTidied(tidyVital(raw))
}

// splitTidied splits a pair of any form.
func splitTidied(s string) (systolic, diastolic string, ok bool) {
	systolic, rest := cutNumber(s)
	rest = strings.TrimLeft(rest, " ")
	behind, slash := strings.CutPrefix(rest, "/")
	if !slash {
		behind, slash = strings.CutPrefix(rest, "over ")
	}
	if !slash {
		behind, slash = strings.CutPrefix(rest, "\\")
	}
	if !slash { // 120x80, as it is written in Brazil
		behind, slash = strings.CutPrefix(strings.ToLower(rest), "x")
	}
	if !slash && isPressure(systolic) && within(systolic, "60", "350") {
		if behind, slash = strings.CutPrefix(rest, "-"); slash { // a range goes up, a pressure down
			lower, _ := cutNumber(behind)
			slash = isPressure(lower) && lower != "" && within(lower, "20", "200") && compareNumbers(systolic, lower) > 0
		}
	}
	if !slash {
		return "", "", false
	}
	if behind = strings.TrimSpace(behind); palpated[strings.ToLower(behind)] {
		behind = ""
	}
	diastolic, behind = cutNumber(behind)
	systolic, diastolic = strings.TrimSuffix(systolic, ".0"), strings.TrimSuffix(diastolic, ".0")
	if behind = strings.TrimSpace(behind); behind != "" {
		if u, known := units.Read(behind, "pressure"); !known || u.Code != "mm[Hg]" {
			return "", "", false
		}
	}
	if !isPressure(systolic) || !isPressure(diastolic) || systolic == "" && diastolic == "" {
		return "", "", false
	}
	return systolic, diastolic, true
}

// plainPressure splits a pair in its usual form: two numbers of two or three digits, a slash between them, with or without spaces.
func plainPressure(s string) (systolic, diastolic string, ok bool) {
	if len(s) >= len("96/60") && (s[2] == '/' || s[3] == '/') {
		at := 2
		if s[at] != '/' {
			at++
		}
		if systolic, diastolic = s[:at], s[at+1:]; isPlainHalf(systolic) && isPlainHalf(diastolic) {
			return systolic, diastolic, true
		}
	}
	systolic, diastolic, ok = strings.Cut(s, "/")
	if before, spaced := strings.CutSuffix(systolic, " "); spaced && len(diastolic) > 0 && diastolic[0] == ' ' {
		systolic, diastolic = before, diastolic[1:]
	}
	return systolic, diastolic, ok && isPlainHalf(systolic) && isPlainHalf(diastolic)
}

func isPlainHalf(s string) bool { return (len(s) == 2 || len(s) == 3) && s[0] != '0' && asciiDigits(s) }

// palpated says that the lower pressure was not heard but felt, or found with ultrasound, which gives no number.
var palpated = map[string]bool{"p": true, "palp": true, "palpated": true, "palpation": true, "d": true, "doppler": true, "dop": true}

func isPressure(s string) bool { return s == "" || asciiDigits(s) && plainNumber(s) && len(s) <= 3 }

// PressureReversed reports whether the systolic pressure of a pair is not above the diastolic one (VIT-010); false where one of them
// is missing.
func PressureReversed(systolic, diastolic string) bool {
	return plainNumber(systolic) && plainNumber(diastolic) && compareNumbers(systolic, diastolic) <= 0
}

// plainPair is the PlainFunc of combined pressures in their usual form.
func plainPair(raw string, c *Cell) bool {
	systolic, diastolic, ok := plainPressure(raw)
	if !ok || len(systolic) < len(diastolic) || len(systolic) == len(diastolic) && systolic <= diastolic {
		return false // or reversed
	}
	c.Value = raw
	if len(raw) > len(systolic)+len("/")+len(diastolic) {
		own := c.Arena.take(len(systolic) + len("/") + len(diastolic))
		copy(own, systolic)
		own[len(systolic)] = '/'
		copy(own[len(systolic)+1:], diastolic)
		c.Value = asText(own)
		c.Hit(ruleStandard)
	}
	return true
}

// pressure is the family vital for combined pressures: 120/80, or 120/P.
func pressure(raw string, c *Cell) {
	tidy := tidyVital(raw)
	systolic, diastolic, ok := splitTidied(tidy)
	switch {
	case turned(raw) == ruleTurnedDate:
		c.Fail(raw, ruleTurnedDate)
	case !ok || systolic == "" || strings.HasSuffix(tidy, "/"):
		noVital(raw, c)
	default:
		settlePressure(raw, systolic, diastolic, c)
	}
}

// settlePressure stores a pair whose first number is known.
func settlePressure(raw, systolic, diastolic string, c *Cell) {
	if PressureReversed(systolic, diastolic) {
		c.Fail(raw, rulePressure)
		return
	}
	if diastolic == "" {
		diastolic = "P"
	}
	var buffer [8]byte
	pair := append(append(append(buffer[:0], systolic...), '/'), diastolic...)
	if string(pair) == raw {
		c.Value = raw
		return
	}
	settle(c, raw, c.Arena.Text(pair))
}
