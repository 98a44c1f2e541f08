package standardize

import (
	"strings"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"
)

// assigned remembers what the phone library says about the first six digits of numbers of the North American
// Numbering Plan, two bits each: asked, and valid. Its patterns for +1 decide by these six digits alone (held by a
// test), so each exchange is asked once and every number after that costs a look-up.
var assigned [(1_000_000*2 + 31) / 32]atomic.Uint32

// assignedNANP reports whether ten digits are a valid number of the plan.
func assignedNANP(d *[10]byte) bool {
	six := 0
	for _, b := range d[:6] {
		six = six*10 + int(b-'0')
	}
	word, shift := &assigned[six/16], uint(six%16)*2
	switch word.Load() >> shift & 3 {
	case 1:
		return false
	case 3:
		return true
	}
	national := uint64(0)
	for _, b := range d {
		national = national*10 + uint64(b-'0')
	}
	country := int32(1)
	valid := phonenumbers.IsValidNumber(&phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &national})
	if valid {
		word.Or(3 << shift)
	} else {
		word.Or(1 << shift)
	}
	return valid
}

// nanpDigits reads a number in the forms usual in the United States: (617) 555-2345, 617-555-2345, 617.555.2345,
// 617 555 2345, 6175552345, each also with +1 or 1 before it. plus and one say how it began. ok is false for anything
// else, which the slow path reads: also for an area code that begins with 0 or 1, of which there are none.
func nanpDigits(s string) (d [10]byte, plus, one, ok bool) {
	if strings.HasSuffix(s, ".0") {
		return d, false, false, false // the mark of a float export
	}
	i := 0
	if i < len(s) && s[i] == '+' {
		plus = true
		i++
	}
	n := 0
	for ; i < len(s); i++ {
		b := s[i]
		switch {
		case isASCIIDigit(b):
			if n == 0 && b == '1' && !one {
				one = true
				continue
			}
			if n == len(d) || n == 0 && b < '2' {
				return d, plus, one, false
			}
			d[n] = b
			n++
		case b == ' ' || b == '-' || b == '.' || b == '(' || b == ')':
		default:
			return d, plus, one, false
		}
	}
	return d, plus, one, n == len(d) && (one || !plus)
}
