package validate

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleNobody         = rule.Must("PAT-001")
	ruleNoBirth        = rule.Must("PAT-002")
	ruleBirthAfter     = rule.Must("PAT-003")
	rulePrenatal       = rule.Must("PAT-004")
	ruleOver120        = rule.Must("PAT-005")
	ruleOver110        = rule.Must("PAT-006")
	ruleDeathFirst     = rule.Must("PAT-008")
	ruleDeathContradic = rule.Must("PAT-009")
	ruleAgeDiffers     = rule.Must("PAT-010")
)

// identifying are the types of fields that tell one person from all others.
var identifying = map[string]bool{"identifier": true, "ssn": true, "mbi": true}

// patientIdentity reports rows that name nobody (PAT-001), and those without a birth date (PAT-002).
func patientIdentity(b binding) []check {
	var ids []int
	for _, f := range b.table.Fields {
		if s := b.slot(f.Name); s >= 0 && identifying[f.Type] {
			ids = append(ids, s)
		}
	}
	family, given, birth := b.slot("name_family"), b.slot("name_given"), b.slot("birth_date")
	return []check{func(v *Rules, r *standardize.Row) {
		if birth >= 0 && r.Values[birth] == "" {
			r.Flag(birth, ruleNoBirth)
		}
		for _, id := range ids {
			if !v.lacks(r, id) {
				return
			}
		}
		if v.lacks(r, family) || v.lacks(r, given) || v.lacks(r, birth) {
			r.Flag(-1, ruleNobody)
		}
	}}
}

// Days that an event may lie before the birth of the person: one for time zones, and those of a pregnancy (PAT-003, PAT-004).
const (
	slackOfZones = day
	pregnancy    = 280 * day
)

// patientDates holds the dates of a person against the birth date, today and the date of death.
func patientDates(b binding) []check {
	birth, death, deceased := b.slot("birth_date"), b.slot("death_date"), b.slot("deceased")
	events := b.slots("last_visit", "diagnosis_date")
	return []check{func(_ *Rules, r *standardize.Row) {
		born, died := read(value(r, birth)), read(value(r, death))
		if b.today.before(born, 0) {
			r.Fail(birth, ruleBirthAfter)
			return
		}
		if died.before(born, 0) {
			r.Fail(death, ruleDeathFirst)
		}
		for _, e := range events {
			if beforeBirth(r, e, birth, born) {
				break
			}
		}
	}, func(_ *Rules, r *standardize.Row) {
		if deceased < 0 || death < 0 {
			return
		}
		switch value(r, deceased) {
		case "false":
			if value(r, death) != "" {
				r.Flag(deceased, ruleDeathContradic)
			}
		case "true":
			if r.Values[death] == "" {
				r.Flag(deceased, ruleDeathContradic)
			}
		}
	}}
}

// beforeBirth holds an event against the birth of its person and reports whether that disproved the birth date.
func beforeBirth(r *standardize.Row, event, birth int, born span) bool {
	at := read(value(r, event))
	switch {
	case at.before(born, pregnancy):
		r.Fail(birth, ruleBirthAfter)
		return true
	case at.before(born, slackOfZones):
		r.Flag(event, rulePrenatal)
	}
	return false
}

// Ages that are not believed (PAT-005), and that are doubted (PAT-006).
const (
	oldest  = 120
	veryOld = 110
)

// patientAge holds the age that follows from the birth date against what people reach, and against the stated one.
func patientAge(b binding) []check {
	birth, death, deceased, stated := b.slot("birth_date"), b.slot("death_date"), b.slot("deceased"), b.slot("age")
	moments := b.slots("last_visit", "last_updated", "death_date")
	return []check{func(_ *Rules, r *standardize.Row) {
		born, end := read(value(r, birth)), read(value(r, death))
		if !end.known {
			if value(r, deceased) == "true" {
				return // nobody knows how old the person became
			}
			end = b.today
		}
		if !born.known {
			return
		}
		switch least, _ := born.years(end); {
		case least > oldest:
			r.Flag(birth, ruleOver120)
		case least > veryOld:
			r.Flag(birth, ruleOver110)
		}
	}, func(_ *Rules, r *standardize.Row) {
		years, err := strconv.Atoi(value(r, stated))
		born := read(value(r, birth))
		if err != nil || !born.known || fits(years, born, b.today, r.Raw[stated]) {
			return
		}
		for _, m := range moments {
			if at := read(value(r, m)); at.known && fits(years, born, at, r.Raw[stated]) {
				return
			}
		}
		r.Flag(stated, ruleAgeDiffers)
	}}
}

// fits reports whether an age stated at some moment is at most a year off. 90+ is any age from 90 on.
func fits(stated int, born, at span, raw string) bool {
	least, greatest := born.years(at)
	open := strings.ContainsAny(raw, "+>≥")
	return stated <= greatest+1 && (open || stated >= least-1)
}

// slots returns the places of those of the fields that the file has.
func (b binding) slots(fields ...string) []int {
	var all []int
	for _, f := range fields {
		if s := b.slot(f); s >= 0 {
			all = append(all, s)
		}
	}
	return all
}
