package standardize

import (
	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleEncounterClass = rule.Must("ENC-101")

// encounterClasses maps words, codes of HL7 v2 table 0004 and OMOP concepts to HL7 v3 ActEncounterCode; "" is not known.
var encounterClasses = func() codedWords {
	words := codedWords{}
	for _, row := range facts.Rows("encounter_class.csv", "code", "table0004", "words") {
		words.add(row[0], facts.List(row[1])...)
		words.add(row[0], facts.List(row[2])...)
		if row[0] != "" {
			words.add(row[0], row[0])
		}
	}
	return words
}()

// encounterClass writes the kind of a visit as AMB, EMER, IMP, OBSENC, HH, VR, PRENC, FLD or SS.
func encounterClass(Column) CellFunc {
	return func(raw string, c *Cell) {
		code, ok := encounterClasses.findComponent(raw)
		switch {
		case !ok:
			c.Fail(raw, ruleEncounterClass)
		case code == "":
			c.Set("", ruleNullWord)
		default:
			settle(c, raw, code)
		}
	}
}
