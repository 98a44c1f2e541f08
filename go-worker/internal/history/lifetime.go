package history

import (
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var (
	ruleBornAfter    = rule.Must("PAT-003")
	rulePrenatal     = rule.Must("PAT-004")
	ruleVisitDead    = rule.Must("ENC-105")
	ruleResultUnborn = rule.Must("OBS-101")
	ruleResultDead   = rule.Must("OBS-102")
	ruleDoseUnborn   = rule.Must("IMM-102")
	ruleNotedUnborn  = rule.Must("COND-103")
)

// Days by which an event may miss the life of its patient (SPEC section 15): a day for clocks, a pregnancy before birth, and after death
// what laboratories still find.
const (
	aroundLife  = 1
	pregnancy   = 280
	afterResult = 7
)

// persons takes the days of birth and death of a patient, which the rows of other tables are held against.
func persons(slot func(string) int) taker {
	birth, death := slot("birth_date"), slot("death_date")
	if birth < 0 && death < 0 {
		return nil
	}
	return func(r *standardize.Row, f *fact) {
		f.kind, f.from, f.to = person, day(get(r, birth)), day(get(r, death))
	}
}

// problems takes the day on which a condition was noted, or began.
func problems(slot func(string) int) taker {
	recorded, onset := slot("recorded"), slot("onset")
	return func(r *standardize.Row, f *fact) {
		if f.from = day(get(r, recorded)); f.from == unknown {
			f.from = day(get(r, onset))
		}
		if f.from != unknown {
			f.kind = problem
		}
	}
}

// lifetime reports events before the patient was born and after the patient died, where the rows of the patient agree about these days.
func (g *group) lifetime() {
	born, died := agreed(g.of(person), func(f *fact) int32 { return f.from }), agreed(g.of(person), func(f *fact) int32 { return f.to })
	for i := range g.facts {
		f := &g.facts[i]
		if f.kind == person || f.from == unknown {
			continue
		}
		if born != unknown {
			if id, early := tooEarly(f.kind, born-f.from); early {
				g.found(f, id)
			}
		}
		if died != unknown {
			if id, late := tooLate(f.kind, f.from-died); late {
				g.found(f, id)
			}
		}
	}
}

// agreed returns the day that all facts have that have one; unknown where they differ.
func agreed(facts []fact, dayOf func(*fact) int32) int32 {
	one := int32(unknown)
	for i := range facts {
		switch d := dayOf(&facts[i]); {
		case d == unknown || d == one:
		case one == unknown:
			one = d
		default:
			return unknown
		}
	}
	return one
}

// tooEarly returns the rule that an event so many days before birth breaks.
func tooEarly(k kind, days int32) (rule.ID, bool) {
	switch k {
	case visit:
		if days > pregnancy {
			return ruleBornAfter, true
		}
		return rulePrenatal, days > aroundLife
	case result:
		return ruleResultUnborn, days > aroundLife
	case dose:
		return ruleDoseUnborn, days > 0
	case problem:
		return ruleNotedUnborn, days > aroundLife
	}
	return 0, false
}

// tooLate returns the rule that an event so many days after death breaks.
func tooLate(k kind, days int32) (rule.ID, bool) {
	switch k {
	case visit:
		return ruleVisitDead, days > aroundLife
	case result:
		return ruleResultDead, days > afterResult
	}
	return 0, false
}
