package match

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// A fact is what is kept of a row to find another row about the same thing that does not say quite the same. Its words are sums of
// values, 0 where there is none; a table without persons needs the first ones only.
type fact [personWords]uint64

const (
	wordContent = iota
	wordRecord  // record_no
	wordLatest  // when the row was written, as a number that grows with time
	wordFilled  // values in the row
	wordSays    // the fields that it has values for, a bit each
	wordKnows   // the fields that its file has columns for
	wordKey     // the key of the source
	wordWhat    // what else rows of one key must agree on, when they are versions of each other; of a person the fields of persons it has values for
	thingWords

	wordMRN = iota - 1
	wordSSN
	wordMBI
	wordFamily
	wordGiven
	wordInitial // of the given name
	wordMiddle
	wordSuffix
	wordBirth // a whole date as a number, 19850413
	wordSex
	wordOrder // of birth
	wordNewborn
	wordZip
	wordPhone
	wordPhone2
	wordEmail
	wordStreet
	personWords
)

// versionFields are those on which versions of a row agree.
var versionFields = []string{"patient_id", "code", "effective"}

var (
	ruleNewborn = rule.Must("NAME-007")
	ruleUnknown = rule.Must("NAME-008")
	ruleTest    = rule.Must("NAME-010")
)

// A Facts takes the fact of each row of a file. It is safe for concurrent use.
type Facts struct {
	secret Secret
	scope  uint64 // stands for the source
	giver  int    // slot of who gave the record numbers, where that is not the source; -1: none
	knows  uint64 // the bits of all fields
	told   uint64 // the bits that only fields of persons have, the key left out
	latest []int
	what   []int
	text   int
	person []personSlot // nil where rows are no persons
	isTest int          // slot of what says that the row is a test patient's
	tests  bool         // test patients are persons like others
}

// A personSlot is a field of persons, and the word that stands for it.
type personSlot struct {
	word, slot int
	scoped     bool // a number that its source alone has given
}

// NewFacts returns what takes the facts of a file of a table; nil when its rows have no key and are no persons.
func NewFacts(secret Secret, source string, p *profile.Profile, t *profile.Table, l *standardize.Layout, key []string) *Facts {
	f := &Facts{secret: secret, scope: secret.word(source), giver: l.Slot("mrn_assigner"), text: l.Slot("code_text"),
		isTest: l.Slot("is_test"), tests: p.TestRecords == profile.KeepTests}
	for _, name := range l.Names {
		f.knows |= fieldBit(name)
	}
	for _, name := range t.Latest {
		if slot := l.Slot(name); slot >= 0 {
			f.latest = append(f.latest, slot)
		}
	}
	for _, name := range versionFields {
		f.what = append(f.what, l.Slot(name))
	}
	if t.Name != "patient" {
		if len(key) == 0 || slices.ContainsFunc(key, func(name string) bool { return l.Slot(name) < 0 }) {
			return nil
		}
		return f
	}
	f.what, f.text, f.told = nil, -1, bitsOf(t, l.Names, key)
	f.person = []personSlot{} // also where a file has none of the fields: its facts are as long as those of its neighbours
	for _, s := range []struct {
		word   int
		field  string
		scoped bool
	}{{wordMRN, "mrn", true}, {wordSSN, "ssn", false}, {wordMBI, "mbi", false}, {wordFamily, "name_family", false}, {wordGiven, "name_given", false},
		{wordMiddle, "name_middle", false}, {wordSuffix, "name_suffix", false}, {wordBirth, "birth_date", false}, {wordSex, "administrative_gender", false},
		{wordOrder, "birth_order", false}, {wordZip, "zip", false}, {wordPhone, "phone_home", false}, {wordPhone2, "phone_mobile", false},
		{wordEmail, "email", false}, {wordStreet, "address_line1", false}} {
		if slot := l.Slot(s.field); slot >= 0 {
			f.person = append(f.person, personSlot{s.word, slot, s.scoped})
		}
	}
	return f
}

// bitsOf returns the bits of the columns that are fields of the table and not of its key, without those that others have too.
func bitsOf(t *profile.Table, names, key []string) (known uint64) {
	var others uint64
	for _, name := range names {
		if t.Field(name) != nil && !slices.Contains(key, name) {
			known |= fieldBit(name)
		} else {
			others |= fieldBit(name)
		}
	}
	return known &^ others
}

// words is how many words a fact of the file has.
func (f *Facts) words() int {
	if f.person == nil {
		return thingWords
	}
	return personWords
}

