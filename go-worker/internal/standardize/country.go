package standardize

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleCountry = rule.Must("COUNTRY-001")

// countryCodes holds alpha-2 codes, countryNames names, alpha-3 and numeric codes by countryKey.
var countryCodes, countryNames = func() (map[string]bool, map[string]string) {
	all, names := map[string]bool{}, map[string]string{}
	for _, line := range facts.Rows("countries.csv", "alpha2", "alpha3", "numeric", "name", "aliases") {
		all[line[0]] = true
		for _, name := range append(facts.List(line[4]), line[:4]...) {
			names[countryKey(name)] = line[0]
		}
	}
	return all, names
}()

// countryKey is wordKey for names of countries: without accents and articles, "&" and "St." written out.
func countryKey(s string) string {
	s, _ = plainMarks(s)
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
	s = strings.TrimPrefix(countryWords.Replace(s), "the ")
	return string(wordKey(nil, s))
}

var countryWords = strings.NewReplacer("&", " and ", "st. ", "saint ", "(the)", "", ", the", "")

// country is the family of countries: ISO 3166-1 alpha-2 codes (COUNTRY-001). It reads alpha-3 and numeric codes, names
// and customary short forms (USA, U.S., UK).
func country(Column) CellFunc {
	return func(raw string, c *Cell) {
		if len(raw) == 2 && countryCodes[raw] {
			c.Set(raw)
			return
		}
		code, ok := countryNames[countryKey(raw)]
		if !ok {
			c.Fail(raw, ruleCountry)
			return
		}
		c.Set(code, ruleStandard)
	}
}
