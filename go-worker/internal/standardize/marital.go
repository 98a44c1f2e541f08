package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleMarital = rule.Must("MAR-001")

// maritalV3 and marital0002 are words and codes by source: HL7 v3 MaritalStatus, and HL7 v2 table 0002, which uses some of the
// same letters for other things.
var maritalV3, marital0002 = func() (v3, v2 codedWords) {
	v3, v2 = codedWords{}, codedWords{}
	for _, row := range facts.Rows("marital_status.csv", "code", "hl7v3", "table0002", "words") {
		words := facts.List(row[3])
		v3.add(row[0], append(facts.List(row[1]), words...)...)
		v2.add(row[0], append(facts.List(row[2]), words...)...)
	}
	return v3.withUnsaid("UNK", "UNK"), v2.withUnsaid("UNK", "UNK")
}()

// marital writes the codes of HL7 v3 MaritalStatus, C for common law, and UNK.
//
// Params: codes is hl7v3 or table0002; without it the header PID-16 means table 0002. Where neither says so, U is taken for unknown
// and flagged: v3 has it for unmarried, most extracts do not. Unmarried is single there, flagged too.
func marital(col Column) CellFunc {
	codes := col.Params["codes"]
	if codes == "" && strings.HasPrefix(string(wordKey(nil, col.Header)), "pid16") {
		codes = "table0002"
	}
	words := maritalV3
	if codes == "table0002" {
		words = marital0002
	}
	return func(raw string, c *Cell) {
		if codes == "" && (raw == "U" || raw == "u") {
			c.Set("UNK", ruleMarital)
			return
		}
		value, ok := words.findLabelled(raw)
		if !ok {
			c.Fail(raw, ruleMarital)
			return
		}
		if codes == "" && value == "U" { // so that what is written can be read again
			c.Set("S", ruleMarital)
			return
		}
		settle(c, raw, value)
	}
}
