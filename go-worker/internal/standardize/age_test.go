package standardize

import "testing"

// TestAgeInParts: ages as they are written of children are whole years, and dates and ratios none.
func TestAgeInParts(t *testing.T) {
	for in, want := range map[string]string{
		"2y4m": "2", "2 yrs 11 mos": "2", "1 year, 3 months": "", "18 months": "1", "6/12": "0", "18/12": "1", "3/52": "0", "5/7": "0", "newborn": "0", "At birth": "0",
		"3 weeks 2 days": "0", "1/2": "", "12/31/2001": "", "45 yrs old": "45", "<1": "0", "< 1": "0", "<2": "", "4m2y": "", "2y400m": "", "45-50": "", "adult": "", "/12": "", "0/12": "",
	} {
		var c Cell
		age(Column{})(in, &c)
		if c.Unusable != (want == "") || want != "" && c.Value != want {
			t.Errorf("%q is %q, unusable %v; want %q", in, c.Value, c.Unusable, want)
		}
	}
}
