package plan

import (
	"fmt"
	"slices"

	"harmonizer/go-worker/internal/codes"
)

// nhsHeaders name the patient number of the NHS, which is ten digits, the last one a check digit.
var nhsHeaders = []string{"nhs_number", "nhs_no", "new_nhs_number", "nhsnumber"}

// decideGrouped says that the marks between the digits of a column's identifiers are how they are written: they are numbers of the NHS, or they
// stand there with and without.
func (d *decider) decideGrouped(c *Column, s *digitStats) {
	if c.Type != "identifier" {
		return
	}
	width := 0
	for w, n := range s.grouped {
		if w > 0 && n > s.grouped[width] || width == 0 {
			width = w
		}
	}
	with, without, all := s.grouped[width], s.widths[width], s.numeric()+s.other+s.scientific+s.decimal
	nhs := slices.Contains(nhsHeaders, withoutContext(nameOf(c.Header)))
	if nhs {
		with, without = s.grouped[10], s.widths[10]
	}
	why := fmt.Sprintf("%s of %d digits %s marks between them, %d %s none", some(with, "number", "numbers"), width, have(with), without, have(without))
	enough := func(n int64) bool { return n > 0 && float64(n) >= (1-sixShare)*float64(all) }
	switch whole := float64(with+without) >= sixShare*float64(all) && all > 0; {
	case nhs && whole:
		c.decide(IDForm, Decision{Value: "nhs", Confidence: 0.95, Why: "the header says so"})
	case !nhs && whole && width >= codes.FewestGrouped && enough(with) && enough(without):
		c.decide(IDForm, Decision{Value: "grouped", Rule: ruleGrouped.String(), Confidence: 0.85, Why: why})
	}
}
