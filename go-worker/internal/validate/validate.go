// Package validate says which rules of SPEC section 15 one standardized row breaks: what is missing, what its dates say about each
// other, what no person would have. It is pure, and it changes no value: it notes what it found, and the disposition of
// each rule, which the engine applies, decides what becomes of the cell or the row.
//
// What takes more than one row to tell (keys, references, drift) is told elsewhere.
package validate

import (
	"time"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// Rules are the rules of a table, bound to the layout of one file. They are safe for concurrent use.
type Rules struct {
	checks []check
	nulls  []bool // by rule.ID: whether its disposition drops the value
}

// A check notes on the row what breaks its rule.
type check func(v *Rules, r *standardize.Row)

// Bind resolves the rules of a table for one file. lists are those of codes, nil for none; agesOn is what the plan decided about
// the day of the ages, "" for nothing; today is the day that the job calls today; linked says that the job finds out who is who.
func Bind(p *profile.Profile, t *profile.Table, l *standardize.Layout, lists *codelist.Lists, agesOn string, today time.Time, linked bool) *Rules {
	v := &Rules{nulls: make([]bool, p.RuleCount())}
	for id := range v.nulls {
		_, disposition := p.RuleFor(rule.ID(id))
		v.nulls[id] = disposition == rule.NullCell
	}
	b := binding{table: t, layout: l, today: dayOf(today), now: today, agesOn: agesOn, linked: linked}
	for _, bind := range binders[t.Name] {
		v.add(bind(b)...)
	}
	v.add(b.order()...)
	v.add(b.bounds()...)
	v.add(b.memberships(lists)...)
	v.add(b.keys()...)
	v.add(b.required()...) // after those: a value that another rule drops is missing, too
	v.add(b.own(p, today)...)
	return v
}

// Check notes on the row (Flag, Fail) what breaks a rule. It changes no value; dispositions are applied by the engine.
func (v *Rules) Check(r *standardize.Row) {
	for _, c := range v.checks {
		c(v, r)
	}
}

func (v *Rules) add(checks ...check) {
	for _, c := range checks {
		if c != nil {
			v.checks = append(v.checks, c)
		}
	}
}

// A binding is what the checks of a file are made from.
type binding struct {
	table  *profile.Table
	layout *standardize.Layout
	today  span
	now    time.Time // today
	agesOn string    // the decision of the plan, "" none
	linked bool      // the job finds out who is who
}

func (b binding) slot(field string) int { return b.layout.Slot(field) }

// binders make the checks that belong to one table, by its name. A binder leaves out (nil) what the file has no columns for.
var binders = map[string][]func(binding) []check{
	"patient":      {patientIdentity, patientLife, titleFits, codeFitsSex},
	"encounter":    {encounterLength, births, deaths, noFact},
	"observation":  {births, deaths, noFact},
	"condition":    {conditionRecorded, negated, noFact, codeOrText(ruleNoDiagnosis)},
	"medication":   {medicationAmounts, noMedication, noFact, codeOrText(ruleNoDrug)},
	"immunization": {vaccineExpiry, notGiven, births, noFact, codeOrText(ruleNoVaccine)},
	"allergy":      {noAllergy, noFact, codeOrText(ruleNoSubstance)},
}

// value returns what can be reasoned about: "" where nothing stands or nothing could be read.
func value(r *standardize.Row, slot int) string {
	if slot < 0 || r.Unusable[slot] {
		return ""
	}
	return r.Values[slot]
}

// lacks reports whether nothing is in the slot, or will be once dispositions are applied.
func (v *Rules) lacks(r *standardize.Row, slot int) bool {
	if slot < 0 || r.Values[slot] == "" {
		return true
	}
	if !r.Unusable[slot] {
		return false
	}
	for _, h := range r.Hits {
		if h.Slot == slot && v.nulls[h.Rule] {
			return true
		}
	}
	return false
}
