package standardize

import (
	"slices"
	"strings"
)

// cityLineStep takes city, state and ZIP code apart that stand in one cell, behind the street or in the column of the city: Boston, MA
// 02139 (ADDR-009). Fields with a value of their own keep it; where it is another one the cell stays whole. What they have is dropped behind
// the street.
//
// Reads and fills address_line1, address_line2, city, state, zip; fills zip4.
var cityLineStep = RowStep{
	Name: "city-line",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("city") && !mapped("address_line1") {
			return nil
		}
		var names []string
		for _, field := range [...]string{"city", "state", "zip"} {
			if !mapped(field) {
				names = append(names, field)
			}
		}
		if !mapped("zip") {
			names = append(names, "zip4")
		}
		return names
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		s := cityLine{line: l.Slot("address_line1"), line2: l.Slot("address_line2"), city: l.Slot("city"), state: l.Slot("state"), zip: l.Slot("zip"),
			zip4: l.Slot("zip4"), alone: true}
		if s.city < 0 || s.state < 0 {
			return nil
		}
		for _, field := range [...]string{"city", "state", "zip"} {
			if _, mapped := columns(field); mapped {
				s.alone = false
			}
		}
		return []Work{{Do: s.row}}
	},
}

type cityLine struct {
	line, line2, city, state, zip, zip4 int
	alone                               bool // no column has the city, the state or the ZIP code
}

func (s cityLine) row(r *Row) {
	s.stateWithZIP(r)
	for {
		p, ok := placeAtEnd(r.Get(s.city))
		if !ok || !s.agrees(r, s.state, p.state) || !s.agrees(r, s.zip, p.zip) {
			break
		}
		r.Set(s.city, placeTitle(p.before), ruleCityLine)
		s.fill(r, p)
	}
	if s.line2 >= 0 && r.Values[s.line2] != "" {
		s.secondLine(r)
	}
	for {
		p, ok := placeAtEnd(r.Get(s.line))
		if !ok && s.alone {
			p, ok = openPlace(r.Get(s.line))
		}
		if !ok {
			break
		}
		line, city, ok := splitCity(p.before)
		city = placeTitle(city)
		if !ok || !s.agrees(r, s.city, city) || !s.agrees(r, s.state, p.state) || !s.agrees(r, s.zip, p.zip) {
			break
		}
		r.Set(s.line, line, ruleCityLine)
		setEmpty(r, s.city, city)
		s.fill(r, p)
	}
	if line := r.Get(s.line); len(line) > 7 {
		s.saidAgain(r, line)
	}
}

// secondLine takes city, state and ZIP code out of the second line, where they stand below the street.
func (s cityLine) secondLine(r *Row) {
	p, ok := placeAtEnd(r.Get(s.line2))
	if !ok || p.zip == "" || !s.agrees(r, s.state, p.state) || !s.agrees(r, s.zip, p.zip) {
		return
	}
	line, city := "", p.before
	if strings.IndexByte(city, ',') >= 0 || !isCity(city) || endsInUnitWord(city) {
		if line, city, ok = splitCity(p.before); !ok {
			return
		}
	}
	if city = placeTitle(city); !s.agrees(r, s.city, city) {
		return
	}
	r.Set(s.line2, line, ruleCityLine)
	setEmpty(r, s.city, city)
	s.fill(r, p)
}

// saidAgain drops the ZIP code, or the city with or without its state, from behind the street where the row has them in their fields.
func (s cityLine) saidAgain(r *Row, line string) {
	if isASCIIDigit(line[len(line)-1]) {
		zip, n := r.Get(s.zip), len(line)-5
		if line[n-1] != ' ' && line[n-1] != ',' || line[n:] != zip {
			return
		}
		before := strings.TrimRight(line[:n], aroundPlace)
		if t := addressTokens(nil, before); len(t) < 2 || numbersRoad(t) {
			return
		}
		line = before
		r.Set(s.line, line, ruleCityLine)
	}
	city, state := r.Values[s.city], r.Values[s.state]
	if !mayEndIn(line, city) && !mayEndIn(line, state) || city == "" {
		return
	}
	rest, stated := strings.TrimRight(line, aroundPlace), false
	before, named := cutWord(rest, city)
	if !named {
		rest, stated = cutWord(rest, state)
		rest = strings.TrimRight(rest, aroundPlace)
		if before, named = cutWord(rest, city); !stated || !named {
			return
		}
	}
	street, found, ok := splitCity(rest)
	if street = strings.TrimRight(street, " ,;"); ok && strings.EqualFold(found, city) && parseAddress(street).exact {
		r.Set(s.line, street, ruleCityLine)
		return
	}
	if stated && buildingAt(addressTokens(nil, before)) > 0 {
		r.Set(s.line, strings.TrimRight(before, " ,;"), ruleCityLine)
	}
}

