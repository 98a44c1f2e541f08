package link

import (
	"math"
	"slices"
	"strconv"
)

// A Method says how records were found to be one person.
type Method string

// Methods. A deterministic rule's name follows a colon.
const (
	Alone         Method = ""
	Exact         Method = "exact"
	SourceKey     Method = "source-key"
	Deterministic Method = "deterministic"
	Probabilistic Method = "probabilistic"
	Decided       Method = "decision"
)

// A rule links two records for certain, without any probability.
type deterministicRule struct {
	name  string
	holds func(e *evidence) bool
}

// evidence is a pair as rules see it.
type evidence struct {
	j       *job
	a, b    *record
	pattern pattern
}

func (e *evidence) level(f Field) uint8 { return e.pattern.level(f) }

// equal reports whether both have a field, with the same value.
func (e *evidence) equal(f Field) bool { return e.level(f) == shipped[f].top }

// near reports whether both have a field, with values at most n levels below equal.
func (e *evidence) near(f Field, n uint8) bool {
	l := e.level(f)
	return l != missing && l+n >= shipped[f].top
}

func (e *evidence) sameText(f Field) bool { return e.a.codes[f] != 0 && e.a.codes[f] == e.b.codes[f] }

func (e *evidence) conflict(f Field) bool {
	return e.a.codes[f] != 0 && e.b.codes[f] != 0 && e.a.codes[f] != e.b.codes[f]
}

// deterministicRules are those of SPEC section 16, level L2, and before them the key of a source (L1).
var deterministicRules = []deterministicRule{
	{"source-key", func(e *evidence) bool { return e.sameText(PatientID) && e.agree() }},
	{"mrn", func(e *evidence) bool { return e.sameText(MRN) && e.agree() }},
	{"ssn+birth-date", func(e *evidence) bool { return e.equal(SSN) && e.equal(BirthDate) }},
	{"ssn+family+initial", func(e *evidence) bool {
		return e.equal(SSN) && e.equal(Family) && e.initial() && e.level(BirthDate) >= 2 && !e.otherBearer() && e.level(Middle) != 0 && e.level(Sex) != 0
	}},
	{"mbi", func(e *evidence) bool { return e.equal(MBI) && (e.near(BirthDate, 1) || e.near(Family, 1)) }},
	{"name+birth-date+place", func(e *evidence) bool {
		return e.equal(Given) && e.equal(Family) && e.equal(BirthDate) && e.pattern&swapped == 0 &&
			(e.equal(Zip) || e.equal(Phone) || e.equal(Email))
	}},
	{"rare-name+birth-date+sex", func(e *evidence) bool {
		return e.equal(Given) && e.equal(Family) && e.equal(Middle) && e.equal(BirthDate) && e.equal(Sex) && e.rareFamily()
	}},
}

// agree reports whether birth date or name speak for one person.
func (e *evidence) agree() bool {
	return e.near(BirthDate, 1) || e.near(Given, 1) && e.near(Family, 1)
}

func (e *evidence) initial() bool {
	t, u := e.text(Given, e.a).s, e.text(Given, e.b).s
	return t != "" && u != "" && t[0] == u[0]
}

// rareFamily reports whether fewer than one in ten thousand persons has the family name; of few persons, at most two.
func (e *evidence) rareFamily() bool {
	limit := math.Log(max(1e-4, 2.5/float64(len(e.j.reps))))
	return float64(e.j.model.frequency[Family][e.a.codes[Family]]) <= limit
}

// certain returns the rule that makes a pair one person, by its place from 1; 0 when there is none.
func (e *evidence) certain() uint8 {
	for i := range deterministicRules {
		if deterministicRules[i].holds(e) {
			return uint8(i + 1)
		}
	}
	return 0
}

// ruleName returns the name of a rule by its place, "" of 0.
func ruleName(place uint8) string {
	if place == 0 {
		return ""
	}
	return deterministicRules[place-1].name
}

// A Veto is why two records are not linked without a person's decision, though much speaks for it.
type Veto string

// Vetoes of SPEC section 16, and other reasons to ask a person.
const (
	NoVeto         Veto = ""
	VetoTwins      Veto = "twins"
	VetoGeneration Veto = "generation"
	VetoNewborn    Veto = "newborn"
	VetoSuffix     Veto = "suffix"
	VetoSSN        Veto = "ssn"
	VetoDeath      Veto = "death"
	VetoLent       Veto = "lent-number"
	VetoFamily     Veto = "family"
	VetoDecision   Veto = "decision"

	// These give way to odds, see doubt.
	VetoBirth     Veto = "birth-date"
	VetoSex       Veto = "sex-and-given-name"
	VetoTooLittle Veto = "too-little"

	VetoOnePerFile Veto = "one-record-per-file"
	VetoDoubtful   Veto = "doubtful" // the other records of the two persons speak against it
)

// hardVetoes are those that veto returns.
var hardVetoes = []Veto{NoVeto, VetoTwins, VetoGeneration, VetoNewborn, VetoSuffix, VetoSSN, VetoDeath, VetoLent, VetoFamily}

