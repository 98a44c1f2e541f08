package standardize

// plainSSN reads nine digits, or ddd-dd-dddd, that can only be an assigned number, exactly as the rest of ssn does. It returns
// false for anything else, and for placeholders.
func plainSSN(raw string, c *Cell) bool {
	var d [9]byte
	switch {
	case len(raw) == 9:
		copy(d[:], raw)
	case len(raw) == 11 && raw[3] == '-' && raw[6] == '-':
		copy(d[:3], raw[:3])
		copy(d[3:5], raw[4:6])
		copy(d[5:], raw[7:])
	default:
		return false
	}
	for _, b := range d {
		if !isASCIIDigit(b) {
			return false
		}
	}
	likely := d[0] == d[1] || ssnStarts[int(d[0]-'0')*10+int(d[1]-'0')]
	if d[0] == '9' || likely && PlaceholderSSN(string(d[:])) || !assignableSSN(string(d[:])) {
		return false
	}
	c.Value = raw
	if len(raw) > len(d) {
		c.Hit(ruleStandard)
		c.Value = c.Arena.Text(d[:])
	}
	c.Parts[ssnLast4] = c.Value[5:]
	return true
}

// ssnStarts are the first two digits of placeholders.
var ssnStarts = func() (starts [100]bool) {
	for number := range ssnPlaceholders {
		starts[int(number[0]-'0')*10+int(number[1]-'0')] = true
	}
	return starts
}()
