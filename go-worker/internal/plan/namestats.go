package plan

import (
	"math/bits"
	"strings"
	"sync"

	"harmonizer/go-worker/internal/facts"
)

// nameStats count what full names without a comma say about which of their parts stands first.
type nameStats struct {
	names         int64 // of two words or more
	given, family int64 // of these, those whose first, or only whose second word is a given name that many people have
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
	s.names++
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
	s.names += o.names
	s.given += o.given
	s.family += o.family
	s.behind += o.behind
	s.apart += o.apart
}

// Limits from which names are taken to begin with the family name: so many that show it, and what share of those that show anything. Of the
// names themselves many are not in the table where people come from elsewhere, and then it tells little.
const (
	fewestNames   = 5
	fewestBehind  = 3
	familyShare   = 0.85
	behindShare   = 0.95
	oneKnownOf    = 3 // names of which one shows something
	longestOfName = 24
)

// familyFirst reports whether the names begin with the family name, and how many of how many show it.
func (s *nameStats) familyFirst() (n, of int64, what string, ok bool) {
	known := s.given + s.family
	if s.behind >= fewestBehind && float64(s.behind) >= behindShare*float64(s.behind+s.apart) && s.family >= s.given {
		return s.behind, s.behind + s.apart, "with an initial", true
	}
	ok = s.family >= fewestNames && float64(s.family) >= familyShare*float64(known) && known*oneKnownOf >= s.names && s.behind >= s.apart
	return s.family, known, "with one usual given name", ok
}

// partsOfNames are words of names in small letters, without points.
type partsOfNames map[string]bool

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
