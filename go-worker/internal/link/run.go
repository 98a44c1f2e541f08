package link

import (
	"cmp"
	"math"
	"runtime"
	"slices"
)

// begin estimates what is needed to compare pairs, from random ones, which it returns.
func (j *job) begin() sample {
	j.findGroups()
	n := float64(len(j.reps))
	pairs := n*(n-1)/2 + others*others/2
	m := &model{job: j, pairs: pairs, turned: 0.02, oneLikely: 0.5 * n / pairs, kinLikely: 1e-5, ownNames: 2,
		withKin: !j.options.without["relatives"], withMoves: !j.options.without["moves"], withVariants: !j.options.without["names in use"], variant: shippedVariant, often: math.Log(leastInUse / n),
		withEM: !j.options.without["em"], byFrequency: !j.options.without["frequencies"],
		withoutPrior: j.options.without["shrinking"]}
	if m.withMoves {
		m.moved = shippedMoved
	}
	for f := range scored {
		m.match.set(f, shipped[f].match)
	}
	m.kinScale = max(1, n/kinRecords)
	m.takeLogs()
	j.model = m
	sample := j.newSample()
	m.estimate(sample, j.firstWeights(), func(a, b int32) bool { return true })
	return sample
}

// run is the whole way from representatives to persons.
func (j *job) run() (*Result, error) {
	sample := j.begin()
	m := j.model
	candidates, err := j.candidates()
	if err != nil {
		return nil, err
	}
	if len(j.reps) > j.options.many {
		runtime.GC() // the passes took hundreds of megabytes: while these count as used, several times as much garbage may lie about
	}
	c := j.cluster(candidates)
	if !j.options.without["second pass"] {
		m.ownNames = 1
		m.estimate(sample, j.secondWeights(c), func(a, b int32) bool { return c.root(a) != c.root(b) })
		c = j.cluster(candidates)
	}
	return j.result(c), j.ctx.Err()
}

// kinRecords is up to how many records all pairs are kept that may be relatives; of more, a sample of them tells how common relatives are.
const kinRecords = 20_000

// findGroups notes which groups of evidence the job has, and which files have birth dates.
func (j *job) findGroups() {
	j.dated = make([]bool, len(j.set.files))
	for i := range j.reps {
		if r := j.record(int32(i)); r.codes[BirthDate] != 0 {
			j.dated[r.file] = true
		}
	}
	for _, fields := range evidences {
		j.groups = append(j.groups, slices.ContainsFunc(fields, func(f Field) bool { return len(j.set.values[f].texts) > 1 }))
	}
}

// firstWeights counts copies of a record that says who it is as one person, others as many.
func (j *job) firstWeights() []uint64 {
	weights := make([]uint64, len(j.reps))
	for i := range weights {
		weights[i] = unit
		if !j.whole[i] {
			weights[i] *= uint64(j.copies[i])
		}
	}
	return weights
}

// secondWeights counts each person once, however many records it has.
func (j *job) secondWeights(c *clusters) []uint64 {
	weights := j.firstWeights()
	for i := range weights {
		weights[i] /= uint64(len(c.of(c.root(int32(i)))))
	}
	return weights
}

// cluster fits the model to the pairs and merges what it takes for one person.
func (j *job) cluster(pairs []pair) *clusters {
	m := j.model
	m.fit(pairs)
	s := &scoredPairs{pairs: pairs, weights: make([]float32, len(pairs)), rules: make([]uint8, len(pairs)), vetoes: make([]uint8, len(pairs)),
		starts: make([]int32, len(j.reps)+1)}
	j.parallel(len(pairs), func(_, from, to int) {
		for i := from; i < to; i++ {
			s.weights[i] = m.weight(&pairs[i])
			if !j.options.without["rules"] {
				s.rules[i] = j.known(&pairs[i]).certain()
			}
		}
	})
	for i := range pairs {
		s.starts[pairs[i].a+1]++
	}
	for i := range j.reps {
		s.starts[i+1] += s.starts[i]
	}
	c := &clusters{j: j, scored: s, parent: make([]int32, len(j.reps)), members: make([][]int32, len(j.reps)), crossed: map[uint64]crossing{}}
	for i := range c.parent {
		c.parent[i] = int32(i)
	}
	edges := append(j.edges(c), j.decide(c)...)
	j.one = j.oneEach(edges)
	j.parallel(len(pairs), func(_, from, to int) {
		for i := from; i < to; i++ {
			s.vetoes[i] = uint8(slices.Index(hardVetoes, j.known(&pairs[i]).veto()))
		}
	})
	c.merge(edges)
	return c
}

