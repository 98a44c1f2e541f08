package standardize

import (
	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleNPI            = rule.Must("NPI-001")
	ruleNPIPlaceholder = rule.Must("NPI-002")
)

// npi is the family of National Provider Identifiers: ten digits with their check digit (NPI-001); a placeholder is
// kept and flagged (NPI-002).
func npi(Column) CellFunc {
	return func(raw string, c *Cell) {
		s, ok := repairID(raw, true, c)
		switch {
		case !ok:
		case codes.NPI(s):
			c.Set(s)
		case codes.PlaceholderNPI(s):
			c.Set(s, ruleNPIPlaceholder)
		default:
			c.Fail(raw, ruleNPI)
		}
	}
}
