package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleState = rule.Must("STATE-001")

// stateCodes holds the two-letter codes with their kinds, stateNames names and older abbreviations by wordKey, stateDigits FIPS codes.
var stateCodes, stateNames, stateDigits = func() (map[string]string, map[string]string, map[string]string) {
	all, names, digits := map[string]string{}, map[string]string{}, map[string]string{}
	for _, line := range facts.Rows("states.csv", "code", "name", "fips", "kind", "aliases") {
		all[line[0]] = line[3]
		if line[2] != "" {
			digits[line[2]] = line[0]
		}
		for _, name := range append(facts.List(line[4]), line[0], line[1]) {
			names[string(wordKey(nil, name))] = line[0]
		}
	}
	return all, names, digits
}()

// state is the family of US states, territories and military regions, and of the provinces of Canada: two-letter codes (STATE-001). It
// reads names, older abbreviations (Calif., Penna) and ISO 3166-2 codes (US-MA, CA-ON).
//
// Decisions: "state" = "fips" when the column holds FIPS digits; digits are not read otherwise. Column: Country; regions of countries that
// have other ones stay as they are.
func state(col Column) CellFunc {
	if col.Country != "CA" && abroad(col.Country) {
		return func(raw string, c *Cell) { settle(c, raw, singleSpaces(raw)) }
	}
	fips := col.Decisions["state"] == "fips"
	return func(raw string, c *Cell) {
		if len(raw) == 2 && stateCodes[raw] != "" {
			c.Set(raw)
			return
		}
		if code, ok := stateCode(raw); ok {
			c.Set(code, ruleStandard)
			return
		}
		if fips {
			digits, float := withoutFloat(raw)
			if len(digits) == 1 {
				digits = "0" + digits
			}
			if code, ok := stateDigits[digits]; ok {
				if float {
					c.Hit(ruleFloat)
				}
				c.Set(code, ruleStandard)
				return
			}
		}
		c.Fail(raw, ruleState)
	}
}

// stateCode returns the code of a state named in any of the ways the table knows.
func stateCode(s string) (string, bool) {
	if len(s) == 5 && s[2] == '-' && (strings.EqualFold(s[:2], "us") || strings.EqualFold(s[:2], "ca")) {
		s = s[3:]
	}
	var buffer [48]byte
	key := wordKey(buffer[:0], s)
	if code, ok := stateNames[string(key)]; ok {
		return code, true
	}
	// "MA - Massachusetts" and "Massachusetts (MA)" name it twice.
	if at := strings.IndexAny(s, "-("); at > 0 {
		first, ok := stateNames[string(wordKey(buffer[:0], s[:at]))]
		var other [48]byte
		if second := stateNames[string(wordKey(other[:0], s[at:]))]; ok && first == second {
			return first, true
		}
	}
	return "", false
}
