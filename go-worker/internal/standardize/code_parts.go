package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// codedValue is a code, and what is known about it.
type codedValue struct {
	code, text string
	system     codes.System

	words   bool          // it was found among words
	several bool          // it is a list
	form    string        // the code as its system writes it
	verdict codes.Verdict // of form
}

// readCoded takes a cell apart that holds more than a code: the components of HL7 v2 (E11.9^Type 2 diabetes^I10), and the name of the
// system before the code (ICD10:E11.9).
func readCoded(s string) codedValue {
	v := codedValue{code: s}
	if strings.IndexByte(s, '^') >= 0 {
		v = components(s)
	}
	for {
		system, rest, ok := codes.SplitPrefix(v.code)
		if !ok || !isSystemPrefix(v.code[:len(v.code)-len(rest)]) {
			return v
		}
		v.code = rest
		if v.system == "" {
			v.system = system
		}
	}
}

// isSystemPrefix reports whether the name of a system, with the mark behind it, is meant as one: 9:30 is no code of ICD-9, and
// I10|E11.9 are two diagnoses, although I10 is a name of ICD-10 too.
func isSystemPrefix(prefix string) bool {
	name, list := strings.CutSuffix(strings.TrimSpace(prefix), "|")
	return isASCIILetter(prefix[0]) && (!list || !codes.Looks(codes.ICD10CM, name))
}

// components reads code^text^system^code^text^system, of which the first triplet whose system is known counts.
func components(s string) codedValue {
	parts := append(strings.Split(s, "^"), "", "", "", "", "")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	for _, triplet := range [...][]string{parts[:3], parts[3:6]} {
		if system, ok := codes.ParseSystem(triplet[2]); ok && triplet[0] != "" {
			return codedValue{code: triplet[0], text: triplet[1], system: system}
		}
	}
	return codedValue{code: parts[0], text: parts[1]}
}

// splitText separates a code from the words beside it: "E11.9 - Type 2 diabetes", "Type 2 diabetes (E11.9)". isCode says what a code is.
func splitText(s string, isCode func(string) bool) (code, text string, ok bool) {
	const between = " \t\n-:;,|"
	if at := strings.IndexAny(s, " \t\n:;,|"); at > 0 {
		if code, text = s[:at], strings.Trim(s[at:], between); isWords(text) && isCode(code) {
			return code, text, true
		}
	}
	for _, marks := range [...]string{"()", "[]"} {
		open := strings.LastIndexByte(s, marks[0])
		if open <= 0 || s[len(s)-1] != marks[1] {
			continue
		}
		if code, text = strings.TrimSpace(s[open+1:len(s)-1]), strings.Trim(s[:open], between); isWords(text) && isCode(code) {
			return code, text, true
		}
	}
	return s, "", false
}

// splitCodes separates several codes in one cell, nil when there is but one.
func splitCodes(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == '|' || r == '/' || r == '\n' })
	if len(parts) < 2 {
		return nil
	}
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return parts
}

// spacedCodes reports whether only spaces part several diagnoses of ICD-10-CM: E11.9 I10. E11 9 is one.
func spacedCodes(s string) bool {
	if strings.IndexByte(s, ' ') < 0 {
		return false
	}
	for code := range strings.FieldsSeq(s) {
		if len(code) < 3 || !isASCIILetter(code[0]) || !isASCIIDigit(code[1]) || !codes.Looks(codes.ICD10CM, code) {
			return false
		}
	}
	return true
}

// isWords reports whether s reads as words and not as a code: letters alone, or three of them together and a space somewhere.
func isWords(s string) bool {
	run, longest, letters, digits := 0, 0, 0, 0
	spaced := strings.IndexByte(s, ' ') > 0
	for _, r := range s {
		switch {
		case r < 0x80 && isASCIIDigit(byte(r)):
			if !spaced {
				return false
			}
			digits++
			run = 0
		case r >= 0x80 || isASCIILetter(byte(r)):
			letters++
			run++
			longest = max(longest, run)
		default:
			run = 0
		}
	}
	if digits == 0 {
		return letters > 1
	}
	return longest > 2
}

// spreadsheetDay reports whether a spreadsheet may have made this of a code: a number and a month, as in 2-Jan or Jan-02.
func spreadsheetDay(s string) bool {
	day, month, ok := strings.Cut(s, "-")
	if asciiDigits(month) {
		day, month = month, day
	}
	return ok && asciiDigits(day) && len(day) <= 2 && len(month) == 3 &&
		strings.Contains("jan feb mar apr may jun jul aug sep oct nov dec", strings.ToLower(month))
}
