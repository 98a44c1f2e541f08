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
	names  []string // normalized, its own name first
	joined []string // the same without what stands between words
	spelt  []spelling
	flags  map[string]string
	repeat string
	wide   bool
	ref    bool // a key or a reference: it says nothing of what kind of table a file is
}

// completes reports whether a column of the target may fill the gaps of another one: not where both may be of different givers or systems.
func (t *target) completes() bool {
	return !t.wide && !t.ref && t.repeat == "" && t.typ != "identifier" && t.typ != "code"
}

// targets returns everything a column of the table can map to.
func targets(t *profile.Table) []target {
	all := make([]target, 0, len(t.Fields)+len(t.Wide))
	for i := range t.Fields {
		f := &t.Fields[i]
		flags := make(map[string]string, len(f.Flags))
		for header, value := range f.Flags {
			name, _ := Normalize(header)
			flags[name] = value
		}
		names := normalized(f.Name, f.Synonyms)
		all = append(all, target{name: f.Name, typ: f.Type, params: f.Params, names: names, joined: joined(names), spelt: spelt(names), flags: flags,
			repeat: f.Repeat, ref: f.Key || f.Ref != ""})
	}
	for i := range t.Wide {
		w := &t.Wide[i]
		names := normalized(w.Name, w.Synonyms)
		all = append(all, target{name: w.Name, typ: w.Type, params: w.Params, names: names, joined: joined(names), spelt: spelt(names), wide: true})
	}
	return all
}

func normalized(own string, synonyms []string) []string {
	names := make([]string, 0, len(synonyms)+1)
	for _, s := range append([]string{own}, synonyms...) {
		name, _ := Normalize(s)
		names = append(names, name)
	}
	return names
}

// joined returns names as one word each.
func joined(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = strings.ReplaceAll(name, "_", "")
	}
	return all
}

func spelt(names []string) []spelling {
	all := make([]spelling, len(names))
	for i, name := range names {
		all[i] = spell(name)
	}
	return all
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

// is compares a normalized header with every name that the target accepts, and returns a likeness only where both are spelt alike.
func (t *target) is(header string) likeness { return t.best(header, t.isName) }

// like compares a normalized header with every name that the target accepts.
func (t *target) like(header string) likeness { return t.best(header, t.likeName) }

// best reads a header in every way in which it may name the target.
func (t *target) best(header string, like func(string) likeness) likeness {
	best := like(header)
	if rest := withoutContext(header); rest != header && best.score < scoreExact {
		if l := like(rest); l.score > best.score {
			best = l
			best.rank += behindOthers
		}
	}
	if takesUnit(t.typ) && best.score < scoreExact {
		if rest, unit := unitAtEnd(header); unit != "" {
			if l := like(withoutContext(rest)); l.score > best.score {
				best = l
				best.unit = unit
			}
		}
	}
	return best
}

func (t *target) isName(header string) likeness {
	if value, ok := t.flags[header]; ok {
		return likeness{score: scoreExact, most: 1, sure: true, why: "one-hot header", adds: value}
	}
	base, number := header, 0
	if t.repeat != "" {
		base, number = numbered(header)
	}
	if rank := slices.Index(t.names, header); rank >= 0 {
		return likeness{score: scoreExact, most: 1, sure: true, rank: rank, why: "exact header", repeat: number}
	}
	if rank := slices.Index(t.names, base); rank >= 0 {
		return likeness{score: scoreExact, most: 1, sure: true, rank: rank, why: "numbered header", repeat: number}
	}
	if rank := slices.Index(t.joined, strings.ReplaceAll(header, "_", "")); rank >= 0 && t.repeat == "" {
		return likeness{score: scoreJoined, most: 1, sure: true, rank: rank, why: "same letters"} // ICD10CM, HbA1c, lastname
	}
	return likeness{}
}

func (t *target) likeName(header string) likeness {
	best := t.isName(header)
	if best.score > 0 {
		return best
	}
	written := spell(header)
	for rank, name := range t.names {
		l := likeness{most: 0.99, rank: rank}
		switch similarity := similar(written, t.spelt[rank]); {
		case sameWords(header, name):
			l.score, l.sure, l.why = scoreWords, true, "same words"
		case similarity >= 0.93:
			l.score, l.why = scoreAlike, "similar header"
		case contains(header, name): // an emergency contact's phone is a phone number too: never on the values' word alone
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
func contains(header, name string) bool {
	if !strings.Contains(name, "_") {
		return false
	}
	for w := range strings.SplitSeq(name, "_") {
		if !hasWord(header, w) {
			return false
		}
	}
	return true
}

func hasWord(header, word string) bool {
	for w := range strings.SplitSeq(header, "_") {
		if w == word {
			return true
		}
	}
	return false
}