// mayEndIn reports whether a text may end in a word: with its last letter in either case, or in marks behind it.
func mayEndIn(s, word string) bool {
	if word == "" || len(s) <= len(word) {
		return false
	}
	last := s[len(s)-1]
	return last|0x20 == word[len(word)-1]|0x20 && !isASCIILetter(s[len(s)-len(word)-1]) || last == '.' || last == ','
}

// stateWithZIP takes a ZIP code off the state behind which it stands: MA 02139.
func (s cityLine) stateWithZIP(r *Row) {
	if !r.Unusable[s.state] {
		return
	}
	state, zip, ok := strings.Cut(r.Values[s.state], " ")
	five, four, isZIP := splitZIP(zip)
	code, known := stateCode(state)
	if !ok || !isZIP || !known || !s.agrees(r, s.zip, five) {
		return
	}
	r.setUnusable(s.state, false)
	r.unflag(s.state)
	r.Set(s.state, code, ruleCityLine)
	s.fill(r, place{zip: five, zip4: four})
}

// agrees reports whether a field may take a value: it is empty, or has that one.
func (s cityLine) agrees(r *Row, slot int, value string) bool {
	own := r.Get(slot)
	return slot >= 0 && !r.Unusable[slot] && (own == "" || value == "" || strings.EqualFold(own, value)) || slot < 0 && value == ""
}

func (s cityLine) fill(r *Row, p place) {
	setEmpty(r, s.state, p.state)
	if p.zip != "" && r.Get(s.zip) == "" {
		r.Set(s.zip, p.zip)
		setEmpty(r, s.zip4, p.zip4)
	}
}

// place is the end of an address, and what stands before it.
type place struct {
	before           string
	state, zip, zip4 string
}

// placeAtEnd is splitPlace, which most texts need not be put to.
func placeAtEnd(s string) (p place, ok bool) {
	if !mayEndInPlace(s) {
		return p, false
	}
	return splitPlace(s)
}

// splitPlace takes country, ZIP code and state off the end of a text; ok is false when there is no state, or nothing before it. Without
// a ZIP code behind it a state must be set off by a comma.
func splitPlace(s string) (p place, ok bool) {
	p.before = strings.TrimRight(s, aroundPlace)
	for _, country := range theStates {
		if rest, cut := cutWord(p.before, country); cut {
			p.before = strings.TrimRight(rest, aroundPlace)
			break
		}
	}
	if at := strings.LastIndexAny(p.before, " ,"); at > 0 {
		if five, four, isZIP := splitZIP(p.before[at+1:]); isZIP {
			p.zip, p.zip4, p.before = five, four, strings.TrimRight(p.before[:at], aroundPlace)
		}
	}
	if p.zip == "" && strings.IndexByte(p.before, ',') < 0 {
		return p, false
	}
	for words := 3; words > 0; words-- {
		at := lastWords(p.before, words)
		if at <= 0 {
			continue
		}
		code, known := stateCode(p.before[at:])
		before := strings.TrimRight(p.before[:at], " ")
		if known && (p.zip != "" || strings.HasSuffix(before, ",")) {
			p.state, p.before = code, withoutState(strings.TrimRight(before, aroundPlace), code)
			return p, p.before != ""
		}
	}
	return p, false
}

// withoutState drops a state that is said twice: Memphis TN, TN. New York is a city too.
func withoutState(before, code string) string {
	if code == "NY" {
		return before
	}
	for words := 3; words > 0; words-- {
		at := lastWords(before, words)
		if at <= 0 {
			continue
		}
		rest := strings.TrimRight(before[:at], aroundPlace)
		if again, known := stateCode(before[at:]); known && again == code && rest != "" && (strings.IndexByte(rest, ',') > 0 || before[at:] == code) {
			return rest
		}
	}
	return before
}

// openPlace takes a state in capitals off the end of a text that has neither a ZIP code nor a comma before the state: 12 Main St, Boston MA.
// The number of a house or a box must stand before the comma, and the state be no word of a street.
func openPlace(s string) (p place, ok bool) {
	s = strings.TrimRight(s, aroundPlace)
	n := len(s) - 2
	comma := strings.LastIndexByte(s, ',')
	if comma < 1 || n < comma+3 || s[n-1] != ' ' || stateCodes[s[n:]] == "" || streetSuffixes[s[n:]] != "" || directionals[s[n:]] != "" {
		return p, false
	}
	p.state, p.before = s[n:], strings.TrimRight(s[:n], aroundPlace)
	return p, parseAddress(s[:comma]).exact
}

