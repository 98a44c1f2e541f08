package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// particles stand before a family name and belong to it. Some are names by themselves (Van, Le), some keep their capital (St).
var particles, namelikeParticles, capitalParticles = particlesWith(-1), particlesWith(1), particlesWith(2)

// particlesWith returns the particles that have something in a column of their table, all of them for -1.
func particlesWith(column int) map[string]bool {
	words := map[string]bool{}
	for _, row := range facts.Rows("name_particles.csv", "particle", "name", "capital") {
		if column < 0 || row[column] != "" {
			words[string(wordKey(nil, row[0]))] = true
		}
	}
	return words
}

// Generation suffixes, credentials and forms of address, by wordKey, and how they are written. Of the credentials some are names too, unless
// they are written in capitals; of the forms of address some stand behind a name as well.
var (
	nameSuffixes       = affixes("suffix")
	credentials        = affixes("credential")
	capitalCredentials = affixes("capital_credential")
	namePrefixes       = affixes("prefix", "title")
	nameTitles         = affixes("title")
)

func affixes(kinds ...string) codedWords {
	words := codedWords{}
	for _, row := range facts.Rows("name_affixes.csv", "kind", "display", "words") {
		if slices.Contains(kinds, row[0]) {
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
	noMiddleNames = placeholders("no_middle")
	noteWords     = placeholders("note")
	noteBare      = placeholders("note_bare")
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

func isParticle(s string) bool { return isWord(particles, s) || isElided(s) }

// isElided reports whether a word is what is left of a particle, or stands apart from the name that it begins: 't Hooft, 's Gravenzande, d' Ivoi, O' Hara.
func isElided(s string) bool {
	if len(s) != 2 {
		return false
	}
	return s[0] == '\'' && (s[1]|0x20 == 't' || s[1]|0x20 == 's') || s[1] == '\'' && (s[0]|0x20 == 'd' || s[0]|0x20 == 'o')
}

// isOnlyParticle reports whether a word is a particle and no name: one that is both is no name in small letters.
func isOnlyParticle(s string) bool {
	return isParticle(s) && (!isWord(namelikeParticles, s) || s == strings.ToLower(s))
}

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

// capitalCredential returns how a credential is written that is a name as well, where it is in capitals or has points: DO, D.O.
func capitalCredential(s string) string {
	if s != strings.ToUpper(s) {
		return ""
	}
	display, _ := capitalCredentials.find(s)
	return display
}

// titleBehind returns how a form of address is written that also stands behind a name: SMITH JOHN MR.
func titleBehind(s string) string {
	display, _ := nameTitles.find(s)
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
