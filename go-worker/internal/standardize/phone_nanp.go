package standardize

import (
	"strconv"
	"strings"
	"sync"

	"harmonizer/go-worker/internal/facts"
)

// exchanges says which first six digits numbers of the North American Numbering Plan have, one bit each. Six digits
// decide about a number of the plan (held by a test), and asking the phone library takes a thousand times as long.
var exchanges = sync.OnceValue(func() *[1_000_000 / 64]uint64 {
	set := new([1_000_000 / 64]uint64)
	for _, line := range facts.Rows("nanp_exchanges.csv", "exchanges", "area_codes") {
		for _, area := range facts.List(line[1]) {
			for _, run := range facts.List(line[0]) {
				first, last, _ := strings.Cut(run, "-")
				end := atoi(area + last)
				for six := atoi(area + first); six <= end; six++ {
					set[six/64] |= 1 << (six % 64)
				}
			}
		}
	}
	return set
})

// atoi reads digits of a table of facts.
func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic(err)
	}
	return n
}

// assignedNANP reports whether ten digits are a valid number of the plan.
func assignedNANP(d *[10]byte) bool {
	six := 0
	for _, b := range d[:6] {
		six = six*10 + int(b-'0')
	}
	return exchanges()[six/64]>>(six%64)&1 != 0
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
