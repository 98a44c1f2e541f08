package match

import (
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"harmonizer/go-worker/internal/dates"
	"harmonizer/go-worker/internal/ends"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// A fact is what is kept of a row to find another row about the same thing that does not say quite the same. Its words are sums of
// values, 0 where there is none; a table without persons needs the first ones only.
type fact [personWords]uint64

// A factText is a fact as it stands in a file.
type factText [][8]byte

func (x factText) set(word int, n uint64) { le.PutUint64(x[word][:], n) }

func (x factText) get(word int) uint64 { return le.Uint64(x[word][:]) }

const (
	wordContent = iota
	wordKey     // the key of the source
	wordRecord  // record_no
	wordLatest  // when the row was written, as a number that grows with time
	wordFilled  // values in the row
	wordSays    // the fields that it has values for, a bit each
	wordKnows   // the fields that its file has columns for
	wordWhat    // what else rows of one key must agree on, when they are versions of each other; of a person the fields of persons it has values for
	wordEvent   // what tells it from rows of other events
	thingWords

	wordMRN = iota - 1
	wordSSN
	wordMBI
	wordName // of the three that follow, see nameOf
	wordFamily
	wordGiven
	wordBirth   // a whole date as a number, 19850413
	wordInitial // of the given name
	wordMiddle
	wordSuffix
	wordSex
	wordOrder // of birth
	wordNewborn
	wordZip
	wordPhone
	wordPhone2
	wordEmail
	personWords
)

// versionFields are those on which versions of a row agree. The start is one of a drug: a prescription is filled under its number again and
// again, while that of a visit may be put right.
var versionFields = []string{"patient_id", "code", "effective", "start"}

// Rules that say that a name is none. They stand close together among all rules: of most hits the ends of their range tell that it is none of them.
var (
	ruleNewborn = rule.Must("NAME-007")
	ruleUnknown = rule.Must("NAME-008")
	ruleTest    = rule.Must("NAME-010")

	firstDoubt = min(ruleNewborn, ruleUnknown, ruleTest)
	doubts     = max(ruleNewborn, ruleUnknown, ruleTest) - firstDoubt
)

// A Facts takes the fact of each row of a file. It is safe for concurrent use.
type Facts struct {
	secret Secret
	scope  uint64   // stands for the source
	giver  int      // slot of who gave the record numbers, where that is not the source; -1: none
	bits   []uint64 // by slot: of its field, see fieldBit
	knows  uint64   // all of them
	told   uint64   // the bits that only fields of persons have, the key left out
	latest []int
	what   []int
	events []event
	text   int
	person []personSlot // nil where rows are no persons
	isTest int          // slot of what says that the row is a test patient's
	tests  bool         // test patients are persons like others
}

// An event is a column that tells rows of different events apart, and its name summed up before its values.
type event struct {
	slot  int
	start state
}

// A personSlot is a field of persons, the word that stands for it, and how it does.
type personSlot struct {
	word, slot int
	as         reading
}

// A reading is what of a value counts.
type reading uint8

const (
	asItIs   reading = iota
	ofSource         // a number that its source alone has given
	asDate
	asSex
	asName // its letters and digits
	asGiven
	asInitial // the first one of them
	asZip
	asContact // the first one of a list
)

// NewFacts returns what takes the facts of a file of a table; nil when its rows have no key and are no persons. By events its rows
// are told to be of different ones.
func NewFacts(secret Secret, source string, p *profile.Profile, t *profile.Table, l *standardize.Layout, key, events []string) *Facts {
	f := &Facts{secret: secret, scope: secret.word(source), giver: l.Slot("mrn_assigner"), text: l.Slot("code_text"),
		isTest: l.Slot("is_test"), tests: p.TestRecords == profile.KeepTests}
	for _, name := range l.Names {
		f.bits = append(f.bits, fieldBit(name))
		f.knows |= fieldBit(name)
	}
	for _, name := range t.Latest {
		if slot := l.Slot(name); slot >= 0 {
			f.latest = append(f.latest, slot)
		}
	}
	for _, name := range versionFields {
		if name != "start" || t.Name == "medication" {
			f.what = append(f.what, l.Slot(name))
		}
	}
	for _, name := range events {
		if slot := l.Slot(name); slot >= 0 {
			f.events = append(f.events, event{slot, secret.add(secret.begin(), name)})
		}
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
		word  int
		field string
		as    reading
	}{{wordMRN, "mrn", ofSource}, {wordSSN, "ssn", asItIs}, {wordMBI, "mbi", asItIs}, {wordFamily, "name_family", asName},
		{wordGiven, "name_given", asGiven}, {wordMiddle, "name_middle", asInitial}, {wordSuffix, "name_suffix", asName},
		{wordBirth, "birth_date", asDate}, {wordSex, "administrative_gender", asSex}, {wordOrder, "birth_order", asItIs}, {wordZip, "zip", asZip},
		{wordPhone, "phone_home", asContact}, {wordPhone2, "phone_mobile", asContact}, {wordEmail, "email", asContact}} {
		if slot := l.Slot(s.field); slot >= 0 {
			f.person = append(f.person, personSlot{s.word, slot, s.as})
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
	n, words := len(dst), f.words()
	dst = slices.Grow(dst, 8*words)[:n+8*words]
	x := factText(unsafe.Slice((*[8]byte)(dst[n:]), words))
	clear(x)
	filled, says := f.said(r.Values)
	x[wordContent], x[wordKey] = [8]byte(sums.Content[:]), [8]byte(sums.Key[:])
	x.set(wordRecord, uint64(record))
	x.set(wordFilled, filled)
	x.set(wordSays, says)
	x.set(wordKnows, f.knows)
	for _, slot := range f.latest {
		if n := moment(r.Values[slot]); n != 0 {
			x.set(wordLatest, n)
			break
		}
	}
	if len(f.events) > 0 {
		x.set(wordEvent, f.eventOf(r))
	}
	if f.person != nil {
		f.take(x, r)
		x.set(wordWhat, says&f.told)
	} else {
		x.set(wordWhat, f.versionOf(r))
	}
	return dst
}

// said returns how many values a row has, and the fields that it has them for.
func (f *Facts) said(values []string) (filled, says uint64) {
	bits := f.bits[:len(values)]
	for i, v := range values {
		if v != "" {
			filled++
			says |= bits[i]
		}
	}
	return filled, says
}

// eventOf sums up what tells a row from those of other events, whatever the order of its columns; 0 where it says nothing of that.
func (f *Facts) eventOf(r *standardize.Row) (sum uint64) {
	for _, e := range f.events {
		if value := r.Values[e.slot]; value != "" {
			sum += f.secret.short(f.secret.add(e.start, value))
		}
	}
	return sum
}

// versionOf sums up what versions of a row agree on; the text of a code stands for a code that is missing.
func (f *Facts) versionOf(r *standardize.Row) uint64 {
	sum := f.secret.begin()
	for i, slot := range f.what {
		v := r.Get(slot)
		if v == "" && versionFields[i] == "code" {
			v = strings.ToLower(r.Get(f.text))
		}
		sum = f.secret.add(sum, v)
	}
	return f.secret.short(sum)
}

// take fills in what is known of a person: nothing of a test patient, unless the profile keeps them. Names that stand for nobody say
// nothing.
func (f *Facts) take(x factText, r *standardize.Row) {
	if !f.tests && r.Get(f.isTest) == "true" {
		return
	}
	var buffer [64]byte
	values := r.Values
	unusable := r.Unusable[:len(values)]
	for i := range f.person {
		p := &f.person[i]
		slot := p.slot
		value := values[slot]
		if value == "" || unusable[slot] {
			continue
		}
		word := uint64(0)
		switch p.as {
		case asItIs:
			word = f.secret.word(value)
		case ofSource:
			word = max(ends.Fold(f.secret.word(value)^f.scopeOf(r), f.secret[2]), 1)
		case asDate:
			if len(value) >= len(time10) {
				word = moment(value[:len(time10)])
			}
		case asSex:
			if value == "male" || value == "female" {
				word = uint64(len(value))
			}
		case asName:
			word = f.secret.word(letters(buffer[:0], value))
		case asGiven:
			if value = letters(buffer[:0], value); value != "" {
				x.set(wordInitial, uint64(value[0]))
			}
			if len(value) > 1 { // else the name is not known
				word = f.secret.word(value)
			}
		case asInitial:
			word = initial(value)
		case asZip:
			word = f.secret.word(value[:min(len(value), 5)])
		case asContact:
			value, _, _ = strings.Cut(value, "|")
			word = f.secret.lowerWord(value)
		}
		x.set(p.word, word)
	}
	f.doubt(x, r.Hits)
	x.set(wordName, nameOf(x.get(wordFamily), x.get(wordGiven), x.get(wordBirth)))
}

// doubt takes back what a rule about names says is none.
func (f *Facts) doubt(x factText, hits []standardize.Hit) {
	first, most := firstDoubt, doubts
	for i := range hits {
		id := hits[i].Rule
		switch {
		case id-first > most:
		case id == ruleNewborn:
			x.set(wordGiven, 0)
			x.set(wordInitial, 0)
			x.set(wordNewborn, 1)
		case id == ruleUnknown, id == ruleTest && !f.tests:
			x.set(wordFamily, 0)
			x.set(wordGiven, 0)
			x.set(wordInitial, 0)
		}
	}
}

// scopeOf stands for who gave the record number of a row.
func (f *Facts) scopeOf(r *standardize.Row) uint64 {
	if giver := r.Get(f.giver); giver != "" {
		return f.secret.word(giver)
	}
	return f.scope
}

const time10 = "2006-01-02"

// moment is a canonical date, with or without a time, as a number that grows with time: the digits of 20060102150405.
func moment(s string) uint64 {
	n, digits := day(s), len("20060102")
	if n == 0 {
		digits = 0
	} else if s = s[len(time10):]; s == "" {
		return n * tens[len(tens)-1-digits]
	}
	for i := range len(s) {
		if d := s[i] - '0'; d <= 9 {
			n = n*10 + uint64(d)
			if digits++; digits == len(tens)-1 {
				return n
			}
		}
	}
	if digits == 0 {
		return 0
	}
	return n * tens[len(tens)-1-digits]
}

// day is the date that a text begins with, as a number of eight digits; 0 for another beginning, and for no date.
func day(s string) uint64 {
	if len(s) < len(time10) || s[4] != '-' || s[7] != '-' {
		return 0
	}
	w := wordAt(s, 0)
	n, _ := dates.EightDigits(w&(1<<32-1) | w>>8&(0xffff<<32) | uint64(s[8])<<48 | uint64(s[9])<<56)
	return n
}

// tens are the powers of ten up to that of the digits of a moment.
var tens = func() (t [15]uint64) {
	t[0] = 1
	for i := range t[1:] {
		t[i+1] = 10 * t[i]
	}
	return t
}()

// letters keeps the letters and digits of a name, in upper case, in a buffer where it has room.
func letters(buffer []byte, s string) string {
	buffer = slices.Grow(buffer, len(s))[:len(s)]
	n := 0
	for i := range len(s) {
		c := letter[s[i]]
		if buffer[n] = c; c != 0 {
			n++
		}
	}
	return unsafe.String(unsafe.SliceData(buffer), n)
}

// initial is the first byte of the letters and digits of a name, 0 where it has none.
func initial(s string) uint64 {
	for i := range len(s) {
		if c := letter[s[i]]; c != 0 {
			return uint64(c)
		}
	}
	return 0
}

// letter holds for each byte that is part of a letter or a digit that of the letter in upper case, as far as it is ASCII.
var letter = func() (t [256]byte) {
	for i := range t {
		switch c := byte(i); {
		case c >= 'a' && c <= 'z':
			t[i] = c - 'a' + 'A'
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c >= utf8.RuneSelf:
			t[i] = c
		}
	}
	return t
}()

// fieldBit is the bit that stands for a field.
func fieldBit(name string) uint64 { return 1 << (ends.Sum(name) % 64) }

// read takes the first words of a fact as Append wrote it.
func (x *fact) read(raw []byte, words int) {
	for i := range x[:words] {
		x[i] = le.Uint64(raw)
		raw = raw[8:]
	}
}
