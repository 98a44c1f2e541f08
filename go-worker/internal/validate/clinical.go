package validate

import (
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleNoDiagnosis = rule.Must("COND-101")
	ruleNegated     = rule.Must("COND-104")
	ruleNoDrug      = rule.Must("MED-101")
	ruleDaysSupply  = rule.Must("MED-103")
	ruleDose        = rule.Must("MED-104")
	ruleNoMeds      = rule.Must("MED-106")
	ruleNoVaccine   = rule.Must("IMM-101")
	ruleNotGiven    = rule.Must("IMM-105")
	ruleNoSubstance = rule.Must("ALG-101")
	ruleNoAllergies = rule.Must("ALG-002")
	ruleNoFact      = rule.Must("REC-001")
)

// noFacts are the states in which a record says that what it holds is none.
var noFacts = []string{"entered-in-error", "refuted"}

// noFact reports records that say of themselves that they are no fact.
func noFact(b binding) []check {
	var all []check
	for _, field := range []string{"status", "verification"} {
		if slot := b.slot(field); slot >= 0 {
			all = append(all, func(_ *Rules, r *standardize.Row) {
				if v := value(r, slot); len(v) > len("active") && slices.Contains(noFacts, v) {
					r.Flag(slot, ruleNoFact)
				}
			})
		}
	}
	return all
}

// codeOrText reports records of which neither a code nor a text says what they are about.
func codeOrText(id rule.ID) func(binding) []check {
	return func(b binding) []check {
		code, text := b.slot("code"), b.slot("code_text")
		return []check{func(v *Rules, r *standardize.Row) {
			if v.lacks(r, code) && v.lacks(r, text) {
				r.Flag(-1, id)
			}
		}}
	}
}

// Days that one supply of a drug lasts (MED-103).
const (
	fewestDays = 1
	mostDays   = 365
)

// medicationAmounts reports supplies and doses that are unusual. The largest dose is a setting of the field (params: max); without one
// only a dose of nothing is reported.
func medicationAmounts(b binding) []check {
	supply, dose := b.slot("days_supply"), b.slot("dose")
	most, limited := limit(b.table.Field("dose"), "max")
	return []check{func(_ *Rules, r *standardize.Row) {
		if n, err := strconv.ParseFloat(value(r, supply), 64); err == nil && (n < fewestDays || n > mostDays) {
			r.Flag(supply, ruleDaysSupply)
		}
		if n, err := strconv.ParseFloat(value(r, dose), 64); err == nil && (n <= 0 || limited && n > most) {
			r.Flag(dose, ruleDose)
		}
	}}
}

// denials are texts that say that there is nothing to record, in small letters and digits only, by table.
var denials = func() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for _, row := range facts.Rows("denials.csv", "table", "text", "snomed") {
		if all[row[0]] == nil {
			all[row[0]] = map[string]bool{}
		}
		all[row[0]][lettersOf(row[1])] = true
	}
	return all
}()

func noMedication(b binding) []check { return denied(b, ruleNoMeds) }
func noAllergy(b binding) []check    { return denied(b, ruleNoAllergies) }

// denied reports records whose text denies that there is anything to record.
func denied(b binding, id rule.ID) []check {
	text, words := b.slot("code_text"), denials[b.table.Name]
	return present(func(_ *Rules, r *standardize.Row) {
		if s := value(r, text); s != "" && len(s) <= longestDenial && words[lettersOf(s)] {
			r.Flag(text, id)
		}
	}, text)
}

// longestDenial bounds the texts that are compared at all.
const longestDenial = 64

// lettersOf returns the letters and digits of a text in lower case, so that spaces and marks do not count.
func lettersOf(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			return c
		}
		return -1
	}, s)
}

// negations are the beginnings of texts that deny a condition or only consider it, in small letters.
var negations = func() []string {
	var all []string
	for _, row := range facts.Rows("negations.csv", "begins", "says") {
		all = append(all, row[0])
	}
	return all
}()

// negated reports conditions whose text denies them or only considers them.
func negated(b binding) []check {
	text := b.slot("code_text")
	return present(func(_ *Rules, r *standardize.Row) {
		if s := value(r, text); s != "" && slices.ContainsFunc(negations, func(n string) bool { return beginsWith(s, n) }) {
			r.Flag(text, ruleNegated)
		}
	}, text)
}

// beginsWith reports whether a text begins with a phrase, whatever the case, and not in the middle of a word.
func beginsWith(text, phrase string) bool {
	if len(text) <= len(phrase) || !strings.EqualFold(text[:len(phrase)], phrase) {
		return false
	}
	last, next := phrase[len(phrase)-1], text[len(phrase)]
	return !isLetter(last) || !isLetter(next) && next != '-'
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

// notGiven reports vaccinations that were not done and do not say why.
func notGiven(b binding) []check {
	status, reason := b.slot("status"), b.slot("status_reason")
	return present(func(v *Rules, r *standardize.Row) {
		if value(r, status) == "not-done" && v.lacks(r, reason) {
			r.Flag(status, ruleNotGiven)
		}
	}, status)
}
