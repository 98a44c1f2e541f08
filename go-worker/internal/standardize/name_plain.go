package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// plainName is the PlainFunc of parts of names: one word of ASCII letters. Of those that are not one capital and small letters behind it,
// short ones and Mc and Mac take a closer look.
func plainName(raw string, c *Cell) bool {
	if len(raw) < 2 || len(raw) > longestPlainName || !isASCIILetter(raw[0]) {
		return false
	}
	first, all, any := raw[0]&0x20, byte(0x20), byte(0) // 0x20 of small letters
	for i := 1; i < len(raw); i++ {
		b := raw[i]
		if !isASCIILetter(b) {
			return false
		}
		all, any = all&b, any|b
	}
	small, capital := all&0x20 != 0, any&0x20 == 0 // all letters behind the first
	title, oneCase := small && first == 0, small || capital && first == 0
	if raw[0]|0x20 == 'n' && raw[1]|0x20 == 'm' { // NMN, no middle name
		return false
	}
	if !title && (len(raw) < 3 || !oneCase && prefixLength(raw) > 0 || raw[0]|0x20 == 'm' && (raw[1]|0x20 == 'c' || raw[1]|0x20 == 'a' && raw[2]|0x20 == 'c')) {
		return false
	}
	if len(raw) <= 4 && nullNameFilter.may(raw[0], len(raw)) && isWord(nullNames, raw) {
		c.Hit(ruleNullName)
	}
	c.Value = raw
	if !title && oneCase { // in one case, which says nothing
		own := c.Arena.take(len(raw))
		for i := range own {
			own[i] = raw[i] | 0x20
		}
		own[0] &^= 0x20
		c.Hit(ruleRecased)
		c.Value = asText(own)
	}
	return true
}

const longestPlainName = 32

// nullNameFilter knows nullNames.
var nullNameFilter = newWordFilter(nullNames)

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
