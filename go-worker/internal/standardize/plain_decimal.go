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

// millionths reads a plain number; ok is false for a long one, and for one with a sign or more than six digits behind the point.
func millionths(s string) (n int64, ok bool) {
	if len(s) > longestShort || !plainNumber(s) {
		return 0, false
	}
	places := 0
	for i := range len(s) {
		if s[i] == '.' {
			places = len(s) - 1 - i
		} else {
			n = 10*n + int64(s[i]-'0')
		}
	}
	if places > 6 {
		return 0, false
	}
	for ; places < 6; places++ {
		n *= 10
	}
	return n, true
}
