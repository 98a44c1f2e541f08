package scorecard

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/dates"
)

// A Spread is how many values of a column of dates or numbers fall into each of many small bins: the first count is of all rows, the
// second of those that are kept. It is exact, so that parts can be summed up; a card that leaves the engine has a Histogram instead.
type Spread struct {
	Kind string             `json:"kind"` // dates, numbers
	Bins map[int32][2]int64 `json:"bins"`
}

const (
	spreadDates   = "dates"   // a bin is a month: 13 × year + month, 0 where no month is known
	spreadNumbers = "numbers" // a bin is a number of three digits: sign × (1000 × (exponent + 40) + digits)
)

// spreadOf returns of which kind the spread of a column is, "" when it has none.
func spreadOf(c *Column) string {
	switch c.Type {
	case "date", "datetime":
		return spreadDates
	case "integer", "decimal", "age", "vital":
		return spreadNumbers
	}
	return ""
}

// spreads counts values while rows are transformed.
type spread struct {
	slot int
	kind string
	bins map[int32][2]int64
	near [2048]nearBin // bins that were counted last, each at the place of its number; what they count is not yet in the map
}

// A nearBin is found without the map. Its counts lie beside it, and are small: bins are met in no order, each far from the processor.
type nearBin struct {
	bin    int32
	counts [2]uint16
}

func spreadsOf(columns []Column) []spread {
	var all []spread
	for i := range columns {
		if kind := spreadOf(&columns[i]); kind != "" {
			all = append(all, spread{slot: i, kind: kind, bins: map[int32][2]int64{}})
		}
	}
	return all
}

// add counts a canonical value of a row, and whether that is kept.
func (s *spread) add(value string, kept bool) {
	bin, ok := int32(0), false
	if s.kind == spreadDates {
		bin, ok = monthBin(value)
	} else {
		bin, ok = numberBin(value)
	}
	if !ok {
		return
	}
	near := &s.near[uint32(bin)%uint32(len(s.near))]
	if near.bin != bin || near.counts[0] == math.MaxUint16 {
		s.put(near)
		near.bin = bin
	}
	near.counts[0]++
	if kept {
		near.counts[1]++
	}
}

// put moves what a near bin has counted into the map.
func (s *spread) put(near *nearBin) {
	if near.counts[0] != 0 {
		s.bins[near.bin] = plus(s.bins[near.bin], [2]int64{int64(near.counts[0]), int64(near.counts[1])})
		near.counts = [2]uint16{}
	}
}

// putAll makes the map complete.
func (s *spread) putAll() {
	for i := range s.near {
		s.put(&s.near[i])
	}
}

func plus(a, b [2]int64) [2]int64 { return [2]int64{a[0] + b[0], a[1] + b[1]} }

func (s *spread) merge(o *spread) {
	o.putAll()
	for bin, n := range o.bins {
		s.bins[bin] = plus(s.bins[bin], n)
	}
}

// counted returns what was counted, nil for nothing.
func (s *spread) counted() *Spread {
	s.putAll()
	if len(s.bins) == 0 {
		return nil
	}
	return &Spread{s.kind, maps.Clone(s.bins)}
}

// add returns the sum of two spreads, either of which may be nil; it changes neither.
func (s *Spread) add(o *Spread) *Spread {
	switch {
	case s == nil || len(s.Bins) == 0:
		return o
	case o == nil || s.Kind != o.Kind:
		return s
	}
	out := &Spread{s.Kind, maps.Clone(s.Bins)}
	for bin, n := range o.Bins {
		out.Bins[bin] = plus(out.Bins[bin], n)
	}
	return out
}

// monthBin returns the bin of a date as it is written: YYYY, YYYY-MM, or more.
func monthBin(s string) (int32, bool) {
	if len(s) >= 8 && s[4] == '-' { // most are longer than a month: both numbers are read at once
		w := binary.LittleEndian.Uint64([]byte(s[:8]))
		if n, ok := dates.EightDigits(0x3030 | w<<16&(1<<48-1) | w<<8&^(1<<48-1)); ok {
			return int32(13*(n/100) + n%100), n%100 <= 12
		}
	}
	return anyMonthBin(s)
}

func anyMonthBin(s string) (int32, bool) {
	if len(s) < 4 {
		return 0, false
	}
	year, ok := digits(s[:4])
	if !ok || len(s) < 7 || s[4] != '-' {
		return 13 * year, ok
	}
	month, ok := digits(s[5:7])
	return 13*year + month, ok && month <= 12
}

func digits(s string) (n int32, ok bool) {
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = 10*n + int32(d)
	}
	return n, true
}

const exponentOffset = 40

// numberBin returns the bin of a plain decimal number, cut to three digits.
func numberBin(s string) (int32, bool) {
	sign := int32(1)
	if s != "" && s[0] == '-' {
		sign, s = -1, s[1:]
	}
	n, exponent, seen, fraction := int32(0), int32(0), false, false
	for i := range len(s) {
		switch d := s[i] - '0'; {
		case d <= 9 && n < 100:
			n = 10*n + int32(d)
			if fraction {
				exponent--
			}
		case d <= 9: // has its three digits
			if !fraction {
				exponent++
			}
		case s[i] == '.' && !fraction:
			fraction = true
			continue
		default:
			return 0, false
		}
		seen = true
	}
	if n == 0 {
		return 0, seen
	}
	for ; n < 100; exponent-- {
		n *= 10
	}
	return sign * (1000*min(max(exponent+exponentOffset, 1), 2*exponentOffset) + n), seen
}

// number is the number that a bin begins with.
func number(bin int32) float64 {
	if bin < 0 {
		return -number(-bin)
	}
	n, exponent := float64(bin%1000), int(bin/1000)-exponentOffset
	if exponent < 0 {
		return n / math.Pow10(-exponent) // exact powers: 3.7 comes back as 3.7
	}
	return n * math.Pow10(exponent)
}

// sorted returns the bins in the order of their values.
func (s *Spread) sorted() []int32 {
	bins := slices.Collect(maps.Keys(s.Bins))
	slices.SortFunc(bins, func(a, b int32) int {
		if s.Kind == spreadDates {
			return int(a - b)
		}
		return cmpFloat(number(a), number(b))
	})
	return bins
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// total is how many values were counted.
func (s *Spread) total() (n int64) {
	for _, counts := range s.Bins {
		n += counts[0]
	}
	return n
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
