package standardize

import "strings"

// unitBefore takes the part of a building off the beginning of a line, where a house number or a box stands behind it:
// APT 4, 12 MAIN ST.
func unitBefore(tokens []string) (unit string, rest []string) {
	at := 0
	for at < len(tokens) {
		part, used := onePart(tokens[at:], true)
		if used == 0 {
			break
		}
		unit = joinNonEmpty(unit, part)
		at += used
	}
	rest = tokens[at:]
	if unit == "" || len(rest) < 2 {
		return "", tokens
	}
	if _, _, boxed := boxAddress(rest); !boxed && houseNumber(rest) == 0 {
		return "", tokens
	}
	return unit, rest
}

// splitUnit takes the part of a building off the end of a line: APT 4B, STE 300, # 7, 8TH FLOOR, REAR. "#" alone
// becomes UNIT, as does a number that stands alone behind the street.
func splitUnit(tokens []string) (rest []string, unit string) {
	for i := range tokens {
		if i == 1 {
			continue // the word behind the house number is the street
		}
		if isPlate(tokens, i) {
			continue
		}
		complete := i == 0 || endsStreet(tokens[:i])
		if i > 0 && (tokens[i] == "#" || tokens[i] == "NO") && numbersRoad(tokens[:i]) && (i <= 2 || roadOwners[tokens[i-2]]) {
			continue
		}
		if parts, ok := unitAt(tokens[i:], complete); ok {
			return tokens[:i], parts
		}
	}
	if last := len(tokens) - 1; last > 2 && isBareUnit(tokens[last]) && !numbersRoad(tokens[:last]) &&
		(endsStreet(tokens[:last]) || endsName(tokens[:last]) && len(tokens[last]) > 1) {
		return tokens[:last], "UNIT " + tokens[last]
	}
	return tokens, ""
}

// numberedRoads are words for roads that have numbers for names, as Colombia writes them.
var numberedRoads = map[string]bool{"CALLE": true, "CL": true, "CLL": true, "CARRERA": true, "CRA": true, "KR": true, "KRA": true, "AVENIDA": true, "AV": true, "AC": true,
	"AK": true, "DIAGONAL": true, "DG": true, "TRANSVERSAL": true, "TV": true, "TRANSV": true}

// isPlate reports whether "#" begins the number of a house as Colombia writes it, by the road that crosses and the distance from there: CALLE 72 # 100-10.
func isPlate(tokens []string, i int) bool {
	if i < 2 || i+1 == len(tokens) || tokens[i] != "#" || !numberedRoads[tokens[0]] || !isASCIIDigit(tokens[1][0]) {
		return false
	}
	crossing, distance, ok := strings.Cut(tokens[i+1], "-")
	return ok && crossing != "" && isASCIIDigit(crossing[0]) && asciiDigits(distance)
}

// endsName reports whether the words before may be a whole street without a suffix: 203 N WABASH.
func endsName(before []string) bool {
	last := before[len(before)-1]
	return len(before) > 2 && directionals[before[1]] != "" && len(last) > 3 && asciiLetters(last) && !roadOwners[last]
}

// endsStreet reports whether the words before may be a whole street, so that a word like REAR behind them names a part.
func endsStreet(before []string) bool {
	n := len(before)
	if n > 3 && directionals[before[n-1]] != "" {
		n--
	}
	if n > 3 && isASCIIDigit(before[n-1][0]) && numbersRoad(before[:n-1]) {
		return true
	}
	return n > 2 && (isOrdinal(before[n-1]) || streetSuffixes[before[n-1]] != "" && (n > 3 || directionals[before[1]] == "")) // SOUTH AVE O
}

// numbersRoad reports whether a number behind the words is that of a road: STATE HIGHWAY 50, COUNTY ROAD 12.
func numbersRoad(before []string) bool {
	last := before[len(before)-1]
	switch streetSuffixes[last] {
	case "HWY", "RTE", "LOOP", "EXPY", "FWY", "SPUR", "TRL", "RNCH":
		return true
	case "RD":
		n := len(before) - 1
		return n > 0 && (roadOwners[before[n-1]] || houseNumber(before) == n) // 12 ROAD 5
	}
	return last == "RT" || last == "CR"
}

// roadOwners are words before ROAD that make it one known by its number.
var roadOwners = map[string]bool{
	"STATE": true, "COUNTY": true, "CO": true, "CNTY": true, "TOWNSHIP": true, "TWP": true, "RANCH": true, "FARM": true, "PRIVATE": true,
	"PR": true, "RURAL": true, "FOREST": true, "PARISH": true, "US": true, "COUNTRY": true, "INTERSTATE": true, "CTY": true, "ST": true,
	"MARKET": true,
}

// isBareUnit reports whether a word behind a street can only be a part of the building: 4B, 12, B.
func isBareUnit(w string) bool {
	if isOrdinal(w) || directionals[w] != "" || streetSuffixes[w] != "" || len(w) == 5 && asciiDigits(w) { // a ZIP code
		return false
	}
	return len(w) == 1 || len(w) <= 5 && strings.ContainsAny(w, "0123456789")
}

