package standardize

import "strings"

// plainEmail is the PlainFunc of addresses: nothing but one, in ASCII.
func plainEmail(raw string, c *Cell) bool {
	at, point, other, ok := addressParts(raw)
	if !ok {
		return false
	}
	address := raw
	if other { // capitals in the domain
		own := c.Arena.take(len(raw))
		copy(own, raw)
		for i := at + 1; i < len(own); i++ {
			own[i] = domainBytes[own[i]]
		}
		address = asText(own)
	}
	if local, domain := address[:at], address[at+1:]; reservedDomain(address[point+1:]) ||
		localFilter.may(local[0], len(local)) && placeholderLocals[strings.ToLower(local)] ||
		domainFilter.may(domain[0], len(domain)) && placeholderDomains[domain] {
		return false
	}
	settleEmail(raw, address, at, point, c)
	return true
}

// addressParts returns where the @ and the last point of an address stand, and whether there are capitals behind the former. ok is false where
// something else stands in s: the local part is no localPart, or the domain, in small letters, no plainDomain for another reason than that it
// is reserved.
func addressParts(s string) (at, point int, capitals, ok bool) {
	at = localEnd(s)
	if at < 1 || at > 64 || at == len(s) || s[at] != '@' || s[at-1] == '.' || len(s) > maxEmail {
		return 0, 0, false, false
	}
	start, other := at+1, byte(0) // of the label at hand
	for i, b := range []byte(s[at+1:]) {
		small := domainBytes[b]
		other |= small ^ b
		if small > '.' {
			continue
		}
		switch {
		case small == '-':
		case small == 0, !isLabel(s[start : at+1+i]):
			return 0, 0, false, false
		default:
			point, start = at+1+i, at+2+i
		}
	}
	top := s[start:]
	if point == 0 || len(top) < 2 || !isLabel(top) {
		return 0, 0, false, false
	}
	for _, b := range []byte(top) {
		if !isASCIILetter(b) {
			return 0, 0, false, false
		}
	}
	return at, point, other != 0, true
}

// localEnd returns where what may stand in a local part ends: neither at its beginning nor behind another does a dot.
func localEnd(s string) int {
	for i, b := range []byte(s) {
		if !atext[b] && (b != '.' || i == 0 || s[i-1] == '.') {
			return i
		}
	}
	return len(s)
}

// domainBytes are what may stand in a domain, in small letters; 0 for everything else.
var domainBytes = func() (bytes [256]byte) {
	for b := range bytes {
		switch c := byte(b); {
		case isASCIILetter(c):
			bytes[b] = c | 0x20
		case isASCIIDigit(c) || c == '-' || c == '.':
			bytes[b] = c
		}
	}
	return bytes
}()
