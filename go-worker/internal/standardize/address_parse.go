package standardize

import "strings"

// postalAddress is an address line in postal form.
type postalAddress struct {
	street string // with house number, or a box, or a route with its box
	unit   string // part of the building
	read   bool   // the form is one that the reader knows; else street is the line in upper case
}

// parseAddress brings a US address line to the form of USPS Publication 28: upper case, no punctuation, standard
// abbreviations of suffix, directionals and unit. Names are left as they are spelt.
func parseAddress(line string) postalAddress {
	var buffer [16]string
	tokens := addressTokens(buffer[:0], line)
	if box, rest, ok := boxAddress(tokens); ok {
		if second, behind, two := boxAddress(rest); two && !isPostOffice(tokens[0]) { // DRAWER 1256 PO BOX 5935
			return postalAddress{street: second, unit: joinNonEmpty(tokens[0]+strings.TrimPrefix(box, "PO BOX"), unitOrWords(behind)), read: true}
		}
		return postalAddress{street: box, unit: unitOrWords(rest), read: true}
	}
	before, tokens := unitBefore(tokens)
	if box, rest, ok := boxAddress(tokens); ok && before != "" {
		return postalAddress{street: box, unit: joinNonEmpty(before, unitOrWords(rest)), read: true}
	}
	tokens, box := splitBox(tokens)
	tokens, unit := splitUnit(joinDirection(tokens))
	unit = joinNonEmpty(joinNonEmpty(before, unit), box)
	if len(tokens) == 0 {
		return postalAddress{unit: unit, read: unit != ""}
	}
	number := houseNumber(tokens)
	if number == len(tokens) || number == 0 && !isStreet(tokens) {
		return postalAddress{street: strings.Join(tokens, " "), unit: unit}
	}
	street := append(tokens[:number:number], streetName(tokens[number:])...)
	return postalAddress{street: strings.Join(street, " "), unit: unit, read: true}
}

// splitBox takes a box off the end of a street: it is a second address, and goes with the unit.
func splitBox(street []string) (rest []string, box string) {
	for at := 2; at < len(street); at++ {
		if box, behind, ok := boxAddress(street[at:]); ok && len(behind) == 0 {
			return street[:at], box
		}
	}
	return street, ""
}

// houseNumber returns how many words the house number takes: one, two with a fraction or of a grid (W148 N9748), or none.
func houseNumber(tokens []string) int {
	two := len(tokens) > 2
	switch {
	case two && isGridNumber(tokens[0]) && isGridNumber(tokens[1]):
		return 2
	case !isHouseNumber(tokens[0]) && (!two || numberWords[tokens[0]] == ""):
		return 0
	case two && (tokens[1] == "1/2" || tokens[1] == "1/4" || tokens[1] == "3/4" || tokens[1] == "1/3"):
		return 2
	}
	return 1
}

// isGridNumber reports whether a word counts blocks from the middle of a grid: W148.
func isGridNumber(w string) bool {
	return len(w) > 2 && strings.IndexByte("NSEW", w[0]) >= 0 && asciiDigits(w[1:])
}

// isStreet reports whether words without a house number are a street all the same: its suffix leaves no doubt.
func isStreet(t []string) bool {
	n := len(t)
	if n > 2 && directionals[t[n-1]] != "" {
		n--
	}
	return n > 1 && (plainSuffixes[streetSuffixes[t[n-1]]] || isASCIIDigit(t[n-1][0]) && numbersRoad(t[:n-1]))
}

// joinDirection makes one word of a direction in two behind a suffix: 30 5TH ST N E.
func joinDirection(t []string) []string {
	for i := 3; i < len(t); i++ {
		if (t[i-1] == "N" || t[i-1] == "S") && (t[i] == "E" || t[i] == "W") && streetSuffixes[t[i-2]] != "" {
			return append(append(t[:i-1:i-1], t[i-1]+t[i]), t[i+1:]...)
		}
	}
	return t
}

// streetName abbreviates directionals and the suffix of a street in place. The word left as the name is never
// abbreviated: NORTH AVE, AVENUE E.
func streetName(t []string) []string {
	end := len(t)
	if end >= 3 && directionals[t[end-1]] != "" && (streetSuffixes[t[end-2]] != "" || numbersRoad(t[:end-2])) {
		behind := directionals[t[end-1]]
		return append(streetName(t[:end-1:end-1]), behind)
	}
	t = namedRoad(t)
	end = len(t)
	suffix := streetSuffixes[t[end-1]]
	named := end > 2 || end == 2 && (directionals[t[0]] == "" || plainSuffixes[suffix]) // N PINE has no suffix, NORTH AVE has one
	if suffix != "" && named {
		t[end-1] = suffix
		end--
	}
	if end >= 2 && directionals[t[0]] != "" {
		t[0] = directionals[t[0]]
	}
	return t
}

// namedRoad spells out roads that are known by their number: HWY 7 is HIGHWAY 7, CO RD 12 is COUNTY ROAD 12.
func namedRoad(t []string) []string {
	n := len(t)
	if n > 2 && (t[n-2] == "#" || t[n-2] == "NO") {
		t = append(t[:n-2:n-2], t[n-1])
		n--
	}
	if n < 2 || !isASCIIDigit(t[n-1][0]) || isOrdinal(t[n-1]) {
		return t
	}
	switch suffix := streetSuffixes[t[n-2]]; {
	case suffix == "HWY":
		t[n-2] = "HIGHWAY"
	case suffix == "RTE" || t[n-2] == "RT":
		t[n-2] = "ROUTE"
	case t[n-2] == "CR":
		return append(t[:n-2:n-2], "COUNTY", "ROAD", t[n-1])
	case suffix == "RD" && n > 2 && (t[n-3] == "CO" || t[n-3] == "COUNTY" || t[n-3] == "CNTY"):
		t[n-3], t[n-2] = "COUNTY", "ROAD"
	case suffix == "RD" && n > 2 && t[n-3] == "STATE":
		t[n-2] = "ROAD"
	}
	return t
}
