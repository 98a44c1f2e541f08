package scorecard

import "strconv"

// Quantiles are the lower end, the quarters and the upper end of the dates or numbers of a column, before and after. Numbers have three
// digits; dates are months, and their ends years.
type Quantiles struct {
	Before []string `json:"before,omitempty"` // five of them, with "" for an end that might point to a person
	After  []string `json:"after,omitempty"`
}

// Ends are told of no fewer different values than this.
const fewDistinct = 5

func (s *Spread) quantiles() *Quantiles {
	if s == nil {
		return nil
	}
	q := &Quantiles{s.five(0), s.five(1)}
	if q.Before == nil && q.After == nil {
		return nil
	}
	return q
}

// five returns the quantiles of all values (side 0) or of the kept ones (side 1), nil of too few.
func (s *Spread) five(side int) []string {
	bins, total, distinct := s.sorted(), int64(0), 0
	for _, bin := range bins {
		total += s.Bins[bin][side]
		if s.Bins[bin][side] > 0 {
			distinct++
		}
	}
	if total < fewValues {
		return nil
	}
	at := func(share float64) int32 {
		left := int64(share * float64(total-1))
		for _, bin := range bins {
			if left < s.Bins[bin][side] {
				return bin
			}
			left -= s.Bins[bin][side]
		}
		return bins[len(bins)-1]
	}
	five := []string{"", s.word(at(0.25), false), s.word(at(0.5), false), s.word(at(0.75), false), ""}
	if distinct >= fewDistinct {
		five[0], five[4] = s.word(at(0), true), s.word(at(1), true)
	}
	return five
}

// word writes the beginning of a bin.
func (s *Spread) word(bin int32, end bool) string {
	if s.Kind != spreadDates {
		return plain(number(bin))
	}
	year := strconv.Itoa(int(bin / 13))
	if month := int(bin % 13); month > 0 && !end {
		return year + "-" + strconv.Itoa(100 + month)[1:]
	}
	return year
}

// Quartiles returns the lower quarter, the middle and the upper quarter of the kept values; nil of fewer than least. Dates are months
// since year 0.
func (s *Spread) Quartiles(least int64) []float64 {
	if s == nil {
		return nil
	}
	bins, total := s.sorted(), int64(0)
	for _, bin := range bins {
		total += s.Bins[bin][1]
	}
	if total < least {
		return nil
	}
	var out []float64
	for _, share := range []float64{0.25, 0.5, 0.75} {
		left := int64(share * float64(total-1))
		for _, bin := range bins {
			if left < s.Bins[bin][1] {
				out = append(out, s.position(bin))
				break
			}
			left -= s.Bins[bin][1]
		}
	}
	return out
}

// position is a bin as a number: of a date the month since year 0; a year alone stands for its middle.
func (s *Spread) position(bin int32) float64 {
	if s.Kind != spreadDates {
		return number(bin)
	}
	if month := bin % 13; month > 0 {
		return float64(bin/13*12 + month - 1)
	}
	return float64(bin/13*12 + 6)
}

// OfDates reports whether the values are dates.
func (s *Spread) OfDates() bool { return s.Kind == spreadDates }
