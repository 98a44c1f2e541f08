package plan

import "regexp"

// How headers say in which order dates stand: dd/mm/yyyy, MM-DD-YY, dmy, TT.MM.JJJJ, jj/mm/aaaa.
var (
	dayFirstForm   = regexp.MustCompile(`(?i)(^|[^a-z])[dtjg]{1,2}[-/. ]?m{1,3}[-/. ]?(y{1,4}|j{2,4}|a{2,4})([^a-z]|$)`)
	monthFirstForm = regexp.MustCompile(`(?i)(^|[^a-z])m{1,3}[-/. ]?d{1,2}[-/. ]?y{1,4}([^a-z]|$)`)
)

// statedOrder returns the order of dates that a header states, "" when it states none.
func statedOrder(header string) string {
	switch {
	case dayFirstForm.MatchString(header):
		return orders[1]
	case monthFirstForm.MatchString(header):
		return orders[0]
	}
	return ""
}

// statedInFile returns the order that headers of date columns state, "" when none does or they differ.
func (d *decider) statedInFile() string {
	stated := ""
	for _, i := range d.b.dates {
		if order := statedOrder(d.columns[i].Header); order != "" {
			if stated != "" && stated != order {
				return ""
			}
			stated = order
		}
	}
	return stated
}
