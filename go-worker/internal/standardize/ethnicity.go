package standardize

import "harmonizer/go-worker/internal/rule"

var ruleEthnicity = rule.Must("ETH-001")

var ethnicityColumns = []string{"code", "category", "words"}

// ethnicityWords are codes and words of ethnicity; ethnicityCategories are what the codes roll up to.
var (
	ethnicityWords      = readCodedWords("ethnicity.csv", 0, ethnicityColumns...).withUnsaid("UNK", "ASKU")
	ethnicityCategories = categories("ethnicity.csv", ethnicityColumns...)
)

// ethnicity writes the codes of the OMB categories, 2135-2 Hispanic or Latino and 2186-5 Not Hispanic or Latino, or UNK and
// ASKU. A stated origin (Mexican, Cuban) rolls up; its own code goes to <field>_detail.
//
// A race in this column, as of one question for both, leaves UNK here; the ethnicity step moves it to race.
func ethnicity(Column) CellFunc {
	return func(raw string, c *Cell) {
		number, float := withoutFloat(raw)
		code, ok := ethnicityWords.findLabelled(number)
		if !ok {
			code, ok = hispanicOrigin(number)
		}
		if !ok {
			code, ok = ethnicityInRace(number)
		}
		if !ok {
			c.Fail(raw, ruleEthnicity)
			return
		}
		if float {
			c.Hit(ruleFloat)
		}
		category := ethnicityCategories[code]
		settle(c, raw, category)
		if code != category {
			c.Parts[0] = code
		}
	}
}
