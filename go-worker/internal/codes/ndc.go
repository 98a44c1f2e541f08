package codes

import "strings"

// ndc keeps National Drug Codes as eleven digits, 5-4-2 without dashes. Ten digits in three parts (4-4-2, 5-3-2,
// 5-4-1) get their zero in the short part (21 CFR 207.33), as many as a labeler
// lost in a spreadsheet where the other parts are whole (93-1111-01); twelve in 6-4-2 are kept (FDA final rule of 2026,
// in force from 2033). Without dashes ten digits can be completed in three ways and are Ambiguous, as are fewer, which
// lost zeros, and what is left of a retail bar code (UPC-A: 3, ten digits, check digit). A star stands for a
// missing digit in some claims data and is read as 0. Claims put N4, the qualifier of X12 for a drug code, before it. Zeros or nines alone
// stand for a drug without a code.
func ndc(raw string) (string, Verdict) {
	if len(raw) == 11 && allDigits(raw) && !isNoCode(raw) {
		return raw, Good
	}
	s := strings.ReplaceAll(withoutQualifier(raw), "*", "0")
	if strings.Count(s, " ") == 2 { // 00002 3227 30
		s = strings.ReplaceAll(s, " ", "-")
	}
	labeler, rest, dashed := strings.Cut(s, "-")
	if !dashed {
		return plainNDC(raw, s)
	}
	product, pack, ok := strings.Cut(rest, "-")
	if !ok || !allDigits(labeler) || !allDigits(product) || !allDigits(pack) {
		return raw, Bad
	}
	switch [3]int{len(labeler), len(product), len(pack)} {
	case [3]int{5, 4, 2}, [3]int{6, 4, 2}:
		return labeler + product + pack, Good
	case [3]int{4, 4, 2}, [3]int{3, 4, 2}, [3]int{2, 4, 2}, [3]int{1, 4, 2}:
		return strings.Repeat("0", 5-len(labeler)) + labeler + product + pack, Good
	case [3]int{5, 3, 2}:
		return labeler + "0" + product + pack, Good
	case [3]int{5, 4, 1}:
		return labeler + product + "0" + pack, Good
	}
	return raw, Bad
}

// isNoCode reports whether digits are zeros or nines alone.
func isNoCode(digits string) bool {
	return strings.Trim(digits, "0") == "" || strings.Trim(digits, "9") == ""
}

// withoutQualifier drops what says before the digits that they are a drug code.
func withoutQualifier(raw string) string {
	for _, qualifier := range [...]string{"N4", "NDC"} {
		if len(raw) > len(qualifier) && strings.EqualFold(raw[:len(qualifier)], qualifier) {
			if rest := strings.TrimLeft(raw[len(qualifier):], " #:"); rest != "" && rest[0] >= '0' && rest[0] <= '9' {
				return rest
			}
		}
	}
	return raw
}

// plainNDC judges s, which is raw with its stars read as 0, when it has no dashes.
func plainNDC(raw, s string) (string, Verdict) {
	if !allDigits(s) || isNoCode(s) {
		return raw, Bad
	}
	switch n := len(s); {
	case n == 11:
		return s, Good
	case n == 12 && s[0] == '3' && barCode(s):
		return s[1:11], Ambiguous
	case n == 12:
		return s, Good
	case n >= 7 && n <= 10:
		return s, Ambiguous
	}
	return raw, Bad
}

// barCode reports whether the last of twelve digits checks the others as in a UPC-A code: three times the digits at
// odd places, once those at even ones, is a multiple of ten.
func barCode(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}
