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
	dot := true // one may not stand first, nor after another
	for at < len(s) && s[at] != '@' {
		b := s[at]
		if !atext[b] && (b != '.' || dot) {
			return 0, 0, false, false
		}
		dot = b == '.'
		at++
	}
	if dot || at > 64 || at == len(s) || len(s) > maxEmail {
		return 0, 0, false, false
	}
	start, other := at+1, byte(0)
	for i := start; i < len(s); i++ {
		b := s[i]
		small := domainBytes[b]
		switch {
		case small == 0:
			return 0, 0, false, false
		case small == '.':
			if !isLabel(s[start:i]) {
				return 0, 0, false, false
			}
			point, start = i, i+1
		}
		other |= small ^ b
	}
	top := s[start:]
	if point == 0 || len(top) < 2 || !isLabel(top) {
		return 0, 0, false, false
	}
	for i := range len(top) {
		if !isASCIILetter(top[i]) {
			return 0, 0, false, false
		}
	}
	return at, point, other != 0, true
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
