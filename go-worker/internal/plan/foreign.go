package plan

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"harmonizer/go-worker/internal/facts"
)

// foreignHeaders are headers in other letters than Latin ones, and those in English that say the same.
var foreignHeaders = func() map[string]string {
	all := map[string]string{}
	for _, row := range facts.Rows("foreign_headers.csv", "header", "name") {
		all[row[0]] = row[1]
	}
	return all
}()

// foreignHeader returns the English header that says what one in other letters does.
func foreignHeader(header string) (string, bool) {
	if !inOtherLetters(header) {
		return "", false
	}
	words := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(header)), func(r rune) bool { return unicode.IsSpace(r) || r == '_' || r == ':' || r == '\u200f' })
	english, ok := foreignHeaders[strings.Join(words, " ")]
	return english, ok
}

// inOtherLetters reports whether a text has a letter that is not of the Latin alphabet.
func inOtherLetters(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxLatin1 && unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r)
	})
}
