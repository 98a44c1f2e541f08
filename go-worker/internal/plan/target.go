package plan

import (
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/profile"
)

// A target is a field, or a wide column, of one table, with every header it accepts in normalized form.
type target struct {
	name   string
	typ    string
	params map[string]string
	names  []*spelling    // normalized, its own name first
	marks  []mark         // of names
	ranks  map[string]int // places of names
	joined map[string]int // the same of names without what stands between words
	flags  map[string]string
	repeat string
	wide   bool
	key    bool
	ref    bool // a key or a reference: it says nothing of what kind of table a file is
}

// completes reports whether one column of the target may fill the gaps of another: not where both may be of different givers or systems. Numbers
// are of one giver where both headers are one name (patientId, patient_id), or are references of FHIR (subject, patient).
func (t *target) completes(header, other string) bool {
	switch {
	case t.wide || t.repeat != "" || t.typ == "code":
		return false
	case t.ref || t.typ == "identifier":
		return nameOf(header) == nameOf(other) || strings.HasSuffix(header, ofReference) && strings.HasSuffix(other, ofReference)
	}
	return true
}

// ofReference is the end of a path in a resource of FHIR under which it names another one.
const ofReference = ".reference"

// targets returns everything a column of a table of the profile can map to.
func targets(p *profile.Profile, t *profile.Table) []target {
	return p.Derived(t, func() any { return makeTargets(t) }).([]target)
}

func makeTargets(t *profile.Table) []target {
	all := make([]target, 0, len(t.Fields)+len(t.Wide))
	for i := range t.Fields {
		f := &t.Fields[i]
		flags := make(map[string]string, len(f.Flags))
		for header, value := range f.Flags {
			name, _ := Normalize(header)
			flags[name] = value
		}
		to := target{name: f.Name, typ: f.Type, params: f.Params, flags: flags, repeat: f.Repeat, key: f.Key, ref: f.Key || f.Ref != ""}
		to.setNames(f.Synonyms)
		all = append(all, to)
	}
	for i := range t.Wide {
		w := &t.Wide[i]
		to := target{name: w.Name, typ: w.Type, params: w.Params, wide: true}
		to.setNames(w.Synonyms)
		all = append(all, to)
	}
	return all
}

// setNames makes the target accept its own name and others.
func (t *target) setNames(others []string) {
	t.ranks, t.joined = make(map[string]int, 1+len(others)), make(map[string]int, 1+len(others))
	for rank, name := range slices.Concat([]string{t.name}, others) {
		name, _ = Normalize(name)
		s := spell(name)
		t.names, t.marks = append(t.names, s), append(t.marks, markOf(s))
		if _, known := t.ranks[name]; !known {
			t.ranks[name] = rank
		}
		if _, known := t.joined[s.joined]; !known {
			t.joined[s.joined] = rank
		}
	}
}

// takesUnit reports whether a unit in the header can belong to a field of this type.
func takesUnit(typ string) bool { return typ == "vital" || typ == "result_value" || typ == "decimal" }

// A likeness is how well a header fits a target.
type likeness struct {
	score  float64 // 0 to 1, before the values are looked at
	most   float64 // what the score can rise to when the values agree
	rank   int     // place of the accepted name: its own name first, then the more usual ones
	why    string
	sure   bool   // the words are those of an accepted name
	repeat int    // which of several numbered columns, from 1; 0 not numbered
	adds   string // one-hot: the value this column stands for
	unit   string // the unit at the end of the header
}

// Scores of the ways in which a header can fit, and the least that is accepted or suggested.
const (
	scoreExact    = 1.0
	scoreJoined   = 0.97
	scoreWords    = 0.95
	scoreAlike    = 0.85
	scoreContains = 0.65

	acceptFrom  = 0.8
	suggestFrom = 0.6
)

// behindOthers is added to the rank of a name without the word that says whose it is: pat_id is the id of a patient before it is
// the id of a visit.
const behindOthers = 1000

// A reading is a normalized header that is held against the names of targets.
type reading struct {
	*spelling
	mark   mark
	base   string // without the number behind it
	number int    // 0: none
}

func newReading(header string) *reading {
	r := &reading{spelling: spell(header)}
	r.mark = markOf(r.spelling)
	r.base, r.number = numbered(header)
	return r
}

