package plan

import (
	"math/bits"
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// maxWidth is the widest number of digits that is told apart.
const maxWidth = 32

// digitStats are the sums over a column of identifiers: how many digits they have, and what spreadsheets and float
// exports left on them.
type digitStats struct {
	widths      [maxWidth + 1]int64 // values of digits only, by how many
	zeros       [maxWidth + 1]int64 // of these, those that begin with 0
	float       int64               // digits and a final .0
	zeroed      int64               // digits, and more zeros than one behind a point: 1829301.00, as a number in a database is printed
	decimal     int64               // digits, a point and other digits
	scientific  int64               // 1.23E+11
	roundedWide int64               // 16 digits and more, ending in 0: a spreadsheet keeps 15
	other       int64               // anything with letters or marks
	grouped     [maxWidth + 1]int64 // of these, groups of digits with one space, dash or point between them, by how many digits
	plus4       int64               // of these, five digits, a dash and more: a ZIP code with its four further digits
}

// addBlock counts the values of some records.
func (d *digitStats) addBlock(block *cells) {
	for left := block.filled; left != 0; left &= left - 1 {
		d.add(*block.at(bits.TrailingZeros64(left)), 1)
	}
}

func (d *digitStats) add(s string, n int64) {
	if !isDigit(s[0]) {
		d.other += n
		return
	}
	i := 1
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	switch {
	case i == len(s):
		w := min(i, maxWidth)
		d.widths[w] += n
		if s[0] == '0' {
			d.zeros[w] += n
		}
		if i >= 16 && s[i-1] == '0' {
			d.roundedWide += n
		}
	case s[i:] == ".0":
		d.float += n
		d.widths[min(i, maxWidth)] += n
	case isScientific(s):
		d.scientific += n
	case s[i] == '.' && i+1 < len(s) && strings.Trim(s[i+1:], "0") == "":
		d.zeroed += n
		d.widths[min(i, maxWidth)] += n
	case s[i] == '.' && allDigits(s[i+1:]):
		d.decimal += n
	default:
		d.other += n
		d.grouped[min(codes.GroupedDigits(s), maxWidth)] += n
		if i == 5 && s[5] == '-' && allDigits(s[6:]) {
			d.plus4 += n
		}
	}
}

// isScientific accepts what spreadsheets make of long numbers: a digit, perhaps a fraction, E+ and an exponent.
func isScientific(s string) bool {
	if len(s) < 4 || !isDigit(s[0]) {
		return false
	}
	i := 1
	if s[i] == '.' {
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
		if i == 2 {
			return false
		}
	}
	exponent, ok := cutExponent(s[i:])
	return ok && len(exponent) <= 2 && allDigits(exponent)
}

func cutExponent(s string) (string, bool) {
	if len(s) > 2 && s[0]|0x20 == 'e' && s[1] == '+' {
		return s[2:], true
	}
	return "", false
}

func (d *digitStats) merge(o *digitStats) {
	for i := range d.widths {
		d.widths[i] += o.widths[i]
		d.zeros[i] += o.zeros[i]
		d.grouped[i] += o.grouped[i]
	}
	d.float += o.float
	d.zeroed += o.zeroed
	d.decimal += o.decimal
	d.scientific += o.scientific
	d.roundedWide += o.roundedWide
	d.other += o.other
	d.plus4 += o.plus4
}

// numeric returns how many values are digits only, perhaps with a final .0.
func (d *digitStats) numeric() int64 {
	var n int64
	for _, w := range d.widths {
		n += w
	}
	return n
}

// widest returns the most frequent number of digits, the smaller one of a tie, and its count.
func (d *digitStats) widest() (width int, count int64) {
	for w, n := range d.widths {
		if n > count {
			width, count = w, n
		}
	}
	return width, count
}
