package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleRoute = rule.Must("MED-108")

// routes maps words and codes to the codes of HL7 v2 table 0162.
var routes = func() codedWords {
	words := codedWords{}
	for _, row := range facts.Rows("routes.csv", "code", "name", "words") {
		words.add(row[0], row[0], row[1])
		words.add(row[0], facts.List(row[2])...)
	}
	return words
}()

// route writes the way in which a drug is given as a code of HL7 v2 table 0162: PO, IV, SC. What it does not know is kept (MED-108).
func route(Column) CellFunc {
	return func(raw string, c *Cell) {
		code, ok := routes.findComponent(raw)
		if !ok {
			code = tidyText(raw, c)
			c.Hit(ruleRoute)
		}
		settle(c, raw, code)
	}
}

// findComponent is find for a text, or for the first component of an HL7 v2 value (PO^Oral^HL70162).
func (m codedWords) findComponent(s string) (string, bool) {
	first, _, _ := strings.Cut(s, "^")
	return m.findLabelled(first)
}
