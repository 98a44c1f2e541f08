package link

import "math"

// rounds bounds the steps of fit.
const rounds = 25

// Weight of the shipped shares against what is counted: so many pairs, and so many for each pair found.
const (
	priorPairs = 30
	priorShare = 0.3
)

// seen are the pairs that fit learns from.
type seen struct {
	pairs          []pair
	strangers, kin []float64
	scale          float64 // pairs that each stands for
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
	s.strangers, s.kin = make([]float64, len(s.pairs)), make([]float64, len(s.pairs))
	m.job.parallel(len(s.pairs), func(_, from, to int) {
		for i := from; i < to; i++ {
			s.strangers[i], s.kin[i] = m.strangers(&s.pairs[i]), m.kin(&s.pairs[i])
		}
	})
	return s
}

// tally sums up what one step of fit sees in a part of the pairs.
type tally struct {
	one, kin, turned float64
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
		if round > 4 && math.Abs(m.oneLikely-before) < 1e-4*before {
			break
		}
	}
}

// expect sums up, over parts of fixed size and in their order, so that the result is the same on any number of processors.
func (m *model) expect(s *seen) *tally {
	parts := make([]tally, (len(s.pairs)+partPairs-1)/partPairs)
	m.job.parallel(len(parts), func(_, from, to int) {
		for i := from; i < to; i++ {
			m.expectPart(s, i*partPairs, min((i+1)*partPairs, len(s.pairs)), &parts[i])
		}
	})
	t := &tally{}
	for i := range parts {
		p := &parts[i]
		t.one += p.one * s.scale
		t.kin += p.kin * s.scale
		t.turned += p.turned * s.scale
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
	logOne, logKin := math.Log(m.oneLikely), math.Log(m.kinLikely)
	logStranger := math.Log(max(1e-12, 1-m.oneLikely-m.kinLikely))
	for i := from; i < to; i++ {
		p := s.pairs[i].pattern
		x, u, r := m.one(p)+logOne, s.strangers[i]+logStranger, s.kin[i]+logKin
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
		for f := range scored {
			t.levels[f][p.level(f)] += one
		}
	}
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
		m.match.set(f, normalized(shares))
	}
	m.turned = min(max((t.turned+prior*0.01)/(t.one+prior), 1e-4), 0.5)
}