// Append appends the fact of a row with these sums.
func (f *Facts) Append(dst []byte, r *standardize.Row, record int64, sums *Sums) []byte {
	var x fact
	x[wordContent], x[wordKey], x[wordRecord] = le.Uint64(sums.Content[:]), le.Uint64(sums.Key[:]), uint64(record)
	x[wordFilled], x[wordSays], x[wordKnows] = uint64(sums.filled), sums.says, f.knows
	for _, slot := range f.latest {
		if x[wordLatest] = moment(r.Values[slot]); x[wordLatest] != 0 {
			break
		}
	}
	if f.person != nil {
		f.take(&x, r)
		x[wordWhat] = sums.says & f.told
	} else {
		x[wordWhat] = f.versionOf(r)
	}
	n, size := len(dst), 8*f.words()
	dst = slices.Grow(dst, size)[:n+size]
	to := dst[n:]
	for _, w := range x[:f.words()] {
		le.PutUint64(to, w)
		to = to[8:]
	}
	return dst
}

// versionOf sums up what versions of a row agree on; the text of a code stands for a code that is missing.
func (f *Facts) versionOf(r *standardize.Row) uint64 {
	var values []string
	for i, slot := range f.what {
		v := r.Get(slot)
		if v == "" && versionFields[i] == "code" {
			v = strings.ToLower(r.Get(f.text))
		}
		values = append(values, v)
	}
	return f.secret.word(strings.Join(values, "\x00"))
}

// take fills in what is known of a person: nothing of a test patient, unless the profile keeps them. Names that stand for nobody say nothing.
func (f *Facts) take(x *fact, r *standardize.Row) {
	if !f.tests && r.Get(f.isTest) == "true" {
		return
	}
	var buffer [64]byte
	for _, p := range f.person {
		value := r.Values[p.slot]
		if value == "" || r.Unusable[p.slot] {
			continue
		}
		switch p.word {
		case wordBirth:
			if len(value) >= len(time10) {
				x[wordBirth] = moment(value[:len(time10)])
			}
			continue
		case wordSex:
			if value != "male" && value != "female" {
				continue
			}
		case wordFamily, wordGiven, wordMiddle, wordSuffix, wordStreet:
			value = letters(buffer[:0], value)
		case wordZip:
			value = value[:min(len(value), 5)]
		case wordEmail, wordPhone, wordPhone2:
			value, _, _ = strings.Cut(value, "|")
			value = lower(buffer[:0], value)
		}
		switch {
		case p.word == wordGiven && value != "":
			if x[wordInitial] = uint64(value[0]); len(value) == 1 {
				continue // the name is not known
			}
		case p.word == wordMiddle && value != "":
			value = value[:1]
		}
		x[p.word] = f.secret.word(value)
		if p.scoped && value != "" {
			scope := f.scope
			if giver := r.Get(f.giver); giver != "" {
				scope = f.secret.word(giver)
			}
			x[p.word] = max(fold(x[p.word]^scope, f.secret[2]), 1)
		}
	}
	for _, h := range r.Hits {
		switch h.Rule {
		case ruleNewborn:
			x[wordGiven], x[wordInitial], x[wordNewborn] = 0, 0, 1
		case ruleTest:
			if !f.tests {
				x[wordFamily], x[wordGiven], x[wordInitial] = 0, 0, 0
			}
		case ruleUnknown:
			x[wordFamily], x[wordGiven], x[wordInitial] = 0, 0, 0
		}
	}
}

const time10 = "2006-01-02"

// moment is a canonical date, with or without a time, as a number that grows with time: the digits of 20060102150405.
func moment(s string) uint64 {
	var n uint64
	digits := 0
	for i := 0; i < len(s) && digits < 14; i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n = n*10 + uint64(s[i]-'0')
			digits++
		}
	}
	for ; digits > 0 && digits < 14; digits++ {
		n *= 10
	}
	return n
}

// lower writes a text in small letters, in a buffer where it has room.
func lower(buffer []byte, s string) string {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return strings.ToLower(s)
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buffer = append(buffer, c)
	}
	return unsafe.String(unsafe.SliceData(buffer), len(buffer))
}

// letters keeps the letters and digits of a name, in upper case, in a buffer where it has room.
func letters(buffer []byte, s string) string {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z':
			buffer = append(buffer, c-'a'+'A')
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c >= utf8.RuneSelf:
			buffer = append(buffer, c)
		}
	}
	return unsafe.String(unsafe.SliceData(buffer), len(buffer))
}

// fieldBit is the bit that stands for a field.
func fieldBit(name string) uint64 { return 1 << (numberOf(name) % 64) }

// numberOf makes a number of a name (FNV-1a), the same in every job.
func numberOf(s string) uint64 {
	const start, prime = 14695981039346656037, 1099511628211
	h := uint64(start)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

// factsOf reads the facts of one file. Each is valid until the next.
func factsOf(in io.Reader, words int) iter.Seq2[*fact, error] {
	return func(yield func(*fact, error) bool) {
		b := bufio.NewReaderSize(in, 64<<10)
		var x fact
		for {
			raw, err := b.Peek(8 * words)
			if err == io.EOF && len(raw) == 0 {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("read facts: %w", err))
				return
			}
			rest := raw
			for i := range x[:words] {
				x[i] = le.Uint64(rest)
				rest = rest[8:]
			}
			_, _ = b.Discard(len(raw)) // which Peek has read
			if !yield(&x, nil) {
				return
			}
		}
	}
}
