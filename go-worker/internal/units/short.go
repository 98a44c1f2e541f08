package units

import (
	"math/big"
	"strconv"
)

// A short is a conversion in machine words, for the numbers that measurements have: (times*n + plus) / by. It is exact, as big
// numbers are, and gives up where its words might not hold a number.
type short struct {
	times, plus, by int64 // by 0: the conversion has too many digits
}

// Bounds under which no step of apply overflows.
const (
	maxFactor = 1 << 30 // of times, plus, by
	maxDigits = 1 << 20 // of a number without its point
	maxPlaces = 3       // behind the point, of what is read and of what is written
)

var powers = [...]int64{1, 10, 100, 1000}

func newShort(multiply, add *big.Rat) short {
	times := new(big.Int).Mul(multiply.Num(), add.Denom())
	plus := new(big.Int).Mul(add.Num(), multiply.Denom())
	by := new(big.Int).Mul(multiply.Denom(), add.Denom())
	limit := big.NewInt(maxFactor)
	if times.CmpAbs(limit) >= 0 || plus.CmpAbs(limit) >= 0 || by.CmpAbs(limit) >= 0 {
		return short{}
	}
	return short{times.Int64(), plus.Int64(), by.Int64()}
}

// append appends what Conversion.Apply returns; ok is false for what the slow way must do: signs, long numbers, and what would round
// to zero.
func (s short) append(out []byte, number string, decimals int) (converted []byte, ok bool) {
	n, places, ok := shortNumber(number)
	if !ok || s.by == 0 || decimals > maxPlaces {
		return nil, false
	}
	over := (s.times*n + s.plus*powers[places]) * powers[decimals]
	if over <= 0 {
		return nil, false
	}
	under := s.by * powers[places]
	rounded := (2*over + under) / (2 * under)
	if rounded == 0 {
		return nil, false
	}
	out = strconv.AppendInt(out, rounded/powers[decimals], 10)
	if decimals > 0 {
		out = append(out, '.')
		for rest, at := rounded%powers[decimals], decimals-1; at >= 0; at-- {
			out = append(out, byte('0'+rest/powers[at]%10))
		}
	}
	return out, true
}

// shortNumber reads digits with at most one point between them: as a whole number, and how many of its digits stand behind
// the point.
func shortNumber(s string) (n int64, places int, ok bool) {
	point := -1
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if n = 10*n + int64(c-'0'); n >= maxDigits {
				return 0, 0, false
			}
		case c == '.' && point < 0 && i > 0:
			point = i
		default:
			return 0, 0, false
		}
	}
	if point >= 0 {
		places = len(s) - 1 - point
	}
	return n, places, s != "" && places <= maxPlaces && (point < 0 || places > 0)
}
