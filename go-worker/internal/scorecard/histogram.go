package scorecard

import (
	"fmt"
	"math"
	"strconv"
)

// A Histogram is how the values of a column lie, in bins that follow each other (SPEC section 18).
type Histogram struct {
	By   string `json:"by"` // month, year, decade, number
	Bins []Bin  `json:"bins"`
}

// A Bin counts the values from its beginning to that of the next bin.
type Bin struct {
	From   string `json:"from"`
	Before int64  `json:"before"`         // of all rows
	After  int64  `json:"after"`          // of the kept ones
	Few    bool   `json:"few,omitempty"`  // there are some, and so few that they might point to a person: they are not counted
	Under  bool   `json:"under,omitzero"` // the first bin: all that is less than the beginning of the second
	Over   bool   `json:"over,omitzero"`  // the last bin: all that is more
}

// fewValues is the number below which the values of a bin may point to a person.
const fewValues = 11

// Publish puts histograms, quantiles and profiles in the place of the exact counts that they are made from.
func (c *Card) Publish() {
	publish := func(columns []ColumnCount) {
		for i := range columns {
			o := &columns[i]
			o.Histogram, o.Quantiles, o.Spread = o.Spread.histogram(), o.Spread.quantiles(), nil
			o.Profile, o.Look = o.Look.profile(), nil
		}
	}
	for i := range c.Files {
		publish(c.Files[i].Columns)
		c.Files[i].Tests, c.Files[i].Samples = published(c.Files[i].Tests), told(c.Files[i].Samples)
	}
	for i := range c.Tables {
		publish(c.Tables[i].Columns)
		c.Tables[i].Tests = published(c.Tables[i].Tests)
	}
}

// histogram divides values into bins that a person can look over; nil where there are too few values for any.
func (s *Spread) histogram() *Histogram {
	if s == nil || s.total() < fewValues {
		return nil
	}
	var h *Histogram
	if s.Kind == spreadDates {
		h = s.ofDates()
	} else {
		h = s.ofNumbers()
	}
	for i := range h.Bins {
		b := &h.Bins[i]
		if b.Before > 0 && b.Before < fewValues || b.After > 0 && b.After < fewValues {
			b.Before, b.After, b.Few = 0, 0, true
		}
	}
	return h
}

// Most bins of dates.
const (
	mostMonths = 36
	mostYears  = 40
)

// ofDates counts by month, year or decade, by what span the dates have. Years without a month keep months from being told.
func (s *Spread) ofDates() *Histogram {
	bins := s.sorted()
	first, last := bins[0], bins[len(bins)-1]
	years, months := last/13-first/13+1, 12*(last/13-first/13)+last%13-first%13+1
	known := true
	for _, bin := range bins {
		known = known && bin%13 != 0
	}
	h := &Histogram{By: "decade"}
	place := func(bin int32) int { return int(bin/130 - first/130) }
	label := func(i int) string { return strconv.Itoa(int(first/130)*10 + 10*i) }
	switch {
	case known && months <= mostMonths:
		h.By = "month"
		at := func(bin int32) int { return int(bin/13*12 + bin%13 - 1) }
		place = func(bin int32) int { return at(bin) - at(first) }
		label = func(i int) string { return fmt.Sprintf("%04d-%02d", (at(first)+i)/12, (at(first)+i)%12+1) }
	case years <= mostYears:
		h.By = "year"
		place = func(bin int32) int { return int(bin/13 - first/13) }
		label = func(i int) string { return fmt.Sprintf("%04d", int(first/13)+i) }
	}
	for i := range place(last) + 1 {
		h.Bins = append(h.Bins, Bin{From: label(i)})
	}
	for _, bin := range bins {
		h.Bins[place(bin)].count(s.Bins[bin])
	}
	return h
}

func (b *Bin) count(n [2]int64) {
	b.Before += n[0]
	b.After += n[1]
}

// numberBins is about how many bins numbers are divided into; the hundredth part of them at each end shares one.
const (
	numberBins = 15
	outermost  = 0.01
)

// ofNumbers counts in bins of one round width.
func (s *Spread) ofNumbers() *Histogram {
	bins := s.sorted()
	low, high := s.quantile(bins, outermost), s.quantile(bins, 1-outermost)
	width := roundWidth((high - low) / numberBins)
	if width == 0 {
		width = 1
	}
	from := math.Floor(low / width)
	n := int(math.Floor(high/width)-from) + 1
	h := &Histogram{By: "number"}
	var under, over Bin
	for i := range n {
		h.Bins = append(h.Bins, Bin{From: plain(tidy((from + float64(i)) * width))})
	}
	for _, bin := range bins {
		switch i := int(math.Floor(tidy(number(bin)/width))) - int(from); {
		case i < 0:
			under.count(s.Bins[bin])
		case i >= n:
			over.count(s.Bins[bin])
		default:
			h.Bins[i].count(s.Bins[bin])
		}
	}
	if under.Before > 0 {
		under.Under = true
		h.Bins = append([]Bin{under}, h.Bins...)
	}
	if over.Before > 0 {
		over.Over, over.From = true, plain(tidy((from+float64(n))*width))
		h.Bins = append(h.Bins, over)
	}
	return h
}

// quantile is the number below which a share of the values lies.
func (s *Spread) quantile(bins []int32, share float64) float64 {
	left := int64(share * float64(s.total()))
	for _, bin := range bins {
		if left < s.Bins[bin][0] {
			return number(bin)
		}
		left -= s.Bins[bin][0]
	}
	return number(bins[len(bins)-1])
}

// roundWidth is the next 1, 2 or 5, times a power of ten.
func roundWidth(width float64) float64 {
	if width <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(width)))
	for _, m := range []float64{1, 2, 5, 10} {
		if tidy(m*power) >= tidy(width) {
			return tidy(m * power)
		}
	}
	return tidy(10 * power)
}

// tidy takes away what binary fractions add.
func tidy(f float64) float64 {
	t, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 9, 64), 64) // what was written can be read
	return t
}
