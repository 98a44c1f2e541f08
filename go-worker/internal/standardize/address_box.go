package standardize

// boxAddress reads, from the front, addresses without a street: PO BOX 12, RR 2 BOX 45, HC 1 BOX 23, PSC 1234 BOX 5678.
// rest are the words behind.
func boxAddress(t []string) (address string, rest []string, ok bool) {
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
	route, used := boxNumber(t[n:])
	if used == 0 {
		return "", t, false
	}
	n += used
	if len(t) > n && (t[n] == "BOX" || t[n] == "BX") {
		if box, used := boxNumber(t[n+1:]); used > 0 {
			return kind + " " + route + " BOX " + box, t[n+1+used:], true
		}
	}
	return "", t, false // a route without a box is a road
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
	case is("POBOX"), is("POB"), is("BOX"), is("P/O"):
		return 1
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
		if t[1] == "ROUTE" || t[1] == "RT" || t[1] == "RTE" {
			return "RR", 2
		}
	case "R":
		if t[1] == "R" {
			return "RR", 2
		}
	case "HC", "HCR":
		return "HC", 1
	case "STAR":
		if t[1] == "ROUTE" || t[1] == "RT" || t[1] == "RTE" {
			return "HC", 2
		}
	case "HIGHWAY":
		if t[1] == "CONTRACT" {
			if t[2] == "ROUTE" {
				return "HC", 3
			}
			return "HC", 2
		}
	case "PSC", "CMR", "UNIT":
		return t[0], 1
	}
	return "", 0
}

// boxNumber reads a number that may stand behind "#" or "NO"; used is 0 when there is none.
func boxNumber(t []string) (number string, used int) {
	for used < len(t) && used < 2 && (t[used] == "#" || t[used] == "NO" || t[used] == "NUMBER") {
		used++
	}
	if used == len(t) || !isUnitNumber(t[used]) {
		return "", 0
	}
	return t[used], used + 1
}
