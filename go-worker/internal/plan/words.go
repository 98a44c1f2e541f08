package plan

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"harmonizer/go-worker/internal/facts"
)

// A nullWord is a word that may stand for no value.
type nullWord struct {
	text        string // lower case
	demographic bool   // only in free-text demographic fields
	initials    bool   // only where it cannot be the initials of a person: k.A.
	reason      string // why there is no value, in FHIR's data-absent-reason words; "" where the word does not say
}

// nullWords are the words of the contract; their order is that of the table.
var nullWords = func() []nullWord {
	var words []nullWord
	for _, row := range facts.Rows("nulls.csv", "token", "language", "scope", "reason") {
		w := nullWord{row[0], row[2] == "demographic", row[2] == "no-initials", row[3]}
		words = append(words, w)
		if capital := upperBeyondASCII(w.text); capital != w.text {
			words = append(words, nullWord{capital, w.demographic, w.initials, w.reason})
		}
		if strings.Trim(w.text, "#") == "" { // as many as the column of the spreadsheet was wide
			for n := 3; n <= maxNullWord; n++ {
				if n != len(w.text) {
					words = append(words, nullWord{strings.Repeat("#", n), w.demographic, w.initials, w.reason})
				}
			}
		}
	}
	return words
}()

// upperBeyondASCII returns a word as it ends up in capitals where only ASCII is compared without regard to case: non renseignÉ.
func upperBeyondASCII(word string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return unicode.ToUpper(r)
		}
		return r
	}, word)
}

// codedTypes read the demographic words themselves: "unknown" is an answer there.
var codedTypes = []string{
	"gender", "birth_sex", "race", "ethnicity", "language", "marital_status", "boolean", "value_set", "encounter_class",
	"route", "frequency", "interpretation", "result_value", "code_text", "text",
}

// SaysWhy reports whether the words of people for no value (declined, not asked) stand for no value in a field of the given type, as
// they do where they are no answers that the field has codes for.
func SaysWhy(fieldType string) bool {
	return fieldType != "" && !slices.Contains(codedTypes, fieldType)
}

// mayBeInitials reports whether a field of the given type may hold initials.
func mayBeInitials(fieldType string) bool {
	return fieldType == "" || fieldType == "text" || strings.HasPrefix(fieldType, "name_")
}

// A NullSet says which words stand for no value in one column. It is safe for concurrent use.
type NullSet struct {
	words []nullWord
	// first and last filter by the byte that a value begins, or ends, with: a bit says whether there is a word of that length; dressed,
	// that something may have to be taken off there. Most values are none of the words, and end here.
	first, last [256]uint64
	buckets     [256][]placedWord // by bucketOf
}

// dressed is the bit of a byte that may have to be taken off a value.
const dressed = 1 << 63

type placedWord struct {
	text  string
	place int // in NullSet.words
}

// maxNullWord is the length of the longest word a NullSet knows, in bytes; longer ones would not fit the filter.
const maxNullWord = 31

// usualNullSets are those of fields that keep no words and have no further ones, by what makeNullSet asks: most columns have one of them.
var usualNullSets = func() map[[2]bool]func() *NullSet {
	sets := map[[2]bool]func() *NullSet{}
	for _, why := range []bool{false, true} {
		for _, initials := range []bool{false, true} {
			sets[[2]bool{why, initials}] = sync.OnceValue(func() *NullSet { return makeNullSet(why, initials, nil, nil) })
		}
	}
	return sets
}()

// newNullSet returns the words of a field of the given type, less those kept as values, plus further ones.
func newNullSet(fieldType string, keep, more []string) *NullSet {
	why, initials := SaysWhy(fieldType), mayBeInitials(fieldType)
	if len(keep) == 0 && len(more) == 0 {
		return usualNullSets[[2]bool{why, initials}]()
	}
	return makeNullSet(why, initials, keep, more)
}

// makeNullSet makes the set of a field: why tells that it has the words of people for no value, initials that a value may be initials.
func makeNullSet(why, initials bool, keep, more []string) *NullSet {
	s := &NullSet{}
	for b := range plainEdges {
		if !plainEdges[b] {
			s.first[b], s.last[b] = dressed, dressed
		}
	}
	add := func(w nullWord) {
		if len(w.text) == 0 || len(w.text) > maxNullWord {
			return
		}
		bucket := &s.buckets[bucketOf(w.text)]
		*bucket = append(*bucket, placedWord{w.text, len(s.words)})
		s.words = append(s.words, w)
		filter(&s.first, w.text[0], len(w.text))
		filter(&s.last, w.text[len(w.text)-1], len(w.text))
	}
	for _, w := range nullWords {
		if w.demographic && !why || w.initials && initials {
			continue
		}
		if !slices.ContainsFunc(keep, func(k string) bool { return strings.EqualFold(k, w.text) }) {
			add(w)
		}
	}
	for _, text := range more {
		add(nullWord{text: strings.ToLower(text)})
	}
	return s
}

