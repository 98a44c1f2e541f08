package standardize

import (
	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleCountry = rule.Must("COUNTRY-001")

// countryCodes holds alpha-2 codes, countryNames names, alpha-3 and numeric codes by wordKey.
var countryCodes, countryNames = func() (map[string]bool, map[string]string) {
	all, names := map[string]bool{}, map[string]string{}
	for _, line := range facts.Rows("countries.csv", "alpha2", "alpha3", "numeric", "name", "aliases") {
		all[line[0]] = true
		for _, name := range append(facts.List(line[4]), line[:4]...) {
			names[string(wordKey(nil, name))] = line[0]
		}
	}
	return all, names
}()

// country is the family of countries: ISO 3166-1 alpha-2 codes (COUNTRY-001). It reads alpha-3 and numeric codes, names
// and customary short forms (USA, U.S., UK).
func country(Column) CellFunc {
	return func(raw string, c *Cell) {
		if len(raw) == 2 && countryCodes[raw] {
			c.Set(raw)
			return
		}
		var buffer [64]byte
		code, ok := countryNames[string(wordKey(buffer[:0], raw))]
		if !ok {
			c.Fail(raw, ruleCountry)
			return
		}
		c.Set(code, ruleStandard)
	}
}
