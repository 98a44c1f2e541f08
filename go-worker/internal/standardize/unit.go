package standardize

import "harmonizer/go-worker/internal/units"

// unit is the family of units of measure. They are written in UCUM (UNIT-001); one that is not known is kept (UNIT-002), and
// so is one that means nothing certain without its test, such as C, mm or G/L: the row steps know more.
//
// Params: of says what the unit belongs to (weight, height, dose, value).
func unit(col Column) CellFunc {
	of := col.Params["of"]
	return func(raw string, c *Cell) {
		u, ok := units.Read(raw, of)
		switch {
		case !ok || raw == gigaOrGrams && of == "value":
			c.Fail(raw, ruleUnknownUnit)
		case u.Code != raw:
			c.Set(u.Code, ruleUnit)
		default:
			c.Value = raw
		}
	}
}

// gigaOrGrams is 10*9/L of blood cells in French and German, and grams in texts in capitals.
const gigaOrGrams = "G/L"
