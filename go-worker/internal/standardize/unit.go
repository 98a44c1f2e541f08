package standardize

import "harmonizer/go-worker/internal/units"

// unit is the family of units of measure. They are written in UCUM (UNIT-001); one that is not known is kept (UNIT-002), and
// so is one that means nothing certain without its test, such as C or mm: the row steps know more.
//
// Params: of says what the unit belongs to (weight, height, dose, value).
func unit(col Column) CellFunc {
	of := col.Params["of"]
	return func(raw string, c *Cell) {
		u, ok := units.Read(raw, of)
		switch {
		case !ok:
			c.Fail(raw, ruleUnknownUnit)
		case u.Code != raw:
			c.Set(u.Code, ruleUnit)
		default:
			c.Value = raw
		}
	}
}
