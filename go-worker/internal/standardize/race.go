package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleRace           = rule.Must("RACE-001")
	ruleRaceHispanic   = rule.Must("RACE-002")
	ruleRaceMultiple   = rule.Must("RACE-003")
	ruleRaceAndUnknown = rule.Must("RACE-004")
	ruleRaceEither     = rule.Must("RACE-005")
)

// Categories of race.csv that are no race.
const (
	raceMultiple    = "multiple"
	raceEither      = "either" // one of the two that stand in the code
	raceHispanic    = "hispanic"
	raceNonHispanic = "nonhispanic"
)

// A raceWord is what a word in a race column stands for: a code, and the OMB category that it rolls up to or one of the above.
type raceWord struct{ code, category string }

var raceWords = func() map[string]raceWord {
	words := map[string]raceWord{}
	for _, row := range facts.Rows("race.csv", "code", "category", "words") {
		word := raceWord{row[0], row[1]}
		for _, w := range facts.List(row[2]) {
			key := string(wordKey(nil, w))
			if old, ok := words[key]; ok && old != word {
				panic("standardize: race.csv: " + w + " stands for " + old.code + " and for " + word.code)
			}
			words[key] = word
		}
	}
	eachUnsaid(func(w string, refused bool) {
		word := raceWord{"UNK", "UNK"}
		if refused {
			word = raceWord{"ASKU", "ASKU"}
		}
		words[string(wordKey(nil, w))] = word
	})
	return words
}()

// categories maps the codes of a table to its second column.
func categories(file string, columns ...string) map[string]string {
	of := map[string]string{}
	for _, row := range facts.Rows(file, columns...) {
		of[row[0]] = row[1]
	}
	return of
}

// race writes a list of CDCREC codes joined by "|", in the order given, without repeats. <field>_omb is the list of OMB
// categories they roll up to, <field>_multiple is true where there are several.
//
// Params: race_standard is omb1997 (default) or spd15_2024, which asks one question for race and ethnicity: Hispanic is then
// a category of its own and Middle Eastern or North African no part of White.
func race(col Column) CellFunc {
	combined := col.Params["race_standard"] == "spd15_2024"
	return func(raw string, c *Cell) {
		number, _ := withoutFloat(raw)
		var found raceList
		found.read(number)
		if len(found.words) == 0 {
			c.Fail(raw, ruleRace)
			return
		}
		found.settle(raw, combined, c)
	}
}

// A raceList is what stands in one cell.
type raceList struct {
	words   []raceWord
	unread  bool // a part was not understood
	spelled bool // a part is a word, beside which a single letter is no code: Latino/a names no race
	partial [4]raceWord
}

// read reads a text: whole where the table knows it, else part by part. A comma or semicolon always separates, so that
// "Other; Asian" is not read as "other Asian"; a slash may belong to a name (Black/African American), and so may "and".
func (l *raceList) read(s string) {
	if l.words == nil {
		l.words = l.partial[:0]
	}
	s = strings.TrimSpace(s)
	switch {
	case s == "", l.origin(s), l.labelled(s):
	case strings.ContainsAny(s, ";|,"):
		if !l.declined(s) {
			l.parts(s, ";|,")
		}
	case l.known(s):
	case strings.ContainsAny(s, "/&+\n"):
		l.parts(s, "/&+\n")
	case !l.segment(s):
		l.unread = true
	}
}

// declined adds what a whole text with a comma says of an answer that nobody gave: "Asked, but unknown".
func (l *raceList) declined(s string) bool {
	if len(s) > 80 {
		return false
	}
	var buffer [80]byte
	word, ok := raceWords[string(wordKey(buffer[:0], s))]
	if ok = ok && (word.code == "ASKU" || word.code == "UNK"); ok {
		l.words = append(l.words, word)
	}
	return ok
}