// veto returns what forbids that two records ever are in one person without a decision.
func (e *evidence) veto() Veto {
	switch {
	case e.twins():
		return VetoTwins
	case e.generation():
		return VetoGeneration
	case e.a.flags&newborn != e.b.flags&newborn && !e.sameText(MRN) && !e.sameText(PatientID):
		return VetoNewborn
	case e.conflict(Suffix):
		return VetoSuffix
	case e.level(SSN) <= 1 && e.validSSN():
		return VetoSSN
	case e.died(e.a, e.b) || e.died(e.b, e.a):
		return VetoDeath
	case !e.twoBearers():
		return NoVeto
	case e.near(SSN, 1) || e.equal(MBI) || e.equal(Medicaid):
		return VetoLent
	case e.near(Family, 1) && e.home() || e.near(Email, 1):
		return VetoFamily
	}
	return NoVeto
}

// doubt returns what speaks against a pair of this weight that is not sure otherwise.
func (e *evidence) doubt(weight float32) Veto {
	switch {
	case weight < farWeight && e.nameAlone() && !e.j.options.without["namesakes"]:
		return VetoBirth
	case weight >= sureWeight:
		return NoVeto
	case e.level(BirthDate) <= 2 && e.fullDates() && !e.personal() && !e.equal(Phone):
		return VetoBirth
	case e.level(Sex) == 0 && e.otherGiven():
		return VetoSex
	case e.tooLittle():
		return VetoTooLittle
	}
	return NoVeto
}

// twins reports whether two records look like children of one birth: all that a family shares agrees, as far as it is known, but not the
// given name, and no number that is one person's own. Numbers that follow each other are given to twins.
func (e *evidence) twins() bool {
	if !e.equal(BirthDate) || !e.near(Family, 1) || e.ownNumber() {
		return false
	}
	if e.conflict(BirthOrder) {
		return true
	}
	if e.level(Middle)%missing != 0 || e.namesTurned() {
		return false
	}
	return e.otherGiven() && (e.home() || e.homeless()) || (e.bothInUse() || e.contraryGiven()) && e.home() && !e.personal()
}

// twoBearers reports whether two records have the given names of two people, neither of whom goes by the second name of the other, and one is of a file
// without birth dates: then a family shares all that may agree, and lends numbers.
func (e *evidence) twoBearers() bool {
	return (!e.j.dated[e.a.file] || !e.j.dated[e.b.file]) && e.otherBearer() && !e.sameText(MRN) && !e.sameText(PatientID) &&
		!e.goesBySecond(e.a, e.b) && !e.goesBySecond(e.b, e.a)
}

// otherBearer reports whether two records have given names of two people.
func (e *evidence) otherBearer() bool {
	return e.bothInUse() && !e.near(Given, 1) || e.otherGiven() && min(len(e.text(Given, e.a).s), len(e.text(Given, e.b).s)) > 1
}

// goesBySecond reports whether the given name of one record may be the second name of the other.
func (e *evidence) goesBySecond(a, b *record) bool {
	given, middle := e.text(Given, a).s, e.text(Middle, b).s
	return given != "" && middle != "" && (given == middle || len(middle) == 1 && middle[0] == given[0])
}

// namesTurned reports whether given and second names of two records have changed places: Gary Nathan, Nathan Gary and Nathan G are one.
func (e *evidence) namesTurned() bool { return e.goesBySecond(e.a, e.b) && e.goesBySecond(e.b, e.a) }

// ownNumber reports whether two records share a number that only one person has.
func (e *evidence) ownNumber() bool {
	return e.near(SSN, 1) && !e.following() || e.equal(MBI) || e.equal(Medicaid) || e.sameText(MRN) || e.sameText(PatientID)
}

// following reports whether two social security numbers were given one soon after the other.
func (e *evidence) following() bool {
	a, errA := strconv.Atoi(e.text(SSN, e.a).s)
	b, errB := strconv.Atoi(e.text(SSN, e.b).s)
	return errA == nil && errB == nil && e.validSSN() && a != b && max(a, b)-min(a, b) <= mostFollowing
}

// mostFollowing is how far apart the numbers of twins are at most.
const mostFollowing = 3

// homeless reports whether nothing can be compared that people of one home share.
func (e *evidence) homeless() bool {
	return e.level(Street) == missing && e.level(Phone) == missing && e.level(City) == missing && e.level(Zip) == missing
}

// plainTwins reports whether two records that look like twins have numbers given one after the other, or are known by name and birth date
// alone, their given names being both in use: no odds outweigh that, for without homes they do not know how common relatives are.
func (e *evidence) plainTwins() bool {
	return e.otherGiven() && (e.following() || e.homeless() && e.bothInUse() && !e.others()) && e.twins()
}

// apartTwins reports whether more than the given names tells two records that look like twins apart, or less than a home says that they are one
// family.
func (e *evidence) apartTwins() bool { return e.conflict(BirthOrder) || e.following() || !e.home() }