// An inquiry is a normalized header in every way in which it may name a target.
type inquiry struct {
	whole    *reading
	bare     *reading // without whose column it is, nil: nothing says that
	measured *reading // without the unit at its end, nil: there is none
	unit     string
}

func newInquiry(header string) *inquiry {
	q := &inquiry{whole: newReading(header)}
	if rest := withoutContext(header); rest != header {
		q.bare = newReading(rest)
	} else if rest, ok := strings.CutPrefix(header, "patient"); ok && len(rest) > 2 && !strings.Contains(rest, "_") {
		q.bare = newReading(rest) // patientdob
	}
	if rest, unit := unitAtEnd(header); unit != "" {
		q.measured, q.unit = newReading(withoutContext(rest)), unit
	}
	return q
}

// is compares a header with every name that the target accepts, and returns a likeness only where both are spelt alike.
func (t *target) is(q *inquiry) likeness { return best(t, q, (*target).isName) }

// like compares a header with every name that the target accepts.
func (t *target) like(q *inquiry) likeness { return best(t, q, (*target).likeName) }

// best reads a header in every way in which it may name the target.
func best(t *target, q *inquiry, like func(*target, *reading) likeness) likeness {
	best := like(t, q.whole)
	if q.bare != nil && best.score < scoreExact {
		if l := like(t, q.bare); l.score > best.score {
			best = l
			best.rank += behindOthers
		}
	}
	if q.measured != nil && takesUnit(t.typ) && best.score < scoreExact {
		if l := like(t, q.measured); l.score > best.score {
			best = l
			best.unit = q.unit
		}
	}
	return best
}

func (t *target) isName(r *reading) likeness {
	if value, ok := t.flags[r.text]; ok {
		return likeness{score: scoreExact, most: 1, sure: true, why: "one-hot header", adds: value}
	}
	number := 0
	if t.repeat != "" {
		number = r.number
	}
	if rank, ok := t.ranks[r.text]; ok {
		return likeness{score: scoreExact, most: 1, sure: true, rank: rank, why: "exact header", repeat: number}
	}
	if rank, ok := t.ranks[r.base]; ok && t.repeat != "" {
		return likeness{score: scoreExact, most: 1, sure: true, rank: rank, why: "numbered header", repeat: number}
	}
	if rank, ok := t.joined[r.joined]; ok && t.repeat == "" {
		return likeness{score: scoreJoined, most: 1, sure: true, rank: rank, why: "same letters"} // ICD10CM, HbA1c, lastname
	}
	return likeness{}
}

func (t *target) likeName(r *reading) likeness {
	best := t.isName(r)
	if best.score > 0 {
		return best
	}
	for rank := range t.marks {
		if m := &t.marks[rank]; m.words&^r.mark.words != 0 && !m.near(&r.mark) {
			continue
		}
		name := t.names[rank]
		l := likeness{most: 0.99, rank: rank}
		switch similarity := similar(r.spelling, name); {
		case sameWords(&r.form, &name.form):
			l.score, l.sure, l.why = scoreWords, true, "same words"
		case similarity >= 0.93:
			l.score, l.why = scoreAlike, "similar header"
		case contains(r.words, name.words): // an emergency contact's phone is a phone number too: never on the values' word alone
			l.score, l.most, l.why = scoreContains, acceptFrom-0.01, "header contains the name"
		case similarity >= 0.85:
			l.score, l.why = suggestFrom+2*(similarity-0.85), "somewhat similar header"
		default:
			continue
		}
		if l.score > best.score {
			best = l
		}
	}
	return best
}

// numbered splits "phone_2" into phone and 2; other headers come back whole, with 0.
func numbered(header string) (base string, number int) {
	at := strings.LastIndexByte(header, '_')
	if at < 0 {
		return header, 0
	}
	number, err := strconv.Atoi(header[at+1:])
	if err != nil || number < 1 || number > 99 {
		return header, 0
	}
	return header[:at], number
}

// contains reports whether a header holds all words of a name of at least two words.
func contains(header, name []string) bool {
	return len(name) > 1 && !slices.ContainsFunc(name, func(word string) bool { return !slices.Contains(header, word) })
}
