package standardize

import "harmonizer/go-worker/internal/facts"

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
