package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// plain reads a name of ASCII letters alone, three or more, exactly as the rest of cell does, and returns false for any other.
// Only Mc and Mac take a closer look.
func (n nameReader) plain(raw string, c *Cell) bool {
	var buffer [longestPlainName]byte
	if len(raw) < 3 || len(raw) > len(buffer) {
		return false
	}
	var all, any byte = 0x20, 0
	for i := range len(raw) {
		b := raw[i]
		if !isASCIILetter(b) {
			return false
		}
		all, any = all&b, any|b
		buffer[i] = b | 0x20
	}
	if buffer[0] == 'm' && (buffer[1] == 'c' || buffer[1] == 'a' && buffer[2] == 'c') {
		return false
	}
	if len(raw) <= 4 && isWord(nullNames, raw) {
		c.Hit(ruleNullName)
	}
	c.Value = raw
	if all&0x20 == any&0x20 { // in one case, which says nothing
		buffer[0] &^= 0x20
		c.Hit(ruleRecased)
		c.Value = c.Arena.Text(buffer[:len(raw)])
	}
	return true
}

const longestPlainName = 32

// markedNames are the words that say alone that a name is none, or that more of it must be looked at.
var markedNames = func() wordTable[bool] {
	all := map[string]bool{"trauma": true}
	for w := range newbornShort {
		for _, order := range [...]string{"a", "b", "c", "d"} {
			all[w+order] = true
		}
	}
	for _, words := range []map[string]bool{newbornNames, newbornWords, unknownNames, testNames} {
		for w := range words {
			all[w] = true
		}
	}
	return newWordTable(all)
}()

// wholePlaceholders knows with which letter placeholders of several words begin, and how many spaces stand in them.
var wholePlaceholders = func() *wordFilter {
	f := new(wordFilter)
	for _, row := range facts.Rows("name_placeholders.csv", "kind", "words") {
		if row[0] != "unknown" && row[0] != "test" {
			continue
		}
		for _, w := range facts.List(row[1]) {
			if spaces := strings.Count(w, " "); spaces > 0 {
				f[w[0]] |= 1 << spaces
				f[w[0]-'a'+'A'] |= 1 << spaces
			}
		}
	}
	return f
}()

// testPairFilter knows with which letter a given name begins that may be that of a test patient, and how long the whole name is.
var testPairFilter = newWordFilter(testPairs)

// ordinary reports whether nothing about family and given name needs a look at tables of placeholders: each is one word of
// ASCII letters, which is in none of them, or one of both is missing. alike: they are the same.
func ordinary(family, given string) (alike, ok bool) {
	f, fine := ordinaryName(family)
	if !fine {
		return false, false
	}
	g, fine := ordinaryName(given)
	if !fine || family != "" && given != "" && testPairFilter.may(given[0], len(given)+len(family)) {
		return false, false
	}
	return f == g, true
}

func ordinaryName(s string) (w lowerWord, ok bool) {
	if s == "" {
		return w, true
	}
	if w, ok = newLowerWord(s); !ok || len(s) < 2 {
		return w, false
	}
	switch start := w.first & 0xffffff; {
	case start&0xffff == 'x'|'x'<<8, start&0xffff == 'z'|'z'<<8, start == 'd'|'o'<<8|'e'<<16:
		return w, false
	}
	return w, !markedNames.has(w)
}
