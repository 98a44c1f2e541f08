package link

import (
	"strings"
)

// A component is a part of what keys of blocks are made of: a value, or what is left of it when it is written in other ways.
type component uint8

const (
	cGiven component = iota
	cFamily
	cMaiden
	cBirth
	cSSN
	cMBI
	cMedicaid
	cInsurance
	cMRN
	cPatient
	cStreet
	cNumber
	cZip
	cEmail
	cCity
	cYear
	cYearMonth
	cMonthDay   // in the order of the smaller first: months and days change places
	cDigits     // of the birth date, sorted
	cNames      // given and family name, sorted: names change places
	cNameSounds // likewise, by Soundex
	cGivenSoundex
	cFamilySoundex
	cGivenSound
	cFamilySound
	cGiven1
	cFamily1
	cGiven3
	cFamily4
	cGivenGram // one of the pairs of letters, the same one for most similar names
	cFamilyGram
	cSSNHead
	cSSNTail
	cZip3
	cMailbox
	cStreet5
	cPhone
	cPhone2
	cPhone3
	componentCount
)

// A pass divides the records into blocks that agree in all its components.
type pass struct {
	name       string
	components []component
	one, other component // that are compared first; the same one where there is only one
}

// passes are tried in this order. The first ones find most pairs in few comparisons; the later ones are for values that are missing or
// damaged in the fields that the others need. Single names and streets make blocks only where they are rare.
var passes = func() (all []pass) {
	for _, components := range [][]component{
		{cSSN}, {cMBI}, {cMedicaid}, {cInsurance}, {cMRN}, {cPatient}, {cPhone}, {cEmail}, {cBirth}, {cNames}, {cNameSounds},
		{cGiven, cZip}, {cFamily, cZip}, {cGiven, cStreet}, {cFamily, cStreet}, {cNumber, cStreet}, {cMailbox},
		{cGiven3, cFamily4}, {cGiven, cYear}, {cFamily, cYear}, {cFamilySoundex, cYearMonth}, {cGivenSoundex, cYearMonth},
		{cGivenSoundex, cFamilySoundex}, {cDigits}, {cFamily, cMonthDay}, {cGiven, cMonthDay}, {cZip, cNumber}, {cZip, cMonthDay},
		{cSSNHead, cGiven1}, {cSSNTail, cGiven1}, {cSSNHead, cFamily1}, {cSSNTail, cFamily1}, {cGiven, cCity}, {cFamily, cCity},
		{cGiven, cNumber}, {cFamily, cNumber}, {cZip3, cGiven}, {cZip3, cFamily}, {cGiven1, cFamily1, cYear}, {cCity, cStreet5},
		{cCity, cYearMonth}, {cCity, cZip, cYear}, {cGivenSound, cFamilyGram}, {cFamilySound, cGivenGram}, {cFamilyGram, cBirth},
		{cMaiden, cGiven}, {cGiven}, {cFamily}, {cStreet},
	} {
		p := pass{components: components, one: components[0], other: components[min(1, len(components)-1)]}
		for i, c := range components {
			if i > 0 {
				p.name += "+"
			}
			p.name += componentNames[c]
		}
		all = append(all, p)
	}
	return all
}()

var componentNames = [componentCount]string{"given", "family", "maiden", "birth", "ssn", "mbi", "medicaid", "insurance", "mrn", "patient",
	"street", "number", "zip", "email", "city", "birth year", "birth month", "month and day", "birth digits", "names", "names soundex",
	"given soundex", "family soundex", "given sound", "family sound", "given 1", "family 1", "given 3", "family 4", "given pair",
	"family pair", "ssn head", "ssn tail", "zip 3", "mailbox", "street 5", "phone", "phone 2", "phone 3"}

// keys are the components of a record: sums of values, 0 of none. Two values with one sum only cost a comparison.
type keys [componentCount]uint32

// A keyed name has the components that depend on it alone; they are computed once a value.
type keyed struct{ soundex, sound, head, short, long, gram uint32 }

// A keyedDate has those that depend on a birth date alone.
type keyedDate struct{ year, yearMonth, monthDay, digits uint32 }

func keyOf(s string) uint32 {
	if s == "" {
		return 0
	}
	h := hash(s)
	return uint32(h^h>>32) | 1
}

func keyedName(s string) keyed {
	return keyed{soundex: keyOf(soundex(s)), sound: keyOf(sound(s)), head: keyOf(s[:1]), gram: gram(s),
		short: keyOf(s[:min(3, len(s))]), long: keyOf(s[:min(4, len(s))])}
}

// gram is the smallest sum of the pairs of letters of a name: similar names often share it.
func gram(s string) uint32 {
	least := uint32(0)
	for i := 0; i+2 <= len(s); i++ {
		if k := keyOf(s[i : i+2]); least == 0 || k < least {
			least = k
		}
	}
	return least
}

// keying computes the keys of records.
type keying struct {
	set           *Set
	given, family []keyed
	born          []keyedDate
	zip3          []uint32
	plain         [fieldCount][]uint32 // sum of each value, so that equal values of two dictionaries have one
}

