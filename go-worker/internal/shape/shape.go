// Package shape tells what texts look like, which can be shown where what they say may not.
package shape

import (
	"unicode"
	"unicode/utf8"
)

// Length is how many characters of a text its mask shows.
const Length = 32

// Other ends the mask of a longer text.
const Other = "…"

// Append appends the mask of a text: 9 for a digit, A and a for letters, marks as they are.
func Append(dst []byte, s string) []byte {
	from, n := len(dst), min(len(s), Length)
	dst = append(dst, s[:n]...)
	for i, c := range dst[from:] {
		if c >= utf8.RuneSelf {
			return appendAny(dst[:from+i], s[i:], i)
		}
		dst[from+i] = masks[c]
	}
	if len(s) > n {
		dst = append(dst, Other...)
	}
	return dst
}

// Is reports whether a text of ASCII has a mask, as most have that of the one before them. It may miss that one has.
func Is(mask []byte, s string) bool {
	if len(s) != len(mask) || len(s) > Length {
		return false
	}
	for i, want := range mask {
		if c := s[i]; c >= utf8.RuneSelf || masks[c] != want {
			return false
		}
	}
	return true
}

// appendAny is Append for the rest of a text, behind n characters that were appended.
func appendAny(dst []byte, s string, n int) []byte {
	for i := 0; i < len(s); n++ {
		if n == Length {
			return append(dst, Other...)
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = append(dst, maskOf(r)...)
			i += size
			continue
		}
		dst = append(dst, masks[c])
		i++
	}
	return dst
}

// masks are those of the characters of ASCII.
var masks = func() (of [utf8.RuneSelf]byte) {
	for i := range of {
		switch c := byte(i); {
		case c >= '0' && c <= '9':
			of[i] = '9'
		case c >= 'A' && c <= 'Z':
			of[i] = 'A'
		case c >= 'a' && c <= 'z':
			of[i] = 'a'
		default:
			of[i] = c
		}
	}
	return of
}()

// maskOf returns the mask of a character beyond ASCII.
func maskOf(r rune) string {
	switch {
	case unicode.IsUpper(r):
		return "A"
	case unicode.IsLetter(r), unicode.IsMark(r):
		return "a"
	case unicode.IsNumber(r):
		return "9"
	}
	return string(r)
}

// IsTitle reports whether a word is one capital and small letters behind it, all in ASCII: the most usual form of a name.
func IsTitle(s string) bool {
	if len(s) < 2 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}

// AppendShort appends the mask of a text in which words are of any length: more than three letters of a kind are one of them and a plus,
// so that SMITH is A+ and Smith Aa+.
func AppendShort(dst []byte, s string) []byte {
	from := len(dst)
	dst = Append(dst, s)
	out, run, last := from, 0, byte(0)
	for _, c := range dst[from:] {
		if c != last {
			run, last = 0, c
		}
		run++
		switch {
		case run <= 3 || c != 'a' && c != 'A':
			dst[out] = c
			out++
		case run == 4: // three of them stand there
			out--
			dst[out-1] = '+'
		}
	}
	const moment = "9999-99-99A"
	if out-from > len(moment) && string(dst[from:from+len(moment)]) == moment {
		dst[from+len(moment)-1] = 'T' // the letter between a day and its time
	}
	return dst[:out]
}
