package standardize

import "harmonizer/go-worker/internal/rule"

var ruleNotInSet = rule.Must("SET-001")

// interpretation is the family of flags of results, written in the codes of HL7 (H, L, N, A, HH, LL, POS, …).
func interpretation(Column) CellFunc {
	return func(raw string, c *Cell) {
		code := interpretations[phrase(raw)]
		if code == "" {
			c.Fail(raw, ruleNotInSet)
			return
		}
		settle(c, raw, code)
	}
}
