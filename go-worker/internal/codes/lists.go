package codes

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// A List is what the codes of one standard mean in one field, where its own words say nothing or something else of them.
type List struct {
	Name, Publisher, Type string
	Headers               []string          // normalized, any of which the column must have
	Standard              string            // whose headers must stand beside it; "" where the column's own says enough
	words                 map[string]string // by code
}

// Lists are those of code_lists.csv.
var Lists = func() (all []List) {
	for _, row := range facts.Rows("code_lists.csv", "list", "publisher", "type", "headers", "beside", "codes") {
		l := List{Name: row[0], Publisher: row[1], Type: row[2], Headers: facts.List(row[3]), Standard: row[4], words: map[string]string{}}
		for _, pair := range facts.List(row[5]) {
			code, word, _ := strings.Cut(pair, "=")
			l.words[listKey(code)] = word
		}
		all = append(all, l)
	}
	return all
}()

// ListOf returns the list of a name, nil when there is none.
func ListOf(name string) *List {
	for i := range Lists {
		if Lists[i].Name == name {
			return &Lists[i]
		}
	}
	return nil
}

// Word returns what a code means, in words that the families of its field read, "" where it means nothing; ok is false where it does not
// stand in the list. 01, 1 and 1.0 are one code.
func (l *List) Word(code string) (word string, ok bool) {
	word, ok = l.words[listKey(code)]
	return word, ok
}

func listKey(code string) string {
	code = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(code), ".0"))
	if short := strings.TrimLeft(code, "0"); short != "" && allDigits(code) {
		return short
	}
	return code
}
