package plan

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/ends"
)

// jaroWinkler returns how alike two ASCII strings are, from 0 to 1 (Winkler 1990: a common start of up to four
// letters counts a tenth each).
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > 64 || len(b) > 64 || a == "" || b == "" {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var usedA, usedB uint64
	matches := 0
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if a[i] == b[j] && usedB&(1<<j) == 0 {
				usedA |= 1 << i
				usedB |= 1 << j
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	swapped, j := 0, 0
	for i := range len(a) {
		if usedA&(1<<i) == 0 {
			continue
		}
		for usedB&(1<<j) == 0 {
			j++
		}
		if a[i] != b[j] {
			swapped++
		}
		j++
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped/2))/m) / 3
	start := 0
	for start < min(4, len(a), len(b)) && a[start] == b[start] {
		start++
	}
	return jaro + float64(start)*0.1*(1-jaro)
}

// A form is a normalized header with all that two of them are compared by.
type form struct {
	text     string
	joined   string   // without what stands between words
	digits   string   // its digits: dx_1 and dx_2 are never variants of each other
	words    []string // as they follow one another
	sorted   string   // its words, in the order of the alphabet
	unlinked string   // its words without those that headers leave out
}

func formOf(name string) form {
	f := form{text: name, joined: strings.ReplaceAll(name, "_", ""), words: strings.Split(name, "_"), sorted: name, unlinked: name}
	if strings.ContainsAny(name, digits) {
		f.digits = digitsOf(name)
	}
	if len(f.words) > 1 {
		words := slices.Clone(f.words)
		slices.Sort(words)
		f.sorted = strings.Join(words, "_")
		f.unlinked = strings.Join(slices.DeleteFunc(words[:copy(words, f.words)], isLink), "_")
	}
	return f
}

// A spelling is a normalized header, and what is left of it without whose column it is.
type spelling struct {
	form
	bare *form // the same where nothing says that
}

func spell(name string) *spelling {
	s := &spelling{form: formOf(name)}
	s.bare = &s.form
	if rest := withoutContext(name); rest != name {
		bare := formOf(rest)
		s.bare = &bare
	}
	return s
}

// A mark tells in a glance that two spellings have nothing in common: most headers of a wide file have nothing with most names.
type mark struct {
	words       uint64 // a bit for each word: a name has no other words than a header only where it has no other bits
	whole, bare outline
}

// outline is what the forms of similar spellings have in common.
type outline struct {
	digits uint64 // a sum of them
	length int
}

func markOf(s *spelling) mark {
	m := mark{whole: outlineOf(&s.form), bare: outlineOf(s.bare)}
	for _, w := range s.words {
		m.words |= 1 << (ends.Sum(w) % 64)
	}
	return m
}

func outlineOf(f *form) outline { return outline{ends.Sum(f.digits), len(f.text)} }

// near reports whether two spellings may be similar.
func (m *mark) near(o *mark) bool { return m.whole.near(o.whole) || m.bare.near(o.bare) }

func (a outline) near(b outline) bool {
	return a.digits == b.digits && 10*min(a.length, b.length) >= 7*max(a.length, b.length)
}

// longHeader is how many letters a header must have to be a misspelt name of more or fewer words: numberr is no numero RM.
const longHeader = 8

// similar returns how alike two normalized headers are, from 0 to 1; 0 where they differ by more than their spelling: in a
// number, much in length, or in a whole word, as date_of_birth and date_of_death do. That both say patient is no
// likeness: patient_role is no patient_full_name.
func similar(x, y *spelling) float64 {
	a, b := &x.form, &y.form
	if x.bare != a && y.bare != b {
		a, b = x.bare, y.bare
	}
	if len(a.text) < 5 || len(b.text) < 5 || 10*min(len(a.text), len(b.text)) < 7*max(len(a.text), len(b.text)) || a.digits != b.digits {
		return 0
	}
	switch {
	case len(a.words) == len(b.words):
		if !misspeltWords(a.words, b.words) {
			return 0
		}
	case a.unlinked == b.unlinked:
	case len(a.joined) < longHeader && a.words[0] != b.words[0]:
		return 0
	case len(a.joined) == len(b.joined) && !sameLetters(a.joined, b.joined) || !misspelt(a.joined, b.joined, 1):
		return 0 // frstname is a first_name, patientennr is no patient_age, and last_bp_date no last_update
	}
	return jaroWinkler(a.text, b.text)
}

// misspeltWords reports whether each word of one header is, perhaps written wrongly, the word of the other one in its place.
func misspeltWords(a, b []string) bool {
	for i, x := range a {
		if y := b[i]; !misspelt(x, y, 1+min(len(x), len(y))/8) {
			return false
		}
	}
	return true
}

// misspelt reports whether two words can be one, written wrongly in few places: start is no misspelt status, and an allergen no allergy. A
// short word with another letter is another word, as fill and file are.
func misspelt(a, b string, slips int) bool {
	return withinEdits(a, b, slips) && jaroWinkler(a, b) >= 0.85 && (a == b || len(a) != len(b) || len(a) > shortWord || sameLetters(a, b))
}

const shortWord = 4

func sameLetters(a, b string) bool {
	return !strings.ContainsFunc(a, func(r rune) bool { return strings.Count(a, string(r)) != strings.Count(b, string(r)) })
}

// withinEdits reports whether a becomes b by at most so many letters put in, left out, changed or swapped with the next.
func withinEdits(a, b string, edits int) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	switch {
	case a == b:
		return true
	case edits == 0 || len(a)-len(b) > edits || len(b)-len(a) > edits:
		return false
	case a == "" || b == "":
		return true
	case len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && withinEdits(a[2:], b[2:], edits-1):
		return true
	}
	return withinEdits(a[1:], b[1:], edits-1) || withinEdits(a[1:], b, edits-1) || withinEdits(a, b[1:], edits-1)
}

// links are the words between others that headers leave out: fecha_nacimiento is fecha_de_nacimiento.
var links = []string{"of", "the", "de", "del", "di", "da", "do", "du", "des", "der", "la", "el", "d"}

func isLink(word string) bool { return slices.Contains(links, word) }

// sameWords reports whether two normalized headers have the same words in another order, and the same digits in one: address_1_line_0 is of
// another address than address_0_line_1.
func sameWords(a, b *form) bool { return a.sorted == b.sorted && a.digits == b.digits }

const digits = "0123456789"

// digitsOf returns the digits of a text.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
