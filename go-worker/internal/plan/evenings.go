package plan

import (
	"fmt"
	"math/bits"

	"harmonizer/go-worker/internal/dates"
	"harmonizer/go-worker/internal/rule"
)

var ruleEvenings = rule.Must("DATE-018")

// firstEvening is the first hour, UTC, at which a midnight of the next day is counted: in the zones of New Zealand and its islands noon is a convention.
const firstEvening = 13

// addEvening counts a birth at a whole or half hour of the evening, UTC.
func (d *dateStats) addEvening(w *dates.Form) {
	if w.Zoned && w.Offset == 0 && w.Hour >= firstEvening && w.Hour < 24 && w.Minute%30 == 0 && w.Second == 0 {
		d.evenings++
		d.eveningHours |= 1 << (2*w.Hour + w.Minute/30)
	}
}

// tellEvenings tells of births all of which lie at one hour of the evening, UTC, or at two with an hour between them, as in summer and winter: programs
// east of it write a midnight so, and each of their births is a day later.
func (d *decider) tellEvenings(c *Column, s *dateStats) {
	first := bits.TrailingZeros64(s.eveningHours)
	if s.evenings < fewDates || !areSlips(s.times-s.evenings, s.times) || s.eveningHours>>first != 1 && s.eveningHours>>first != 0b101 {
		return
	}
	d.find(Finding{Rule: ruleEvenings, Count: s.evenings, Detail: fmt.Sprintf("%d of %s at %02d:%02d UTC, or an hour later", s.evenings,
		some(s.times, "time is", "times are"), first/2, first%2*30)}, c)
}
