package plan

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// A numberForm is how a number is written, as far as its decimal mark goes.
type numberForm uint8

const (
	notNumber    numberForm = iota
	whole                   // 12
	point                   // 1.5, or 1,234.5: the point is certain
	comma                   // 1,5, or 1.234,5: the comma is certain
	pointOrGroup            // 1.234: thousands, if the column writes decimal commas
	commaOrGroup            // 1,234: thousands, unless the column writes decimal commas
	withUnit                // 150 lb: a number and more
)

// numberStats are the sums over a numeric column. Magnitudes go into bins of four significant digits, so that merging
// is exact whatever the order.
type numberStats struct {
	forms  [withUnit + 1]int64
	bins   map[magnitude]int64 // whole and certain ones, and pointOrGroup read as decimals
	groups map[magnitude]int64 // commaOrGroup read as thousands
}

func newNumberStats() *numberStats {
	return &numberStats{bins: map[magnitude]int64{}, groups: map[magnitude]int64{}}
}

func (s *numberStats) add(value string, n int64) {
	form, m := readNumber(value)
	s.forms[form] += n
	switch form {
	case notNumber, withUnit:
	case commaOrGroup:
		s.groups[m] += n
	default:
		s.bins[m] += n
	}
}

func (s *numberStats) merge(o *numberStats) {
	for i, n := range o.forms {
		s.forms[i] += n
	}
	for m, n := range o.bins {
		s.bins[m] += n
	}
	for m, n := range o.groups {
		s.groups[m] += n
	}
}

// A magnitude is a number cut to four significant digits: sign * ((exponent+offset)*10000 + digits), with digits
// from 1000 to 9999, so that magnitudes order as their numbers do. Zero is 0.
type magnitude int32

const exponentOffset = 64

func newMagnitude(negative bool, digits, exponent int) magnitude {
	if digits == 0 {
		return 0
	}
	for digits < 1000 {
		digits *= 10
		exponent--
	}
	m := magnitude(min(max(exponent+exponentOffset, 0), 2*exponentOffset)*10000 + digits)
	if negative {
		return -m
	}
	return m
}

func (m magnitude) float() float64 {
	if m < 0 {
		return -(-m).float()
	}
	digits, exponent := float64(m%10000), int(m/10000)-exponentOffset
	if exponent < 0 {
		return digits / math.Pow10(-exponent) // exact powers: 37.0 comes back as 37
	}
	return digits * math.Pow10(exponent)
}

// flags are what stands behind a number and is no unit of it.
var flags = map[string]bool{"H": true, "L": true, "HH": true, "LL": true, "*": true, "**": true, "!": true}

// beginsFlag are the bytes that a flag, or what stands around it, begins with.
var beginsFlag = [256]bool{' ': true, '(': true, ')': true, '[': true, ']': true, 'H': true, 'h': true, 'L': true, 'l': true, '*': true, '!': true}

// readNumber returns how a number is written and its magnitude. A comparator before it does not count.
func readNumber(s string) (numberForm, magnitude) {
	negative := false
	if s != "" && !isDigit(s[0]) {
		s = strings.TrimLeft(s, "<>=~ ")
		negative = strings.HasPrefix(s, "-")
		s = strings.TrimLeft(s, "+-")
	}
	var digits, dropped, fraction, seen int // of the significant digits: the first four, and how many were cut
	var points, commas, lastMark, group int
	last := byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			seen++
			group++
			if digits < 1000 {
				digits = digits*10 + int(c-'0')
			} else {
				dropped++
			}
			if last != 0 {
				fraction++
			}
		case c == '.' || c == ',':
			if c == '.' {
				points++
			} else {
				commas++
			}
			if last != 0 && group != 3 {
				return notNumber, 0
			}
			last, lastMark, group, fraction = c, i, 0, 0
		case seen > 0 && beginsFlag[c] && flags[strings.ToUpper(strings.Trim(s[i:], " ()[]"))]:
			form, m := readNumber(s[:i])
			if negative {
				m = -m
			}
			return form, m
		case seen > 0:
			return withUnit, 0
		default:
			return notNumber, 0
		}
	}
	if seen == 0 || seen > 40 {
		return notNumber, 0
	}
	grouped := len(s)-lastMark-1 == 3 && lastMark > 0 && lastMark <= 3 && s[0] != '0'
	form := whole
	switch {
	case points == 0 && commas == 0:
	case points > 0 && commas > 0:
		if points > 1 && commas > 1 {
			return notNumber, 0
		}
		if form = point; last == ',' {
			form = comma
		}
	case points > 1 || commas > 1:
		if group != 3 {
			return notNumber, 0
		}
		if form, fraction = point, 0; points > 1 {
			form = comma // 1.234.567
		}
	case last == '.' && grouped:
		form = pointOrGroup
	case last == '.':
		form = point
	case grouped:
		form, fraction = commaOrGroup, 0
	default:
		form = comma
	}
	return form, newMagnitude(negative, digits, dropped-fraction)
}

// under returns the bins of the column once its decimal mark is known.
func (s *numberStats) under(decimal byte) map[magnitude]int64 {
	all := maps.Clone(s.bins)
	for m, n := range s.groups {
		if decimal == ',' {
			m = m.thousandth()
		}
		all[m] += n
	}
	return all
}

// thousandth divides by a thousand.
func (m magnitude) thousandth() magnitude {
	switch {
	case m > 0:
		return m - 30000
	case m < 0:
		return m + 30000
	}
	return 0
}

// A distribution is the sorted magnitudes of a column.
type distribution struct {
	values []magnitude
	counts []int64
	total  int64
}

func newDistribution(bins map[magnitude]int64) distribution {
	d := distribution{values: slices.Sorted(maps.Keys(bins))}
	for _, m := range d.values {
		d.counts = append(d.counts, bins[m])
		d.total += bins[m]
	}
	return d
}

// without returns the distribution less the given numbers.
func (d distribution) without(numbers map[magnitude]bool) distribution {
	bins := map[magnitude]int64{}
	for i, m := range d.values {
		if !numbers[m] {
			bins[m] = d.counts[i]
		}
	}
	return newDistribution(bins)
}

// quantile returns the value below which the share q of the values lies; 0 for an empty distribution.
func (d distribution) quantile(q float64) float64 {
	left := int64(q * float64(d.total))
	for i, n := range d.counts {
		if left < n {
			return d.values[i].float()
		}
		left -= n
	}
	if len(d.values) == 0 {
		return 0
	}
	return d.values[len(d.values)-1].float()
}

// within returns the share of values from low to high.
func (d distribution) within(low, high float64) float64 {
	if d.total == 0 {
		return 0
	}
	var n int64
	for i, m := range d.values {
		if v := m.float(); v >= low && v <= high {
			n += d.counts[i]
		}
	}
	return float64(n) / float64(d.total)
}
