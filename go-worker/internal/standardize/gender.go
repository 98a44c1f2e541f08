package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleSex          = rule.Must("SEX-001")
	ruleSexNumbers   = rule.Must("SEX-002")
	ruleSexUndecided = rule.Must("SEX-003")
)

var genderColumns = []string{"administrative_gender", "birth_sex", "words"}

var (
	genderWords   = readCodedWords("gender.csv", 0, genderColumns...).withUnsaid("unknown", "unknown")
	birthSexWords = readCodedWords("gender.csv", 1, genderColumns...).withUnsaid("UNK", "ASKU")
)

// sexLetters are what letters stand for in languages whose abbreviations mean something else, or nothing, in English: words of gender.csv,
// by convention.
var sexLetters = func() map[string][]string {
	letters := map[string][]string{}
	for _, row := range facts.Rows("sex_letters.csv", "convention", "headers", "letter", "beside", "unless", "letters", "says") {
		letters[row[0]] = facts.List(row[5])
	}
	return letters
}()

// inLanguage returns the meanings of letters that are given as letter=word.
func (m codedWords) inLanguage(letters []string) map[string]string {
	meanings := map[string]string{}
	for _, l := range letters {
		letter, word, _ := strings.Cut(l, "=")
		meanings[letter], _ = m.find(word)
	}
	return meanings
}

// gender writes HL7 FHIR's administrative gender: male, female, other or unknown.
//
// Decisions: sex_code is iso5218 (0 unknown, 1 male, 2 female, 9 not applicable; each use is SEX-002), unknown01 (0 and 1 alone say
// nothing: SEX-003) or the language whose letters the column has: spanish (M mujer), dutch (V vrouw), german (D divers), and others of sex_letters.csv. Params: zero is the meaning of 0 where a profile knows it, male or female.
func gender(col Column) CellFunc {
	return newSexReader(col, genderWords, "male", "female", "unknown").cell
}

// birthSex writes the codes of US Core birth sex, M, F, OTH, UNK and ASKU, under the same decisions.
func birthSex(col Column) CellFunc { return newSexReader(col, birthSexWords, "M", "F", "UNK").cell }

type sexReader struct {
	words   codedWords
	numbers map[string]string // what numeric codes stand for here
	assumed bool              // and that is an assumption
	binary  bool              // 0 and 1 occur and nothing says which is which
	letters map[string]string // what letters stand for in the language of the column, by letter in lower case
}

func newSexReader(col Column, words codedWords, male, female, unknown string) *sexReader {
	r := &sexReader{words: words}
	switch decision := col.Decisions["sex_code"]; decision {
	case "iso5218":
		r.numbers, r.assumed = map[string]string{"0": unknown, "1": male, "2": female, "9": unknown}, true
	case "unknown01":
		r.binary = true
	default:
		r.letters = words.inLanguage(sexLetters[decision])
	}
	switch zero := col.Params["zero"]; zero {
	case "male":
		r.numbers = map[string]string{"0": male, "1": female}
	case "female":
		r.numbers = map[string]string{"0": female, "1": male}
	}
	return r
}

func (r *sexReader) cell(raw string, c *Cell) {
	code, float := withoutFloat(raw)
	if value, ok := r.numbers[code]; ok {
		if float {
			c.Hit(ruleFloat)
		}
		if r.assumed {
			c.Hit(ruleSexNumbers)
		}
		settle(c, raw, value)
		return
	}
	if r.binary && (code == "0" || code == "1") {
		c.Fail(raw, ruleSexUndecided)
		return
	}
	if value, ok := r.letters[strings.ToLower(code)]; ok {
		settle(c, raw, value)
		return
	}
	value, ok := r.words.findLabelled(code)
	if !ok {
		c.Fail(raw, ruleSex)
		return
	}
	settle(c, raw, value)
}
