package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// particles stand before a family name and belong to it.
var particles = func() map[string]bool {
	words := map[string]bool{}
	for _, row := range facts.Rows("name_particles.csv", "particle") {
		words[string(wordKey(nil, row[0]))] = true
	}
	return words
}()

// Generation suffixes, credentials and forms of address, by wordKey, and how they are written.
var nameSuffixes, credentials, namePrefixes = affixes("suffix"), affixes("credential"), affixes("prefix")

func affixes(kind string) codedWords {
	words := codedWords{}
	for _, row := range facts.Rows("name_affixes.csv", "kind", "display", "words") {
		if row[0] == kind {
			words.add(row[1], facts.List(row[2])...)
		}
	}
	return words
}

// macNames are the names written with a capital after Mac, by wordKey: Mack, Macias and Macy are not.
var macNames = func() codedWords {
	names := codedWords{}
	for _, row := range facts.Rows("name_mac.csv", "name") {
		names.add(row[0], row[0])
	}
	return names
}()

// placeholders are the words of a kind that stand in names without being one, by wordKey.
func placeholders(kind string) map[string]bool {
	words := map[string]bool{}
	for _, row := range facts.Rows("name_placeholders.csv", "kind", "words") {
		if row[0] == kind {
			for _, w := range facts.List(row[1]) {
				words[string(wordKey(nil, w))] = true
			}
		}
	}
	return words
}

var (
	newbornNames  = placeholders("newborn")
	newbornWords  = placeholders("newborn_word")
	newbornShort  = placeholders("newborn_short")
	newbornOrders = placeholders("newborn_order")
	unknownNames  = placeholders("unknown")
	unknownGivens = placeholders("unknown_given")
	testNames     = placeholders("test")
	testBeside    = placeholders("test_beside")
	testPairs     = placeholders("test_pair")
	nullNames     = placeholders("null_word")
	noteWords     = placeholders("note")
	noteLinks     = placeholders("note_link")
	maidenWords   = placeholders("maiden")
	maidenMarks   = placeholders("maiden_mark")
)

// maidenFilter are the bytes that marks of a maiden name begin with.
var maidenFilter = func() (first [256]bool) {
	for w := range maidenMarks {
		first[w[0]], first[w[0]-'a'+'A'] = true, true
	}
	return first
}()

// isWord looks a text up in a set by its key.
func isWord(words map[string]bool, s string) bool {
	if len(s) > 48 {
		return false
	}
	var buffer [48]byte
	return words[string(wordKey(buffer[:0], s))]
}

func isParticle(s string) bool { return isWord(particles, s) }

// generationSuffix returns how a suffix such as JR. or 3rd is written, "" for anything else.
func generationSuffix(s string) string {
	display, _ := nameSuffixes.find(s)
	return display
}

// credential returns how a credential such as M.D. is written, "" for anything else.
func credential(s string) string {
	display, _ := credentials.find(s)
	return display
}

// formOfAddress returns how a prefix such as DR. is written, "" for anything else.
func formOfAddress(s string) string {
	display, _ := namePrefixes.find(s)
	return display
}

// isRoman reports whether s is a Roman numeral that is no name.
func isRoman(s string) bool {
	switch strings.ToUpper(s) {
	case "II", "III", "IV", "VII", "VIII":
		return true
	}
	return false
}