// mayEndInPlace reports whether a text holds a comma or a ZIP code, without which it ends in no state. Behind a ZIP code there are but marks
// and the country. Of its five digits together one stands at every fifth place.
func mayEndInPlace(s string) bool {
	if s == "" {
		return false
	}
	if behindZIP[s[len(s)-1]] {
		for i := 4; i < len(s); i += 5 {
			if isASCIIDigit(s[i]) {
				return true
			}
		}
	}
	return strings.IndexByte(s, ',') >= 0
}

// behindZIP are the bytes with which a text may end that ends in a ZIP code, marks or the country.
var behindZIP = func() (ends [256]bool) {
	for _, b := range []byte("0123456789" + aroundPlace + "-") {
		ends[b] = true
	}
	for _, country := range theStates {
		last := country[len(country)-1]
		ends[last], ends[last|0x20] = true, true
	}
	return ends
}()

// aroundPlace may stand around the parts of an address.
const aroundPlace = " ,;."

// theStates are the names of the country behind a ZIP code.
var theStates = [...]string{"USA", "UNITED STATES", "UNITED STATES OF AMERICA", "US", "U.S.A", "U.S"}

// cutWord takes a word off the end of a text, whatever its case.
func cutWord(s, word string) (rest string, ok bool) {
	n := len(s) - len(word)
	if n < 1 || !strings.EqualFold(s[n:], word) || s[n-1] != ' ' && s[n-1] != ',' {
		return s, false
	}
	return s[:n], true
}

// lastWords returns where the last n words of a text begin, -1 when it has fewer. A comma ends a word too.
func lastWords(s string, n int) int {
	at := len(s)
	for range n {
		at = strings.LastIndexAny(strings.TrimRight(s[:at], " "), " ,")
		if at < 0 {
			return -1
		}
		at++
		if s[at-1] == ',' {
			return at
		}
		at--
	}
	return at + 1
}

// splitCity separates street and city where nothing else stands behind them; ok is false when there is no telling.
func splitCity(s string) (line, city string, ok bool) {
	if at := strings.LastIndexByte(s, ','); at > 0 {
		line, city = strings.TrimRight(s[:at], " ,"), strings.TrimSpace(s[at+1:])
		if quarter, rest, more := strings.Cut(city, " "); more {
			if t := addressTokens(nil, quarter); len(t) == 1 && len(t[0]) == 2 && directionals[t[0]] != "" { // Bolton Road, NW Atlanta
				line, city = s[:at+1]+" "+quarter, strings.TrimSpace(rest)
			}
		}
		if isCity(city) && (!endsInUnitWord(city) || strings.IndexByte(line, ',') > 0) {
			return line, city, true
		}
	}
	words := strings.Fields(strings.ReplaceAll(s, ",", " "))
	if at := cityAt(words); at > 0 {
		line, city = strings.TrimRight(strings.Join(words[:at], " "), ";"), strings.Join(words[at:], " ")
		return line, city, isCity(city)
	}
	return s, "", false
}

// endsInUnitWord reports whether the text ends in the name of a part of a building, such as REAR.
func endsInUnitWord(s string) bool {
	_, ok := unitAt(addressTokens(nil, s), true)
	return ok
}

// isCity reports whether a text can be the name of a city: letters, and no word that only streets and buildings have.
func isCity(s string) bool {
	tokens := addressTokens(nil, s)
	if len(tokens) > 4 && !slices.ContainsFunc(tokens, func(w string) bool { return smallWords[strings.ToLower(w)] }) {
		return false // a building before the city
	}
	for i, w := range tokens {
		if i > 0 && i+1 < len(tokens) && innerStreet(w, tokens[i+1]) {
			return false
		}
		if strings.ContainsAny(w, "0123456789#&") || w == "LEVEL" || w == "C/O" || i == 0 && (w == "DR" || len(w) < 5 && strings.IndexByte(w, '-') > 0) || unitDesignators[w].needsNumber && len(w) > 2 && w != "KEY" {
			return false
		}
	}
	return len(tokens) > 1 && directionals[tokens[0]] != "" || len(tokens) > 0 && len(tokens[0]) > 1
}

// innerStreet reports whether a word between others is the suffix of a street: RANDOLPH ST CHICAGO; but LAKE ST LOUIS.
func innerStreet(w, next string) bool {
	return w == "ST" && !saints[next] || w == "AVE" || w == "RD" || w == "BLVD"
}