// bucketOf is the same for texts that differ in the case of ASCII letters alone, and seldom for others that share their ends and length.
func bucketOf(s string) byte {
	first, middle, last := s[0]|0x20, s[len(s)/2]|0x20, s[len(s)-1]|0x20
	return first ^ middle<<1 ^ last<<2 ^ byte(len(s))<<3
}

// filter lets words of a length pass that have the byte, in either case, in its place.
func filter(bits *[256]uint64, b byte, length int) {
	bits[b] |= 1 << length
	if b >= 'a' && b <= 'z' {
		bits[b-'a'+'A'] |= 1 << length
	}
}

// Is reports whether a trimmed value stands for no value.
func (s *NullSet) Is(value string) bool { return value == "" || s.May(value) && s.find(value) >= 0 }

// Reason returns why a value stands for no value: unknown, asked-declined, not-asked, not-applicable, or "" when
// the word does not say or is not one.
func (s *NullSet) Reason(value string) string {
	if i := s.find(value); i >= 0 {
		return s.words[i].reason
	}
	return ""
}

// May reports whether a value can be one of the words: most cannot.
func (s *NullSet) May(value string) bool {
	n := len(value)
	return n > 0 && n <= maxNullWord && s.first[value[0]]&s.last[value[n-1]]>>n&1 != 0
}

// seeOn reports whether a cell has to be looked at more closely: it can be one of the words, or something may have to be taken off it. The
// cell is not empty.
func (s *NullSet) seeOn(cell string) bool {
	first, last := s.first[cell[0]], s.last[cell[len(cell)-1]]
	return (first|last)&dressed != 0 || (first&last)>>(len(cell)&63)&1 != 0 // a long cell may be looked at without need
}

// find returns the place of the word in s.words, or -1.
func (s *NullSet) find(value string) int {
	if !s.May(value) {
		return -1
	}
	for _, w := range s.buckets[bucketOf(value)] {
		if equalLower(value, w.text) {
			return w.place
		}
	}
	return -1
}

// equalLower reports whether value, its ASCII letters in lower case, is lower.
func equalLower(value, lower string) bool {
	if len(value) != len(lower) {
		return false
	}
	for i := range len(value) {
		c := value[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// bare returns a cell without white space and marks around it, as Trim and Unwrap do.
func bare(cell string) string {
	if !IsBare(cell) {
		cell, _ = Unwrap(Trim(cell))
	}
	return cell
}

// IsBare reports whether a cell certainly has neither, as most have not.
func IsBare(cell string) bool {
	return cell == "" || plainEdges[cell[0]] && plainEdges[cell[len(cell)-1]]
}

// plainEdges are the bytes of ASCII that may stand at either end of a cell without being taken off: all but white space and marks.
var plainEdges = func() (plain [256]bool) {
	for b := '!'; b < utf8.RuneSelf; b++ {
		plain[b] = b != '=' && b != '\''
	}
	return plain
}()

// Unwrap takes off the marks by which spreadsheets keep what looks like a number as a text: ="00123", and an apostrophe before a digit.
// A name such as 't Hooft keeps its apostrophe.
func Unwrap(s string) (inner string, wrapped bool) {
	switch {
	case len(s) < 2 || s[0] != '=' && s[0] != '\'':
	case s[0] == '\'' && (isDigit(s[1]) || strings.IndexByte("+-.<>", s[1]) >= 0) && strings.IndexByte(s[1:], '\'') < 0:
		return Trim(s[1:]), true
	case len(s) > 2 && s[1] == '"' && strings.IndexByte(s[2:], '"') == len(s)-3:
		return Trim(s[2 : len(s)-1]), true
	}
	return s, false
}

// Trim returns a value without the white space around it: ASCII and the no-break space, which pages leave behind.
func Trim(s string) string {
	if len(s) > 0 && s[0] > ' ' && s[0] < 0x80 && s[len(s)-1] > ' ' && s[len(s)-1] < 0x80 {
		return s
	}
	const nbsp = "\u00a0"
	for {
		switch {
		case len(s) > 0 && s[0] <= ' ':
			s = s[1:]
		case len(s) > 0 && s[len(s)-1] <= ' ':
			s = s[:len(s)-1]
		case strings.HasPrefix(s, nbsp):
			s = s[len(nbsp):]
		case strings.HasSuffix(s, nbsp):
			s = s[:len(s)-len(nbsp)]
		default:
			return s
		}
	}
}