// unitOrWords returns words behind a box in the form of a part of a building, if they are one.
func unitOrWords(tokens []string) string {
	if unit, ok := unitAt(tokens, true); ok {
		return unit
	}
	return strings.Join(tokens, " ")
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

// onePart reads one part of a building from the front of the words.
func onePart(t []string, complete bool) (part string, used int) {
	if split := splitDesignator(t); len(split) > len(t) {
		part, used = onePart(split, complete)
		return part, used - 1
	}
	d, ok := unitDesignators[t[0]]
	number := t[1:]
	if len(number) > 0 && number[0] == "#" {
		number = number[1:]
	}
	switch {
	case t[0] == "#" && len(t) > 1 && unitDesignators[t[1]].standard != "":
		part, used = onePart(t[1:], complete)
		return part, used + 1
	case t[0] == "#", complete && t[0] == "NO":
		d = unitDesignator{"UNIT", true}
	case len(t) > 1 && unitDesignators[t[1]].standard == "FL" && floorNumber(t[0]) != "":
		return "FL " + floorNumber(t[0]), 2
	case complete && len(t) == 2 && unitDesignators[t[1]].standard == "FL" && asciiDigits(t[0]):
		return "FL " + t[0], 2
	case complete && len(t) == 1 && unitDesignators[strings.TrimLeft(t[0], "0123456789")].standard == "FL" && isASCIIDigit(t[0][0]): // 8FL
		return "FL " + t[0][:len(t[0])-trailingLetters(t[0])], 1
	case complete && len(t) > 1 && (t[1] == "LEVEL" || t[0] == "GROUND" && t[1] == "FLOOR") && levels[t[0]]:
		return t[0] + " " + t[1], 2
	case complete && ok && d.needsNumber && len(t) == 2 && unitDesignators[t[1]].standard != "" && !unitDesignators[t[1]].needsNumber: // APT REAR
		return d.standard + " " + unitDesignators[t[1]].standard, 2
	case complete && ok && !d.needsNumber && len(t) == 2 && unitDesignators[t[1]].standard == "APT": // BASEMENT APT
		return d.standard + " APT", 2
	case complete && t[0] == "ST" && len(t) == 2 && asciiDigits(t[1]): // behind a street this is a suite
		return "STE " + t[1], 2
	case !ok, t[0] == "FL" && len(t) == 2 && len(t[1]) >= 5 && asciiDigits(t[1][:5]): // Florida and its ZIP code
		return "", 0
	}
	if len(number) > 0 && isUnitNumber(number[0]) && streetSuffixes[number[0]] == "" {
		id, words := unitNumber(number)
		for words+1 < len(number) && (number[words] == "&" || number[words] == "AND") && isUnitNumber(number[words+1]) { // A & B
			id, words = id+" & "+number[words+1], words+2
		}
		return d.standard + " " + id, len(t) - len(number) + words
	}
	if !d.needsNumber && complete {
		return d.standard, 1
	}
	return "", 0
}

// levels are words before LEVEL and FLOOR that tell which one.
var levels = map[string]bool{"LOWER": true, "UPPER": true, "GROUND": true, "MAIN": true, "GARDEN": true, "STREET": true}

// splitDesignator separates the word for a part of a building from its number: SUITE100, SUITE-209.
func splitDesignator(t []string) []string {
	word := leadingLetters(t[0])
	if number := t[0][word:]; word > 1 && len(number) > 1 && number[0] == '-' && unitDesignators[t[0][:word]].needsNumber && isUnitNumber(number[1:]) {
		return append([]string{t[0][:word], number[1:]}, t[1:]...)
	}
	if word < 3 || !asciiDigits(t[0][word:]) || !unitDesignators[t[0][:word]].needsNumber {
		return t
	}
	return append([]string{t[0][:word], t[0][word:]}, t[1:]...)
}

// unitNumber returns the number of a part of a building, with what belongs to it at the end of the line: 4 B, 2 3665, 23 SE.
func unitNumber(t []string) (number string, words int) {
	if len(t) == 2 && len(t[0]) == 1 && isASCIILetter(t[0][0]) && asciiDigits(t[1]) { // A 3
		return t[0] + t[1], 2
	}
	if len(t) != 2 || !asciiDigits(t[0]) {
		return t[0], 1
	}
	switch tail := t[1]; {
	case len(tail) == 1 && isASCIILetter(tail[0]):
		return t[0] + tail, 2
	case len(directionals[tail]) == 1:
		return t[0] + directionals[tail], 2
	case directionals[tail] != "":
		return t[0] + " " + directionals[tail], 2
	case asciiDigits(tail):
		return t[0] + " " + tail, 2
	}
	return t[0], 1
}

// numberWords are numbers as people spell them, and floors by their order.
var numberWords, orderWords = map[string]string{
	"ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4", "FIVE": "5", "SIX": "6", "SEVEN": "7", "EIGHT": "8", "NINE": "9", "TEN": "10",
}, map[string]string{
	"FIRST": "1", "SECOND": "2", "THIRD": "3", "FOURTH": "4", "FIFTH": "5", "SIXTH": "6", "SEVENTH": "7", "EIGHTH": "8", "NINTH": "9",
	"TENTH": "10",
}

// floorNumber returns the number of a floor that is named by its order: 8TH, SECOND.
func floorNumber(w string) string {
	if isOrdinal(w) {
		return w[:len(w)-2]
	}
	return orderWords[w]
}