// cityAt returns where the city begins in words without a comma: behind a box, a part of a building, or the suffix of a street; 0 when
// it cannot be told.
func cityAt(words []string) int {
	last := strings.ToUpper(words[len(words)-1])
	if last == "APO" || last == "FPO" || last == "DPO" {
		return len(words) - 1
	}
	var tokens []string
	var owner []int // the word of each token
	for i, w := range words {
		tokens = addressTokens(tokens, w)
		for len(owner) < len(tokens) {
			owner = append(owner, i)
		}
	}
	at := max(behindBox(tokens), behindUnit(tokens))
	if at == 0 {
		at = behindStreet(tokens)
	}
	if at <= 0 || at >= len(tokens) {
		return 0
	}
	if _, used := onePart(tokens[at:], true); used > 0 { // REAR, or a word of the city: no telling
		return 0
	}
	return owner[at]
}

// behindBox returns how many words there are up to the end of the last box, 0 when there is none.
func behindBox(t []string) int {
	for i := len(t) - 1; i >= 0; i-- {
		if _, rest, ok := boxAddress(t[i:]); ok {
			return len(t) - len(rest)
		}
	}
	return 0
}

// behindUnit returns how many words there are up to the end of the last part of a building that has a number, 0 when there is none.
func behindUnit(t []string) int {
	for i := len(t) - 2; i > 1; i-- {
		if part, used := onePart(t[i:], false); used > 0 && (t[i] == "#" || strings.ContainsAny(part, "0123456789") || used > 1 && isLetteredUnit(t[i], t[i+1])) {
			return i + used
		}
	}
	return 0
}

// isLetteredUnit reports whether a letter numbers a part of a building: STE A, not APT E before PALO ALTO, nor KEY W.
func isLetteredUnit(designator, letter string) bool {
	return unitDesignators[designator].needsNumber && designator != "KEY" && directionals[letter] == "" && (len(letter) == 1 || letter[1] == '-')
}

// behindStreet returns how many words a street with house number takes, up to its suffix and the direction behind it; 0 when it has no
// suffix that cities do not have too. A direction that may belong to the city (MAIN ST EAST ORANGE) and a saint (MAIN ST LOUIS) leave
// it open.
func behindStreet(t []string) int {
	if len(t) == 0 || houseNumber(t) == 0 {
		return 0
	}
	for i := 1; i+1 < len(t); i++ {
		next := t[i+1]
		switch {
		case isASCIIDigit(next[0]) && numbersRoad(t[:i+1]):
			if i+2 < len(t) && (len(t[i+2]) == 1 || besideRoad[t[i+2]]) {
				return 0
			}
			return i + 2
		case t[i] == "BROADWAY" && (i == 1 || i == 2 && directionals[t[1]] != "") && streetSuffixes[next] == "" && directionals[next] == "":
			return i + 1
		case i == 1, !plainSuffixes[streetSuffixes[t[i]]]:
			continue
		case plainSuffixes[streetSuffixes[next]] && t[i] != next: // COURT ST; but MAIN ST ST LOUIS
			continue
		case len(next) == 2 && directionals[next] != "":
			return i + 2
		case streetSuffixes[next] == "EXT":
			return i + 2
		case directionals[next] != "", next == "NO", next == "MALL", next == "CENTER", t[i] == "ST" && saints[next]:
			return 0
		}
		return i + 1
	}
	return 0
}

// besideRoad are words behind the number of a road that belong to it: HIGHWAY 8 BUSINESS.
var besideRoad = map[string]bool{"BUSINESS": true, "BUS": true, "BYPASS": true, "BYP": true, "ALTERNATE": true, "ALT": true, "TRUCK": true, "FRONTAGE": true,
	"SERVICE": true, "ACCESS": true, "LOOP": true, "SPUR": true}

// saints are what follows ST in names of cities.
var saints = map[string]bool{
	"ALBANS": true, "ANN": true, "ANTHONY": true, "AUGUSTINE": true, "BERNARD": true, "CHARLES": true, "CLAIR": true, "CLOUD": true,
	"FRANCIS": true, "GEORGE": true, "HELENA": true, "HELENS": true, "IGNACE": true, "JAMES": true, "JOHN": true, "JOHNS": true,
	"JOHNSBURY": true, "JOSEPH": true, "LOUIS": true, "LUCIE": true, "MARTINVILLE": true, "MARYS": true, "MATTHEWS": true, "MICHAEL": true,
	"PAUL": true, "PETER": true, "PETERS": true, "PETERSBURG": true, "SIMONS": true, "STEPHEN": true, "THOMAS": true,
}