// labelled adds the race of a text that has its code beside it, or a number that the words explain: 2106-3 White, White (2106-3), 5 - White.
func (l *raceList) labelled(s string) bool {
	code, words := cutRaceLabel(s)
	if !hasLetter(words) {
		return false
	}
	var said raceList
	said.read(words)
	switch {
	case said.unread || len(said.words) == 0:
		return false
	case code == raceWord{}:
	case len(said.words) > 1 || said.words[0].category != code.category:
		return false
	default:
		said.words[0] = code
	}
	for _, w := range said.words {
		l.add(w)
	}
	return true
}

// cutRaceLabel returns the words beside a code or a number of one or two digits, "" where there is neither; the code is empty for a number.
func cutRaceLabel(s string) (code raceWord, words string) {
	const between = " -.:=()"
	s = strings.Trim(s, between)
	at := len(s) - raceCodeLength
	if at <= 0 || !isASCIIDigit(s[0]) && !isASCIIDigit(s[len(s)-1]) {
		return code, ""
	}
	if code, ok := raceCode(s[:raceCodeLength]); ok {
		return code, strings.Trim(s[raceCodeLength:], between)
	}
	if code, ok := raceCode(s[at:]); ok {
		return code, strings.Trim(s[:at], between)
	}
	words = strings.TrimLeft(s, "0123456789")
	if n := len(s) - len(words); n == 0 || n > 2 || strings.IndexByte(between, words[0]) < 0 {
		return code, ""
	}
	return code, strings.Trim(words, between)
}

func (l *raceList) add(word raceWord) {
	if !slices.Contains(l.words, word) {
		l.words = append(l.words, word)
	}
}

// origin adds what a whole text says of Hispanic origin in several words; a single one is found in the table.
func (l *raceList) origin(s string) bool {
	if !strings.ContainsAny(s, " /") {
		return false
	}
	code, ok := hispanicOrigin(s)
	switch {
	case !ok:
	case code == "UNK":
		l.words = append(l.words, raceWord{code, code})
	case code == "2186-5":
		l.words = append(l.words, raceWord{code, raceNonHispanic})
	default:
		l.words = append(l.words, raceWord{code, raceHispanic})
	}
	return ok
}

func (l *raceList) parts(s, separators string) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) })
	l.spelled = l.spelled || slices.ContainsFunc(parts, func(p string) bool { return len(strings.TrimSpace(p)) > 3 })
	for _, part := range parts {
		if isUnspecific(strings.TrimSpace(part)) {
			continue
		}
		if l.spelled && len(strings.TrimSpace(part)) == 1 {
			l.unread = true
			continue
		}
		l.read(part)
	}
}

// known adds the word that s as a whole is.
func (l *raceList) known(s string) bool {
	if len(s) > 80 {
		return false
	}
	var buffer [80]byte
	word, ok := raceWords[string(wordKey(buffer[:0], s))]
	if !ok {
		word, ok = raceCode(s)
	}
	if ok {
		l.add(word)
	}
	return ok
}

// isUnspecific reports whether a word says only that no more is known: Asian, NOS.
func isUnspecific(w string) bool { return strings.EqualFold(w, "nos") || strings.EqualFold(w, "nec") }

// segment reads "White non-Hispanic" or "Asian and White": known words one after the other, the longest first. All of it must be
// known: "not Black" holds a race and is none. NH beside another race is non-Hispanic, and the I of "I prefer not to answer" no race.
func (l *raceList) segment(s string) bool {
	tokens := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '(' || r == ')' || r == '_' })
	if len(tokens) < 2 || len(tokens) > 12 {
		return false
	}
	tokens = slices.DeleteFunc(tokens, isUnspecific)
	before, letter := len(l.words), false
	for len(tokens) > 0 {
		n := len(tokens)
		for n > 1 && !l.known(strings.Join(tokens[:n], " ")) {
			n--
		}
		switch {
		case n > 1:
		case strings.EqualFold(tokens[0], "nh"):
			l.add(raceWord{"2186-5", raceNonHispanic})
		case l.known(tokens[0]):
			letter = letter || len(tokens[0]) == 1
		default:
			n = 0
		}
		if n == 0 {
			if len(l.words) == before || len(tokens) == 1 || !strings.EqualFold(tokens[0], "and") && !strings.EqualFold(tokens[0], "or") {
				l.words = l.words[:before]
				return false
			}
			n = 1
		}
		tokens = tokens[n:]
	}
	if letter && slices.ContainsFunc(l.words[before:], func(w raceWord) bool { return w.category == "UNK" || w.category == "ASKU" }) {
		l.words = l.words[:before]
		return false
	}
	return true
}

