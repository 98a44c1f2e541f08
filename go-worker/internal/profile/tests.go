package profile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"harmonizer/go-worker/internal/condition"
)

// A TestResult is what became of one test of a check.
type TestResult struct {
	Check  string `json:"check"` // its id, or its place among the checks
	Test   int    `json:"test"`  // from 1
	Expect string `json:"expect"`
	Got    string `json:"got"` // pass, fail, or too costly
}

// Passed reports whether the check says of the row what was expected.
func (r TestResult) Passed() bool { return r.Got == r.Expect }

// ErrTestsTakeLong reports that time was over before all tests of a profile had run.
var ErrTestsTakeLong = errors.New("checks: their tests take too long together; have fewer of them, or conditions that look at less")

// Test runs the tests that stand beside the profile's own rules, in their order. today is the day for tests that name none. The only error
// is ErrTestsTakeLong, when ctx ends first.
func (p *Profile) Test(ctx context.Context, today time.Time) ([]TestResult, error) {
	results := []TestResult{}
	for i := range p.Checks {
		c := &p.Checks[i]
		for k, t := range c.Tests {
			if ctx.Err() != nil {
				return nil, ErrTestsTakeLong
			}
			day := t.Today
			if day == "" {
				day = today.Format(time.DateOnly)
			}
			got := map[condition.Outcome]string{condition.False: "fail", condition.TooCostly: "too costly"}[c.Judge(func(field string) string {
				if field == condition.Today {
					return day
				}
				return t.Given[field]
			})]
			if got == "" {
				got = "pass"
			}
			results = append(results, TestResult{c.label(i), k + 1, t.Expect, got})
		}
	}
	return results, nil
}

// checkTests reports the first test of a check that could not be run.
func (c *Check) checkTests(t *Table) error {
	for i, test := range c.Tests {
		if err := oneOf("expect", test.Expect, "", "pass", "fail"); err != nil || test.Expect == "" {
			return fmt.Errorf("test %d: expect is pass or fail", i+1)
		}
		for name := range test.Given {
			if t.Field(name) == nil {
				return fmt.Errorf("test %d: table %s has no field %s", i+1, t.Name, name)
			}
		}
		if test.Today != "" {
			if _, err := time.Parse(time.DateOnly, test.Today); err != nil {
				return fmt.Errorf("test %d: today: %q is not a date YYYY-MM-DD", i+1, test.Today)
			}
		}
	}
	return nil
}
