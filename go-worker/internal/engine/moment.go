package engine

import (
	"strings"

	"harmonizer/go-worker/internal/plan"
)

// moment joins a date and the time of day in a cell beside it: what to read, and what the change log shows. A date that has a time, and one
// beside which none can be read, stays alone.
func (w *transformer) moment(c *column) (value, source string) {
	cell := w.cells[c.cells[0]]
	date, clock := plan.Trim(cell), plan.ClockTime(plan.Trim(w.cells[c.cells[1]]))
	if clock == "" || c.nulls.Is(date) {
		return date, cell
	}
	day := date
	if at := strings.Index(date, "00:00"); at > 0 && (date[at-1] == ' ' || date[at-1] == 'T') { // which says nothing beside a time of day
		day = date[:at-1]
	}
	joined := day + " " + clock
	if o := w.outcomeOf(c, joined); o.empty || o.unusable || o.severe {
		return date, cell
	}
	return joined, cell + "|" + w.cells[c.cells[1]]
}
