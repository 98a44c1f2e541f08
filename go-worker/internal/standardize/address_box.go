package standardize

import "strings"

// boxAddress reads, from the front, addresses without a street: PO BOX 12, RR 2 BOX 45, HC 1 BOX 23, PSC 1234 BOX 5678.
// rest are the words behind.
func boxAddress(t []string) (address string, rest []string, ok bool) {
	t = splitGlued(t)
	if n := postOfficeBox(t); n > 0 {
		if id, used := boxNumber(t[n:]); used > 0 {
			return "PO BOX " + id, t[n+used:], true
		}
		return "", t, false
	}
	kind, n := deliveryRoute(t)
	if n == 0 {
		return "", t, false
	}
	unnumbered := isBox(t, n) && (kind == "RR" || kind == "HC") // STAR ROUTE BOX 12
	route, used := boxNumber(t[n:])
	if used == 0 && !unnumbered {
		return "", t, false
	}
	if !unnumbered {
		kind, n = kind+" "+route, n+used
	}
	if isBox(t, n) {
		if box, used := boxNumber(t[n+1:]); used > 0 {
			return kind + " BOX " + box, t[n+1+used:], true
		}
	}
	return "", t, false // a route without a box is a road
}

// isBox reports whether the word at n says that the number of a box follows.
func isBox(t []string, n int) bool { return len(t) > n && (t[n] == "BOX" || t[n] == "BX") }

// splitGlued separates the word of a box or route from its number: RR2 BOX 3, POBOX12.
func splitGlued(t []string) []string {
	if len(t) == 0 {
		return t
	}
	for _, word := range [...]string{"RR", "HC", "POBOX", "BOX", "PSC", "CMR"} {
		if number, ok := strings.CutPrefix(t[0], word); ok && asciiDigits(number) {
			return append([]string{word, number}, t[1:]...)
		}
	}
	return t
}

// isPostOffice reports whether a word names the post office before its box.
func isPostOffice(w string) bool {
	return w == "PO" || w == "P" || w == "P0" || w == "POST" || strings.HasPrefix(w, "POB") || w == "P/O"
}

// postOfficeBox returns how many words name a post office box, 0 for none.
func postOfficeBox(t []string) int {
	is := func(words ...string) bool {
		if len(t) < len(words) {
			return false
		}
		for i, w := range words {
			if t[i] != w {
				return false
			}
		}
		return true
	}
	switch {
	case is("PO", "BOX"), is("PO", "BX"), is("P0", "BOX"):
		return 2
	case is("P", "O", "BOX"), is("POST", "OFFICE", "BOX"):
		return 3
	case is("P", "O", "B"):
		return 3
	case is("PO", "DRAWER"), is("LOCK", "BOX"):
		return 2
	case is("P", "O", "DRAWER"):
		return 3
	case is("POBOX"), is("POB"), is("BOX"), is("P/O"), is("DRAWER"), is("LOCKBOX"), is("LBX"), is("CALLER"):
		return 1
	case is("PO") && len(t) > 1 && asciiDigits(t[1]):
		return 1
	case is("POST", "OFFICE") && len(t) > 2 && asciiDigits(t[2]):
		return 2
	}
	return 0
}

// deliveryRoute returns the standard word of a route or of a military unit, and how many words name it.
func deliveryRoute(t []string) (kind string, words int) {
	if len(t) < 3 {
		return "", 0
	}
	switch t[0] {
	case "RR", "RFD", "RT", "RTE", "ROUTE":
		return "RR", 1
	case "RURAL":
		if isRoute(t[1]) {
			return "RR", 2
		}
	case "R":
		if t[1] == "R" {
			return "RR", 2
		}
	case "HC", "HCR":
		if isRoute(t[1]) {
			return "HC", 2
		}
		return "HC", 1
	case "STAR":
		if isRoute(t[1]) {
			return "HC", 2
		}
	case "HIGHWAY", "HWY":
		if t[1] == "CONTRACT" {
			if isRoute(t[2]) {
				return "HC", 3
			}
			return "HC", 2
		}
	case "PSC", "CMR", "UNIT":
		return t[0], 1
	}
	return "", 0
}

func isRoute(w string) bool { return w == "ROUTE" || w == "RT" || w == "RTE" }

// boxNumber reads a number that may stand behind "#" or "NO", with the letter that ends the line behind it (BOX 103 A);
// used is 0 when there is none.
func boxNumber(t []string) (number string, used int) {
	for used < len(t) && used < 2 && (t[used] == "#" || t[used] == "NO" || t[used] == "NUMBER") {
		used++
	}
	if used == len(t) || !isUnitNumber(t[used]) {
		return "", 0
	}
	number = t[used]
	if len(t) == used+2 && len(t[used+1]) == 1 && isASCIILetter(t[used+1][0]) && asciiDigits(number) {
		return number + t[used+1], used + 2
	}
	return number, used + 1
}
