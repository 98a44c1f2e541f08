package validate

import (
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleEndFirst       = rule.Must("DATE-011")
	ruleVisitEndFirst  = rule.Must("ENC-102")
	ruleLongStay       = rule.Must("ENC-104")
	ruleAbatementFirst = rule.Must("COND-102")
	ruleRecordedFirst  = rule.Must("COND-103")
	ruleMedEndFirst    = rule.Must("MED-102")
	ruleExpired        = rule.Must("IMM-103")

	ruleResultBeforeBirth = rule.Must("OBS-101")
	ruleResultAfterDeath  = rule.Must("OBS-102")
	ruleVisitAfterDeath   = rule.Must("ENC-105")
	ruleShotBeforeBirth   = rule.Must("IMM-102")
)

// endFirst are the rules under which a table reports an end before its start.
var endFirst = map[string]rule.ID{
	"encounter": ruleVisitEndFirst, "condition": ruleAbatementFirst, "medication": ruleMedEndFirst,
}

// order reports dates that lie before the one which they must follow by the profile (params: after).
func (b binding) order() []check {
	id, ok := endFirst[b.table.Name]
	if !ok {
		id = ruleEndFirst
	}
	var all []check
	for _, f := range b.table.Fields {
		end, start := b.slot(f.Name), b.slot(f.Params["after"])
		if end < 0 || start < 0 {
			continue
		}
		all = append(all, func(_ *Rules, r *standardize.Row) {
			if e := value(r, end); e != "" && read(e).before(read(value(r, start)), 0) {
				r.Fail(end, id)
			}
		})
	}
	return all
}

// longStay is the length from which a stay is doubted (ENC-104).
const longStay = 365 * day

func encounterLength(b binding) []check {
	start, end := b.slot("start"), b.slot("end")
	return []check{func(_ *Rules, r *standardize.Row) {
		if e := value(r, end); e != "" && read(value(r, start)).before(read(e), longStay) {
			r.Flag(end, ruleLongStay)
		}
	}}
}

// conditionRecorded reports conditions that were written down before they began or before the person was born (COND-103).
func conditionRecorded(b binding) []check {
	onset, recorded, birth := b.slot("onset"), b.slot("recorded"), b.slot("birth_date")
	return []check{func(_ *Rules, r *standardize.Row) {
		at := read(value(r, recorded))
		if at.known && (at.before(read(value(r, onset)), 0) || at.before(read(value(r, birth)), slackOfZones)) {
			r.Flag(recorded, ruleRecordedFirst)
		}
	}}
}

func vaccineExpiry(b binding) []check {
	given, expiry := b.slot("date"), b.slot("expiry")
	return []check{func(_ *Rules, r *standardize.Row) {
		if e := value(r, expiry); e != "" && read(e).before(read(value(r, given)), 0) {
			r.Flag(expiry, ruleExpired)
		}
	}}
}

// afterBirth and afterDeath say which date of a table is held against the birth and the death of the person, where a row states
// both; the usual row does not, and the join over tables tells.
var (
	afterBirth = map[string]struct {
		field string
		id    rule.ID
		slack int64
	}{
		"observation":  {"effective", ruleResultBeforeBirth, slackOfZones},
		"immunization": {"date", ruleShotBeforeBirth, 0},
	}
	afterDeath = map[string]struct {
		field string
		id    rule.ID
		slack int64
	}{
		"observation": {"effective", ruleResultAfterDeath, 7 * day},
		"encounter":   {"start", ruleVisitAfterDeath, day},
	}
)

func births(b binding) []check {
	birth := b.slot("birth_date")
	if b.table.Name == "encounter" {
		start := b.slot("start")
		return present(func(_ *Rules, r *standardize.Row) {
			beforeBirth(r, start, birth, read(value(r, birth)))
		}, birth, start)
	}
	by := afterBirth[b.table.Name]
	event := b.slot(by.field)
	return present(func(_ *Rules, r *standardize.Row) {
		if read(value(r, event)).before(read(value(r, birth)), by.slack) {
			r.Flag(event, by.id)
		}
	}, birth, event)
}

func deaths(b binding) []check {
	by := afterDeath[b.table.Name]
	death, event := b.slot("death_date"), b.slot(by.field)
	return present(func(_ *Rules, r *standardize.Row) {
		if read(value(r, death)).before(read(value(r, event)), by.slack) {
			r.Flag(event, by.id)
		}
	}, death, event)
}

// present returns the check when the file has all of the slots.
func present(c check, slots ...int) []check {
	for _, s := range slots {
		if s < 0 {
			return nil
		}
	}
	return []check{c}
}
