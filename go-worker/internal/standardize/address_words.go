package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// Words of US postal addresses in upper case, and their standard abbreviation (USPS Publication 28, appendices B and C).
var (
	streetSuffixes = addressTable("street_suffixes.csv", "written", "standard")
	directionals   = addressTable("directionals.csv", "written", "standard")
	suffixNames    = addressTable("suffix_names.csv", "standard", "name")
)

func addressTable(file string, columns ...string) map[string]string {
	table := map[string]string{}
	for _, line := range facts.Rows(file, columns...) {
		table[strings.ToUpper(line[0])] = line[1]
	}
	return table
}

// suffixName returns the whole word of a suffix that a street has in its name, as it is written where there is no other one.
func suffixName(written string) string {
	if name := suffixNames[streetSuffixes[written]]; name != "" {
		return name
	}
	return written
}

// unitDesignator is a word for a part of a building.
type unitDesignator struct {
	standard    string
	needsNumber bool
}

var unitDesignators = func() map[string]unitDesignator {
	table := map[string]unitDesignator{}
	for _, line := range facts.Rows("unit_designators.csv", "written", "standard", "needs_number") {
		table[strings.ToUpper(line[0])] = unitDesignator{line[1], line[2] == "yes"}
	}
	return table
}()

// plainSuffixes are the suffixes that hardly ever belong to the name of a city, so that a street may be told from a
// city behind it without a comma.
var plainSuffixes = map[string]bool{
	"ST": true, "AVE": true, "RD": true, "DR": true, "LN": true, "CT": true, "BLVD": true, "PL": true, "CIR": true,
	"WAY": true, "PKWY": true, "HWY": true, "TER": true, "TRL": true, "PIKE": true, "TPKE": true, "LOOP": true,
	"EXPY": true, "FWY": true, "ALY": true, "SQ": true, "PLZ": true,
}

// addressTokens returns the words of a line in upper case: punctuation separates or vanishes, "#" is a word of its own,
// dashes, and slashes and points between digits, stay inside words.
func addressTokens(tokens []string, s string) []string {
	s = strings.ToUpper(s)
	if strings.IndexByte(s, '\xc2') >= 0 { // as ½, ¼ and ¾ begin
		s = fractionMarks.Replace(s)
	}
	start, marked := -1, strings.ContainsAny(s, `.'"*`)
	first, ranged := len(tokens), false
	flush := func(end int) {
		if start < 0 {
			return
		}
		w := s[start:end]
		if marked {
			w = unmarked(w)
		}
		w = strings.Trim(w, "-/")
		switch {
		case w == "": // 12 - 14
			ranged = len(tokens) == first+1 && asciiDigits(tokens[first])
		case ranged && isASCIIDigit(w[0]):
			tokens[first] += "-" + w
			ranged = false
		default:
			tokens = append(tokens, w)
			ranged = false
		}
		start = -1
	}
	for i := range len(s) {
		switch b := s[i]; b {
		case ' ', '\t', '\n', ',', ';', '(', ')', ':':
			flush(i)
		case '#':
			flush(i)
			tokens = append(tokens, "#")
		case '.':
			if start >= 0 && isASCIILetter(s[i-1]) && i+1 < len(s) && (isASCIIDigit(s[i+1]) || isASCIILetter(s[i+1]) && endsInWord(s[start:i])) {
				flush(i) // STE.300, ST.APT
			}
		case '/':
			if start >= 0 && endsInWord(s[start:i]) { // ST/APT; but C/O
				flush(i)
			} else if start < 0 {
				start = i
			}
		default:
			if start < 0 {
				start = i
			}
		}
	}
	flush(len(s))
	return tokens
}

var fractionMarks = func() *strings.Replacer {
	var pairs []string
	for mark, written := range halves {
		pairs = append(pairs, string(mark), " "+written)
	}
	return strings.NewReplacer(pairs...)
}()

// endsInWord reports whether a text ends in two letters, so that what follows a mark behind it is another word.
func endsInWord(s string) bool {
	n := len(s)
	return n > 1 && isASCIILetter(s[n-1]) && isASCIILetter(s[n-2])
}

// unmarked drops points, quotes and asterisks; a point between digits stays, as in the streets of a grid (39.2 RD).
func unmarked(w string) string {
	out := make([]byte, 0, len(w))
	for i := range len(w) {
		switch w[i] {
		case '\'', '"', '*':
			continue
		case '.':
			if i == 0 || i+1 == len(w) || !isASCIIDigit(w[i-1]) || !isASCIIDigit(w[i+1]) {
				continue
			}
		}
		out = append(out, w[i])
	}
	return string(out)
}

// isHouseNumber reports whether a word can be the number of a house: 12, 12A, 112-10, 12-1/2, N6W23001. The ordinal
// of a numbered street is not one.
func isHouseNumber(w string) bool {
	if !isASCIIDigit(w[0]) {
		return len(w) > 3 && strings.IndexByte("NSEW", w[0]) >= 0 && isASCIIDigit(w[1]) && strings.ContainsAny(w[2:], "NSEW")
	}
	return !isOrdinal(w)
}

// isOrdinal reports whether a word is a number with ST, ND, RD or TH.
func isOrdinal(w string) bool {
	n := len(w) - 2
	if n < 1 || !asciiDigits(w[:n]) {
		return false
	}
	switch w[n:] {
	case "ST", "ND", "RD", "TH":
		return true
	}
	return false
}

// isUnitNumber reports whether a word can number a part of a building: it holds a digit, or is one or two letters.
func isUnitNumber(w string) bool {
	return strings.ContainsAny(w, "0123456789") || len(w) <= 4 && strings.IndexByte(w, '-') == 1 || len(w) <= 2 && directionals[w] == "" || len(w) == 1
}
