package standardize

import "strings"

// postalAddress is an address line in postal form.
type postalAddress struct {
	street string // with house number, or a box, or a route with its box
	unit   string // part of the building
	read   bool   // the form is one that the reader knows; else street is the line in upper case
	exact  bool   // the street has the number of a house, or is a box or a route
}

// parseAddress brings a US address line to the form of USPS Publication 28: upper case, no punctuation, standard
// abbreviations of suffix, directionals and unit. Names are left as they are spelt.
func parseAddress(line string) postalAddress {
	var buffer [16]string
	tokens := addressTokens(buffer[:0], line)
	if box, rest, ok := boxAddress(tokens); ok {
		if second, behind, two := boxAddress(rest); two && !isPostOffice(tokens[0]) { // DRAWER 1256 PO BOX 5935
			return postalAddress{street: second, unit: joinNonEmpty(tokens[0]+strings.TrimPrefix(box, "PO BOX"), unitOrWords(behind)), read: true, exact: true}
		}
		return postalAddress{street: box, unit: unitOrWords(rest), read: true, exact: true}
	}
	before, tokens := unitBefore(tokens)
	tokens, care := splitCare(tokens)
	if box, rest, ok := boxAddress(tokens); ok && before != "" {
		return postalAddress{street: box, unit: joinNonEmpty(before, unitOrWords(rest)), read: true, exact: true}
	}
	tokens, box := splitBox(tokens)
	tokens, unit := splitUnit(joinDirection(tokens))
	unit = joinNonEmpty(joinNonEmpty(joinNonEmpty(before, unit), box), care)
	if len(tokens) > 2 && (tokens[0] == "NO" || tokens[0] == "#") && houseNumber(tokens[1:]) > 0 { // NO 12 MAIN ST
		tokens = tokens[1:]
	}
	if len(tokens) == 0 {
		return postalAddress{unit: unit, read: unit != ""}
	}
	number := houseNumber(tokens)
	if number == 0 {
		if address, ok := behindName(line); ok {
			return address
		}
	}
	if number == len(tokens) || number == 0 && !isStreet(tokens) {
		return postalAddress{street: strings.Join(tokens, " "), unit: unit}
	}
	if at := buildingAt(tokens); at > number {
		unit = joinNonEmpty(unit, strings.Join(tokens[at:], " "))
		tokens = tokens[:at]
	}
	street := append(tokens[:number:number], streetName(tokens[number:])...)
	return postalAddress{street: strings.Join(street, " "), unit: unit, read: true, exact: number > 0}
}

// behindName reads a street behind the name of a house or an urbanization, which goes with the unit: Oak Manor, 12 Main St.
func behindName(line string) (address postalAddress, ok bool) {
	name, behind, divided := strings.Cut(line, ",")
	tokens := addressTokens(nil, name)
	if !divided || len(tokens) == 0 || strings.ContainsAny(name, "0123456789") || isStreet(tokens) {
		return address, false
	}
	address = parseAddress(behind)
	t := strings.Fields(address.street)
	if !address.exact || len(t) < 3 || !isASCIIDigit(t[0][0]) || !endsStreet(t) && !numberedRoads[t[1]] {
		return address, false
	}
	address.unit = joinNonEmpty(address.unit, strings.Join(tokens, " "))
	return address, true
}

