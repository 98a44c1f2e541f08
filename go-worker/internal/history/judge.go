package history

import (
	"cmp"
	"slices"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleOutsideVisit = rule.Must("OBS-103")
	ruleSameResult   = rule.Must("OBS-107")
	ruleContradicted = rule.Must("OBS-108")
	ruleAfterDeath   = rule.Must("ENC-103")
	ruleOverlap      = rule.Must("ENC-106")
	ruleDosesClose   = rule.Must("IMM-104")
	ruleAllergyAfter = rule.Must("ALG-003")
)

// Days around a visit in which its results lie (OBS-103), and between two doses of a vaccine (IMM-104).
const (
	aroundVisit  = 7
	betweenDoses = 21
)

// A group is all facts of one patient.
type group struct {
	facts []fact
	found func(f *fact, id rule.ID)
	clean bool // rows that repeat others exactly are found, and removed, elsewhere
}

// judge holds the facts against each other.
func (g *group) judge() {
	slices.SortFunc(g.facts, inOrder)
	visits, results := g.of(visit), g.of(result)
	g.stays(visits)
	g.afterDeath(visits)
	g.outside(results, visits)
	g.repeated(results)
	g.doses(g.of(dose))
	g.allergies(g.of(allergy))
	g.lifetime()
}

// inOrder sorts facts by kind and day, then by where they stand.
func inOrder(a, b fact) int {
	switch {
	case a.kind != b.kind:
		return cmp.Compare(a.kind, b.kind)
	case a.from != b.from:
		return cmp.Compare(a.from, b.from)
	case a.file != b.file:
		return cmp.Compare(a.file, b.file)
	case a.record != b.record:
		return cmp.Compare(a.record, b.record)
	}
	return cmp.Compare(a.content, b.content)
}

// of returns the facts of a kind, in the order of their days.
func (g *group) of(k kind) []fact {
	from, _ := slices.BinarySearchFunc(g.facts, k, func(f fact, k kind) int { return cmp.Compare(f.kind, k) })
	to, _ := slices.BinarySearchFunc(g.facts, k+1, func(f fact, k kind) int { return cmp.Compare(f.kind, k) })
	return g.facts[from:to]
}

// stays reports inpatient stays that begin before an earlier one ended. Discharge and admission on one day are a transfer.
func (g *group) stays(visits []fact) {
	last := -1 // the stay that ends last
	for i := range visits {
		v := &visits[i]
		if v.flags&inpatient == 0 {
			continue
		}
		if last >= 0 && v.from < visits[last].end() && !visits[last].same(v) {
			g.found(v, ruleOverlap)
		}
		if last < 0 || v.end() > visits[last].end() {
			last = i
		}
	}
}

// end is the last day that is known.
func (f *fact) end() int32 { return max(f.from, f.to) }

// same reports whether two rows are of one thing: by its id, or altogether.
func (f *fact) same(o *fact) bool { return f.key != 0 && f.key == o.key || f.content == o.content }

// afterDeath reports visits that begin after one that ended with death.
func (g *group) afterDeath(visits []fact) {
	died := int32(unknown)
	for i := range visits {
		if v := &visits[i]; v.flags&expired != 0 && (died == unknown || v.end() < died) {
			died = v.end()
		}
	}
	for i := range visits {
		if v := &visits[i]; died != unknown && v.from > died+1 {
			g.found(v, ruleAfterDeath)
		}
	}
}

// outside reports results that are dated far from the visit that they name.
func (g *group) outside(results, visits []fact) {
	byID := map[uint64]*fact{}
	for i := range visits {
		if v := &visits[i]; v.key != 0 && byID[v.key] == nil {
			byID[v.key] = v
		}
	}
	for i := range results {
		r := &results[i]
		v := byID[r.link]
		if v == nil || r.link == 0 || r.from == unknown {
			continue
		}
		open := v.flags&inpatient != 0 && v.to == unknown // nobody knows when the stay ended
		if r.from < v.from-aroundVisit || !open && r.from > v.end()+aroundVisit {
			g.found(r, ruleOutsideVisit)
		}
	}
}

// repeated reports results of one test at one time: the same value again, or another. Where the time of day is not known, two values may
// be of two times.
func (g *group) repeated(results []fact) {
	first := map[uint64]*fact{}
	for i := range results {
		r := &results[i]
		switch f := first[r.key]; {
		case r.key == 0:
		case f == nil:
			first[r.key] = r
		case g.clean && f.content == r.content:
		case f.value == r.value:
			g.found(r, ruleSameResult)
		case (f.flags|r.flags)&corrected == 0 && r.flags&exact != 0:
			g.found(r, ruleContradicted)
		}
	}
}

// doses reports doses of a vaccine that follow the one before too soon.
func (g *group) doses(doses []fact) {
	last := map[uint64]*fact{}
	for i := range doses {
		d := &doses[i]
		if before := last[d.key]; before != nil && d.from-before.from < betweenDoses && d.content != before.content {
			g.found(d, ruleDosesClose)
		}
		last[d.key] = d
	}
}

// allergies reports rows that deny what another row of the patient says.
func (g *group) allergies(all []fact) {
	if !slices.ContainsFunc(all, func(f fact) bool { return f.flags&drug != 0 }) {
		return
	}
	for i := range all {
		if all[i].flags&denial != 0 {
			g.found(&all[i], ruleAllergyAfter)
		}
	}
}
