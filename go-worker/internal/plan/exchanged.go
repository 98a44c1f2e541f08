package plan

import (
	"fmt"
	"math/bits"
	"time"

	"harmonizer/go-worker/internal/dates"
)

// frontDays are the sums over dates whose year of four digits stands in front, and over days of a spreadsheet.
type frontDays struct {
	all   int64
	late  int64  // the day is above 12
	never int64  // the month is above 12, and the day could be one
	early uint16 // which days up to 12 occur, as bits
}

func (f *frontDays) count(month, day int) {
	f.all++
	switch {
	case day > 12:
		f.late++
	case month > 12:
		f.never++
	default:
		f.early |= 1 << day
	}
}

func (f *frontDays) merge(o *frontDays) {
	f.all += o.all
	f.late += o.late
	f.never += o.never
	f.early |= o.early
}

// addFront counts a date whose year is a number in front.
func (d *dateStats) addFront(w *dates.Form) {
	if w.YearDigits == 2 {
		d.twoDigits().first++
		return
	}
	d.front.count(w.A, w.B)
}

// serialMonthDay returns month and day of a spreadsheet's number.
func serialMonthDay(number int64) (month, day int) {
	at := time.Date(1899, 12, 30+int(number), 0, 0, 0, 0, time.UTC)
	return int(at.Month()), at.Day()
}

// A spreadsheet that expects another order of day and month reads the dates that fit it, exchanges their parts, and leaves the others as texts. So many
// of both kinds, and so many different days, are no chance.
const (
	exchangedDates = 6
	exchangedDays  = 4
	neverDates     = 3   // dates whose second number is no month
	neverShare     = 0.1 // of those with the year in front
)

// decideExchanged says that day and month stand in each other's place in some dates of a column.
func (d *decider) decideExchanged(i int) {
	c, s := &d.columns[i], d.evidence[i].date
	front := s.front
	if c.Decisions[DateSerial].Value == "1900" {
		front.merge(&s.serialDays)
	}
	why := ""
	switch {
	case front.late > 0 && i < len(d.b.columns) && d.b.columns[i].Decisions[Exchanged].Value == "yes":
		c.decide(Exchanged, Decision{Value: "no", Rule: ruleExchanged.String(), Confidence: 1, Why: some(front.late, "date has", "dates have") + " a day above 12 in its place"})
	case front.late > 0 || c.Decisions[Era].Value != "":
	case front.never >= neverDates && float64(front.never) >= neverShare*float64(front.all):
		why = fmt.Sprintf("the second number of %s with the year in front is no month, the last one never above 12", some(front.never, "date", "dates"))
	case front.never == 0 && front.all >= exchangedDates && bits.OnesCount16(front.early) >= exchangedDays &&
		max(s.over[0], s.over[1]) >= exchangedDates && min(s.over[0], s.over[1])+s.either+s.same == 0:
		why = fmt.Sprintf("all of %d dates as texts have a day above 12, none of %s that a spreadsheet has read", s.over[0]+s.over[1], some(front.all, "date", "dates"))
	}
	if why == "" {
		return
	}
	c.decide(Exchanged, Decision{Value: "yes", Rule: ruleExchanged.String(), Confidence: 0.9, Why: why})
	d.find(Finding{Rule: ruleExchanged, Count: 1, Detail: why}, c)
}
