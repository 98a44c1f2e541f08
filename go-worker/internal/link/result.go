package link

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Result says who is who. Records are numbered in the order of Add.
type Result struct {
	Person  []int32  // by record: its person
	IDs     []string // by person
	Links   []Link   // by record: how it came to its person
	Review  []Review // pairs that a person should look at, the likeliest first
	Aliases []Alias  // ids of known persons that turned out to be others
	Summary Summary
}

// A Link says how a record came to its person.
type Link struct {
	Method Method
	Rule   string // of a deterministic link
	Score  float64
}

// A Review is a pair of records that were not linked, though much speaks for it.
type Review struct {
	A, B   int // A before B
	Score  float64
	Veto   Veto
	levels pattern
}

// An Alias is the id of a known person whose records now belong to another person.
type Alias struct{ From, To string }

// Summary counts what was done.
type Summary struct {
	Compared int64      // pairs of records
	Kept     int        // of them, pairs that could be one person or relatives
	Overflow []Overflow // blocks that were too large
	Expected float64    // share of links that are expected to be false
	OneEach  []bool     // by file, in the order of Reader: it was taken to have one record of each person; nil: none was
}

// PersonID returns the id of a person whose founding records have this lowest row_uid.
func PersonID(uid string) string { return string(AppendPersonID(nil, []byte(uid))) }

// AppendPersonID appends the id of a person: the first 80 bits of SHA-256(row_uid), in base 32.
func AppendPersonID(dst, uid []byte) []byte {
	sum := sha256.Sum256(uid)
	var id [PersonIDLen]byte
	var bits uint64
	for i := range id {
		if i%8 == 0 {
			bits = binary.BigEndian.Uint64(sum[5*i/8:])
		}
		id[i] = base32[bits>>59]
		bits <<= 5
	}
	return append(dst, id[:]...)
}

// PersonIDLen is the length of a person's id.
const PersonIDLen = 16

// base32 is the alphabet of RFC 4648.
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

func (j *job) result(c *clusters) *Result {
	res := &Result{Summary: Summary{Compared: j.compared, Kept: len(c.scored.pairs), Overflow: j.overflow, OneEach: j.one}}
	j.persons(c, res)
	c.settle()
	steps := [...]func(){func() { j.links(c, res) }, func() { j.name(res) }, func() { j.reviews(c, res) }}
	j.each(len(steps), func(i int) { steps[i]() })
	return res
}

// persons numbers the clusters in the order of their first records. Copies that do not say who they are stay apart.
func (j *job) persons(c *clusters, res *Result) {
	res.Person = make([]int32, len(j.set.records))
	number := make([]int32, len(j.reps)) // by root: its person, from 1
	persons := int32(0)
	for i, rep := range j.rep {
		if j.copies[rep] > 1 && !j.whole[rep] && int32(i) != j.firsts[rep] {
			res.Person[i] = persons
			persons++
			continue
		}
		root := c.root(rep)
		if number[root] == 0 {
			persons++
			number[root] = persons
		}
		res.Person[i] = number[root] - 1
	}
	res.IDs = make([]string, persons)
}

// name gives each person an id: that of the known person most of whose records it has, else one made of its lowest row_uid.
func (j *job) name(res *Result) {
	lowest := make([][16]byte, len(res.IDs))
	found := make([]bool, len(res.IDs))
	for i, p := range res.Person {
		uid := j.set.at(i).uid
		if !found[p] || slices.Compare(uid[:], lowest[p][:]) < 0 {
			lowest[p], found[p] = uid, true
		}
	}
	taken := j.keep(res, lowest)
	for p, uid := range lowest {
		if res.IDs[p] != "" {
			continue
		}
		text := uidOf(&record{uid: uid})
		id := PersonID(text)
		for taken[id] { // the founding record left the person it founded
			text += "+"
			id = PersonID(text)
		}
		res.IDs[p] = id
	}
}

