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
		return postalAddress{street: box, unit: strings.Join(rest, " "), read: true}
	}
	tokens, unit := splitUnit(tokens)
	if len(tokens) == 0 {
		return postalAddress{unit: unit, read: unit != ""}
	}
	number := houseNumber(tokens)
	if number == 0 || number == len(tokens) {
		return postalAddress{street: strings.Join(tokens, " "), unit: unit}
	}
	street := streetName(tokens[number:])
	box, _, boxed := boxAddress(street)
	for at := range street { // a box behind the street is a second address, and goes with the unit
		if at > 0 && !boxed {
			if second, rest, ok := boxAddress(street[at:]); ok && len(rest) == 0 {
				street, box, boxed = street[:at], second, true
				break
			}
		}
	}
	if boxed {
		unit = strings.TrimSpace(unit + " " + box)
	}
	return postalAddress{street: strings.Join(append(tokens[:number:number], street...), " "), unit: unit, read: true}
}

// houseNumber returns how many words the house number takes: one, two with a fraction, or none.
func houseNumber(tokens []string) int {
	if !isHouseNumber(tokens[0]) {
		return 0
	}
	if len(tokens) > 2 && (tokens[1] == "1/2" || tokens[1] == "1/4" || tokens[1] == "3/4" || tokens[1] == "1/3") {
		return 2
	}
	return 1
}

// streetName abbreviates directionals and the suffix of a street in place. The word left as the name is never
// abbreviated: NORTH AVE, AVENUE E.
func streetName(t []string) []string {
	t = namedRoad(t)
	end := len(t)
	if end >= 3 && directionals[t[end-1]] != "" && streetSuffixes[t[end-2]] != "" {
		t[end-1] = directionals[t[end-1]]
		end--
	}
	if end >= 2 && streetSuffixes[t[end-1]] != "" {
		t[end-1] = streetSuffixes[t[end-1]]
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

// splitUnit takes the part of a building off the end of a line: APT 4B, STE 300, # 7, 8TH FLOOR, REAR. "#" alone
// becomes UNIT.
func splitUnit(tokens []string) (rest []string, unit string) {
	for i := range tokens {
		if parts, ok := unitAt(tokens[i:], i == 0 || endsStreet(tokens[:i])); ok && (i == 0 || i >= 2) {
			return tokens[:i], parts
		}
	}
	return tokens, ""
}

// endsStreet reports whether the words before may be a whole street, so that a word like REAR behind them names a part.
func endsStreet(before []string) bool {
	last := before[len(before)-1]
	return streetSuffixes[last] != "" || directionals[last] != "" && len(before) > 2
}

// unitAt reads tokens, to their end, as one or more parts of a building. complete says that a street may end before
// them.
func unitAt(tokens []string, complete bool) (string, bool) {
	var parts []string
	for len(tokens) > 0 {
		part, used := onePart(tokens, complete || len(parts) > 0)
		if used == 0 {
			return "", false
		}
		parts = append(parts, part)
		tokens = tokens[used:]
	}
	return strings.Join(parts, " "), len(parts) > 0
}

func onePart(t []string, complete bool) (part string, used int) {
	if t[0] == "#" {
		if len(t) > 1 && isUnitNumber(t[1]) {
			return "UNIT " + t[1], 2
		}
		return "", 0
	}
	if isOrdinal(t[0]) && len(t) > 1 && unitDesignators[t[1]].standard == "FL" {
		return "FL " + t[0][:len(t[0])-2], 2
	}
	d, ok := unitDesignators[t[0]]
	if !ok {
		return "", 0
	}
	if len(t) > 2 && t[1] == "#" && isUnitNumber(t[2]) {
		return d.standard + " " + t[2], 3
	}
	if len(t) > 1 && isUnitNumber(t[1]) && streetSuffixes[t[1]] == "" {
		return d.standard + " " + t[1], 2
	}
	if !d.needsNumber && complete {
		return d.standard, 1
	}
	return "", 0
}
