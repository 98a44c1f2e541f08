package plan

import (
	"math/bits"
	"strings"
	"sync"

	"harmonizer/go-worker/internal/facts"
)

// nameStats count what full names without a comma say about which of their parts stands first.
type nameStats struct {
	given, family int64 // those of two words or more whose first, or only whose second word is a given name that many people have
	behind, apart int64 // those with an initial behind all words, of three or more, and those with one between words or behind a single one
}

func (s *nameStats) addBlock(block *cells) {
	for left := block.filled; left != 0; left &= left - 1 {
		s.add(*block.at(bits.TrailingZeros64(left)))
	}
}

func (s *nameStats) add(name string) {
	if strings.ContainsAny(name, ",^;") {
		return
	}
	var first, second string
	words, initials, last := 0, 0, false
	for w := range strings.FieldsSeq(name) {
		if isNameAffix().has(w) {
			continue
		}
		words++
		last = isInitial(w)
		switch {
		case words == 1:
			first = w
			continue
		case words == 2:
			second = w
		}
		if last {
			initials++
		}
	}
	if words < 2 {
		return
	}
	switch {
	case last && words > 2:
		s.behind++
	case initials > 0:
		s.apart++
	}
	switch leads, follows := isGivenName().has(first), isGivenName().has(second); {
	case leads && !follows:
		s.given++
	case follows && !leads:
		s.family++
	}
}

func isInitial(w string) bool {
	return len(w) == 1 && isLetter(w[0]) || len(w) == 2 && w[1] == '.' && isLetter(w[0])
}

func (s *nameStats) merge(o *nameStats) {
	s.given += o.given
	s.family += o.family
	s.behind += o.behind
	s.apart += o.apart
}

// Limits from which names are taken to begin with the family name: so many with an initial behind all words, what share of those with one
// anywhere, and behind the first word of how many of them a usual given name. Given names alone show nothing, since many are family names, too, and
// of whole peoples (Sunil Thomas, Priya John); nor do initials alone, which stand for the father's name in some (Suresh Kumar R).
const (
	fewestBehind = 3
	behindShare  = 0.95
	oneGivenOf   = 2
)

// familyFirst reports whether the names begin with the family name, and how many of how many with an initial show it.
func (s *nameStats) familyFirst() (n, of int64, ok bool) {
	of = s.behind + s.apart
	ok = s.behind >= fewestBehind && float64(s.behind) >= behindShare*float64(of) && s.family > s.given && oneGivenOf*s.family >= s.behind
	return s.behind, of, ok
}

// partsOfNames are words of names in small letters, without points.
type partsOfNames map[string]bool

// longestOfName is how many bytes a word of a name has that is looked for.
const longestOfName = 24

func (n partsOfNames) has(w string) bool {
	if w = strings.Trim(w, ".,"); len(w) > longestOfName {
		return false
	}
	var buffer [longestOfName]byte
	for i := range len(w) {
		buffer[i] = w[i]
		if isLetter(w[i]) && w[i] < 0x80 {
			buffer[i] |= 0x20
		}
	}
	return n[string(buffer[:len(w)])]
}

// isGivenName are the given names of the table of nicknames, and the nicknames. Short ones are family names too, in other languages.
var isGivenName = sync.OnceValue(func() partsOfNames {
	names := partsOfNames{}
	for _, row := range facts.Rows("nicknames.csv", "name", "nicknames") {
		for _, w := range append(facts.List(row[1]), row[0]) {
			names[w] = len(w) > 2
		}
	}
	for _, row := range facts.Rows("name_particles.csv", "particle", "name", "capital") {
		delete(names, row[0])
	}
	return names
})

// isNameAffix are suffixes, credentials and forms of address.
var isNameAffix = sync.OnceValue(func() partsOfNames {
	words := partsOfNames{}
	for _, row := range facts.Rows("name_affixes.csv", "kind", "display", "words") {
		for _, w := range facts.List(row[2]) {
			words[w] = row[0] != "capital_credential"
		}
	}
	return words
})
