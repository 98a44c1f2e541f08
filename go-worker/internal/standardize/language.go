package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var ruleLanguage = rule.Must("LANG-001")

// languages maps names and ISO 639 codes to the shortest tag; doubtfulLanguages are words that may mean another one.
var languages, doubtfulLanguages = func() (all codedWords, doubtful map[string]bool) {
	all, doubtful = codedWords{}, map[string]bool{}
	for _, row := range facts.Rows("language.csv", "tag", "doubtful", "words") {
		all.add(row[0], facts.List(row[2])...)
		if row[1] == "yes" {
			for _, w := range facts.List(row[2]) {
				doubtful[string(wordKey(nil, w))] = true
			}
		}
	}
	return all.withUnsaid("und", "und"), doubtful
}()

// language writes a language as a BCP 47 tag: en, es, zh, cmn, en-US. A name that several languages share is flagged.
func language(Column) CellFunc {
	return func(raw string, c *Cell) {
		if tag, ok := languages.find(raw); ok {
			if len(raw) > 3 && doubtfulLanguages[string(wordKey(nil, raw))] || strings.EqualFold(raw, "oth") {
				c.Hit(ruleLanguage)
			}
			settle(c, raw, tag)
			return
		}
		if tag, ok := languageTag(raw); ok {
			settle(c, raw, tag)
			return
		}
		if tag, ok := languageOfTwo(raw); ok {
			settle(c, raw, tag)
			return
		}
		c.Fail(raw, ruleLanguage)
	}
}

// languageTag reads a tag with a script and a region, such as zh-Hans-CN, en_US or es-419, in the case that BCP 47 recommends.
func languageTag(s string) (string, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) < 2 || len(parts) > 3 || len(parts[0]) > 3 {
		return "", false
	}
	tag, ok := languages.find(parts[0])
	if !ok {
		return "", false
	}
	for _, p := range parts[1:] {
		switch {
		case len(p) == 4 && asciiLetters(p):
			tag += "-" + strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case len(p) == 2 && asciiLetters(p), len(p) == 3 && asciiDigits(p):
			tag += "-" + strings.ToUpper(p)
		default:
			return "", false
		}
	}
	return tag, true
}

// languageOfTwo reads a name with another one of the same language behind it, and one with what is spoken or where: "Ndebele, North; North
// Ndebele" is nd, "Chinese (Mandarin)" cmn, "Portuguese (Brazil)" pt-BR, "Spanish (Castilian)" es.
func languageOfTwo(s string) (string, bool) {
	if name, more, ok := strings.Cut(s, ";"); ok {
		tag, known := languages.find(name)
		other, also := languages.find(more)
		return tag, known && also && tag == other
	}
	name, more, ok := strings.Cut(s, "(")
	more, closed := strings.CutSuffix(strings.TrimSpace(more), ")")
	if !ok || !closed {
		return "", false
	}
	tag, known := languages.find(name)
	special, also := languages.find(more)
	region := countryNames[countryKey(more)]
	switch {
	case !known:
		return "", false
	case also && special != "und":
		return special, true
	case region != "" && len(tag) <= 3:
		return tag + "-" + region, true
	}
	return tag, true
}

func asciiLetters(s string) bool {
	for i := range len(s) {
		if !isASCIILetter(s[i]) {
			return false
		}
	}
	return s != ""
}
