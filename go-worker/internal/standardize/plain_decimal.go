package standardize

import "cmp"

// A plainDecimal is a number that is compared with several others: read once, where it is short.
type plainDecimal struct {
	text       string // as compareNumbers takes it; "" is none
	millionths int64
	short      bool // millionths holds all of it
}

// longestShort is how many characters a short number has: a million times as much is still an int64.
const longestShort = 12

func newPlainDecimal(text string) plainDecimal {
	d := plainDecimal{text: text}
	d.millionths, d.short = millionths(text)
	return d
}

// compare is compareNumbers.
func (d *plainDecimal) compare(e *plainDecimal) int {
	if d.short && e.short {
		return cmp.Compare(d.millionths, e.millionths)
	}
	return compareNumbers(d.text, e.text)
}

// millionths reads a number that is a plainNumber; ok is false for a long one, and for one with more than six digits behind the point.
func millionths(s string) (n int64, ok bool) {
	if len(s) == 0 || len(s) > longestShort || s[0] == '0' && len(s) > 1 && s[1] != '.' {
		return 0, false
	}
	point := -1
	for i := range len(s) {
		switch b := s[i]; {
		case isASCIIDigit(b):
			n = 10*n + int64(b-'0')
		case b == '.' && point < 0 && i > 0 && i < len(s)-1:
			point = i
		default:
			return 0, false
		}
	}
	places := 0
	if point > 0 {
		places = len(s) - 1 - point
	}
	if places > 6 {
		return 0, false
	}
	return n * powersOfTen[6-places], true
}

var powersOfTen = [...]int64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000}
