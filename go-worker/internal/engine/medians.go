package engine

import (
	"fmt"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
)

var ruleMoved = rule.Must("DRIFT-001")

// medianFrom is of how many values on a median says something.
const medianFrom = 100

// medians notes in the plan where the middle of each column of dates and of the results of each test lies, and tells what moved since the
// supplied plan was made (DRIFT-001).
func (a *assembly) medians() {
	for i := range a.parts {
		if a.parts[i].plan == nil {
			continue
		}
		for k := range a.parts[i].plan.Files {
			s := &a.parts[i].plan.Files[k]
			at := slices.IndexFunc(a.cards, func(c scorecard.File) bool { return c.Name == s.Name && c.Source == s.Source && c.Status == StatusOK })
			if at < 0 {
				continue
			}
			a.middle(s, &a.cards[at])
			if a.job.Plan != nil {
				a.moved(s, at)
			}
		}
	}
}

// middle notes the quartiles of a file. Those of dates are months before the day of the job: a delivery of each month has other dates.
func (a *assembly) middle(s *plan.File, card *scorecard.File) {
	today := float64(12*a.job.Today.Year() + int(a.job.Today.Month()) - 1)
	counts := places(card.Columns, func(c *scorecard.ColumnCount) string { return c.Field })
	for i := range s.Columns {
		c := &s.Columns[i]
		at, ok := counts[c.Field]
		if !ok || card.Columns[at].Spread == nil || !card.Columns[at].Spread.OfDates() {
			continue
		}
		if q := card.Columns[at].Spread.Quartiles(medianFrom); q != nil {
			c.Evidence.MonthsAgo = []float64{today - q[2], today - q[1], today - q[0]}
		}
	}
	for i := range card.Tests {
		t := &card.Tests[i]
		if q := t.Spread.Quartiles(medianFrom); q != nil {
			s.Tests = append(s.Tests, plan.Test{Code: t.Code, Name: t.Name, Unit: t.Unit, Quartiles: q})
		}
	}
}

// places returns the first place of each key among the elements.
func places[E any, K comparable](all []E, key func(*E) K) map[K]int {
	at := make(map[K]int, len(all))
	for i := range slices.Backward(all) {
		at[key(&all[i])] = i
	}
	return at
}

// moved tells which medians are not where they were.
func (a *assembly) moved(s *plan.File, at int) {
	var header []string
	for i := range s.Columns {
		header = append(header, s.Columns[i].Header)
	}
	last := a.job.Plan.For(s.Name, s.Source, header)
	if last == nil {
		return
	}
	type field struct {
		name   string
		repeat int
	}
	fieldOf := func(c *plan.Column) field { return field{c.Field, c.Repeat} }
	then := places(last.Columns, fieldOf)
	for i := range s.Columns {
		c := &s.Columns[i]
		k, ok := then[fieldOf(c)]
		if !ok {
			continue
		}
		if was, is := last.Columns[k].Evidence.MonthsAgo, c.Evidence.MonthsAgo; outside(was, is, 1) {
			a.noteColumn(at, ruleMoved, c.Header, fmt.Sprintf("the middle date lies %s months before the day of the job; "+
				"when the plan was made it was %s, and half of the dates lay from %s to %s", short(is[1]), short(was[1]), short(was[0]), short(was[2])))
		}
	}
	for _, t := range s.Tests {
		k := slices.IndexFunc(last.Tests, func(o plan.Test) bool { return o.Code == t.Code && o.Unit == t.Unit })
		if k < 0 {
			continue
		}
		if was := last.Tests[k].Quartiles; outside(was, t.Quartiles, 0) {
			a.noteFile(at, ruleMoved, fmt.Sprintf("the median of %s (%s) is %s %s; when the plan was made it was %s, and half of the results lay from %s to %s",
				t.Name, t.Code, short(t.Quartiles[1]), t.Unit, short(was[1]), short(was[0]), short(was[2])))
		}
	}
}

// outside reports whether a median left what was the middle half of the values, and some slack around it.
func outside(was, is []float64, slack float64) bool {
	return len(was) == 3 && len(is) == 3 && (is[1] < was[0]-slack || is[1] > was[2]+slack)
}

func short(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
