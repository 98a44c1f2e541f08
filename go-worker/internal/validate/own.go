package validate

import (
	"slices"
	"time"

	"harmonizer/go-worker/internal/condition"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var ruleTooCostly = rule.Must("CND-002")

// own makes the checks of the profile's own rules. One is left out where the file has none of the columns that it asserts something
// about: a file without discharges does not break a rule on discharges with every row.
func (b binding) own(p *profile.Profile, today time.Time) []check {
	var all []check
	day := today.Format(time.DateOnly)
	for i := range p.Checks {
		c := &p.Checks[i]
		if p.Table(c.Table).Name != b.table.Name {
			continue
		}
		has := func(field string) bool { return b.slot(field) >= 0 }
		if fields := c.Asserts(); len(fields) > 0 && !slices.ContainsFunc(fields, has) {
			continue
		}
		all = append(all, b.ownRule(c, day))
	}
	return all
}

func (b binding) ownRule(c *profile.Check, today string) check {
	field := b.slot(c.Field)
	slots := map[string]int{}
	for _, name := range c.Uses() {
		slots[name] = b.slot(name)
	}
	return func(v *Rules, r *standardize.Row) {
		switch c.Judge(func(name string) string {
			if name == condition.Today {
				return today
			}
			return value(r, slots[name])
		}) {
		case condition.TooCostly:
			r.Flag(field, ruleTooCostly)
		case condition.False:
			if v.nulls[c.Rule()] {
				r.Fail(field, c.Rule())
			} else {
				r.Flag(field, c.Rule())
			}
		}
	}
}
