package report

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/scorecard"
)

// TestInShort says what became of the files, and what is left to do.
func TestInShort(t *testing.T) {
	files := func(statuses ...string) *scorecard.Card {
		c := scorecard.New("", "")
		for _, s := range statuses {
			c.Files = append(c.Files, scorecard.File{Status: s})
		}
		return c
	}
	for want, c := range map[string]*scorecard.Card{
		"The file could be read.":                                                               files("ok"),
		"Both files could be read.":                                                             files("ok", "ok"),
		"All 3 files could be read.":                                                            files("ok", "ok", "ok"),
		"1 of 2 files failed; nothing of it is in the tables.":                                  files("ok", "failed"),
		"2 of 3 files failed; nothing of them is in the tables.":                                files("ok", "failed", "failed"),
		"The file could not be used.":                                                           files("failed"),
		"None of the 2 files could be used.":                                                    files("failed", "failed"),
		"The file was skipped: the last delivery was the same, and so would be the result.":     files("skipped"),
		"The 2 files were skipped: the last delivery was the same, and so would be the result.": files("skipped", "skipped"),
	} {
		if got := new(view).said(c); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

// TestWhatToCheck are the decisions that nothing proves.
func TestWhatToCheck(t *testing.T) {
	r := sample(t)
	v := r.view()
	if len(v.Checks) == 0 || len(v.Checks) > mostChecks {
		t.Fatalf("%d checks", len(v.Checks))
	}
	for _, d := range v.Decisions {
		for _, c := range d.Columns {
			for _, m := range c.Made {
				if m.assumed && !strings.Contains(write(t, r), m.What) {
					t.Errorf("%s is not to be checked", m.What)
				}
			}
		}
	}
}

// TestSpreads are drawn, and told as a table, where there is more than one bin.
func TestSpreads(t *testing.T) {
	c := scorecard.ColumnCount{Field: "age", Histogram: &scorecard.Histogram{By: "number", Bins: []scorecard.Bin{
		{Before: 20, After: 20, Under: true}, {From: "10", Before: 40, After: 30}, {From: "20", Few: true}, {From: "30", Before: 11, After: 11, Over: true}}}}
	s := spreadOf(c.Field, c.Histogram, nil)
	var bins []string
	for _, b := range s.Bars {
		bins = append(bins, b.Bin+": "+b.Before+", "+b.After)
	}
	if got := strings.Join(bins, "; "); got != "below 10: 20, 20; from 10: 40, 30; from 20: 1 to 10, 1 to 10; 30 and more: 11, 11" || !s.Few {
		t.Error(got)
	}
	if s.Says != "by value, below 10 to 30 and more; most from 10" || s.Bars[1].BeforeUp != "60.0" || s.Bars[1].AfterY != "15.0" {
		t.Errorf("%s; %+v", s.Says, s.Bars[1])
	}
	c.Histogram.Bins = c.Histogram.Bins[:1]
	if spreadOf(c.Field, c.Histogram, nil) != nil {
		t.Error("one bar is drawn")
	}
}