// partOfGiven reports whether the given name of the first record is one of several that the other has, for a person of one birth date.
func (e *evidence) partOfGiven() bool {
	l := e.level(Given)
	return e.equal(BirthDate) && e.pattern&swapped == 0 && l >= 2 && l < shipped[Given].top && e.text(Given, e.b).words() != "" && e.text(Given, e.a).words() == ""
}

// others reports whether both records are of files with one record for each person: each has another one in the other file, which suits
// better.
func (e *evidence) others() bool {
	return e.j.one != nil && e.a.file != e.b.file && e.j.one[e.a.file] && e.j.one[e.b.file]
}

// otherGiven reports whether given names have nothing in common.
func (e *evidence) otherGiven() bool { return e.level(Given) == 0 && e.pattern&swapped == 0 }

// contraryGiven reports whether each of two given names of several words has one that the other lacks: parents like to give twins a name in
// common.
func (e *evidence) contraryGiven() bool {
	return e.level(Given) == 1 && e.pattern&swapped == 0 && contrary(e.text(Given, e.a), e.text(Given, e.b))
}

// bothInUse reports whether two given names differ and are both in use.
func (e *evidence) bothInUse() bool {
	if l := e.level(Given); l == missing || l == shipped[Given].top || e.pattern&swapped != 0 {
		return false
	}
	return e.j.model.bothInUse(Given, e.a, e.b)
}

// generation reports whether two records look like parent and child of one name.
func (e *evidence) generation() bool {
	if e.level(BirthDate) > 1 || !e.near(Given, 1) || !e.near(Family, 1) || !e.home() || e.personal() {
		return false
	}
	if len(e.j.reps) >= knowsFamilies && e.others() {
		return false
	}
	years := e.year(e.a) - e.year(e.b)
	return e.fullDates() && (years >= 14 || years <= -14)
}

// personal reports whether two records share something that only one person has.
func (e *evidence) personal() bool {
	return e.near(SSN, 1) || e.equal(MBI) || e.equal(Medicaid) || e.near(Email, 1) || e.sameText(MRN) || e.sameText(PatientID)
}

// home reports whether two records share an address, or a phone.
func (e *evidence) home() bool {
	return e.near(Street, 1) && (e.near(Number, 0) || e.level(Number) == missing) || e.equal(Phone)
}

func (e *evidence) text(f Field, r *record) *text { return &e.j.set.values[f].texts[r.codes[f]] }

func (e *evidence) validSSN() bool {
	return len(e.text(SSN, e.a).s) == 9 && len(e.text(SSN, e.b).s) == 9
}

func (e *evidence) fullDates() bool {
	return len(e.text(BirthDate, e.a).s) >= 8 && len(e.text(BirthDate, e.b).s) >= 8
}

func (e *evidence) year(r *record) int {
	date := e.text(BirthDate, r).s
	year, _ := strconv.Atoi(date[:min(4, len(date))])
	return year
}

// died reports whether one died before the other was last seen.
func (e *evidence) died(a, b *record) bool {
	death, seen := e.text(Death, a).s, e.text(LastSeen, b).s
	return len(death) >= 10 && len(seen) >= 10 && death[:10] < seen[:10]
}

// evidences are the groups of fields of which a pair must have at least half in common, of those that the job has at all: what is
// missing must not let the rest decide alone.
var evidences = [][]Field{{Given}, {Family}, {BirthDate}, {SSN, MBI, Medicaid, Insurance}, {Phone, Email}, {Street, City, Zip}}

// nameless reports whether neither a name nor anything that one person has can be compared, of records that their source keeps apart or
// that share a single kind of evidence: dates and addresses alone are shared by many.
func (e *evidence) nameless() bool {
	apart := e.a.file == e.b.file && (e.conflict(PatientID) || e.conflict(MRN))
	there, _ := e.groups()
	return (apart || there < 2) && !slices.ContainsFunc([]Field{Given, Family, SSN, MBI, Medicaid, Insurance, Phone, Email}, func(f Field) bool { return e.level(f) != missing })
}

// nameAlone reports whether the birth date is another one and the home too, or not known, and nothing that is one person's own is the same: whoever bears the name
// of somebody else may also have an address made of it.
func (e *evidence) nameAlone() bool {
	if e.level(BirthDate) != 0 || !e.fullDates() || e.level(City) != 0 && !e.homeless() || e.near(SSN, 1) || e.equal(MBI) || e.equal(Medicaid) ||
		e.sameText(MRN) || e.sameText(PatientID) {
		return false
	}
	return !slices.ContainsFunc([]Field{Street, Zip, Phone, Email}, e.equal)
}

// tooLittle reports whether so much is missing of one of two records that what is left must not decide.
func (e *evidence) tooLittle() bool {
	there, of := e.groups()
	return there < 2 || 2*there < of
}

// groups counts the groups of evidence that both records have, of those that the job has.
func (e *evidence) groups() (there, of int) {
	for i, fields := range evidences {
		if !e.j.groups[i] {
			continue
		}
		of++
		if slices.ContainsFunc(fields, func(f Field) bool { return e.level(f) != missing }) {
			there++
		}
	}
	return there, of
}
