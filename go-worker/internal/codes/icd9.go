package codes

import "strings"

// icd9 keeps ICD-9-CM diagnosis codes with their dot: 250.00, V58.69, E885.9. It accepts them without dot, with a
// trailing dot and in lower case. A number of fewer than three digits before its dot lost zeros on the way; that is
// repaired only by PadICD9, on the word of a profile.
func icd9(raw string) (string, Verdict) {
	s := strings.ToUpper(strings.TrimSuffix(raw, "."))
	if s == "" {
		return raw, Bad
	}
	whole := 3 // characters before the dot
	if s[0] == 'E' {
		whole = 4
	}
	head, tail, dotted := strings.Cut(s, ".")
	if !dotted && len(s) > whole {
		head, tail = s[:whole], s[whole:]
	}
	digits := head
	most := 2
	switch head[:min(1, len(head))] {
	case "V":
		digits = head[1:]
	case "E":
		digits, most = head[1:], 1
		if !externalCause(digits) {
			return raw, Bad // E119 is E11.9 of ICD-10-CM
		}
	}
	if len(head) != whole || !allDigits(digits) || len(tail) > most || tail != "" && !allDigits(tail) || dotted && tail == "" {
		return raw, Bad
	}
	if tail == "" {
		return head, Good
	}
	if dotted && s == raw {
		return raw, Good
	}
	return head + "." + tail, Good
}

// externalCause reports whether the digits behind an E lie in the ranges that ICD-9-CM uses: activities (E000-E030) and external
// causes of injury (E800-E999).
func externalCause(digits string) bool {
	return digits >= "800" || digits >= "000" && digits <= "030"
}

// OldV reports whether a code of ICD-9-CM begins with V. Such codes have the form of ICD-10-CM, too, where they are headings: its codes
// V00 to V99 for transport accidents have seven characters.
func OldV(code string) bool {
	s, verdict := icd9(code)
	return verdict == Good && s[0] == 'V'
}

// PadICD9 restores the zeros that a numeric column took from the front of a code written with its dot:
// 8.5 becomes 008.5. Other values come back as they are.
func PadICD9(s string) string {
	dot := strings.IndexByte(s, '.')
	if dot < 1 || dot > 2 || !allDigits(s[:dot]) {
		return s
	}
	return "000"[dot:] + s
}
