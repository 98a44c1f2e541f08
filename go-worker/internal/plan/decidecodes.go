package plan

import (
	"fmt"
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// headerSystems are words of headers that name a code system.
var headerSystems = []struct{ word, system string }{
	{"icd_10", "ICD-10-CM"}, {"icd_9", "ICD-9-CM"}, {"loinc", "LOINC"}, {"snomed", "SNOMED"}, {"rxnorm", "RxNorm"},
	{"rxcui", "RxNorm"}, {"ndc", "NDC"}, {"cvx", "CVX"}, {"mvx", "MVX"}, {"hcpcs", "HCPCS"}, {"cpt", "CPT"},
}

// voteShare is the share of a column's codes that must have a system's form for it to be that system.
const voteShare = 0.95

// decideSystem decides the code system of a column that no other column states: header, then profile, then a vote.
func (d *decider) decideSystem(c *Column, e *columnEvidence) {
	s := e.code
	if s.total == 0 {
		return
	}
	if s.digits.float > 0 && float64(s.digits.float) >= voteShare*float64(s.total) {
		c.decide(StripFloat, Decision{Value: "yes", Rule: "XL-004", Confidence: 0.95,
			Why: fmt.Sprintf("%d of %s %s with a final .0", s.digits.float, some(s.total, "code", "codes"),
				verb(s.digits.float, "is a whole number", "are whole numbers"))})
	}
	f := d.b.table.Field(c.Field)
	if f == nil {
		return
	}
	if d.filled(f.Params["system_field"]) {
		return
	}
	name, _ := Normalize(c.Header)
	for _, h := range headerSystems {
		if n := s.votes(h.system); strings.Contains("_"+name+"_", "_"+h.word+"_") {
			c.decide(CodeSystem, Decision{Value: h.system, Confidence: float64(n) / float64(s.total),
				Why: fmt.Sprintf("stated in the header; %d of %s %s its form", n, some(s.total, "code", "codes"), have(n))})
			return
		}
	}
	allowed := strings.Split(f.Params["systems"], "|")
	best, votes := "", int64(-1)
	for _, system := range allowed {
		if n := s.votes(system); n > votes {
			best, votes = system, n
		}
	}
	why := fmt.Sprintf("%d of %s %s the form of %s", votes, some(s.total, "code", "codes"), have(votes), best)
	if best == string(codes.ICD10CM) && votes == s.oldV && votes == s.votes(string(codes.ICD9CM)) {
		best, why = string(codes.ICD9CM), why+", all as headings; they are whole codes of ICD-9-CM"
	}
	enough, doubt := float64(votes) >= voteShare*float64(s.total), ", too few to decide"
	if enough && best == string(codes.CPT) && e.areNear() {
		enough, doubt = false, ", as have the numbers of many a program's own list"
	}
	switch {
	case len(allowed) == 1 && best != "":
		c.decide(CodeSystem, Decision{Value: best, Confidence: float64(max(votes, 0)) / float64(s.total), Why: "profile; " + why})
	case enough:
		c.decide(CodeSystem, Decision{Value: best, Confidence: float64(votes) / float64(s.total), Why: why})
	default:
		c.decide(CodeSystem, Decision{Value: "unknown", Rule: ruleNoSystem.String(), Why: why + doubt})
		d.find(Finding{Rule: ruleNoSystem, Count: 1, Detail: why}, c)
	}
}

// areNear reports whether all codes, slips aside, begin with one digit below those of CPT's studies, tests and visits, as the numbers of a program's own list
// do: operations are spread over several.
func (c *columnEvidence) areNear() bool {
	if c.tally.in.over {
		return true
	}
	var begin [256]int64 // codes by their first byte
	c.tally.in.each(func(code string, n int64) { begin[code[0]] += n })
	for digit := '1'; digit < '7'; digit++ {
		if areSlips(c.values-begin[digit], c.values) {
			return true
		}
	}
	return false
}

// filled reports whether a column maps to the field and holds anything.
func (d *decider) filled(field string) bool {
	for i := range d.columns {
		if field != "" && d.columns[i].Field == field && d.evidence[i].values > 0 {
			return true
		}
	}
	return false
}