// keep lets persons keep the ids of known ones. The largest part of a known person keeps its id; a person made of several keeps that
// of which it has most records, of equally many the oldest, and the others become aliases.
func (j *job) keep(res *Result, lowest [][16]byte) (taken map[string]bool) {
	type share struct {
		id      string
		person  int32
		records int
	}
	counts := map[share]int{}
	for i, id := range j.set.known {
		counts[share{id: id, person: res.Person[i]}]++
	}
	var shares []share
	for s, n := range counts {
		s.records = n
		shares = append(shares, s)
	}
	slices.SortFunc(shares, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.records, a.records), cmp.Compare(j.set.since[a.id], j.set.since[b.id]), cmp.Compare(a.id, b.id),
			slices.Compare(lowest[a.person][:], lowest[b.person][:]))
	})
	taken = map[string]bool{}
	for _, s := range shares {
		switch {
		case taken[s.id]: // a larger part has it
		case res.IDs[s.person] == "":
			res.IDs[s.person], taken[s.id] = s.id, true
		default:
			taken[s.id] = true
			res.Aliases = append(res.Aliases, Alias{s.id, res.IDs[s.person]})
		}
	}
	slices.SortFunc(res.Aliases, func(a, b Alias) int { return cmp.Compare(a.From, b.From) })
	return taken
}

// links notes, for each record that shares a person, the best reason.
func (j *job) links(c *clusters, res *Result) {
	best := make([]Link, len(j.reps))
	weigh := func(rep int32, l Link) {
		if l.Score > best[rep].Score || l.Score == best[rep].Score && rank(l.Method) > rank(best[rep].Method) {
			best[rep] = l
		}
	}
	for i := range c.scored.pairs {
		p := &c.scored.pairs[i]
		if c.root(p.a) != c.root(p.b) {
			continue
		}
		l := reason(ruleName(c.scored.rules[i]), c.scored.weights[i])
		weigh(p.a, l)
		weigh(p.b, l)
	}
	for key, must := range c.must {
		if a, b := int32(key>>32), int32(uint32(key)); must && c.root(a) == c.root(b) {
			weigh(a, Link{Method: Decided, Score: 1})
			weigh(b, Link{Method: Decided, Score: 1})
		}
	}
	res.Links = make([]Link, len(j.rep))
	false_, linked := 0.0, 0
	for i, rep := range j.rep {
		switch {
		case j.copies[rep] > 1 && j.whole[rep]:
			res.Links[i] = Link{Method: Exact, Score: 1}
		case len(c.of(c.root(rep))) > 1 && (j.whole[rep] || int32(i) == j.firsts[rep]):
			res.Links[i] = best[rep]
			false_ += 1 - best[rep].Score
		default:
			continue
		}
		linked++
	}
	res.Summary.Expected = false_ / float64(max(linked, 1))
}

// reason returns what makes a pair one person.
func reason(rule string, weight float32) Link {
	switch rule {
	case "":
		return Link{Method: Probabilistic, Score: chance(weight)}
	case string(SourceKey):
		return Link{Method: SourceKey, Score: max(chance(weight), chance(ruleWeight))}
	default:
		return Link{Method: Deterministic, Rule: rule, Score: max(chance(weight), chance(ruleWeight))}
	}
}

func rank(m Method) int {
	return slices.Index([]Method{Alone, Probabilistic, Deterministic, SourceKey, Exact, Decided}, m)
}

// reviews lists the pairs that were refused: those that were as likely as others that were linked, and all that look like twins, parent
// and child or the like, however the probabilities are.
func (j *job) reviews(c *clusters, res *Result) {
	listed := map[uint64]bool{}
	add := func(a, b int32, weight float32, veto Veto) {
		if c.root(a) == c.root(b) || listed[pairKey(a, b)] {
			return
		}
		listed[pairKey(a, b)] = true
		x, y := int(j.firsts[a]), int(j.firsts[b])
		res.Review = append(res.Review, Review{min(x, y), max(x, y), chance(weight), veto, j.set.compare(j.set.at(min(x, y)), j.set.at(max(x, y)))})
	}
	for _, r := range c.refused {
		add(r.a, r.b, r.weight, r.veto)
	}
	for i := range c.scored.pairs {
		p := &c.scored.pairs[i]
		e := j.known(p)
		if v := hardVetoes[c.scored.vetoes[i]]; v == VetoTwins || v == VetoGeneration || v == VetoNewborn && e.equal(BirthDate) && e.near(Family, 1) && e.home() {
			add(p.a, p.b, c.scored.weights[i], v)
		}
	}
	slices.SortFunc(res.Review, func(x, y Review) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
}
