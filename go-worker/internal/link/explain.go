package link

import "strings"

// A Score says how one field of a pair agrees.
type Score struct {
	Field string
	Level string // "equal", "differs", …
	A, B  string // what is compared
}

// Scores returns the fields that both records of a pair have.
func (s *Set) Scores(r *Review) []Score {
	a, b := s.at(r.A), s.at(r.B)
	var all []Score
	for f := range scored {
		l := r.levels.level(f)
		if l == missing {
			continue
		}
		all = append(all, Score{names[f], shipped[f].words[l], s.values[f].texts[a.codes[f]].s, s.values[f].texts[b.codes[f]].s})
	}
	return all
}

// ScoredFields returns the names of the fields that Scores may tell of, in their order.
func ScoredFields() []string { return names[:scored] }

// sentences say why a pair waits for a person.
var sentences = map[Veto]string{
	VetoTwins:      "Birth date, family name and home agree but the given names differ: they may be twins.",
	VetoGeneration: "The names and the home agree but the birth dates are a generation apart: they may be parent and child.",
	VetoNewborn:    "One record is of a newborn without a name and the other of a named child, and no record number joins them.",
	VetoSuffix:     "The suffixes of the names differ, like Jr and Sr.",
	VetoSSN:        "Both records have a valid social security number, and the numbers differ.",
	VetoLent:       "They have one number but two given names, and nothing else that only one person has: one may have used the number of the other.",
	VetoFamily:     "The given names are those of two people, and nothing agrees but what a family shares; there are no birth dates to tell.",
	VetoDeath:      "One record says that the person died before the other was seen.",
	VetoDecision:   "A person decided that they are not the same.",
	VetoBirth:      "The birth dates differ in more than one part, and nothing that only one person has agrees.",
	VetoSex:        "Both the sex and the given name differ.",
	VetoTooLittle:  "Too much is missing in one of the records to decide by the rest.",
	VetoOnePerFile: "Both persons have a record in one file, which has one record for each person.",
	VetoDoubtful:   "The two records agree, but other records of the two persons speak against it.",
}

// Why returns a sentence that says why a pair was not linked, and in what it agrees and differs.
func (s *Set) Why(r *Review) string {
	var same, other []string
	for _, score := range s.Scores(r) {
		word := strings.ReplaceAll(score.Field, "_", " ")
		if score.Level == "differs" {
			other = append(other, word)
		} else if score.Level == "equal" || score.Level == "shared" {
			same = append(same, word)
		}
	}
	text := sentences[r.Veto]
	if len(same) > 0 {
		text += " Equal: " + strings.Join(same, ", ") + "."
	}
	if len(other) > 0 {
		text += " Different: " + strings.Join(other, ", ") + "."
	}
	return text
}
