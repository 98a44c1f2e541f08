package plan

import (
	"slices"
	"strings"
)

// retractions are headers of a yes that takes the row back: voided in OpenMRS, doNotPerform in FHIR.
var retractions = []string{"voided", "is_voided", "obs_voided", "void", "deleted", "is_deleted", "deleted_flag", "delete_flag", "entered_in_error",
	"do_not_perform", "retracted", "is_retracted"}

// retracted counts the rows of which an untouched column says that they are no fact.
func (d *decider) retracted(i int) (n int64) {
	if d.columns[i].Type != "" || d.evidence[i].tally == nil || !slices.Contains(retractions, nameOf(d.columns[i].Header)) {
		return 0
	}
	distinct, _ := d.evidence[i].tally.distinct()
	for v, times := range distinct {
		if slices.Contains([]string{"1", "1.0", "true", "t", "yes", "y", "x"}, strings.ToLower(v)) {
			n += times
		}
	}
	return n
}
