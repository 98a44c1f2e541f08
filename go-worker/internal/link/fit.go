package link

import "math"

// rounds bounds the steps of fit.
const rounds = 25

// Weight of the shipped shares against what is counted: so many pairs, and so many for each pair found.
const (
	priorPairs = 30
	priorShare = 0.3
)

// shippedMoved is how often records of one person have two homes, before a job's own pairs are known.
const shippedMoved = 0.1

// shippedVariant is how often two nearly equal names of one person are both names in use, likewise.
const shippedVariant = 0.3

// seen are the pairs that fit learns from.
type seen struct {
	pairs          []pair
	strangers, kin []float64
	homes          []float64 // how likely what a pair says of its homes is between strangers
	near, inUse    []uint8   // names that are nearly equal, and those of them that both are in use
	scale          float64   // pairs that each stands for
}

// learn takes pairs to fit by, as many as bounds allow, chosen by their contents: the same ones whatever the order of records.
func (m *model) learn(all []pair) *seen {
	s := &seen{pairs: all, scale: 1}
	if len(all) > mostSampled {
		s.scale = float64(len(all)) / mostSampled
		limit := uint32(float64(math.MaxUint32) / s.scale)
		s.pairs = make([]pair, 0, mostSampled+mostSampled/8)
		for _, p := range all {
			if mix(uint32(m.job.contents[p.a]), uint32(m.job.contents[p.b])) <= limit {
				s.pairs = append(s.pairs, p)
			}
		}
		s.scale = float64(len(all)) / float64(max(len(s.pairs), 1))
	}
	s.strangers, s.kin, s.homes = make([]float64, len(s.pairs)), make([]float64, len(s.pairs)), make([]float64, len(s.pairs))
	s.near, s.inUse = make([]uint8, len(s.pairs)), make([]uint8, len(s.pairs))
	m.job.parallel(len(s.pairs), func(_, from, to int) {
		for i := from; i < to; i++ {
			s.near[i], s.inUse[i] = m.near(&s.pairs[i])
			s.strangers[i], s.homes[i] = m.strangers(&s.pairs[i])
			s.kin[i] = m.kin(&s.pairs[i], s.homes[i])
		}
	})
	return s
}

// tally sums up what one step of fit sees in a part of the pairs.
type tally struct {
	one, kin, turned float64
	near, inUse      float64 // nearly equal names of one person, and those of them that both are in use
	homed, moved     float64 // pairs of one person of which something is known of both homes; of them those of people who moved
	levels           [scored][missing + 1]float64
}

// fit adapts the shares of the levels in records of one person, and of the classes, to the job's own pairs (expectation and maximization).
// The shipped shares count as pairs too, so a few pairs change little.
func (m *model) fit(all []pair) {
	s := m.learn(all)
	n := float64(len(m.job.reps))
	for round := range rounds {
		t := m.expect(s)
		before := m.oneLikely
		if m.withEM {
			m.maximize(t)
		}
		m.oneLikely = min(max(t.one, 1)/m.pairs, 0.5)
		if m.withKin {
			m.kinLikely = min(max(t.kin, 1)/m.pairs, 10*n/m.pairs, 0.4)
		}
		m.takeLogs()
		if round > 4 && math.Abs(m.oneLikely-before) < 1e-4*before {
			break
		}
	}
}

// expect sums up, over parts of fixed size and in their order, so that the result is the same on any number of processors.
func (m *model) expect(s *seen) *tally {
	parts := make([]tally, (len(s.pairs)+partPairs-1)/partPairs)
	m.job.each(len(parts), func(i int) { m.expectPart(s, i*partPairs, min((i+1)*partPairs, len(s.pairs)), &parts[i]) })
	m.job.options.Moved()
	t := &tally{}
	for i := range parts {
		p := &parts[i]
		t.one += p.one * s.scale
		t.kin += p.kin * s.scale
		t.turned += p.turned * s.scale
		t.near += p.near * s.scale
		t.inUse += p.inUse * s.scale
		t.homed += p.homed * s.scale
		t.moved += p.moved * s.scale
		for f := range scored {
			for l := range p.levels[f] {
				t.levels[f][l] += p.levels[f][l] * s.scale
			}
		}
	}
	return t
}

const partPairs = 4096

func (m *model) expectPart(s *seen, from, to int, t *tally) {
	by := &m.logs
	for i := from; i < to; i++ {
		p := s.pairs[i].pattern
		x, u, r := m.one(p, s.homes[i])+m.ofVariants(s.inUse[i])+by.one, s.strangers[i]+by.stranger, s.kin[i]+by.kin
		most := max(x, u, r)
		ex, eu, er := math.Exp(x-most), math.Exp(u-most), math.Exp(r-most)
		sum := ex + eu + er
		if p&sampled != 0 {
			sum /= m.kinScale
		}
		one := ex / sum
		t.kin += er / sum
		t.one += one
		if p&swapped != 0 {
			t.turned += one
		}
		t.near += one * float64(s.near[i])
		t.inUse += one * float64(s.inUse[i])
		stayed := one
		if s.homes[i] != 0 {
			away := one / (1 + math.Exp(m.homeOf(p)-s.homes[i]+by.stayed-by.moved))
			stayed -= away
			t.homed += one
			t.moved += away
		}
		for f := range scored {
			if atHome[f] {
				t.levels[f][p.level(f)] += stayed
			} else {
				t.levels[f][p.level(f)] += one
			}
		}
	}
}

// mostDiffer is how many times the shipped share of "differs" may grow: pairs of relatives that no other field tells from those of one
// person would raise it ever more.
const mostDiffer = 3

// bounded keeps the share of the lowest level under a bound; the others share the rest.
func bounded(shares []float64, most float64) []float64 {
	if lowest := shares[0]; lowest > most {
		for l := range shares {
			shares[l] *= (1 - most) / (1 - lowest)
		}
		shares[0] = most
	}
	return shares
}

// maximize sets the shares of levels to what was seen, drawn towards the shipped ones.
func (m *model) maximize(t *tally) {
	prior := priorPairs + priorShare*t.one
	if m.withoutPrior {
		prior = 1
	}
	for f := range scored {
		top := int(shipped[f].top)
		shares := make([]float64, top+1)
		for l := range shares {
			shares[l] = t.levels[f][l] + prior*shipped[f].match[l]
		}
		m.match.set(f, bounded(normalized(shares), mostDiffer*shipped[f].match[0]))
	}
	if m.withMoves {
		m.moved = min(max((t.moved+prior*shippedMoved)/(t.homed+prior), 1e-4), 0.9)
	}
	if m.withVariants {
		m.variant = min(max((t.inUse+prior*shippedVariant)/(t.near+prior), 1e-3), 0.9)
	}
	m.turned = min(max((t.turned+prior*0.01)/(t.one+prior), 1e-4), 0.5)
}