// splitCare takes off for whom a letter is, before the number of a house or behind the street: C/O JANE DOE.
func splitCare(tokens []string) (address []string, care string) {
	for at, w := range tokens {
		if w != "C/O" {
			continue
		}
		if at > 0 {
			return tokens[:at:at], strings.Join(tokens[at:], " ")
		}
		for n := 2; n+2 < len(tokens); n++ {
			if _, _, boxed := boxAddress(tokens[n:]); boxed || houseNumber(tokens[n:]) > 0 {
				return tokens[n:], strings.Join(tokens[:n], " ")
			}
		}
	}
	return tokens, ""
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

// houseNumber returns how many words the house number takes: one, also of a grid (N4567 COUNTY ROAD X), two with a fraction or of a
// grid (W148 N9748), or none.
func houseNumber(tokens []string) int {
	two := len(tokens) > 2
	switch {
	case two && isGridNumber(tokens[0]) && isGridNumber(tokens[1]):
		return 2
	case two && len(tokens[0]) > 3 && isGridNumber(tokens[0]):
		return 1
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
// abbreviated: NORTH AVE, AVENUE E, MAIN AVENUE DR.
func streetName(t []string) []string {
	if len(t) > 3 && len(t[0]) == 1 && len(t[1]) == 1 && plainSuffixes[streetSuffixes[t[len(t)-1]]] { // N E MAIN ST
		if both := t[0] + t[1]; directionals[both] != "" {
			t = append([]string{both}, t[2:]...)
		}
	}
	end := len(t)
	grid := end >= 2 && end <= 3 && asciiDigits(t[end-2]) && (end == 2 || directionals[t[0]] != "") // E 1700 SOUTH
	if directionals[t[end-1]] != "" && (grid || end >= 3 && (streetSuffixes[t[end-2]] != "" || numbersRoad(t[:end-2]))) {
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
		if end >= 2 && unitDesignators[suffix].standard == "" { // MAIN ST TRLR
			t[end-1] = suffixName(t[end-1])
		}
	}
	first := 0
	if end >= 2 && directionals[t[0]] != "" {
		t[0] = directionals[t[0]]
		first = 1
	}
	if n := len(t) - first; (streetSuffixes[t[first]] == "AVE" || streetSuffixes[t[first]] == "BLVD") && n > 1 && (n == 2 && len(t[first+1]) == 1 || t[first+1] == "OF") {
		t[first] = suffixName(t[first]) // AVENUE B, AVENUE OF THE AMERICAS
	}
	return t
}

// namedRoad spells out roads that are known by their number, as USPS Publication 28, appendix F, has them: HWY 7 is HIGHWAY 7, CO RD 12 is
// COUNTY ROAD 12.
func namedRoad(t []string) []string {
	t = federalRoad(t)
	n := len(t)
	if n > 2 && (t[n-2] == "#" || t[n-2] == "NO") {
		t = append(t[:n-2:n-2], t[n-1])
		n--
	}
	lettered := n > 2 && len(t[n-1]) <= 2 && asciiLetters(t[n-1]) && streetSuffixes[t[n-2]] == "RD" && counties[t[n-3]] // COUNTY ROAD AA
	if n < 2 || !lettered && (!isASCIIDigit(t[n-1][0]) || isOrdinal(t[n-1])) {
		return t
	}
	suffix := streetSuffixes[t[n-2]]
	switch {
	case suffix == "HWY":
		t[n-2] = "HIGHWAY"
	case suffix == "RTE" || t[n-2] == "RT":
		t[n-2] = "ROUTE"
	case t[n-2] == "CR":
		return append(t[:n-2:n-2], "COUNTY", "ROAD", t[n-1])
	case n > 4 && suffix == "RD" && t[n-3] == "MARKET" && t[n-4] == "TO" && t[n-5] == "FARM":
		return append(t[:n-5:n-5], "FM", t[n-1])
	case n > 3 && t[n-2] == "MARKET" && t[n-3] == "TO" && t[n-4] == "FARM":
		return append(t[:n-4:n-4], "FM", t[n-1])
	case suffix == "RD" && (n == 2 || roadOwners[t[n-3]]):
		t[n-2] = "ROAD"
	default:
		return t
	}
	return ownedRoad(t)
}

// counties are the ways to write that a road is a county's.
var counties = map[string]bool{"COUNTY": true, "CO": true, "CNTY": true, "CTY": true}

// ownedRoad spells out whose a road is before HIGHWAY, ROUTE or ROAD and its number: CNTY HIGHWAY 20, ST ROAD 86.
func ownedRoad(t []string) []string {
	if at := len(t) - 3; at >= 0 {
		_, state := stateCode(strings.Join(t[:at], " "))
		switch {
		case counties[t[at]]:
			t[at] = "COUNTY"
		case t[at] == "TWP":
			t[at] = "TOWNSHIP"
		case t[at] == "ST" && (at == 0 || state): // 12 MAIN ST HIGHWAY 7 is a street on a highway
			t[at] = "STATE"
		}
	}
	return t
}

// federalRoad writes INTERSTATE 10 for I-10, IH10 and INTERSTATE HWY 10, and US HIGHWAY 41 for US 41, at the beginning of a street.
func federalRoad(t []string) []string {
	at := 0
	if len(t) > 1 && directionals[t[0]] != "" {
		at = 1
	}
	if first := t[at][0]; first != 'I' && first != 'U' {
		return t
	}
	number := ""
	for _, word := range [...]string{"INTERSTATE", "IH", "I"} {
		if rest, ok := strings.CutPrefix(t[at], word); ok && asciiDigits(strings.TrimPrefix(rest, "-")) {
			number, at = strings.TrimPrefix(rest, "-"), at+1
			break
		}
	}
	if n := len(t) - at; number == "" && n > 1 {
		next := at + 1
		if t[at] == "INTERSTATE" && n > 2 && streetSuffixes[t[next]] == "HWY" {
			next++
		}
		switch {
		case !asciiDigits(t[next]):
			return t
		case t[at] == "US" && (n == 2 || n == 3 && directionals[t[next+1]] != ""):
			return append(append(t[:next:next], "HIGHWAY"), t[next:]...)
		case t[at] == "I" || t[at] == "IH" || t[at] == "INTERSTATE":
			number, at = t[next], next+1
		}
	}
	if number == "" {
		return t
	}
	road := []string{"INTERSTATE", number}
	if directionals[t[0]] != "" {
		road = []string{t[0], "INTERSTATE", number}
	}
	return append(road, t[at:]...)
}
