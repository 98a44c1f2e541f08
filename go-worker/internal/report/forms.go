package report

import (
	"harmonizer/go-worker/internal/scorecard"
)

// A formView is how the values of a column are written, before and after.
type formView struct {
	Field         string
	Before, After []shareView
	Values        []shareView // the most frequent ones of a coded column, afterwards
}

// A shareView is something that is so many of so many.
type shareView struct{ What, Share string }

// A column of free text has as many forms as texts: it is shown when its most frequent ones are this share of it, before or after.
const (
	shownForms = 4
	formsCover = 0.5
)

// formOfColumn returns how a column is written, nil where that says nothing.
func formOfColumn(c *scorecard.ColumnCount) *formView {
	p := c.Profile
	if p == nil || p.Before.Cells == 0 {
		return nil
	}
	before, covered := shares(p.Before.Shapes, p.Before.Cells)
	after, coveredAfter := shares(p.After.Shapes, p.After.Cells)
	if max(covered, coveredAfter) < formsCover {
		return nil
	}
	values, _ := shares(p.After.Values, p.After.Cells)
	return &formView{c.Field, before, after, values}
}

// shares returns the most frequent ones, and which share of all they are together.
func shares(counts []scorecard.Count, of int64) (out []shareView, covered float64) {
	for i, c := range counts {
		if i == shownForms {
			break
		}
		share := float64(c.Count) / float64(of)
		covered += share
		out = append(out, shareView{c.What, percent(share)})
	}
	return out, covered
}
