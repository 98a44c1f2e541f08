package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/scorecard"
)

// A tableView is the before and after of one table.
type tableView struct {
	Name       string
	Files      int
	Rows       int64
	Categories []categoryView
	Columns    []columnView
	Spreads    []*spreadView
	Forms      []formView
}

type categoryView struct {
	Name, Meaning string
	Before, After bar
}

// A columnView has a pair of shares for each of the categories that columns have.
type columnView struct {
	Field, Header string
	Untouched     bool
	Changed       int64
	Shares        []pair
}

type pair struct{ Before, After bar }

// A bar is a share as the page shows it: as a length, and in words with its counts.
type bar struct {
	None  bool   // there was nothing that could have been right
	Width string // 0 to 100
	Text  string // 93.4 %
	Of    string // 934 of 1,000
}

func barOf(s scorecard.Share) bar {
	value, ok := s.Value()
	if !ok {
		return bar{None: true}
	}
	return bar{Width: strconv.FormatFloat(math.Round(value*1000)/10, 'f', -1, 64), Text: percent(value), Of: count(s.Good) + " of " + count(s.Of)}
}

// percent writes a share so that only all is 100 % and only none is 0 %.
func percent(share float64) string {
	switch {
	case share <= 0:
		return "0 %"
	case share >= 1:
		return "100 %"
	}
	tenths := min(max(math.Round(share*1000), 1), 999)
	return strconv.FormatFloat(tenths/10, 'f', 1, 64) + " %"
}

// columnCategories are those in which a column has a share of its own.
var columnCategories = []scorecard.Category{scorecard.Completeness, scorecard.Conformance, scorecard.Plausibility, scorecard.Consistency}

// meanings say what is counted, in a few words.
var meanings = map[scorecard.Category]string{
	scorecard.Completeness: "cells that hold a value",
	scorecard.Conformance:  "values in the form of their field",
	scorecard.Plausibility: "values that can be true",
	scorecard.Uniqueness:   "rows that repeat no other",
	scorecard.Consistency:  "values that contradict no other",
}

func tableOf(t *scorecard.Table) tableView {
	out := tableView{Name: t.Table, Files: t.Files, Rows: t.Rows.Rows}
	for _, c := range scorecard.Categories {
		change := t.Scores.Of(c)
		out.Categories = append(out.Categories, categoryView{title(c.String()), meanings[c], barOf(change.Before), barOf(change.After)})
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Header == "" {
			continue // what the engine fills itself never arrived
		}
		column := columnView{Field: c.Field, Header: c.Header, Untouched: c.Type == "", Changed: c.Changed}
		for _, category := range columnCategories {
			change := c.Scores.Of(category)
			column.Shares = append(column.Shares, pair{barOf(change.Before), barOf(change.After)})
		}
		out.Columns = append(out.Columns, column)
		if s := spreadOf(c.Field, c.Histogram, c.Quantiles); s != nil {
			out.Spreads = append(out.Spreads, s)
		}
		if f := formOfColumn(c); f != nil {
			out.Forms = append(out.Forms, *f)
		}
	}
	for i := range t.Tests {
		test := &t.Tests[i]
		if s := spreadOf(fmt.Sprintf("%s, %s (%s)", test.Name, test.Unit, test.Code), test.Histogram, test.Quantiles); s != nil {
			out.Spreads = append(out.Spreads, s)
		}
	}
	return out
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
