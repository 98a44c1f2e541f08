package standardize

import (
	"strconv"
	"strings"
	"sync"

	"harmonizer/go-worker/internal/facts"
)

// numberingPlan says which first six digits numbers of the North American Numbering Plan have. Six digits decide about a number of the
// plan (held by a test), and asking the phone library takes a thousand times as long. Many area codes share their exchanges, so that all
// of it stays near the processor.
type numberingPlan struct {
	area      [1000]uint8           // the place in exchanges, by area code
	exchanges [][1000/64 + 1]uint64 // one bit for each; the first are those of an area code that is not in use
}

var nanp = sync.OnceValue(func() *numberingPlan {
	plan := &numberingPlan{exchanges: make([][1000/64 + 1]uint64, 1)}
	for _, line := range facts.Rows("nanp_exchanges.csv", "exchanges", "area_codes") {
		for _, area := range facts.List(line[1]) {
			plan.area[atoi(area)] = uint8(len(plan.exchanges))
		}
		var used [1000/64 + 1]uint64
		for _, run := range facts.List(line[0]) {
			first, last, _ := strings.Cut(run, "-")
			for three := atoi(first); three <= atoi(last); three++ {
				used[three/64] |= 1 << (three % 64)
			}
		}
		plan.exchanges = append(plan.exchanges, used)
	}
	return plan
})

// atoi reads digits of a table of facts.
func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic(err)
	}
	return n
}

// A nanpNumber is a number of the plan in E.164 form: +1 and ten digits.
type nanpNumber [12]byte

// assigned reports whether it is a valid one.
func (n *nanpNumber) assigned() bool {
	plan, area, exchange := nanp(), threeDigits(n[2], n[3], n[4]), threeDigits(n[5], n[6], n[7])
	return plan.exchanges[plan.area[area]][exchange/64]>>(exchange%64)&1 != 0
}

func threeDigits(a, b, c byte) int { return int(a-'0')*100 + int(b-'0')*10 + int(c-'0') }

// nanpDigits reads a number in the forms usual in the United States: (617) 555-2345, 617-555-2345, 617.555.2345,
// 617 555 2345, 6175552345, each also with +1 or 1 before it. plus and one say how it began. ok is false for anything
// else, which the slow path reads: also for an area code that begins with 0 or 1, of which there are none.
func nanpDigits(s string) (number nanpNumber, plus, one, ok bool) {
	if strings.HasSuffix(s, ".0") {
		return number, false, false, false // the mark of a float export
	}
	i := 0
	if i < len(s) && s[i] == '+' {
		plus = true
		i++
	}
	var all [len(number) - 1]byte // a 1 and ten digits
	n := 0
	for ; i < len(s); i++ {
		b := s[i]
		switch {
		case isASCIIDigit(b):
			if n == len(all) {
				return number, plus, false, false
			}
			all[n] = b
			n++
		case !phoneMarks[b]:
			return number, plus, false, false
		}
	}
	number[0], number[1] = '+', '1'
	switch {
	case n == len(all) && all[0] == '1' && all[1] >= '2':
		copy(number[2:], all[1:])
		return number, plus, true, true
	case n == len(all)-1 && all[0] >= '2' && !plus:
		copy(number[2:], all[:n])
		return number, false, false, true
	}
	return number, plus, false, false
}

// phoneMarks may stand between the digits of a number.
var phoneMarks = [256]bool{' ': true, '-': true, '.': true, '(': true, ')': true}