// settle writes the list into the cell, with its companions and the rules it breaks.
func (l *raceList) settle(raw string, combined bool, c *Cell) {
	var codes, omb []string
	var unknown, multiple, hispanic bool
	for _, w := range l.words {
		switch w.category {
		case raceMultiple:
			multiple = true
		case raceHispanic:
			hispanic = true
			if combined {
				codes, omb = appendNew(codes, w.code), appendNew(omb, "2135-2")
			}
		case raceNonHispanic:
		case raceEither:
			for _, code := range facts.List(w.code) {
				codes, omb = appendNew(codes, code), appendNew(omb, code)
			}
			c.Hit(ruleRaceEither)
		case "UNK", "ASKU":
			unknown = true
		default:
			codes = appendNew(codes, w.code)
			omb = appendNew(omb, rollUp(w, combined))
		}
	}
	if multiple && len(codes) == 0 {
		codes, omb = []string{"2131-1"}, []string{"2131-1"}
		c.Hit(ruleRaceMultiple)
	}
	if unknown && len(codes) > 0 {
		c.Hit(ruleRaceAndUnknown)
	}
	if hispanic && !combined {
		c.Hit(ruleRaceHispanic)
	}
	if l.unread {
		c.Hit(ruleRace)
	}
	if len(codes) == 0 {
		codes = []string{"UNK"}
		if declined := (raceWord{"ASKU", "ASKU"}); slices.Contains(l.words, declined) {
			codes[0] = "ASKU"
		}
		omb = codes
	}
	settle(c, raw, strings.Join(codes, "|"))
	c.Parts[0] = strings.Join(omb, "|")
	if multiple || len(omb) > 1 {
		c.Parts[1] = "true"
	}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// rollUp returns the category of a race. The 2024 standard (SPD 15) takes Middle Eastern and North African, codes 2118-8 to 2130-x,
// out of White.
func rollUp(w raceWord, combined bool) string {
	if combined && w.category == "2106-3" && w.code >= "2118" && w.code < "2131" {
		return "2118-8"
	}
	return w.category
}

const raceCodeLength = len("2106-3")

// raceCode reads a CDCREC code. Their numbers follow the hierarchy, and end in a check digit as LOINC's do.
func raceCode(s string) (raceWord, bool) {
	if len(s) != raceCodeLength || s[4] != '-' || !asciiDigits(s[:4]) || !isASCIIDigit(s[5]) || !raceCheckDigit(s) {
		return raceWord{}, false
	}
	category := ""
	switch {
	case s == "2131-1" || s == "2500-7":
		return raceWord{s, map[string]string{"2131-1": "2131-1", "2500-7": "2076-8"}[s]}, true
	case s == "2135-2" || ethnicityCategories[s] == "2135-2":
		category = raceHispanic
	case s == "2186-5":
		category = raceNonHispanic
	case s >= "1002" && s < "2028":
		category = "1002-5"
	case s >= "2028" && s < "2054":
		category = "2028-9"
	case s >= "2054" && s < "2076":
		category = "2054-5"
	case s >= "2076" && s < "2106":
		category = "2076-8"
	case s >= "2106" && s < "2131":
		category = "2106-3"
	}
	return raceWord{s, category}, category != ""
}

func raceCheckDigit(s string) bool {
	sum := 0
	for i := range 4 {
		d := int(s[3-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return (10-sum%10)%10 == int(s[5]-'0')
}
