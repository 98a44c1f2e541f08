package units

import (
	"math/big"
	"strings"
)

// A Conversion turns numbers of one unit into numbers of another: multiplied, then added to, exactly.
type Conversion struct {
	multiply, add *big.Rat
	same          bool
	short         short
}

func newConversion(multiply, add *big.Rat) Conversion {
	same := multiply.Cmp(big.NewRat(1, 1)) == 0 && add.Sign() == 0
	return Conversion{multiply, add, same, newShort(multiply, add)}
}

// NewConversion returns the conversion that multiplies and then adds; the numbers are decimals or fractions such as 1/88.40.
// It panics where they cannot be read: they come from the tables of the contract.
func NewConversion(multiply, add string) Conversion {
	over, under, isFraction := strings.Cut(multiply, "/")
	m := rational(over)
	if isFraction {
		m = new(big.Rat).Quo(m, rational(under))
	}
	return newConversion(m, rational(add))
}

// To returns the conversion between two units of one kind; ok is false where they are of different kinds.
func (u Unit) To(v Unit) (c Conversion, ok bool) {
	if u.kind != v.kind {
		return Conversion{}, false
	}
	add := new(big.Rat)
	if u.offset != nil {
		add.Set(u.offset)
	}
	if v.offset != nil {
		add.Sub(add, v.offset)
	}
	return newConversion(new(big.Rat).Quo(u.factor, v.factor), add.Quo(add, v.factor)), true
}

// Then returns the conversion that does c and then d.
func (c Conversion) Then(d Conversion) Conversion {
	add := new(big.Rat).Mul(c.add, d.multiply)
	return newConversion(new(big.Rat).Mul(c.multiply, d.multiply), add.Add(add, d.add))
}

// Inverse returns the conversion back.
func (c Conversion) Inverse() Conversion {
	inverse := new(big.Rat).Inv(c.multiply)
	add := new(big.Rat).Mul(c.add, inverse)
	return newConversion(inverse, add.Neg(add))
}

// Same reports whether the conversion changes nothing, as from mEq/L of potassium to mmol/L.
func (c Conversion) Same() bool { return c.same }

// Apply converts a plain decimal number and rounds it, half away from zero, to so many decimals. A number that is not zero
// never becomes zero: it gets the decimals that it needs for two digits. Where nothing changes the number stays as it is
// written. ok is false for what is no plain number.
func (c Conversion) Apply(number string, decimals int) (converted string, ok bool) {
	var buffer [32]byte
	if out, ok := c.Append(buffer[:0], number, decimals); ok {
		return string(out), true
	}
	n, ok := parseNumber(number)
	if !ok {
		return "", false
	}
	if c.Same() {
		return number, true
	}
	n.Mul(n, c.multiply)
	n.Add(n, c.add)
	return Format(n, decimals), true
}

// Append appends what Apply returns, where that takes machine words alone; ok is false where it takes more, or nothing changes.
func (c Conversion) Append(to []byte, number string, decimals int) (converted []byte, ok bool) {
	if c.same {
		return nil, false
	}
	return c.short.append(to, number, decimals)
}

// Format writes a number as Apply does.
func Format(n *big.Rat, decimals int) string {
	s := n.FloatString(decimals)
	for more := decimals + 1; n.Sign() != 0 && isZero(s) && more < 40; more++ {
		if !isZero(n.FloatString(more)) {
			s = n.FloatString(more + 1)
		}
	}
	if isZero(s) {
		s = strings.TrimPrefix(s, "-")
	}
	return s
}

func isZero(s string) bool { return strings.Trim(s, "-0.") == "" }

// maxNumber bounds the length of the numbers that are converted.
const maxNumber = 60

// parseNumber reads digits with at most one point and a sign; no exponent, whose size could be anything.
func parseNumber(s string) (*big.Rat, bool) {
	if len(s) == 0 || len(s) > maxNumber || strings.Trim(s, "0123456789.-") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// An Amount is a number and how it becomes one of the unit wanted.
type Amount struct {
	Number     string
	Conversion Conversion
}

// Sum adds amounts and rounds once. ok is false where a number is none.
func Sum(amounts []Amount, decimals int) (sum string, ok bool) {
	total := new(big.Rat)
	for _, a := range amounts {
		n, ok := parseNumber(a.Number)
		if !ok {
			return "", false
		}
		total.Add(total, n.Mul(n, a.Conversion.multiply))
	}
	return Format(total, decimals), true
}