// plainKeys are the fields whose values are components as they are.
var plainKeys = [...]struct {
	to component
	of Field
}{{cGiven, Given}, {cFamily, Family}, {cMaiden, Maiden}, {cBirth, BirthDate}, {cSSN, SSN}, {cMBI, MBI}, {cMedicaid, Medicaid},
	{cInsurance, Insurance}, {cMRN, MRN}, {cPatient, PatientID}, {cStreet, Street}, {cNumber, Number}, {cZip, Zip}, {cEmail, Email},
	{cCity, City}, {cPhone, Phone}}

func (j *job) newKeying() *keying {
	k := &keying{set: j.set}
	work := []func(){
		func() { k.given = keysOf(k.set, Given, keyedName) },
		func() { k.family = keysOf(k.set, Family, keyedName) },
		func() { k.born = keysOf(k.set, BirthDate, keyedDateOf) },
		func() { k.zip3 = keysOf(k.set, Zip, func(s string) uint32 { return keyOf(s[:min(3, len(s))]) }) },
	}
	for _, plain := range plainKeys {
		work = append(work, func() { k.plain[plain.of] = keysOf(k.set, plain.of, keyOf) })
	}
	j.each(len(work), func(i int) { work[i]() })
	return k
}

// keysOf computes what depends on a value of a field alone.
func keysOf[T any](s *Set, f Field, of func(string) T) []T {
	texts := s.values[f].texts
	all := make([]T, len(texts))
	for i := 1; i < len(texts); i++ {
		all[i] = of(texts[i].s)
	}
	return all
}

// of returns the keys of a record.
func (k *keying) of(r *record) (out keys) {
	for _, plain := range plainKeys {
		out[plain.to] = k.plain[plain.of][r.codes[plain.of]]
	}
	out[cPhone2], out[cPhone3] = k.plain[Phone][r.codes[Phone2]], k.plain[Phone][r.codes[Phone3]]
	g, f := &k.given[r.codes[Given]], &k.family[r.codes[Family]]
	out[cGivenSoundex], out[cGivenSound], out[cGiven1], out[cGivenGram] = g.soundex, g.sound, g.head, g.gram
	out[cGiven3] = g.short
	out[cFamilySoundex], out[cFamilySound], out[cFamily1], out[cFamilyGram], out[cFamily4] = f.soundex, f.sound, f.head, f.gram, f.long
	text := func(f Field) string { return k.set.values[f].texts[r.codes[f]].s }
	out[cNames] = both(out[cGiven], out[cFamily])
	out[cNameSounds] = both(g.soundex, f.soundex)
	b := &k.born[r.codes[BirthDate]]
	out[cYear], out[cYearMonth], out[cMonthDay], out[cDigits] = b.year, b.yearMonth, b.monthDay, b.digits
	if ssn := text(SSN); len(ssn) >= 7 {
		out[cSSNHead], out[cSSNTail] = keyOf(ssn[:4]), keyOf(ssn[len(ssn)-4:])
	}
	out[cZip3] = k.zip3[r.codes[Zip]]
	street := text(Street)
	out[cStreet5] = keyOf(street[:min(5, len(street))])
	mailbox, _, _ := strings.Cut(text(Email), "@")
	out[cMailbox] = keyOf(mailbox)
	return out
}

func keyedDateOf(date string) (k keyedDate) {
	if len(date) < 4 {
		return k
	}
	if len(date) == 4 || date[4] == '-' {
		k.year = keyOf(date[:4])
	}
	if len(date) != len("2006-01-02") || date[4] != '-' {
		return k
	}
	k.yearMonth = keyOf(date[:7])
	month, day := date[5:7], date[8:]
	if month > day {
		month, day = day, month
	}
	k.monthDay = keyOf(month + day)
	var counts [10]byte
	for i := range len(date) {
		if c := date[i]; c >= '0' && c <= '9' {
			counts[c-'0']++
		}
	}
	k.digits = keyOf(string(counts[:]))
	return k
}

// both combines two sums in any order; 0 without one of them.
func both(a, b uint32) uint32 {
	if a == 0 || b == 0 {
		return 0
	}
	if a > b {
		a, b = b, a
	}
	return mix(mix(0, a), b)
}

// mix folds a sum into another.
func mix(h, x uint32) uint32 {
	h ^= x
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return (h ^ h>>16) | 1
}

// key returns the key of a record in a pass, 0 when it lacks a component.
func (p *pass) key(k *keys) uint32 {
	h := uint32(0)
	for _, c := range p.components {
		if k[c] == 0 {
			return 0
		}
		h = mix(h, k[c])
	}
	return h
}

// several reports whether a record may have several keys in a pass.
func (p *pass) several() bool { return p.components[0] == cPhone }

// agree reports whether two records, which both have the components of a pass, agree in them.
func (p *pass) agree(a, b *keys) bool {
	if p.several() {
		return sharePhone(a, b)
	}
	if a[p.one] != b[p.one] || a[p.other] != b[p.other] {
		return false
	}
	for _, c := range p.components[min(2, len(p.components)):] {
		if a[c] != b[c] {
			return false
		}
	}
	return true
}

func sharePhone(a, b *keys) bool {
	for c := cPhone; c <= cPhone3; c++ {
		if x := a[c]; x != 0 && (x == b[cPhone] || x == b[cPhone2] || x == b[cPhone3]) {
			return true
		}
	}
	return false
}
