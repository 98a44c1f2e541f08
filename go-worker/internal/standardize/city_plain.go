package standardize

// plainPlace is the PlainFunc of names of one or two words of ASCII letters. Only Mc and military post offices take a closer look.
func plainPlace(raw string, c *Cell) bool {
	var buffer [48]byte
	if len(raw) < 4 || len(raw) > len(buffer) {
		return false
	}
	var all, any byte = 0x20, 0
	start, words := 0, 0 // of the word at hand
	for i := 0; i <= len(raw); i++ {
		if i < len(raw) && raw[i] != ' ' {
			b := raw[i]
			if !isASCIILetter(b) {
				return false
			}
			all, any = all&b, any|b
			buffer[i] = b | 0x20
			continue
		}
		if i == start || buffer[start] == 'm' && i > start+1 && buffer[start+1] == 'c' || words == 2 {
			return false
		}
		buffer[start] &^= 0x20
		words++
		if i < len(raw) {
			buffer[i] = ' '
		}
		start = i + 1
	}
	c.Value = raw
	if all&0x20 == any&0x20 { // in one case, which says nothing
		c.Hit(ruleStandard)
		c.Value = c.Arena.Text(buffer[:len(raw)])
	}
	return true
}
