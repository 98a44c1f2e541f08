package standardize

import (
	"slices"
	"strings"
	"unicode"

	"harmonizer/go-worker/internal/facts"
)

// Words of answers to the question of Hispanic origin, in small letters: those of the category itself, those of one origin, by all their
// words, those that deny it, those that leave it open, and those that say nothing.
var (
	hispanicWords, hispanicOrigins = func() (category map[string]bool, origins map[string]string) {
		category, origins = map[string]bool{"latin": true}, map[string]string{}
		for _, row := range facts.Rows("ethnicity.csv", ethnicityColumns...) {
			for _, w := range facts.List(row[2]) {
				if asciiLetters(w) && len(w) > 3 && row[0] == "2135-2" {
					category[w] = true
				} else if row[0] != row[1] {
					origins[w] = row[0]
				}
			}
		}
		return category, origins
	}()
	deniedWords = []string{"not", "non", "no"}
	openWords   = []string{"unknown", "unk", "unspecified"}
	originWords = []string{"yes", "of", "or", "and", "if", "a", "o", "x", "the", "any", "race", "another", "other", "origin", "descent", "heritage", "ethnicity"}
)

// longestOrigin is the number of words of the longest origin.
const longestOrigin = 3

// hispanicOrigin returns the code of an answer that is written out, in whatever order questionnaires have it: "No, not of Hispanic, Latino/a, or
// Spanish origin", "Yes, Mexican, Mexican American, Chicano/a". Each of its words must be known, and several origins are no one of them.
func hispanicOrigin(s string) (code string, ok bool) {
	if len(s) > 160 {
		return "", false
	}
	var denied, open, named bool
	var origins []string
	tokens := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	for len(tokens) > 0 {
		n := 1
		switch t := tokens[0]; {
		case hispanicWords[t] && originLength(tokens) == 0:
			named = true
		case slices.Contains(deniedWords, t):
			denied = true
		case slices.Contains(openWords, t):
			open = true
		case !slices.Contains(originWords, t):
			if n = originLength(tokens); n == 0 {
				return "", false
			}
			origins = appendNew(origins, hispanicOrigins[strings.Join(tokens[:n], " ")])
		}
		tokens = tokens[n:]
	}
	switch {
	case denied || open:
		code, ok = "2186-5", named && len(origins) == 0 && denied != open
		if open {
			code = "UNK"
		}
		return code, ok
	case len(origins) == 1:
		return origins[0], true
	}
	return "2135-2", named || len(origins) > 1
}

// originLength returns how many words at the beginning are one origin: two of Mexican American.
func originLength(tokens []string) int {
	for n := min(len(tokens), longestOrigin); n > 0; n-- {
		if hispanicOrigins[strings.Join(tokens[:n], " ")] != "" {
			return n
		}
	}
	return 0
}
