package standardize

import (
	"unicode"
	"unicode/utf8"
)

// letterOrMark reports whether a character beyond ASCII may stand in an international local part.
func letterOrMark(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || unicode.IsSymbol(r)
}

// startsWithMark reports whether s begins with a mark that would combine with what stands before it.
func startsWithMark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsMark(r)
}
