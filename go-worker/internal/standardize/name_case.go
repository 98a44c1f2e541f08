package standardize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// oneCaseName reports whether a name is written in capitals only, or without any: then its case says nothing.
func oneCaseName(s string) bool {
	upper, lower := false, false
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z':
			lower = true
		case r >= 'A' && r <= 'Z':
			upper = true
		case r >= utf8.RuneSelf && r != 'ß': // which had no capital until 2017
			upper, lower = upper || unicode.IsUpper(r), lower || unicode.IsLower(r)
		}
		if upper && lower {
			return capitalsBehindPrefix(s)
		}
	}
	return upper || lower
}

// capitalsBehindPrefix reports whether a name is in capitals but for the end of a prefix of one of its words: McDONALD, DeVITO, MacARTHUR ANN.
func capitalsBehindPrefix(s string) bool {
	prefixed, start := false, 0
	for i := range len(s) {
		switch b := s[i]; {
		case b >= utf8.RuneSelf:
			return false
		case !isASCIILetter(b):
			start = i + 1
		case b >= 'a':
			if n := prefixLength(s[start:]); i-start >= n {
				return false
			}
			prefixed = true
		}
	}
	return prefixed
}

// prefixLength returns the length of Mc, Mac or a particle at the beginning of a word that has three capitals behind it, 0 of other words.
func prefixLength(w string) int {
	n := 1
	for n < len(w) && n < 4 && w[n] >= 'a' && w[n] <= 'z' {
		n++
	}
	if n < 2 || n > 3 || len(w) < n+3 || !isUpper(w[0]) || !isUpper(w[n]) || !isUpper(w[n+1]) || !isUpper(w[n+2]) {
		return 0
	}
	if prefix := w[:n]; prefix != "Mc" && prefix != "Mac" && !isParticle(prefix) {
		return 0
	}
	return n
}

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

// A nameStyle says how names are recased.
type nameStyle struct {
	given          bool // a given name: two consonants are initials (TJ), Mac is no patronymic
	lowerParticles bool // "de la Cruz" rather than "De La Cruz"
}

// recase writes a name in one case in its customary one: O'Brien, McDonald, Smith-Jones, St. John, Doe III.
func (style nameStyle) recase(s string) string {
	var buffer [64]byte
	out := buffer[:0]
	for start := 0; start <= len(s); {
		end := strings.IndexByte(s[start:], ' ')
		if end < 0 {
			end = len(s)
		} else {
			end += start
		}
		out = style.word(out, s[start:end], start == 0, end == len(s))
		if end < len(s) {
			out = append(out, ' ')
		}
		start = end + 1
	}
	return string(out)
}

func (style nameStyle) word(out []byte, w string, first, last bool) []byte {
	switch {
	case !first && isRoman(w), style.given && len(w) == 2 && consonants(w):
		return append(out, strings.ToUpper(w)...)
	case style.lowerParticles && !last && isParticle(w) && !isWord(capitalParticles, w):
		return append(out, strings.ToLower(w)...)
	}
	before := "" // the letters that stand before what is left
	for w != "" {
		n := segment(w)
		if n == 0 {
			_, size := utf8.DecodeRuneInString(w)
			out = append(out, w[:size]...)
			w = w[size:]
			if n = segment(w); out[len(out)-1] == '\'' && (n == 1 || softened(before)) { // the s of a possessive
				out, w = append(out, strings.ToLower(w[:n])...), w[n:]
			}
			continue
		}
		out = style.segment(out, w[:n])
		before, w = w[:n], w[n:]
	}
	return out
}

// softened reports whether an apostrophe behind letters is a sign within a word, as in Ukrainian: Дем'яненко, В'ячеслав, but О'Генрі.
func softened(letters string) bool {
	first, size := utf8.DecodeRuneInString(letters)
	return unicode.Is(unicode.Cyrillic, first) && (size < len(letters) || !strings.ContainsRune("ОДЛодл", first))
}

// segment returns the length of the letters at the beginning of w.
func segment(w string) int {
	for i, r := range w {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return i
		}
	}
	return len(w)
}

// segment writes a run of letters with a capital first, and one after Mc and Mac where they are customary.
func (style nameStyle) segment(out []byte, s string) []byte {
	capital := prefixLength(s)
	if len(s) >= 4 && isASCIILetter(s[2]) && strings.EqualFold(s[:2], "mc") {
		capital = 2
	} else if len(s) > 5 && !style.given && strings.EqualFold(s[:3], "mac") {
		if display, ok := macNames.find(s); ok {
			return append(out, display...)
		}
	}
	start := len(out)
	for i, r := range s {
		if i == 0 || i == capital && capital > 0 {
			out = utf8.AppendRune(out, unicode.ToTitle(unicode.ToLower(r))) // by the small letter, since those of Georgian are titles too
		} else if r == 'Σ' && i+len("Σ") == len(s) { // which has another form at the end of a word
			out = utf8.AppendRune(out, 'ς')
		} else if unicode.Is(unicode.Mn, r) { // of a capital that has no letter with this accent, as its small letter may: Ϊ́, ΐ
			out = norm.NFC.AppendString(out[:start], string(out[start:])+string(r))
		} else {
			out = utf8.AppendRune(out, unicode.ToLower(r))
		}
	}
	return out
}

// consonants reports whether none of the letters is a vowel.
func consonants(s string) bool {
	for i := range len(s) {
		if !isASCIILetter(s[i]) || strings.IndexByte("aeiouy", s[i]|0x20) >= 0 {
			return false
		}
	}
	return true
}
