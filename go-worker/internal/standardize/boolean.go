package standardize

import (
	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleType     = rule.Must("TYP-001")
	ruleNullWord = rule.Must("NULL-001")
)

// booleans are the words for true, false and "" (not known), by wordKey.
var booleans = func() map[string]string {
	words := map[string]string{}
	for _, row := range facts.Rows("boolean.csv", "value", "words") {
		for _, w := range facts.List(row[1]) {
			words[string(wordKey(nil, w))] = row[0]
		}
	}
	eachUnsaid(func(w string, _ bool) { words[string(wordKey(nil, w))] = "" })
	return words
}()

// boolean writes yes and no, in the words of the contract, as true and false.
func boolean(Column) CellFunc {
	return func(raw string, c *Cell) {
		number, _ := withoutFloat(raw)
		var buffer [32]byte
		value, ok := booleans[string(wordKey(buffer[:0], number))]
		switch {
		case !ok:
			c.Fail(raw, ruleType)
		case value == "":
			c.Set("", ruleNullWord)
		default:
			settle(c, raw, value)
		}
	}
}
