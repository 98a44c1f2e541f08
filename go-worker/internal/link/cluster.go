package link

import (
	"cmp"
	"math"
	"slices"
)

// Limits of clusters. Weights are base-2 logarithms of odds.
const (
	linkWeight  = 0    // from even odds on a pair is taken for one person, when nothing speaks against it
	sureWeight  = 1    // from this weight on doubts give way
	certain     = 4.25 // weight of .95
	farWeight   = 8    // from this weight on also two records give way that agree in little but a name
	meanWeight  = -4   // two clusters merge when the mean weight of the pairs between them is above
	mostWeight  = 10   // no pair counts more than this, for or against
	mostCross   = 4096 // pairs between two clusters that are weighed at most
	largeSize   = 10   // above it a cluster must not hang together by one doubtful pair
	weakestLink = 2    // weight of .8
)

// Of many records the model learns how common relatives are. Then a pair may look like twins and yet be one person, when all
// the rest leaves no doubt.
const (
	knowsFamilies = 500
	overwhelming  = 2
)

// An edge is a pair that speaks for one person.
type edge struct {
	a, b   int32
	weight float32
	rule   string // deterministic rule
}

// clusters merges records best-first, and knows what it refused.
type clusters struct {
	j       *job
	parent  []int32
	members [][]int32 // by root; nil: the root alone
	scored  *scoredPairs
	refused []refusal
	must    map[uint64]bool // pairs that a person decided on
	never   map[uint64]bool
	foes    map[int32][]int32 // by record: those that a person decided it is never one with
	crossed map[uint64]crossing
}

// A refusal is an edge that was not followed.
type refusal struct {
	edge
	veto Veto
}

func (c *clusters) root(x int32) int32 {
	for {
		next := c.parent[x]
		after := c.parent[next]
		if after == next {
			return next
		}
		c.parent[x], x = after, after
	}
}

// settle lets each point to its root: from now on those may be asked for by several at once.
func (c *clusters) settle() {
	for x := range c.parent {
		c.parent[x] = c.root(int32(x))
	}
}

func (c *clusters) of(root int32) []int32 {
	if c.members[root] == nil {
		return []int32{root}
	}
	return c.members[root]
}

func pairKey(a, b int32) uint64 {
	if a > b {
		a, b = b, a
	}
	return uint64(uint32(a))<<32 | uint64(uint32(b))
}

// merge follows the edges, the heaviest first.
func (c *clusters) merge(edges []edge) {
	edges = heaviestFirst(edges)
	for range 2 { // what was refused may fit when both sides have grown
		var left []edge
		for _, e := range edges {
			a, b := c.root(e.a), c.root(e.b)
			if a == b {
				continue
			}
			if _, ok := c.joins(a, b, e); ok {
				c.join(a, b)
			} else {
				left = append(left, e)
			}
		}
		edges = left
	}
	for _, e := range edges {
		if a, b := c.root(e.a), c.root(e.b); a != b {
			veto, _ := c.joins(a, b, e)
			c.refused = append(c.refused, refusal{e, veto})
		}
	}
}

// heaviestFirst orders edges, which stand in the order of their records, by their weights, of which none is negative.
func heaviestFirst(edges []edge) []edge {
	places := make([]uint64, len(edges))
	for i := range edges {
		places[i] = uint64(^math.Float32bits(edges[i].weight))<<32 | uint64(i)
	}
	places, _ = byKey(places, nil)
	sorted := make([]edge, len(edges))
	for i, at := range places {
		sorted[i] = edges[uint32(at)]
	}
	return sorted
}

func (c *clusters) join(a, b int32) {
	if len(c.of(a)) < len(c.of(b)) {
		a, b = b, a
	}
	c.members[a] = append(c.of(a), c.of(b)...)
	c.members[b] = nil
	c.parent[b] = a
}

// joins reports whether two clusters may become one.
func (c *clusters) joins(a, b int32, by edge) (Veto, bool) {
	left, right := c.of(a), c.of(b)
	if apart := c.apart(left, right); apart || by.rule == string(Decided) {
		return VetoDecision, !apart
	}
	if c.sameSource(left, right) {
		return VetoOnePerFile, false
	}
	size := len(left) + len(right)
	if by.rule == "" && size > largeSize && by.weight < weakestLink {
		return VetoDoubtful, false
	}
	x := c.cross(a, b)
	if x.veto != NoVeto {
		return x.veto, false
	}
	if by.rule != "" && size == 2 {
		return NoVeto, true
	}
	return VetoDoubtful, x.mean > meanWeight || c.j.options.without["cluster repair"]
}

