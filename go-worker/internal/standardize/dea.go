package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/rule"
)

var ruleDEA = rule.Must("DEA-001")

// dea is the family of DEA registration numbers in upper case, checked by their last digit (DEA-001). A suffix that a
// hospital appends for its own people, set off by a dash, is kept.
func dea(Column) CellFunc {
	return func(raw string, c *Cell) {
		s, ok := repairID(raw, false, c)
		if !ok {
			return
		}
		upper := strings.ToUpper(s)
		number, _, _ := strings.Cut(upper, "-")
		if !codes.DEA(number) {
			c.Fail(raw, ruleDEA)
			return
		}
		if upper != s {
			c.Hit(ruleStandard)
		}
		c.Set(upper)
	}
}
