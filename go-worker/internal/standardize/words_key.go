package standardize

import (
	"strings"
	"unicode/utf8"
)

// wordKey appends to buffer the letters and digits of s in lower case, which is how words of tables are compared:
// "N. Mex." and "n mex" are one. Letters beyond ASCII stay as they are written, lowered where they have a lower case.
// With a buffer on the stack a look-up map[string(wordKey(...))] allocates nothing.
func wordKey(buffer []byte, s string) []byte {
	for i := range len(s) {
		b := s[i]
		switch {
		case b >= utf8.RuneSelf:
			return append(buffer, squeezeWords(strings.ToLower(s[i:]))...)
		case b >= 'A' && b <= 'Z':
			buffer = append(buffer, b|0x20)
		case b >= 'a' && b <= 'z' || isASCIIDigit(b):
			buffer = append(buffer, b)
		}
	}
	return buffer
}

func squeezeWords(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
