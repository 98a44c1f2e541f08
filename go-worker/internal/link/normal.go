package link

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"harmonizer/go-worker/internal/facts"
)

// Words that stand in names without being one, and those of them that stand for a child without a name yet.
var placeholders, newborns = readPlaceholders()

func readPlaceholders() (all, born map[string]bool) {
	all, born = map[string]bool{}, map[string]bool{}
	for _, row := range facts.Rows("name_placeholders.csv", "kind", "words") {
		for _, w := range facts.List(row[1]) {
			key := nameKey(w)
			switch row[0] {
			case "unknown", "null_word", "test", "role":
				all[key] = true
			case "newborn":
				all[key], born[key] = true, true
			}
		}
	}
	for _, w := range []string{"N A", "NAN", "NULL"} {
		all[w] = true
	}
	return all, born
}

// addressWords are the words of an address by what they are shortened to.
var addressWords = func() map[string]string {
	all := map[string]string{}
	for _, file := range []string{"street_suffixes.csv", "directionals.csv"} {
		for _, row := range facts.Rows(file, "written", "standard") {
			all[strings.ToUpper(row[0])] = row[1]
		}
	}
	for _, row := range facts.Rows("unit_designators.csv", "written", "standard", "needs_number") {
		all[strings.ToUpper(row[0])] = row[1]
	}
	return all
}()

// latin are the letters of alphabets whose letters stand for sounds, one by one, in small letters, by what passports and maps write for them:
// people have one name in both, a slip changes one letter, and an initial is one.
var latin = sync.OnceValue(func() map[rune]string {
	all := map[rune]string{}
	for _, row := range facts.Rows("letters.csv", "alphabet", "letter", "latin") {
		letter, _ := utf8.DecodeRuneInString(row[1])
		all[letter] = row[2]
	}
	return all
})

// fold returns s in ASCII upper case without accents and vowel points. What is written in other scripts than those of latin stays, as UTF-8.
func fold(s string) string {
	if plain(s) {
		return strings.ToUpper(s)
	}
	var out []byte
	word, letters := 0, 0 // where the last word begins in out, and how many letters it has
	for _, r := range norm.NFKD.String(s) {
		if accent(r) {
			continue
		}
		if !unicode.IsLetter(r) {
			out = append(initial(out, word, letters), string(unicode.ToUpper(r))...)
			word, letters = len(out), 0
			continue
		}
		letters++
		if written, known := latin()[unicode.ToLower(r)]; known {
			out = append(out, written...)
		} else {
			out = utf8.AppendRune(out, unicode.ToUpper(r))
		}
	}
	return string(initial(out, word, letters))
}

// initial returns a folded text whose last word, if it was one letter, is that for which Latin may need several.
func initial(text []byte, word, letters int) []byte {
	if letters == 1 && len(text) > word && text[word] < utf8.RuneSelf {
		return text[:word+1]
	}
	return text
}

// accent reports whether a mark may be left out in writing, as those of Indian and Japanese letters may not.
func accent(r rune) bool {
	const kana = 0x3000
	return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew) && r < kana
}

// plain reports whether a text is ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// words keeps the letters and digits of a folded text, its words divided by single spaces; inside says what vanishes inside a word.
func words(s string, digits bool) string {
	s = fold(s)
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf || digits && c >= '0' && c <= '9':
			out = append(out, c)
		case c == '\'' || c == '.' || !digits && c >= '0' && c <= '9' || c == '`':
		case len(out) > 0 && out[len(out)-1] != ' ':
			out = append(out, ' ')
		}
	}
	return strings.TrimSuffix(string(out), " ")
}

func nameKey(s string) string { return words(s, false) }

// name returns the form of a name that is compared; "" of a placeholder.
func name(s string) string {
	if s == "" {
		return ""
	}
	key := nameKey(s)
	if placeholders[key] {
		return ""
	}
	return key
}

// isNewborn reports whether a given name stands for a child without one.
func isNewborn(given string) bool {
	key := nameKey(given)
	first, _, _ := strings.Cut(key, " ")
	return newborns[key] || newborns[first]
}

// address returns the form of a part of an address that is compared.
func address(s string) string {
	if s == "" {
		return ""
	}
	parts := strings.Fields(words(s, true))
	for i, p := range parts {
		if short, ok := addressWords[p]; ok {
			parts[i] = short
		}
	}
	key := strings.Join(parts, " ")
	if placeholders[key] {
		return ""
	}
	return key
}

// houseNumber divides a line into the number of the house and the rest; a line that begins otherwise has none.
func houseNumber(line string) (number, street string) {
	first, rest, more := strings.Cut(line, " ")
	if more && len(first) > 0 && first[0] >= '0' && first[0] <= '9' {
		return first, rest
	}
	return "", line
}

// identifier returns the letters and digits of a number, in upper case.
func identifier(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z':
			out = append(out, c)
		case c >= 'a' && c <= 'z':
			out = append(out, c-'a'+'A')
		}
	}
	return string(out)
}

// compact returns s without white space, folded.
func compact(s string) string { return strings.ReplaceAll(fold(s), " ", "") }