// A crossing is what the pairs between two clusters say.
type crossing struct {
	size int // of both, when they were compared
	mean float64
	veto Veto
}

// cross compares the records of two clusters, if one of them has grown since it last did.
func (c *clusters) cross(a, b int32) crossing {
	left, right := c.of(a), c.of(b)
	size, key := len(left)+len(right), pairKey(a, b)
	if known, ok := c.crossed[key]; ok && known.size == size {
		return known
	}
	x := crossing{size: size}
	step := 1 + len(left)*len(right)/mostCross
	sum, n := 0.0, 0
	for at := 0; at < len(left)*len(right) && x.veto == NoVeto; at += step {
		one, other := left[at/len(right)], right[at%len(right)]
		w, veto := c.between(one, other)
		if veto == VetoTwins && c.bridged(one, other, left, right) {
			veto = NoVeto
		}
		x.veto = veto
		sum += float64(min(max(w, -mostWeight), mostWeight))
		n++
	}
	x.mean = sum / float64(n)
	if size > 2 {
		c.crossed[key] = x
	}
	return x
}

// bridged reports whether a third record of two clusters has the given names of two that look like twins: who has several goes by one of
// them here and by another there.
func (c *clusters) bridged(x, y int32, clusters ...[]int32) bool {
	if c.j.options.without["bridges"] || c.j.evidence(x, y).apartTwins() {
		return false
	}
	for _, members := range clusters {
		for _, z := range members {
			if z != x && z != y && c.j.evidence(x, z).partOfGiven() && c.j.evidence(y, z).partOfGiven() {
				return true
			}
		}
	}
	return false
}

// apart reports whether a person decided that two of the records are not one.
func (c *clusters) apart(left, right []int32) bool {
	if len(c.never) == 0 {
		return false
	}
	if len(left) > len(right) {
		left, right = right, left
	}
	other := c.root(right[0])
	for _, x := range left {
		for _, y := range c.foes[x] {
			if c.root(y) == other {
				return true
			}
		}
	}
	return false
}

// sameSource reports whether both clusters have a record of a file that has one per person. Records with one number are versions of one.
func (c *clusters) sameSource(left, right []int32) bool {
	if c.j.one == nil {
		return false
	}
	for _, x := range left {
		s := c.j.record(x).file
		if !c.j.one[s] {
			continue
		}
		for _, y := range right {
			if c.j.record(y).file == s && !c.must[pairKey(x, y)] && !c.j.record(x).numberedAs(c.j.record(y)) {
				return true
			}
		}
	}
	return false
}

// between returns the weight of a pair of records, that of certainty if a rule or a person says that they are one, and what forbids it.
func (c *clusters) between(x, y int32) (weight float32, veto Veto) {
	x, y = min(x, y), max(x, y)
	key := pairKey(x, y)
	switch {
	case c.never[key]:
		return 0, VetoDecision
	case c.must[key]:
		return mostWeight, NoVeto
	}
	var certain bool
	var e *evidence
	if at, ok := c.scored.find(x, y); ok {
		e = c.j.known(&c.scored.pairs[at])
		weight, veto, certain = c.scored.weights[at], hardVetoes[c.scored.vetoes[at]], c.scored.rules[at] != 0
	} else {
		e = c.j.evidence(x, y)
		weight, veto, certain = c.j.model.weight(&pair{x, y, e.pattern}), e.veto(), e.certain() != 0
	}
	if c.j.options.without["vetoes"] || weight >= overwhelming && (veto == VetoTwins && !e.plainTwins() || veto == VetoGeneration) && len(c.j.reps) >= knowsFamilies {
		veto = NoVeto
	}
	switch {
	case certain:
		weight = mostWeight
	case weight < 0 && c.j.model.surelyBorn() && e.doubt(weight) == VetoBirth:
		weight = -mostWeight
	}
	return weight, veto
}

// scoredPairs are the kept pairs in the order of their records, with their weights, the deterministic rules that hold for them, and what
// forbids that they are one person.
type scoredPairs struct {
	pairs   []pair
	weights []float32
	rules   []uint8 // place in deterministicRules, from 1
	vetoes  []uint8 // place in hardVetoes
	starts  []int32 // by record a: its first pair
}

// find returns the place of a pair.
func (s *scoredPairs) find(a, b int32) (int, bool) {
	from := int(s.starts[a])
	at, ok := slices.BinarySearchFunc(s.pairs[from:s.starts[a+1]], b, func(p pair, b int32) int { return cmp.Compare(p.b, b) })
	return from + at, ok
}
