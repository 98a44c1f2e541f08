package plan

import "strings"

// checkbox splits the header of one choice of a question with several answers, as REDCap exports it: race___2, Race (choice=White).
func checkbox(header string) (question, choice string, ok bool) {
	if question, choice, ok = strings.Cut(header, "___"); ok {
		return question, strings.ReplaceAll(choice, "_", " "), true
	}
	question, choice, ok = strings.Cut(header, " (choice=")
	return question, strings.TrimSuffix(choice, ")"), ok
}

// chosen returns how well a choice of a question fits the target: it can only be one of several races, and only by its word. The number
// of a choice means what the project has it mean.
func (t *target) chosen(question, choice string) likeness {
	name, _ := Normalize(question)
	if l := t.isName(newReading(name)); t.typ == "race" && l.score == scoreExact && digitsOf(choice) == "" {
		return likeness{score: scoreExact, most: 1, sure: true, why: "choice of a question", adds: choice}
	}
	return likeness{}
}