func (j *job) evidence(a, b int32) *evidence {
	x, y := j.record(a), j.record(b)
	return &evidence{j, x, y, j.set.compare(x, y)}
}

// known is the evidence of a pair that was compared.
func (j *job) known(p *pair) *evidence {
	return &evidence{j, j.record(p.a), j.record(p.b), p.pattern}
}

// decide turns decisions of persons into edges that nothing outweighs, and into pairs that are never one. Of two decisions about one
// pair the later one counts.
func (j *job) decide(c *clusters) []edge {
	c.must, c.never, c.foes = map[uint64]bool{}, map[uint64]bool{}, map[int32][]int32{}
	for _, d := range j.options.Decisions {
		a, okA := j.decided[d.A]
		b, okB := j.decided[d.B]
		if !okA || !okB || a == b {
			continue // about records that this job does not have
		}
		key := pairKey(j.rep[a], j.rep[b])
		c.must[key] = d.Same
	}
	var all []edge
	for key, must := range c.must {
		a, b := int32(key>>32), int32(uint32(key))
		if must {
			all = append(all, edge{a, b, decisionWeight, string(Decided)})
		} else {
			delete(c.must, key)
			c.never[key] = true
			c.foes[a], c.foes[b] = append(c.foes[a], b), append(c.foes[b], a)
		}
	}
	slices.SortFunc(all, func(x, y edge) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return all
}

// decisionWeight is the weight of a pair that a person decided on.
const decisionWeight = 100

// ruleWeight is the least weight of a pair that a deterministic rule makes one person.
const ruleWeight = 20

// edges returns the pairs that speak for one person.
func (j *job) edges(c *clusters) []edge {
	var all []edge
	for i := range c.scored.pairs {
		p := &c.scored.pairs[i]
		one := edge{p.a, p.b, c.scored.weights[i], ruleName(c.scored.rules[i])}
		if one.rule != "" {
			one.weight = max(one.weight, ruleWeight)
		}
		if one.weight < linkWeight {
			continue
		}
		e := j.known(p)
		if one.rule == "" && one.weight < certain && e.nameless() {
			continue
		}
		if one.rule == "" && !j.options.without["vetoes"] {
			if v := e.doubt(one.weight); v != NoVeto {
				c.refused = append(c.refused, refusal{one, v})
				continue
			}
		}
		all = append(all, one)
	}
	return all
}

// oneEach returns the files that have one record per person: those of the sources that the options name, else those within which hardly any
// pair is surely one person.
func (j *job) oneEach(edges []edge) []bool {
	files := len(j.set.files)
	if j.options.Unique != nil {
		one := make([]bool, files)
		for f, source := range j.set.files {
			one[f] = slices.Contains(j.options.Unique, source)
		}
		return one
	}
	if files < 2 || j.options.without["one record per file"] {
		return nil
	}
	inside, across := make([]int, files), make([]int, files)
	for i := range j.reps {
		inside[j.record(int32(i)).file] += int(j.copies[i] - 1)
	}
	for _, e := range edges {
		if e.weight <= 3 {
			continue
		}
		a, b := j.record(e.a).file, j.record(e.b).file
		if a == b {
			if j.evidence(e.a, e.b).veto() == NoVeto {
				inside[a]++
			}
			continue
		}
		across[a]++
		across[b]++
	}
	one := make([]bool, files)
	for f := range one {
		one[f] = float64(inside[f]) < 0.01*float64(across[f])
	}
	return one
}
