package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleMBI  = rule.Must("MBI-001")
	ruleHICN = rule.Must("MBI-002")
)

// mbi is the family of Medicare Beneficiary Identifiers: eleven characters in upper case without dashes (MBI-001). A
// claim number of the old form moves to the companion hicn (MBI-002).
func mbi(Column) CellFunc {
	squeeze := strings.NewReplacer("-", "", " ", "")
	return func(raw string, c *Cell) {
		s, ok := repairID(raw, false, c)
		if !ok {
			return
		}
		number := strings.ToUpper(squeeze.Replace(s))
		switch {
		case codes.MBI(number):
			if number != s {
				c.Hit(ruleStandard)
			}
			c.Set(number)
		case codes.HICN(number):
			c.Hit(ruleHICN)
			c.Parts[0] = number
		default:
			c.Fail(raw, ruleMBI)
		}
	}
}
