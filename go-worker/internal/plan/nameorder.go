package plan

import (
	"fmt"
	"slices"
	"strings"
)

// twoNames are words of headers that tell of two family names, as people have them in Spanish.
var twoNames = []string{"apellidos"}

// decideNameOrder takes the order of a full name from a header that names its parts, Cognome e nome, Apellidos y nombre, Last First, or from
// what the names show where they begin with the family name: SMITH JOHN A.
func (d *decider) decideNameOrder(c *Column, s *nameStats) {
	d.statedNameOrder(c)
	if n, of, ok := s.familyFirst(); ok {
		c.decide(NameOrder, Decision{Value: "family_first", Confidence: 0.95 * float64(n) / float64(of),
			Why: fmt.Sprintf("without a comma, %d of %s with an initial have it behind all words, with usual given names before it", n, some(of, "name", "names"))})
	}
}

// statedNameOrder takes the order from the header.
func (d *decider) statedNameOrder(c *Column) {
	words := strings.Split(nameOf(c.Header), "_")
	_, bracketed := Normalize(c.Header)
	words = append(words, strings.FieldsFunc(splitWords(bracketed), notLetter)...)
	family, given := d.places(words, "name_family"), d.places(words, "name_given")
	if len(family) == 0 || len(given) == 0 {
		return
	}
	order := Decision{Value: "given_first", Confidence: 1, Why: "stated in the header"}
	switch {
	case family[0] == given[0]:
		return
	case family[0] > given[0]:
	case slices.Contains(twoNames, words[family[0]]):
		order.Value = "families_first"
	default:
		order.Value = "family_first"
	}
	c.decide(NameOrder, order)
}

// places returns where words of a header name a field by themselves.
func (d *decider) places(words []string, field string) []int {
	f := d.b.table.Field(field)
	if f == nil {
		return nil
	}
	var at []int
	for i, w := range words {
		if slices.ContainsFunc(f.Synonyms, func(s string) bool { return nameOf(s) == w }) {
			at = append(at, i)
		}
	}
	return at
}
