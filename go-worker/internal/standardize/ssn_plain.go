package standardize

import (
	"encoding/binary"

	"harmonizer/go-worker/internal/dates"
)

// plainSSN is the PlainFunc of numbers that can only be assigned ones: nine digits, or ddd-dd-dddd. Placeholders are left to the CellFunc.
func plainSSN(raw string, c *Cell) bool {
	var digits uint64 // the first eight, as they stand
	switch {
	case len(raw) == 9:
		digits = load8(raw)
	case len(raw) == 11 && raw[3] == '-' && raw[6] == '-':
		digits = load8(raw)&0xFFFFFF | uint64(raw[4])<<24 | uint64(raw[5])<<32 | uint64(raw[7])<<40 | uint64(raw[8])<<48 | uint64(raw[9])<<56
	default:
		return false
	}
	ninth := raw[len(raw)-1]
	if !dates.AreDigits(digits) || !isASCIIDigit(ninth) || !assignable(digits, ninth) {
		return false
	}
	if likely := raw[0] == raw[1] || ssnStarts[int(raw[0]-'0')*10+int(raw[1]-'0')]; likely {
		if PlaceholderSSN(string(append(binary.LittleEndian.AppendUint64(nil, digits), ninth))) {
			return false
		}
	}
	c.Value = raw
	if len(raw) > 9 {
		own := c.Arena.take(9)
		binary.LittleEndian.PutUint64(own, digits)
		own[8] = ninth
		c.Value = asText(own)
		c.Hit(ruleStandard)
	}
	c.Parts[ssnLast4] = c.Value[5:]
	return true
}

// assignable is assignableSSN for digits that stand in a word.
func assignable(digits uint64, ninth byte) bool {
	area, group, serial := digits&0xFFFFFF, digits>>24&0xFFFF, digits>>40|uint64(ninth)<<24
	return area != 0x303030 && area != 0x363636 && byte(digits) != '9' && group != 0x3030 && serial != 0x30303030
}

// ssnStarts are the first two digits of placeholders.
var ssnStarts = func() (starts [100]bool) {
	for number := range ssnPlaceholders {
		starts[int(number[0]-'0')*10+int(number[1]-'0')] = true
	}
	return starts
}()
