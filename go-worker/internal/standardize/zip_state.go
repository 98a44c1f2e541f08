package standardize

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// zipStates holds the states of every three-digit prefix of ZIP codes; nil for one that is not in use.
var zipStates = func() (states [1000][]string) {
	for _, line := range facts.Rows("zip_prefixes.csv", "first", "last", "states") {
		first, _ := strconv.Atoi(line[0])
		last, _ := strconv.Atoi(line[1])
		for prefix := first; prefix <= last; prefix++ {
			states[prefix] = facts.List(line[2])
		}
	}
	return states
}()

// zipStateStep settles ZIP codes with the state, or country, of their row: zeros that a spreadsheet took from the front come
// back where the state says so (XL-005) and the value fails otherwise (ADDR-006); a ZIP code outside its state, and a
// placeholder, is flagged (ADDR-007); codes and regions of other countries are neither.
//
// Reads zip, state, country; fills zip, zip4, postal_code. The zip column's Width 5 says that its other values have five
// digits: then a row without state is completed too.
var zipStateStep = RowStep{
	Name: "zip-state",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("zip") {
			return nil
		}
		return []string{"zip4", "postal_code"}
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		z := zipStep{zip: l.Slot("zip"), zip4: l.Slot("zip4"), postal: l.Slot("postal_code"),
			state: l.Slot("state"), country: l.Slot("country")}
		if col, ok := columns("zip"); ok {
			if z.country < 0 && abroad(col.Country) {
				return nil
			}
			z.fiveElsewhere = col.Width == 5
		}
		if z.zip < 0 && z.state < 0 {
			return nil
		}
		return []Work{{Do: z.row}}
	},
}

type zipStep struct {
	zip, zip4, postal, state, country int
	fiveElsewhere                     bool
}

func (z zipStep) row(r *Row) {
	if country := r.Get(z.country); len(country) == 2 && abroad(country) && !r.Unusable[z.country] {
		z.abroad(r)
		return
	}
	if z.zip < 0 || r.Unusable[z.zip] {
		return
	}
	value, state := r.Values[z.zip], ""
	if z.state >= 0 && !r.Unusable[z.state] {
		state = r.Values[z.state]
	}
	switch len(value) {
	case 0:
		z.foreignAtHome(r, state)
		return
	case 5:
	case 3:
		if zip3 := inState(value, state); value[0] == '0' && zip3 || zip3 && !lostZeros(value, state) {
			return
		}
		fallthrough
	default:
		padded, four, ok := z.restore(value, state)
		if !ok {
			r.Fail(z.zip, ruleZIP)
			return
		}
		value = padded
		r.Set(z.zip, padded, ruleZIPPadded)
		if four != "" {
			r.Set(z.zip4, four)
		}
	}
	if placeholderZIP(value, state) || !inState(value, state) {
		r.Flag(z.zip, ruleZIPState)
	}
}

// foreignAtHome refuses what looks like the code of another country in a row of the United States, unless it is a ZIP code of the state but for
// letters that look like digits: O2139 in Massachusetts.
func (z zipStep) foreignAtHome(r *Row, state string) {
	if kind := stateCodes[state]; kind == "" || kind == "province" || !flagged(r, z.zip, rulePostalCode) {
		return
	}
	r.unflag(z.zip)
	r.Set(z.postal, "")
	if zip, ok := withoutLetters(r.Raw[z.zip]); ok && inState(zip, state) {
		r.Set(z.zip, zip, ruleZIPLetter)
		return
	}
	r.Set(z.zip, r.Raw[z.zip])
	r.Fail(z.zip, ruleZIP)
}

// likeDigits are the letters that are typed, or read by a scanner, for the digit that they look like.
var likeDigits = strings.NewReplacer("O", "0", "o", "0", "I", "1", "l", "1")

// withoutLetters returns the five digits of a ZIP code in which one or two letters stand for the digits that they look like.
func withoutLetters(s string) (zip string, ok bool) {
	zip = likeDigits.Replace(s)
	return zip, len(s) == 5 && asciiDigits(zip) && countDigits(s) >= 3
}

// abroad moves the code of a row of another country to postal_code, and takes back what was said of it and of the
// region as if they were American.
func (z zipStep) abroad(r *Row) {
	if z.zip >= 0 && r.Values[z.zip] != "" {
		r.setUnusable(z.zip, false)
		r.unflag(z.zip)
		r.Set(z.postal, r.Raw[z.zip])
		r.Set(z.zip, "", rulePostalCode)
		r.Set(z.zip4, "")
	}
	if z.state >= 0 && r.Unusable[z.state] {
		r.setUnusable(z.state, false)
		r.unflag(z.state)
	}
}

// unflag drops what was noted about a slot.
func (r *Row) unflag(slot int) {
	r.unsay(func(h Hit) bool { return h.Slot == slot })
}

// restore gives a ZIP code of 3, 4 or 8 digits its zeros back where the state, or without one the rest of the column,
// says that they were lost.
func (z zipStep) restore(value, state string) (five, four string, ok bool) {
	if len(value) == 8 {
		value, four = value[:4], value[4:]
	}
	padded := strings.Repeat("0", 5-len(value)) + value
	switch {
	case state == "":
		ok = z.fiveElsewhere && zipStates[prefixOf(padded)] != nil
	case lostZeros(value, state):
		ok = inState(padded, state)
	}
	return padded, four, ok
}

// lostZeros reports whether ZIP codes of the state begin with zeros that value, of 3 or 4 digits, may have lost. Three
// digits remain only of those that begin with two.
func lostZeros(value, state string) bool {
	switch state {
	case "CT", "MA", "ME", "NH", "NJ", "RI", "VT", "AE":
		return len(value) == 4
	case "PR", "VI":
		return value[0] >= '6'
	case "NY": // Holtsville and Fishers Island
		return value == "501" || value == "544" || value == "6390"
	}
	return false
}

// inState reports whether ZIP codes with the first three digits of value lie in the state; true without a state.
func inState(value, state string) bool {
	if len(state) != 2 { // no code of a state
		return state == ""
	}
	for _, s := range zipStates[prefixOf(value)] {
		if s[0] == state[0] && s[1] == state[1] {
			return true
		}
	}
	return false
}

// prefixOf returns the first three digits as a number.
func prefixOf(zip string) int { return threeDigits(zip[0], zip[1], zip[2]) }

// placeholderZIP reports whether the code is written where none is known; 12345 exists, in Schenectady, New York.
func placeholderZIP(zip, state string) bool {
	return zip == "00000" || zip == "99999" || zip == "12345" && state != "NY"
}
