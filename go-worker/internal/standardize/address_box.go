package standardize

import "strings"

// boxAddress reads, from the front, addresses without a street: PO BOX 12, RR 2 BOX 45, HC 1 BOX 23, PSC 1234 BOX 5678.
// rest are the words behind.
func boxAddress(t []string) (address string, rest []string, ok bool) {
	t = splitGlued(t)
	if n := postOfficeBox(t); n > 0 {
		if id, used := boxNumber(t[n:]); used > 0 {
			rest = t[n+used:]
			if len(rest) == 2 && n == 1 && isBox(t, 0) && (rest[0] == "RR" || rest[0] == "RFD") && asciiDigits(rest[1]) { // BOX 218 RR 1
				return "RR " + withoutZeros(rest[1]) + " BOX " + id, nil, true
			}
			return "PO BOX " + id, rest, true
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
	numbered := ruralWords[t[0]]
	if !unnumbered {
		kind, n = kind+" "+withoutZeros(route), n+used
	}
	t = append(t[:n:n], splitGlued(t[n:])...)
	if isBox(t, n) || numbered && len(t) > n && t[n] == "#" { // RR 4 #87A
		if box, used := boxNumber(t[n+1:]); used > 0 {
			return kind + " BOX " + box, t[n+1+used:], true
		}
	}
	return "", t, false // a route without a box is a road
}

// ruralWords begin routes that are no roads, so that a number behind theirs is that of a box.
var ruralWords = map[string]bool{"RR": true, "RFD": true, "RD": true, "RURAL": true, "R": true, "HC": true, "HCR": true, "RUTA": true}

// withoutZeros drops the zeros before the number of a route.
func withoutZeros(number string) string {
	if trimmed := strings.TrimLeft(number, "0"); trimmed != "" && isASCIIDigit(trimmed[0]) {
		return trimmed
	}
	return number
}

// isBox reports whether the word at n says that the number of a box follows.
func isBox(t []string, n int) bool {
	if len(t) <= n {
		return false
	}
	switch t[n] {
	case "BOX", "BX", "BZN", "BUZON", "BUZÓN":
		return true
	}
	return false
}

// splitGlued separates the word of a box or route from its number: RR2 BOX 3, HC-01 BOX 3, POBOX12.
func splitGlued(t []string) []string {
	if len(t) == 0 {
		return t
	}
	for _, word := range [...]string{"RR", "HC", "POBOX", "BOX", "PSC", "CMR"} {
		number, ok := strings.CutPrefix(t[0], word)
		if number = strings.TrimPrefix(number, "-"); ok && asciiDigits(number) {
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
	case is("PO", "BOX"), is("PO", "BX"), is("P0", "BOX"), is("GPO", "BOX"), is("FIRM", "CALLER"):
		return 2
	case is("P", "O", "BOX"), is("POST", "OFFICE", "BOX"), is("POST", "OFFICE", "BX"):
		return 3
	case is("P", "O", "B"):
		return 3
	case is("PO", "DRAWER"), is("LOCK", "BOX"):
		return 2
	case is("P", "O", "DRAWER"):
		return 3
	case is("POBOX"), is("POB"), is("BOX"), is("P/O"), is("DRAWER"), is("LOCKBOX"), is("LBX"), is("CALLER"), is("APARTADO"):
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
	case "RFD", "RD":
		if isRoute(t[1]) {
			return "RR", 2
		}
		if t[0] == "RFD" || asciiDigits(t[1]) && isBox(t, 2) { // RD 2 BOX 45
			return "RR", 1
		}
	case "RR", "RT", "RTE", "ROUTE":
		return "RR", 1
	case "RUTA":
		switch t[1] {
		case "RURAL":
			return "RR", 2
		case "ESTRELLA":
			return "HC", 2
		}
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
	for used < len(t) && used < 2 && (t[used] == "#" || t[used] == "NO" || t[used] == "NUMBER" || t[used] == "NUM") {
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
