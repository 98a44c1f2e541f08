package plan

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// A sexConvention is how one language abbreviates the sexes, where its letters mean something else, or nothing, in English.
type sexConvention struct {
	name    string
	headers []string // words of a header that speak for it, where its letter occurs in the column
	letter  string
	own     []string // letters that it reads in its own way
	beside  []string // words in the column that speak for it
	unless  []string // words that speak against it where all of them occur
	says    string   // what its letters stand for, as a report says it
}

var sexConventions = func() []sexConvention {
	var all []sexConvention
	for _, row := range facts.Rows("sex_letters.csv", "convention", "headers", "letter", "beside", "unless", "letters", "says") {
		s := sexConvention{name: row[0], headers: facts.List(row[1]), letter: strings.ToUpper(row[2]), beside: upper(row[3]), unless: upper(row[4]), says: row[6]}
		for _, l := range upper(row[5]) {
			letter, _, _ := strings.Cut(l, "=")
			s.own = append(s.own, letter)
		}
		all = append(all, s)
	}
	return all
}()

// SexLetters says what the letters of a column stand for under a value of SexCode, "" where it is none of a language.
func SexLetters(code string) string {
	for i := range sexConventions {
		if sexConventions[i].name == code {
			return sexConventions[i].says
		}
	}
	return ""
}

// sexCodes are the values of the decision.
func sexCodes() []string {
	names := []string{"iso5218", "unknown01"}
	for i := range sexConventions {
		names = append(names, sexConventions[i].name)
	}
	return names
}

func upper(list string) []string { return facts.List(strings.ToUpper(list)) }

// fits returns why a column with these values, in capitals, follows the convention; "" where nothing says so. A convention matters only to
// a column with a letter that it reads in its own way.
func (s *sexConvention) fits(header string, set map[string]bool) string {
	occurs := func(w string) bool { return set[w] }
	if len(s.unless) > 0 && !slices.ContainsFunc(s.unless, func(w string) bool { return !set[w] }) || !slices.ContainsFunc(s.own, occurs) {
		return ""
	}
	name, _ := Normalize(header)
	named := slices.ContainsFunc(strings.Split(name, "_"), func(w string) bool { return slices.Contains(s.headers, w) })
	if set[s.letter] && named {
		return fmt.Sprintf("%s occurs under a header of that language", s.letter)
	}
	if i := slices.IndexFunc(s.beside, occurs); i >= 0 {
		return fmt.Sprintf("%s occurs, a word of that language", s.beside[i])
	}
	return ""
}
