package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// codedWords maps the words of one table of the contract, by wordKey, to what they stand for.
type codedWords map[string]string

// add gives words a meaning; a word with two meanings is a broken table.
func (m codedWords) add(meaning string, words ...string) {
	for _, w := range words {
		key := string(wordKey(nil, w))
		if old, ok := m[key]; ok && old != meaning {
			panic("standardize: " + w + " stands for " + old + " and for " + meaning)
		}
		m[key] = meaning
	}
}

// find returns the meaning of a text, whatever its case, spaces and punctuation.
func (m codedWords) find(s string) (string, bool) {
	if len(s) > 80 {
		return "", false
	}
	var buffer [80]byte
	meaning, ok := m[string(wordKey(buffer[:0], s))]
	return meaning, ok
}

// findLabelled returns the meaning of a text, of two words for it, Single/Never Married, or of a code that stands with its word: M - Male,
// Female (F), 1=Male. Both mean the same, or the code is a number, which the word explains: 1-2 times daily is no such code.
func (m codedWords) findLabelled(s string) (string, bool) {
	if meaning, ok := m.find(s); ok {
		return meaning, true
	}
	at := strings.IndexAny(s, "(-:=/")
	if at <= 0 {
		return "", false
	}
	first, second := strings.TrimSpace(s[:at]), strings.Trim(s[at+1:], " ->)")
	meaning, ok := m.find(second)
	if !ok {
		return "", false
	}
	if other, ok := m.find(first); ok {
		return meaning, meaning == other
	}
	return meaning, asciiDigits(first) && len(first) <= 2 && s[at] != '(' && s[at] != '/' && !isASCIIDigit(second[0])
}

// readCodedWords reads a table whose first columns are meanings and whose last column lists the words; every meaning in the column
// named by place is a word for itself too.
func readCodedWords(file string, place int, columns ...string) codedWords {
	words := codedWords{}
	for _, row := range facts.Rows(file, columns...) {
		words.add(row[place], facts.List(row[len(row)-1])...)
		words.add(row[place], row[place])
	}
	return words
}

// withUnsaid adds the words of other languages for no answer to those of a field that has codes for it: not known, and not told.
func (m codedWords) withUnsaid(unknown, declined string) codedWords {
	eachUnsaid(func(word string, refused bool) {
		if refused {
			m.add(declined, word)
		} else {
			m.add(unknown, word)
		}
	})
	return m
}

// eachUnsaid calls do for each word of people for no answer in a language but English, whose words the tables of the fields list; refused
// says that the person was asked.
func eachUnsaid(do func(word string, refused bool)) {
	for _, row := range facts.Rows("nulls.csv", "token", "language", "scope", "reason") {
		if row[1] != "" && row[1] != "en" && row[2] == "demographic" {
			do(row[0], row[3] == "asked-declined")
		}
	}
}
