package report

import (
	"fmt"
	"strconv"

	"harmonizer/go-worker/internal/scorecard"
)

// A spreadView is how the values of a column lie: a drawing, and the same as a table.
type spreadView struct {
	Field, By, Says string
	Width           string // of the drawing
	Bars            []spreadBar
	Ticks           []tick
	Few             bool
}

// A spreadBar is one bin. Heights and places are in the units of the drawing, whose height is spreadHeight.
type spreadBar struct {
	Bin               string // what falls into it, in words
	Before, After     string // counts, in words
	X                 string
	BeforeY, BeforeUp string
	AfterY, AfterUp   string
	Few               bool // 1 to 10 values: drawn as a line at the bottom
}

// A tick is a word below the drawing, at a share of its width.
type tick struct{ At, Text string }

const (
	spreadHeight = 60
	barWidth     = 10
	mostTicks    = 6
	lastTick     = 88 // in hundredths of the width: a word further right would be cut off
)

// spreadOf draws a histogram, nil for none.
func spreadOf(name string, h *scorecard.Histogram, q *scorecard.Quantiles) *spreadView {
	if h == nil || len(h.Bins) < 2 { // one bar says nothing
		return nil
	}
	out := &spreadView{Field: name, By: by[h.By], Width: strconv.Itoa(barWidth * len(h.Bins))}
	most, peak := int64(1), 0
	for i, b := range h.Bins {
		if b.Before > most {
			most, peak = b.Before, i
		}
	}
	height := func(n int64) (y, up string) {
		up64 := float64(n) / float64(most) * spreadHeight
		return strconv.FormatFloat(spreadHeight-up64, 'f', 1, 64), strconv.FormatFloat(up64, 'f', 1, 64)
	}
	every := (len(h.Bins) + mostTicks - 1) / mostTicks
	for i, b := range h.Bins {
		bar := spreadBar{Bin: binName(h, i), Before: count(b.Before), After: count(b.After), X: strconv.Itoa(barWidth*i + 1)}
		if b.Few {
			bar.Before, bar.After, out.Few = "1 to 10", "1 to 10", true
		}
		bar.Few = b.Few
		bar.BeforeY, bar.BeforeUp = height(b.Before)
		bar.AfterY, bar.AfterUp = height(b.After)
		out.Bars = append(out.Bars, bar)
		if at := 100 * (float64(i) + 0.1) / float64(len(h.Bins)); i%every == 0 && !b.Under && at < lastTick {
			out.Ticks = append(out.Ticks, tick{strconv.FormatFloat(at, 'f', 2, 64), b.From})
		}
	}
	out.Says = fmt.Sprintf("%s, %s to %s; most %s", out.By, out.Bars[0].Bin, out.Bars[len(out.Bars)-1].Bin, mostly(h.By, out.Bars[peak].Bin))
	if q != nil && q.After != nil {
		out.Says += fmt.Sprintf("; median %s, half of them from %s to %s", q.After[2], q.After[1], q.After[3])
	}
	return out
}

// mostly names the fullest bin.
func mostly(by, bin string) string {
	if by == "number" {
		return bin
	}
	return "in " + bin
}

var by = map[string]string{"month": "by month", "year": "by year", "decade": "by decade", "number": "by value"}

// binName says in words what falls into a bin.
func binName(h *scorecard.Histogram, i int) string {
	b := h.Bins[i]
	switch {
	case b.Under:
		return "below " + h.Bins[i+1].From
	case b.Over:
		return b.From + " and more"
	case h.By == "decade":
		return b.From + "s"
	case h.By == "number":
		return "from " + b.From
	}
	return b.From
}
